import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.tokenise import Tokeniser


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("请问我的快递什么时候能到呀？", ["快递", "什么", "时候", "能", "到"]),
        ("怎么 退货", ["怎么", "退货"]),
        ("？？！", []),
        ("[微笑][玫瑰]", []),
        ("", []),
    ],
)
def test_words_are_cut_without_marks_and_particles(tokeniser: Tokeniser, text: str, words: list[str]) -> None:
    assert tokeniser.words(text) == words


def test_own_words_stay_whole_and_do_not_leak_into_other_tokenisers(tokeniser: Tokeniser) -> None:
    own = tokeniser.with_words(["月见修护精华", "月见"])
    assert own.words("月见修护精华多少钱") == ["月见修护精华", "多少", "钱"]
    assert "月见修护精华" not in tokeniser.words("月见修护精华多少钱")


def test_terms_hold_the_words_within_and_marked_bigrams(tokeniser: Tokeniser) -> None:
    assert {"月见修护精华", "修护", "精华", "·护精"} <= set(
        tokeniser.with_words(["月见修护精华"]).terms("月见修护精华")
    )
    assert tokeniser.terms("退货") == ["退货", "·退货"]


@settings(derandomize=True, deadline=None, max_examples=50)
@given(text=st.text(max_size=30))
def test_any_text_can_be_cut(tokeniser: Tokeniser, text: str) -> None:
    assert all(tokeniser.terms(text))


def test_threads_may_share_one_tokeniser(tokeniser: Tokeniser) -> None:
    texts = [f"我的快递{number}什么时候能到" for number in range(200)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(tokeniser.terms, texts)) == [tokeniser.terms(text) for text in texts]


def test_loading_prints_nothing_writes_no_cache_and_survives_strict_warnings(tmp_path: Path) -> None:
    program = "from nlp.tokenise import Tokeniser; print(Tokeniser.load().words('发货'))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env={"TMPDIR": str(tmp_path), "PYTHONPATH": ".", "PYTHONIOENCODING": "utf-8"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    assert (done.stdout, done.stderr) == ("['发货']\n", "")
    assert not list(tmp_path.iterdir())
