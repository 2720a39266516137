"""Who gets a ticket, and what a free seat takes: what the pure choices are made of."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.types.actions import Emit
from bot.types.context import Context
from bot.types.events import Conversation, Signal
from bot.types.ports import Member
from handlers.desk.assigning import Candidate, Waiting, choose, next_for
from handlers.desk.office import Office
from handlers.desk.tables import tickets
from handlers.desk.ticket import State, Ticket
from handlers.directory import Team

SEAT = "desk.seat"
IN_HAND = (State.ASSIGNED.value, State.OWNED.value, State.WAITING.value)


async def chosen(office: Office, ticket: Ticket, but: Sequence[str], context: Context) -> str:
    """Who is asked first to take a ticket; "" when nobody is."""
    team = office.team_of(ticket)
    if team is None:
        return ""
    there = [one for one in await office.on_duty(team, context) if one.id not in (*but, ticket.member)]
    candidates = await _candidates(office, team, there, context)
    return choose(candidates, team.assign, ticket.last_owner if team.sticky else "", ticket.skill)


async def freed(office: Office, ticket: Ticket, who: str, context: Context) -> Sequence[Emit]:
    """The longest waiting ticket of the team hears that somebody has room; it is looked at after this one is done."""
    team = office.team_of(ticket)
    if team is None or team.assign == "抢单" or ticket.native:
        return []
    person = next((one for one in await office.on_duty(team, context) if one.id == who), None)
    if person is None:
        return []
    (candidate,) = await _candidates(office, team, [person], context, besides=ticket.id)
    queued = tickets.c.team == team.name, tickets.c.state == State.QUEUED.value, tickets.c.id != ticket.id
    query = sa.select(tickets).where(*queued, tickets.c.native.is_(False)).order_by(tickets.c.since).limit(50)
    rows = {row.id: row for row in (await context.transaction.execute(query)).all()}
    waiting = [Waiting(row.id, row.since or row.opened_at, row.skill, frozenset({row.member})) for row in rows.values()]
    number = next_for(candidate, waiting)
    if not number:
        return []
    row = rows[number]
    told = Signal(
        id=f"desk:seat:{ticket.id}:{number}:{round(context.now.timestamp() * 1000)}",
        conversation=Conversation.parse(row.conversation), member=row.member, at=context.now, received_at=context.now,
        name=SEAT, data={"ticket": str(number)},
    )  # fmt: skip
    return [Emit(event=told)]


async def _candidates(
    office: Office, team: Team, people: Sequence[Member], context: Context, besides: int = 0
) -> Sequence[Candidate]:
    ids = [one.id for one in people]
    held = sa.select(tickets.c.owner, sa.func.count().label("held")).where(
        tickets.c.owner.in_(ids), tickets.c.state.in_(IN_HAND), tickets.c.id != besides
    )
    open_ = {row.owner: row.held for row in (await context.transaction.execute(held.group_by(tickets.c.owner))).all()}
    last = {one: await _given_at(one, context) for one in ids}
    return [Candidate(one.id, open_.get(one.id, 0), team.capacity, one.skills, last[one.id]) for one in people]


async def _given_at(who: str, context: Context) -> datetime | None:
    mine = sa.or_(tickets.c.owner == who, tickets.c.last_owner == who)
    found: datetime | None = (
        await context.transaction.execute(
            sa.select(tickets.c.given_at).where(mine).order_by(tickets.c.given_at.desc()).limit(1)
        )
    ).scalar()
    return found
