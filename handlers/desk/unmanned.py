"""A team that is at work with nobody on duty: who leads it hears of that when somebody waits."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.types.actions import Notify, Text
from bot.types.context import Context
from handlers.desk.office import Office
from handlers.desk.tables import tickets
from handlers.desk.ticket import State, Ticket
from handlers.directory import Team
from handlers.duty.away import Away, away_at

# While that lasts nobody is told again of what they were told at the last ticket.
AGAIN = timedelta(hours=1)


async def warnings(office: Office, ticket: Ticket, context: Context) -> Sequence[Notify]:
    """What those who lead a ticket's team are told; nothing where somebody is on duty, or they know."""
    team = office.team_of(ticket)
    if team is None or ticket.native or not office.services.desk:
        return []
    away = await away_at(context.transaction, context.now)
    warning = office.duty.warning(team, context.now, away)
    if not warning or await _is_known(office, team, ticket, away, context):
        return []
    text = Text(body=f"{ticket.label} 在等人接。{warning}", fixed=False)
    return [office.to_staff(head.id, text) for head in office.duty.heads(team) if head.id != ticket.member]


async def _is_known(office: Office, team: Team, ticket: Ticket, away: Away, context: Context) -> bool:
    """Whether it was so, not long ago, at the ticket before this one or at the opening for one that still waits."""
    latest = sa.select(tickets.c.opened_at).where(*_others(team, ticket), tickets.c.opened_at <= ticket.since)
    at = (await context.transaction.execute(latest.order_by(tickets.c.id.desc()).limit(1))).scalar()
    if at is not None and at > context.now - AGAIN and office.duty.warning(team, at, away):
        return True
    soonest = min(ticket.since or context.now, context.now - AGAIN)
    opened = office.policy(ticket).opening.reopens(soonest)
    if opened is None or opened > context.now or not office.duty.warning(team, opened, away):
        return False
    return (await context.transaction.execute(_rang(team, ticket, opened).limit(1))).first() is not None


def _rang(team: Team, ticket: Ticket, opened: datetime) -> sa.Select[tuple[int]]:
    """The tickets that were called again at the opening and still wait, longer than this one.

    The one that has waited longest has none, so that it speaks for all, in whatever order they ring.
    """
    longer = sa.or_(tickets.c.since < ticket.since, sa.and_(tickets.c.since == ticket.since, tickets.c.id < ticket.id))
    asked = sa.and_(tickets.c.state == State.ASSIGNED.value, tickets.c.given_at >= opened)
    waits = sa.or_(tickets.c.state == State.QUEUED.value, asked)
    return sa.select(tickets.c.id).where(*_others(team, ticket), tickets.c.since < opened, longer, waits)


def _others(team: Team, ticket: Ticket) -> Sequence[sa.ColumnElement[bool]]:
    return tickets.c.team == team.name, tickets.c.id != ticket.id, tickets.c.native.is_(False)
