"""Steps at the end of tickets: resolved, scored, closed, and opened once more."""

from dataclasses import replace
from datetime import datetime

from handlers.desk import queue
from handlers.desk.effects import AskScore, Call, Effect, Note, Seat, ToCustomer, ToStaff, Withdraw, Word
from handlers.desk.happenings import Called, Ended, Scored
from handlers.desk.move import Move, ignored
from handlers.desk.policy import Policy
from handlers.desk.ticket import Alarm, Ring, State, Ticket

# A score opens a ticket again so many times, lest a customer and a bot play at it.
MOST_REOPENED = 3


def end(ticket: Ticket, happened: Ended, policy: Policy, now: datetime) -> Move:
    """The owner, somebody above or the customer ends the service."""
    if happened.how == "staff" and happened.by != ticket.owner and not happened.over:
        return ignored(ticket, "不是您在服务")
    word = Word.ENDED if happened.how == "staff" else Word.LEFT
    told = ToStaff(ticket.owner, Note.LEFT if happened.how == "customer" else Note.CLOSED)
    is_news = happened.by != ticket.owner
    resolved = _resolved(ticket, policy, now, happened.how, happened.by)
    return Move(resolved, (ToCustomer(word), *([told] if is_news else []), *_after(ticket, policy)))


def idle(ticket: Ticket, happened: Ring, policy: Policy, now: datetime) -> Move:
    """The customer has said nothing for long."""
    told = ToCustomer(Word.IDLE), ToStaff(ticket.owner, Note.IDLE)
    return Move(_resolved(ticket, policy, now, "idle", ""), (*told, *_after(ticket, policy)))


def dismiss(ticket: Ticket, happened: Ended, policy: Policy, now: datetime) -> Move:
    """It ends before anybody took it."""
    word = Word.DISMISSED if happened.how == "staff" else Word.LEFT
    how = "dismissed" if happened.how == "staff" else "customer"
    told = [ToStaff(ticket.owner, Note.CLOSED)] if ticket.owner not in ("", happened.by) else []
    return Move(_closed(ticket, now, how, happened.by), (ToCustomer(word), Withdraw(), *told, *_seat(ticket)))


def give_up(ticket: Ticket, happened: Ring, policy: Policy, now: datetime) -> Move:
    """Nobody came, on the last level either: the customer is told the truth and has the bot again."""
    told = ToCustomer(Word.EXPIRED), ToStaff("", Note.EXPIRED)
    return Move(_closed(ticket, now, "timeout", ""), (*told, Withdraw(), *_seat(ticket)))


def score(ticket: Ticket, happened: Scored, policy: Policy, now: datetime) -> Move:
    """A good score closes it; a low one brings it before the lead."""
    scored = replace(ticket, score=happened.score)
    if happened.score > policy.low_score or ticket.reopened >= MOST_REOPENED:
        return Move(_closed(scored, now, ticket.ended, ticket.ended_by), (ToCustomer(Word.THANKS),))
    again = replace(scored, level=min(max(1, ticket.level), policy.top), reason=f"评分 {happened.score}", last_owner="")
    moved = _again(again, policy, now, Word.SORRY)
    # Who served so that it came to this is not called: the lead is.
    return replace(moved, effects=(ToCustomer(Word.SORRY), Call(above=True))) if again.level else moved


def reopen(ticket: Ticket, happened: Called, policy: Policy, now: datetime) -> Move:
    """The customer needs a person again: the one they had, if that is possible."""
    reason = happened.reason or ticket.reason
    again = replace(ticket, level=min(happened.level, policy.top), reason=reason)
    return _again(again, policy, now, Word.PROMISED)


def lapse(ticket: Ticket, happened: Ring, policy: Policy, now: datetime) -> Move:
    """No score came."""
    return Move(_closed(ticket, now, ticket.ended, ticket.ended_by))


def _again(ticket: Ticket, policy: Policy, now: datetime, word: Word) -> Move:
    opened = replace(ticket, reopened=ticket.reopened + 1, resolved_at=None, ended="", ended_by="")
    return queue.enter(opened, policy, now, word)


def _resolved(ticket: Ticket, policy: Policy, now: datetime, how: str, by: str) -> Ticket:
    spent = ticket.spent + (policy.opening.worked(ticket.turn_at, now) if ticket.turn_at else now - now)
    kept = replace(ticket, state=State.RESOLVED, owner="", last_owner=ticket.owner, spent=spent, turn_at=None)
    alarms = {Ring(Alarm.SCORE): now + policy.window}
    return replace(kept, alarms=alarms, resolved_at=now, ended=how, ended_by=by)


def _closed(ticket: Ticket, now: datetime, how: str, by: str) -> Ticket:
    closed = replace(ticket, state=State.CLOSED, owner="", alarms={}, turn_at=None, closed_at=now)
    return replace(closed, ended=how, ended_by=by)


def _after(ticket: Ticket, policy: Policy) -> tuple[Effect, ...]:
    asked = [AskScore()] if policy.asks_score else []
    return (*asked, Withdraw(), *_seat(ticket))


def _seat(ticket: Ticket) -> list[Effect]:
    return [Seat(ticket.owner)] if ticket.owner else []
