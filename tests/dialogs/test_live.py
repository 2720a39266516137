"""The same dialogs through the whole bot: wire, inbox, engine, outbox and lanes, with a simulated WeCom around it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
import regex

from tests.dialogs.live import Live, live
from tests.dialogs.player import Places, Player
from tests.dialogs.script import Dialog, Line, load
from tests.handlers.conftest import SHIPPED
from tests.handlers.stage import START
from tests.handlers.stage import read as read_config

DIALOGS = [one for one in load(Path(__file__).parent) if not one.unhurried]
SAMPLE = 7

# What the wire does not let through: apps get no files, and a card that has changed cannot be pressed as it was.
NOT_HERE = (
    "answers：看不懂的东西，老实说",
    "desk：接单按两次也只接一次",
    "escalating：按两次也只有一张工单",
)


def later(line: Line, weeks: int, tickets: int) -> Line:
    """The same line some weeks later, when there are that many tickets already."""
    what = regex.sub(r"#(\d+)", lambda found: f"#{int(found[1]) + tickets}", line.what)
    if line.kind == "时间":
        moment = datetime.strptime(what, "%Y-%m-%d %H:%M") + timedelta(weeks=weeks)
        return replace(line, what=moment.strftime("%Y-%m-%d %H:%M"))
    return replace(line, what=regex.sub(r"(\d+)月(\d+)日", lambda found: _date(found, weeks), what))


def _date(found: "regex.Match[str]", weeks: int) -> str:
    day = datetime(START.year, int(found[1]), int(found[2])) + timedelta(weeks=weeks)
    return f"{day.month}月{day.day}日"


async def play(stage: Live, dialogs: list[Dialog]) -> dict[str, list[str]]:
    """Every dialog in a week of its own; those that went another way."""
    wrong = {}
    for week, dialog in enumerate(dialogs):
        number = await stage.forget(START + timedelta(weeks=week))
        lines = tuple(later(line, week, number) for line in dialog.lines)
        player = Player(stage, Places.of(read_config(SHIPPED)))
        if found := await player.play(replace(dialog, lines=lines)):
            wrong[dialog.name] = found
    return wrong


def shown(wrong: dict[str, list[str]]) -> str:
    return "\n".join(f"{name}\n  " + "\n  ".join(lines) for name, lines in wrong.items())


async def test_some_dialogs_go_as_written_through_the_whole_bot(tmp_path: Path, addresses: Mapping[str, str]) -> None:
    chosen = Random(1).sample([one for one in DIALOGS if one.name not in NOT_HERE], SAMPLE)
    async with live(SHIPPED, tmp_path / "data", START, ["guest01"], addresses) as stage:
        wrong = await play(stage, chosen)
    assert not wrong, shown(wrong)


@pytest.mark.soak
async def test_all_dialogs_go_as_written_through_the_whole_bot(tmp_path: Path, addresses: Mapping[str, str]) -> None:
    chosen = [one for one in DIALOGS if one.name not in NOT_HERE]
    async with live(SHIPPED, tmp_path / "data", START, ["guest01"], addresses) as stage:
        wrong = await play(stage, chosen)
    assert not wrong, shown(wrong)
