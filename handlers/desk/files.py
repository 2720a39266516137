"""Pictures and files between customers and staff: each goes on when it is here, to whom it was meant for when sent."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.types.actions import Content, File, Image, Text, dump_content
from bot.types.context import Context
from bot.types.events import Event, Fetched, Message
from bot.types.outcome import Outcome, silent
from handlers.desk import tickets, unsent, words
from handlers.desk.desk import Desk
from handlers.desk.tables import files
from handlers.desk.ticket import Ticket

NONE = 0


@dataclass(frozen=True, slots=True)
class Files:
    """What was sent is here, or will never be."""

    desk: Desk
    name: str = "desk files"
    hears: tuple[str, ...] = ("fetched",)

    async def prepare(self, event: Event) -> Content | None:
        """The file as it may be passed on; None when it may not."""
        return content_of(event) if isinstance(event, Fetched) else None

    async def decide(self, event: Event, prepared: Content | None, context: Context) -> Outcome | None:
        """On to the customer whom staff had in hand when they sent it, or to the owner of the customer's ticket."""
        if not isinstance(event, Fetched):
            return None
        if number := await _meant_for(context, event):
            return await self._to_customer(event, prepared, await tickets.lock(context, number), context)
        ticket = await tickets.of_thread(context)
        if prepared is not None:
            await _keep(context, event, ticket, prepared)
        if ticket is None or not ticket.is_served or ticket.native:
            return silent(reason="收好了" if prepared else f"没收到：{event.why}", rule="文件")
        passed = prepared or Text(body=words.not_passed(ticket, event), fixed=False)
        return silent(self.desk.to_staff(ticket.owner, passed), reason=f"{ticket.label} 的文件已转达", rule="转达")

    async def _to_customer(
        self, event: Fetched, content: Content | None, ticket: Ticket | None, context: Context
    ) -> Outcome:
        is_wanted = await unsent.fill(context, event.message, event.number, content)
        if ticket is None or not ticket.is_served or ticket.owner != event.member:
            said = self.desk.to_staff(event.member, Text(body=words.too_late(event), fixed=False))
            return silent(said, reason="服务已经结束，没有转", rule="太晚")
        if not is_wanted:
            return silent(reason="已经撤回，没有转", rule="撤回")
        passed = await self.desk.answer(ticket, context)
        if content is None:
            said = self.desk.to_staff(event.member, Text(body=words.not_passed_on(ticket, event), fixed=False))
            return silent(*passed.actions, said, reason=f"没有转给 {ticket.label}：{event.why}", rule="转达")
        when = self.desk.services.sends(ticket.conversation.door, content.type)
        is_plain = when == "now" and len(await tickets.of_owner(context)) == 1
        where = Text(body=words.passed_on(ticket, event, when), fixed=False)
        told = [] if is_plain else [self.desk.to_staff(event.member, where)]
        return silent(*passed.actions, *told, reason=f"文件转给 {ticket.label}", rule="转达")


def content_of(event: Fetched) -> Content | None:
    """A file as it is passed on; None for what goes on in words only."""
    if event.file is None or event.passes_as == "words":
        return None
    return Image(file=event.file, fixed=False) if event.passes_as == "image" else File(file=event.file, fixed=False)


async def pin(context: Context, ticket: Ticket, event: Message, due: datetime) -> None:
    """What staff send is meant for the ticket that they have in hand now, whatever they do until it is here.

    It keeps its place among their words.
    """
    for number in range(len(event.media)):
        row = {
            "event": event.id, "number": number, "thread": context.thread.key, "ticket": ticket.id, "side": "staff",
            "content": "", "at": context.now,
        }  # fmt: skip
        await context.transaction.execute(sa.insert(files).values(row))
        await unsent.put(context, ticket, None, due, event.id, number)


async def _meant_for(context: Context, event: Fetched) -> int:
    """The ticket that staff sent it for; 0 when a customer sent it."""
    mine = files.c.event == event.message, files.c.number == event.number, files.c.side == "staff"
    return (await context.transaction.execute(sa.select(files.c.ticket).where(*mine))).scalar() or NONE


async def _keep(context: Context, event: Fetched, ticket: Ticket | None, content: Content) -> None:
    row = {
        "event": event.message, "number": event.number, "thread": context.thread.key, "side": "customer",
        "ticket": ticket.id if ticket else NONE, "content": dump_content(content), "at": context.now,
    }  # fmt: skip
    await context.transaction.execute(sa.insert(files).values(row))
