"""Pictures and files between customers and staff: each goes on when it is here, to whom it was meant for when sent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from bot.types.actions import Content, File, Image, Reply, Text, dump_content, load_content
from bot.types.context import Context
from bot.types.events import Event, Fetched, Message
from bot.types.outcome import Outcome, answered, silent
from handlers.desk import tickets, words
from handlers.desk.desk import Desk
from handlers.desk.tables import files
from handlers.desk.ticket import Ticket

NONE = 0
# What one answer of an AI bot carries (WeCom doc 101031).
MOST_PICTURES = 10
PICTURE_BYTES = 10 << 20


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
        if ticket is None or not ticket.is_served or ticket.owner != event.member:
            said = self.desk.to_staff(event.member, Text(body=words.too_late(event), fixed=False))
            return silent(said, reason="服务已经结束，没有转", rule="太晚")
        if content is None:
            said = self.desk.to_staff(event.member, Text(body=words.not_passed_on(ticket, event), fixed=False))
            return silent(said, reason=f"没有转给 {ticket.label}：{event.why}", rule="转达")
        when = self.desk.services.sends(ticket.conversation.door, content.type)
        if when == "later":
            await _set_aside(context, event, ticket, content)
        passed = await self.desk.pass_to_customer(ticket, content, when, context)
        is_plain = when == "now" and len(await tickets.of_owner(context)) == 1
        where = Text(body=words.passed_on(ticket, event, when), fixed=False)
        told = [] if is_plain else [self.desk.to_staff(event.member, where)]
        return silent(*passed, *told, reason=f"文件转给 {ticket.label}", rule="转达")


@dataclass(frozen=True, slots=True)
class Aside:
    """Pictures that a door carries only in answers go with the answer to the customer's next message."""

    desk: Desk
    name: str = "desk pictures"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> None:
        """Nothing to prepare."""

    async def decide(self, event: Event, prepared: None, context: Context) -> Outcome | None:
        """The pictures; whoever answers the message goes on."""
        if self.desk.services.sends(event.conversation.door, "image") != "later":
            return None
        pictures = await _take_aside(context)
        if not pictures:
            return None
        said = (Reply(content=Text(body=words.ASIDE)), *(Reply(content=picture) for picture in pictures))
        return replace(answered(*said, reason="带上客服发来的图片", rule="转达"), more=True)


def content_of(event: Fetched) -> Content | None:
    """A file as it is passed on; None for what goes on in words only."""
    if event.file is None or event.passes_as == "words":
        return None
    return Image(file=event.file, fixed=False) if event.passes_as == "image" else File(file=event.file, fixed=False)


async def pin(context: Context, ticket: Ticket, event: Message) -> None:
    """What staff send is meant for the ticket that they have in hand now, whatever they do until it is here."""
    rows = [
        {"event": event.id, "number": number, "thread": context.thread.key, "ticket": ticket.id, "side": "staff",
         "content": "", "at": context.now}
        for number in range(len(event.media))
    ]  # fmt: skip
    await context.transaction.execute(sa.insert(files), rows)


async def _set_aside(context: Context, event: Fetched, ticket: Ticket, content: Content) -> None:
    mine = files.c.event == event.message, files.c.number == event.number
    thread = ticket.conversation.thread(ticket.member)
    kept = {"thread": thread, "content": dump_content(content), "waiting": True}
    await context.transaction.execute(sa.update(files).where(*mine).values(kept))


async def _take_aside(context: Context) -> Sequence[Content]:
    """What waits for the thread, oldest first; what does not fit into one answer goes on waiting."""
    mine = files.c.thread == context.thread.key, files.c.waiting == sa.true()
    oldest = sa.select(files).where(*mine).order_by(files.c.at, files.c.event, files.c.number).limit(MOST_PICTURES)
    taken: list[Content] = []
    room = PICTURE_BYTES
    for row in (await context.transaction.execute(oldest)).all():
        content = load_content(row.content)
        room -= content.file.size if isinstance(content, Image) else 0
        if room < 0 and taken:
            break
        taken.append(content)
        this = files.c.event == row.event, files.c.number == row.number
        await context.transaction.execute(sa.update(files).where(*this).values(waiting=False))
    return taken


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
