"""停机 and 恢复: who may silence the bot, where, and the record of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.types.actions import Reply, Text
from bot.types.columns import Instant
from bot.types.context import Context
from bot.types.declarations import Capability, Declared, Handler, Personal, Settings
from bot.types.events import Event, Message
from bot.types.outcome import Outcome, answered
from bot.types.ports import Directory, Services
from handlers import audit
from handlers.directory import ADMIN
from handlers.times import spoken_moment
from handlers.words import ORDERS, Order
from nlp.normalise import bare

EVERYWHERE = "*"

halts = sa.Table(
    "halts",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("halted_by", sa.Text, nullable=False),
    sa.Column("halted_at", Instant, nullable=False),
    sa.Column("resumed_by", sa.Text, nullable=False, server_default=""),
    sa.Column("resumed_at", Instant),
    sa.Index("halts_scope", "scope", "resumed_at"),
    sa.Index("halts_resumed_at", "resumed_at"),
)


@dataclass(frozen=True, slots=True)
class Silence:
    """A halt that is on: where (`EVERYWHERE` or a conversation's key), by whom, since when."""

    scope: str
    by: str
    since: datetime


_ON = sa.select(halts).where(halts.c.resumed_at.is_(None)).order_by(halts.c.scope != EVERYWHERE)
_HERE = _ON.where(sa.or_(halts.c.scope == EVERYWHERE, halts.c.scope == sa.bindparam("here")))


async def silences(context: Context) -> Sequence[Silence]:
    """The halts that hold in the event's conversation, the widest first."""
    return await _silences(context, _HERE, {"here": context.conversation.key})


async def _silences(
    context: Context, query: sa.Select[Any], parameters: Mapping[str, Any] | None = None
) -> Sequence[Silence]:
    rows = (await context.transaction.execute(query, parameters)).all()
    return [Silence(row.scope, row.halted_by, row.halted_at) for row in rows]


@dataclass(frozen=True, slots=True)
class Halt:
    """Silences the bot and lets it speak again: in a group for that group, in a direct chat for everywhere."""

    directory: Directory
    timezone: ZoneInfo
    name: str = "halt"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> tuple[Order, bool] | None:
        """The order in the message, if it is one."""
        return ORDERS.get(bare(event.text)) if isinstance(event, Message) else None

    def claims(self, message: Message) -> bool:
        """Whether it is an order."""
        return bare(message.text) in ORDERS

    async def decide(self, event: Event, prepared: tuple[Order, bool] | None, context: Context) -> Outcome | None:
        """Obeys administrators; others are told that they cannot."""
        if prepared is None:
            return None
        order, everywhere = prepared
        scope = EVERYWHERE if everywhere or context.conversation.place == "direct" else context.conversation.key
        if ADMIN not in context.member.roles:
            return await self._refuse(order, scope, context)
        said = await (self._halt(scope, context) if order == "停机" else self._resume(scope, context))
        return answered(_say(said), reason=f"{context.member.name or context.member.id} {order} {scope}", rule=order)

    async def _refuse(self, order: Order, scope: str, context: Context) -> Outcome | None:
        context.trace.add(self.name, order, note="不是管理员，没有照办")
        await audit.record(context, _written(order, scope), allowed=False, why="不是管理员")
        if await silences(context):
            return None
        return answered(_say(f"「{order}」只有管理员能用。"), reason="不是管理员", rule="拒绝")

    async def _halt(self, scope: str, context: Context) -> str:
        await context.transaction.guard(f"halt:{scope}")
        already = await _silences(context, _ON.where(halts.c.scope == scope))
        if already:
            return f"{_where(scope)}已经停机了（{self._since(already[0], context)}）。发「{_undo(scope)}」让我回来。"
        row = {"scope": scope, "halted_by": context.member.id, "halted_at": context.now}
        await context.transaction.execute(sa.insert(halts).values(row))
        await audit.record(context, _written("停机", scope))
        return f"好的，{_where(scope)}已停机，我先不说话；「转人工」照常可用。发「{_undo(scope)}」让我回来。"

    async def _resume(self, scope: str, context: Context) -> str:
        on = await _silences(context, _ON if scope == EVERYWHERE else _ON.where(halts.c.scope == scope))
        for silence in on:
            await context.transaction.guard(f"halt:{silence.scope}")
        ended = {"resumed_by": context.member.id, "resumed_at": context.now}
        scopes = [silence.scope for silence in on]
        mine = sa.and_(halts.c.resumed_at.is_(None), halts.c.scope.in_(scopes))
        await context.transaction.execute(sa.update(halts).where(mine).values(ended))
        for over in scopes:
            await audit.record(context, _written("恢复", over))
        if left := await silences(context):
            return f"所有地方还在停机（{self._since(left[0], context)}），本群也不说话。发「全部恢复」一起恢复。"
        return f"{_where(scope)}已恢复，有事随时叫我。" if on else f"{_where(scope)}没有停机，我一直在。"

    def _since(self, silence: Silence, context: Context) -> str:
        who = self.directory.member(context.conversation.door, silence.by).name or silence.by
        return f"{spoken_moment(silence.since, context.now, self.timezone)}，{who}"


def _where(scope: str) -> str:
    return "所有地方" if scope == EVERYWHERE else "本群"


def _written(order: Order, scope: str) -> str:
    """The order and where it holds, as it is written down."""
    return f"{order} {'所有地方' if scope == EVERYWHERE else scope}"


def _undo(scope: str) -> str:
    return "全部恢复" if scope == EVERYWHERE else "恢复"


def _say(body: str) -> Reply:
    return Reply(content=Text(body=body))


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The handler for orders."""
    return (Halt(services.directory, services.calendar.timezone),)


CAPABILITY = Capability(
    name="halt",
    tables=(Declared(halts, Personal.IDENTITY, timedelta(days=730), "resumed_at", halts.c.resumed_at.is_not(None)),),
    build=build,
)
