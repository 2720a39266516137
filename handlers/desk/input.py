"""What staff write at the desk."""

from dataclasses import dataclass

import regex

from bot.types.actions import Reply, Text
from bot.types.context import Context
from bot.types.events import Event, Message
from bot.types.outcome import Outcome, answered, silent
from handlers.desk import audit, tickets, words
from handlers.desk.desk import Desk
from handlers.desk.files import pin
from handlers.desk.happenings import Ended
from handlers.desk.ticket import Ticket
from nlp.normalise import bare

ENDINGS = frozenset({"结束", "结束服务", "关闭"})

_ADDRESS = regex.compile(r"\s*[#＃](\d{1,18})(?!\d)\s*[:：]?\s*(.*)", regex.DOTALL)


@dataclass(frozen=True, slots=True)
class Said:
    """A staff member's message: the ticket it names (0: none) and the words for it."""

    number: int
    body: str

    @property
    def ends(self) -> bool:
        return bare(self.body) in ENDINGS


@dataclass(frozen=True, slots=True)
class Input:
    """What staff write at the desk goes to the customer whom they serve. `passes`: words that are never relayed."""

    desk: Desk
    passes: frozenset[str]
    name: str = "desk input"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> Said | None:
        """The ticket that the words name, and the words."""
        if not isinstance(event, Message) or bare(event.text) in self.passes:
            return None
        found = _ADDRESS.fullmatch(event.text)
        return Said(int(found[1]), found[2].strip()) if found else Said(0, event.text.strip())

    async def decide(self, event: Event, prepared: Said | None, context: Context) -> Outcome | None:
        """Relayed, obeyed or refused; None when it is nothing for the desk."""
        if prepared is None or not isinstance(event, Message) or event.conversation.door != self.desk.services.desk:
            return None
        if not self.desk.may_work(event.conversation, context.member):
            return await self._stranger(prepared, context)
        hand = await tickets.of_owner(context)
        if not hand and not prepared.number:
            return answered(_say(words.NOTHING_IN_HAND), reason="手上没有工单") if prepared.ends else None
        ticket = await tickets.lock(context, prepared.number or hand[0])
        if ticket is None or not ticket.is_served or ticket.owner != context.member.id:
            return await self._refuse(prepared, ticket, context)
        return await self._serve(event, prepared, ticket, context, len(hand))

    async def _stranger(self, said: Said, context: Context) -> Outcome | None:
        """Somebody else writes what only staff may: refused when there is such a ticket, otherwise just words."""
        if not said.number or await tickets.lock(context, said.number) is None:
            return None
        await audit.record(context, "写给客户", ticket=said.number, allowed=False, why="不是客服")
        return answered(_say("这是客服用的指令，您不能使用。"), reason=f"不是客服，想操作 #{said.number}", rule="拒绝")

    async def _refuse(self, said: Said, ticket: Ticket | None, context: Context) -> Outcome:
        what = "结束" if said.ends else "写给客户"
        await audit.record(context, what, ticket=said.number, allowed=False, why="不是自己的工单")
        if ticket is None or not ticket.is_under_way:
            return answered(_say(f"没有进行中的 #{said.number}。"), reason="没有这个工单", rule="拒绝")
        taken = f"由{self.desk.name_of(ticket.owner)}负责" if ticket.is_served else ""
        who = taken or "还没有人接单，请先在卡片上点「接单」"
        return answered(_say(f"#{ticket.id} {who}。"), reason="不是自己的工单", rule="拒绝")

    async def _serve(self, event: Message, said: Said, ticket: Ticket, context: Context, in_hand: int) -> Outcome:
        if said.ends:
            done = await self.desk.happen(ticket, Ended(context.member.id), context)
            return answered(_say(f"{ticket.label} 已结束。"), *done.actions, reason=f"结束 {ticket.label}", rule="结束")
        if word := self.desk.unspeakable(said.body):
            refusal = words.UNSPEAKABLE.format(label=ticket.label, word=word)
            return answered(_say(refusal), reason=f"有不能说的“{word}”，没有转给客户", rule="不能说")
        if event.media:
            return await self._pass_on(event, said, ticket, context)
        if not said.body and event.form != "text":
            refusal = words.UNPASSABLE.format(form=words.form_name(event.form))
            return answered(_say(refusal), reason="不是文字，没有转给客户", rule="转达")
        if not said.body:
            await tickets.change(context, ticket, current_at=context.now)
            return answered(_say(f"现在回复 {ticket.label}。"), reason=f"换到 {ticket.label}", rule="切换")
        left = await self.desk.left(ticket, context)
        relay = await self.desk.relay_to_customer(ticket, said.body, context)
        if left == 1:
            return answered(relay, _say(words.last_one(ticket)), reason=f"转给 {ticket.label}，额度用完", rule="转达")
        if in_hand == 1:
            return silent(relay, reason=f"转给 {ticket.label}", rule="转达")
        return answered(relay, _say(f"已发给 {ticket.label}"), reason=f"转给 {ticket.label}", rule="转达")

    async def _pass_on(self, event: Message, said: Said, ticket: Ticket, context: Context) -> Outcome:
        """Pictures and files go on as soon as they are here; the words with them go now."""
        await pin(context, ticket, event)
        relay = [await self.desk.relay_to_customer(ticket, said.body, context)] if said.body else []
        return silent(*relay, reason=f"取到就转给 {ticket.label}", rule="转达")


def _say(body: str) -> Reply:
    return Reply(content=Text(body=body))
