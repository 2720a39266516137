"""Administrators hear once a week, in autumn, that next year's days off are not known yet."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.types.actions import Notify, Text
from bot.types.context import Context
from bot.types.events import Conversation, Event
from bot.types.outcome import Outcome, silent
from bot.types.ports import Directory
from scheduler.jobs import Job

JOB = "holidays.look"
# Mondays at ten.
WHEN = "0 10 * * mon"
LIFE = timedelta(days=1)


def weekly(timezone: ZoneInfo) -> Job:
    """When to look, by people's clocks."""
    return Job.by_cron(JOB, WHEN, timezone)


@dataclass(frozen=True, slots=True)
class Reminder:
    """Tells those with `role` what `told` says of a moment, when its weekly Tick comes; "" is nothing to tell."""

    told: Callable[[datetime], str]
    directory: Directory
    desk: str
    role: str
    name: str = "holidays"
    hears: tuple[str, ...] = ("tick:holidays",)

    async def prepare(self, event: Event) -> None:
        """Nothing to prepare."""

    async def decide(self, event: Event, prepared: None, context: Context) -> Outcome | None:
        """Silent towards the scheduler; a word to each of them, and to the groups that are told what they are."""
        said = self.told(context.now)
        if not said:
            return silent(reason="节假日表够用")
        content, expires = Text(body=said), context.now + LIFE
        people = self.directory.with_role(self.role) if self.desk else ()
        places = [Conversation(self.desk, "direct", person.id) for person in people]
        told = [Notify(to=place, member=place.native, content=content, expires_at=expires) for place in places]
        groups = [Notify(to=place, content=content, expires_at=expires) for place in self.directory.alerted(self.role)]
        return silent(*told, *groups, reason=f"节假日表快用完了，告诉了 {len(told)} 人", rule="提醒")
