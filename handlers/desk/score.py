"""The score that a customer gives: a digit or a few words, or a press on the card that asks for it."""

from dataclasses import dataclass

import sqlalchemy as sa

from bot.types.actions import Button, Card, Update
from bot.types.context import Context
from bot.types.events import Clicked, Event, Message
from bot.types.outcome import Outcome, answered, silent
from handlers.desk import tickets, words
from handlers.desk.desk import Desk, answering
from handlers.desk.dispatch import SCORES, score_task
from handlers.desk.happenings import Scored
from handlers.desk.rating import score_of
from handlers.desk.ticket import State, Ticket
from handlers.dialogue import dialogues


@dataclass(frozen=True, slots=True)
class Score:
    """Takes a score while one is asked for; any other words go on to the bot."""

    desk: Desk
    name: str = "score"
    hears: tuple[str, ...] = ("message", "clicked:score")

    async def prepare(self, event: Event) -> int:
        """The score; 0 when it is none."""
        if isinstance(event, Clicked):
            return int(event.key) if event.key in map(str, SCORES) else 0
        return score_of(event.text) if isinstance(event, Message) else 0

    async def decide(self, event: Event, prepared: int, context: Context) -> Outcome | None:
        """Thanks, or the ticket once more before somebody else."""
        if isinstance(event, Clicked):
            return await self._pressed(event, prepared, context)
        if not prepared:
            return None
        ticket = await tickets.lately(context)
        if ticket is None or not await _asks(ticket, context):
            return None
        return await self._scored(ticket, prepared, context)

    async def _scored(self, ticket: Ticket, score: int, context: Context) -> Outcome:
        done = await self.desk.happen(ticket, Scored(score), context, answering(ticket))
        return answered(*done.actions, reason=f"{ticket.label} 评分 {score}", rule="评分")

    async def _pressed(self, event: Clicked, score: int, context: Context) -> Outcome:
        ticket = await tickets.lately(context)
        if ticket is None or not score or ticket.state != State.RESOLVED or event.task != score_task(ticket):
            return silent(reason="现在不用评分", rule="太晚")
        done = await self.desk.happen(ticket, Scored(score), context)
        pressed = Button(str(score), SCORES[score])
        card = Card(task=event.task, title=words.ASK_SCORE_TITLE, buttons=(pressed,), done=SCORES[score])
        return silent(Update(card=card), *done.actions, reason=f"{ticket.label} 评分 {score}", rule="评分")


async def _asks(ticket: Ticket, context: Context) -> bool:
    """Whether a digit is a score now: nobody has asked for anything else since."""
    if ticket.state != State.RESOLVED:
        return False
    mine = dialogues.c.thread == context.thread.key, dialogues.c.opened_at >= ticket.resolved_at
    open_since = sa.select(dialogues.c.owner).where(*mine, dialogues.c.expires_at > context.now).limit(1)
    return (await context.transaction.execute(open_since)).first() is None
