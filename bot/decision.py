"""One decision: everything an event changes, in one transaction."""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bot.brain import Brain, Decided
from bot.budget import SPEAKING
from bot.fetches import remember_media
from bot.inbox import Entry
from bot.leases import check_fence
from bot.outbox import Writer, remember_route
from bot.store.connection import Connection
from bot.store.tables import events, members, threads, versions
from bot.transaction import Duplicate, EventTransaction
from bot.types.actions import Reply, Text
from bot.types.context import Context, Trace
from bot.types.events import Event, Message, Tick
from bot.types.outcome import Kind, Outcome, answered
from bot.types.ports import Clock, Member, Thread

APOLOGY = "抱歉，我这边出了点小问题，已经记下来了。请稍后再试，着急的话请回复「转人工」。"
LATE = "抱歉，刚才系统有点忙，您之前的消息我来晚了。如果还需要帮忙，请再说一次或回复「转人工」。"

_INSERT_EVENT = insert(events).on_conflict_do_nothing()
_RESULT = (
    events.update()
    .where(events.c.id == sa.bindparam("event"))
    .values({name: sa.bindparam(f"new_{name}") for name in ("outcome", "handler", "reason", "trace")})
)
_THREAD = sa.select(threads).where(threads.c.key == sa.bindparam("thread"))
_SEEN = insert(threads).on_conflict_do_update(
    index_elements=["key"],
    set_={
        "last_seen": sa.literal_column("excluded.last_seen"),
        "spoke_at": sa.literal_column("coalesce(excluded.spoke_at, threads.spoke_at)"),
    },
)
_MEMBER_KEY = sa.select(members.c.member_key).where(members.c.id == sa.bindparam("member"))
_NEW_MEMBER = (
    insert(members)
    .on_conflict_do_update(index_elements=["id"], set_={"id": sa.literal_column("excluded.id")})
    .returning(members.c.member_key)
)


@dataclass(frozen=True, slots=True)
class Means:
    """What every decision uses. `stream_of` names an event's stream; `seed` goes into its chance."""

    writer: Writer
    clock: Clock
    partitions: int
    stream_of: Callable[[Event], str]
    seed: str


class Decision:
    """The transaction of one event: what it reads, decides and leaves behind.

    `broken`: no handler runs any more, the event is answered with an apology. `merged`: what the same person said
    just before; the event says it too.
    """

    def __init__(
        self, means: Means, entry: Entry, brain: Brain, prepared: Mapping[str, object], epoch: int, broken: bool,
        merged: Sequence[Entry] = (),
    ) -> None:  # fmt: skip
        self._means = means
        self._entry = entry
        self._event = entry.event
        self._brain = brain
        self._prepared = prepared
        self._epoch = epoch
        self._broken = broken
        self._merged = merged
        self._now = means.clock.now()

    async def commit_event(self, connection: Connection) -> tuple[str, bool]:
        """Decide and write everything, or nothing. Raises Duplicate, Fenced, Outdated."""
        await check_fence(connection, self._entry.partition, self._epoch)
        member_key = await member_key_of(connection, self._event, self._now)
        for row in (*self._merged_rows(member_key), self._row(self._event, member_key)):
            if not await insert_event(connection, row):
                raise Duplicate(row["id"])
        await remember_route(connection, self._event, self._now)
        await remember_media(connection, self._event, self._means.partitions, self._now)
        transaction = EventTransaction(connection, self._event.id, self._now, self._means.partitions)
        trace = Trace()
        decided = await self._decided(transaction, trace, member_key)
        ready = await self._means.writer.write(connection, self._event, decided.outcome.actions, self._brain, self._now)
        await transaction.settle()
        await connection.execute(_RESULT, self._result(decided, trace))
        return decided.outcome.kind, ready

    async def _decided(self, transaction: EventTransaction, trace: Trace, member_key: str) -> Decided:
        thread, told = await self._thread(transaction, member_key)
        if self._broken:
            return Decided("fault", answered(*_say(self._event, APOLOGY), reason="功能出错，已道歉"))
        if isinstance(self._event, Tick) and not await _still_holds(transaction, self._event):
            return Decided("timers", Outcome(kind=Kind.SILENT, reason="定时器等的事已经变了"))
        if isinstance(self._event, Message) and self._now - self._event.at > self._brain.stale_after:
            return await self._stale(transaction, told)
        context = Context(
            now=self._now,
            chance=Random(f"{self._means.seed}:{self._event.id}"),
            transaction=transaction,
            conversation=self._event.conversation,
            thread=thread,
            member=self._member(),
            group=self._brain.directory.group(self._event.conversation),
            trace=trace,
            at=self._event.at,
        )
        decided = await self._brain.decide(self._event, self._prepared, context)
        _check_parked(self._event, decided, transaction)
        return decided

    def _member(self) -> Member:
        known = self._brain.directory.member(self._event.conversation.door, self._event.member)
        return known if known.name else replace(known, name=self._event.nickname)

    async def _thread(self, transaction: EventTransaction, member_key: str) -> tuple[Thread, datetime | None]:
        key = self._event.thread
        await transaction.guard(f"thread:{key}")
        found = (await transaction.execute(_THREAD, {"thread": key})).first()
        row = {
            "key": key, "conversation": self._event.conversation.key, "member_key": member_key, "last_seen": self._now,
            # By our clock, as what we send: WeCom's may differ by more than people take to write a line.
            "spoke_at": self._now if isinstance(self._event, SPEAKING) else None,
        }  # fmt: skip
        await transaction.execute(_SEEN, row)
        if found is None:
            return Thread(key), None
        return Thread(key, found.last_seen), found.stale_told_at

    async def _stale(self, transaction: EventTransaction, told: datetime | None) -> Decided:
        if told is not None and self._now - told < timedelta(hours=1):
            return Decided("stale", Outcome(kind=Kind.STALE, reason="来得太晚，已经道过歉"))
        key = threads.c.key == self._event.thread
        await transaction.execute(threads.update().where(key).values(stale_told_at=self._now))
        return Decided("stale", Outcome(kind=Kind.STALE, actions=_say(self._event, LATE), reason="来得太晚，只道歉"))

    def _merged_rows(self, member_key: str) -> Iterator[dict[str, Any]]:
        trace = json.dumps({"config": self._brain.hash, "into": self._event.id, "tried": []}, ensure_ascii=False)
        end = {"outcome": Kind.MERGED, "reason": "和后面的话一起理解", "trace": trace}
        for entry in self._merged:
            yield {**self._row(entry.event, member_key), **end}

    def _row(self, event: Event, member_key: str) -> dict[str, Any]:
        return {
            "id": event.id,
            "conversation": event.conversation.key,
            "thread": event.thread,
            "member_key": member_key,
            "topic": event.topic,
            "text": event.text if isinstance(event, Message) else "",
            "at": event.at,
            "received_at": event.received_at,
            "decided_at": self._now,
            "outcome": "",
            "stream": self._means.stream_of(event),
        }

    def _result(self, decided: Decided, trace: Trace) -> dict[str, Any]:
        outcome = decided.outcome
        detail = {
            "config": self._brain.hash,
            "rule": outcome.rule,
            "score": outcome.score,
            "into": outcome.into,
            "tried": [asdict(tried) for tried in trace.tried],
        }
        return {
            "event": self._event.id,
            "new_outcome": outcome.kind,
            "new_handler": decided.handler,
            "new_reason": outcome.reason,
            "new_trace": json.dumps(detail, ensure_ascii=False),
        }


def _say(event: Event, text: str) -> tuple[Reply, ...]:
    return (Reply(content=Text(body=text)),) if isinstance(event, Message) else ()


def _check_parked(event: Event, decided: Decided, transaction: EventTransaction) -> None:
    if decided.outcome.kind != Kind.PARKED:
        return
    if event.route.passive or not transaction.timers_set:
        raise ValueError(f"{decided.handler} parked an event that cannot be parked")


async def _still_holds(transaction: EventTransaction, tick: Tick) -> bool:
    if not tick.guard:
        return True
    found = await transaction.execute(sa.select(versions.c.version).where(versions.c.key == tick.guard))
    return (found.scalar() or 0) == tick.version


async def insert_event(connection: Connection, row: dict[str, Any]) -> bool:
    """Keep an event; False when it was kept before."""
    return bool((await connection.execute(_INSERT_EVENT, row)).rowcount)


async def member_key_of(connection: Connection, event: Event, now: datetime) -> str:
    """The random key that stands for the event's member in records; made on first sight."""
    if not event.member:
        return ""
    found = (await connection.execute(_MEMBER_KEY, {"member": event.member})).scalar()
    if found:
        return str(found)
    row = {"id": event.member, "member_key": secrets.token_hex(8), "first_seen": now}
    return str((await connection.execute(_NEW_MEMBER, row)).scalar_one())
