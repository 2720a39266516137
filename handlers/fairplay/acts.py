"""What members did and were rewarded for, as far as the rules look back; rows go by themselves after eight days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bot.types.days import LocalDays
from bot.types.ports import Executing
from handlers.fairplay.rules import (
    APART,
    DAYS,
    NEW,
    OCCASIONS,
    REST,
    SHORTEST_SAME,
    TOGETHER,
    Act,
    Seen,
)
from handlers.fairplay.tables import acts
from handlers.points.ledger import Wish
from handlers.points.members import members
from handlers.points.within import Within
from nlp.normalise import core

# One more than a minute may be limited to; enough for the beat.
MOST = 61
# A crowd is a crowd: so many are compared at most, the first in the order of their keys.
MOST_COMPANIONS = 200
DIGEST = 8

_MINE = (
    sa.select(acts.c.at, acts.c.source, acts.c.since)
    .where(
        acts.c.member_key == sa.bindparam("key"),
        acts.c.decided_at < sa.bindparam("now", type_=acts.c.decided_at.type),
    )
    .order_by(acts.c.at.desc())
    .limit(MOST)
)
_FIRST = (
    sa.select(sa.func.min(acts.c.at, type_=acts.c.at.type))
    .where(
        acts.c.member_key == sa.bindparam("key"),
        acts.c.source == sa.bindparam("its_source"),
        acts.c.at >= sa.bindparam("a", type_=acts.c.at.type),
        acts.c.at < sa.bindparam("b", type_=acts.c.at.type),
    )
)  # fmt: skip
_ALIKE = sa.select(sa.func.count(sa.distinct(acts.c.member_key))).where(
    acts.c.digest == sa.bindparam("its_digest"),
    acts.c.at > sa.bindparam("since", type_=acts.c.at.type),
    acts.c.member_key != sa.bindparam("key"),
)
_BESIDE = (
    sa.select(acts.c.member_key)
    .distinct()
    .where(
        acts.c.source == sa.bindparam("its_source"),
        acts.c.at.between(sa.bindparam("a", type_=acts.c.at.type), sa.bindparam("b", type_=acts.c.at.type)),
        acts.c.fresh,
        acts.c.member_key != sa.bindparam("key"),
    )
    .order_by(acts.c.member_key)
    .limit(MOST_COMPANIONS)
)
_KNOWN = sa.select(members.c.first_seen).where(members.c.member_key == sa.bindparam("key"))
_WRITE = insert(acts).on_conflict_do_nothing()


@dataclass(frozen=True, slots=True)
class Looking:
    """Looks at a member's acts. `window`: so long the same words count as the same."""

    days: LocalDays
    window: timedelta

    async def seen(self, within: Within, key: str, wish: Wish, at: datetime) -> Seen:
        """What is known of a reward for an act of the member's own; the act is written down."""
        where = within.transaction
        rows = (await where.execute(_MINE, {"key": key, "now": within.now})).all()
        first_seen: datetime = (await where.execute(_KNOWN, {"key": key})).scalar_one()
        last = rows[0] if rows else None
        since = last.since if last is not None and at - last.at <= REST else at
        digest = _digest(wish.words)
        fresh = at - first_seen < NEW
        row = {
            "member_key": key, "decided_at": within.now, "source": wish.source, "at": at, "since": since,
            "digest": digest, "fresh": fresh,
        }  # fmt: skip
        await where.execute(_WRITE, row)
        act, before = Act(at, wish.source), [Act(row.at, row.source) for row in rows]
        if len(before) == MOST:
            before += await self._firsts(where, key, act, before[-1].at)
        beside = await self._companions(where, key, act, before) if fresh else frozenset[str]()
        return Seen(
            act=act, before=before, words=wish.words, streak=wish.streak, known_since=self.days.of(first_seen),
            busy_since=since, alike=1 + await self._others(where, key, digest, at), digest=digest,
            companions=beside, key=key,
        )  # fmt: skip

    async def known_since(self, where: Executing, key: str) -> date:
        """The day on which a member was first seen."""
        first_seen: datetime = (await where.execute(_KNOWN, {"key": key})).scalar_one()
        return self.days.of(first_seen)

    async def _firsts(self, where: Executing, key: str, act: Act, beyond: datetime) -> Sequence[Act]:
        """The first act from the source of each of the last days, where the last acts do not reach so far back."""
        found = []
        for back in range(DAYS):
            day = self.days.of(act.at) - timedelta(days=back)
            asked = {"key": key, "its_source": act.source, "a": self.days.start(day), "b": self.days.end(day)}
            first: datetime | None = (await where.execute(_FIRST, asked)).scalar()
            if first is not None and first < beyond:
                found.append(Act(first, act.source))
        return found

    async def _others(self, where: Executing, key: str, digest: str, at: datetime) -> int:
        if not digest:
            return 0
        asked = {"key": key, "its_digest": digest, "since": at - self.window}
        return int((await where.execute(_ALIKE, asked)).scalar_one())

    async def _companions(self, where: Executing, key: str, act: Act, before: Sequence[Act]) -> frozenset[str]:
        """Those who did the same at nearly the same moments on each of the member's last occasions.

        Who is the first on this one is known by those before it.
        """
        chosen = _occasions((act, *before))
        beside = [await self._beside(where, key, one) for one in chosen] if len(chosen) >= OCCASIONS else []
        rows = [beside[at : at + OCCASIONS] for at in range(len(beside) - OCCASIONS + 1)]
        return max((frozenset.intersection(*row) for row in rows), key=len, default=frozenset())

    async def _beside(self, where: Executing, key: str, one: Act) -> frozenset[str]:
        asked = {"key": key, "its_source": one.source, "a": one.at - TOGETHER, "b": one.at + TOGETHER}
        return frozenset(row.member_key for row in (await where.execute(_BESIDE, asked)).all())


def _occasions(done: Sequence[Act]) -> Sequence[Act]:
    """The last acts that are far enough apart, one more than it takes, the newest first."""
    chosen: list[Act] = []
    for one in done:
        if not chosen or chosen[-1].at - one.at >= APART:
            chosen.append(one)
        if len(chosen) > OCCASIONS:
            break
    return chosen


def _digest(words: str) -> str:
    """What tells texts apart that are long enough to say something; "" for others."""
    letters = core(words)
    if len(letters) < SHORTEST_SAME:
        return ""
    return blake2b(letters.encode(errors="surrogatepass"), digest_size=DIGEST).hexdigest()
