"""The ways in which a ticket ends, and who is told."""

from collections.abc import Sequence

from bot.types.actions import Action, Text
from bot.types.context import Context
from bot.types.ports import Sends
from handlers.desk import client, tickets, words
from handlers.desk.desk import Desk
from handlers.desk.tables import OWNED, QUEUED
from handlers.desk.tickets import Ticket


async def by_staff(desk: Desk, ticket: Ticket, context: Context) -> Sequence[Action]:
    """A member of the team ends the service, or puts a queued ticket away."""
    was_owned = ticket.state == OWNED
    await tickets.close(context, ticket, context.member.id)
    said = words.ended(desk.name_of(context.member.id)) if was_owned else words.dismissed(ticket)
    return [desk.to_customer(ticket, said, notice=context.now)]


async def by_customer(desk: Desk, ticket: Ticket, context: Context) -> Sequence[Action]:
    """The customer has had enough; the owner is told, the customer gets the answer from the caller."""
    await tickets.close(context, ticket, context.member.id)
    return [desk.to_staff(ticket.owner, Text(body=f"{ticket.label} 结束了人工服务。", fixed=False))]


async def by_clock(desk: Desk, ticket: Ticket, context: Context) -> Sequence[Action]:
    """The ticket's time is up: remind, give back, or end it; never leave it in limbo."""
    if ticket.native:
        return await client.ring(desk, ticket, context)
    if ticket.state == QUEUED and not ticket.reminded:
        return await _remind(desk, ticket, context)
    if ticket.state == QUEUED:
        await tickets.close(context, ticket, "timeout")
        told = desk.to_team(ticket, f"{ticket.label} 一直没人接，已关闭。")
        return [desk.to_customer(ticket, words.EXPIRED, notice=context.now), *told]
    if ticket.waiting:
        return await _requeue(desk, ticket, context)
    await tickets.close(context, ticket, "idle")
    told_owner = desk.to_staff(ticket.owner, Text(body=f"{ticket.label} 很久没有新消息，已结束。", fixed=False))
    return [desk.to_customer(ticket, words.ended_idle(), notice=context.now), told_owner]


async def _remind(desk: Desk, ticket: Ticket, context: Context) -> Sequence[Action]:
    await tickets.change(context, ticket, reminded=True)
    await tickets.wind(context, ticket, context.now + desk.settings.give_up)
    said = words.waits(ticket, context.now - ticket.opened_at)
    sorry = words.slow(ticket, _shown(desk, ticket))
    return [desk.to_customer(ticket, sorry, notice=context.now), *desk.to_team(ticket, said)]


async def _requeue(desk: Desk, ticket: Ticket, context: Context) -> Sequence[Action]:
    """The owner left the customer waiting: somebody else may take it."""
    lazy = ticket.owner
    ticket = await tickets.change(context, ticket, state=QUEUED, owner="", reminded=False, introduced=False)
    wait = desk.team.first_response if desk.team else desk.settings.idle
    await tickets.wind(context, ticket, context.now + wait)
    told = desk.to_staff(lazy, Text(body=f"{ticket.label} 等您太久，已放回队列。", fixed=False))
    cards = await desk.call_team(ticket, context)
    back = words.back_in_queue(_shown(desk, ticket))
    return [desk.to_customer(ticket, back, notice=context.now), told, *cards]


def _shown(desk: Desk, ticket: Ticket) -> Sends:
    """When the customer's door shows what is no answer, as it does with pictures."""
    return desk.services.sends(ticket.conversation.door, "image")
