"""The desk where people answer customers in WeCom's own client: it watches, and takes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.types.actions import Action, Handover, Notify, Reply, Text
from bot.types.context import Context
from bot.types.events import Duty, Event, Message, Recalled, Served, Turned, Undelivered, Withheld
from bot.types.outcome import Outcome, escalated, silent
from handlers.desk import tickets, words
from handlers.desk.desk import Desk
from handlers.desk.tables import OWNED, QUEUED
from handlers.desk.tickets import Ticket, shortened
from nlp.normalise import bare

# An end has a code for one message that lives so long.
LAST_WORDS = timedelta(seconds=20)


async def hear(desk: Desk, event: Message, ticket: Ticket, body: str, context: Context) -> Outcome:
    """What a customer says while a person has them: kept, and left to that person."""
    if bare(event.text) in desk.endings:
        await tickets.close(context, ticket, context.member.id)
        taken_back = end(ticket, words.ended_by_customer())
        return escalated(taken_back, reason=f"客户结束 {ticket.label}", rule="结束")
    await tickets.note(context, ticket, "customer", body)
    if ticket.state == OWNED and not ticket.waiting:
        ticket = await tickets.change(context, ticket, waiting=True, reminded=False)
        await tickets.wind(context, ticket, context.now + desk.settings.idle)
    return silent(reason=f"{ticket.label} 在微信客服里由人工接待", rule="旁听")


async def ring(desk: Desk, ticket: Ticket, context: Context) -> Sequence[Action]:
    """A ticket's time is up: ask those who should act once more, then give the customer back to the bot."""
    if ticket.state == QUEUED and not ticket.reminded:
        await tickets.change(context, ticket, reminded=True)
        await tickets.wind(context, ticket, context.now + desk.settings.give_up)
        waits = words.waits(ticket, context.now - ticket.opened_at)
        return desk.to_team(ticket, f"{waits}请到微信客服里接入。")
    if ticket.state == QUEUED:
        await tickets.close(context, ticket, "timeout")
        return [end(ticket, words.EXPIRED), *desk.to_team(ticket, f"{ticket.label} 一直没人接，已交还机器人。")]
    if ticket.waiting:
        return await _ring_owner(desk, ticket, context)
    await tickets.close(context, ticket, "idle")
    return [end(ticket, words.ended_idle())]


async def _ring_owner(desk: Desk, ticket: Ticket, context: Context) -> Sequence[Action]:
    """The owner leaves the customer waiting: reminded once, for a bot that keeps quiet for ever helps nobody."""
    if not ticket.reminded:
        await tickets.change(context, ticket, reminded=True)
        await tickets.wind(context, ticket, context.now + desk.settings.give_up)
        late = Text(body=f"{ticket.label} 在微信客服里等您回复，已等了一阵。", fixed=False)
        return desk.to_owner(ticket, late)
    await tickets.close(context, ticket, "timeout")
    told = Text(body=f"{ticket.label} 等您太久，已交还机器人。", fixed=False)
    return [end(ticket, words.UNANSWERED), *desk.to_owner(ticket, told)]


def end(ticket: Ticket, said: str) -> Notify:
    """Take the customer back from those who serve: the next words are the bot's to answer."""
    return Notify(to=ticket.conversation, member=ticket.member, content=Handover(to="end", words=said))


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
        hello = self._on_code(event, words.introduced(name), context) if event.change == "taken" else []
        return silent(*hello, reason=f"{name}在微信客服里接待 {ticket.label}", rule="接待")

    async def _in_hands(self, staff: str, ticket: Ticket | None, context: Context) -> Ticket:
        """The ticket of somebody who serves in the client; a new one when they began by themselves."""
        team = self.desk.team.name if self.desk.team else words.PEOPLE
        ticket = ticket or await tickets.open_ticket(context, team)
        ticket = await tickets.change(
            context, ticket, native=True, state=OWNED, owner=staff, introduced=True, reminded=False
        )
        return await tickets.wind(context, ticket, context.now + self.desk.settings.idle)

    async def _nobody(self, ticket: Ticket | None, context: Context) -> Outcome:
        """Nobody receives in the client: the team gets a card, where there is a desk; otherwise it ends here."""
        if ticket is None or ticket.state != QUEUED:
            return silent(reason="没人在接待，也没有工单在等")
        if not self.desk.can_relay(ticket):
            await tickets.close(context, ticket, "nobody")
            return silent(reason=f"{ticket.label} 没人在接待，交还机器人", rule="没人接待")
        ticket = await tickets.change(context, ticket, native=False)
        cards = await self.desk.call_team(ticket, context)
        return escalated(*cards, reason=f"{ticket.label} 没人在接待，改由客服台接单", rule="没人接待")

    async def _ended(self, event: Turned, ticket: Ticket | None, context: Context) -> Outcome:
        if ticket is None:
            return silent(reason="人工会话结束，没有工单", rule="结束")
        await tickets.close(context, ticket, event.before or "staff")
        said = words.ended(self.desk.name_of(event.before)) if event.before else words.ended_idle()
        return silent(*self._on_code(event, said, context), reason=f"{ticket.label} 在微信客服里结束", rule="结束")

    def _on_code(self, event: Turned, said: str, context: Context) -> Sequence[Action]:
        """Words that WeCom lets be said about the change; nothing when it gave no code for them."""
        if not event.route.code:
            return []
        return [Reply(content=Text(body=said), expires_at=_until(event, context.now))]

    async def _served(self, event: Served, ticket: Ticket | None, context: Context) -> Outcome:
        if ticket is None or not ticket.native or ticket.state != OWNED:
            ticket = await self._in_hands(event.staff, ticket, context)
        await tickets.note(context, ticket, "staff", event.text or f"[{words.form_name(event.form)}]")
        ticket = await tickets.change(context, ticket, waiting=False, reminded=False)
        await tickets.wind(context, ticket, context.now + self.desk.settings.idle)
        return silent(reason=f"{self.desk.name_of(event.staff)}在微信客服里回复了 {ticket.label}", rule="旁听")

    async def _recalled(self, event: Recalled, ticket: Ticket | None, context: Context) -> Outcome:
        who = self.desk.name_of(event.staff) if event.staff else "客户"
        if ticket is None:
            return silent(reason=f"{who}撤回了一条消息")
        await tickets.note(context, ticket, "note", f"（{who}撤回了一条消息）")
        is_ours = ticket.state == OWNED and not ticket.native and not event.staff
        told = self.desk.to_owner(ticket, Text(body=f"{ticket.label} 撤回了一条消息。")) if is_ours else []
        return silent(*told, reason=f"{who}撤回了一条消息", rule="撤回")

    def _stuck(self, why: str, what: str, ticket: Ticket | None, context: Context) -> Outcome:
        """Tell who serves, otherwise the team, that something has not got through."""
        label = ticket.label if ticket else context.member.name or context.member.id
        text = Text(body=f"{label}：{what}没有发出去。{why}", fixed=False)
        is_served = ticket is not None and ticket.state == OWNED and not ticket.native
        told = self.desk.to_owner(ticket, text) if ticket and is_served else self.desk.to_everybody(text)
        return silent(*told, reason=f"{what}没有发出去：{why}", rule="没发出去")


def _until(event: Turned, now: datetime) -> datetime:
    return event.route.expires_at or now + LAST_WORDS
