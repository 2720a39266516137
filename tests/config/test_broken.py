"""Every broken configuration of the table gives the right line and cure, as text and as JSON."""

import argparse
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.cli.check import command
from tests.config.conftest import Write
from tests.config.product import load_config

CASES: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("broken.toml").read_text("utf-8"))["case"]
ENGLISH = ("should", "Input", "valid", "Expected", "Error", "Traceback", "pydantic")


async def check(path: Path, as_json: bool) -> int:
    return await command(load_config).run(argparse.Namespace(config=str(path), json=as_json))


def test_the_table_holds_more_than_forty_cases_with_different_names() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES) >= 40


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
async def test_each_fault_is_reported_with_its_line_and_cure(
    case: dict[str, Any], write: Write, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(case["text"], case.get("files", {}))
    monkeypatch.chdir(path.parent)

    status = await check(Path("config.toml"), as_json=True)
    said, logged = capsys.readouterr()
    result = json.loads(said)
    found = [(error["file"], error["line"], error["key"]) for error in result["errors"]]
    assert found == [(one.get("file", "config.toml"), one["line"], one["key"]) for one in case["errors"]]
    for error, expected in zip(result["errors"], case["errors"], strict=True):
        assert expected["cure"] in error["message"]
        assert set(error) == {"file", "line", "key", "value", "message"}
        assert not any(word in error["message"] for word in ENGLISH)
    assert (status, result["ok"], logged) == (1, False, "")

    assert await check(Path("config.toml"), as_json=False) == 1
    text, _ = capsys.readouterr()
    for line, expected in zip(text.splitlines(), case["errors"], strict=False):
        assert line.startswith(f"{expected.get('file', 'config.toml')}:{expected['line']}: {expected['key']}".rstrip())
        assert expected["cure"] in line
    assert f"发现 {len(case['errors'])} 个错误" in text.splitlines()[-1]
    assert case.get("shows", "") in text
    assert "never" not in case or case["never"] not in said + text
