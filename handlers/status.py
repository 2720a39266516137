"""配置 and 状态: how the bot is, for administrators who ask it in chat."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.types.actions import Reply, Text
from bot.types.context import Context
from bot.types.declarations import Capability, Handler, Settings
from bot.types.events import Conversation, Event, Message
from bot.types.outcome import Outcome, answered
from bot.types.ports import Calendar, Directory, LongConnection, Services, Status
from handlers.desk.tables import OPEN_STATES, SERVED_STATES, tickets
from handlers.directory import ADMIN, GROUPS
from handlers.halt import EVERYWHERE, halts
from handlers.keyword import REPLIES
from handlers.times import spoken_duration, spoken_moment
from handlers.understand import FAQ, Model, model_of
from handlers.words import STATUS
from nlp.normalise import bare

STATES: Mapping[str, str] = {"waiting": "等着", "held": "压着", "uncertain": "说不准", "dead": "发不出去"}
CONNECTIONS: Mapping[str, str] = {"up": "通着", "down": "断着", "stopped": "停了"}
LOOK = "（看 qunban outbox list）"


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the configuration holds."""

    rules: int
    entries: int
    groups: int

    def __str__(self) -> str:
        return f"关键词 {self.rules} 条，问答 {self.entries} 条，群 {self.groups} 个"


@dataclass(frozen=True, slots=True)
class State:
    """Tells administrators what runs here and what waits for a person."""

    status: Status
    counts: Counts
    model: Model
    directory: Directory
    calendar: Calendar
    name: str = "status"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> bool:
        """Whether the message asks for it."""
        return isinstance(event, Message) and bare(event.text) in STATUS

    def claims(self, message: Message) -> bool:
        """Whether it asks for it."""
        return bare(message.text) in STATUS

    async def decide(self, event: Event, prepared: bool, context: Context) -> Outcome | None:
        """One short message; nobody else's words are taken."""
        if not prepared or ADMIN not in context.member.roles:
            return None
        said = "\n".join(await self._lines(context))
        return answered(Reply(content=Text(body=said)), reason="管理员问状态", rule="状态")

    async def _lines(self, context: Context) -> Sequence[str]:
        since = spoken_moment(self.status.loaded_at, context.now, self.calendar.timezone)
        return (
            f"配置 {self.status.config}，{since} 起用",
            str(self.counts),
            f"理解：{self.model}",
            f"停机：{await self._halted(context)}",
            f"转人工：{await _open_tickets(context)}",
            f"没发出的：{_unsent(await self.status.unsent(context.transaction))}",
            *[self._connection(one, context.now) for one in await self.status.connections(context.transaction)],
            f"版本 {self.status.version}",
            *filter(None, [self.status.notice(context.now)]),
        )

    def _connection(self, one: LongConnection, now: datetime) -> str:
        since = spoken_moment(one.since, now, self.calendar.timezone)
        gaps = f"；断过 {one.gaps} 次，共 {spoken_duration(timedelta(seconds=one.gap_seconds))}" if one.gaps else ""
        missed = f"；{one.missed} 条没存下" if one.missed else ""
        why = f"（{one.why}）" if one.why and one.state != "up" else ""
        return f"长连接 {one.door}：{since} 起{CONNECTIONS.get(one.state, one.state)}{why}{gaps}{missed}"

    async def _halted(self, context: Context) -> str:
        query = sa.select(halts.c.scope).where(halts.c.resumed_at.is_(None)).order_by(halts.c.scope)
        scopes = [row.scope for row in (await context.transaction.execute(query)).all()]
        return "、".join(self._places(dict.fromkeys(scopes))) or "没有"

    def _places(self, scopes: Iterable[str]) -> Iterable[str]:
        for scope in scopes:
            if scope == EVERYWHERE:
                yield "所有地方"
            else:
                where = Conversation.parse(scope)
                group = self.directory.group(where)
                yield group.name if group else where.native


async def _open_tickets(context: Context) -> str:
    query = sa.select(tickets.c.state, sa.func.count().label("tickets")).where(tickets.c.state.in_(OPEN_STATES))
    rows = (await context.transaction.execute(query.group_by(tickets.c.state))).all()
    owned = sum(row.tickets for row in rows if row.state in SERVED_STATES)
    waiting = sum(row.tickets for row in rows) - owned
    return f"{waiting} 个等人接，{owned} 个在服务" if rows else "没有"


def _unsent(counts: Mapping[str, int]) -> str:
    told = "，".join(f"{name} {counts[state]} 条" for state, name in STATES.items() if counts.get(state))
    return (told or "没有") + (LOOK if counts.get("uncertain") or counts.get("dead") else "")


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The handler; none where no bot is at work."""
    if services.status is None:
        return ()
    entries = len(settings[FAQ].loaded.entries)
    counts = Counts(len(settings[REPLIES]), entries, len(settings[GROUPS]))
    return (State(services.status, counts, model_of(settings, services), services.directory, services.calendar),)


CAPABILITY = Capability(name="status", build=build)
