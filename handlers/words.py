"""The exact commands and what they mean: those that everybody may use, and those for administrators."""

from collections.abc import Mapping
from typing import Literal

Meaning = Literal["help", "rules"]
Order = Literal["停机", "恢复"]

COMMANDS: Mapping[str, Meaning] = {
    "帮助": "help",
    "菜单": "help",
    "功能": "help",
    "help": "help",
    "规则": "rules",
    "群规": "rules",
    "群规则": "rules",
}

STATUS = frozenset({"配置", "状态"})

# What administrators say → (what to do, whether everywhere).
ORDERS: Mapping[str, tuple[Order, bool]] = {
    "停机": ("停机", False),
    "恢复": ("恢复", False),
    "全部停机": ("停机", True),
    "全部恢复": ("恢复", True),
}
