"""The report as the bot sends it: every week when that is due, or when an operator says so."""

import asyncio
import logging
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from bot.types.actions import Content, Emit, Image, Notify, Text
from bot.types.attachments import Attachment
from bot.types.context import Context
from bot.types.declarations import Settings
from bot.types.events import Conversation, Event, Signal, Tick
from bot.types.outcome import Outcome, silent
from bot.types.ports import Services
from handlers.desk.settings import DESK
from handlers.directory import ADMIN
from handlers.drawing import NoTypeface, typeface_of
from handlers.reporting.gathering import Gathering
from handlers.reporting.period import Period
from handlers.reporting.picture import draw
from handlers.reporting.summary import Summary
from handlers.reporting.wording import as_message

log = logging.getLogger(__name__)

REPORT, DRAW = "reports.week", "reports.draw"
# A bot that was not there at the hour sends it as soon as it is, but not on the next day.
REPORT_GRACE = timedelta(hours=12)
# A report of last week is news for a day. What was ordered while no bot ran is not wanted much later.
LIFE, ORDERED = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A report with its picture, which is kept; None where it could not be drawn."""

    summary: Summary
    picture: Attachment | None


@dataclass(frozen=True, slots=True)
class Reporter:
    """Two steps: a Tick gathers the numbers, a Signal draws and sends them, so that no transaction waits for ink."""

    settings: Settings
    services: Services
    gathering: Gathering
    name: str = "reports"
    hears: tuple[str, ...] = ("tick:reports", "signal:reports")

    async def prepare(self, event: Event) -> Drawn | None:
        """The picture, drawn on a thread."""
        if not isinstance(event, Signal):
            return None
        found = load_summary(event.data["summary"])
        return Drawn(found, await asyncio.to_thread(self._draw, found))

    async def decide(self, event: Event, prepared: Drawn | None, context: Context) -> Outcome | None:
        """Silent towards the scheduler: the numbers go on to be drawn, or the report goes out."""
        if isinstance(event, Tick):
            return await self._gather(event, context)
        return self._send(prepared, context.now) if prepared else None

    async def _gather(self, event: Tick, context: Context) -> Outcome:
        if event.name != REPORT and context.now - event.due > ORDERED:
            return silent(reason="要的时候机器人没开，已经过时了", rule="太晚")

        async def read(query: "sa.Select[Any]") -> Sequence["sa.Row[Any]"]:
            return (await context.transaction.execute(query)).all()

        period, team = self._asked(event)
        found = await self.gathering.summary(read, period, context.now, team)
        drawing = Signal(
            id=f"{event.id}:draw", conversation=context.conversation, at=event.at, received_at=context.now,
            name=DRAW, data={"summary": dump_summary(found)},
        )  # fmt: skip
        return silent(
            Emit(event=drawing), reason=f"客服报表：{period.title}，工单 {found.total.tickets} 个", rule="报表"
        )

    def _asked(self, event: Tick) -> tuple[Period, str]:
        """Which days and which team: those that were ordered, or the week before."""
        zone, data = self.services.calendar.timezone, event.data
        if not data:
            return Period.week_before(event.due, zone), ""
        first, last = date.fromisoformat(data["from"]), date.fromisoformat(data["to"])
        return Period(first, last, zone), data.get("team", "")

    def _send(self, drawn: Drawn, now: datetime) -> Outcome:
        places = self._places()
        if not places:
            return silent(reason="没有管理员，也没有听提醒的群，无处可发", rule="没人可说")
        words = Text(body=as_message(drawn.summary), fixed=False)
        actions = [action for place in places for action in self._told(place, words, drawn.picture, now)]
        return silent(*actions, reason=f"客服报表发到 {len(places)} 处", rule="报表")

    def _places(self) -> Sequence[Conversation]:
        """The managers' groups; where there are none, each of the managers."""
        directory, desk = self.services.directory, self.services.desk
        people = directory.with_role(ADMIN) if desk else ()
        return directory.alerted(ADMIN) or [Conversation(desk, "direct", person.id) for person in people]

    def _told(self, place: Conversation, words: Text, picture: Attachment | None, now: datetime) -> Sequence[Notify]:
        shows = picture is not None and self.services.sends(place.door, "image") == "now"
        contents: list[Content] = [words, *([Image(file=picture)] if shows and picture else [])]
        member = place.native if place.place == "direct" else ""
        return [Notify(to=place, member=member, content=one, expires_at=now + LIFE) for one in contents]

    def _draw(self, found: Summary) -> Attachment | None:
        if not found.total.tickets:
            return None
        try:
            png = draw(found, typeface_of(self.settings), self.gathering.promised(found.team))
            return kept(png, self.services, f"客服报表 {found.period.first} 到 {found.period.last}.png")
        except (NoTypeface, OSError) as error:
            log.error("客服报表的图没有画成：%s", error)
            return None


def report_due(settings: Settings) -> str:
    """When the report of the week is due, as a cron expression; empty when nobody wants it."""
    weekly = settings[DESK].report
    return weekly.cron if weekly else ""


def kept(png: bytes, services: Services, name: str) -> Attachment:
    """A picture as an attachment under a name that people see; OSError when it cannot be kept."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(png)
        return services.attachments.keep(path)


def dump_summary(found: Summary) -> str:
    """A report as JSON; `load_summary` is its inverse."""
    return TypeAdapter(Summary).dump_json(found).decode()


def load_summary(text: str) -> Summary:
    """The report of a JSON form."""
    return TypeAdapter(Summary).validate_json(text)
