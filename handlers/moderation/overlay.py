"""Phrases that staff allowed by a press: they hold at once, in every process, beside those of the lists."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bot.types.context import Context
from handlers.moderation.tables import allowed
from nlp.moderation.allow import Allow
from nlp.moderation.entry import Entry
from nlp.moderation.filter import Filter
from nlp.moderation.hit import Hit
from nlp.moderation.layers import Layer

# As many as a person could ever press; the oldest of more go without effect.
MOST = 2000
# A phrase is looked for as it may be typed in good faith, not in disguise.
PLAIN = frozenset({Layer.EXACT, Layer.FOLD, Layer.SKELETON})

_NEWEST = sa.select(sa.func.count(), sa.func.max(allowed.c.id))
_PHRASES = sa.select(allowed.c.phrase).order_by(allowed.c.id.desc()).limit(MOST)


class Overlay:
    """What staff allowed, as it was when somebody last looked; `spared` looks, which costs one short query."""

    def __init__(self) -> None:
        self._version: tuple[Any, ...] = (0, None)
        self._filter: Filter | None = None

    async def spared(self, text: str, hits: Sequence[Hit], context: Context) -> list[Hit]:
        """The hits that no allowed phrase covers."""
        version = tuple((await context.transaction.execute(_NEWEST)).one())
        if version != self._version:
            phrases = (await context.transaction.execute(_PHRASES)).scalars().all()
            self._filter, self._version = _filter(phrases), version
        return self.known(text, hits)

    def known(self, text: str, hits: Sequence[Hit]) -> list[Hit]:
        """The same, by what was known last."""
        if self._filter is None or not hits:
            return list(hits)
        fine = self._filter.hits(text)
        return [hit for hit in hits if not any(one.start <= hit.start and hit.end <= one.end for one in fine)]


def _filter(phrases: Sequence[str]) -> Filter | None:
    entries = [Entry(phrase, "allowed", layers=frozenset(map(str, PLAIN))) for phrase in phrases]
    return Filter.build(entries, Allow()) if entries else None


async def allow(phrase: str, case: int, context: Context) -> None:
    """Allow a phrase from now on, in the name of the event's member."""
    row = {"phrase": phrase, "case_id": case, "allowed_by": context.member.id, "allowed_at": context.now}
    await context.transaction.execute(sa.insert(allowed).values(row))


async def is_allowed(case: int, context: Context) -> bool:
    """Whether somebody allowed the phrase of a case."""
    mine = sa.select(allowed.c.id).where(allowed.c.case_id == case).limit(1)
    return (await context.transaction.execute(mine)).first() is not None
