"""暂停活动, 继续活动, 完成名单, 打卡名单: what managers say about campaigns."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bot.types.actions import Reply, Text
from bot.types.context import Context
from bot.types.events import Event, Message
from bot.types.outcome import Outcome, answered
from bot.types.ports import Directory
from handlers.checkin import words
from handlers.checkin.campaigns import Run
from handlers.checkin.lists import absent_told, finishers_told, standings
from handlers.checkin.records import pause_of
from handlers.checkin.tables import pauses
from handlers.checkin.wordings import pausing, without_name
from handlers.spoken import Said, Spoken


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody orders, and of which campaign; "" where they named none."""

    order: str
    campaign: str = ""


@dataclass(frozen=True, slots=True)
class CampaignOrders:
    """Obeys those who manage a campaign; others are told that they cannot."""

    runs: Sequence[Run]
    directory: Directory
    spoken: Spoken
    name: str = "campaigns"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> Wanted | None:
        """What is ordered."""
        return self._read(event.text) if isinstance(event, Message) else None

    def claims(self, message: Message) -> bool:
        """Whether something is."""
        return self._read(message.text) is not None

    def _read(self, text: str) -> Wanted | None:
        name, rest = without_name(text, [run.name for run in self.runs])
        said: Said | None = self.spoken.find(rest)
        order = said.command if said else pausing(rest) if name else ""
        return Wanted(order, name) if order else None

    async def decide(self, event: Event, prepared: Wanted | None, context: Context) -> Outcome | None:
        """None for what is not ordered here."""
        if prepared is None:
            return None
        meant = [run for run in self.runs if prepared.campaign in ("", run.name)]
        mine = [run for run in meant if run.may_manage(context)]
        if not mine:
            context.trace.add(self.name, prepared.order, note="没有权限，没有照办")
            who = "、".join(dict.fromkeys(role for run in meant for role in run.campaign.managers))
            return _say(words.ONLY_MANAGERS.format(who=who), "拒绝")
        on = [run for run in mine if prepared.campaign or run.is_on(context.now)]
        if prepared.order == "finishers":
            on = on or [max(mine, key=lambda run: run.campaign.until)]
        if not on and not prepared.campaign:
            # Perhaps it is about something else that can be stopped.
            return None
        if len(on) != 1:
            names = "、".join(f"「{run.name}」" for run in on)
            return _say(words.WHICH.format(names=names), prepared.order)
        return _say(await self._obey(on[0], prepared.order, context), prepared.order)

    async def _obey(self, run: Run, order: str, context: Context) -> str:
        if order == "pause":
            return await self._pause(run, context)
        if order == "resume":
            return await self._resume(run, context)
        today = run.course.local.of(context.now)
        found = await standings(run, context, self.directory, today)
        if order == "finishers":
            return finishers_told(found, ended=run.course.is_over(context.now))
        day = max((day for day in run.course.days if day <= today), default=None)
        return absent_told(found, day) if day else words.NOT_YET.format(
            name=run.name, day=words.day_name(run.campaign.since)
        )  # fmt: skip

    async def _pause(self, run: Run, context: Context) -> str:
        await context.transaction.guard(f"campaign-pause:{run.name}")
        if already := await pause_of(context.transaction, run.name):
            who = self.directory.member(context.conversation.door, already.paused_by).name or already.paused_by
            return words.STOPPED_ALREADY.format(name=run.name, who=who)
        row = {"campaign": run.name, "paused_by": context.member.id, "paused_at": context.now, "resumed_by": ""}
        await context.transaction.execute(sa.insert(pauses).values(row))
        return words.STOPPED.format(name=run.name)

    async def _resume(self, run: Run, context: Context) -> str:
        await context.transaction.guard(f"campaign-pause:{run.name}")
        paused = await pause_of(context.transaction, run.name)
        if paused is None:
            return words.GOES_ON_ALREADY.format(name=run.name)
        ended = {"resumed_by": context.member.id, "resumed_at": context.now}
        await context.transaction.execute(sa.update(pauses).where(pauses.c.id == paused.id).values(ended))
        return words.GOES_ON.format(name=run.name)


def _say(body: str, rule: str) -> Outcome:
    return answered(Reply(content=Text(body=body, fixed=False)), reason=rule, rule=rule)
