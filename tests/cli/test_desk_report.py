"""`qunban desk report`, `list` and `show` on stored records, and what the running bot is told to do."""

import asyncio
import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image

from bot.cli import main
from bot.store.connection import Connection
from bot.store.database import Database
from bot.store.tables import meta, timers
from handlers.audit import audit
from tests.handlers.reporting.community import CONFIG, a_week, at

REFUSED = {
    "at": at("11-16 10:20"), "who": "mei01", "what": "转给别人", "ticket": 2, "allowed": False, "why": "不是您在服务",
}  # fmt: skip


async def write(url: str) -> None:
    database = await Database.open(url)

    async def partitions(connection: Connection) -> None:
        await connection.execute(meta.insert().values(key="partitions", value="8"))
        await connection.execute(audit.insert().values(REFUSED))

    await database.write(partitions)
    await a_week().store(database)
    await database.close()


async def rows(url: str) -> list[sa.Row[tuple[str, str]]]:
    database = await Database.open(url)
    found = await database.read(sa.select(timers.c.name, timers.c.data))
    await database.close()
    return list(found)


@pytest.fixture
def kept(tmp_path: Path, store_section: str, migrated_url: str) -> str:
    """A configuration with a week of tickets."""
    path = tmp_path / "config.toml"
    path.write_text(CONFIG + store_section, "utf-8")
    asyncio.run(write(migrated_url))
    return str(path)


def test_a_week_is_told(kept: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["desk", "report", "--week", "2026-W47", "-c", kept]) == 0
    said = capsys.readouterr().out
    assert said.startswith("客服 11月16日（周一）到11月22日（周日）\n")
    assert ["工单", "7", "5", "2"] in [line.split() for line in said.splitlines()]


def test_one_team_is_json_for_programs(kept: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["desk", "report", "--from", "2026-11-16", "--to", "2026-11-22", "--team", "售前组", "--json", "-c", kept]
    assert main(words) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["from"], found["team"], found["total"]["tickets"]) == ("2026-11-16", "售前组", 2)
    assert found["total"]["first_response"]["median"] == 120.0


def test_a_picture_is_drawn_beside_it(kept: str, tmp_path: Path) -> None:
    path = tmp_path / "周报.png"
    assert main(["desk", "report", "--week", "2026-W47", "--image", str(path), "-c", kept]) == 0
    with Image.open(path) as drawn:
        assert drawn.width == 1080


def test_a_picture_that_has_no_place_is_complained_of(
    kept: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["desk", "report", "--week", "2026-W47", "--image", str(tmp_path / "no" / "a.png"), "-c", kept]) == 1
    assert "图没有画成" in capsys.readouterr().err


def test_the_running_bot_is_told_to_post_it(kept: str, migrated_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["desk", "report", "--week", "2026-W47", "--post", "-c", kept]) == 0
    (row,) = asyncio.run(rows(migrated_url))
    assert (row.name, json.loads(row.data)) == (
        "reports.order",
        {"from": "2026-11-16", "to": "2026-11-22", "team": ""},
    )
    assert "已交给机器人" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--week", "2026-W60"], "没有第 60 周"),
        (["--week", "2026-W47", "--from", "2026-11-01"], "只写一种"),
        (["--from", "2026-11-02", "--to", "2026-11-01"], "换一下"),
        (["--team", "没有这组"], "[[teams]] 里现有：售后组、售前组"),
    ],
)
def test_what_makes_no_sense_is_refused(
    kept: str, words: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["desk", "report", *words, "-c", kept]) == 1
    assert why in capsys.readouterr().err


def test_tickets_that_are_open_are_listed(kept: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["desk", "list", "-c", kept]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split()[:4] == ["编号", "状态", "小组", "客户"]
    assert [row.split()[:4] for row in rows] == [["#5", "服务中", "售前组", "wm5"]]
    assert main(["desk", "list", "--all", "--team", "售后组", "--json", "-c", kept]) == 0
    assert [one["number"] for one in json.loads(capsys.readouterr().out)] == [9, 7, 6, 4, 3, 2, 1]


def test_all_of_a_ticket_is_shown(kept: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["desk", "show", "#2", "-c", kept]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "#2 wm2  结束"
    assert "  接单：11-16 10:03" in said
    assert [line.partition("  ")[2] for line in said if line.startswith("11-16")] == [
        "客户：…", "客服：…", "客户：…", "客户：…", "客服：…", "〔mei01 转给别人，被拒绝，不是您在服务〕",
    ]  # fmt: skip
    assert main(["desk", "show", "2", "--json", "-c", kept]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["score"], len(found["said"]), found["done"][0]["allowed"]) == (5, 5, False)


@pytest.mark.parametrize(("number", "why"), [("99", "没有 #99"), ("x", "看不懂“x”"), ("9" * 30, "看不懂")])
def test_a_ticket_that_is_not_there_is_said_not_to_be(
    kept: str, number: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["desk", "show", number, "-c", kept]) == 1
    assert why in capsys.readouterr().err
