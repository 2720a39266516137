"""Pictures of staff that a door carries only in answers: they wait for the customer's next message."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from bot.types.actions import Content, Image, Reply, Text, dump_content, load_content
from bot.types.context import Context
from bot.types.events import Event
from bot.types.outcome import Outcome, answered
from bot.types.ports import Services
from handlers.desk import words
from handlers.desk.tables import files
from handlers.desk.ticket import Ticket

# What one answer of an AI bot carries (WeCom doc 101031).
MOST_PICTURES = 10
PICTURE_BYTES = 10 << 20


@dataclass(frozen=True, slots=True)
class Aside:
    """Pictures that a door carries only in answers go with the answer to the customer's next message."""

    services: Services
    name: str = "desk pictures"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> None:
        """Nothing to prepare."""

    async def decide(self, event: Event, prepared: None, context: Context) -> Outcome | None:
        """The pictures; whoever answers the message goes on."""
        if self.services.sends(event.conversation.door, "image") != "later":
            return None
        pictures = await take(context)
        if not pictures:
            return None
        said = (Reply(content=Text(body=words.ASIDE)), *(Reply(content=picture) for picture in pictures))
        return replace(answered(*said, reason="带上客服发来的图片", rule="转达"), more=True)


async def put(context: Context, ticket: Ticket, event: str, number: int, content: Content) -> None:
    """A picture of a message waits for the ticket's customer."""
    mine = files.c.event == event, files.c.number == number
    thread = ticket.conversation.thread(ticket.member)
    kept = {"thread": thread, "content": dump_content(content), "waiting": True}
    await context.transaction.execute(sa.update(files).where(*mine).values(kept))


async def take(context: Context) -> Sequence[Content]:
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
