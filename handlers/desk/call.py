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

    async def prepare(self, event: Event) -> bool:
        """Whether the message calls a person."""
        return isinstance(event, Message) and self.desk.phrases.match(event.text)

    def claims(self, message: Message) -> bool:
        """Whether it calls a person."""
        return self.desk.phrases.match(message.text)

    async def decide(self, event: Event, prepared: bool, context: Context) -> Outcome | None:
        """The ticket and its cards."""
        if not prepared or not isinstance(event, Message):
            return None
        return await self.desk.open(event.text, context, reason=ASKED)
