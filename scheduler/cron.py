"""Cron expressions, for those who have them already."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from zoneinfo import ZoneInfo

import regex

from scheduler.when import OnTheWall, Trigger


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron expression of five fields, as cron itself understands it (Sunday is 0 and 7). `text` is as written."""

    text: str
    fields: tuple[str, ...]

    def __str__(self) -> str:
        return self.text

    @property
    def is_by_the_clock(self) -> bool:
        """Whether it names hours; then a clock that is put back does not make it come twice."""
        return "*" not in self.fields[1]

    def trigger(self, timezone: ZoneInfo) -> Trigger:
        """Its trigger."""
        from apscheduler.triggers.cron import CronTrigger

        minute, hour, day, month, week = self.fields
        named = {"minute": minute, "hour": hour, "day": day, "month": month, "day_of_week": week}
        if self.is_by_the_clock:
            return OnTheWall(CronTrigger(**named, timezone=UTC), timezone)
        made: Trigger = CronTrigger(**named, timezone=timezone)
        return made

    @classmethod
    def parse(cls, text: str) -> "Cron":
        """The expression; ValueError (Chinese) when it is none."""
        parts = text.split()
        if len(parts) != 5:
            raise ValueError('cron 是五段：分 时 日 月 星期，如 "30 8 * * *"；不熟就改用 at = "每天 08:30"')
        if parts[2] != "*" and parts[4] != "*":
            raise ValueError("cron 里“日”和“星期”只能写一个，另一个写 *")
        made = cls(text, (*parts[:4], _weekdays(parts[4])))
        try:
            made.trigger(ZoneInfo("UTC"))
        except (ValueError, KeyError):
            raise ValueError(f'cron “{text}”写得不对，如 "30 8 * * *" 是每天 08:30；也可以改用 at') from None
        return made


_CRON_WEEK = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _weekdays(text: str) -> str:
    """Days of the week by name: APScheduler counts them from Monday, cron from Sunday."""
    return ",".join(one for piece in text.lower().split(",") for one in _spelt(piece))


def _spelt(piece: str) -> Iterator[str]:
    found = regex.fullmatch(r"([0-7])(?:-([0-7]))?", piece)
    if found is None:
        yield piece
        return
    first, last = int(found[1]), int(found[2] or found[1])
    yield from (_CRON_WEEK[number % 7] for number in range(first, (last if last >= first else last + 7) + 1))
