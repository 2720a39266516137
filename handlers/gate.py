"""The gate: while a person serves a thread, or the bot is halted, nothing behind it answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.types.actions import Reply
from bot.types.context import Context
from bot.types.declarations import Capability, Handler, Settings
from bot.types.events import Event, Message
from bot.types.outcome import Outcome, answered, escalated, silent
from bot.types.ports import Services
from handlers.desk import client, tickets, words
from handlers.desk.desk import Desk, answering
from handlers.desk.happenings import Ended
from handlers.desk.ticket import Ticket
from handlers.halt import silences
from nlp.normalise import bare


@dataclass(frozen=True, slots=True)
class Gate:
    """Owned threads go to their owner; a halted bot only calls people."""

    desk: Desk
    name: str = "gate"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> bool:
        """Whether the message calls a person."""
        return isinstance(event, Message) and self.desk.phrases.match(event.text)

    async def decide(self, event: Event, prepared: bool, context: Context) -> Outcome | None:
        """None lets the message through."""
        if not isinstance(event, Message):
            return None
        ticket = await tickets.of_thread(context)
        if ticket is not None and ticket.native:
            return await client.hear(self.desk, event, ticket, heard(event), context)
        if ticket is not None and bare(event.text) in self.desk.endings:
            return await self._end(ticket, context)
        if ticket is not None and ticket.is_served:
            relay = await self.desk.relay_to_owner(ticket, heard(event), context)
            made = escalated if any(isinstance(one, Reply) for one in relay) else silent
            return made(*relay, reason=f"{self.desk.name_of(ticket.owner)}在服务，已转达", rule="转达")
        if ticket is not None and (event.text or event.media) and not prepared:
            await tickets.note(context, ticket, "customer", heard(event))
        if prepared or not await silences(context):
            return None
        return silent(reason="停机中", rule="停机")

    async def _end(self, ticket: Ticket, context: Context) -> Outcome:
        """The customer's own exit, out of a person's hands or out of the queue."""
        done = await self.desk.happen(ticket, Ended(context.member.id, "customer"), context, answering(ticket))
        return answered(*done.actions, reason=f"客户结束 {ticket.label}", rule="结束")


def heard(event: Message) -> str:
    """What staff read of a customer's message: its words, and what follows them or cannot be shown."""
    seen = f"[{words.form_name(event.form)}]" if event.form != "text" else ""
    hint = "（暂时看不到原件，可请对方用文字说明）" if seen and not event.text and not event.media else ""
    quoted = f"（引用：{tickets.shortened(event.quote, 60)}）" if event.quote else ""
    return f"{seen}{event.text}{hint}{quoted}"


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The gate of the settings' desk."""
    return (Gate(Desk.of(settings, services)),)


CAPABILITY = Capability(name="gate", build=build)
