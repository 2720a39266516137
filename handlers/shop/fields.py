"""Kinds of values that the shop and draws write: moments, names that people type, how often."""

from datetime import UTC, date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

import regex
from pydantic import AfterValidator, BeforeValidator, Field

from bot.types.fields import Name, text_of, wrong

LONGEST_NAME = 20

_MOMENT = regex.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2}))?")
_CURE = '写成 "2026-12-31 20:00"，只写日期就是那天零点'


def moment(value: object) -> datetime:
    """A moment by the clocks of the community, as managers write it."""
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            raise wrong(f"不写时区，就是大家这里的钟点；{_CURE}")
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    found = _MOMENT.fullmatch(text_of(value, _CURE).strip())
    if found is None:
        raise wrong(_CURE)
    try:
        return datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type]
    except ValueError:
        raise wrong(f"没有这个时间，{_CURE}") from None


def short(text: str) -> str:
    """A name that people type."""
    if len(text) > LONGEST_NAME:
        raise wrong(f"大家要照着打这个名字，最多 {LONGEST_NAME} 个字")
    return text


Moment = Annotated[datetime, BeforeValidator(moment)]
Times = Annotated[int, Field(ge=1, le=10_000)]
ShortName = Annotated[Name, AfterValidator(short)]


def utc(wall: datetime, zone: ZoneInfo) -> datetime:
    """A moment by the clocks of a zone, UTC."""
    return wall.replace(tzinfo=zone).astimezone(UTC)
