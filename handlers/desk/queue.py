"""Steps of tickets that nobody has taken: everybody is called, or one person is asked first."""

from dataclasses import replace
from datetime import datetime

from handlers.desk.effects import Call, Choose, Effect, Note, Show, ToCustomer, ToStaff, Warn, Withdraw, Word
from handlers.desk.happenings import Called, Freed, Later, Offered, Wrote
from handlers.desk.move import Move, ignored
from handlers.desk.policy import ALL, RESOLUTION, RESPONSE, Policy
from handlers.desk.ticket import Alarm, Alarms, Ring, State, Ticket

# So many people may want to be reminded of one ticket.
MOST_LATER = 50


def enter(ticket: Ticket, policy: Policy, now: datetime, word: Word = Word.PROMISED) -> Move:
    """The ticket takes its place in the queue: whose turn it is, what rings, and what the customer is told."""
    alarms = {**policy.response(now, policy.first), **policy.queue(now)}
    queued = replace(ticket, state=State.QUEUED, owner="", tried=(), alarms=alarms, told_late=False, turn_at=None)
    queued = replace(queued, since=now)
    asks = policy.opening.covers(now) and (policy.offers or bool(ticket.last_owner))
    calls: Effect = Choose() if asks else Call()
    return Move(queued, (ToCustomer(word), calls, Warn()))


def hear(ticket: Ticket, happened: Wrote, policy: Policy, now: datetime) -> Move:
    """The customer goes on talking: whoever takes it will read that; the bot answers meanwhile."""
    return Move(ticket)


def call_again(ticket: Ticket, happened: Called, policy: Policy, now: datetime) -> Move:
    """The customer asks once more: told that it is under way; when it is graver now, more people are called."""
    level = min(happened.level, policy.top)
    graver = level > ticket.level
    called: tuple[Effect, ...] = (Call(above=True),) if graver else ()
    return Move(replace(ticket, level=max(level, ticket.level)), (ToCustomer(Word.ALREADY), *called))


def offer(ticket: Ticket, happened: Offered, policy: Policy, now: datetime) -> Move:
    """One person is asked first. With nobody to ask it waits in the queue, or all are called who may take it."""
    if happened.who:
        asked = ticket.without(Alarm.ACCEPT, Alarm.OFFER, Alarm.OPENING, Alarm.LATER)
        asked = asked.ringing({Ring(Alarm.ACCEPT): policy.opening.after(now, policy.accept)})
        asked = replace(asked, state=State.ASSIGNED, owner=happened.who, given_at=now)
        return Move(asked, (Show(happened.who),))
    calls: tuple[Effect, ...] = () if policy.offers and not ticket.tried else (Call(),)
    return Move(replace(ticket, tried=(), last_owner=""), calls)


def miss(ticket: Ticket, happened: Ring, policy: Policy, now: datetime) -> Move:
    """Who was asked did not take it in time: the next one is asked, or everybody."""
    tried = (*ticket.tried, ticket.owner)
    back = replace(ticket, state=State.QUEUED, owner="", last_owner="", tried=tried)
    told = Withdraw(), ToStaff(ticket.owner, Note.MISSED)
    calls = Choose(tried) if policy.offers else Call()
    return Move(_waiting_on(back, policy, now), (*told, calls, *_unheard(ticket, policy, now)))


def open_up(ticket: Ticket, happened: Ring, policy: Policy, now: datetime) -> Move:
    """The hours begin: the cards go out again."""
    opened = ticket.ringing(policy.queue(now))
    asks = policy.offers or bool(ticket.last_owner)
    return Move(opened, (Withdraw(), Choose() if asks else Call(), Warn()))


def look_again(ticket: Ticket, happened: Ring | Freed, policy: Policy, now: datetime) -> Move:
    """Perhaps somebody has room now."""
    if not policy.offers:
        return ignored(ticket, "这里是抢单")
    return Move(replace(ticket, tried=()).ringing(policy.queue(now)), (Choose(),))


def remind(ticket: Ticket, happened: Ring, policy: Policy, now: datetime) -> Move:
    """A part of the time is over: those whose turn it is are reminded."""
    is_whole = happened.alarm in RESOLUTION
    share = RESOLUTION[happened.alarm] if is_whole else RESPONSE[happened.alarm]
    return Move(ticket, (ToStaff(ticket.owner, Note.DUE if is_whole else Note.REMINDED, share),))


def breach(ticket: Ticket, happened: Ring, policy: Policy, now: datetime) -> Move:
    """Nobody took it in time: one level more is called, and on the last one it is waited for a while yet."""
    rises = ticket.level < policy.top
    clock: Alarms = policy.response(now, policy.first) if rises else _last(ticket, policy, now)
    was_offered = ticket.state == State.ASSIGNED
    back = replace(ticket, state=State.QUEUED, owner="", tried=(), level=ticket.level + rises, told_late=True)
    told: tuple[Effect, ...] = () if ticket.told_late else (ToCustomer(Word.LATE),)
    calls: tuple[Effect, ...] = (Withdraw(), Call()) if was_offered else (Call(above=True),) if rises else ()
    moved = back.without(Alarm.ACCEPT).ringing({**policy.queue(now), **clock})
    return Move(moved, (*told, ToStaff(ticket.owner, Note.REMINDED, ALL), *calls, *_unheard(ticket, policy, now)))


def later(ticket: Ticket, happened: Later, policy: Policy, now: datetime) -> Move:
    """Somebody who was called will look again later, at the latest when the time is over."""
    asked = sum(ring.alarm == Alarm.LATER for ring in ticket.alarms)
    if happened.until <= now or asked >= MOST_LATER:
        return ignored(ticket, "提醒的时间已经过了" if happened.until <= now else "要稍后的人太多了")
    return Move(ticket.ringing({Ring(Alarm.LATER, happened.who): bounded(ticket, happened.until, policy, now)}))


def put_off(ticket: Ticket, happened: Later, policy: Policy, now: datetime) -> Move:
    """Who was asked will take it later: asked again then."""
    if happened.who != ticket.owner:
        return ignored(ticket, "没有请您接这个工单")
    if happened.until <= now:
        return ignored(ticket, "提醒的时间已经过了")
    until = {Ring(Alarm.LATER, happened.who): bounded(ticket, happened.until, policy, now)}
    return Move(ticket.without(Alarm.ACCEPT).ringing(until))


def show_again(ticket: Ticket, happened: Ring, policy: Policy, now: datetime) -> Move:
    """The time that somebody asked for is over: the card comes again."""
    if ticket.state == State.ASSIGNED:
        ticket = ticket.ringing({Ring(Alarm.ACCEPT): policy.opening.after(now, policy.accept)})
    return Move(ticket, (Show(happened.who),))


def bounded(ticket: Ticket, until: datetime, policy: Policy, now: datetime) -> datetime:
    """The moment that somebody wants to be reminded at, but never after the customer's time is over."""
    ends = [at for at in map(ticket.at, (Alarm.BREACH, Alarm.SILENCE, Alarm.GIVE_UP)) if at is not None and at > now]
    return min([until, *ends])


def _waiting_on(ticket: Ticket, policy: Policy, now: datetime) -> Ticket:
    """The ticket in the queue again, with what is left of its clocks; a new one when there is nothing left."""
    alarms = policy.queue(now)
    if not any(ticket.at(alarm) for alarm in (Alarm.BREACH, Alarm.GIVE_UP)):
        alarms = {**alarms, **policy.response(now, policy.first)}
    return ticket.without(Alarm.ACCEPT, Alarm.LATER).ringing(alarms)


def _unheard(ticket: Ticket, policy: Policy, now: datetime) -> tuple[Effect, ...]:
    """The warning of an opening that did not ring because somebody was asked since before it."""
    asked = ticket.given_at if ticket.state == State.ASSIGNED else None
    return () if asked is None or policy.opening.worked(asked, now) == now - asked else (Warn(),)


def _last(ticket: Ticket, policy: Policy, now: datetime) -> Alarms:
    return {Ring(Alarm.GIVE_UP): policy.opening.after(now, policy.give_up)}
