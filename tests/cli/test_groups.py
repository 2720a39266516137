"""`qunban groups`: what was heard and has no name, ready to paste."""

import asyncio
import json
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli import main
from bot.store.connection import Connection
from bot.store.database import Database
from bot.store.tables import events, meta
from tests.cli.test_records import AT, event

HEARD = (
    ("aibot:小助手|group|wrTest", 3),
    ("aibot:小助手|group|wrNew", 2),
    ("aibot:大助手|group|wrNew", 1),
    ("aibot:大助手|group|wrTest", 1),
    ("app:助手|direct|lin01", 5),
)


async def store(url: str) -> None:
    """Leave what was heard in a database."""
    database = await Database.open(url)
    rows = [
        event() | {"id": f"{where}:{n}", "conversation": where, "received_at": AT + timedelta(minutes=n)}
        for where, count in HEARD
        for n in range(count)
    ]

    async def write(connection: Connection) -> None:
        await connection.execute(meta.insert().values(key="partitions", value="8"))
        await connection.execute(events.insert(), rows)

    await database.write(write)
    await database.close()


@pytest.fixture
def heard(at_stores: Path, migrated_url: str) -> Path:
    """A configuration whose bot has heard some groups."""
    asyncio.run(store(migrated_url))
    return at_stores


def test_groups_without_a_name_are_listed_with_what_to_paste(heard: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["groups", "-c", str(heard)]) == 0
    said = capsys.readouterr().out
    assert "有 2 个群还没有名字" in said
    assert "说过 3 次话，最后一次 2026-11-23 10:01" in said
    assert "doors 里少了 aibot:大助手" in said
    assert "lin01" not in said


def test_what_is_pasted_passes_the_check_and_then_nothing_is_left(
    heard: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["groups", "--json", "-c", str(heard)])
    (new,) = [one for one in json.loads(capsys.readouterr().out) if one["id"] == "wrNew"]
    assert (new["messages"], new["doors"]) == (3, ["aibot:大助手", "aibot:小助手"])
    (pasted,) = tomllib.loads(new["toml"])["groups"]
    assert (pasted["id"], pasted["doors"]) == ("wrNew", new["doors"])
    door = '\n[[channels]]\nkind = "aibot"\nname = "大助手"\ntoken = "env:T"\naes_key = "env:K"\n'
    text = heard.read_text("utf-8").replace('doors = ["aibot:小助手"]\n', 'doors = ["aibot:小助手", "aibot:大助手"]\n')
    heard.write_text(text + door + new["toml"], "utf-8")
    assert main(["check", "-c", str(heard)]) == 0
    capsys.readouterr()
    assert main(["groups", "-c", str(heard)]) == 0
    assert capsys.readouterr().out == "听到过的群都有名字了。\n"


def test_before_the_first_run_the_cure_is_named(at_unused: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["groups", "-c", str(at_unused)]) == 1
    assert "还没有运行过就先 qunban run" in capsys.readouterr().err
