"""`qunban rules lint`: a list looked over before it is used."""

import json
from pathlib import Path

import pytest

from bot.cli.dispatch import dispatch
from nlp.moderation.lists.words import read_words

WORDS = "刷\n然后\n刷单返利\tfraud\t3\n貸款秒批\tfraud\t2\n贷款秒批\tfraud\t2\n兼职刷单返利\tfraud\t3\n下注\tad\t9\n"


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "words.txt"
    path.write_text(WORDS, "utf-8")
    return path


def test_people_see_what_is_wrong_by_kind_with_its_place(words: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatch(["rules", "lint", str(words)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert "words.txt:7: severity = “9” → 严重程度写 1（只记录）、2（人来看）或 3（拦下）" in said[0]
    assert said[1:3] == ["单个字：1 个", "  words.txt:1 「刷」只有一个字，到处都会误伤；写成完整的词"]
    assert [line.partition("：")[0] for line in said if not line.startswith(" ")][2:-1] == [
        "平常的词", "重复", "被别的词盖住",
    ]  # fmt: skip
    assert said[-1] == "6 个词，发现 2 个错误，3 个警告"


def test_programs_get_the_shape_of_check(words: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatch(["rules", "lint", str(words), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["ok"] is False
    assert [(one["kind"], one["line"]) for one in found["errors"]] == [("file", 7), ("letter", 1)]
    assert [(one["kind"], one["line"]) for one in found["warnings"]] == [
        ("everyday", 2), ("duplicate", 5), ("contained", 6),
    ]  # fmt: skip
    assert {*found["errors"][1]} == {"file", "line", "key", "value", "message", "kind"}


def test_what_is_left_can_be_written_to_a_file(words: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "clean.txt"
    target.write_text("旧的", "utf-8")
    assert dispatch(["rules", "lint", str(words), "--to", str(target)]) == 1
    assert "已经有了" in capsys.readouterr().err
    assert dispatch(["rules", "lint", str(words), "--to", str(target), "--force"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "留下 2 个词，写进了 clean.txt"
    kept = read_words([target])
    assert not kept.faults
    assert [(one.word, one.category, one.severity) for one in kept.entries] == [
        ("刷单返利", "fraud", 3), ("貸款秒批", "fraud", 2),
    ]  # fmt: skip


def test_the_shipped_lists_are_clean(capsys: pytest.CaptureFixture[str], words: Path) -> None:
    assert dispatch(["rules", "lint"]) == 0
    assert "没有发现毛病" in capsys.readouterr().out
