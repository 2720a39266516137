"""Every kind of fault in moderation is found by `qunban check`, with its line and the cure."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.app import load_config
from bot.cli.check import examine

FAULTS: Sequence[Mapping[str, Any]] = tomllib.loads(Path(__file__).with_name("faults.toml").read_text("utf-8"))["fault"]


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["kind"] for fault in FAULTS])
def test_each_kind_of_fault_is_found_with_its_line_and_cure(fault: Mapping[str, Any], tmp_path: Path) -> None:
    for name, content in fault.get("files", {}).items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    path = tmp_path / "config.toml"
    path.write_text("\n" + fault["text"], encoding="utf-8")
    errors, warnings = examine(path, load_config)
    warnings = [one for one in warnings if "环境变量" not in one.message]
    here, others = (errors, warnings) if fault.get("error") else (warnings, errors)
    assert [(one.line, one.key) for one in here] == [(one["line"], one["key"]) for one in fault["found"]]
    assert [
        one.message for one, wanted in zip(here, fault["found"], strict=True) if wanted["cure"] not in one.message
    ] == []
    assert list(others) == []
