"""Boards: who earned most of all, this month, this week; and the place of one among any number of members.

Counting those before a member takes as long as there are members before them. So members are counted by score in
buckets, on levels of sixteen times the width each, as in a radix tree: a place is the sum of at most fifteen buckets a
level. Buckets are shared by everybody, and were they written with each change, processes would wait for each other. A
change only marks the member's own row as moved; `settle_moved` brings the buckets up to date in one conversation, and
until then a place adds what has moved.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import add as add_up
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bot.types.events import Conversation
from bot.types.ports import Executing, Timer
from handlers.points.chain import millis
from handlers.points.tables import TOTAL, scores, tallies
from handlers.points.within import Within

# Where what concerns the whole book happens, one thing after the other.
BOOK = Conversation("system", "direct", "points")
SETTLE = "points.settle"
# Widths of buckets: 1, 16, 256, … 16⁶; the widest ones are all looked at.
BITS, LEVELS = 4, 7
MOST_MOVED = 500
# One change in so many asks for the buckets to be brought up to date, and a reader who finds so many moved.
ONE_IN, MANY_MOVED = 32, 200
SLOT = 10

_MINE = sa.select(scores.c.score).where(
    scores.c.board == sa.bindparam("board"), scores.c.member_key == sa.bindparam("key")
)
_ADD = insert(scores).on_conflict_do_update(
    index_elements=["board", "member_key"],
    set_={
        "score": sa.literal_column("points_scores.score + excluded.score"),
        "early": sa.literal_column("excluded.early"),
        "reached_at": sa.literal_column("excluded.reached_at"),
        "moved": sa.literal_column("excluded.moved"),
    },
)
_TOP = (
    sa.select(scores.c.member_key, scores.c.score)
    .where(scores.c.board == sa.bindparam("board"), scores.c.score > 0)
    .order_by(scores.c.score.desc(), scores.c.early.desc())
    .limit(sa.bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's place on a board: equal scores share it, `place` is 1 for the first. `of`: how many are on it."""

    place: int
    of: int
    score: int


def week(day: date) -> str:
    """The board of a day's week (ISO 8601)."""
    year, number, _ = day.isocalendar()
    return f"week:{year}-{number:02}"


def month(day: date) -> str:
    """The board of a day's month."""
    return f"month:{day:%Y-%m}"


async def add(within: Within, key: str, amount: int, day: date, mark: str) -> None:
    """Add what a member earned on a day to all boards of that day.

    `mark` is the hash of its entry: one in so many has the buckets brought up to date.
    """
    if not amount:
        return
    rows = [
        {
            "board": board, "member_key": key, "score": amount, "early": -millis(within.now),
            "reached_at": None if board == TOTAL else within.now, "tallied": 0, "moved": True,
        }
        for board in sorted((TOTAL, month(day), week(day)))
    ]  # fmt: skip
    await within.transaction.execute(_ADD, rows)
    if int(mark[:8], 16) % ONE_IN == 0:
        await ask_to_settle(within)


async def ask_to_settle(within: Within) -> None:
    """Have the buckets brought up to date soon; all who ask within some seconds ask for the same."""
    slot = int(within.now.timestamp()) // SLOT + 1
    due = within.now + timedelta(seconds=slot * SLOT - within.now.timestamp())
    await within.transaction.set_timer(Timer(id=f"{SETTLE}:{slot}", name=SETTLE, conversation=BOOK, due=due, data={}))


async def top(where: Executing, board: str, most: int) -> Sequence[tuple[str, int]]:
    """The first of a board, as (key, score); of equal scores the earlier first."""
    rows = await where.execute(_TOP, {"board": board, "most": most})
    return [(row.member_key, row.score) for row in rows.all()]


async def standing(within: Within, board: str, key: str) -> Standing | None:
    """A member's place, whatever the size of the board; None for who is not on it."""
    score = (await within.transaction.execute(_MINE, {"board": board, "key": key})).scalar() or 0
    if score <= 0:
        return None
    row = (await within.transaction.execute(_COUNTS, {"board": board, "score": score, **_buckets_of(score)})).one()
    if row.moved > MANY_MOVED:
        await ask_to_settle(within)
    before = row.wider + row.came_before - row.left_before
    return Standing(before + 1, row.all + row.came - row.left, score)


def _score() -> sa.BindParameter[int]:
    return sa.bindparam("score", type_=sa.BigInteger)


def _moved(which: sa.ColumnElement[bool]) -> Any:
    """How many of those that have moved."""
    return sa.func.coalesce(sa.func.sum(sa.case((which, 1), else_=0)), 0)


def _sum(which: sa.ColumnElement[bool]) -> Any:
    found = sa.func.coalesce(sa.func.sum(tallies.c.members), 0)
    mine = tallies.c.board == sa.bindparam("board")
    return sa.cast(sa.select(found).where(mine, which).scalar_subquery(), sa.BigInteger)


def _above(level: int) -> sa.ColumnElement[bool]:
    """The buckets of a level that lie above a score and within the bucket of the next level that holds it."""
    above = sa.and_(tallies.c.level == level, tallies.c.bucket > sa.bindparam(f"bucket{level}"))
    return above if level == LEVELS - 1 else sa.and_(above, tallies.c.bucket <= sa.bindparam(f"last{level}"))


# All counts in one statement, so that they are of one moment.
_COUNTS = sa.select(
    reduce(add_up, (_sum(_above(level)) for level in range(LEVELS))).label("wider"),
    _sum(tallies.c.level == LEVELS - 1).label("all"),
    sa.func.count().label("moved"),
    _moved(scores.c.score > _score()).label("came_before"),
    _moved(scores.c.tallied > _score()).label("left_before"),
    _moved(scores.c.score > 0).label("came"),
    _moved(scores.c.tallied > 0).label("left"),
).where(scores.c.moved, scores.c.board == sa.bindparam("board"))


def _buckets_of(score: int) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for level in range(LEVELS):
        bucket = score >> BITS * level
        found |= {f"bucket{level}": bucket, f"last{level}": bucket | (1 << BITS) - 1}
    del found[f"last{LEVELS - 1}"]
    return found


async def settle_moved(within: Within, most: int = MOST_MOVED) -> int:
    """Bring the buckets up to date with at most so many moved members; how many there were. One caller at a time."""
    query = (
        sa.select(scores.c.board, scores.c.member_key, scores.c.score, scores.c.tallied)
        .where(scores.c.moved)
        .limit(most)
    )
    found = (await within.transaction.execute(query)).all()
    # In the order in which others lock them.
    rows = sorted(found, key=lambda row: (row.board, row.member_key))
    if not rows:
        return 0
    moves: Counter[tuple[str, int, int]] = Counter()
    for row in rows:
        for at, way in ((max(row.score, 0), 1), (row.tallied, -1)):
            moves.update({(row.board, level, bucket): way for level, bucket in _path(at)})
    await _write([(*place, way) for place, way in sorted(moves.items()) if way], within)
    await within.transaction.execute(_TALLIED, [_settled(row) for row in rows])
    return len(rows)


def _path(score: int) -> Iterator[tuple[int, int]]:
    """The bucket of a score on each level; none for a score that is not counted."""
    return ((level, score >> BITS * level) for level in range(LEVELS if score > 0 else 0))


_TALLIED = (
    sa.update(scores)
    .where(scores.c.board == sa.bindparam("its_board"), scores.c.member_key == sa.bindparam("its_key"))
    .values(tallied=sa.bindparam("counted"), moved=sa.bindparam("read") != scores.c.score)
)


def _settled(row: sa.Row[Any]) -> Mapping[str, Any]:
    """Counted as it was read; still moved if it has changed meanwhile."""
    return {
        "its_board": row.board, "its_key": row.member_key, "counted": max(row.score, 0), "read": row.score,
    }  # fmt: skip


_MOVE = insert(tallies).on_conflict_do_update(
    index_elements=["board", "level", "bucket"],
    set_={
        "members": sa.literal_column("points_tallies.members + excluded.members"),
        "changed_at": sa.literal_column("excluded.changed_at"),
    },
)


async def _write(moves: Sequence[tuple[str, int, int, int]], within: Within) -> None:
    if not moves:
        return
    rows = [
        {
            "board": board, "level": level, "bucket": bucket, "members": members,
            "changed_at": None if board == TOTAL else within.now,
        }
        for board, level, bucket, members in moves
    ]  # fmt: skip
    await within.transaction.execute(_MOVE, rows)
