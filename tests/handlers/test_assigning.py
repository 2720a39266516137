"""Who gets a ticket: rules that hold for every team, and a day of calls."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.desk.assigning import GRAB, IDLE, ROUND, Candidate, Waiting, choose, next_for
from handlers.directory import Mode

START = datetime(2026, 11, 23, 2, tzinfo=UTC)
SKILLS = ("退款", "发票")

PEOPLE = st.lists(
    st.builds(
        Candidate,
        id=st.sampled_from("abcdef"),
        open=st.integers(0, 4),
        capacity=st.integers(1, 3),
        skills=st.frozensets(st.sampled_from(SKILLS)),
        last_at=st.none() | st.integers(0, 9).map(lambda hour: START + timedelta(hours=hour)),
    ),
    max_size=6,
    unique_by=lambda one: one.id,
)
MODES = st.sampled_from([GRAB, ROUND, IDLE])
NEEDED = st.sampled_from(["", *SKILLS])


@given(PEOPLE, MODES, st.sampled_from(["", *"abcdefg"]), NEEDED)
def test_whoever_gets_it_has_room_and_nobody_fitter_was_passed_over(
    people: list[Candidate], mode: Mode, last: str, skill: str
) -> None:
    free = {one.id: one for one in people if one.has_room}
    skilled = {id for id, one in free.items() if skill in one.skills}
    chosen = choose(people, mode, last, skill)
    if not chosen:
        assert not free or mode == GRAB
        return
    assert chosen in (skilled or free)
    if last in (skilled or free):
        assert chosen == last
    elif mode == IDLE:
        assert free[chosen].open == min(free[one].open for one in skilled or free)
    else:
        assert mode == ROUND
        earliest = min((free[one].last_at or datetime.min.replace(tzinfo=UTC)) for one in skilled or free)
        assert (free[chosen].last_at or datetime.min.replace(tzinfo=UTC)) == earliest


@pytest.mark.parametrize(
    ("mode", "last", "skill", "chosen"),
    [
        ("轮流", "", "", "new"),
        ("最闲", "", "", "idle"),
        ("抢单", "", "", ""),
        ("抢单", "busy", "", "busy"),
        ("轮流", "busy", "", "busy"),
        ("最闲", "full", "", "idle"),
        ("最闲", "gone", "", "idle"),
        ("轮流", "", "发票", "busy"),
        ("轮流", "idle", "发票", "busy"),
        ("轮流", "", "退款", "new"),
        ("轮流", "", "没人会", "new"),
    ],
)
def test_who_gets_it(mode: Mode, last: str, skill: str, chosen: str) -> None:
    """The one who knows refunds has no room, so that anybody gets it."""
    team = (
        Candidate("full", 2, 2, frozenset({"退款"}), None),
        Candidate("busy", 1, 2, frozenset({"发票"}), START),
        Candidate("idle", 0, 2, frozenset(), START + timedelta(hours=1)),
        Candidate("new", 1, 2, frozenset(), None),
    )
    assert choose(team, mode, last, skill) == chosen


@given(st.integers(1, 6), st.integers(1, 40))
def test_in_turn_everybody_gets_as_many(count: int, calls: int) -> None:
    team = [Candidate(str(number), capacity=100) for number in range(count)]
    given = Counter(dict.fromkeys((one.id for one in team), 0))
    for call in range(calls):
        id = choose(team, ROUND)
        given[id] += 1
        team = [replace(one, last_at=START + timedelta(minutes=call)) if one.id == id else one for one in team]
    assert max(given.values()) - min(given.values()) <= 1


WAITING = st.lists(
    st.builds(
        Waiting,
        id=st.integers(1, 99),
        since=st.integers(0, 5).map(lambda hour: START + timedelta(hours=hour)),
        skill=NEEDED,
        barred=st.frozensets(st.sampled_from("abc")),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)


@given(WAITING, st.integers(0, 2))
def test_a_free_seat_takes_the_oldest_that_is_open_to_it(waiting: list[Waiting], open: int) -> None:
    taken = next_for(Candidate("a", open, 2), waiting)
    fit = sorted((one.since, one.id) for one in waiting if "a" not in one.barred)
    assert taken == (fit[0][1] if fit and open < 2 else 0)


@dataclass
class Floor:
    """A team at work, where calls come in and end: who has what, and what waits."""

    mode: Mode
    team: tuple[Candidate, ...]
    hands: dict[int, str] = field(default_factory=dict)
    waiting: list[Waiting] = field(default_factory=list)
    now: datetime = START

    def candidates(self) -> list[Candidate]:
        counts = Counter(self.hands.values())
        return [replace(one, open=counts[one.id]) for one in self.team]

    def call(self, number: int, skill: str) -> None:
        self.now += timedelta(minutes=1)
        if chosen := choose(self.candidates(), self.mode, skill=skill):
            self.hands[number] = chosen
        else:
            self.waiting.append(Waiting(number, self.now, skill))

    def end(self, at: int) -> None:
        if self.hands:
            who = self.hands.pop(sorted(self.hands)[at % len(self.hands)])
            person = next(one for one in self.candidates() if one.id == who)
            if number := next_for(person, self.waiting):
                self.waiting = [one for one in self.waiting if one.id != number]
                self.hands[number] = who


@given(st.sampled_from([ROUND, IDLE]), st.lists(st.tuples(st.booleans(), st.integers(0, 9), NEEDED), max_size=60))
def test_nobody_waits_while_there_is_a_seat_and_nobody_has_more_than_fit(
    mode: Mode, day: list[tuple[bool, int, str]]
) -> None:
    floor = Floor(mode, (Candidate("a", capacity=2, skills=frozenset({"退款"})), Candidate("b", capacity=1)))
    for number, (calls, at, skill) in enumerate(day, 1):
        if calls:
            floor.call(number, skill)
        else:
            floor.end(at)
        assert all(one.open <= one.capacity for one in floor.candidates())
        assert not floor.waiting or not any(one.has_room for one in floor.candidates())
