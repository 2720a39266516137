"""Steps of tickets in a person's hands: taking, answering, passing on, and what happens when they leave it lying."""

from dataclasses import replace
from datetime import datetime

from handlers.desk import queue
from handlers.desk.effects import (
    Call,
    Choose,
    Effect,
    Note,
    Relay,
    Seat,
    Show,
    ToCustomer,
    ToStaff,
    Withdraw,
    Word,
)
from handlers.desk.happenings import Answered, Called, Later, Passed, Took, Wrote
from handlers.desk.move import Move, ignored
from handlers.desk.policy import ALL, Policy
from handlers.desk.queue import bounded
from handlers.desk.ticket import Alarm, Alarms, Ring, State, Ticket


def take(ticket: Ticket, happened: Took, policy: Policy, now: datetime) -> Move:
    """Somebody takes it out of the queue, or who was asked takes it."""
    asked = ticket.owner
    if asked not in ("", happened.who) and not happened.over:
        return ignored(ticket, "正在请别人接")
    told: tuple[Effect, ...] = (ToStaff(asked, Note.TAKEN_OVER),) if asked not in ("", happened.who) else ()
    owned = replace(_staffs_turn(ticket, policy, now), owner=happened.who, tried=(), told_late=False)
    owned = replace(owned, taken_at=ticket.taken_at or now, given_at=now, last_owner="")
    return Move(owned, (ToCustomer(Word.SERVED), Withdraw(happened.who), *told))


def take_over(ticket: Ticket, happened: Took, policy: Policy, now: datetime) -> Move:
    """A lead takes it from who has it; for everybody else it is too late."""
    if happened.who == ticket.owner:
        return ignored(ticket, "已经是您的了")
    if not happened.over:
        return ignored(ticket, "已经有人接单")
    taken = replace(ticket, owner=happened.who, last_owner=ticket.owner, given_at=now).without(Alarm.LATER)
    if ticket.state == State.OWNED:
        # Whom the customer was put off to still has to hear of it when the hours begin.
        put_off = {ring: at for ring, at in taken.alarms.items() if ring.alarm == Alarm.OPENING}
        taken = replace(_staffs_turn(_counted(taken, policy, now), policy, now), told_late=False).ringing(put_off)
    else:
        taken = taken.ringing({Ring(Alarm.IDLE): now + policy.idle})
    told = Withdraw(happened.who), ToStaff(ticket.owner, Note.TAKEN_OVER), Seat(ticket.owner)
    return Move(taken, (ToCustomer(Word.SERVED), *told))


def hear(ticket: Ticket, happened: Wrote, policy: Policy, now: datetime) -> Move:
    """The customer speaks: the owner hears it. Asking again gives the owner no more time.

    After hours the customer is told once when staff are back, unless the owner works on.
    """
    heard = ticket if ticket.state == State.OWNED else _staffs_turn(ticket, policy, now)
    opens = policy.opening.reopens(now)
    if heard.at(Alarm.OPENING) or opens is None or ticket.native or not _has_gone(ticket, policy, now):
        return Move(heard, (Relay("owner"),))
    return Move(heard.ringing({Ring(Alarm.OPENING): opens}), (Relay("owner"), ToCustomer(Word.OFF_HOURS)))


def answer(ticket: Ticket, happened: Answered, policy: Policy, now: datetime) -> Move:
    """The owner answers: it is the customer's turn."""
    if happened.who != ticket.owner:
        return ignored(ticket, "不是您在服务")
    counted = _counted(ticket, policy, now)
    alarms: Alarms = {Ring(Alarm.IDLE): now + policy.idle}
    waiting = replace(counted, state=State.WAITING, alarms=alarms, turn_at=None, told_late=False)
    return Move(replace(waiting, answered_at=ticket.answered_at or now), (Relay("customer"),))


def give(ticket: Ticket, happened: Passed, policy: Policy, now: datetime) -> Move:
    """It goes to another person, who is asked to take it, or into the queue of another team."""
    owner = ticket.owner
    if owner not in ("", happened.by) and not happened.over:
        return ignored(ticket, "不是您在服务")
    if happened.to == owner and not happened.team:
        return ignored(ticket, "已经在他手上" if owner else "没有说转给谁")
    leaves: tuple[Effect, ...] = (Withdraw(), *([Seat(owner)] if owner else []))
    if owner not in ("", happened.by):
        leaves = (*leaves, ToStaff(owner, Note.TAKEN_OVER))
    counted = _counted(ticket, policy, now)
    if happened.team:
        moved = replace(counted, team=happened.team, level=0, last_owner="")
        entered = queue.enter(moved, policy, now, Word.PASSED)
        return Move(entered.ticket, (*leaves, *entered.effects))
    kept = {ring: at for ring, at in ticket.alarms.items() if ring.alarm in _THE_CUSTOMERS}
    clock = kept if kept else policy.response(now, policy.first)
    counted = counted if kept else replace(counted, since=now)
    accept = {Ring(Alarm.ACCEPT): policy.opening.after(now, policy.accept)}
    asked = replace(counted, state=State.ASSIGNED, owner=happened.to, tried=(), last_owner="", turn_at=None)
    asked = replace(asked, told_late=ticket.told_late and bool(kept), given_at=now)
    told: tuple[Effect, ...] = (ToCustomer(Word.PASSED),) if ticket.is_served else ()
    return Move(replace(asked, alarms={**clock, **accept}), (*leaves, *told, Show(happened.to)))


def later(ticket: Ticket, happened: Later, policy: Policy, now: datetime) -> Move:
    """The owner wants to be reminded."""
    if happened.who != ticket.owner:
        return ignored(ticket, "不是您在服务")
    if happened.until <= now:
        return ignored(ticket, "提醒的时间已经过了")
    return Move(ticket.ringing({Ring(Alarm.LATER, happened.who): bounded(ticket, happened.until, policy, now)}))


def open_up(ticket: Ticket, happened: Ring, policy: Policy, now: datetime) -> Move:
    """The hours begin: the owner is told who was put off until then."""
    return Move(ticket, (ToStaff(ticket.owner, Note.OPENED),))


def recall(ticket: Ticket, happened: Ring, policy: Policy, now: datetime) -> Move:
    """The time that the owner asked for is over."""
    return Move(ticket, (ToStaff(happened.who, Note.AGAIN),))


def call_again(ticket: Ticket, happened: Called, policy: Policy, now: datetime) -> Move:
    """The customer asks for a person while one serves; when it is graver now, the lead hears of it."""
    level = min(happened.level, policy.top)
    called: tuple[Effect, ...] = (Call(above=True),) if level > ticket.level else ()
    return Move(replace(ticket, level=max(level, ticket.level)), (ToCustomer(Word.ALREADY), *called))


def breach(ticket: Ticket, happened: Ring, policy: Policy, now: datetime) -> Move:
    """The owner is late: the customer is told, the next level hears of it and may take it."""
    rises = ticket.level < policy.top
    told: tuple[Effect, ...] = () if ticket.told_late else (ToCustomer(Word.LATE),)
    raised = replace(ticket, level=ticket.level + rises, told_late=True)
    called: tuple[Effect, ...] = (Call(above=True),) if rises else ()
    return Move(raised, (*told, ToStaff(ticket.owner, Note.REMINDED, ALL), *called))


def overdue(ticket: Ticket, happened: Ring, policy: Policy, now: datetime) -> Move:
    """The whole takes too long: the next level hears of it and may take it."""
    rises = ticket.level < policy.top
    called: tuple[Effect, ...] = (Call(above=True),) if rises else ()
    return Move(replace(ticket, level=ticket.level + rises), (ToStaff(ticket.owner, Note.DUE, ALL), *called))


def lose(ticket: Ticket, happened: Ring, policy: Policy, now: datetime) -> Move:
    """The owner left the customer waiting for long: others may take it; in WeCom's own client the bot comes back."""
    if ticket.native:
        from_owner = ToCustomer(Word.UNANSWERED), ToStaff(ticket.owner, Note.UNANSWERED), Seat(ticket.owner)
        counted = _counted(ticket, policy, now)
        closed = replace(counted, state=State.CLOSED, owner="", last_owner=ticket.owner, alarms={}, turn_at=None)
        return Move(replace(closed, ended="timeout", closed_at=now), from_owner)
    told = ToStaff(ticket.owner, Note.LOST), Withdraw(), Seat(ticket.owner)
    entered = queue.enter(replace(_counted(ticket, policy, now), last_owner=""), policy, now, Word.BACK)
    tried = (ticket.owner,)
    calls = [Choose(tried) if isinstance(effect, Choose) else effect for effect in entered.effects]
    return Move(replace(entered.ticket, tried=tried), (*told, *calls))


# The clocks that run for the customer go on when a ticket changes hands.
_THE_CUSTOMERS = frozenset({Alarm.HALF, Alarm.MOST, Alarm.BREACH, Alarm.GIVE_UP})


def _has_gone(ticket: Ticket, policy: Policy, now: datetime) -> bool:
    """Whether the hours are over, and the owner has done nothing since."""
    idle = ticket.at(Alarm.IDLE)
    there = idle - policy.idle if idle else ticket.since
    return there is not None and policy.opening.covers(there) and not policy.opening.covers(now)


def _staffs_turn(ticket: Ticket, policy: Policy, now: datetime) -> Ticket:
    """The owner owes an answer from now on."""
    silence = {Ring(Alarm.SILENCE): policy.opening.after(now, policy.silence)}
    clock = {**policy.response(now, policy.next), **policy.due(ticket, now), **silence}
    kept = {ring: at for ring, at in ticket.alarms.items() if ring == Ring(Alarm.LATER, ticket.owner)}
    return replace(ticket, state=State.OWNED, since=now, turn_at=now, alarms={**kept, **clock})


def _counted(ticket: Ticket, policy: Policy, now: datetime) -> Ticket:
    """The ticket with staff's time up to now counted."""
    if ticket.turn_at is None:
        return ticket
    return replace(ticket, spent=ticket.spent + policy.opening.worked(ticket.turn_at, now), turn_at=now)
