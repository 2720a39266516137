"""The moment at which what staff wrote can be taken back no longer."""

from dataclasses import dataclass

from bot.types.context import Context
from bot.types.events import Event, Tick
from bot.types.outcome import Outcome, silent
from handlers.desk import tickets, unsent
from handlers.desk.desk import Desk
from handlers.desk.doing import strand


@dataclass(frozen=True, slots=True)
class Delay:
    """What waits goes to the customer, in order, whatever happened to the bot meanwhile."""

    desk: Desk
    name: str = "desk delay"
    hears: tuple[str, ...] = ("tick:unsent",)

    async def prepare(self, event: Event) -> int:
        """The number of the ticket."""
        return int(event.data.get("ticket", "0")) if isinstance(event, Tick) else 0

    async def decide(self, event: Event, prepared: int, context: Context) -> Outcome | None:
        """The words go out; where that cannot be, their writer is told."""
        ticket = await tickets.lock(context, prepared)
        waiting = await unsent.of_ticket(context, prepared)
        if ticket is None or not waiting:
            return silent(reason="没有要发的")
        lost = [one for one in waiting if not ticket.is_served or one.who != ticket.owner]
        told = await strand(self.desk, ticket, lost, context) if lost else []
        done = await self.desk.answer(ticket, context) if ticket.is_served else None
        sent = done.actions if done else ()
        return silent(*sent, *told, reason=f"转给 {ticket.label}", rule="转达")
