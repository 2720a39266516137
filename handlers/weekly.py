"""A moment of every week, as managers write it: `周一 09:00`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import regex
from pydantic import PlainValidator

from bot.types.fields import text_of, wrong

EXAMPLE = '写成 "周一 09:00"'
_WEEKLY = regex.compile(r"(?:每?周|星期|礼拜)([一二三四五六日天])\s*(\d{1,2})[:：](\d\d)")
_DAYS: Mapping[str, str] = {
    "一": "mon", "二": "tue", "三": "wed", "四": "thu", "五": "fri", "六": "sat", "日": "sun", "天": "sun",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Weekly:
    """A day of the week and a time; `text` is what the manager wrote."""

    day: str
    hour: int
    minute: int
    text: str = ""

    def __str__(self) -> str:
        return self.text

    @property
    def cron(self) -> str:
        """The same as a cron expression of five fields."""
        return f"{self.minute} {self.hour} * * {self.day}"

    @classmethod
    def parse(cls, text: str) -> "Weekly":
        """The moment that a text names; ValueError (Chinese) when it names none."""
        found = _WEEKLY.fullmatch(text.strip())
        if found is None or int(found[2]) > 23 or int(found[3]) > 59:
            raise ValueError(f"看不懂“{text}”，{EXAMPLE}")
        return cls(_DAYS[found[1]], int(found[2]), int(found[3]), text)


def _weekly(value: object) -> Weekly | None:
    if value is None or isinstance(value, Weekly):
        return value
    try:
        return Weekly.parse(text_of(value, EXAMPLE))
    except ValueError as error:
        raise wrong(str(error)) from None


WhenWeekly = Annotated[Weekly | None, PlainValidator(_weekly)]
