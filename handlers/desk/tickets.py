"""Tickets as values, and the queries on them. A ticket is a shared row: it is locked before it is read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.types.actions import Content, load_content
from bot.types.context import Context
from bot.types.events import Conversation
from bot.types.ports import Timer
from handlers.desk.tables import CLOSED, OWNED, QUEUED, files, messages, tickets

# Staff see at most this much of one message on a card.
LONGEST_QUOTE = 120
# Who takes a ticket gets at most so many of its files.
MOST_FILES = 9
RECENT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One escalation: whose, where, why, for which team, in whose hands.

    `reason` is for staff; `skill` is what whoever takes it should know; `level` 0 is the first line, 1 the lead, 2 the
    manager.

    `waiting`: the customer spoke last; `native`: it is served in WeCom's own client. `clock_at`: when something must
    happen if nobody acts.
    """

    id: int
    conversation: Conversation
    member: str
    name: str
    group: str
    team: str
    skill: str
    reason: str
    level: int
    state: str
    owner: str
    introduced: bool
    reminded: bool
    waiting: bool
    native: bool
    cards: int
    opened_at: datetime
    clock_at: datetime | None

    @property
    def label(self) -> str:
        """How staff see it: `"#12 小林"`."""
        return f"#{self.id} {self.shown}"

    @property
    def shown(self) -> str:
        """The customer as staff see them."""
        return self.name or self.member

    @property
    def is_open(self) -> bool:
        return self.state != CLOSED


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was said in a ticket; `side` is customer, staff, known (what a form asked for) or note."""

    side: str
    body: str


async def open_ticket(context: Context, team: str, *, reason: str = "", skill: str = "", level: int = 0) -> Ticket:
    """A new ticket for the event's thread, queued."""
    row = {
        "thread": context.thread.key,
        "conversation": context.conversation.key,
        "member": context.member.id,
        "name": context.member.name,
        "group_name": context.group.name if context.group else "",
        "team": team,
        "skill": skill,
        "reason": reason,
        "level": level,
        "state": QUEUED,
        "opened_at": context.now,
    }
    number = (await context.transaction.execute(sa.insert(tickets).values(row).returning(tickets.c.id))).scalar_one()
    ticket = await lock(context, number)
    assert ticket is not None
    return ticket


async def lock(context: Context, number: int) -> Ticket | None:
    """The ticket of a number, guarded until the event commits."""
    await context.transaction.guard(f"ticket:{number}")
    row = (await context.transaction.execute(sa.select(tickets).where(tickets.c.id == number))).first()
    return None if row is None else _ticket(row)


_OF_THREAD = sa.select(tickets.c.id).where(tickets.c.thread == sa.bindparam("of"), tickets.c.state != CLOSED)


async def of_thread(context: Context) -> Ticket | None:
    """The open ticket of the event's thread, locked."""
    number = (await context.transaction.execute(_OF_THREAD, {"of": context.thread.key})).scalar()
    ticket = await lock(context, number) if number is not None else None
    return ticket if ticket is not None and ticket.is_open else None


async def of_owner(context: Context) -> Sequence[int]:
    """The numbers of the tickets that the event's member has in hand, the current one first."""
    here = tickets.c.native.is_(False)
    mine = sa.and_(tickets.c.owner == context.member.id, tickets.c.state == OWNED, here)
    query = sa.select(tickets.c.id).where(mine).order_by(tickets.c.current_at.desc(), tickets.c.id.desc())
    return (await context.transaction.execute(query)).scalars().all()


async def change(context: Context, ticket: Ticket, **values: Any) -> Ticket:
    """The ticket with other values, written down."""
    await context.transaction.execute(sa.update(tickets).where(tickets.c.id == ticket.id).values(values))
    return replace(ticket, **{key: value for key, value in values.items() if key in Ticket.__slots__})


async def note(context: Context, ticket: Ticket, side: str, body: str) -> None:
    """Add a line to what was said."""
    row = {"ticket": ticket.id, "at": context.now, "side": side, "body": body}
    await context.transaction.execute(sa.insert(messages).values(row))


async def gather_files(context: Context, ticket: Ticket) -> int:
    """Count what the thread sent shortly before anybody was called as sent in the ticket; how many files."""
    recent = files.c.at >= context.now - RECENT
    mine = files.c.thread == context.thread.key, files.c.ticket == 0, files.c.side == "customer", recent
    return (await context.transaction.execute(sa.update(files).where(*mine).values(ticket=ticket.id))).rowcount


async def files_of(context: Context, ticket: Ticket) -> Sequence[Content]:
    """The last files that the customer sent in a ticket, oldest first."""
    mine = files.c.ticket == ticket.id, files.c.side == "customer"
    newest = sa.select(files.c.content).where(*mine).order_by(files.c.at.desc(), files.c.number.desc())
    rows = (await context.transaction.execute(newest.limit(MOST_FILES))).all()
    return [load_content(row.content) for row in reversed(rows)]


async def lines(context: Context, ticket: Ticket, limit: int) -> Sequence[Line]:
    """The last things said in a ticket, oldest first."""
    query = sa.select(messages).where(messages.c.ticket == ticket.id).order_by(messages.c.id.desc()).limit(limit)
    rows = (await context.transaction.execute(query)).all()
    return [Line(row.side, row.body) for row in reversed(rows)]


async def wind(context: Context, ticket: Ticket, due: datetime) -> Ticket:
    """Let the ticket's clock ring at `due`, and not before."""
    data = {"ticket": str(ticket.id)}
    timer = Timer(
        id=f"desk:{ticket.id}",
        name="desk.clock",
        conversation=ticket.conversation,
        member=ticket.member,
        due=due,
        data=data,
    )
    await context.transaction.set_timer(timer)
    return await change(context, ticket, clock_at=due)


async def close(context: Context, ticket: Ticket, by: str) -> Ticket:
    """End the ticket; nothing more rings."""
    await context.transaction.cancel_timer(f"desk:{ticket.id}")
    return await change(context, ticket, state=CLOSED, closed_at=context.now, closed_by=by, clock_at=None)


def _ticket(row: sa.Row[Any]) -> Ticket:
    return Ticket(
        id=row.id,
        conversation=Conversation.parse(row.conversation),
        member=row.member,
        name=row.name,
        group=row.group_name,
        team=row.team,
        skill=row.skill,
        reason=row.reason,
        level=row.level,
        state=row.state,
        owner=row.owner,
        introduced=row.introduced,
        reminded=row.reminded,
        waiting=row.waiting,
        native=row.native,
        cards=row.cards,
        opened_at=row.opened_at,
        clock_at=row.clock_at,
    )


def shortened(text: str, most: int = LONGEST_QUOTE) -> str:
    """A text on one line, cut where it gets long."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
