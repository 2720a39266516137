"""The transactional outbox: what is to be sent is written with the state that decided it.

States of a row:
    ready      its event's own callback may still take it (`claim`); a lane does from `due_at` on
    waiting    a lane sends it from `due_at` on
    sending    a lane is at it
    held       no way to reach the destination now: waits for the next message; or screening is broken: tried again
    handed     it was put into an HTTP answer
    uncertain  it may have arrived; nothing will send it again by itself
    done, dead the ends
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.brain import Brain, Screened
from bot.budget import SPEAKING, UNCOUNTED, UNSCREENED, joined_texts, left, let_go
from bot.channels.door import Capabilities
from bot.emitting import blocked, emit, withheld
from bot.inbox import partition_of
from bot.leases import post_of
from bot.result import not_arrived
from bot.space import Space
from bot.store.connection import Connection
from bot.store.database import Database
from bot.store.tables import outbox, routes
from bot.types.actions import (
    Action,
    Content,
    Emit,
    Notify,
    Reply,
    Text,
    Update,
    dump_content,
    load_content,
    words_of,
)
from bot.types.events import Conversation, Event, Undelivered, dump_event

CLAIM_WINDOW = timedelta(seconds=20)
# What was written into an HTTP answer may take so long through a proxy.
ON_ITS_WAY = timedelta(seconds=0.5)
# A stream is asked for every second or so, however late its text comes.
POLL_WINDOW = timedelta(seconds=5)
UNSETTLED = ("ready", "waiting", "sending", "handed")
HANDED_OUT = ("handed", "done", "uncertain")
SPENT = "对方没有再说话，企业微信不让再发，等对方开口就发出"
# A row that a person gave up is dead too, but nobody has to look at it any more.
DROPPED = "人工丢弃"

_INSERT = outbox.insert()
_NOW = outbox.c.changed_at.type
_earlier = outbox.alias()
_FIRST = ~sa.exists().where(
    _earlier.c.lane == outbox.c.lane,
    _earlier.c.seq < outbox.c.seq,
    _earlier.c.event != outbox.c.event,
    _earlier.c.state.in_(UNSETTLED),
)
# A stream keeps its place on the screen from its first answer on; a reply gets its place when it is handed over.
_CLAIM = (
    outbox.update()
    .where(outbox.c.event == sa.bindparam("of"), outbox.c.state == "ready")
    .where(sa.or_(outbox.c.passive != "reply", _FIRST))
    .values(
        state="handed", attempts=outbox.c.attempts + 1, first_tried_at=sa.bindparam("now", type_=_NOW),
        changed_at=sa.bindparam("now", type_=_NOW),
    )
    .returning(outbox.c.seq, outbox.c.content, outbox.c.attempts)
)  # fmt: skip
# Counted, so that nobody hands back what another caller is about to get as well.
_REPEAT = (
    outbox.update()
    .where(outbox.c.event == sa.bindparam("of"), outbox.c.passive != "", outbox.c.state == "handed")
    .values(attempts=outbox.c.attempts + 1)
)
_HANDED = (
    sa.select(outbox.c.seq, outbox.c.content)
    .where(outbox.c.event == sa.bindparam("of"), outbox.c.passive != "", outbox.c.state.in_(HANDED_OUT))
    .order_by(outbox.c.seq)
)
_READY = sa.select(outbox.c.seq).where(outbox.c.event == sa.bindparam("of"), outbox.c.state == "ready").limit(1)
_CONFIRM = (
    outbox.update()
    .where(outbox.c.event == sa.bindparam("of"), outbox.c.state.in_(("handed", "uncertain")), outbox.c.passive != "")
    .values(state="done", changed_at=sa.bindparam("now", type_=_NOW))
)
_FOLLOW = (
    outbox.update()
    .where(outbox.c.event == sa.bindparam("of"), outbox.c.state == "waiting", outbox.c.attempts == 0)
    .where(
        outbox.c.lane.in_(
            sa.select(_earlier.c.lane).where(_earlier.c.event == sa.bindparam("of"), _earlier.c.passive != "")
        )
    )
    .values(due_at=sa.bindparam("then", type_=outbox.c.due_at.type))
)
_HAND_BACK = (
    outbox.update()
    .where(
        outbox.c.seq == sa.bindparam("row"),
        outbox.c.state == "handed",
        outbox.c.attempts == sa.bindparam("tried"),
    )
    .values(state="ready", attempts=outbox.c.attempts - 1, changed_at=sa.bindparam("now", type_=_NOW))
)
_RELEASE = (
    outbox.update()
    .where(outbox.c.event == sa.bindparam("of"), outbox.c.state == "ready")
    .values(due_at=sa.bindparam("now", type_=_NOW), changed_at=sa.bindparam("now", type_=_NOW))
)


Fit = Callable[[Content, Capabilities], Sequence[Content]]


@dataclass(frozen=True, slots=True)
class Out:
    """One row to come, before it has a number."""

    lane: str
    member: str
    kind: str
    content: str
    fixed: bool
    priority: int
    state: str
    passive: str
    due_at: datetime
    expires_at: datetime | None
    error: str = ""
    # The word for which something else is said, and the words that it stood in.
    word: str = ""
    words: str = ""


class Writer:
    """Turns the actions of an event into rows. `fit` makes of a content what the destination's door can carry."""

    def __init__(self, partitions: int, doors: Mapping[str, Capabilities], fit: Fit) -> None:
        self._partitions = partitions
        self._doors = doors
        self._fit = fit

    async def write(
        self, connection: Connection, event: Event, actions: Sequence[Action], brain: Brain, now: datetime
    ) -> bool:
        """Write the rows of an event; whether its callback may take any of them."""
        await self._hear(connection, event, now)
        space = self._space(event)
        rows = [row for n, action in enumerate(actions) for row in self._rows(event, n, action, brain, space, now)]
        await self._tell_blocked(connection, event, rows, now)
        if event.route.passive == "reply":
            rows = _only_first_ready(rows, event.conversation.key)
        rows = await self._within_budgets(connection, event, rows, now)
        if rows:
            await connection.execute(_INSERT, [self._row(event, n, row, now) for n, row in enumerate(rows)])
        await self._tell_withheld(connection, event, rows, now)
        return any(row.state == "ready" for row in rows)

    async def _hear(self, connection: Connection, event: Event, now: datetime) -> None:
        """What an event means for what was written before it: held rows go on, or one did not arrive."""
        lane, door = event.conversation.key, self._doors.get(event.conversation.door)
        if isinstance(event, SPEAKING) and door is not None and door.is_counted:
            await let_go(connection, lane, door, now)
        if isinstance(event, Undelivered):
            await not_arrived(connection, event.of, event.why, lane, now, event.later)

    async def _within_budgets(self, connection: Connection, event: Event, rows: list[Out], now: datetime) -> list[Out]:
        """Where a door counts: texts as one message, and what is too much held until the person speaks again."""
        for lane in dict.fromkeys(row.lane for row in rows):
            door = self._doors.get(lane.partition("|")[0])
            if door is None or not door.is_counted:
                continue
            rows = _joined(rows, lane, door)
            # A welcome has a code of its own.
            free = int(bool(event.route.code)) if lane == event.conversation.key else 0
            rows = _held_beyond(rows, lane, free + await left(connection, lane, door, now))
        return rows

    async def _tell_withheld(self, connection: Connection, event: Event, rows: Sequence[Out], now: datetime) -> None:
        for number, row in enumerate(rows):
            if row.error == SPENT:
                told = withheld(f"{event.id}:{number}", row.lane, row.member, row.content, row.error, now)
                await emit(connection, told, self._partitions, now)

    async def _tell_blocked(self, connection: Connection, event: Event, rows: Sequence[Out], now: datetime) -> None:
        for number, row in enumerate(rows):
            if row.word:
                told = blocked(f"{event.id}:{number}", row.lane, row.member, row.words, row.word, now)
                await emit(connection, told, self._partitions, now)

    def _row(self, event: Event, number: int, row: Out, now: datetime) -> dict[str, Any]:
        return {
            "id": f"{event.id}:{number}",
            "event": event.id,
            "partition": self._partition(row.lane),
            "lane": row.lane,
            "member": row.member,
            "kind": row.kind,
            "content": row.content,
            "fixed": row.fixed,
            "priority": row.priority,
            "state": row.state,
            "error": row.error or (UNSCREENED if row.state == "held" else ""),
            "passive": row.passive,
            "due_at": row.due_at,
            "expires_at": row.expires_at,
            "created_at": now,
            "changed_at": now,
        }

    def _partition(self, lane: str) -> int:
        """Where a connection has one owner, what is sent goes where the owner is."""
        door = lane.partition("|")[0]
        is_posted = door in self._doors and self._doors[door].posted
        return post_of(door) if is_posted else partition_of(lane, self._partitions)

    def _space(self, event: Event) -> Space:
        door = self._doors.get(event.conversation.door)
        return Space(door.answers.get(event.route.passive) if door else None)

    def _rows(
        self, event: Event, number: int, action: Action, brain: Brain, space: Space, now: datetime
    ) -> Iterable[Out]:
        match action:
            case Emit():
                emitted = action.event if action.event.id else replace(action.event, id=f"{event.id}:signal:{number}")
                lane = f"emit|{emitted.conversation.key}"
                yield Out(lane, "", "emit", dump_event(emitted).decode(), True, 0, "waiting", "", now, None)
            case Update():
                yield self._update(event, action, now)
            case Reply():
                yield from self._reply(event, action, brain, space, now)
            case Notify():
                for content, screened in self._contents(action.to, action.content, brain):
                    yield Out(
                        action.to.key, action.member, content.type, dump_content(content), content.fixed,
                        action.priority, "waiting" if screened.content else "held", "", now, action.expires_at,
                        word=screened.word, words=_refused(action.content, screened),
                    )  # fmt: skip

    def _update(self, event: Event, action: Update, now: datetime) -> Out:
        lane, content, due = event.conversation.key, dump_content(action.card), event.received_at + CLAIM_WINDOW
        if event.route.passive != "update":
            return Out(lane, event.member, "update", content, True, 0, "waiting", "", now, event.route.expires_at)
        return Out(lane, event.member, "update", content, True, 0, "ready", "update", due, None)

    def _reply(self, event: Event, action: Reply, brain: Brain, space: Space, now: datetime) -> Iterable[Out]:
        passive = event.route.passive
        expires = event.received_at + CLAIM_WINDOW if passive == "welcome" else action.expires_at
        for content, screened in self._contents(event.conversation, action.content, brain):
            takeable = screened.content is not None and space.take(content)
            state = "waiting" if screened.content else "held"
            yield Out(
                event.conversation.key, event.member, content.type, dump_content(content), content.fixed, 0,
                "ready" if takeable else state, passive if takeable else "",
                _claimable_until(event, now) if takeable else now, expires,
                word=screened.word, words=_refused(action.content, screened),
            )  # fmt: skip

    def _contents(self, to: Conversation, content: Content, brain: Brain) -> Iterable[tuple[Content, Screened]]:
        """The parts in which it is said; the word that blocked it goes with the first of them."""
        screened = brain.screened(content, to)
        fit, said = self._doors.get(to.door), screened.content or content
        for number, part in enumerate(self._fit(said, fit) if fit else (said,)):
            yield part, replace(screened, word="") if number else screened


def _refused(content: Content, screened: Screened) -> str:
    return words_of(content) if screened.word else ""


def _claimable_until(event: Event, now: datetime) -> datetime:
    """From when on a lane sends what the event's own HTTP answers, or the polls of its stream, may carry until then."""
    window = event.received_at + CLAIM_WINDOW
    return max(window, now + POLL_WINDOW) if event.route.passive == "stream" else window


def _joined(rows: Sequence[Out], lane: str, door: Capabilities) -> list[Out]:
    """Texts that follow each other in a lane as one, where nothing else tells them apart."""
    made: list[Out] = []
    for row in rows:
        last = made[-1] if made else None
        if last is None or not _alike(last, row, lane):
            made.append(row)
            continue
        texts = [content for content in map(load_content, (last.content, row.content)) if isinstance(content, Text)]
        parts = joined_texts(texts, door.text_bytes)
        if len(parts) > 1:
            made.append(row)
        else:
            made[-1] = replace(last, content=dump_content(parts[0]), fixed=parts[0].fixed)
    return made


def _alike(one: Out, other: Out, lane: str) -> bool:
    said = [(row.lane, row.kind, row.state, row.passive, row.priority, row.expires_at) for row in (one, other)]
    return said[0] == said[1] and said[0][:3] == (lane, "text", "waiting")


def _held_beyond(rows: Sequence[Out], lane: str, left: int) -> list[Out]:
    """The rows, those of a lane held that are too many."""
    made = []
    for row in rows:
        counts = row.lane == lane and row.kind not in UNCOUNTED and row.state == "waiting"
        is_over = counts and left <= 0
        left -= counts
        made.append(replace(row, state="held", error=SPENT) if is_over else row)
    return made


def _only_first_ready(rows: list[Out], lane: str) -> list[Out]:
    """An answer that carries one text carries what is said first in the conversation, or nothing."""
    first = next((n for n, row in enumerate(rows) if row.lane == lane and row.state != "held"), None)
    return [row if n == first or row.state != "ready" else _waiting(row) for n, row in enumerate(rows)]


def _waiting(row: Out) -> Out:
    return replace(row, state="waiting", passive="", due_at=row.due_at - CLAIM_WINDOW)


async def remember_route(connection: Connection, event: Event, now: datetime) -> None:
    """Keep the event's one-use address, and let what waits for one go on."""
    if not (event.route.url or event.route.code):
        return
    lane = event.conversation.key
    await connection.execute(
        routes.insert().values(
            event=event.id,
            lane=lane,
            member=event.member,
            url=event.route.url,
            code=event.route.code,
            expires_at=event.route.expires_at or now + timedelta(hours=1),
        )
    )
    if not event.route.url:
        return
    held = outbox.c.lane == lane, outbox.c.state == "held", outbox.c.member.in_(("", event.member))
    await connection.execute(outbox.update().where(*held).values(state="waiting", due_at=now, changed_at=now))


async def claim_for_answer(connection: Connection, event: str, now: datetime) -> Sequence[sa.Row[Any]]:
    """Take what the event's own HTTP answer will carry: `ready` becomes `handed`, for one caller only.

    A reply has to wait while anything that was said before it in the conversation is still on its way.
    """
    return sorted((await connection.execute(_CLAIM, {"of": event, "now": now})).all())


async def repeat_answer(connection: Connection, event: str) -> Sequence[sa.Row[Any]]:
    """What an earlier answer to the same event carried, in order, for a repeat of its callback."""
    await connection.execute(_REPEAT, {"of": event})
    return (await connection.execute(_HANDED, {"of": event})).all()


async def is_ready(database: Database, event: str) -> bool:
    """Whether something of the event still waits to be claimed."""
    return bool(await database.read(_READY, {"of": event}))


async def confirm(connection: Connection, event: str, now: datetime) -> None:
    """The HTTP answer was written whole; what follows it by another way must not overtake it."""
    await connection.execute(_CONFIRM, {"of": event, "now": now})
    await connection.execute(_FOLLOW, {"of": event, "then": now + ON_ITS_WAY})


async def hand_back(connection: Connection, rows: Sequence[sa.Row[Any]], now: datetime) -> None:
    """What was claimed cannot be written: `handed` becomes `ready` again, unless it went to another caller as well."""
    for row in rows:
        await connection.execute(_HAND_BACK, {"row": row.seq, "tried": row.attempts, "now": now})


async def release(connection: Connection, event: str, now: datetime) -> None:
    """Nobody waits for the event's answer any more: its lane may send at once."""
    await connection.execute(_RELEASE, {"of": event, "now": now})
