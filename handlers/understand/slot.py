"""How an answer is read: every kind of slot, and why a value cannot be taken."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import regex

from bot.types.ports import Calendar
from handlers.choice import picked
from handlers.understand.slots import SlotEntry, telling
from nlp.slots.amounts import amounts, quantities
from nlp.slots.contacts import digits_in, emails, numbered, phones
from nlp.slots.days import Toward
from nlp.slots.found import Found
from nlp.slots.moments import When, moments
from nlp.slots.numerals import plainly
from nlp.slots.words import Lexicon, name_of, names, yes_or_no

TOWARDS: Mapping[str, Toward] = {"以后": "future", "以前": "past", "都行": "any"}
# What somebody writes into a chat in one go.
LONGEST = 500
_FEW = 8

_QUESTION = regex.compile(
    r"[?？]|吗[~～。!！]*$|[么呢][~～。]*$|怎么|什么|多少|几[个点号天时]|为何|如何|哪[里儿个些款]|能不能|可不可以|是不是|有没有|要不要"
)


@dataclass(frozen=True, slots=True)
class Asking:
    """When and how an answer is read. `now` is in people's time zone; `day`: the day that is talked about already.

    `answering`: the text answers the slot's own question; `last`: and nobody else knew what to do with it.
    """

    now: datetime
    calendar: Calendar
    day: date | None = None
    answering: bool = False
    last: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A value as it is kept and as people read it, and its place in the text; `wrong` says why it cannot be taken.

    `day`: the day that an incomplete time names.
    """

    value: str
    shown: str
    start: int
    end: int
    wrong: str = ""
    day: date | None = None

    def meets(self, other: "Reading") -> bool:
        """Whether both were read from some of the same characters."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Slot:
    """A slot, ready to be read: what its `[[slots]]` says, or its telling name."""

    entry: SlotEntry
    words: Lexicon = field(default_factory=lambda: Lexicon.of(()))

    @property
    def name(self) -> str:
        """Its name in `ask` and between braces."""
        return self.entry.name

    @property
    def label(self) -> str:
        """What people call it."""
        if self.entry.label:
            return self.entry.label
        return self.entry.kind if self.name.isascii() else self.name

    @property
    def mark(self) -> str:
        """Changes when values read before would not be read so now."""
        entry = self.entry
        pattern = entry.pattern.pattern if entry.pattern else ""
        return "|".join(map(str, (entry.kind, pattern, *entry.choices, entry.min, entry.max, entry.when, entry.hours)))

    def read(self, text: str, asking: Asking) -> Sequence[Reading]:
        """The values for this slot in a text, in its order; those that cannot be taken say why."""
        return [_checked(one, self.entry.wrong) for one in _READERS[self.entry.kind](self, text[:LONGEST], asking)]

    @property
    def expected(self) -> str:
        """What would be right, for somebody whose answer was not understood."""
        if self.entry.wrong:
            return self.entry.wrong
        options = tuple(dict.fromkeys(self.words.values.values()))
        if options and self.entry.kind == "产品":
            return f"可以选：{'、'.join(options[:_FEW])}{'…' if len(options) > _FEW else ''}"
        return _EXPECTED.get(self.entry.kind, f"没看懂{self.label}")


_EXPECTED: Mapping[str, str] = {
    "订单号": "没看到订单号，它是一串字母和数字",
    "编号": "格式好像不对，请核对一下",
    "电话": "没看到电话号码，手机或带区号的座机都行",
    "手机号": "没看到手机号，是 1 开头的 11 位数字",
    "日期": "没看懂是哪天，可以说「明天」「下周一」或「12月3号」",
    "时间": "没看懂是什么时候，可以说「明天下午三点」",
    "金额": "没看懂是多少钱，可以说「200」或「三百五」",
    "数量": "没看懂数量，写个数字就行",
    "邮箱": "没看到邮箱，要带 @，如 name@example.com",
    "选项": "没看懂选哪个，回序号或名字就行",
    "姓名": "没看懂怎么称呼，写名字就行",
    "是否": "请回「是」或「不是」",
}


def slots_of(entries: Iterable[SlotEntry], names: Iterable[str], words: Sequence[str]) -> Mapping[str, Slot]:
    """The slots of some names; `words` are the community's products. Names that nobody knows are left out."""
    own = {entry.name: entry for entry in entries}
    found = {name: own.get(name) or telling(name) for name in names}
    return {name: Slot(entry, _words(entry, words)) for name, entry in found.items() if entry is not None}


def _words(entry: SlotEntry, words: Sequence[str]) -> Lexicon:
    return Lexicon.of(entry.choices or (words if entry.kind == "产品" else ()))


def is_question(text: str) -> bool:
    """Whether a text asks something rather than tells it."""
    return bool(_QUESTION.search(text))


def _checked(reading: Reading, wrong: str | None) -> Reading:
    if not (wrong and reading.wrong) or reading.day:
        return reading
    return Reading(reading.value, reading.shown, reading.start, reading.end, wrong)


def _reading(found: Found[Any], value: str, shown: str = "", wrong: str = "") -> Reading:
    return Reading(value, shown or value, found.start, found.end, wrong)


def _whole(text: str, why: str) -> Sequence[Reading]:
    """An attempt that is not what was asked for."""
    return [Reading("", "", 0, len(text), why)]


def _number(slot: Slot, text: str, asking: Asking) -> Sequence[Reading]:
    found = [_reading(one, one.value) for one in numbered(text, slot.entry.pattern)]
    if found or not asking.answering or digits_in(text) < 4 or is_question(text):
        return found
    return _whole(text, f"这个{slot.label}格式不对，请核对一下再发")


def _phone(slot: Slot, text: str, asking: Asking) -> Sequence[Reading]:
    is_mobile = slot.entry.kind == "手机号"
    found = [_reading(one, one.value) for one in phones(text) if not is_mobile or "-" not in one.value]
    digits = digits_in(text)
    if found or not asking.answering or digits < 5 or is_question(text):
        return found
    return _whole(text, f"这个号码有 {digits} 位，手机号是 11 位" if digits != 11 else "这个号码好像不对，请核对一下")


def _moments(slot: Slot, text: str, asking: Asking) -> Sequence[Found[When]]:
    toward = TOWARDS[slot.entry.when]
    is_workday = asking.calendar.is_workday
    return moments(text, asking.now, toward=toward, is_workday=is_workday, day=asking.day)


def _day(slot: Slot, text: str, asking: Asking) -> Sequence[Reading]:
    today = asking.now.date()
    readings = []
    for found in _moments(slot, text, asking):
        when = found.value
        if when.has_day:
            days = f"{when.first}" if when.first == when.last else f"{when.first}/{when.last}"
            shown = (
                When(when.begins, when.ends).spoken(today) if when.is_point or when.has_clock else when.spoken(today)
            )
            readings.append(
                _reading(
                    found, days, shown.partition("至")[0] if when.has_clock else shown, _day_wrong(slot, when, today)
                )
            )
    return readings


def _day_wrong(slot: Slot, when: When, today: date) -> str:
    if slot.entry.when == "以后" and when.last < today:
        return f"{when.spoken(today)}已经过去了，请换一天"
    if slot.entry.when == "以前" and when.first > today:
        return f"{when.spoken(today)}还没到，请核对一下日期"
    return ""


def _time(slot: Slot, text: str, asking: Asking) -> Sequence[Reading]:
    today = asking.now.date()
    readings = []
    for found in _moments(slot, text, asking):
        when = found.value
        wrong = _day_wrong(slot, when, today)
        if not wrong and not when.has_clock:
            readings.append(_only_day(found, today))
        else:
            readings.append(_reading(found, when.iso, when.spoken(today), wrong or _time_wrong(slot, when, asking)))
    return readings


def _only_day(found: Found[When], today: date) -> Reading:
    when = found.value
    if when.first != when.last:
        return _reading(found, "", "", f"{when.spoken(today)}里，哪天几点方便？")
    return Reading("", "", found.start, found.end, f"{when.spoken(today)}几点方便？", when.first)


def _time_wrong(slot: Slot, when: When, asking: Asking) -> str:
    shown = when.spoken(asking.now.date())
    if slot.entry.when == "以后" and when.ends < asking.now:
        return f"{shown}已经过去了，请换个时间"
    if slot.entry.when == "以前" and when.begins > asking.now:
        return f"{shown}还没到，请核对一下时间"
    hours = slot.entry.hours
    if hours and when.is_point and not hours.covers(when.begins, asking.calendar):
        return f"{shown}不在可选的时间里（{hours}），请换个时间"
    return ""


def _amount(slot: Slot, text: str, asking: Asking) -> Sequence[Reading]:
    found = amounts(text, bare=asking.answering)
    return [
        _reading(one, plainly(one.value), f"{plainly(one.value)} 元", _range_wrong(slot, one.value)) for one in found
    ]


def _count(slot: Slot, text: str, asking: Asking) -> Sequence[Reading]:
    return [
        _reading(
            one,
            plainly(one.value.count),
            f"{plainly(one.value.count)}{one.value.unit}",
            _range_wrong(slot, one.value.count),
        )
        for one in quantities(text, bare=asking.answering)
    ]


def _range_wrong(slot: Slot, value: Decimal) -> str:
    least, most = slot.entry.min, slot.entry.max
    if (least is None or value >= Decimal(str(least))) and (most is None or value <= Decimal(str(most))):
        return ""
    if least is not None and most is not None:
        return f"{slot.label}要在 {least} 到 {most} 之间"
    return f"{slot.label}最少 {least}" if least is not None else f"{slot.label}最多 {most}"


def _product(slot: Slot, text: str, asking: Asking) -> Sequence[Reading]:
    if not slot.words.values:
        return _text(slot, text, asking)
    return [_reading(one, one.value) for one in slot.words.find(text)]


def _choice(slot: Slot, text: str, asking: Asking) -> Sequence[Reading]:
    at = picked(text, [(choice,) for choice in slot.entry.choices]) if asking.answering else None
    if at is not None:
        return [Reading(slot.entry.choices[at], slot.entry.choices[at], 0, len(text))]
    return [_reading(one, one.value) for one in slot.words.find(text)]


def _email(slot: Slot, text: str, asking: Asking) -> Sequence[Reading]:
    found = [_reading(one, one.value) for one in emails(text)]
    if found or not asking.answering or not regex.search("[@＠]", text):
        return found
    return _whole(text, "这个邮箱好像不完整，要像 name@example.com 这样")


def _name(slot: Slot, text: str, asking: Asking) -> Sequence[Reading]:
    found = list(names(text))
    if not found and asking.answering and not is_question(text):
        whole = name_of(text, anything=asking.last)
        found = [whole] if whole else []
    return [_reading(one, one.value) for one in found]


def _text(slot: Slot, text: str, asking: Asking) -> Sequence[Reading]:
    said = text.strip()
    if not said or not asking.answering or (is_question(said) and not asking.last):
        return []
    return [Reading(said, said, 0, len(text))]


def _yes(slot: Slot, text: str, asking: Asking) -> Sequence[Reading]:
    found = yes_or_no(text) if asking.answering else None
    return [_reading(found, "是" if found.value else "否")] if found else []


_READERS: Mapping[str, Callable[[Slot, str, Asking], Sequence[Reading]]] = {
    "订单号": _number,
    "编号": _number,
    "电话": _phone,
    "手机号": _phone,
    "日期": _day,
    "时间": _time,
    "金额": _amount,
    "数量": _count,
    "产品": _product,
    "选项": _choice,
    "邮箱": _email,
    "姓名": _name,
    "文字": _text,
    "是否": _yes,
}
