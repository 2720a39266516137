"""What is written for managers reads back as it was meant, and leaves their own words alone."""

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.entries import Entry, load
from knowledge.files.adding import Refused, append, write_new
from knowledge.files.writing import block, document

PLAIN = Entry(id="多久发货？", question="多久发货？", similar=("几天能到",), answers=("48 小时内",))
FULL = Entry(
    id="ship",
    question="多久发货？",
    similar=tuple(f"第 {number} 种问法，问的是几天能发货几天能到" for number in range(6)),
    answers=('说"48 小时"内\n偏远地区 C:\\ 慢', "两天内"),
    tags=("物流",),
    groups=("内测群", "会员群"),
    start=date(2026, 11, 1),
    end=date(2026, 11, 11),
    attach=("images/a.png",),
    owner="小美",
)


def test_a_plain_entry_is_what_a_manager_would_have_written() -> None:
    assert block(PLAIN, "来自问答表\n请核对") == (
        '# 来自问答表\n# 请核对\n[[faq]]\nquestion = "多久发货？"\nsimilar = ["几天能到"]\nanswer = "48 小时内"\n'
    )


def test_quotation_marks_are_not_escaped_where_that_can_be_helped() -> None:
    assert "answer = '满 \"99\" 就送'\n" in block(replace(PLAIN, answers=('满 "99" 就送',)))
    assert 'answer = "it\'s \\"99\\""\n' in block(replace(PLAIN, answers=('it\'s "99"',)))


def test_everything_an_entry_has_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(document([FULL], "一批", ["沐屿"]), encoding="utf-8")
    loaded = load([path])
    assert (loaded.problems, loaded.words) == ((), ("沐屿",))
    assert replace(loaded.entries[0], file="", line=0) == FULL
    assert max(map(len, path.read_text(encoding="utf-8").splitlines())) <= 110


text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@settings(derandomize=True, max_examples=200)
@given(question=text, answers=st.lists(text, min_size=1, max_size=3), similar=st.lists(text, max_size=4))
def test_any_words_survive_being_written(question: str, answers: list[str], similar: list[str]) -> None:
    entry = Entry(id=question, question=question, similar=tuple(similar), answers=tuple(answers))
    (faq,) = tomllib.loads(document([entry]))["faq"]
    assert faq["question"] == question
    assert faq.get("similar", []) == similar
    assert faq["answer"] == (answers[0] if len(answers) == 1 else answers)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("tail", ["", "\n", "\n\n# 结尾的话\n"])
def test_what_stands_in_a_file_stays_byte_for_byte(tmp_path: Path, ending: str, tail: str) -> None:
    path = tmp_path / "a.toml"
    before = ('# 我的话\n\n[[faq]]\nquestion = "甲"   # 别动\nanswer = "好"' + tail).replace("\n", ending).encode()
    path.write_bytes(b"\xef\xbb\xbf" + before)
    line = append(path, block(PLAIN, "来自"))
    after = path.read_bytes()
    assert after.startswith(b"\xef\xbb\xbf" + before)
    assert after.decode().splitlines()[line - 1] == "# 来自"
    assert b"\n" not in after.replace(b"\r\n", b"") if ending == "\r\n" else b"\r" not in after
    assert [entry.question for entry in load([path]).entries] == ["甲", "多久发货？"]


@pytest.mark.parametrize("content", ["[[faq]\n", "[faq]\nquestion = 1\n", "faq = 3\n"])
def test_a_file_that_is_broken_is_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Refused, match="先改好再来"):
        append(path, block(PLAIN))
    assert path.read_text(encoding="utf-8") == content


def test_a_file_is_never_overwritten_unasked(tmp_path: Path) -> None:
    path = tmp_path / "sub" / "a.toml"
    write_new(path, "一")
    with pytest.raises(Refused, match="--force"):
        write_new(path, "二")
    assert path.read_text(encoding="utf-8") == "一"
    write_new(path, "二", force=True)
    assert [entry.name for entry in path.parent.iterdir()] == ["a.toml"]
    assert path.read_text(encoding="utf-8") == "二"
