"""A team that is at work with nobody on duty: who leads it hears of that when somebody waits."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from bot.types.actions import Notify, Text
from bot.types.context import Context
from handlers.desk.office import Office
from handlers.desk.tables import tickets
from handlers.desk.ticket import Ticket
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
    """Whether it was so at the ticket before this one, and not long ago."""
    others = tickets.c.team == team.name, tickets.c.id != ticket.id, tickets.c.native.is_(False)
    latest = sa.select(tickets.c.opened_at).where(*others).order_by(tickets.c.id.desc()).limit(1)
    at = (await context.transaction.execute(latest)).scalar()
    return at is not None and at > context.now - AGAIN and bool(office.duty.warning(team, at, away))
