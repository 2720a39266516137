"""Phrases that staff allowed by a press: they hold at once, in every process, beside those of the lists."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bot.types.context import Context
from handlers.moderation.tables import allowed
from nlp.moderation.filter import Filter

# As many as a person could ever press; the oldest of more go without effect.
MOST = 2000

_STANDING = allowed.c.ended_at.is_(None)
_VERSION = sa.select(sa.func.count(), sa.func.max(allowed.c.id), sa.func.sum(allowed.c.id)).where(_STANDING)
_PHRASES = sa.select(allowed.c.phrase).where(_STANDING).order_by(allowed.c.id.desc()).limit(MOST)


class Overlay:
    """What staff allowed, as it was when somebody last looked."""

    def __init__(self) -> None:
        self._version: tuple[Any, ...] = (0, None, None)
        self._phrases: Sequence[str] = ()
        self._made: tuple[Filter, Filter] | None = None

    def over(self, base: Filter) -> Filter:
        """The filter that lets the allowed phrases pass, too."""
        if not self._phrases:
            return base
        if self._made is None or self._made[0] is not base:
            self._made = base, base.allowing(self._phrases)
        return self._made[1]

    async def has_changed(self, context: Context) -> bool:
        """Whether staff allowed something since the last look; from now on it is known. One short query."""
        version = tuple((await context.transaction.execute(_VERSION)).one())
        if version == self._version:
            return False
        self._phrases = (await context.transaction.execute(_PHRASES)).scalars().all()
        self._version, self._made = version, None
        return True


async def allow(phrase: str, case: int, context: Context) -> None:
    """Allow a phrase from now on, in the name of the event's member."""
    row = {"phrase": phrase, "case_id": case, "allowed_by": context.member.id, "allowed_at": context.now}
    await context.transaction.execute(sa.insert(allowed).values(row))


async def is_allowed(case: int, context: Context) -> bool:
    """Whether somebody allowed the phrase of a case."""
    mine = sa.select(allowed.c.id).where(allowed.c.case_id == case, _STANDING).limit(1)
    return (await context.transaction.execute(mine)).first() is not None
