"""The life of a ticket: one table of edges, and nothing but values.

bot → queued → assigned → owned ⇄ waiting → resolved → closed. `docs/desk.zh-CN.md` draws the table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from handlers.desk import ending, queue, serving
from handlers.desk.happenings import (
    Answered,
    Called,
    Ended,
    Freed,
    Happened,
    Later,
    Offered,
    Passed,
    Rang,
    Scored,
    Took,
    Wrote,
)
from handlers.desk.move import Move, ignored
from handlers.desk.policy import Policy
from handlers.desk.ticket import Alarm, Ring, State, Ticket

Step = Callable[[Ticket, Any, Policy, datetime], Move]

QUEUED, ASSIGNED, OWNED = State.QUEUED, State.ASSIGNED, State.OWNED
WAITING, RESOLVED, CLOSED = State.WAITING, State.RESOLVED, State.CLOSED
# What a later alarm says as well need not ring before it.
COVERED: Mapping[Alarm, tuple[Alarm, ...]] = {
    Alarm.HALF: (Alarm.MOST, Alarm.BREACH, Alarm.SILENCE),
    Alarm.MOST: (Alarm.BREACH, Alarm.SILENCE),
    Alarm.BREACH: (Alarm.SILENCE,),
    Alarm.DUE_HALF: (Alarm.DUE_MOST, Alarm.DUE),
    Alarm.DUE_MOST: (Alarm.DUE,),
}


@dataclass(frozen=True, slots=True)
class Edge:
    """What is done when something happens in a state, and where that may lead."""

    step: Step
    to: frozenset[State]


Edges = Mapping[tuple[State, type[Any] | Alarm], Edge]


def _edge(step: Step, *to: State) -> Edge:
    return Edge(step, frozenset(to))


EDGES: Mapping[tuple[State, type[Any] | Alarm], Edge] = {
    (QUEUED, Called): _edge(queue.call_again, QUEUED),
    (QUEUED, Offered): _edge(queue.offer, QUEUED, ASSIGNED),
    (QUEUED, Took): _edge(serving.take, OWNED),
    (QUEUED, Wrote): _edge(queue.hear, QUEUED),
    (QUEUED, Passed): _edge(serving.give, ASSIGNED, QUEUED),
    (QUEUED, Later): _edge(queue.later, QUEUED),
    (QUEUED, Ended): _edge(ending.dismiss, CLOSED),
    (QUEUED, Freed): _edge(queue.look_again, QUEUED),
    (QUEUED, Alarm.OPENING): _edge(queue.open_up, QUEUED),
    (QUEUED, Alarm.OFFER): _edge(queue.look_again, QUEUED),
    (QUEUED, Alarm.HALF): _edge(queue.remind, QUEUED),
    (QUEUED, Alarm.MOST): _edge(queue.remind, QUEUED),
    (QUEUED, Alarm.BREACH): _edge(queue.breach, QUEUED),
    (QUEUED, Alarm.GIVE_UP): _edge(ending.give_up, CLOSED),
    (QUEUED, Alarm.LATER): _edge(queue.show_again, QUEUED),
    (ASSIGNED, Called): _edge(queue.call_again, ASSIGNED),
    (ASSIGNED, Took): _edge(serving.take, OWNED),
    (ASSIGNED, Wrote): _edge(queue.hear, ASSIGNED),
    (ASSIGNED, Passed): _edge(serving.give, ASSIGNED, QUEUED),
    (ASSIGNED, Later): _edge(queue.put_off, ASSIGNED),
    (ASSIGNED, Ended): _edge(ending.dismiss, CLOSED),
    (ASSIGNED, Alarm.ACCEPT): _edge(queue.miss, QUEUED),
    (ASSIGNED, Alarm.HALF): _edge(queue.remind, ASSIGNED),
    (ASSIGNED, Alarm.MOST): _edge(queue.remind, ASSIGNED),
    (ASSIGNED, Alarm.BREACH): _edge(queue.breach, QUEUED),
    (ASSIGNED, Alarm.GIVE_UP): _edge(ending.give_up, CLOSED),
    (ASSIGNED, Alarm.LATER): _edge(queue.show_again, ASSIGNED),
    (OWNED, Called): _edge(serving.call_again, OWNED),
    (OWNED, Took): _edge(serving.take_over, OWNED),
    (OWNED, Wrote): _edge(serving.hear, OWNED),
    (OWNED, Answered): _edge(serving.answer, WAITING),
    (OWNED, Passed): _edge(serving.give, ASSIGNED, QUEUED),
    (OWNED, Later): _edge(serving.later, OWNED),
    (OWNED, Ended): _edge(ending.end, RESOLVED),
    (OWNED, Alarm.OPENING): _edge(serving.open_up, OWNED),
    (OWNED, Alarm.HALF): _edge(queue.remind, OWNED),
    (OWNED, Alarm.MOST): _edge(queue.remind, OWNED),
    (OWNED, Alarm.BREACH): _edge(serving.breach, OWNED),
    (OWNED, Alarm.SILENCE): _edge(serving.lose, QUEUED, CLOSED),
    (OWNED, Alarm.DUE_HALF): _edge(queue.remind, OWNED),
    (OWNED, Alarm.DUE_MOST): _edge(queue.remind, OWNED),
    (OWNED, Alarm.DUE): _edge(serving.overdue, OWNED),
    (OWNED, Alarm.LATER): _edge(serving.recall, OWNED),
    (WAITING, Called): _edge(serving.call_again, WAITING),
    (WAITING, Took): _edge(serving.take_over, WAITING),
    (WAITING, Wrote): _edge(serving.hear, OWNED),
    (WAITING, Answered): _edge(serving.answer, WAITING),
    (WAITING, Passed): _edge(serving.give, ASSIGNED, QUEUED),
    (WAITING, Later): _edge(serving.later, WAITING),
    (WAITING, Ended): _edge(ending.end, RESOLVED),
    (WAITING, Alarm.IDLE): _edge(ending.idle, RESOLVED),
    (WAITING, Alarm.LATER): _edge(serving.recall, WAITING),
    (RESOLVED, Called): _edge(ending.reopen, QUEUED),
    (RESOLVED, Scored): _edge(ending.score, QUEUED, CLOSED),
    (RESOLVED, Alarm.SCORE): _edge(ending.lapse, CLOSED),
}


def begin(ticket: Ticket, policy: Policy, now: datetime) -> Move:
    """A new ticket takes its place in the queue."""
    return queue.enter(ticket, policy, now)


def transition(ticket: Ticket, happened: Happened, policy: Policy, now: datetime, edges: Edges = EDGES) -> Move:
    """Where a ticket goes because something happened, and what is to be done.

    What comes late, twice or from the wrong hands changes nothing, and the move says why. `Rang` rings the alarm that
    is due first; ring until none is. `policy` is that of the team that has the ticket afterwards.
    """
    if not isinstance(happened, Rang):
        return _step(ticket, happened, type(happened), policy, now, edges)
    ring = due(ticket, now)
    if ring is None:
        return ignored(ticket, "还没到点")
    covered = [alarm for alarm, by in COVERED.items() if any(_is_due(ticket, Ring(one), now) for one in by)]
    left = {other: at for other, at in ticket.alarms.items() if other != ring and other.alarm not in covered}
    move = _step(replace(ticket, alarms=left), ring, ring.alarm, policy, now, edges)
    return move if not move.ignored else ignored(ticket, move.ignored)


def due(ticket: Ticket, now: datetime) -> Ring | None:
    """The alarm that should ring now; None when none should."""
    over = sorted((at, ring) for ring, at in ticket.alarms.items() if at <= now)
    heard = [
        ring for _, ring in over if not any(_is_due(ticket, Ring(one), now) for one in COVERED.get(ring.alarm, ()))
    ]
    return heard[0] if heard else None


def _is_due(ticket: Ticket, ring: Ring, now: datetime) -> bool:
    return ring in ticket.alarms and ticket.alarms[ring] <= now


def _step(ticket: Ticket, happened: Any, kind: type[Any] | Alarm, policy: Policy, now: datetime, edges: Edges) -> Move:
    edge = edges.get((ticket.state, kind))
    if edge is None:
        return ignored(ticket, f"{ticket.state} 时不理会 {kind if isinstance(kind, Alarm) else kind.__name__}")
    move = edge.step(ticket, happened, policy, now)
    if not move.ignored and move.ticket.state not in edge.to:
        raise AssertionError(f"{ticket.state} + {kind} must not lead to {move.ticket.state}")
    return move
