"""Words are cut as jieba cuts them."""

import warnings
from importlib import import_module, resources
from typing import Any

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.cutting import Cutter
from tests.source import ROOT

SAID = regex.compile(r'"([^"]*\p{Han}[^"]*)"')
WORD = regex.compile(r"[\p{L}\p{N}]")
SIGNS = "我的快递什么时候能到退换货龘韡𠀀のфabcXY0123456789.%+-_#& ，。？\r\n~"


@pytest.fixture(scope="module")
def jieba() -> Any:
    """jieba's own cutter."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = import_module("jieba").Tokenizer()
    with (resources.files("jieba") / "dict.txt").open("rb") as lines:
        made.FREQ, made.total = made.gen_pfdict(lines)
    made.initialized = True
    return made


@pytest.fixture(scope="module")
def cutter() -> Cutter:
    return Cutter.load()


def words(cutter: Any, text: str) -> list[str]:
    return [word for word in cutter.cut(text) if WORD.search(word)]


def test_lessons_are_cut_as_jieba_cuts_them(cutter: Cutter, jieba: Any) -> None:
    files = (ROOT / "nlp" / "lessons").rglob("*.jsonl")
    texts = [text for file in sorted(files) for text in SAID.findall(file.read_text("utf-8"))][::40]
    assert len(texts) > 100
    for text in texts:
        assert words(cutter, text) == words(jieba, text)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(text=st.text(st.sampled_from(SIGNS), max_size=30) | st.text(max_size=20))
def test_any_text_is_cut_as_jieba_cuts_it(cutter: Cutter, jieba: Any, text: str) -> None:
    assert words(cutter, text) == words(jieba, text)
