"""`qunban draw show|export|verify`: what is public is shown, what is secret is not, and a changed file is found out."""

import argparse
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.store.database import Database
from bot.types.workplace import Reading
from handlers.draws.commands import tools
from handlers.draws.tables import rounds
from tests.handlers.conftest import MakeStage
from tests.handlers.draws.test_draws import PARTY, PLACE, WHEEL, give, say
from tests.handlers.stage import Stage

pytestmark = pytest.mark.parametrize("pair", ["embedded"], indirect=True)


@dataclass
class Here:
    """Where the records of a stage lie."""

    database: Database

    @asynccontextmanager
    async def records(self, config: str) -> AsyncIterator[Reading]:
        yield self.database


async def run(stage: Stage, line: str) -> int:
    """What a command line ends with."""
    group, name, *words = line.split()
    commands = {one.name: one for one in tools(Here(stage.database))}  # type: ignore[arg-type]
    command = commands[f"{group} {name}"]
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", default="config.toml")
    command.arguments(parser)
    return await command.run(parser.parse_args(words))


@pytest.fixture
async def stage(make_stage: MakeStage) -> Stage:
    """One round of the wheel is over, another is open; nobody has entered the party."""
    stage = await make_stage(PLACE + WHEEL + PARTY)
    await give(stage, "小林", 60)
    for _ in range(3):
        await say(stage, "抽奖 转盘")
    await stage.forward(timedelta(days=1))
    for _ in range(2):
        await say(stage, "抽奖 转盘")
    await say(stage, "抽奖规则")
    return stage


async def secrets_of(stage: Stage) -> tuple[list[str], list[str]]:
    """The seeds of rounds that are over, and of those that are open."""
    rows = await stage.database.read(sa.select(rounds).order_by(rounds.c.round))
    return [row.seed for row in rows if row.closed_at], [row.seed for row in rows if not row.closed_at]


async def test_what_is_shown_has_no_secret_in_it(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run(stage, "draw show") == 0
    shown = capsys.readouterr().out
    known, secret = await secrets_of(stage)
    assert all(seed in shown for seed in known)
    assert not any(seed in shown for seed in secret)
    for row in await stage.database.read(sa.select(rounds)):
        assert row.commitment in shown
    assert await run(stage, "draw show 没有") == 1


async def test_what_is_exported_proves_itself(stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "转盘.json"
    assert await run(stage, f"draw export 转盘 --to {path}") == 0
    text = path.read_text("utf-8")
    _, secret = await secrets_of(stage)
    assert not any(seed in text for seed in secret)
    assert "lin" not in text
    capsys.readouterr()
    assert await run(stage, f"draw verify {path}") == 0
    assert capsys.readouterr().out == (
        "「转盘」2 轮，算过 2 人次，另有 1 人次的种子还没公布，现在不能算\n全都对得上。\n"
    )
    commitment = json.loads(text)["rounds"][0]["commitment"]
    assert await run(stage, f"draw verify {path} --commitment {commitment[:12]}") == 0
    # As the bot shows it, and as people write it down.
    for copied in (f"{commitment[:12]}…", f"{commitment[:12].upper()}..."):
        assert await run(stage, f"draw verify {path} --commitment {copied}") == 0, copied
    assert await run(stage, f"draw verify {path} --commitment …") == 1
    assert await run(stage, f"draw verify {path} --commitment {'0' * 64} --json") == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["faults"] == ["文件里没有您看到的那个承诺"]


async def test_a_changed_file_is_found_out(stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "转盘.json"
    await run(stage, f"draw export 转盘 --to {path}")
    public: dict[str, Any] = json.loads(path.read_text("utf-8"))
    public["rounds"][0]["entries"][0]["prize"] = "小样"
    public["rounds"][0]["prizes"][0]["weight"] = 1
    path.write_text(json.dumps(public), "utf-8")
    assert await run(stage, f"draw verify {path}") == 1
    assert "对不上：第一处在最上面。" in capsys.readouterr().out
    path.write_text('{"format": "qunban-draw/1"}', "utf-8")
    assert await run(stage, f"draw verify {path}") == 1
    assert "不是抽奖的公开数据" in capsys.readouterr().err
    assert await run(stage, f"draw verify {tmp_path / '没有.json'}") == 1
