"""Cases: what people look at once, however often it comes. The same ad in five groups by three accounts is one case.

Cases are kept in a conversation of their own (`WHERE`), so that nobody else writes them but staff who rule; whoever
wants something looked at puts a Signal there. A case is a shared row: it is locked before it is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.types.context import Context
from bot.types.events import Conversation
from handlers.moderation.tables import OPEN, RIGHT, WRONG, cases, finds
from nlp.moderation.fingerprint import Fingerprint

WHERE = Conversation("system", "direct", "moderation")
# What comes again within a day of the last time belongs to the same case.
WINDOW = timedelta(hours=24)
# So many cases are compared, the newest; a community has a handful open.
MOST_OPEN = 200
STATES: Mapping[str, str] = {OPEN: "等人看", WRONG: "误判", RIGHT: "已处理"}


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `spans`: what is marked in `text`; `phrase`: what would make it fine, "" when nothing short would.

    `told`: the user ids of those who have its card, each with its number on the card's task; `grew`: they were told
    that it did; `waits`: they soon will be.
    """

    id: int
    rule: str
    category: str
    fingerprint: Fingerprint
    text: str
    spans: tuple[tuple[int, int], ...]
    phrase: str
    opened_at: datetime
    last_at: datetime
    told: tuple[str, ...] = ()
    told_reach: int = 0
    grew: bool = False
    waits: bool = False
    state: str = OPEN
    ruled_by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether nobody has ruled on it yet."""
        return self.state == OPEN

    @property
    def label(self) -> str:
        """How staff see it."""
        return f"#{self.id}"


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a case reaches: its messages, the places (by what people call them) and the members, newest first."""

    messages: int
    places: tuple[str, ...]
    members: tuple[tuple[str, str], ...]

    @property
    def reach(self) -> int:
        """One number that grows whenever a place or a member is added."""
        return len(self.places) + len(self.members)


async def file(case: Case, context: Context) -> tuple[Case, bool]:
    """The open case that a draft is a repetition of, or the draft as a new one; and whether it is new. Locked."""
    known = await _like(case, context)
    if known is not None:
        return await change(known, context, last_at=context.now), False
    values = _row(case)
    number = (await context.transaction.execute(sa.insert(cases).values(values).returning(cases.c.id))).scalar_one()
    opened = await lock(number, context)
    assert opened is not None
    return opened, True


async def lock(number: int, context: Context) -> Case | None:
    """The case of a number, guarded until the event commits."""
    await context.transaction.guard(f"case:{number}")
    row = (await context.transaction.execute(sa.select(cases).where(cases.c.id == number))).first()
    return None if row is None else _case(row)


async def change(case: Case, context: Context, **values: Any) -> Case:
    """The case with other values, written down."""
    written = {**values, "told": " ".join(values["told"])} if "told" in values else values
    await context.transaction.execute(sa.update(cases).where(cases.c.id == case.id).values(written))
    return replace(case, **{key: value for key, value in values.items() if key in Case.__slots__})


async def forget(case: Case, context: Context) -> None:
    """Keep the words of a case no longer; its digest still knows them again."""
    await context.transaction.execute(sa.update(cases).where(cases.c.id == case.id).values(text="", spans=""))


async def join(find: int, case: Case, context: Context) -> None:
    """Count a find among those of a case."""
    await context.transaction.execute(sa.update(finds).where(finds.c.id == find).values(case_id=case.id))


async def extent(case: Case, context: Context) -> Extent:
    """How far a case reaches now."""
    mine = finds.c.case_id == case.id
    named = finds.c.group_name, finds.c.conversation, finds.c.member, finds.c.name
    rows = (await context.transaction.execute(sa.select(*named).where(mine).order_by(finds.c.id.desc()))).all()
    places = dict(_place(row.group_name, Conversation.parse(row.conversation)) for row in rows)
    members = dict.fromkeys((row.member, row.name) for row in rows)
    return Extent(len(rows), tuple(places.values()), tuple(members))


def _place(group: str, where: Conversation) -> tuple[str, str]:
    """What tells a place from others, and what people call it."""
    if where.place == "direct":
        return "", "一对一"
    return group or where.native, group or "没起名的群"


async def was_wrong(text: str, rule: str, context: Context) -> bool:
    """Whether staff found, not long ago, that the same words are fine."""
    same = cases.c.digest == Fingerprint.of(text).digest, cases.c.state == WRONG, cases.c.rule == rule
    return (await context.transaction.execute(sa.select(cases.c.id).where(*same).limit(1))).first() is not None


async def handled_before(case: Case, context: Context) -> int:
    """The number of the last case with the same words that was handled within the window; 0 for none."""
    same = cases.c.digest == case.fingerprint.digest, cases.c.state == RIGHT, cases.c.rule == case.rule
    recent = cases.c.last_at > context.now - WINDOW
    return (await context.transaction.execute(sa.select(sa.func.max(cases.c.id)).where(*same, recent))).scalar() or 0


async def opened_since(since: datetime, rule: str, context: Context) -> int:
    """How many cases of a rule were opened since then."""
    return await _count(context, cases.c.opened_at >= since, cases.c.rule == rule)


async def told_since(since: datetime, context: Context) -> int:
    """How many cases staff were told of since then."""
    return await _count(context, cases.c.opened_at > since, cases.c.told != "")


async def untold_since(since: datetime, context: Context) -> int:
    """How many cases were opened since then that nobody was told of."""
    return await _count(context, cases.c.opened_at > since, cases.c.told == "")


async def _count(context: Context, *which: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(cases).where(*which)
    return int((await context.transaction.execute(query)).scalar_one())


async def _like(case: Case, context: Context) -> Case | None:
    """The open case that says the same, the likest of several."""
    recent = cases.c.state == OPEN, cases.c.rule == case.rule, cases.c.last_at > context.now - WINDOW
    query = sa.select(cases).where(*recent).order_by(cases.c.last_at.desc()).limit(MOST_OPEN)
    found = [_case(row) for row in (await context.transaction.execute(query)).all()]
    alike = [one for one in found if one.fingerprint.is_like(case.fingerprint)]
    best = max(alike, key=lambda one: one.fingerprint.likeness(case.fingerprint), default=None)
    locked = await lock(best.id, context) if best is not None else None
    return locked if locked is not None and locked.is_open else None


def _row(case: Case) -> dict[str, Any]:
    return {
        "rule": case.rule,
        "category": case.category,
        "digest": case.fingerprint.digest,
        "pieces": case.fingerprint.text,
        "text": case.text,
        "spans": spans_as_text(case.spans),
        "phrase": case.phrase,
        "opened_at": case.opened_at,
        "last_at": case.last_at,
        "told": " ".join(case.told),
        "told_reach": case.told_reach,
        "grew": case.grew,
        "waits": case.waits,
        "state": case.state,
    }


def _case(row: sa.Row[Any]) -> Case:
    return Case(
        id=row.id,
        rule=row.rule,
        category=row.category,
        fingerprint=Fingerprint.parse(row.digest, row.pieces),
        text=row.text,
        spans=spans_of(row.spans),
        phrase=row.phrase,
        opened_at=row.opened_at,
        last_at=row.last_at,
        told=tuple(row.told.split()),
        told_reach=row.told_reach,
        grew=row.grew,
        waits=row.waits,
        state=row.state,
        ruled_by=row.ruled_by,
    )


def spans_as_text(spans: Sequence[tuple[int, int]]) -> str:
    """Spans as they are kept: `"3-5 9-12"`."""
    return " ".join(f"{start}-{end}" for start, end in spans)


def spans_of(text: str) -> tuple[tuple[int, int], ...]:
    """The inverse of `spans_as_text`."""
    pairs = (one.partition("-") for one in text.split())
    return tuple((int(start), int(end)) for start, _, end in pairs)
