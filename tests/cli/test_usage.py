"""How the command line speaks: in Chinese, with an example, and with the right exit status."""

import argparse
import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.cli.dispatch import BROUGHT, COMMANDS, all_brought, brought, find, parser_of
from bot.cli.parser import Parser, translate
from bot.types.declarations import Command

QUNBAN = Path(sys.executable).with_name("qunban")


def test_the_version_is_said_without_loading_the_bot() -> None:
    arguments = [sys.executable, "-X", "importtime", QUNBAN, "--version"]
    run = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert run.stdout.startswith("qunban ")
    assert not {"sqlalchemy", "aiohttp", "bot.app"} & {
        line.rpartition("|")[2].strip() for line in run.stderr.splitlines()
    }


def test_the_help_lists_every_command_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(f"\n  {name} " in said for name in COMMANDS)
    assert "用法：qunban" in said


def test_the_commands_that_capabilities_bring_are_listed() -> None:
    assert dict(BROUGHT) == {one.name: one.help.partition("\n")[0] for one in all_brought()}
    assert set(BROUGHT).isdisjoint(COMMANDS)


def test_a_command_that_a_capability_brings_is_found_and_runs(capsys: pytest.CaptureFixture[str]) -> None:
    async def run(arguments: argparse.Namespace) -> int:
        print(arguments.config, arguments.who)
        return 3

    signin = Command("signin", "签到\n示例：\n  qunban signin li", lambda parser: parser.add_argument("who"), run)
    found = brought("signin", [signin])
    assert found is signin
    assert brought("sign", [signin]) is None
    assert asyncio.run(found.run(parser_of(found).parse_args(["li", "-c", "x.toml"]))) == 3
    assert capsys.readouterr().out == "x.toml li\n"


def test_no_command_at_all_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "命令：" in capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_in_chinese_with_an_example(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name, "--help"]) == 0
    said = capsys.readouterr().out
    assert f"用法：qunban {name}" in said
    assert f"示例：\n  qunban {name}" in said
    assert "-c, --config 文件" in said
    assert not [word for word in ("usage", "options", "show this", "positional", "default:") if word in said]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_overview_says_of_a_command_what_it_says_of_itself(name: str) -> None:
    command = find(name)
    assert command is not None
    assert (command.name, command.help.partition("\n")[0]) == (name, COMMANDS[name])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["asc"], "没有 asc 这个命令，是否想写 ask？"),
        (["frobnicate-everything"], "没有 frobnicate-everything 这个命令。"),
        (["ask", "你好", "--jason"], "不认识的参数：--jason"),
        (["ask", "你好", "--seed", "七"], "--seed 要写整数，现在是 '七'"),
        (["ask", "你好", "--at", "昨天"], "“昨天”不是时间"),
        (["ask", "你好", "--group"], "--group 后面要跟一个值"),
        (["ask"], "要问的话和 --jsonl 二选一"),
        (["ask", "你好", "--jsonl"], "要问的话和 --jsonl 二选一"),
        (["outbox"], "缺少参数"),
        (["outbox", "burn"], "list|retry|drop 不能是 'burn'"),
        (["outbox", "retry"], "请写明编号"),
        (["outbox", "list", "3"], "list 后面不写编号"),
        (["bench", "coffee"], "项目 不能是 'coffee'"),
    ],
)
def test_wrong_usage_is_explained_in_chinese_and_exits_2(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert said in output.err


def test_a_sentence_that_is_not_argparses_own_stays_as_it_is() -> None:
    assert translate("“昨天”不是时间") == "“昨天”不是时间"


def test_a_later_option_of_the_same_spelling_wins() -> None:
    parser = Parser("qunban x", "试")
    parser.add_argument("-c", "--config", default="a")
    parser.add_argument("-c", "--config", default="b")
    assert parser.parse_args([]).config == "b"


def test_a_closed_pipe_ends_without_a_traceback() -> None:
    run = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {QUNBAN} --help | true"], capture_output=True, text=True, check=False
    )
    assert run.stderr == ""
