"""Sums of money and counted things: 三百五, 1.2 万元, ¥99.9, 两千块; 三件, 2 盒, 半斤."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import regex

from nlp.slots.found import Found, apart
from nlp.slots.numerals import SPOKEN, number
from nlp.slots.plain import Plain

UNITS = (
    "个件盒瓶支包箱袋套双条台部只份张本位人名斤克米升片粒颗次间晚天小时分钟杯碗桶罐块对组批打把辆棵朵枚卷层级岁年周月"
)
_WORDY = (
    "公斤",
    "千克",
    "毫升",
    "厘米",
    "平米",
    "平方米",
    "公里",
    "小时",
    "分钟",
    "kg",
    "g",
    "ml",
    "l",
    "cm",
    "mm",
    "m",
)
_UNIT = "|".join((*_WORDY, *dict.fromkeys(char for char in UNITS if char not in "时钟")))
_SIGN = r"[¥$]|rmb|人民币"
_SUM = regex.compile(
    rf"(?P<sign>{_SIGN})?\s*(?P<number>{SPOKEN})\s*(?:(?P<more>多|来|几)?"
    rf"(?P<unit>(?P<myriad>万)?(?:元|块钱|块|圆|rmb|人民币))(?P<half>半|整)?"
    rf"(?:(?P<tail>[零一二两三四五六七八九\d])(?P<tenth>[毛角])?(?:(?P<cents>[一二三四五六七八九\d])分?)?(?![\d{UNITS}])钱?)?)?"
)
_SMALL = regex.compile(rf"(?P<number>{SPOKEN})\s*[毛角](?![\p{{Han}}--[钱吧的呀啊左]])钱?", regex.V1)
_COUNTED = regex.compile(rf"(?P<number>{SPOKEN}|半)\s*(?P<unit>{_UNIT})(?P<half>半)?")
_HALVES = regex.compile(rf"(?P<number>{SPOKEN})个半(?P<unit>{_UNIT})?")
_BARE = regex.compile(rf"\D{{0,6}}?(?P<number>{SPOKEN})\D{{0,4}}", regex.V1)


@dataclass(frozen=True, slots=True)
class Quantity:
    """How many of what; `unit` is the measure word that was said, "" for none."""

    count: Decimal
    unit: str = ""


def amounts(text: str, bare: bool = False) -> Sequence[Found[Decimal]]:
    """The sums of money in a text, in yuan, in its order; with `bare` also a lone number without 元 or ¥."""
    plain = Plain.of(text)
    found = [_found(plain, one, _sum(one)) for one in _SUM.finditer(plain.text) if one["sign"] or one["unit"]]
    found += [_found(plain, one, _small(one)) for one in _SMALL.finditer(plain.text)]
    known = apart(one for one in found if one is not None)
    return known or (_bare(plain) if bare else [])


def quantities(text: str, bare: bool = False) -> Sequence[Found[Quantity]]:
    """The counted things in a text, in its order; with `bare` also a lone number."""
    plain = Plain.of(text)
    found = []
    for one in (*_HALVES.finditer(plain.text), *_COUNTED.finditer(plain.text)):
        count = _count(one)
        if count is not None:
            found.append(Found(Quantity(count, one["unit"] or "个"), *plain.span(*one.span())))
    known = apart(found)
    if known or not bare:
        return known
    return [Found(Quantity(one.value), one.start, one.end) for one in _bare(plain)]


def _found(plain: Plain, found: "regex.Match[str]", value: Decimal | None) -> Found[Decimal] | None:
    return None if value is None else Found(value, *plain.span(*_trimmed(found)))


def _trimmed(found: "regex.Match[str]") -> tuple[int, int]:
    """Where the match stands, without white space around."""
    start, end = found.span()
    text = found[0]
    return start + len(text) - len(text.lstrip()), end - (len(text) - len(text.rstrip()))


def _sum(found: "regex.Match[str]") -> Decimal | None:
    value = number(found["number"])
    if value is None:
        return None
    value *= 10_000 if found["myriad"] else 1
    if found["half"] == "半":
        value += Decimal("0.5")
    tail, cents = found["tail"], found["cents"]
    value += (number(tail) or 0) / Decimal(10) if tail else 0
    return value + ((number(cents) or 0) / Decimal(100) if cents else 0)


def _small(found: "regex.Match[str]") -> Decimal | None:
    value = number(found["number"])
    return None if value is None else value / 10


def _count(found: "regex.Match[str]") -> Decimal | None:
    half = "个半" in found[0] or bool(found.groupdict().get("half"))
    value = Decimal("0.5") if found["number"] == "半" else number(found["number"])
    return None if value is None else value + (Decimal("0.5") if half else 0)


def _bare(plain: Plain) -> Sequence[Found[Decimal]]:
    """The one number of a short answer."""
    found = _BARE.fullmatch(plain.text.strip())
    value = number(found["number"]) if found else None
    if found is None or value is None:
        return []
    lead = len(plain.text) - len(plain.text.lstrip())
    return [Found(value, *plain.span(found.start("number") + lead, found.end("number") + lead))]
