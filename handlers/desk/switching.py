"""Whom the next words go to, chosen on a card."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.types.actions import Button, Card, Option, Question, Update
from bot.types.context import Context
from bot.types.events import Clicked, Event
from bot.types.outcome import Outcome, silent
from handlers import audit
from handlers.desk import tickets
from handlers.desk.desk import Desk
from handlers.desk.ticket import Ticket
from handlers.desk.tickets import shortened

SWITCH, CHOSEN = "switch", "ticket"
# A card has so many buttons, an option so many (WeCom doc 90236).
MOST_BUTTONS, MOST_OPTIONS = 6, 10
LONGEST_BUTTON = 10


def task(context: Context) -> str:
    """The task of a card; its first word names the handler of the clicks."""
    return f"{SWITCH}-{round(context.now.timestamp() * 1000)}-{context.chance.randrange(10**9)}"


def card(own: Sequence[Ticket], task: str) -> Card:
    """The card that asks which of one's tickets, the current one first, is to be answered."""
    current, *_ = own
    title = f"现在回复 {current.label}"
    if len(own) <= MOST_BUTTONS:
        by_number = sorted(own, key=lambda one: one.id)
        buttons = tuple(Button(str(one.id), _name(one), 1 if one is current else 2) for one in by_number)
        return Card(task=task, title=title, desc="点一下换一位", buttons=buttons)
    options = tuple(Option(str(one.id), _name(one)) for one in own[:MOST_OPTIONS])
    asked = (Question(CHOSEN, options, "换到", chosen=(options[0].id,)),)
    return Card(task=task, title=title, buttons=(Button(SWITCH, "切换"),), questions=asked)


@dataclass(frozen=True, slots=True)
class Switch:
    """Presses on that card."""

    desk: Desk
    name: str = "desk switch"
    hears: tuple[str, ...] = (f"clicked:{SWITCH}",)

    async def prepare(self, event: Event) -> int:
        """The number that was chosen; 0 for none."""
        if not isinstance(event, Clicked):
            return 0
        chosen = next((ids[0] for key, ids in event.selected if key == CHOSEN and ids), "")
        said = chosen or event.key
        return int(said) if said.isascii() and said.isdigit() and len(said) <= 18 else 0

    async def decide(self, event: Event, prepared: int, context: Context) -> Outcome | None:
        """The chosen one is the current one from now on."""
        if not isinstance(event, Clicked):
            return None
        ticket = await tickets.lock(context, prepared) if prepared else None
        is_mine = ticket is not None and ticket.is_served and ticket.owner == context.member.id
        if ticket is None or not is_mine or not self.desk.may_work(event.conversation, context.member):
            await audit.record(context, "切换", ticket=prepared, allowed=False, why="不是自己的工单")
            return silent(*await self._again(event, context), reason="不是自己的工单", rule="拒绝")
        await tickets.change(context, ticket, current_at=context.now)
        return silent(*await self._again(event, context), reason=f"换到 {ticket.label}", rule="切换")

    async def _again(self, event: Clicked, context: Context) -> Sequence[Update]:
        """The card as it is now, so that it can be pressed again."""
        own = await tickets.serving(context)
        if not self.desk.may_work(event.conversation, context.member) or not own:
            return []
        return [Update(card=card(own, event.task))]


def _name(ticket: Ticket) -> str:
    return shortened(ticket.label, LONGEST_BUTTON)
