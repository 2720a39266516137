"""Numbers as people write them: 3, 3.5, 1,200, 三百五, 两千零五, 1.2万, 二〇二六."""

from collections.abc import Mapping
from decimal import Decimal

import regex

_DIGITS: Mapping[str, int] = {
    **{char: value for value, char in enumerate("零一二三四五六七八九")},
    **{char: value for value, char in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "两": 2, "俩": 2, "仨": 3, "幺": 1,
}  # fmt: skip
_TENS: Mapping[str, int] = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "k": 1000}
_MYRIADS: Mapping[str, int] = {"万": 10**4, "w": 10**4, "亿": 10**8}
_SCORES: Mapping[str, int] = {"廿": 20, "卅": 30}

_HAN = "".join((*_DIGITS, *(unit for unit in (*_TENS, *_MYRIADS, *_SCORES) if unit not in "kw")))
_UNITS = "十百千万亿拾佰仟"
_ARABIC = rf"\d+(?:,\d{{3}})*(?:\.\d+)?(?:\s?[{_UNITS}]+|[kw](?![a-z0-9]))?"
# A whole number or one with a decimal point; `SPOKEN` also knows 三点五, which a clock reads in another way.
NUMBER = rf"(?:{_ARABIC}(?:(?<=[{_UNITS}])[{_HAN}\d]+)?|[{_HAN}]+)"
SPOKEN = rf"(?:[{_HAN}]+点[零〇一二三四五六七八九]+|{NUMBER})"

_TOKEN = regex.compile(rf"\d+(?:,\d{{3}})*(?:\.\d+)?|[{_HAN}kw]")
_SPELLED = regex.compile(rf"[{''.join(_DIGITS)}]{{2,}}")
_FIGURE = regex.compile(rf"[{_HAN}\d]")
# 10^24 is more than anybody orders.
LONGEST = 24


def number(text: str) -> Decimal | None:
    """The number that a folded text (see `Plain`) is; None when it is none, or is one of two like 两三."""
    whole, point, part = text.partition("点")
    if point:
        digits = "".join(str(_DIGITS.get(char, "")) for char in part)
        before = number(whole)
        return Decimal(f"{before}.{digits}") if before is not None and len(digits) == len(part) > 0 else None
    if len(text) > LONGEST or not text:
        return None
    if _SPELLED.fullmatch(text):
        return Decimal(spelled(text)) if len(text) > 2 or "零" in text or "〇" in text else None
    tokens = _TOKEN.findall(text.replace(" ", ""))
    return _read(tokens) if "".join(tokens) == text.replace(" ", "") else None


def integer(text: str) -> int | None:
    """The whole number that a folded text is."""
    value = number(text)
    return int(value) if value is not None and value == int(value) else None


def spelled(text: str) -> str:
    """Chinese digits one by one: 二〇二六 → 2026."""
    return "".join(str(_DIGITS.get(char, char)) for char in text)


def is_figure(char: str) -> bool:
    """Whether a character is part of numbers."""
    return bool(_FIGURE.fullmatch(char))


def plainly(value: Decimal) -> str:
    """A number as it is shown: no exponent, no zeros behind the point."""
    return f"{value.normalize():f}"


def _read(tokens: list[str]) -> Decimal | None:
    """The value of a row of digits and units; a last digit behind a unit stands for the next lower one (三百五)."""
    one, total, section = Decimal(1), Decimal(0), Decimal(0)
    digit: Decimal | None = None
    last, follows = 1, False
    for token in tokens:
        if token in _TENS:
            section += (one if digit is None else digit) * _TENS[token]
            digit, last, follows = None, _TENS[token], True
        elif token in _MYRIADS:
            below = section + (digit or Decimal(0))
            is_small = _MYRIADS[token] == 10**4
            total = total + (below or one) * 10**4 if is_small else (total + below or one) * 10**8
            section, digit, last, follows = Decimal(0), None, _MYRIADS[token], True
        elif token in _SCORES:
            section, last, follows = section + _SCORES[token], 10, True
        elif digit is None or digit == 0:
            follows = follows and digit is None and token not in "零〇0"
            digit = Decimal(_DIGITS[token]) if token in _DIGITS else Decimal(token.replace(",", ""))
        else:
            return None
    short = digit is not None and follows and last > 1 and digit < 10
    return total + section + (digit or Decimal(0)) * (last // 10 if short else 1)
