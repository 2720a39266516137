"""A small community of its own for each test of the command line."""

from pathlib import Path

import pytest

SMALL = """
[wecom]
corp_id = "ww1111222233334444"

[[channels]]
kind = "aibot"
name = "小助手"
token = "env:WECOM_BOT_TOKEN"
aes_key = "env:WECOM_BOT_AES_KEY"

[[groups]]
name = "内测群"
id = "wrTest"
doors = ["aibot:小助手"]

[[replies]]
name = "发货"
any = ["发货"]
reply = "48 小时内发出～"
cooldown = "1h"

[[replies]]
name = "早安"
exact = ["早"]
hours = "05:00-11:00"
reply = "早上好！"

[[replies]]
name = "群里的话"
exact = ["日程"]
groups = ["内测群"]
reply = "第 1 天试敏"

[[replies]]
name = "随机"
exact = ["随便"]
reply = ["甲", "乙", "丙", "丁", "戊"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration file with a few replies and no FAQ."""
    path = tmp_path / "config.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture
def at_stores(config: Path, store_section: str) -> Path:
    """The same file with its bot's stores: one after the other both pairs."""
    return extended(config, store_section)


@pytest.fixture
def at_unused(config: Path, unused_section: str) -> Path:
    """The same with stores that no bot has used yet."""
    return extended(config, unused_section)


def extended(config: Path, more: str) -> Path:
    """A configuration file with more lines."""
    config.write_text(config.read_text(encoding="utf-8") + more, encoding="utf-8")
    return config
