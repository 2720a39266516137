"""Files that are read again after a change: nobody can tell, but by the time it takes."""

import json
from pathlib import Path
from random import Random

import pytest

from knowledge.entries import Readings, load

# Sound lines, lines with a warning, and lines that are wrong; some of them say the same.
LINES = [
    *(f'{{"question": "第{at}件怎么办", "similar": ["第{at}种情况呢"], "answer": "好的"}}' for at in range(9)),
    '{"question": "第1件怎么办？", "answer": "又一次"}',
    '{"id": "same", "question": "编号一样的", "answer": "一"}',
    '{"id": "same", "question": "编号也一样的", "answer": "二"}',
    '{"question": "说了两遍", "similar": ["说了两遍！"], "answer": "好的"}',
    '{"问题": "标题是中文的", "回答": "好的", "心情": "不认识"}',
    json.dumps({"question": "回答很长", "answer": "长" * 1000}),
    '{"question": "没有回答"}', '{"question": 3, "answer": "不是文字"}', "不是 JSON", "", "  ",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_a_file_that_changes_is_read_as_if_it_were_new(seed: int, tmp_path: Path) -> None:
    chance, readings = Random(seed), Readings()
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    other.write_text(LINES[0] + "\n" + '{"question": "别的", "answer": "在别处"}', "utf-8")
    lines = chance.choices(LINES, k=12)
    for _ in range(10):
        lines[chance.randrange(len(lines))] = chance.choice(LINES)
        if chance.random() < 0.5:
            lines.insert(chance.randrange(len(lines)), chance.choice(LINES))
        one.write_text("\n".join(lines), "utf-8")
        assert load([one, other], readings) == load([one, other])


def test_of_a_changed_file_the_other_lines_are_not_read_again(tmp_path: Path) -> None:
    path, readings = tmp_path / "faq.jsonl", Readings()
    path.write_text("\n".join(LINES[:9]), "utf-8")
    before = load([path], readings).entries
    path.write_text("\n".join([*LINES[:4], '{"question": "全新的", "answer": "好的"}', *LINES[5:9]]), "utf-8")
    after = load([path], readings).entries
    assert [one is other for one, other in zip(before, after, strict=True)] == [True] * 4 + [False] + [True] * 4


def test_only_lines_of_the_last_reading_are_kept(tmp_path: Path) -> None:
    path, readings = tmp_path / "faq.jsonl", Readings()
    for at in range(3):
        path.write_text("\n".join(LINES[3 * at : 3 * at + 3]), "utf-8")
        load([path], readings)
        assert len(readings.sound) == 3
