"""What somebody does, whatever the words: too many messages, the same again, too many names, lines, letters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

import regex
from pydantic import Field

from bot.types.declarations import Settled
from handlers.moderation.recent import Said
from nlp.moderation.entry import Entry
from nlp.moderation.hit import Hit
from nlp.moderation.layers import Layer
from nlp.normalise import core

FLOOD = "flood"
FLOODING, REPEATING, MENTIONING, LINING, LENGTH = "刷屏", "重复发", "@ 太多人", "换行太多", "太长"
CAMPAIGN = "多个账号发一样的话"
A_MINUTE = timedelta(minutes=1)
# The same words again within this time are a repetition; 好的 and 谢谢 are not.
REPEATED_WITHIN = timedelta(minutes=10)
SHORTEST_REPEATED = 4

_MENTION = regex.compile(r"@[^\s@]{1,40}")
_LINE = regex.compile(r"\r\n?|\n")


class Limits(Settled):
    """How much is too much, for one member in one group; what is not written is not limited, but for a flood.

    `flood`: messages a minute. `repeats`: how often the same words within ten minutes. `mentions`, `lines`, `letters`:
    in one message. `accounts`: how many may write the same words within ten minutes, in whatever groups.
    """

    flood: Annotated[int, Field(ge=2, le=60)] | None = 10
    repeats: Annotated[int, Field(ge=2, le=20)] | None = None
    mentions: Annotated[int, Field(ge=1, le=100)] | None = None
    lines: Annotated[int, Field(ge=1, le=1000)] | None = None
    letters: Annotated[int, Field(ge=10, le=4000)] | None = None
    accounts: Annotated[int, Field(ge=1, le=50)] | None = None


@dataclass(frozen=True, slots=True)
class _Excess:
    """How much there is of something, and how much may be."""

    what: str
    many: int
    most: int | None

    @property
    def too_much(self) -> bool:
        return self.most is not None and self.many > self.most


def excesses(limits: Limits, text: str, now: Said, before: Sequence[Said], accounts: int = 1) -> list[Hit]:
    """What is too much about a message, each as a hit over the whole of it.

    `before`: the member's last ones here. `accounts`: how many members wrote the same lately, anywhere.
    """
    found = (
        _Excess(FLOODING, 1 + _since(before, now, A_MINUTE), limits.flood),
        _Excess(REPEATING, 1 + _same(before, now, text), limits.repeats),
        _Excess(MENTIONING, len(_MENTION.findall(text)), limits.mentions),
        _Excess(LINING, 1 + len(_LINE.findall(text.strip())), limits.lines),
        _Excess(LENGTH, len(text), limits.letters),
        _Excess(CAMPAIGN, accounts, limits.accounts),
    )
    return [_hit(one, text) for one in found if one.too_much]


def is_about_conduct(hits: Iterable[Hit]) -> bool:
    """Whether all of the hits are about how one member writes, none about words."""
    return all(hit.layer == Layer.CONDUCT and hit.entry.word != CAMPAIGN for hit in hits)


def _since(before: Iterable[Said], now: Said, window: timedelta) -> int:
    return sum(now.at - said.at < window for said in before)


def _same(before: Iterable[Said], now: Said, text: str) -> int:
    if len(core(text)) < SHORTEST_REPEATED:
        return 0
    return sum(said.digest == now.digest and now.at - said.at < REPEATED_WITHIN for said in before)


def _hit(found: _Excess, text: str) -> Hit:
    entry = Entry(found.what, FLOOD, note=f"{found.many} > {found.most}")
    return Hit(entry, Layer.CONDUCT, 0, len(text))
