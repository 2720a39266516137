"""What staff write at the desk: words for the customer whom they serve, and orders."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.types.actions import Text
from bot.types.context import Context
from bot.types.events import Event, Message
from bot.types.outcome import Outcome, answered, silent
from handlers import audit
from handlers.desk import telling, tickets, unsent, words
from handlers.desk.canned import Canned
from handlers.desk.desk import Desk
from handlers.desk.doing import Doing, say
from handlers.desk.files import pin
from handlers.desk.grammar import Grammar, Kind, Order
from handlers.desk.ticket import Ticket
from handlers.variables import values
from nlp.normalise import bare

WHAT: Mapping[Kind, str] = {
    "say": "写给客户", "canned": "写给客户", "switch": "切换", "note": "备注", "take": "接单", "give": "转给",
    "later": "稍后", "close": "结束", "recall": "撤回", "list": "工单",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """What staff write at the desk goes to the customer whom they serve. `passes`: words that are never relayed."""

    desk: Desk
    passes: frozenset[str]
    grammar: Grammar
    canned: Canned
    name: str = "desk input"
    hears: tuple[str, ...] = ("message",)

    @classmethod
    def of(cls, desk: Desk, passes: frozenset[str]) -> "Input":
        """The input of a desk, with the names of its people and teams."""
        names = frozenset(desk.duty.ids) | frozenset(desk.duty.teams)
        grammar = Grammar(names, desk.writing.notes, bool(desk.writing.canned))
        return cls(desk, passes, grammar, Canned(desk.writing.canned))

    async def prepare(self, event: Event) -> Order | None:
        """What the words want."""
        if not isinstance(event, Message) or event.conversation.door != self.desk.services.desk:
            return None
        if bare(event.text) in self.passes:
            return None
        return self.grammar.read(event.text, event.received_at.astimezone(self.desk.services.calendar.timezone))

    async def decide(self, event: Event, prepared: Order | None, context: Context) -> Outcome | None:
        """Relayed, obeyed or refused; None when it is nothing for the desk."""
        if prepared is None or not isinstance(event, Message):
            return None
        if not self.desk.may_work(event.conversation, context.member):
            return await self._stranger(prepared, context)
        if event.media and prepared.kind not in ("say", "note"):
            prepared = Order("say", prepared.number, event.text.strip())
        doing = Doing(self.desk, context)
        match prepared.kind:
            case "list":
                return await doing.show()
            case "take":
                return await doing.take(prepared.number)
            case "recall":
                return await doing.take_back(prepared.number)
            case "canned" if not prepared.to:
                return answered(say(self.canned.listed()), reason="看常用语", rule="常用语")
            case "switch" if not prepared.number:
                return await doing.choose()
        return await self._about_one(event, prepared, doing)

    async def _about_one(self, event: Message, order: Order, doing: Doing) -> Outcome | None:
        hand = await tickets.of_owner(doing.context)
        number = order.number or (hand[0] if hand else 0)
        if not number:
            return self._empty_handed(order, doing.context)
        ticket = await tickets.lock(doing.context, number)
        if ticket is None:
            return await self._refuse(order, number, telling.missing(number), "没有这个工单", doing.context)
        match order.kind:
            case "note":
                return await doing.note(ticket, order.body, bool(event.media))
            case "close":
                return await doing.close(ticket)
            case "give":
                return await doing.give(ticket, order.to, order.body)
            case "later" if order.until:
                return await doing.later(ticket, order.until)
        if not ticket.is_served or ticket.owner != doing.context.member.id:
            return await self._not_theirs(order, ticket, doing.context)
        if ticket.native:
            return await self._refuse(order, number, telling.elsewhere(ticket), "在微信客服里接待", doing.context)
        return await self._serve(event, order, ticket, doing.context, len(hand))

    async def _stranger(self, order: Order, context: Context) -> Outcome | None:
        """Somebody else writes what only staff may: refused when there is such a ticket, otherwise just words."""
        if not order.number or await tickets.lock(context, order.number) is None:
            return None
        await audit.record(context, WHAT[order.kind], ticket=order.number, allowed=False, why="不是客服")
        return answered(say(telling.NOT_FOR_YOU), reason=f"不是客服，想操作 #{order.number}", rule="拒绝")

    def _empty_handed(self, order: Order, context: Context) -> Outcome | None:
        """Words without anybody to go to are for the bot; a canned reply is shown."""
        if order.kind == "say":
            return None
        code = self.canned.find(order.to) if order.kind == "canned" else ""
        if code:
            shown = f"{telling.NOTHING_IN_HAND}\n/{code} 是：\n{self.canned.texts[code]}"
            return answered(say(shown), reason="手上没有工单", rule="常用语")
        return answered(say(telling.NOTHING_IN_HAND), reason="手上没有工单")

    async def _not_theirs(self, order: Order, ticket: Ticket, context: Context) -> Outcome:
        owner = self.desk.name_of(ticket.owner) if ticket.owner else ""
        said = telling.not_yours(ticket, owner, self.desk.name_of(context.member.id))
        said = said if ticket.is_under_way else telling.over(ticket)
        return await self._refuse(order, ticket.id, said, "不是自己的工单", context)

    async def _refuse(self, order: Order, number: int, said: str, why: str, context: Context) -> Outcome:
        await audit.record(context, WHAT[order.kind], ticket=number, allowed=False, why=why)
        return answered(say(said), reason=why, rule="拒绝")

    async def _serve(self, event: Message, order: Order, ticket: Ticket, context: Context, in_hand: int) -> Outcome:
        if order.kind == "switch":
            await tickets.change(context, ticket, current_at=context.now)
            return answered(say(f"现在回复 {ticket.label}。"), reason=f"换到 {ticket.label}", rule="切换")
        if order.kind == "canned":
            code = self.canned.find(order.to)
            if not code:
                return answered(say(self.canned.unknown(order.to)), reason=f"没有“{order.to}”", rule="常用语")
            known = values(context, self.desk.services.calendar.timezone)
            known |= {"nickname": ticket.name, "group": ticket.group}
            order = replace(order, body=self.canned.text(code, known, order.body))
        if word := self.desk.unspeakable(order.body):
            refusal = words.UNSPEAKABLE.format(label=ticket.label, word=word)
            return answered(say(refusal), reason=f"有不能说的“{word}”，没有转给客户", rule="不能说")
        if not order.body and not event.media:
            refusal = words.UNPASSABLE.format(form=words.form_name(event.form))
            return answered(say(refusal), reason="不是文字，没有转给客户", rule="转达")
        return await self._send(event, order.body, ticket, context, in_hand)

    async def _send(self, event: Message, body: str, ticket: Ticket, context: Context, in_hand: int) -> Outcome:
        """The words, and pictures and files as soon as they are here, in their order."""
        delay = self.desk.writing.send_delay
        left = await self._left(ticket, context)
        if body:
            await unsent.put(context, ticket, Text(body=body, fixed=False), context.now + delay)
        await pin(context, ticket, event, context.now + delay)
        done = await self.desk.answer(ticket, context)
        told = telling.sent(ticket, delay, None if left is None else left - 1, in_hand) if body else ""
        if not told:
            return silent(*done.actions, reason=f"转给 {ticket.label}", rule="转达")
        return answered(*done.actions, say(told), reason=f"转给 {ticket.label}", rule="转达")

    async def _left(self, ticket: Ticket, context: Context) -> int | None:
        """How many more messages the customer can get, those that wait here counted."""
        left = await self.desk.left(ticket, context)
        return None if left is None else max(0, left - len(await unsent.of_ticket(context, ticket.id)))
