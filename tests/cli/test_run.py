"""`qunban run`: it starts, it is alone, it ends when it is told to."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

QUNBAN = Path(sys.executable).with_name("qunban")
SECRETS = {"WECOM_BOT_TOKEN": "QunbanToken", "WECOM_BOT_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"}


def start(config: Path) -> subprocess.Popen[str]:
    command = [QUNBAN, "run", "-c", config]
    return subprocess.Popen(command, env={**os.environ, **SECRETS}, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def bot(config: Path) -> Iterator[subprocess.Popen[str]]:
    """A running bot on a free port."""
    config.write_text(config.read_text(encoding="utf-8") + '\n[server]\nlisten = "127.0.0.1:0"\n', encoding="utf-8")
    process = start(config)
    yield process
    process.kill()
    process.communicate()


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


def test_it_answers_refuses_a_second_one_and_ends_on_sigterm(bot: subprocess.Popen[str], config: Path) -> None:
    assert healthy(listening(bot))
    second = start(config)
    _, refusal = second.communicate(timeout=60)
    assert second.returncode == 1
    assert "正由另一个 qunban run" in refusal
    assert "Traceback" not in refusal
    bot.send_signal(signal.SIGTERM)
    bot.communicate(timeout=15)
    assert bot.returncode == 0


def test_missing_secrets_are_named_with_their_line(config: Path) -> None:
    run = subprocess.run([QUNBAN, "run", "-c", config], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 1
    assert re.search(r"config\.toml:\d+: channels\[0\]\.token", run.stderr)
    assert "WECOM_BOT_TOKEN" in run.stderr
    assert "Traceback" not in run.stderr
