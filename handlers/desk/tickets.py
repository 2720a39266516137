"""The queries on tickets. A ticket is a shared row: it is locked before it is read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.types.actions import Content, load_content
from bot.types.context import Context
from bot.types.events import Conversation
from bot.types.ports import Timer
from handlers.desk.tables import CLOSED, SERVED_STATES, files, messages, tickets
from handlers.desk.ticket import Alarms, Ring, State, Ticket

# Staff see at most this much of one message on a card.
LONGEST_QUOTE = 120
# Who takes a ticket gets at most so many of its files.
MOST_FILES = 9
RECENT = timedelta(minutes=30)
# Who comes again within this time gets the person they had.
STICKY = timedelta(days=7)

# What is kept under another name or in another form than in the value.
_OTHERWISE = frozenset({"id", "conversation", "group", "state", "tried", "alarms", "spent"})
_ALIKE = tuple(field.name for field in fields(Ticket) if field.name not in _OTHERWISE)


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was said in a ticket; `side` is customer, staff, known (what a form asked for) or note."""

    side: str
    body: str


async def open_ticket(context: Context, team: str, **values: Any) -> Ticket:
    """A new ticket for the event's thread, with no place in the queue yet."""
    row = {
        "thread": context.thread.key,
        "conversation": context.conversation.key,
        "member": context.member.id,
        "name": context.member.name,
        "group_name": context.group.name if context.group else "",
        "team": team,
        "state": State.QUEUED.value,
        "opened_at": context.now,
        **values,
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
    """The ticket that is under way in the event's thread, locked."""
    ticket = await lately(context)
    return ticket if ticket is not None and ticket.is_under_way else None


async def lately(context: Context) -> Ticket | None:
    """The same, or else one that is resolved but may still be scored or opened again."""
    number = (await context.transaction.execute(_OF_THREAD, {"of": context.thread.key})).scalar()
    ticket = await lock(context, number) if number is not None else None
    return ticket if ticket is not None and ticket.is_open else None


async def had_before(context: Context) -> str:
    """Who served the event's thread last, and not long ago; "" when nobody did."""
    mine = tickets.c.thread == context.thread.key, tickets.c.closed_at >= context.now - STICKY
    query = sa.select(tickets.c.last_owner).where(*mine, tickets.c.last_owner != "")
    found = await context.transaction.execute(query.order_by(tickets.c.id.desc()).limit(1))
    return found.scalar() or ""


async def of_owner(context: Context) -> Sequence[int]:
    """The numbers of the tickets that the event's member serves, the current one first."""
    here = tickets.c.native.is_(False)
    mine = sa.and_(tickets.c.owner == context.member.id, tickets.c.state.in_(SERVED_STATES), here)
    query = sa.select(tickets.c.id).where(mine).order_by(tickets.c.current_at.desc(), tickets.c.id.desc())
    return (await context.transaction.execute(query)).scalars().all()


async def serving(context: Context) -> Sequence[Ticket]:
    """The tickets that the event's member serves, the current one first; not locked."""
    numbers = await of_owner(context)
    rows = (await context.transaction.execute(sa.select(tickets).where(tickets.c.id.in_(numbers)))).all()
    found = {row.id: _ticket(row) for row in rows}
    return [found[number] for number in numbers if number in found]


async def waiting(context: Context, teams: Sequence[str], limit: int) -> Sequence[Ticket]:
    """What the event's member may take for some teams, the longest waiting first; not locked."""
    mine = sa.and_(tickets.c.state == State.ASSIGNED.value, tickets.c.owner == context.member.id)
    open_to = sa.or_(tickets.c.state == State.QUEUED.value, mine)
    query = sa.select(tickets).where(open_to, tickets.c.team.in_(teams), tickets.c.native.is_(False))
    query = query.where(tickets.c.member != context.member.id).order_by(tickets.c.since, tickets.c.id).limit(limit)
    return [_ticket(row) for row in (await context.transaction.execute(query)).all()]


async def change(context: Context, ticket: Ticket, **values: Any) -> Ticket:
    """The ticket with other values that are nothing to its clocks, written down."""
    await context.transaction.execute(sa.update(tickets).where(tickets.c.id == ticket.id).values(values))
    return replace(ticket, **{key: value for key, value in values.items() if key in Ticket.__slots__})


async def save(context: Context, ticket: Ticket) -> None:
    """Write a ticket down; its one timer rings when the first of its alarms is due."""
    due = ticket.rings_at
    row = {**_row(ticket), "clock_at": due}
    await context.transaction.execute(sa.update(tickets).where(tickets.c.id == ticket.id).values(row))
    if due is None:
        await context.transaction.cancel_timer(f"desk:{ticket.id}")
        return
    timer = Timer(
        id=f"desk:{ticket.id}", name="desk.clock", conversation=ticket.conversation, member=ticket.member, due=due,
        data={"ticket": str(ticket.id)},
    )  # fmt: skip
    await context.transaction.set_timer(timer)


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


async def last_of_staff(context: Context, ticket: Ticket) -> str:
    """What staff said last in a ticket; "" when nothing."""
    mine = messages.c.ticket == ticket.id, messages.c.side == "staff"
    query = sa.select(messages.c.body).where(*mine).order_by(messages.c.id.desc()).limit(1)
    return (await context.transaction.execute(query)).scalar() or ""


def _ticket(row: sa.Row[Any]) -> Ticket:
    alike = {name: getattr(row, name) for name in _ALIKE}
    return Ticket(
        id=row.id, conversation=Conversation.parse(row.conversation), group=row.group_name, state=State(row.state),
        tried=tuple(filter(None, row.tried.split("\n"))), alarms=_alarms(row.alarms),
        spent=timedelta(milliseconds=row.spent), **alike,
    )  # fmt: skip


def _row(ticket: Ticket) -> Mapping[str, Any]:
    alike = {name: getattr(ticket, name) for name in _ALIKE}
    alarms = {ring.key: round(at.timestamp() * 1000) for ring, at in ticket.alarms.items()}
    return {
        **alike, "state": ticket.state.value, "tried": "\n".join(ticket.tried), "alarms": json.dumps(alarms),
        "spent": ticket.spent // timedelta(milliseconds=1),
    }  # fmt: skip


def _alarms(text: str) -> Alarms:
    return {Ring.parse(key): datetime.fromtimestamp(at / 1000, UTC) for key, at in json.loads(text).items()}


def shortened(text: str, most: int = LONGEST_QUOTE) -> str:
    """A text on one line, cut where it gets long."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
