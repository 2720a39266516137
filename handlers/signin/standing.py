"""How a member stands: which days they signed in, and how many in a row."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bot.types.ports import Executing
from handlers.points.within import Within
from handlers.signin.tables import signins, standings

ONE = timedelta(days=1)

_STANDING = sa.select(standings).where(standings.c.member_key == sa.bindparam("key"))
_KEEP = insert(standings).on_conflict_do_update(
    index_elements=["member_key"],
    set_={
        name: sa.literal_column(f"excluded.{name}")
        for name in ("first_day", "last_day", "streak", "longest", "total", "month", "used")
    },
)
_DAY = sa.select(signins.c.streak).where(
    signins.c.member_key == sa.bindparam("key"), signins.c.day == sa.bindparam("its_day")
)
_BETWEEN = (
    sa.select(signins)
    .where(signins.c.member_key == sa.bindparam("key"), signins.c.day.between(sa.bindparam("a"), sa.bindparam("b")))
    .order_by(signins.c.day)
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Days are ISO dates, "" before the first sign-in. `streak` ends with `last_day`."""

    member_key: str
    first_day: str = ""
    last_day: str = ""
    streak: int = 0
    longest: int = 0
    total: int = 0
    month: str = ""
    used: int = 0

    def streak_on(self, today: date) -> int:
        """How many days in a row it is today: none when yesterday was missed."""
        return self.streak if self.last_day >= (today - ONE).isoformat() else 0

    def cards_used(self, today: date) -> int:
        """How many make-up cards were used in this month."""
        return self.used if self.month == f"{today:%Y-%m}" else 0


@dataclass(frozen=True, slots=True)
class Day:
    """A day on which somebody signed in."""

    day: date
    made_up: bool


async def lock(within: Within, key: str) -> Standing:
    """How a member stands, guarded until the transaction commits."""
    await within.transaction.guard(f"signin:{key}")
    return await standing_of(within.transaction, key)


async def standing_of(where: Executing, key: str) -> Standing:
    """How a member stands now."""
    row = (await where.execute(_STANDING, {"key": key})).first()
    return Standing(key) if row is None else Standing(**row._asdict())


async def is_signed(where: Executing, key: str, day: date) -> bool:
    """Whether a member signed in on a day."""
    return (await where.execute(_DAY, {"key": key, "its_day": day.isoformat()})).first() is not None


async def days_between(where: Executing, key: str, first: date, last: date) -> Sequence[Day]:
    """The days on which a member signed in, from one to another."""
    rows = await where.execute(_BETWEEN, {"key": key, "a": first.isoformat(), "b": last.isoformat()})
    return [Day(date.fromisoformat(row.day), row.made_up) for row in rows.all()]


async def sign_in(within: Within, before: Standing, day: date) -> tuple[Standing, int]:
    """Add a day that is behind the last one; how the member stands then, and the length of the streak before it."""
    length = before.streak if before.last_day == (day - ONE).isoformat() else 0
    after = replace(
        before, first_day=before.first_day or day.isoformat(), last_day=day.isoformat(), streak=length + 1,
        longest=max(before.longest, length + 1), total=before.total + 1,
    )  # fmt: skip
    await _write(within, after, day, length + 1, made_up=False)
    return after, length


async def make_up(within: Within, before: Standing, day: date, today: date) -> tuple[Standing, int, int]:
    """Add a day in the past: two streaks beside it become one.

    How the member stands then, the length of the longer of the two, and of the one that they make.
    """
    key = before.member_key
    yesterday = (await within.transaction.execute(_DAY, {"key": key, "its_day": (day - ONE).isoformat()})).scalar()
    left, right = int(yesterday or 0), await _run_after(within.transaction, key, day, today)
    end = (day + right * ONE).isoformat()
    if right:
        after_it = signins.c.member_key == key, signins.c.day > day.isoformat(), signins.c.day <= end
        await within.transaction.execute(sa.update(signins).where(*after_it).values(streak=signins.c.streak + left + 1))
    whole = left + 1 + right
    after = replace(
        before, last_day=max(before.last_day, day.isoformat()), longest=max(before.longest, whole),
        streak=whole if end >= before.last_day else before.streak, total=before.total + 1,
        month=f"{today:%Y-%m}", used=before.cards_used(today) + 1,
    )  # fmt: skip
    await _write(within, after, day, left + 1, made_up=True)
    return after, max(left, right), whole


async def _run_after(where: Executing, key: str, day: date, today: date) -> int:
    """How many days in a row come right after a day."""
    signed = {one.day for one in await days_between(where, key, day + ONE, today)}
    length = 0
    while day + (length + 1) * ONE in signed:
        length += 1
    return length


async def _write(within: Within, after: Standing, day: date, streak: int, *, made_up: bool) -> None:
    row = {
        "member_key": after.member_key, "day": day.isoformat(), "at": within.now, "streak": streak, "made_up": made_up,
    }  # fmt: skip
    await within.transaction.execute(insert(signins).on_conflict_do_nothing(), row)
    await within.transaction.execute(_KEEP, asdict(after))
