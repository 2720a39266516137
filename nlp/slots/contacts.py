"""How to reach somebody, and what a thing is numbered: mobiles, landlines, e-mail, order numbers, own patterns."""

from collections.abc import Sequence
from typing import Any

import regex

from nlp.slots.found import Found
from nlp.slots.plain import Plain

# A pattern of a manager's own may take this long on one text, in seconds.
PATTERN_SECONDS = 0.05

# Letters, then digits, perhaps in groups: what shops print on their receipts. A mobile number is none.
ORDER = r"(?!(?:\+?86)?1[3-9]\d{9}(?!\d))(?=[a-z0-9\-_]*\d{6})[a-z]{0,6}[-_]?\d[a-z0-9]*(?:[-_][a-z0-9]+)*"

_GAP = r"[\s\-]?"
# The numbering plan of the Ministry of Industry and Information Technology: eleven digits from 13 to 19; area codes
# of three or four digits before seven or eight; 400 and 800 before seven.
_MOBILE = regex.compile(rf"(?<![\da-z])(?:(?:\+|00)?86{_GAP})?(1[3-9]\d){_GAP}(\d{{4}}){_GAP}(\d{{4}})(?!\d)")
_LANDLINE = regex.compile(
    rf"(?<![\da-z])(?:(?:\+|00)86{_GAP})?\(?(0(?:10|2\d|[3-9]\d{{2}}))\)?{_GAP}([2-8]\d{{3}}{_GAP}\d{{3,4}})"
    r"(?:\s?(?:-|转|分机|ext\.?)\s?(\d{1,6}))?(?!\d)"
)
_SERVICE = regex.compile(rf"(?<![\da-z])([48]00)((?:{_GAP}\d){{7}})(?!\d)")
_EMAIL = regex.compile(
    r"(?<![a-z0-9._%+\-])[a-z0-9][a-z0-9._%+\-]{0,63}@(?:[a-z0-9\-]{1,63}[.。])+[a-z]{2,24}(?![a-z0-9\-])"
)
_DIGITS = regex.compile(r"\d")


def phones(text: str) -> Sequence[Found[str]]:
    """The telephone numbers in a text: `13800138000`, `021-62345678`, `021-62345678-801`, `400-820-8820`."""
    plain = Plain.of(text)
    return _phones(plain) or _phones(plain.with_digits)


def emails(text: str) -> Sequence[Found[str]]:
    """The e-mail addresses in a text, in lower case."""
    plain = Plain.of(text)
    return [Found(one[0].replace("。", "."), *plain.span(*one.span())) for one in _EMAIL.finditer(plain.text)]


def numbered(text: str, pattern: "regex.Pattern[str] | None" = None) -> Sequence[Found[str]]:
    """What fits a pattern, in upper case and without spaces; without one: order numbers.

    Letter case does not matter; digits may be spelled out (一二三) or stand in groups. A pattern that takes too long
    finds nothing.
    """
    inner = pattern.pattern if pattern else ORDER
    bounded = regex.compile(rf"(?<![a-z0-9])(?:{inner})(?![a-z0-9])", regex.IGNORECASE)
    plain = Plain.of(text)
    for one in (plain, plain.with_digits, plain.closed_up, plain.closed_up.with_digits):
        if found := _fitting(bounded, one):
            return found
    return []


def digits_in(text: str) -> int:
    """How many digits a text has, Chinese ones included: whether somebody meant to give a number."""
    return len(_DIGITS.findall(Plain.of(text).with_digits.text))


def _fitting(pattern: "regex.Pattern[str]", plain: Plain) -> Sequence[Found[str]]:
    found: list[Any] = []
    try:
        found.extend(pattern.finditer(plain.text, timeout=PATTERN_SECONDS))
    except TimeoutError:
        return []
    return [Found(one[0].upper().replace(" ", ""), *plain.span(*one.span())) for one in found if one[0].strip()]


def _phones(plain: Plain) -> Sequence[Found[str]]:
    found = [Found("".join(mobile.groups()), *plain.span(*mobile.span())) for mobile in _MOBILE.finditer(plain.text)]
    for service in _SERVICE.finditer(plain.text):
        rest = regex.sub(r"\D", "", service[2])
        found.append(Found(f"{service[1]}-{rest[:3]}-{rest[3:]}", *plain.span(*service.span())))
    for landline in _LANDLINE.finditer(plain.text):
        area, local, extension = landline.groups()
        parts = [area, regex.sub(r"\D", "", local), *([extension] if extension else [])]
        found.append(Found("-".join(parts), *plain.span(*landline.span())))
    kept: list[Found[str]] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept
