"""Who has which card of a ticket, so that it can be brought up to date."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from bot.types.context import Context
from handlers.desk.tables import cards
from handlers.desk.ticket import Ticket

# What WeCom gives to replace a card lives 72 hours; what is older stays as it is.
REPLACED_WITHIN = timedelta(hours=70)


def task_of(ticket: int, number: int) -> str:
    """The task of a card; its first word names the handler of the clicks."""
    return f"desk-{ticket}-{number}"


async def hand_out(context: Context, ticket: Ticket, members: Sequence[str]) -> tuple[Ticket, Sequence[str]]:
    """A new card for each of them; the ticket, and the cards' tasks."""
    numbers = range(ticket.cards + 1, ticket.cards + 1 + len(members))
    rows = [
        {"ticket": ticket.id, "number": number, "who": who, "at": context.now}
        for number, who in zip(numbers, members, strict=True)
    ]
    if rows:
        await context.transaction.execute(sa.insert(cards), rows)
    return replace(ticket, cards=ticket.cards + len(members)), [task_of(ticket.id, number) for number in numbers]


async def withdraw(context: Context, ticket: Ticket, but: str, pressed: int) -> Sequence[tuple[str, str]]:
    """Take back the cards that can still be pressed, except those of one person and the one just pressed.

    Who has them, with their tasks; those that WeCom lets nobody replace any more are not among them.
    """
    mine = cards.c.ticket == ticket.id, cards.c.live.is_(True), cards.c.who != but, cards.c.number != pressed
    rows = (await context.transaction.execute(sa.select(cards).where(*mine).order_by(cards.c.number))).all()
    await context.transaction.execute(sa.update(cards).where(*mine).values(live=False))
    young = [row for row in rows if row.at > context.now - REPLACED_WITHIN]
    return [(row.who, task_of(ticket.id, row.number)) for row in young]


async def give_back(context: Context, ticket: Ticket, who: str) -> Sequence[str]:
    """Take back the cards of one person who acted without them; the tasks of those that can be replaced."""
    mine = cards.c.ticket == ticket.id, cards.c.live.is_(True), cards.c.who == who
    rows = (await context.transaction.execute(sa.select(cards).where(*mine).order_by(cards.c.number))).all()
    await context.transaction.execute(sa.update(cards).where(*mine).values(live=False))
    return [task_of(ticket.id, row.number) for row in rows if row.at > context.now - REPLACED_WITHIN]


async def who_holds(context: Context, ticket: Ticket) -> Sequence[str]:
    """Who has a card that can still be pressed."""
    mine = cards.c.ticket == ticket.id, cards.c.live.is_(True)
    return (await context.transaction.execute(sa.select(cards.c.who).where(*mine))).scalars().all()


async def holder(context: Context, ticket: Ticket, number: int) -> tuple[str, bool]:
    """Whose a card is, and whether it can still be pressed; nobody's where there is no such card."""
    this = cards.c.ticket == ticket.id, cards.c.number == number
    row = (await context.transaction.execute(sa.select(cards.c.who, cards.c.live).where(*this))).first()
    return ("", False) if row is None else (row.who, row.live)


async def holds(context: Context, ticket: Ticket, member: str) -> bool:
    """Whether somebody has a card of it that can still be pressed."""
    return member in await who_holds(context, ticket)


async def was_called(context: Context, ticket: Ticket, member: str) -> bool:
    """Whether somebody was ever sent a card of it."""
    mine = cards.c.ticket == ticket.id, cards.c.who == member
    return (await context.transaction.execute(sa.select(cards.c.number).where(*mine).limit(1))).first() is not None


async def spend(context: Context, ticket: Ticket, number: int) -> None:
    """A card was pressed for the last time."""
    this = cards.c.ticket == ticket.id, cards.c.number == number
    await context.transaction.execute(sa.update(cards).where(*this).values(live=False))
