"""Rewards that wait, and the reviews in which people rule on them. All rows are locked before they are read.

A reward waits in one row until it is granted, refused or its member is gone. What belongs together (one member's
rewards, or those of everybody in one pattern) is one review, so that people rule once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.types.context import Context
from bot.types.events import Conversation
from bot.types.ports import Executing, Timer
from handlers.fairplay.rules import Finding
from handlers.fairplay.tables import GONE, GRANTED, REFUSED, WAITS, holds, reviews
from handlers.points.ledger import Wish
from handlers.points.within import Within

WHERE = Conversation("system", "direct", "fairplay")
ASK, DUE = "fairplay.ask", "fairplay.due"
# What comes together comes within seconds; people are asked once it has come to rest, and told of more once an hour.
REST, AGAIN = timedelta(seconds=30), timedelta(hours=1)
# More than so many in one review begin the next: one ruling is one transaction.
MOST_TOGETHER = 100

_HELD = (
    sa.select(holds)
    .where(
        holds.c.member_key == sa.bindparam("key"),
        sa.or_(
            sa.and_(holds.c.source == sa.bindparam("its_source"), holds.c.event == sa.bindparam("its_event")),
            holds.c.at == sa.bindparam("moment", type_=holds.c.at.type),
        ),
    )
    .order_by(holds.c.id)
)
_OPEN = sa.select(reviews).where(reviews.c.about == sa.bindparam("its_about"), reviews.c.state == WAITS)
_REVIEW = sa.select(reviews).where(reviews.c.id == sa.bindparam("number"))
_OF = sa.select(holds).where(holds.c.review == sa.bindparam("number"), holds.c.state == WAITS).order_by(holds.c.id)
_MANY = sa.select(sa.func.count()).select_from(holds).where(holds.c.review == sa.bindparam("number"))
_WAITING = sa.select(reviews).where(reviews.c.state == WAITS).order_by(reviews.c.id).limit(sa.bindparam("most"))
_MINE = (
    sa.select(holds)
    .where(holds.c.member_key == sa.bindparam("key"), holds.c.state == WAITS)
    .order_by(holds.c.id)
    .limit(sa.bindparam("most"))
)
_TOLD = (
    sa.select(sa.func.count())
    .select_from(reviews)
    .where(reviews.c.told_at > sa.bindparam("since", type_=reviews.c.told_at.type))
)


@dataclass(frozen=True, slots=True)
class Hold:
    """One reward that waits, or waited."""

    id: int
    review: int
    member_key: str
    source: str
    event: str
    amount: int
    reason: str
    at: datetime
    place: str
    rule: str
    evidence: str
    state: str


@dataclass(frozen=True, slots=True)
class Review:
    """What people rule on at once. `told`: the user ids of those who have its card; `told_of`: how much it had then."""

    id: int
    about: str
    opened_at: datetime
    due_at: datetime
    told: tuple[str, ...]
    told_at: datetime | None
    told_of: int
    state: str
    ruled_by: str

    @property
    def is_open(self) -> bool:
        """Whether nobody has ruled on it yet."""
        return self.state == WAITS

    @property
    def label(self) -> str:
        """How people see it."""
        return f"#{self.id}"


async def held(within: Within, key: str, wish: Wish) -> Sequence[Hold]:
    """The row of a wish, and those of what was done with it at this moment."""
    asked = {"key": key, "its_source": wish.source, "its_event": wish.event, "moment": within.now}
    return [_hold(row) for row in (await within.transaction.execute(_HELD, asked)).all()]


async def hold(
    within: Within, key: str, wish: Wish, findings: Sequence[Finding], wait: timedelta, beside: Hold | None = None
) -> None:
    """Let a wish wait; people are asked soon, and after `wait` it ends without them.

    `beside`: what came of the same act and waits already.
    """
    about = next((one.about for one in findings if one.about), (f"member:{key}",))
    found = await lock(within, beside.review) if beside else None
    review = found or await _joined(within, about, wait)
    place = within.conversation.key if isinstance(within, Context) and within.conversation.channel != "system" else ""
    row = {
        "review": review.id, "member_key": key, "source": wish.source, "event": wish.event, "amount": wish.amount,
        "reason": wish.reason, "at": within.now, "place": place,
        "rule": "、".join(one.rule for one in findings), "evidence": "\n".join(one.evidence for one in findings),
        "state": WAITS, "entry": 0,
    }  # fmt: skip
    await within.transaction.execute(sa.insert(holds).values(row))
    base = review.opened_at + REST if review.told_at is None else review.told_at + AGAIN
    await _ring(within, ASK, review.id, max(base, within.now))


async def _joined(within: Within, names: Sequence[str], wait: timedelta) -> Review:
    """The open review of a subject that has one of these names, or a new one; locked."""
    known = sa.select(reviews.c.about).where(reviews.c.about.in_(names), reviews.c.state == WAITS).limit(1)
    about = str((await within.transaction.execute(known)).scalar() or names[0])
    await within.transaction.guard(f"fairplay:{about}")
    rows = (await within.transaction.execute(_OPEN, {"its_about": about})).all()
    for row in rows:
        if (await within.transaction.execute(_MANY, {"number": row.id})).scalar_one() < MOST_TOGETHER:
            return _review(row)
    values = {
        "about": about, "opened_at": within.now, "due_at": within.now + wait, "told": "", "told_of": 0,
        "state": WAITS, "ruled_by": "",
    }  # fmt: skip
    number = (await within.transaction.execute(sa.insert(reviews).values(values).returning(reviews.c.id))).scalar_one()
    await _ring(within, DUE, number, within.now + wait)
    opened = (await within.transaction.execute(_REVIEW, {"number": number})).one()
    return _review(opened)


async def _ring(within: Within, name: str, review: int, due: datetime) -> None:
    timer = Timer(id=f"{name}:{review}", name=name, conversation=WHERE, due=due, data={"review": str(review)})
    await within.transaction.set_timer(timer)


async def lock(within: Within, number: int) -> Review | None:
    """The review of a number, guarded until the transaction commits; None where there is none."""
    row = (await within.transaction.execute(_REVIEW, {"number": number})).first()
    if row is None:
        return None
    await within.transaction.guard(f"fairplay:{row.about}")
    return _review((await within.transaction.execute(_REVIEW, {"number": number})).one())


async def waiting(where: Executing, most: int) -> Sequence[Review]:
    """The open reviews, the oldest first."""
    return [_review(row) for row in (await where.execute(_WAITING, {"most": most})).all()]


async def of(where: Executing, review: Review) -> Sequence[Hold]:
    """What still waits in a review."""
    return [_hold(row) for row in (await where.execute(_OF, {"number": review.id})).all()]


async def mine(where: Executing, key: str, most: int) -> Sequence[Hold]:
    """What of a member's waits."""
    return [_hold(row) for row in (await where.execute(_MINE, {"key": key, "most": most})).all()]


async def told_since(where: Executing, since: datetime) -> int:
    """Of how many reviews people were told since then."""
    return int((await where.execute(_TOLD, {"since": since})).scalar_one())


async def change(where: Executing, review: Review, **values: Any) -> Review:
    """The review with other values, written down."""
    written = {**values, "told": " ".join(values["told"])} if "told" in values else values
    await where.execute(sa.update(reviews).where(reviews.c.id == review.id).values(written))
    return replace(review, **{key: value for key, value in values.items() if key in Review.__slots__})


async def end(where: Executing, one: Hold, state: str, now: datetime, entry: int = 0) -> None:
    """What became of a reward that waited."""
    assert state in (GRANTED, REFUSED, GONE)
    values = {"state": state, "entry": entry, "ended_at": now}
    await where.execute(sa.update(holds).where(holds.c.id == one.id).values(values))


def _hold(row: sa.Row[Any]) -> Hold:
    return Hold(**{name: getattr(row, name) for name in Hold.__slots__})


def _review(row: sa.Row[Any]) -> Review:
    known = {name: getattr(row, name) for name in Review.__slots__}
    return Review(**{**known, "told": tuple(row.told.split())})
