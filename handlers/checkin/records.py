"""Who takes part and who checked in when, as rows."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bot.types.days import LocalDays
from bot.types.ports import Executing
from handlers.checkin.course import ONE, Course
from handlers.checkin.tables import checkins, participants, pauses, told
from handlers.points.members import key_of, members
from handlers.points.within import Within

_MINE = sa.select(checkins).where(
    checkins.c.campaign == sa.bindparam("campaign"), checkins.c.member_key == sa.bindparam("key")
)
_ADD = insert(checkins).on_conflict_do_nothing()
_ME = sa.select(participants).where(
    participants.c.campaign == sa.bindparam("its_campaign"), participants.c.member_key == sa.bindparam("key")
)
_JOIN = insert(participants).on_conflict_do_update(
    index_elements=["campaign", "member_key"], set_={"door": sa.literal_column("excluded.door")}
)
_TELL = insert(told).on_conflict_do_update(
    index_elements=["campaign"],
    set_={name: sa.literal_column(f"excluded.{name}") for name in ("reported", "listed_at")},
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A day on which somebody checked in."""

    day: date
    made_up: bool


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who takes part; `door`: through which they spoke last, `joined_at`: since when; "", None: not yet."""

    key: str
    id: str
    door: str = ""
    team: str = ""
    finished_at: datetime | None = None
    joined_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of a campaign: until which day who was absent ("": none yet), and when who has finished."""

    reported: str = ""
    listed_at: datetime | None = None


async def lock(within: Within, campaign: str, key: str) -> None:
    """Guard what one member has done in a campaign until the transaction commits."""
    await within.transaction.guard(f"checkin:{campaign}:{key}")


async def marks_of(where: Executing, campaign: str, key: str) -> Sequence[Mark]:
    """The days on which a member checked in."""
    rows = await where.execute(_MINE, {"campaign": campaign, "key": key})
    return sorted((Mark(date.fromisoformat(row.day), row.made_up) for row in rows.all()), key=lambda mark: mark.day)


async def mark(within: Within, campaign: str, key: str, day: date, *, made_up: bool = False) -> None:
    """A member checked in on a day."""
    row = {"campaign": campaign, "member_key": key, "day": day.isoformat(), "at": within.now, "made_up": made_up}
    await within.transaction.execute(_ADD, row)


async def participant(where: Executing, campaign: str, key: str, id: str) -> Participant | None:
    """A member as one who takes part; None for who does not yet."""
    row = (await where.execute(_ME, {"its_campaign": campaign, "key": key})).first()
    return None if row is None else _participant(row, id)


async def join(within: Within, campaign: str, key: str, door: str) -> None:
    """A member takes part from now on, and was heard at a door."""
    row = {
        "campaign": campaign, "member_key": key, "joined_at": within.now, "door": door, "team": "", "finished_at": None,
    }  # fmt: skip
    await within.transaction.execute(_JOIN, row)


async def change(within: Within, campaign: str, key: str, **values: Any) -> None:
    """Something of one who takes part is different now: their team, or that they have finished."""
    mine = participants.c.campaign == campaign, participants.c.member_key == key
    await within.transaction.execute(sa.update(participants).where(*mine).values(**values))


async def all_participants(within: Within, campaign: str, named: Collection[str] | None) -> Sequence[Participant]:
    """Everybody who takes part, by their keys: those of the ids that are `named`, or with None those who joined."""
    if named is not None:
        known = await _keys(within, sorted(named))
    query = (
        sa.select(participants, members.c.id)
        .select_from(participants.join(members, members.c.member_key == participants.c.member_key))
        .where(participants.c.campaign == campaign)
    )
    joined = {row.id: _participant(row, row.id) for row in (await within.transaction.execute(query)).all()}
    found = joined.values() if named is None else [joined.get(id) or Participant(key, id) for id, key in known.items()]
    return sorted(found, key=lambda one: one.key)


async def all_days(where: Executing, campaign: str, course: Course) -> Mapping[str, set[date]]:
    """The days of a campaign on which each member checked in, by their keys."""
    found: dict[str, set[date]] = defaultdict(set)
    if not course.days:
        return found
    within = checkins.c.day.between(course.days[0].isoformat(), course.days[-1].isoformat())
    query = sa.select(checkins.c.member_key, checkins.c.day).where(checkins.c.campaign == campaign, within)
    for row in (await where.execute(query)).all():
        found[row.member_key].add(date.fromisoformat(row.day))
    return found


async def how_often(where: Executing, campaign: str, course: Course) -> Sequence[tuple[str, str, int]]:
    """Who checked in on its days: the id, the team they chose, and on how many."""
    if not course.days:
        return []
    within = checkins.c.day.between(course.days[0].isoformat(), course.days[-1].isoformat())
    counts = (
        sa.select(checkins.c.member_key, sa.func.count().label("days"))
        .where(checkins.c.campaign == campaign, within)
        .group_by(checkins.c.member_key)
        .subquery()
    )
    query = (
        sa.select(members.c.id, participants.c.team, counts.c.days)
        .select_from(counts.join(members, members.c.member_key == counts.c.member_key))
        .join(participants, participants.c.member_key == counts.c.member_key)
        .where(participants.c.campaign == campaign)
    )
    return [(row.id, row.team, row.days) for row in (await where.execute(query)).all()]


async def done_on(where: Executing, campaign: str, day: date) -> frozenset[str]:
    """Who checked in on a day, by their keys."""
    mine = checkins.c.campaign == campaign, checkins.c.day == day.isoformat()
    return frozenset((await where.execute(sa.select(checkins.c.member_key).where(*mine))).scalars())


async def pause_of(where: Executing, campaign: str) -> sa.Row[Any] | None:
    """The pause that holds; None when it goes on."""
    mine = pauses.c.campaign == campaign, pauses.c.resumed_at.is_(None)
    return (await where.execute(sa.select(pauses).where(*mine))).first()


async def free_days(within: Within, campaign: str, local: LocalDays) -> frozenset[date]:
    """The days on which a campaign was paused for a while: nobody has missed them."""
    query = sa.select(pauses.c.paused_at, pauses.c.resumed_at).where(pauses.c.campaign == campaign)
    free: set[date] = set()
    for row in (await within.transaction.execute(query)).all():
        first, last = local.of(row.paused_at), local.of(row.resumed_at or within.now)
        free.update(first + ahead * ONE for ahead in range((last - first).days + 1))
    return frozenset(free)


async def what_was_told(within: Within, campaign: str) -> Told:
    """What was told of a campaign, guarded until the transaction commits."""
    await within.transaction.guard(f"campaign-told:{campaign}")
    row = (await within.transaction.execute(sa.select(told).where(told.c.campaign == campaign))).first()
    return Told() if row is None else Told(row.reported, row.listed_at)


async def keep_told(within: Within, campaign: str, now: Told) -> None:
    """Something more was told."""
    row = {"campaign": campaign, "reported": now.reported, "listed_at": now.listed_at}
    await within.transaction.execute(_TELL, row)


async def _keys(within: Within, ids: Sequence[str]) -> Mapping[str, str]:
    query = sa.select(members.c.id, members.c.member_key).where(members.c.id.in_(ids))
    known = {row.id: row.member_key for row in (await within.transaction.execute(query)).all()}
    return {id: known.get(id) or await key_of(within, id) for id in ids}


def _participant(row: Any, id: str) -> Participant:
    return Participant(row.member_key, id, row.door, row.team, row.finished_at, row.joined_at)
