"""How well a base answers, by hand-made examples."""

import json
from pathlib import Path

import numpy as np
import pytest

from knowledge.entries import Entry
from knowledge.evaluation import (
    Asked,
    Kind,
    Table,
    Told,
    area,
    intervals,
    measured,
    read_entries,
    read_questions,
)
from nlp.jsonl import Unreadable


def told(kind: Kind, found: str, score: float, answers: bool, gold: str | None = None) -> Told:
    return Told(Asked("？", gold, kind), tuple(found), score, answers, 1.0)


ENTRY = Entry(id="a", question="甲？", answers=("",))
ROWS = (
    told(Kind.IN, "abc", 0.9, True, "a"),
    told(Kind.IN, "bac", 0.8, True, "a"),
    told(Kind.IN, "bcd", 0.2, False, "d"),
    told(Kind.IN, "bcd", 0.3, False, "x"),
    told(Kind.NEAR, "a", 0.85, True),
    told(Kind.FAR, "a", 0.1, False),
)


def test_every_metric_is_what_its_definition_says() -> None:
    values = measured(Table.of(ROWS))
    assert (values["n_in"], values["n_out"]) == (4, 2)
    assert values["top1"] == 0.25
    assert values["top3"] == 0.75
    assert values["mrr"] == pytest.approx((1 + 1 / 2 + 1 / 3) / 4, abs=1e-4)
    assert values["f1"] == pytest.approx(2 * 1 / (3 + 4), abs=1e-4)
    assert values["false_answer_rate"] == 0.5
    assert values["auroc"] == pytest.approx(5 / 8)
    assert values["auroc_by_kind"] == {"near": 0.25, "far": 1.0}


def test_a_tie_is_half() -> None:
    assert area(np.array([1.0, 1.0]), np.array([1.0])) == 0.5


def test_what_cannot_be_measured_is_left_open() -> None:
    values = measured(Table.of(ROWS[:4]))
    assert values["auroc"] is None
    json.dumps(values, allow_nan=False)


def test_intervals_hold_the_value_and_repeat() -> None:
    table = Table.of(ROWS * 10)
    low, high = intervals(table)["top1"]
    assert low <= 0.25 <= high
    assert intervals(table) == intervals(table)


def write(folder: Path, *rows: object) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_an_entry_may_have_no_answer(tmp_path: Path) -> None:
    (entry,) = read_entries(write(tmp_path, {"id": "a", "question": "甲？", "answer": "", "paraphrases": ["乙？"]}))
    assert (entry.questions, entry.answers) == (("甲？", "乙？"), ("",))


def test_a_question_without_a_kind_gets_one(tmp_path: Path) -> None:
    asked = read_questions(write(tmp_path, {"query": "甲", "gold": "a"}, {"query": "乙", "gold": None}), [ENTRY])
    assert [one.kind for one in asked] == [Kind.IN, Kind.OTHER]


@pytest.mark.parametrize("marker", [None, ""])
def test_a_question_that_no_entry_answers_says_so(tmp_path: Path, marker: object) -> None:
    (asked,) = read_questions(write(tmp_path, {"query": "甲", "gold": marker, "kind": "near"}), [ENTRY])
    assert (asked.gold, asked.kind) == (None, Kind.NEAR)


@pytest.mark.parametrize(
    ("row", "cure"),
    [
        ("{", "不是 JSON"),
        ("[]", "JSON 对象"),
        ({"gold": "a"}, "缺少 query"),
        ({"query": "甲", "gold": "a", "kind": "wild"}, "kind 应为"),
        ({"query": "甲", "gold": None, "kind": "in"}, "要写 gold"),
        ({"query": "甲", "gold": "b", "kind": "in"}, "b 不在问答库里，请改成"),
        ({"query": "甲", "gold": 0, "kind": "in"}, "0 不在问答库里，请改成"),
        ({"query": "甲", "gold": ["a"], "kind": "in"}, "不在问答库里，请改成"),
    ],
)
def test_a_bad_row_is_named_with_its_line(tmp_path: Path, row: object, cure: str) -> None:
    with pytest.raises(Unreadable, match=cure) as error:
        read_questions(write(tmp_path, {"query": "好", "gold": "a"}, row), [ENTRY])
    assert ":2" in str(error.value)


@pytest.mark.parametrize(
    ("more", "cure"),
    [
        ({"id": None}, "缺少 id"),
        ({"id": 3}, "id 应为一段文字"),
        ({"paraphrases": "乙？"}, "paraphrases 应为一组文字"),
        ({"paraphrases": ["乙？", 3]}, "paraphrases 应为一组文字"),
    ],
)
def test_a_bad_entry_is_named_with_its_line(tmp_path: Path, more: dict[str, object], cure: str) -> None:
    with pytest.raises(Unreadable, match=f":1：{cure}"):
        read_entries(write(tmp_path, {"id": "a", "question": "甲？"} | more))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="读不了"):
        read_entries(tmp_path / "none.jsonl")
