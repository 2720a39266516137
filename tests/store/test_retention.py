"""What was kept long enough goes, in small steps, and nothing else does."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.store.database import Connection, Database
from bot.store.retention import CHUNK, expired, sweep
from bot.store.tables import SPINE, events, outbox, routes, threads, versions
from bot.types.columns import Instant
from bot.types.declarations import Declared, Personal
from tests.store.conftest import Counted, note, noted

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
visits = sa.Table(
    "visits",
    sa.MetaData(),
    sa.Column("member", sa.Text, primary_key=True),
    sa.Column("day", sa.Text, primary_key=True),
    sa.Column("at", Instant),
    sa.Column("state", sa.Text, nullable=False, server_default="done"),
    sa.Index("visits_at", "at"),
)
VISITS = Declared(visits, Personal.PSEUDONYM, timedelta(days=30), "at", visits.c.state == "done")


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


async def insert(database: Database, table: sa.Table, *rows: dict[str, object]) -> None:
    async def work(connection: Connection) -> None:
        await connection.execute(sa.insert(table), rows)

    await database.write(work)


async def swept_all(
    database: Database, declared: Sequence[Declared], now: datetime, chunk: int = CHUNK
) -> dict[str, int]:
    """Sweep until nothing is left to go; how many rows of each table went."""
    gone: dict[str, int] = {}
    while True:
        step = await database.write(lambda connection: sweep(connection, declared, now, chunk=chunk), alone=True)
        gone = {name: gone.get(name, 0) + count for name, count in step.items()}
        if all(count < chunk for count in step.values()):
            return gone


async def days(database: Database) -> list[str]:
    return [row.day for row in await database.read(sa.select(visits.c.day).order_by(visits.c.day))]


@pytest.fixture
async def visited(counted: Database) -> Database:
    await counted.alter(visits.metadata.create_all)
    return counted


async def test_only_rows_that_are_older_than_the_declared_time_go(visited: Database) -> None:
    ages = {"old": 31, "just old": 30.001, "just not": 29.999, "new": 0}
    await insert(visited, visits, *({"member": "m", "day": day, "at": ago(age)} for day, age in ages.items()))
    assert await swept_all(visited, [VISITS], NOW) == {"visits": 2}
    assert await days(visited) == ["just not", "new"]


async def test_rows_outside_of_only_and_without_a_time_stay(visited: Database) -> None:
    await insert(
        visited,
        visits,
        {"member": "m", "day": "open", "at": ago(99), "state": "open"},
        {"member": "m", "day": "done", "at": ago(99), "state": "done"},
        {"member": "m", "day": "timeless", "at": None, "state": "done"},
    )
    assert await swept_all(visited, [VISITS], NOW) == {"visits": 1}
    assert await days(visited) == ["open", "timeless"]


async def test_much_goes_in_small_transactions_with_room_for_others(visited: Database, side: Counted) -> None:
    rows = ({"member": f"{n}", "day": "old", "at": ago(31 + n / 1000)} for n in range(95))
    await insert(visited, visits, *rows)
    side.transactions = 0
    swept, _ = await asyncio.gather(swept_all(visited, [VISITS], NOW, chunk=10), visited.write(note("meanwhile")))
    assert swept == {"visits": 95}
    assert side.transactions == 10 + 1
    assert await noted(visited) == ["meanwhile"]


async def test_the_spine_keeps_what_still_waits_and_forgets_what_was_sent_long_ago(database: Database) -> None:
    row = {"event": "e", "partition": 0, "lane": "l", "kind": "reply", "content": "{}", "fixed": True, "due_at": NOW}
    states = ("waiting", "held", "uncertain", "done", "handed", "dead")
    old = ({**row, "id": state, "state": state, "created_at": ago(999), "changed_at": ago(999)} for state in states)
    await insert(database, outbox, *old)
    await insert(database, versions, *({"key": f"{n}", "version": 1, "changed_at": ago(n)} for n in (399, 401)))
    swept = await swept_all(database, SPINE, NOW)
    assert (swept["outbox"], swept["versions"]) == (3, 1)
    left = await database.read(sa.select(outbox.c.state).order_by(outbox.c.state))
    assert [one.state for one in left] == ["held", "uncertain", "waiting"]


async def test_what_people_said_and_where_they_can_be_reached_goes_in_its_time(database: Database) -> None:
    said = {"conversation": "c", "thread": "t", "member_key": "k", "topic": "message", "outcome": "answered"}
    spoken = ({**said, "id": f"{n}", "at": ago(n), "received_at": ago(n), "decided_at": ago(n)} for n in (179, 181))
    await insert(database, events, *spoken)
    seen = ({"key": f"{n}", "conversation": "c", "member_key": "k", "last_seen": ago(n)} for n in (179, 181))
    await insert(database, threads, *seen)
    address = {"lane": "l", "member": "m", "url": "https://example.com"}
    await insert(database, routes, *({**address, "event": f"{n}", "expires_at": ago(n)} for n in (0.9, 1.1)))
    swept = await swept_all(database, SPINE, NOW)
    assert (swept["events"], swept["threads"], swept["routes"]) == (1, 1, 1)


async def test_the_oldest_rows_are_found_through_an_index(database: Database) -> None:
    async def plans(connection: Connection) -> dict[str, str]:
        if database.dialect == "postgresql":
            await connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
        return {one.table.name: await plan(connection, one) for one in SPINE if one.keep is not None}

    found = await database.write(plans)
    clocks = {one.table.name: f"{one.table.name}_{one.clock}" for one in SPINE if one.keep is not None}
    assert not [name for name, index in clocks.items() if index not in found[name]]


async def plan(connection: Connection, one: Declared) -> str:
    def explain(at: sa.Connection) -> str:
        statement = expired(one, NOW, CHUNK).compile(at, compile_kwargs={"literal_binds": True})
        prefix = "EXPLAIN QUERY PLAN" if at.dialect.name == "sqlite" else "EXPLAIN"
        return "\n".join(str(tuple(row)) for row in at.exec_driver_sql(f"{prefix} {statement}"))

    return await connection.alter(explain)
