"""What is built at length must not stop what runs, nor fill the memory."""

import gc
import json
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import Wiring, build_brain, load_config
from bot.brain import Brain
from bot.calm import calm, calmly, settle
from bot.types.attachments import Unkept
from bot.types.ports import Shelf

CONFIG = """[faq]
files = ["faq.jsonl"]
[understand]
model = "none"
"""

# Vectors come and go on one thread after another, and each time something small stays.
BUILDS = """
import sys, threading
import numpy as np
from bot.calm import give_back
from bot.cli.bench.keyword_subject import resident
give_back()
stays, before = [], resident()
def build():
    for size in (6, 12, 24):
        vectors = [np.ones(size * 2**17) for _ in range(2)]
        stays.append(bytearray(1000))
for _ in range(2):
    thread = threading.Thread(target=build)
    thread.start()
    thread.join()
print(resident() - before)
"""


class Circle:
    """Something that holds itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    """What a test froze is searched again after it."""
    yield
    gc.unfreeze()


def test_no_search_for_garbage_runs_while_something_is_built() -> None:
    with calm():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_was_built_is_not_searched_again() -> None:
    before = gc.get_freeze_count()
    with calm():
        built = [[number] for number in range(1000)]
    assert gc.get_freeze_count() - before >= len(built)


def test_what_is_there_at_the_start_is_searched_once_and_no_more() -> None:
    lost = weakref.ref(Circle())
    settle()
    assert lost() is None
    assert gc.get_freeze_count() > 1000


def test_garbage_that_came_between_two_builds_is_not_kept_for_ever() -> None:
    with calm():
        pass
    lost = weakref.ref(Circle())
    with calm():
        assert lost() is None


def test_memory_stays_the_same_however_often_the_knowledge_is_built_anew(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG, "utf-8")
    shelf = Shelf(Wiring().machine)

    def built(number: int) -> Brain:
        rows = ({"question": f"第 {place} 种茶叶怎么泡", "answer": f"第 {number} 次改"} for place in range(60))
        lines = (json.dumps(row, ensure_ascii=False) for row in rows)
        (tmp_path / "faq.jsonl").write_text("\n".join(lines), "utf-8")
        return calmly(build_brain, calmly(load_config, tmp_path / "config.toml", {}), shelf, Unkept())

    settle()
    kept = []
    for number in range(4):
        brain = built(number)
        kept.append(gc.get_freeze_count())
    assert brain.handlers
    # Each time, sixty entries and more than as many other objects are built.
    assert kept[-1] - kept[1] < 60


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc can be told")
def test_memory_that_builds_took_goes_back_to_the_system() -> None:
    told = subprocess.run([sys.executable, "-c", BUILDS], capture_output=True, check=True)
    assert float(told.stdout) < 10
