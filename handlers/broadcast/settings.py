"""What a manager writes about broadcasts: `[broadcast]`, and what is read of `[[schedule]]`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, Protocol
from zoneinfo import ZoneInfo

from pydantic import Field

from bot.types.declarations import Section, Settings, Settled
from bot.types.enclosures import Attach, LinkEntry
from bot.types.fields import Hours
from bot.types.ports import Calendar

NEVER = "无"


class Broadcast(Settled):
    """How much may be said to one group or person without their asking: never in `quiet` hours, so many `per_day` and
    in seven days, and of what is said in seven days at most `marketing_share` per cent advertising.
    """

    quiet: Hours | Literal["无"] = Field(default_factory=lambda: Hours.parse("22:00-08:00"))
    per_day: Annotated[int, Field(ge=1, le=1000)] = 2
    per_week: Annotated[int, Field(ge=1, le=7000)] = 5
    marketing_share: Annotated[int, Field(ge=0, le=100)] = 40


BROADCAST: Section[Broadcast] = Section("broadcast", Broadcast, Broadcast)


class Planned(Protocol):
    """One entry of `[[schedule]]`, which belongs to the scheduler: when, to whom, what."""

    name: str
    when: str
    groups: tuple[str, ...]
    members: tuple[str, ...]
    roles: tuple[str, ...]
    send: tuple[str, ...]
    attach: Attach
    link: LinkEntry | None
    marketing: bool
    any_hour: bool
    jitter: timedelta
    grace: timedelta
    misfire: str

    def zone(self, usual: ZoneInfo) -> ZoneInfo:
        """By whose clocks it goes."""
        ...

    def begun(self, start: datetime, end: datetime, usual: ZoneInfo, most: int = 2000) -> Sequence[datetime]:
        """When it goes out from one moment until before another, UTC."""
        ...

    def following(self, now: datetime, usual: ZoneInfo) -> datetime | None:
        """When it goes out next, UTC; None: never again."""
        ...


class Announcing(Protocol):
    """Something else that says things by the clock: a campaign."""

    def announced(self, settings: Settings, calendar: Calendar) -> Sequence[Planned]:
        """What it will say, as entries of a schedule; `audience` of an entry that names nobody tells whom it is for."""
        ...


SCHEDULE: Section[tuple[Planned, ...]] = Section("schedule", tuple, tuple)
CAMPAIGNS: Section[tuple[Announcing, ...]] = Section("campaigns", tuple, tuple)
# Only the time zone is read of it, and when a message has grown stale.
BOT: Section[Any] = Section("bot", tuple, tuple)
