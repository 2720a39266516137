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
