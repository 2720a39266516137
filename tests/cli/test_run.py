"""`qunban run`: it starts, it is alone, it ends when it is told to."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cli.conftest import extended

QUNBAN = Path(sys.executable).with_name("qunban")
SECRETS = {"WECOM_BOT_TOKEN": "QunbanToken", "WECOM_BOT_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"}


Start = Callable[[Path], subprocess.Popen[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts bots, none of which outlives its test."""
    with ExitStack() as stack:

        def begin(config: Path) -> subprocess.Popen[str]:
            command = [QUNBAN, "run", "-c", config]
            bot = subprocess.Popen(command, env={**os.environ, **SECRETS}, stderr=subprocess.PIPE, text=True)
            stack.enter_context(bot)
            stack.callback(bot.kill)
            return bot

        yield begin


@pytest.fixture
def bot(at_stores: Path, start: Start) -> subprocess.Popen[str]:
    """A running bot on a free port."""
    return start(extended(at_stores, '\n[server]\nlisten = "127.0.0.1:0"\n'))


def listening(bot: subprocess.Popen[str]) -> str:
    """Where the bot says it listens."""
    assert bot.stderr
    for line in bot.stderr:
        if found := re.search(r"127\.0\.0\.1:\d+", line):
            return found[0]
    raise AssertionError("the bot ended before it listened")


def healthy(address: str, within: float = 20) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        with urllib.request.urlopen(f"http://{address}/healthz") as answer:
            if answer.status == 200:
                return True
    return False


def stopped(bot: subprocess.Popen[str]) -> int:
    """The status with which it ends when it is told to."""
    bot.send_signal(signal.SIGTERM)
    bot.communicate(timeout=15)
    return bot.returncode


@pytest.mark.parametrize("pair", ["embedded"], indirect=True)
def test_it_answers_refuses_a_second_one_and_ends_on_sigterm(
    bot: subprocess.Popen[str], config: Path, start: Start
) -> None:
    assert healthy(listening(bot))
    second = start(config)
    _, refusal = second.communicate(timeout=60)
    assert second.returncode == 1
    assert "正由另一个 qunban run" in refusal
    assert "Traceback" not in refusal
    assert stopped(bot) == 0


@pytest.mark.parametrize("pair", ["urls"], indirect=True)
def test_on_shared_stores_it_answers_beside_a_second_one_and_goes_on_when_that_ends(
    bot: subprocess.Popen[str], config: Path, start: Start
) -> None:
    assert healthy(listening(bot))
    second = start(config)
    address = listening(second)
    assert healthy(address)
    assert stopped(bot) == 0
    assert healthy(address)
    assert stopped(second) == 0


def test_a_port_that_is_taken_is_named(config: Path, start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        assert "[server] listen" in refusal(start(extended(config, f'[server]\nlisten = "{where}"\n')))


def test_a_redis_that_is_not_there_is_named(config: Path, start: Start) -> None:
    stores = '[server]\nlisten = "127.0.0.1:0"\n[store]\nredis = "redis://127.0.0.1:1/0"\n'
    assert "[store] redis" in refusal(start(extended(config, stores)))


def refusal(bot: subprocess.Popen[str]) -> str:
    """What a bot says that cannot start."""
    _, said = bot.communicate(timeout=60)
    assert bot.returncode == 1
    assert "Traceback" not in said
    return said


def test_missing_secrets_are_named_with_their_line(config: Path) -> None:
    run = subprocess.run([QUNBAN, "run", "-c", config], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 1
    assert re.search(r"config\.toml:\d+: channels\[0\]\.token", run.stderr)
    assert "WECOM_BOT_TOKEN" in run.stderr
    assert "Traceback" not in run.stderr
