"""The button 「转人工」 under what the bot did not understand."""

from dataclasses import dataclass

from bot.types.actions import Button, Card, Reply, Text, Update
from bot.types.context import Context
from bot.types.events import Clicked, Event
from bot.types.outcome import Kind, Outcome
from handlers.desk.desk import Desk
from handlers.escalating.calling import LABEL, PRESS

REASON = f"点了「{LABEL}」"
# Doors whose cards stay as they are.
_FIXED = frozenset({"kf"})


@dataclass(frozen=True, slots=True)
class Pressed:
    """Who presses it wants a person, whoever it was shown to; the card tells what is promised."""

    desk: Desk
    name: str = "call button"
    hears: tuple[str, ...] = ("clicked:call",)

    async def prepare(self, event: Event) -> None:
        """Nothing to prepare."""

    async def decide(self, event: Event, prepared: None, context: Context) -> Outcome | None:
        """The ticket and its cards."""
        if not isinstance(event, Clicked) or event.key != PRESS:
            return None
        called = await self.desk.open(f"［{REASON}］", context, reason=f"客户{REASON}")
        promise = next(
            (one for one in called.actions if isinstance(one, Reply) and isinstance(one.content, Text)), None
        )
        if promise is None or context.conversation.channel in _FIXED:
            return called
        assert isinstance(promise.content, Text)
        done = f"已{LABEL}" if called.kind == Kind.ESCALATED else "暂时转不了"
        card = Card(task=event.task, title=done, desc=promise.content.body, buttons=(Button(PRESS, LABEL),), done=done)
        others = [one for one in called.actions if one is not promise]
        return Outcome(
            kind=called.kind, actions=(Update(card=card), *others), reason=called.reason, rule=called.rule or LABEL
        )
