"""Who may not take part for a while: sign-ins, draws, games and campaigns ask here before they give anything."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bot.types.ports import Executing
from handlers.fairplay.tables import bars
from handlers.points.members import key_of, members, remember
from handlers.points.within import Within
from handlers.times import spoken_duration

MINUTE = timedelta(minutes=1)

_UNTIL = (
    sa.select(bars.c.until)
    .select_from(bars.join(members, members.c.member_key == bars.c.member_key))
    .where(members.c.id == sa.bindparam("member"), bars.c.until > sa.bindparam("moment", type_=bars.c.until.type))
    .order_by(bars.c.until.desc())
    .limit(1)
)
_WRITE = insert(bars).on_conflict_do_update(
    index_elements=["member_key", "cause"], set_={"until": sa.literal_column("excluded.until")}
)


async def barred(within: Within, member: str) -> str:
    """Why a member may not take part now, to be said to them as it is (Chinese); "" when they may.

    Every capability that gives or sells something for points asks it first, and does nothing else where the answer is
    not "". It costs one short query. Looking (我的积分, 规则) is open to everybody.
    """
    until = await barred_until(within.transaction, member, within.now)
    if until is None:
        return ""
    return f"你暂时不能参加活动，{left(until, within.now)}后就可以了。有误会请发「转人工」。"


async def barred_until(where: Executing, member: str, now: datetime) -> datetime | None:
    """Until when a member may not take part; None when they may."""
    found: datetime | None = (await where.execute(_UNTIL, {"member": member, "moment": now})).scalar()
    return found


async def bar(within: Within, member: str, lasting: timedelta, cause: str, name: str = "") -> None:
    """Let a member take part no more for a while; `cause` names the occasion, and the same one counts once.

    `name`: what they call themselves, which managers find them by.
    """
    key = await key_of(within, member)
    await remember(within.transaction, key, name)
    row = {"member_key": key, "cause": cause, "until": within.now + lasting}
    await within.transaction.execute(_WRITE, row)


async def standing(where: Executing, now: datetime, most: int) -> Sequence[tuple[str, datetime]]:
    """The keys of at most so many who may not take part now, each with until when; the next to be free first."""
    until = sa.func.max(bars.c.until, type_=bars.c.until.type).label("until")
    query = sa.select(bars.c.member_key, until).where(bars.c.until > now).group_by(bars.c.member_key)
    rows = (await where.execute(query.order_by(until, bars.c.member_key).limit(most))).all()
    return [(row.member_key, row.until) for row in rows]


def left(until: datetime, now: datetime) -> str:
    """How long it lasts yet, in whole minutes (Chinese)."""
    return spoken_duration(-(-(until - now) // MINUTE) * MINUTE)


async def admit(within: Within, member: str, cause: str = "") -> bool:
    """Take back what was done for a cause, or for every one; whether that lets them take part again."""
    mine = bars.c.member_key == await key_of(within, member)
    gone = sa.delete(bars).where(mine, bars.c.cause == cause) if cause else sa.delete(bars).where(mine)
    untils: Sequence[datetime] = (await within.transaction.execute(gone.returning(bars.c.until))).scalars().all()
    mattered = any(until > within.now for until in untils)
    return mattered and await barred_until(within.transaction, member, within.now) is None
