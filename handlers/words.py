"""The exact commands and what they mean: those that everybody may use, and one for administrators."""

from collections.abc import Mapping
from typing import Literal

Meaning = Literal["help", "rules"]

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
