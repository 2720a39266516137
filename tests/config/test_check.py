"""`qunban check`: what it prints, and how it ends."""

import argparse
import json
from pathlib import Path

import pytest

from bot.cli import main
from bot.cli.check import command
from tests.config.conftest import Write
from tests.config.product import load_config

WARNED = '[[channels]]\nkind = "aibot"\nname = "小助手"\ntoken = "env:NO_SUCH_TOKEN"\naes_key = "env:NO_SUCH_KEY"\n'
WARNED += '[wecom]\ncorp_id = "ww6d75797500000001"\n'


async def check(path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    parser.add_argument("--config")
    checking = command(load_config)
    checking.arguments(parser)
    status = await checking.run(parser.parse_args(["--config", str(path), *options]))
    return status, capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "options", "status"),
    [("", [], 0), ("zzz = 1", [], 1), ("zzz = ＝", ["--json"], 1), ("", ["--jsn"], 2)],
)
def test_the_exit_status_is_that_of_the_command_line(
    text: str, options: list[str], status: int, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "-c", str(write(text)), *options]) == status
    assert "Traceback" not in "".join(capsys.readouterr())


async def test_a_good_configuration_is_fine(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert await check(write("[server]\n"), capsys) == (0, "配置可以使用\n")
    status, said = await check(write("[server]\n"), capsys, "--json")
    assert (status, json.loads(said)) == (0, {"ok": True, "errors": [], "warnings": []})


async def test_warnings_alone_are_fine_too(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(WARNED)
    status, said = await check(path, capsys)
    assert status == 0
    assert said.splitlines() == [
        f'{path}:4: channels[0].token = "***" → 环境变量 NO_SUCH_TOKEN 没有设置，正式运行前要设置（警告）',
        f'{path}:5: channels[0].aes_key = "***" → 环境变量 NO_SUCH_KEY 没有设置，正式运行前要设置（警告）',
        "",
        "哪里能用什么（✓ 能用，@ 要 @ 它，✗ 不能，关 群里没开；为什么：--doors）：",
        "在哪里      入口          回答  转人工  欢迎  按钮  主动说",
        "成员一对一  aibot:小助手  ✓     ✗       ✓     ✓     ✗",
        "",
        "配置可以使用，有 2 个警告",
    ]
    _, explained = await check(path, capsys, "--doors")
    assert "aibot:小助手 在成员一对一不能“主动说”" in explained and "20480 字节" in explained
    status, said = await check(path, capsys, "--json")
    result = json.loads(said)
    assert (status, result["ok"], result["errors"]) == (0, True, [])
    assert [(one["line"], one["key"], one["value"]) for one in result["warnings"]] == [
        (4, "channels[0].token", "***"),
        (5, "channels[0].aes_key", "***"),
    ]


async def test_problems_in_faq_files_have_their_key_and_value(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = ('answer = "好"', "answer = 3", 'answr = "好"')
    faq = "".join(f'[[faq]]\nquestion = "问题{at}"\n{one}\n' for at, one in enumerate(wrong))
    path = write('[faq]\nfiles = ["k.toml"]\n', {"k.toml": faq})
    status, said = await check(path, capsys, "--json")
    found = {(one["line"], one["key"], one["value"]) for one in json.loads(said)["errors"]}
    assert status == 1
    assert {(6, "faq[1].answer", "3"), (9, "faq[2].answr", None)} <= found


async def test_values_keep_their_kind_in_json(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    text = '[server]\na = 5\nb = "五"\nc = true\nd = [1]\ne = { f = 1 }\ng = 1979-05-27\nh = 1.5\nlisten = ""\n'
    _, said = await check(write(text), capsys, "--json")
    values = [error["value"] for error in json.loads(said)["errors"]]
    assert values == [5, "五", True, "[…]", "{…}", "1979-05-27", 1.5, ""]


async def test_a_wrong_name_in_a_list_is_shown_itself(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    rule = '[[replies]]\nname = "甲"\nexact = "在吗"\nreply = "在"\n'
    faq = '[[faq]]\nquestion = "甲？"\nanswer = "好"\ngroups = ["丙群"]\n'
    path = write(f'{rule}groups = ["没有"]\nroles = "也没有"\n[faq]\nfiles = ["k.toml"]\n', {"k.toml": faq})
    _, said = await check(path, capsys)
    assert f'{path}:5: replies[0].groups[0] = "没有" → 没有叫“没有”的群' in said
    assert f'{path}:6: replies[0].roles = "也没有" → 没有叫“也没有”的角色' in said
    assert ' groups[0] = "丙群" → 没有叫“丙群”的群' in said


async def test_long_values_are_cut(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    _, said = await check(write(f'[server]\nlisten = "{"长" * 500}"\n'), capsys)
    assert "长…" in said and len(said) < 400


async def test_a_missing_file_has_the_usual_shape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = await check(tmp_path / "none.toml", capsys, "--json")
    (error,) = json.loads(said)["errors"]
    assert status == 1
    assert error["file"] == str(tmp_path / "none.toml")
    assert "找不到" in error["message"]
