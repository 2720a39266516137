"""The demo as a newcomer runs it, and a browser that has its page open."""

import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.page.chromium import Tab, browsing
from tests.source import ROOT

QUNBAN = Path(sys.executable).with_name("qunban")
LAPTOP, PHONE = (1280, 800), (390, 844)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where the chat page of a fresh demo is."""
    shutil.copytree(ROOT / "knowledge", tmp_path / "knowledge", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copy(ROOT / "config.toml", tmp_path)
    command = [QUNBAN, "demo", "--page", "--port", "0", "--seed", "7", "-c", tmp_path / "config.toml"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdin and demo.stdout
        lines = iter(demo.stdout.readline, "")
        yield next(found[0] for line in lines if (found := re.search(r"http://127\.0\.0\.1:\d+/", line)))
        demo.communicate("/走\n", timeout=20)


@pytest.fixture
async def tab(address: str, tmp_path: Path) -> AsyncIterator[Tab]:
    """A laptop's browser with the page open. Nothing may go wrong in it."""
    async with browsing(address, tmp_path / "profile") as tab:
        await tab.look(*LAPTOP, "light")
        await tab.until("$$('#people .row').length > 2")
        yield tab
        assert list(tab.complaints) == []
