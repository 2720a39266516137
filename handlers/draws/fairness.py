"""How a secret seed decides a draw, so that everybody can do it again once the seed is known. Pure.

Before the first entry a commitment is published: the SHA-256 of the terms and of the seed (commit and reveal, as in
Blum, "Coin flipping by telephone", 1981). Numbers come from HMAC-SHA256 (RFC 2104) of the seed and a label, without the
bias of a plain remainder. Entries make a chain of hashes, and what decides depends on it or on the entry itself, so
that nothing can be moved afterwards. `docs/draws.zh-CN.md` says the same in words.
"""

import hmac
import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from typing import Any, Literal

from handlers.points.chain import millis

Way = Literal["instant", "scheduled"]
INSTANT: Way = "instant"
SCHEDULED: Way = "scheduled"
_ALL = 1 << 256
_PUBLIC_LETTERS = 12


@dataclass(frozen=True, slots=True)
class Prize:
    """One prize as it was offered: `left` of it, None for as many as are drawn.

    `weight`: its share of the chance in an instant draw. `points`: it is so many points; `nothing`: it is no prize.
    """

    name: str
    weight: int
    left: int | None
    points: int = 0
    nothing: bool = False

    def terms(self) -> Mapping[str, Any]:
        """What is published of it."""
        return {
            "name": self.name, "weight": self.weight, "left": self.left, "points": self.points, "nothing": self.nothing,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ticket:
    """One entry: its number in its round, and the public name of who entered."""

    number: int
    member: str


def canonical(value: Any) -> bytes:
    """The one JSON form of a value: keys in order, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def stamp(moment: datetime) -> str:
    """A moment as it is published: UTC, to the millisecond to which the records round it."""
    return datetime.fromtimestamp(millis(moment) / 1000, UTC).isoformat(timespec="milliseconds")


def terms(
    draw: str, number: int, way: Way, opened_at: datetime | str, previous: str, prizes: Sequence[Prize]
) -> Mapping[str, Any]:
    """What a commitment binds: whose round it is, when it began, what is in it, and how the round before ended."""
    return {
        "draw": draw, "round": number, "way": way, "previous": previous, "prizes": [one.terms() for one in prizes],
        "opened_at": opened_at if isinstance(opened_at, str) else stamp(opened_at),
    }  # fmt: skip


def commitment(bound: Mapping[str, Any], seed: str) -> str:
    """The SHA-256 of the terms, a line break and the seed (hexadecimal, as it is revealed)."""
    return sha256(canonical(bound) + b"\n" + seed.encode()).hexdigest()


def public_name(key: str, draw: str) -> str:
    """What stands for a member in one draw: who does not know the member's key cannot tell who it is."""
    return hmac.new(key.encode(), draw.encode(), sha256).hexdigest()[:_PUBLIC_LETTERS]


def link(previous: str, ticket: Ticket, at: datetime | str, prize: str) -> str:
    """The hash of an entry, over that of the entry before it; `prize` is "" where none is known yet."""
    moment = at if isinstance(at, str) else stamp(at)
    return sha256(canonical([previous, ticket.number, ticket.member, moment, prize])).hexdigest()


def ending(last: str, closed_at: datetime | str) -> str:
    """The hash at the end of a round, over the last entry and the moment after which there were no more."""
    moment = closed_at if isinstance(closed_at, str) else stamp(closed_at)
    return sha256(canonical([last, "closed", moment])).hexdigest()


def number_below(seed: str, label: str, most: int) -> int:
    """A number from 0 to `most` - 1, each as likely as any other.

    HMAC-SHA256 of the seed (its bytes) and `label:0` is a number of 256 bits; what lies in the last, incomplete
    row of `most` numbers is thrown away, and `label:1` is tried, and so on. ValueError when `most` is not positive.
    """
    if most <= 0:
        raise ValueError("nothing to choose from")
    end = _ALL - _ALL % most
    for attempt in count():
        block = hmac.new(bytes.fromhex(seed), f"{label}:{attempt}".encode(), sha256).digest()
        if (found := int.from_bytes(block)) < end:
            return found % most
    raise AssertionError


def prize_of(seed: str, number: int, ticket: Ticket, prizes: Sequence[Prize], left: Mapping[str, int]) -> Prize | None:
    """What an entry of an instant draw wins in round `number`: by weight, of what is there; None when nothing is.

    `left`: how many there are, by name, of the prizes that are counted.
    """
    there = [one for one in prizes if left.get(one.name, 1) > 0]
    whole = sum(one.weight for one in there)
    if not whole:
        return None
    drawn = number_below(seed, f"{number}:{ticket.number}:{ticket.member}", whole)
    for one in there:
        drawn -= one.weight
        if drawn < 0:
            return one
    raise AssertionError


def winners(seed: str, end: str, prizes: Sequence[Prize], tickets: Sequence[Ticket]) -> Sequence[tuple[Prize, Ticket]]:
    """Who wins in a scheduled draw: prize by prize in their order, one ticket each out of those that remain.

    `end`: the hash at the end of the entries. Who has won is out, with all of their tickets.
    """
    ordered = sorted(tickets, key=lambda ticket: ticket.number)
    remaining, places = list(range(len(ordered))), defaultdict[str, list[int]](list)
    for place, ticket in enumerate(ordered):
        places[ticket.member].append(place)
    won: list[tuple[Prize, Ticket]] = []
    for prize in prizes:
        for _ in range(prize.left or 0):
            if not remaining:
                return won
            ticket = ordered[remaining[number_below(seed, f"{end}:{len(won)}", len(remaining))]]
            won.append((prize, ticket))
            for place in places[ticket.member]:
                del remaining[bisect_left(remaining, place)]
    return won
