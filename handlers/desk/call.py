"""The step that hears a customer call a person."""

from dataclasses import dataclass

from bot.types.context import Context
from bot.types.events import Event, Message
from bot.types.outcome import Outcome
from handlers.desk.desk import Desk
from handlers.desk.words import ASKED


@dataclass(frozen=True, slots=True)
class Escalate:
    """转人工, in the words of `[escalation]`."""

    desk: Desk
    name: str = "escalation"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> str:
        """By which words the message calls a person; empty when it calls nobody."""
        return self.desk.phrases.how(event.text) if isinstance(event, Message) else ""

    def claims(self, message: Message) -> bool:
        """Whether it calls a person."""
        return self.desk.phrases.match(message.text)

    async def decide(self, event: Event, prepared: str, context: Context) -> Outcome | None:
        """The ticket and its cards."""
        if not prepared or not isinstance(event, Message):
            return None
        context.trace.add(self.name, note=f"要找人：{prepared}")
        return await self.desk.open(event.text, context, reason=ASKED)
