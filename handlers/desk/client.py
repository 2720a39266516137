"""The desk where people answer customers in WeCom's own client: it watches, and takes back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.types.actions import Action, Reply, Text
from bot.types.context import Context
from bot.types.events import Duty, Event, Message, Recalled, Served, Turned, Undelivered, Withheld
from bot.types.outcome import Outcome, escalated, silent
from handlers.desk import tickets, words
from handlers.desk.desk import Desk
from handlers.desk.dispatch import Errand, Say
from handlers.desk.effects import Call
from handlers.desk.happenings import Answered, Called, Ended, Took, Wrote
from handlers.desk.move import Move
from handlers.desk.ticket import State, Ticket
from handlers.desk.tickets import shortened
from nlp.normalise import bare

# An end has a code for one message that lives so long.
LAST_WORDS = timedelta(seconds=20)


async def hear(desk: Desk, event: Message, ticket: Ticket, body: str, context: Context) -> Outcome:
    """What a customer says while a person has them: kept, and left to that person."""
    if bare(event.text) in desk.endings:
        done = await desk.happen(ticket, Ended(context.member.id, "customer"), context)
        return escalated(*done.actions, reason=f"客户结束 {ticket.label}", rule="结束")
    await tickets.note(context, ticket, "customer", body)
    await desk.happen(ticket, Wrote(), context)
    return silent(reason=f"{ticket.label} 在微信客服里由人工接待", rule="旁听")


def _unsaid(body: str) -> Sequence[Action]:
    """Nothing can be said there now."""
    return []


@dataclass(frozen=True, slots=True)
class Watch:
    """What WeCom tells of those who serve, and what did not get through to a customer."""

    desk: Desk
    name: str = "desk watch"
    hears: tuple[str, ...] = ("turned", "served", "recalled", "undelivered", "withheld", "duty")

    async def prepare(self, event: Event) -> None:
        """Nothing to prepare."""

    async def decide(self, event: Event, prepared: None, context: Context) -> Outcome | None:
        """The ticket follows; staff are told what they cannot see."""
        if isinstance(event, Duty):
            said = "开始接待" if event.receiving else "停止接待"
            return silent(reason=f"{self.desk.name_of(event.staff)}{said}")
        ticket = await tickets.of_thread(context)
        match event:
            case Turned():
                return await self._turned(event, ticket, context)
            case Served():
                return await self._served(event, ticket, context)
            case Recalled():
                return await self._recalled(event, ticket, context)
            case Undelivered():
                return self._stuck(event.why, "一条消息", ticket, context)
            case Withheld():
                return self._stuck(event.why, f"「{shortened(event.words, 60)}」", ticket, context)
        return None

    async def _turned(self, event: Turned, ticket: Ticket | None, context: Context) -> Outcome:
        if event.change == "nobody":
            return await self._nobody(ticket, context)
        if event.change == "ended":
            return await self._ended(event, ticket, context)
        if not event.staff:
            return silent(reason="会话变了，没有说是谁")
        before = ticket
        ticket = await self._in_hands(event.staff, ticket, context)
        name = self.desk.name_of(event.staff)
        if before is not None and before.owner == event.staff:
            return silent(reason=f"{name}已经在接待", rule="接待")
        hello = self._on_code(event, context)(words.introduced(name)) if event.change == "taken" else []
        return silent(*hello, reason=f"{name}在微信客服里接待 {ticket.label}", rule="接待")

    async def _in_hands(self, staff: str, ticket: Ticket | None, context: Context) -> Ticket:
        """The ticket of somebody who serves in the client; a new one when they began by themselves."""
        ticket = ticket or await self._found(context)
        if ticket.is_served and ticket.native and ticket.owner == staff:
            return ticket
        native = replace(ticket, native=True, introduced=True)
        if not native.is_under_way:
            native = (await self.desk.happen(native, Called(), context, _unsaid)).ticket
        return (await self.desk.happen(native, Took(staff, over=True), context, _unsaid)).ticket

    async def _found(self, context: Context) -> Ticket:
        """The ticket of the thread that was resolved lately, or a new one."""
        lately = await tickets.lately(context)
        if lately is not None:
            return lately
        team = self.desk.team.name if self.desk.team else words.PEOPLE
        return await tickets.open_ticket(context, team, native=True)

    async def _nobody(self, ticket: Ticket | None, context: Context) -> Outcome:
        """Nobody receives in the client: the team gets a card, where there is a desk; otherwise it ends here."""
        if ticket is None or ticket.state != State.QUEUED or not ticket.native:
            return silent(reason="没人在接待，也没有工单在等")
        if not self.desk.can_relay(ticket):
            await self.desk.happen(ticket, Ended("nobody"), context, _unsaid)
            return silent(reason=f"{ticket.label} 没人在接待，交还机器人", rule="没人接待")
        moved = Move(replace(ticket, native=False), (Call(),))
        done = await Errand(self.desk, context, ticket).carry_out(moved)
        return escalated(*done.actions, reason=f"{ticket.label} 没人在接待，改由客服台接单", rule="没人接待")

    async def _ended(self, event: Turned, ticket: Ticket | None, context: Context) -> Outcome:
        if ticket is None:
            return silent(reason="人工会话结束，没有工单", rule="结束")
        ended = Ended(event.before or ticket.owner, over=True)
        done = await self.desk.happen(ticket, ended, context, self._on_code(event, context))
        return silent(*done.actions, reason=f"{ticket.label} 在微信客服里结束", rule="结束")

    def _on_code(self, event: Turned, context: Context) -> Say:
        """Words that WeCom lets be said about the change; nothing when it gave no code for them."""

        def say(body: str) -> Sequence[Action]:
            return [Reply(content=Text(body=body), expires_at=_until(event, context.now))]

        return say if event.route.code else _unsaid

    async def _served(self, event: Served, ticket: Ticket | None, context: Context) -> Outcome:
        ticket = await self._in_hands(event.staff, ticket, context)
        await tickets.note(context, ticket, "staff", event.text or f"[{words.form_name(event.form)}]")
        await self.desk.happen(ticket, Answered(event.staff), context)
        return silent(reason=f"{self.desk.name_of(event.staff)}在微信客服里回复了 {ticket.label}", rule="旁听")

    async def _recalled(self, event: Recalled, ticket: Ticket | None, context: Context) -> Outcome:
        who = self.desk.name_of(event.staff) if event.staff else "客户"
        if ticket is None:
            return silent(reason=f"{who}撤回了一条消息")
        await tickets.note(context, ticket, "note", f"（{who}撤回了一条消息）")
        is_ours = ticket.is_served and not ticket.native and not event.staff
        told = self.desk.to_owner(ticket, Text(body=f"{ticket.label} 撤回了一条消息。")) if is_ours else []
        return silent(*told, reason=f"{who}撤回了一条消息", rule="撤回")

    def _stuck(self, why: str, what: str, ticket: Ticket | None, context: Context) -> Outcome:
        """Tell who serves, otherwise the team, that something has not got through."""
        label = ticket.label if ticket else context.member.name or context.member.id
        text = Text(body=f"{label}：{what}没有发出去。{why}", fixed=False)
        is_served = ticket is not None and ticket.is_served and not ticket.native
        told = self.desk.to_owner(ticket, text) if ticket and is_served else self.desk.to_everybody(text)
        return silent(*told, reason=f"{what}没有发出去：{why}", rule="没发出去")


def _until(event: Turned, now: datetime) -> datetime:
    return event.route.expires_at or now + LAST_WORDS
