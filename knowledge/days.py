"""Days as people write them."""

from datetime import date, datetime

import regex

EXAMPLE = "如 2026-11-11"
# Words for "no end" that sheets hold.
NEVER = frozenset({"", "长期", "永久", "长期有效", "永久有效", "不限", "无", "-", "/"})

_WRITTEN = regex.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?")


def day_of(value: object) -> date | None:
    """The day that a value of a file means, None for none; ValueError when it is no day.

    Texts may be `2026-11-11`, `2026/11/11`, `2026.11.11` or `2026年11月11日`, with or without a time of day.
    """
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    if not isinstance(value, str):
        raise ValueError(value)
    text = value.strip()
    if text in NEVER:
        return None
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(value)
    return date(int(found[1]), int(found[2]), int(found[3]))
