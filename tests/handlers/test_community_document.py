"""The managers' page on the life of a community: what it shows works, and what it says people may say is heard."""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.app import load_config
from bot.cli.check import examine
from bot.types.declarations import Claiming, Handler
from bot.types.events import Conversation, Message
from bot.types.ports import Shelf
from tests.handlers.stage import START, read, think
from tests.source import ROOT

PAGE = (ROOT / "docs" / "community.zh-CN.md").read_text("utf-8")
BLOCKS = [one for one in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL) if "[[question]]" not in one]
COMMUNITY = """
[wecom]
corp_id = "ww6d75797500000001"

[[channels]]
kind = "app"
name = "助手"
agent_id = 1000002
secret = "env:WECOM_APP_SECRET"
token = "env:WECOM_APP_TOKEN"
aes_key = "env:WECOM_APP_AES_KEY"

[[channels]]
kind = "aibot"
name = "小助手"
mode = "socket"
bot_id = "aib0000000000000001"
secret = "env:WECOM_BOT_SECRET"

[[groups]]
name = "新品内测群"
id = "wrAAAAAAAAAAAAAAAAAAAAAAAAAAAA01"
doors = ["aibot:小助手"]

[[people]]
name = "群管"
userid = "boss"
roles = ["管理员", "店员"]

[[people]]
name = "小林"
userid = "lin"
"""
# Handlers that hear a command, and no mere words.
HEARD = frozenset(
    ("points", "signin", "checkin", "campaigns", "draws", "shop", "games", "schedule", "fair play", "admissions")
)


def whole() -> str:
    """The community with everything that the page shows."""
    return "\n".join([COMMUNITY, *BLOCKS])


def said() -> Sequence[str]:
    """What people may say: the first column of the tables that begin so."""
    tables = re.findall(r"\| (?:大家|管理员|管理的人|发东西的人)说 \| 结果 \|\n\|.*\n((?:\|.*\n)+)", PAGE)
    return [one for table in tables for row in table.splitlines() for one in re.findall("`(.+?)`", row.split("|")[1])]


def knowledge(folder: Path) -> None:
    (folder / "knowledge").mkdir()
    (folder / "knowledge" / "quiz").symlink_to(ROOT / "knowledge" / "quiz")


@pytest.mark.parametrize("block", BLOCKS, ids=[one.strip().splitlines()[0].split()[0] for one in BLOCKS])
def test_what_the_page_shows_passes_the_check(block: str, tmp_path: Path) -> None:
    knowledge(tmp_path)
    path = tmp_path / "config.toml"
    book = "" if "[points]" in block else "[points]\n"
    path.write_text(f"{COMMUNITY}\n{book}{block}", encoding="utf-8")
    errors, _ = examine(path, load_config)
    assert [str(one) for one in errors] == []


def test_all_of_it_stands_together() -> None:
    keys = ["schedule", "broadcast", "signin", "points", "fairplay", "campaigns", "draws", "shop", "games", "idioms"]
    assert set(tomllib.loads("\n".join(BLOCKS))) == {*keys, "quiz"}


async def test_everything_that_people_may_say_is_heard(shelf: Shelf, tmp_path: Path) -> None:
    """By the handlers of these capabilities, before anybody asks what is meant."""
    knowledge(tmp_path)
    path = tmp_path / "config.toml"
    path.write_text(whole(), encoding="utf-8")
    brain = think(read(path), shelf)
    hearing = [one for one in brain.hearers("message") if one.name in HEARD]
    assert {one.name for one in hearing} == HEARD
    texts = said()
    assert len(texts) > 35
    unheard = [text for text in texts if not any([await is_heard(one, text) for one in hearing])]
    assert unheard == []


async def is_heard(handler: Handler, text: str) -> bool:
    """Whether a handler takes a text for a command; 撤销 alone may also be about something else."""
    where = Conversation("app:助手", "direct", "boss")
    message = Message(id="m", conversation=where, member="boss", at=START, received_at=START, text=text)
    if text == "撤销":
        return handler.name == "points" and await handler.prepare(message) is not None
    return isinstance(handler, Claiming) and handler.claims(message)
