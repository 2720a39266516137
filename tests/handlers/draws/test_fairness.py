"""How a seed decides: known values, odds, and that nothing public can be changed without being found out."""

import hmac
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.types.columns import Instant
from handlers.draws.fairness import (
    INSTANT,
    SCHEDULED,
    Prize,
    Ticket,
    Way,
    commitment,
    ending,
    link,
    number_below,
    prize_of,
    public_name,
    stamp,
    terms,
    winners,
)
from handlers.draws.publication import Publication
from handlers.draws.verification import verify
from tests.source import ROOT

SEED = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
WHEEL = (Prize("5 积分", 3, None, points=5), Prize("小样", 1, 2), Prize("谢谢参与", 6, None, nothing=True))
PARTY = (Prize("香水", 0, 1), Prize("小样", 0, 2))


def test_numbers_are_those_of_the_documented_way() -> None:
    """RFC 2104 by the standard library, with the label and the attempt as the message."""
    block = hmac.new(bytes(range(32)), b"1:7:abc:0", sha256).digest()
    assert number_below(SEED, "1:7:abc", 10) == int.from_bytes(block) % 10
    assert [number_below(SEED, f"1:{number}:abc", 100) for number in range(1, 6)] == [28, 61, 28, 53, 88]
    assert number_below(SEED, "1:1:abc", 1) == 0


def test_what_lies_in_the_incomplete_row_is_thrown_away() -> None:
    most = (1 << 255) + 1
    blocks = (
        int.from_bytes(hmac.new(bytes(range(32)), f"x:{attempt}".encode(), sha256).digest()) for attempt in range(99)
    )
    assert number_below(SEED, "x", most) == next(block for block in blocks if block < most)


def test_there_is_no_number_below_nothing() -> None:
    with pytest.raises(ValueError, match="nothing"):
        number_below(SEED, "x", 0)


def test_the_commitment_is_a_plain_hash() -> None:
    bound = terms("转盘", 1, INSTANT, START, "", WHEEL[:1])
    told = (
        '{"draw":"转盘","opened_at":"2026-11-23T02:00:00.000+00:00","previous":"","prizes":[{"left":null,'
        '"name":"5 积分","nothing":false,"points":5,"weight":3}],"round":1,"way":"instant"}\n' + SEED
    )
    assert commitment(bound, SEED) == sha256(told.encode()).hexdigest()


@given(st.datetimes(datetime(2026, 1, 1), datetime(2099, 1, 1)))
def test_a_moment_is_published_as_it_is_kept(naive: datetime) -> None:
    """What is hashed when it happens and what comes out of the records later are the same words."""
    moment, column = naive.replace(tzinfo=UTC), Instant()
    kept = column.process_result_value(column.process_bind_param(moment, None), None)
    assert kept is not None
    assert stamp(kept) == stamp(moment)


def test_odds_are_what_the_weights_say() -> None:
    """Pearson's chi-square with two degrees of freedom: 13.8 is exceeded once in a thousand seeds, and this is one."""
    prizes = (Prize("a", 1, None), Prize("b", 3, None), Prize("c", 6, None))
    many = 6000
    drawn = Counter(found.name for n in range(1, many + 1) if (found := prize_of(SEED, 1, Ticket(n, "m"), prizes, {})))
    expected = {prize.name: many * prize.weight / 10 for prize in prizes}
    assert sum((drawn[name] - mean) ** 2 / mean for name, mean in expected.items()) < 13.8


def test_everybody_is_as_likely_to_win_a_scheduled_draw() -> None:
    tickets = [Ticket(number, f"m{number}") for number in range(1, 11)]
    won = Counter(ticket.number for end in range(2000) for _, ticket in winners(SEED, str(end), PARTY[:1], tickets))
    assert sum((won[number] - 200) ** 2 / 200 for number in range(1, 11)) < 27.9


def test_what_has_run_out_is_not_drawn() -> None:
    left = {"小样": 0}
    assert all(prize_of(SEED, 1, Ticket(n, "m"), WHEEL, left) != WHEEL[1] for n in range(1, 200))
    assert prize_of(SEED, 1, Ticket(1, "m"), WHEEL[1:2], left) is None


def test_a_member_wins_a_scheduled_draw_once() -> None:
    tickets = [Ticket(number, "greedy") for number in range(1, 50)] + [Ticket(50, "b")]
    won = winners(SEED, "end", PARTY, tickets)
    assert sorted(ticket.member for _, ticket in won) == ["b", "greedy"]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 5), max_size=30), st.lists(st.integers(0, 4), min_size=1, max_size=4), st.text())
def test_winners_are_those_of_the_documented_way(members: list[int], stocks: list[int], end: str) -> None:
    """As the document says it, without haste; tickets come in any order."""
    tickets = [Ticket(number, f"m{member}") for number, member in enumerate(members, 1)]
    prizes = [Prize(f"p{at}", 0, stock) for at, stock in enumerate(stocks)]
    there, expected = list(tickets), []
    for prize in prizes:
        for _ in range(prize.left or 0):
            if there:
                ticket = there[number_below(SEED, f"{end}:{len(expected)}", len(there))]
                expected.append((prize, ticket))
                there = [one for one in there if one.member != ticket.member]
    assert winners(SEED, end, prizes, tickets[::-1]) == expected


def test_a_draw_of_many_has_the_known_winners() -> None:
    tickets = [Ticket(number, f"m{number % 7000}") for number in range(1, 10_001)]
    won = winners(SEED, "end", (Prize("香水", 0, 300), Prize("小样", 0, 700)), tickets)
    said = json.dumps([[prize.name, ticket.number, ticket.member] for prize, ticket in won], ensure_ascii=False)
    assert sha256(said.encode()).hexdigest() == "228bd6ac8e5f13cb42d6a4b15ee80e5070705ad0cded8cc3137721f47933fc6f"


def test_a_public_name_tells_nothing_and_differs_from_draw_to_draw() -> None:
    assert len({public_name(key, draw) for key in "ab" for draw in "xy"}) == 4


# What is public, made by hand as the bot would


def made(way: Way, prizes: Sequence[Prize], rounds: Sequence[int], chance: Random) -> dict[str, Any]:
    """The publication of a draw with so many entries in its rounds, all of them over."""
    listed, previous, now, left = [], "", START, {one.name: one.left for one in prizes if one.left is not None}
    for number, many in enumerate(rounds, 1):
        there = [Prize(one.name, one.weight, left.get(one.name), one.points, one.nothing) for one in prizes]
        seed = chance.randbytes(32).hex()
        opened, head, entries = now, previous, []
        for place in range(1, many + 1):
            now += timedelta(seconds=chance.randint(1, 99))
            ticket = Ticket(place, f"{chance.randrange(5):012x}")
            found = prize_of(seed, number, ticket, there, left) if way == INSTANT else None
            name = found.name if found else ""
            if name in left:
                left[name] -= 1
            head = link(head, ticket, now, name)
            entries.append({"number": place, "member": ticket.member, "at": stamp(now), "prize": name, "hash": head})
        end = ending(head, now)
        tickets = [Ticket(entry["number"], entry["member"]) for entry in entries]
        won = winners(seed, end, there, tickets) if way == SCHEDULED else []
        listed.append({
            "round": number, "way": way, "opened_at": stamp(opened), "closed_at": stamp(now), "seed": seed,
            "commitment": commitment(terms("转盘", number, way, opened, previous, there), seed), "previous": previous,
            "prizes": [dict(one.terms()) for one in there], "entries": entries, "end": end,
            "results": [{"prize": one.name, "number": ticket.number, "member": ticket.member} for one, ticket in won],
        })  # fmt: skip
        previous = end
    return {"format": "qunban-draw/1", "draw": "转盘", "rounds": listed}


def holds(public: dict[str, Any]) -> bool:
    try:
        return verify(Publication.model_validate_json(json.dumps(public))).holds
    except ValidationError:
        return False


@pytest.mark.parametrize(("way", "prizes"), [(INSTANT, WHEEL), (SCHEDULED, PARTY)])
def test_an_honest_draw_holds(way: Way, prizes: Sequence[Prize]) -> None:
    public = made(way, prizes, (4, 0, 3), Random(1))
    verdict = verify(Publication.model_validate_json(json.dumps(public)))
    assert (verdict.faults, verdict.rounds, verdict.entries, verdict.pending) == ((), 3, 7, 0)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to everything in a value that is no list and no object."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from leaves(inner, (*path, at))
    else:
        yield path


def changed(value: Any) -> Any:
    """Something else of the same kind."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case None:
            return 5
    return ("1" if value[:1] != "1" else "2") + value[1:]


@pytest.mark.parametrize(("way", "prizes"), [(INSTANT, WHEEL), (SCHEDULED, PARTY)])
def test_any_changed_value_is_found(way: Way, prizes: Sequence[Prize]) -> None:
    public = made(way, prizes, (4, 3), Random(2))
    for path in leaves(public):
        forged = deepcopy(public)
        place: Any = forged
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = changed(place[path[-1]])
        assert not holds(forged), path


@pytest.mark.parametrize(("way", "prizes"), [(INSTANT, WHEEL), (SCHEDULED, PARTY)])
def test_whatever_is_taken_out_doubled_or_moved_is_found(way: Way, prizes: Sequence[Prize]) -> None:
    public = made(way, prizes, (4, 3), Random(3))
    for number, one in enumerate(public["rounds"]):
        for key in ("entries", "prizes", "results"):
            for at in range(len(one[key])):
                for forge in (lambda row, at=at: row.pop(at), lambda row, at=at: row.insert(0, row[at])):
                    forged = deepcopy(public)
                    forge(forged["rounds"][number][key])
                    assert not holds(forged), (number, key, at)
    first_gone, swapped = deepcopy(public), deepcopy(public)
    del first_gone["rounds"][0]
    swapped["rounds"].reverse()
    assert not holds(first_gone)
    assert not holds(swapped)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.integers(0, 6), min_size=1, max_size=3))
def test_any_honest_draw_holds_and_never_gives_more_than_there_is(seed: int, rounds: list[int]) -> None:
    public = made(INSTANT, WHEEL, rounds, Random(seed))
    assert holds(public)
    drawn = Counter(entry["prize"] for one in public["rounds"] for entry in one["entries"])
    assert drawn["小样"] <= 2


def test_who_makes_another_round_to_fit_is_found_by_the_commitment() -> None:
    """Everything is computed anew for another seed: only what was published before tells."""
    public, other = made(INSTANT, WHEEL, (5,), Random(4)), made(INSTANT, WHEEL, (5,), Random(5))
    assert holds(other)
    other["rounds"][0]["commitment"] = public["rounds"][0]["commitment"]
    assert not holds(other)


# What the document gives to strangers


@pytest.fixture(scope="module")
def stranger() -> Callable[[dict[str, Any]], None]:
    """The program in the document: it raises where something does not fit."""
    text = (ROOT / "docs/draws.zh-CN.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {"__name__": "stranger"}
    exec(text.partition("```python\n")[2].partition("```")[0], names)
    check: Callable[[dict[str, Any]], None] = names["check"]
    return check


@pytest.mark.parametrize(("way", "prizes"), [(INSTANT, WHEEL), (SCHEDULED, PARTY)])
def test_a_stranger_comes_to_the_same(
    way: Way, prizes: Sequence[Prize], stranger: Callable[[dict[str, Any]], None]
) -> None:
    public = made(way, prizes, (9, 0, 4), Random(6))
    stranger(public)
    public["rounds"][0]["entries"][3]["member"] = "f" * 12
    with pytest.raises(AssertionError):
        stranger(public)
