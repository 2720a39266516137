"""Writes share a transaction, stand or fall each by itself, and are told of only once they are durable."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.store.connection import Connection
from bot.store.database import Database, StoreDown, driver_url, side_of
from tests.postgres import start
from tests.store.conftest import Counted, note, noted, notes
from tests.waiting import until

WAITED_FOR = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"


def waited_for(connection: Connection) -> Callable[[], Awaitable[bool]]:
    """Whether somebody waits for a lock of this connection."""

    async def asked() -> bool:
        return bool((await connection.execute(sa.text(WAITED_FOR))).scalar_one())

    return asked


async def test_a_write_returns_what_its_work_returned(counted: Database) -> None:
    async def work(connection: Connection) -> int:
        return (await connection.execute(sa.select(sa.literal(7)))).scalar_one()

    assert await counted.write(work) == 7


async def test_concurrent_writes_share_one_transaction(counted: Database, side: Counted) -> None:
    await asyncio.gather(*(counted.write(note(f"{n:02}")) for n in range(20)))
    assert len(await noted(counted)) == 20
    assert side.transactions == 1


async def test_a_transaction_takes_no_more_than_its_batch(counted: Database, database_url: str) -> None:
    side = Counted(side_of(database_url))
    small = Database(side, batch=8)
    await asyncio.gather(*(small.write(note(f"{n:02}")) for n in range(20)))
    assert side.transactions == 3
    await small.close()


async def test_a_write_alone_has_a_transaction_of_its_own(counted: Database, side: Counted) -> None:
    await asyncio.gather(
        counted.write(note("a")),
        counted.write(note("b")),
        counted.write(note("c"), alone=True),
        counted.write(note("d")),
    )
    assert await noted(counted) == ["a", "b", "c", "d"]
    assert side.transactions == 3


async def test_a_work_that_raises_undoes_only_itself(counted: Database, side: Counted) -> None:
    async def half(connection: Connection) -> None:
        await note("half")(connection)
        raise KeyError("mine")

    results = await asyncio.gather(
        counted.write(note("before")), counted.write(half), counted.write(note("after")), return_exceptions=True
    )
    assert isinstance(results[1], KeyError)
    assert await noted(counted) == ["after", "before"]
    assert side.transactions == 1


async def test_a_statement_that_fails_undoes_only_its_work(counted: Database) -> None:
    await counted.write(note("taken"))

    async def clash(connection: Connection) -> None:
        await note("mine")(connection)
        await note("taken")(connection)

    results = await asyncio.gather(counted.write(clash), counted.write(note("other")), return_exceptions=True)
    assert isinstance(results[0], sa.exc.IntegrityError)
    assert await noted(counted) == ["other", "taken"]


async def test_a_work_that_spoils_the_commit_is_found_and_fails_alone(counted: Database, side: Counted) -> None:
    books = sa.Table("books", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True))
    later = {"deferrable": True, "initially": "DEFERRED"}
    sa.Table("pages", books.metadata, sa.Column("book", sa.ForeignKey("books.id", **later)))
    await counted.alter(books.metadata.create_all)

    async def orphan(connection: Connection) -> None:
        await connection.execute(sa.insert(books.metadata.tables["pages"]), {"book": 7})

    results = await asyncio.gather(
        counted.write(note("before")), counted.write(orphan), counted.write(note("after")), return_exceptions=True
    )
    assert [type(result) for result in results] == [type(None), sa.exc.IntegrityError, type(None)]
    assert await noted(counted) == ["after", "before"]


async def test_an_error_of_the_work_itself_is_not_taken_for_the_databases(counted: Database) -> None:
    async def lost(_: Connection) -> None:
        raise FileNotFoundError("a file of its own")

    with pytest.raises(FileNotFoundError):
        await counted.write(lost)


async def test_works_run_in_the_order_of_their_keys(counted: Database) -> None:
    ran: list[str] = []

    def named(name: str) -> Any:
        async def work(_: Connection) -> None:
            ran.append(name)

        return work

    await asyncio.gather(
        counted.write(named("c"), order="3"),
        counted.write(named("a1"), order="1"),
        counted.write(named("b"), order="2"),
        counted.write(named("a2"), order="1"),
    )
    assert ran == ["a1", "a2", "b", "c"]


async def test_an_urgent_write_goes_before_those_that_waited_and_keeps_none_of_them_for_ever(
    database_url: str, counted: Database
) -> None:
    ran: list[str] = []
    database = Database(side_of(database_url), batch=2)

    def named(name: str) -> Any:
        async def work(_: Connection) -> None:
            ran.append(name)

        return work

    async def urgently(number: int) -> None:
        await database.write(named(f"urgent{number}"), urgent=True)
        if number < 3:
            await urgently(number + 1)

    await asyncio.gather(*(database.write(named(f"{n}")) for n in range(6)), urgently(1))
    await database.close()
    assert ran == ["urgent1", "0", "1", "urgent2", "2", "3", "urgent3", "4", "5"]


async def test_what_is_not_committed_is_not_read(counted: Database) -> None:
    written, go_on = asyncio.Event(), asyncio.Event()

    async def slow(connection: Connection) -> None:
        await note("slow")(connection)
        written.set()
        await go_on.wait()

    writing = asyncio.create_task(counted.write(slow))
    await written.wait()
    assert await noted(counted) == []
    go_on.set()
    await writing
    assert await noted(counted) == ["slow"]


async def test_cancelling_one_caller_does_not_hurt_the_others(counted: Database) -> None:
    started, go_on = asyncio.Event(), asyncio.Event()

    async def slow(connection: Connection) -> None:
        await note("slow")(connection)
        started.set()
        await go_on.wait()

    impatient = asyncio.create_task(counted.write(slow))
    other = asyncio.create_task(counted.write(note("other")))
    await started.wait()
    impatient.cancel()
    go_on.set()
    await other
    assert impatient.cancelled() or (await asyncio.gather(impatient, return_exceptions=True))
    assert await noted(counted) == ["other", "slow"]


async def test_callers_beyond_the_bound_wait_outside(counted: Database, database_url: str) -> None:
    database = Database(side_of(database_url), waiting=1)
    started, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_: Connection) -> None:
        started.set()
        await go_on.wait()

    first = asyncio.create_task(database.write(slow))
    outside = asyncio.create_task(database.write(note("never")))
    await started.wait()
    outside.cancel()
    go_on.set()
    await asyncio.gather(first, outside, return_exceptions=True)
    await database.write(note("later"))
    assert await noted(database) == ["later"]
    await database.close()


async def test_closing_finishes_what_was_handed_in_and_takes_no_more(database_url: str) -> None:
    database = await Database.open(database_url)
    await database.alter(notes.metadata.create_all)
    writing = [asyncio.create_task(database.write(note(f"{n:03}"))) for n in range(100)]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*writing)
    with pytest.raises(StoreDown):
        await database.write(note("late"))
    with pytest.raises(StoreDown):
        await database.read(sa.select(1))
    again = await Database.open(database_url)
    assert len(await noted(again)) == 100
    await again.close()


async def test_a_database_in_memory_works_the_same() -> None:
    database = await Database.memory()
    await database.alter(notes.metadata.create_all)
    await asyncio.gather(*(database.write(note(id)) for id in "abc"))
    assert await noted(database) == ["a", "b", "c"]
    await database.close()


def test_a_url_is_taken_as_people_write_it() -> None:
    url = driver_url("postgres://bot:secret@db.example/bot?sslmode=require")
    assert (url.drivername, url.query) == ("postgresql+asyncpg", {"ssl": "require"})


@pytest.mark.parametrize("url", ["mysql://bot:secret@h/x", "bot:secret@nowhere"])
def test_a_wrong_url_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValueError) as refused:
        driver_url(url)
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None


class TestSqlite:
    """What only SQLite has: pragmas, one write lock, a file that may be full."""

    @pytest.fixture
    def database_url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path / 'qunban.db'}"

    async def test_every_commit_is_synchronous_and_keys_are_enforced(self, counted: Database) -> None:
        async def pragmas(connection: Connection) -> list[Any]:
            names = ("journal_mode", "synchronous", "foreign_keys")
            return [(await connection.execute(sa.text(f"PRAGMA {name}"))).scalar_one() for name in names]

        assert await counted.write(pragmas) == ["wal", 2, 1]

    async def test_readers_cannot_write(self, counted: Database) -> None:
        await counted.write(note("kept"))
        with pytest.raises((StoreDown, sa.exc.DBAPIError)):
            await counted.read(sa.delete(notes).returning(notes.c.id))
        assert await noted(counted) == ["kept"]

    async def test_a_lock_that_is_held_too_long_means_store_down(self, database_url: str, counted: Database) -> None:
        hasty = Database(side_of(database_url, seconds=0.05))
        holder = side_of(database_url)
        async with holder.transaction():
            with pytest.raises(StoreDown):
                await hasty.write(note("hasty"))
        await holder.close()
        await hasty.write(note("patient"))
        await hasty.close()
        assert await noted(counted) == ["patient"]

    async def test_a_full_disk_fails_the_whole_batch_and_passes(self, counted: Database) -> None:
        async def most_pages(connection: Connection, pages: int) -> None:
            await connection.execute(sa.text(f"PRAGMA max_page_count = {pages}"))

        await counted.write(lambda connection: most_pages(connection, 1))
        results = await asyncio.gather(
            counted.write(note("small")), counted.write(note("big", "x" * 50_000)), return_exceptions=True
        )
        assert [type(result) for result in results] == [StoreDown, StoreDown]
        await counted.write(lambda connection: most_pages(connection, 1_000_000))
        await counted.write(note("later", "x" * 50_000))
        assert await noted(counted) == ["later"]

    async def test_what_was_acknowledged_outlives_a_killed_process(self, database_url: str, counted: Database) -> None:
        child = await asyncio.create_subprocess_exec(
            sys.executable, str(Path(__file__).parent / "writing.py"), database_url, stdout=asyncio.subprocess.PIPE
        )
        assert child.stdout is not None
        acknowledged = [await child.stdout.readline() for _ in range(30)]
        child.kill()
        acknowledged += (await child.stdout.read()).splitlines(keepends=True)
        assert await child.wait() == -9
        assert len(acknowledged) >= 30
        assert {line.decode().strip() for line in acknowledged if line.endswith(b"\n")} <= set(await noted(counted))


class TestPostgres:
    """What only PostgreSQL has: deadlocks, connections that are cut."""

    @pytest.fixture
    def database_url(self, postgres_url: str) -> str:
        return postgres_url

    async def test_works_of_a_deadlocked_batch_run_again_one_by_one(self, counted: Database, database_url: str) -> None:
        await asyncio.gather(counted.write(note("one")), counted.write(note("two")))
        other = side_of(database_url)
        locked_two, runs = asyncio.Event(), []

        async def ours(connection: Connection) -> None:
            runs.append("ours")
            await connection.execute(sa.text("SET LOCAL deadlock_timeout = '300ms'"))
            await touch(connection, "one")
            await locked_two.wait()
            if len(runs) == 1:
                await until(waited_for(connection))
            await touch(connection, "two")

        async def theirs() -> None:
            async with other.transaction() as connection:
                # PostgreSQL looks for deadlocks once a wait: it is to be ours, which waits last, that looks.
                await connection.execute(sa.text("SET LOCAL deadlock_timeout = '20s'"))
                await touch(connection, "two")
                locked_two.set()
                await touch(connection, "one")

        async def innocent(connection: Connection) -> None:
            runs.append("innocent")
            await note("three")(connection)

        writing = asyncio.gather(counted.write(ours, order="1"), counted.write(innocent, order="2"))
        await asyncio.gather(theirs(), writing)
        await other.close()
        assert runs == ["ours", "ours", "innocent"]
        assert await noted(counted) == ["one", "three", "two"]

    async def test_a_work_that_never_gets_through_is_given_up(self, counted: Database) -> None:
        tries = []

        async def unlucky(connection: Connection) -> None:
            tries.append(1)
            await connection.execute(sa.text("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END $$"))

        results = await asyncio.gather(counted.write(unlucky), counted.write(note("lucky")), return_exceptions=True)
        assert isinstance(results[0], StoreDown)
        assert len(tries) == 5
        assert await noted(counted) == ["lucky"]

    async def test_a_cut_connection_fails_the_batch_and_the_next_write_works(self, counted: Database) -> None:
        async def cut(connection: Connection) -> None:
            await connection.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))

        results = await asyncio.gather(
            counted.write(note("first")), counted.write(cut), counted.write(note("last")), return_exceptions=True
        )
        assert [type(result) for result in results] == [StoreDown] * 3
        await counted.write(note("next"))
        assert await noted(counted) == ["next"]

    async def test_a_statement_that_takes_for_ever_means_store_down(self, counted: Database, database_url: str) -> None:
        hasty = Database(side_of(database_url, seconds=0.5))

        async def slow(connection: Connection) -> None:
            await connection.execute(sa.text("SELECT pg_sleep(10)"))

        with pytest.raises(StoreDown):
            await hasty.write(slow)
        await hasty.write(note("next"))
        assert await noted(hasty) == ["next"]
        await hasty.close()

    async def test_who_falls_asleep_in_a_transaction_does_not_keep_its_locks(
        self, counted: Database, database_url: str
    ) -> None:
        await counted.write(note("row"))
        sleeper, asleep = Database(side_of(database_url, seconds=0.3)), asyncio.Event()

        async def sleep(connection: Connection) -> None:
            await touch(connection, "row")
            asleep.set()
            await asyncio.sleep(1.5)
            await touch(connection, "row")

        sleeping = asyncio.create_task(sleeper.write(sleep))
        await asleep.wait()
        await counted.write(lambda connection: touch(connection, "row"))
        assert not sleeping.done()
        with pytest.raises(StoreDown):
            await sleeping
        await sleeper.write(note("next"))
        assert await noted(counted) == ["next", "row"]
        await sleeper.close()

    async def test_a_change_whose_connection_is_cut_means_store_down(self, counted: Database) -> None:
        def cut(connection: sa.Connection) -> None:
            connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

        with pytest.raises(StoreDown):
            await counted.alter(cut)
        await counted.write(note("next"))
        assert await noted(counted) == ["next"]

    async def test_nobody_waits_for_a_lock_for_ever(self, counted: Database, database_url: str) -> None:
        await counted.write(note("row"))
        other, locked = Database(side_of(database_url, seconds=0.3)), asyncio.Event()

        async def hold(connection: Connection) -> None:
            await touch(connection, "row")
            locked.set()
            for _ in range(10):
                await connection.execute(sa.text("SELECT pg_sleep(0.1)"))

        holding = asyncio.create_task(counted.write(hold))
        await locked.wait()
        with pytest.raises(StoreDown):
            await other.write(lambda connection: touch(connection, "row"))
        await holding
        await other.close()

    async def test_a_work_cannot_hide_that_the_connection_is_gone(self, counted: Database) -> None:
        async def hides(connection: Connection) -> str:
            with suppress(StoreDown):
                await connection.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))
            return "all is well"

        with pytest.raises(StoreDown):
            await counted.write(hides)

    async def test_idle_connections_that_were_cut_are_replaced_unnoticed(self, counted: Database) -> None:
        await asyncio.gather(counted.write(note("a")), noted(counted), noted(counted))
        others = sa.text("datname = current_database() AND pid <> pg_backend_pid()")
        cut = sa.select(sa.func.pg_terminate_backend(sa.column("pid"))).select_from(sa.table("pg_stat_activity"))
        await counted.read(cut.where(others))
        await counted.write(note("b"))
        assert list(await asyncio.gather(noted(counted), noted(counted))) == [["a", "b"]] * 2

    async def test_writes_work_again_once_the_server_is_back(self, postgres_folder: Path) -> None:
        server = start(postgres_folder / "own")
        database = await Database.open(server.get_uri())
        await database.alter(notes.metadata.create_all)
        server.cleanup()
        with pytest.raises(StoreDown):
            await database.write(note("lost"))
        server = start(postgres_folder / "own")
        await database.write(note("kept"))
        assert await noted(database) == ["kept"]
        await database.close()
        server.cleanup()

    async def test_a_server_that_is_not_there_means_store_down(self, tmp_path: Path) -> None:
        with pytest.raises(StoreDown):
            await Database.open(f"postgresql://bot@/bot?host={tmp_path}")

    async def test_a_database_that_does_not_exist_means_store_down(self, postgres: str) -> None:
        url = sa.make_url(postgres).set(database="nowhere").render_as_string(hide_password=False)
        with pytest.raises(StoreDown, match="nowhere"):
            await Database.open(url)


async def touch(connection: Connection, id: str) -> None:
    await connection.execute(sa.update(notes).where(notes.c.id == id).values(text="touched"))
