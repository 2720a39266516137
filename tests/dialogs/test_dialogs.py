"""Every dialog goes as it is written, in the community that is shipped."""

from pathlib import Path

import pytest

from bot.brain import Brain
from tests.dialogs.player import Places, Player
from tests.dialogs.script import Dialog, fits, load, read
from tests.handlers.conftest import SHIPPED
from tests.handlers.stage import Stage
from tests.handlers.stage import read as read_config

DIALOGS = list(load(Path(__file__).parent))


@pytest.fixture(scope="module")
def places() -> Places:
    """Who and what the shipped configuration names."""
    return Places.of(read_config(SHIPPED))


@pytest.mark.parametrize("dialog", DIALOGS, ids=[dialog.name for dialog in DIALOGS])
async def test_a_dialog_goes_as_written(dialog: Dialog, community: Stage, unhurried: Brain, places: Places) -> None:
    if dialog.unhurried:
        community.brain = unhurried
    wrong = await Player(community, places).play(dialog)
    assert not wrong, "\n" + "\n".join(wrong)


def test_the_table_is_large_enough() -> None:
    assert len(DIALOGS) >= 45
    assert len({dialog.name for dialog in DIALOGS}) == len(DIALOGS)


async def test_a_dialog_that_goes_another_way_is_reported(community: Stage, places: Places) -> None:
    lines = ("小林@新品内测群: 你好", "机器人: 含 天气", "小林@新品内测群: 谢谢")
    wrong = await Player(community, places).play(Dialog("不对", tuple(map(read, lines))))
    assert [one.split()[-1][:2] for one in wrong]
    assert "应当 机器人: 含 天气" in wrong[0]
    assert any("没写到" in one and "谢谢" in one.splitlines()[0] for one in wrong)


def test_patterns_are_exact_unless_they_say_otherwise() -> None:
    assert fits("你好", "你好")
    assert not fits("你好", "你好呀")
    assert fits("含 好", "你好呀")
    assert fits("含 一 … 三", "一二三")
    assert not fits("含 三 … 一", "一二三")
    assert fits("甲 ｜ 乙", "乙")
