"""暂停, 继续, 定时: administrators stop a part of the schedule, let it go on, and see what comes next."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from zoneinfo import ZoneInfo

import regex
import sqlalchemy as sa

from bot.types.actions import Reply, Text
from bot.types.context import Context
from bot.types.events import Event, Message
from bot.types.outcome import Outcome, answered
from bot.types.ports import Directory, Executing
from handlers.broadcast.plan import Ready
from handlers.broadcast.tables import pauses
from handlers.directory import ADMIN
from handlers.times import spoken_moment
from nlp.normalise import bare

Order = Literal["暂停", "继续", "定时"]

LISTS = ("定时", "定时消息", "定时列表", "定时任务")
# 暂停活动 and a form's 继续 are others' words: a name that is only alike must be quite alike.
ALIKE = 0.7
MOST = 20

_ORDER = regex.compile(r"\s*(暂停|继续|恢复)\s*(?:定时)?\s*[:：「“]?\s*(.+?)[」”。！!]?\s*")


async def pause_of(name: str, transaction: Executing) -> sa.Row[Any] | None:
    """The pause that holds for an entry; None when it goes on."""
    mine = pauses.c.schedule == name, pauses.c.resumed_at.is_(None)
    return (await transaction.execute(sa.select(pauses).where(*mine))).first()


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants of which entry; `near`: its name was only alike."""

    order: Order
    name: str = ""
    near: bool = False


@dataclass(frozen=True, slots=True)
class Pausing:
    """Obeys administrators; others are told that they cannot."""

    plan: Mapping[str, Ready]
    directory: Directory
    timezone: ZoneInfo
    name: str = "schedule"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> Asked | None:
        """What is asked, if this is for us."""
        return self._read(event.text) if isinstance(event, Message) else None

    def claims(self, message: Message) -> bool:
        """Whether it is an order."""
        return self._read(message.text) is not None

    def _read(self, text: str) -> Asked | None:
        if bare(text) in LISTS:
            return Asked("定时")
        found = _ORDER.fullmatch(text)
        if found is None or not self.plan:
            return None
        order: Order = "暂停" if found[1] == "暂停" else "继续"
        known = {bare(name): name for name in self.plan}
        wanted = bare(found[2])
        if wanted in known:
            return Asked(order, known[wanted])
        near = difflib.get_close_matches(wanted, known, 1, ALIKE)
        return Asked(order, known[near[0]], near=True) if near else None

    async def decide(self, event: Event, prepared: Asked | None, context: Context) -> Outcome | None:
        """Whoever is no administrator changes nothing, and sees no list."""
        if prepared is None:
            return None
        if ADMIN not in context.member.roles:
            context.trace.add(self.name, prepared.order, note="不是管理员，没有照办")
            return None if prepared.order == "定时" else _say(f"「{prepared.order}」只有管理员能用。", "拒绝")
        if prepared.order == "定时":
            return _say(await self._listed(context), "定时")
        if prepared.near:
            return _say(f"没有叫这个名字的定时，是「{prepared.order} {prepared.name}」吗？", "没听清")
        said = await (self._pause if prepared.order == "暂停" else self._resume)(prepared.name, context)
        return _say(
            said, prepared.order, f"{context.member.name or context.member.id} {prepared.order} {prepared.name}"
        )

    async def _pause(self, name: str, context: Context) -> str:
        await context.transaction.guard(f"broadcast-pause:{name}")
        if already := await pause_of(name, context.transaction):
            return f"「{name}」已经暂停了（{self._by(already, context)}）。发「继续 {name}」接着发。"
        row = {"schedule": name, "paused_by": context.member.id, "paused_at": context.now}
        await context.transaction.execute(sa.insert(pauses).values(row))
        return f"好的，「{name}」先不发了，到点的也不补。发「继续 {name}」接着发。"

    async def _resume(self, name: str, context: Context) -> str:
        await context.transaction.guard(f"broadcast-pause:{name}")
        paused = await pause_of(name, context.transaction)
        if paused is None:
            return f"「{name}」没有暂停，{self._next(name, context)}。"
        ended = {"resumed_by": context.member.id, "resumed_at": context.now}
        await context.transaction.execute(sa.update(pauses).where(pauses.c.id == paused.id).values(ended))
        return f"「{name}」接着发，{self._next(name, context)}。"

    async def _listed(self, context: Context) -> str:
        if not self.plan:
            return "还没有定时消息：在配置里写 [[schedule]]，看 qunban schedule list。"
        rows = (await context.transaction.execute(sa.select(pauses).where(pauses.c.resumed_at.is_(None)))).all()
        paused = {row.schedule: row for row in rows}
        coming = sorted(self.plan, key=lambda name: (name in paused, self._due(name, context) or context.now, name))
        lines = [self._line(name, paused.get(name), context) for name in coming[:MOST]]
        more = [f"还有 {len(coming) - MOST} 条，看 qunban schedule list"] if len(coming) > MOST else []
        return "\n".join(["定时消息：", *lines, *more])

    def _line(self, name: str, paused: sa.Row[Any] | None, context: Context) -> str:
        to = _shortly([target.name for target in self.plan[name].targets])
        when = f"暂停中（{self._by(paused, context)}）" if paused is not None else self._next(name, context)
        return f"· {name}：{when}，发给{to}"

    def _next(self, name: str, context: Context) -> str:
        due = self._due(name, context)
        return f"下次{spoken_moment(due, context.now, self.timezone)}" if due else "以后不会再发了"

    def _due(self, name: str, context: Context) -> Any:
        return self.plan[name].entry.following(context.now, self.timezone)

    def _by(self, paused: sa.Row[Any], context: Context) -> str:
        who = self.directory.member(context.conversation.door, paused.paused_by).name or paused.paused_by
        return f"{spoken_moment(paused.paused_at, context.now, self.timezone)}，{who}"


def _shortly(names: Sequence[str]) -> str:
    shown = "、".join(names[:3])
    return f"{shown}等 {len(names)} 处" if len(names) > 3 else shown or "（没有人）"


def _say(body: str, rule: str, reason: str = "") -> Outcome:
    return answered(Reply(content=Text(body=body)), reason=reason or rule, rule=rule)
