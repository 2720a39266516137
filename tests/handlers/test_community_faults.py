"""Every kind of fault in points, sign-ins and the schedule is found by `qunban check`, with its line and the cure."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.app import load_config
from bot.cli.check import examine

FAULTS: Sequence[Mapping[str, Any]] = tomllib.loads(
    Path(__file__).with_name("community_faults.toml").read_text("utf-8")
)["fault"]
COMMUNITY = """[wecom]
corp_id = "ww6d75797500000001"
[[people]]
name = "群管"
userid = "boss"
roles = ["管理员"]
[[channels]]
kind = "app"
name = "助手"
agent_id = 1000002
secret = "env:WECOM_APP_SECRET"
token = "env:WECOM_APP_TOKEN"
aes_key = "env:WECOM_APP_AES_KEY"
[[channels]]
kind = "webhook"
name = "通知"
key = "env:WECOM_HOOK_KEY"
[[groups]]
name = "内测群"
doors = ["webhook:通知"]
[[groups]]
name = "客户群"
id = "wrAAAAAAAAAAAAAAAAAAAAAAAAAAAA02"
kind = "客户群"
"""


def test_the_table_holds_more_than_forty_kinds() -> None:
    assert len({fault["kind"] for fault in FAULTS}) == len(FAULTS) > 40


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["kind"] for fault in FAULTS])
def test_each_kind_of_fault_is_found_with_its_line_and_cure(fault: Mapping[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(COMMUNITY + fault["text"], encoding="utf-8")
    errors, warnings = examine(path, load_config)
    told = [one for one in warnings if "环境变量" not in one.message]
    here, others = (told, errors) if fault.get("warning") else (errors, told)
    found = here[0]
    assert (found.line - COMMUNITY.count("\n"), found.key) == (fault["found"]["line"], fault["found"]["key"])
    assert fault["found"]["cure"] in found.message
    assert (len(here), list(others)) == (1, [])
