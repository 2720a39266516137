"""What staff write at the desk, read as what they want: words for a customer, a note, or something done. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

import regex

from bot.types.fields import parse_duration
from nlp.normalise import bare
from nlp.slots.moments import moments

Kind = Literal["say", "note", "canned", "switch", "list", "take", "give", "later", "close", "recall"]

ENDINGS = frozenset({"结束", "结束服务", "关闭"})
LISTS = frozenset({"工单", "列表", "我的工单", "工单列表"})
# 稍后 alone.
PAUSE = timedelta(minutes=30)
# 转给 and so few characters more are no sentence for a customer, whatever name they are meant to be.
LONGEST_NAMELESS = 6

_NUMBER = r"(?:[#＃]\s*(?P<number>\d{1,18})(?!\d))"
_ADDRESS = regex.compile(rf"\s*{_NUMBER}\s*[:：]?\s*(?P<rest>.*)", regex.DOTALL)
_TRAILING = regex.compile(rf"\s*{_NUMBER}\s*$")
_TAKE = regex.compile(r"(?:接单|接手|我来接)\s*[#＃]?\s*(?P<number>\d{1,18})?[。.!！]?")
_CLOSE = regex.compile(r"(?:结束服务|结束|关闭)\s*[#＃]?\s*(?P<number>\d{1,18})[。.]?")
_SWITCH = regex.compile(r"切换(?:到)?\s*(?:[#＃]?\s*(?P<number>\d{1,18}))?[。.]?")
_RECALL = regex.compile(rf"撤回(?:一下|吧)?\s*{_NUMBER}?[。.!！]?")
_LATER = regex.compile(rf"稍后\s*[,，]?\s*(?:提醒我?)?\s*{_NUMBER}?\s*(?P<rest>.*)", regex.DOTALL)
_GIVE = regex.compile(rf"转(?:交)?给(?P<apart>\s*)(?:{_NUMBER}\s*)?[@＠]?(?P<rest>.*)", regex.DOTALL)
_CODE = regex.compile(r"[/／]\s*(?P<code>\S*)\s*(?P<more>.*)", regex.DOTALL)
_GOES_ON = regex.compile(r"处理|跟进|接|来|看看|看一下|吧")
_BREAK = regex.compile(r"[\s,，:：;；。、]+")


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants, for the ticket of a `number` (0: the current one).

    `body`: the words, the note, the reason why it is given away. `to`: the short code, or the name of who gets it, as
    written where nobody is called so. `until`: when it is to come back, aware.
    """

    kind: Kind
    number: int = 0
    body: str = ""
    to: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Grammar:
    """How staff write: the `names` of people and teams, what begins a note, and whether there are canned replies."""

    names: Collection[str] = ()
    notes: Sequence[str] = ("备注", "//")
    has_canned: bool = False

    def read(self, text: str, now: datetime) -> Order:
        """What a text wants; `now` is aware and in people's time zone. What is no order is for the customer."""
        found = _ADDRESS.fullmatch(text)
        number, rest = (int(found["number"]), found["rest"].strip()) if found else (0, text.strip())
        order = self._order(rest, now) or Order("switch" if number and not rest else "say", body=rest)
        return replace(order, number=number or order.number)

    def _order(self, text: str, now: datetime) -> Order | None:
        said = bare(text)
        if said in ENDINGS:
            return Order("close")
        if said in LISTS:
            return Order("list")
        return (
            self._note(text) or self._canned(text) or _plain("take", _TAKE, text) or _plain("close", _CLOSE, text)
            or _plain("switch", _SWITCH, text) or _plain("recall", _RECALL, text) or _later(text, now)
            or self._give(text)
        )  # fmt: skip

    def _note(self, text: str) -> Order | None:
        for prefix in self.notes:
            rest = text.removeprefix(prefix)
            # 备注栏 is the beginning of a sentence, "//" of nothing else.
            if rest != text and (not rest or not prefix[-1].isalnum() or _BREAK.match(rest)):
                return Order("note", body=_BREAK.sub("", rest, count=1).strip() if _BREAK.match(rest) else rest.strip())
        return None

    def _canned(self, text: str) -> Order | None:
        found = _CODE.fullmatch(text)
        if found is None or not (self.has_canned or not found["code"]):
            return None
        return Order("canned", to=found["code"], body=found["more"].strip())

    def _give(self, text: str) -> Order | None:
        found = _GIVE.fullmatch(text)
        if found is None:
            return None
        rest, number = _numbered(found["rest"].strip(), int(found["number"] or 0))
        name = max((name for name in self.names if rest.startswith(name)), key=len, default="")
        after = rest.removeprefix(name)
        if name and (not after or found["apart"] or _BREAK.match(after) or _GOES_ON.match(after)):
            return Order("give", number, _reason(after), name)
        first, *more = _BREAK.split(rest, maxsplit=1)
        if not found["apart"] and not number and len(rest) > LONGEST_NAMELESS:
            return None
        return Order("give", number, "".join(more), first)


def _plain(kind: Kind, pattern: "regex.Pattern[str]", text: str) -> Order | None:
    found = pattern.fullmatch(text)
    return Order(kind, int(found["number"] or 0)) if found else None


def _later(text: str, now: datetime) -> Order | None:
    """稍后 with a time that is understood to its end; anything else may be said to a customer."""
    found = _LATER.fullmatch(text)
    if found is None:
        return None
    rest, number = _numbered(found["rest"].strip(), int(found["number"] or 0))
    until = moment(rest, now) if bare(rest) else now + PAUSE
    return Order("later", number, until=until) if until else None


def moment(text: str, now: datetime) -> datetime | None:
    """The moment that `30分钟`, `半小时后`, `15:30` or `明天9点` means; None for anything else."""
    said = text.strip().rstrip("。.!！").removesuffix("提醒我").strip()
    if (length := _duration(said.removesuffix("后").removesuffix("以"))) is not None:
        return now + length if length else None
    for one in (said, f"{said}后"):
        found = moments(one, now)
        if len(found) == 1 and (found[0].start, found[0].end) == (0, len(one)):
            when = found[0].value
            return when.begins if when.is_point and when.has_clock else None
    return None


def _duration(text: str) -> timedelta | None:
    try:
        return parse_duration(text)
    except ValueError:
        return None


def _numbered(text: str, number: int) -> tuple[str, int]:
    """The text without the number of a ticket at its end."""
    found = _TRAILING.search(text)
    return (text[: found.start()].strip(), int(found["number"])) if found and not number else (text, number)


def _reason(text: str) -> str:
    return _BREAK.sub("", text, count=1).strip() if _BREAK.match(text) else text.strip()
