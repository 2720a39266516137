"""Who may do what with a ticket, whether they press for it or write."""

from collections.abc import Sequence

from bot.types.context import Context
from handlers.desk import cards, holders, words
from handlers.desk.desk import Desk
from handlers.desk.ticket import Ticket


async def barred(desk: Desk, ticket: Ticket, context: Context, pressed: bool = False) -> str:
    """Why the event's member may do nothing with a ticket; "" when they may.

    Its team and those above it may, and who was called to it, as long as they have a card of it; when it was taken back
    a press is late (`pressed`), words are refused.
    """
    member = context.member
    if not desk.is_here(context.conversation):
        return "不在客服台"
    if ticket.member == member.id:
        return "是自己的工单"
    is_staff = any(one.id == member.id for one in desk.staff_for(ticket))
    was_called = holders.was_called if pressed else holders.holds
    if not is_staff and ticket.owner != member.id and not await was_called(context, ticket, member.id):
        return "不是客服，不能操作工单"
    return ""


def too_late(desk: Desk, ticket: Ticket, member: str, holds: bool, pressed: bool = False) -> str:
    """What stands on the card of somebody who can do nothing with it any more; "" when they can.

    A card that was taken back (`pressed`, but not what they `hold`) takes nothing from anybody, though its holder may
    not see that yet.
    """
    if not ticket.is_under_way:
        return "已结束"
    is_back = pressed and not holds
    if ticket.owner == member or (not is_back and (not ticket.owner or is_over(desk, ticket, member, holds))):
        return ""
    return words.over(ticket, desk.name_of(ticket.owner))


def is_over(desk: Desk, ticket: Ticket, member: str, holds: bool) -> bool:
    """Whether somebody may act on what another one has: a lead, or who was called because it takes so long.

    `holds`: they have a card of it; since it was taken only those were sent one who were called over its owner.
    """
    return desk.is_above(ticket, member) or (ticket.is_served and ticket.level > 0 and holds)


async def others(desk: Desk, ticket: Ticket, context: Context) -> Sequence[tuple[str, str]]:
    """Whom a ticket may go to, ids with names: who is on duty in its team, who stands above it, and other teams."""
    team = desk.team_of(ticket)
    if team is None:
        return []
    here = [*await desk.on_duty(team, context), *desk.duty.heads(team)]
    people = {one.id: one for one in here if one.id not in (ticket.member, ticket.owner, context.member.id)}
    teams = [name for name, other in desk.duty.teams.items() if name != team.name and desk.duty.members(other)]
    to_teams = [(f"team:{name}", name) for name in teams]
    room = cards.MOST_OPTIONS - min(len(to_teams), cards.MOST_OPTIONS // 2)
    return [*((f"person:{id}", one.name or id) for id, one in list(people.items())[:room]), *to_teams]
