"""Every kind of fault in intents and their slots is found by `qunban check`, with its line and the cure."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.app import load_config
from bot.cli.check import examine
from bot.config.finding import Finding

FAULTS: Sequence[Mapping[str, Any]] = tomllib.loads(Path(__file__).with_name("intent_faults.toml").read_text("utf-8"))[
    "fault"
]
ROOT = Path(__file__).parents[2]


def found_in(folder: Path, text: str) -> tuple[Sequence[Finding], Sequence[Finding]]:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    errors, warnings = examine(path, load_config)
    return errors, [one for one in warnings if "环境变量" not in one.message]


def test_the_table_holds_more_than_twenty_kinds() -> None:
    assert len({fault["kind"] for fault in FAULTS}) == len(FAULTS) > 20


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["kind"] for fault in FAULTS])
def test_each_kind_of_fault_is_found_with_its_line_and_cure(fault: Mapping[str, Any], tmp_path: Path) -> None:
    text = "\n" + fault["text"]
    for name, content in fault.get("files", {}).items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    errors, warnings = found_in(tmp_path, text)
    here, others = (errors, warnings) if fault.get("error") else (warnings, errors)
    assert [(one.line, one.key) for one in here] == [(one["line"], one["key"]) for one in fault["found"]]
    assert [
        one.message for one, wanted in zip(here, fault["found"], strict=True) if wanted["cure"] not in one.message
    ] == []
    assert others == [] or others == ()
