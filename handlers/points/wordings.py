"""The words for points: commands with the ways to say them, and what managers order. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from unicodedata import normalize

import regex

from nlp.normalise import simplified

POINTS = "积分"
# Each command with the ways to say it; 积分 stands for whatever points are called.
WAYS: Mapping[str, Sequence[str]] = {
    "mine": (
        "我的积分", "积分", "我有多少积分", "我多少积分", "我的分数", "我的分", "我有多少分", "我几分", "积分余额",
        "积分查询", "剩余积分", "还有多少积分", "我还有多少积分", "我的等级", "我的头衔",
    ),
    "history": ("积分明细", "我的积分明细", "积分记录", "我的积分记录", "积分流水", "积分历史", "积分变动"),
    "board": (
        "积分榜", "积分排行", "积分排行榜", "积分排名", "排行榜", "总榜", "积分总榜", "我的排名", "我排第几",
        "积分榜图", "积分排行图", "积分榜图片",
    ),
    "month": ("本月积分榜", "月榜", "积分月榜", "这个月积分榜", "当月积分榜", "本月排行", "本月排名", "本月积分榜图"),
    "week": ("本周积分榜", "周榜", "积分周榜", "这周积分榜", "本周排行", "本周排名", "本周积分排行", "本周积分榜图"),
}  # fmt: skip

LONGEST_REASON = 60
_AMOUNT = r"(?<!\d)(?P<amount>\d{1,9})\s*个?"
_REST = r"(?:[\s,，:：(（]+(?P<reason>.*?)[)）]?)?"
_WHO = r"@?\s*(?P<who>(?!\d+\s)\S(?:.{0,62}?\S)??)"
_PARTED = r"@?\s*(?P<who>(?!\d+\s)\S{1,64})(?:\s+[+x×*]?|[+×*])"


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody who may do so orders. `sure`: nothing else can be meant; `number` 0: the last one."""

    kind: Literal["give", "take", "undo"]
    who: str = ""
    amount: int = 0
    reason: str = ""
    number: int = 0
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Orders:
    """Reads orders where points are called `name`."""

    name: str = POINTS

    def read(self, text: str) -> Order | None:
        """The order in a text; one without anybody or any amount is incomplete. None for everything else.

        Names and reasons are as they were written: in simplified characters they stand at the same places.
        """
        written = normalize("NFKC", text.strip())
        said = simplified(written)
        names = "|".join(dict.fromkeys((regex.escape(self.name), POINTS)))
        undo = regex.fullmatch(
            rf"撤[销回](?P<what>发?(?:{names}))?\s*(?:#|编号|第)?\s*(?P<number>\d{{1,15}})?\s*号?[。!]?", said
        )
        if undo:
            return Order("undo", number=int(undo["number"] or 0), sure=bool(undo["what"]))
        led = regex.match(rf"(?P<verb>发|加|送|奖励?|扣)(?:{names})(?=\s|@|$|[^\s怎的么吗呢])", said)
        if led:
            return self._given(led["verb"], said[led.end() :].strip(), written[led.end() :].strip())
        verbs = rf"(?P<verb>给|奖励?|送|扣)\s*{_WHO}\s*(?P<more>发|加|送|奖励|扣)?\s*了?"
        found = regex.fullmatch(rf"{verbs}\s*{_AMOUNT}\s*(?:{names}){_REST}[。!]?", said)
        if found is None:
            return None
        return _order(found["more"] or found["verb"], found, written)

    def _given(self, verb: str, rest: str, written: str) -> Order:
        behind = rf"\s*{_AMOUNT}\s*(?:分)?{_REST}[。!]?"
        # What is parted from the name counts before digits that may belong to it: `发积分 lin02 20`.
        found = regex.fullmatch(rf"\s*(?:给\s*)?{_PARTED}{behind}", rest)
        found = found or regex.fullmatch(rf"\s*(?:给\s*)?{_WHO}\s*[\s+x×*]?{behind}", rest)
        return _order(verb, found, written) if found else Order(_kind(verb))


def _order(verb: str, found: regex.Match[str], written: str) -> Order:
    who, reason = (written[slice(*found.span(part))].strip() for part in ("who", "reason"))
    return Order(_kind(verb), who, int(found["amount"]), reason[:LONGEST_REASON])


def _kind(verb: str) -> Literal["give", "take"]:
    return "take" if verb == "扣" else "give"


def ways(name: str) -> Mapping[str, Sequence[str]]:
    """The ways to say each command where points are called `name`."""
    return {
        command: tuple(dict.fromkeys(word for one in said for word in (one, one.replace(POINTS, name))))
        for command, said in WAYS.items()
    }
