"""`qunban moderate`: fixed fields for programs, one line out for each line in."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli.dispatch import dispatch

FIELDS = ["text", "verdict", "category", "severity", "word", "layer", "span", "masked"]
WORDS = "刷单返利\tfraud\t3\tdelete\n办张证\tfraud\t2\n加群领券\tad\t1\n"


@pytest.fixture
def lists(tmp_path: Path) -> list[str]:
    words, allow = tmp_path / "words.txt", tmp_path / "allow.txt"
    words.write_text(WORDS, "utf-8")
    allow.write_text("phrase\t印刷单返利润\n", "utf-8")
    return ["--words", str(words), "--allow", str(allow)]


@pytest.fixture
def moderate(lists: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def run(*lines: bytes | str, more: list[str] | None = None) -> tuple[int, list[dict[str, Any]]]:
        content = b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in lines)
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
        status = dispatch(["moderate", "--jsonl", *(lists if more is None else more)])
        return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def line(text: str) -> str:
    return json.dumps({"text": text}, ensure_ascii=False)


def test_each_line_gets_the_fixed_fields_in_order(moderate) -> None:
    status, (bad, good) = moderate(line("想做刷单返利的来"), line("今天发货吗"))
    assert status == 0
    assert list(bad) == FIELDS
    assert list(good) == FIELDS
    assert bad == {
        "text": "想做刷单返利的来", "verdict": "block", "category": "fraud", "severity": 3, "word": "刷单返利",
        "layer": "exact", "span": [2, 6], "masked": "想做****的来",
    }  # fmt: skip
    assert good == dict.fromkeys(FIELDS) | {"text": "今天发货吗", "verdict": "pass", "masked": "今天发货吗"}


def test_the_verdict_follows_the_gravest_hit(moderate) -> None:
    _, found = moderate(line("加群领券"), line("加群领券，办张证"), line("办张证，加群领券，刷单返利"))
    assert [(one["verdict"], one["word"]) for one in found] == [
        ("audit", "加群领券"), ("review", "办张证"), ("block", "刷单返利"),
    ]  # fmt: skip
    assert found[2]["masked"] == "***，****，****"


def test_spans_count_code_points(moderate) -> None:
    _, (found,) = moderate(line("👍🏻😀 刷单返利"))
    assert found["text"][slice(*found["span"])] == "刷单返利"


def test_the_files_replace_the_shipped_lists(moderate) -> None:
    assert moderate(line("真人荷官"))[1][0]["verdict"] == "pass"
    assert moderate(line("真人荷官"), more=[])[1][0]["word"] == "真人荷官"
    assert moderate(line("印刷单返利润"))[1][0]["verdict"] == "pass"


def test_an_unreadable_line_gives_an_error_in_its_place_and_status_1(moderate) -> None:
    status, found = moderate("{", "", b"\xff", '{"text": 1}', "[" * 9999, line("刷单返利"))
    assert status == 1
    assert [one.get("error") for one in found] == [
        *(f'第 {number} 行读不懂，要写成 {{"text": "…"}}' for number in range(1, 6)),
        None,
    ]


def test_half_a_character_comes_back_as_it_went_in(moderate) -> None:
    status, (found,) = moderate('{"text": "a\\ud800刷单返利"}')
    assert status == 0
    assert (found["text"], found["span"]) == ("a\ud800刷单返利", [2, 6])


def test_a_fault_of_a_list_is_told_and_costs_its_own_entry(
    moderate, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "words.txt").write_text("刷单返利\tfraud\t7\n办张证\tfraud\t2\n", "utf-8")
    status, (found,) = moderate(line("办张证，刷单返利"))
    assert (status, found["word"]) == (1, "办张证")


def test_one_text_needs_no_standard_input(lists: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatch(["moderate", "办张证", *lists]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "review"
    assert dispatch(["moderate", *lists]) == 2
    assert dispatch(["moderate", "好", "--jsonl", *lists]) == 2


ROWS = (
    ("刷单返利", 1, "plain"), ("办一张证", 1, "symbol"), ("加群领券", 1, "plain"), ("今天发货吗", 0, "benign"),
    ("办张证件照", 0, "hn_substring"), ("谨防刷单返利", 0, "hn_context"),
)  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.jsonl"
    rows = [{"text": text, "label": label, "class": kind, "word": ""} for text, label, kind in ROWS]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def test_programs_get_the_fixed_measures(lists: list[str], data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatch(["eval", "moderation", "--data", str(data), *lists, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == [
        "n", "recall", "precision", "f1", "recall_by_class", "false_hit_by_class", "us_p50", "us_p99", "msgs_per_s",
    ]  # fmt: skip
    assert found["n"] == 6
    assert found["recall"] == round(2 / 3, 4)
    assert found["recall_by_class"] == {"plain": 1.0, "symbol": 0.0}
    assert set(found["false_hit_by_class"]) == {"benign", "hn_substring", "hn_context"}
    assert found["false_hit_by_class"]["hn_context"] == 1.0
    # Neutral talk about a word counts for nothing else.
    caught = 2 + found["false_hit_by_class"]["hn_substring"]
    assert found["precision"] == round(2 / caught, 4)
    assert found["us_p99"] >= found["us_p50"] > 0
    assert found["msgs_per_s"] > 0


def test_people_see_intervals_by_class_and_the_worst_mistakes(
    lists: list[str], data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dispatch(["eval", "moderation", "--data", str(data), *lists]) == 0
    said = capsys.readouterr().out
    assert "消息 6 条：3 条该抓，3 条不该抓" in said
    assert "plain   1.000  95% 在 0.342 到 1.000 之间  2/2" in said
    assert "「谨防刷单返利」  〔hn_context〕刷单返利（原词，严重 3）" in said
    assert "「办一张证」  〔symbol〕" in said


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("{", ":1：不是 JSON"),
        ("[" * 99_999, ":1：不是 JSON"),
        ('{"label": 1}', ":1：缺少 text"),
        ('{"text": "好", "label": "坏"}', ":1：label 写 1（该抓）或 0（不该抓）"),
        ("", "：一行也没有"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(
    data: Path, row: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    data.write_text(row, "utf-8")
    assert dispatch(["eval", "moderation", "--data", str(data)]) == 1
    assert told in capsys.readouterr().err
