"""Files that are read again after a change: nobody can tell, but by the time it takes."""

import json
from pathlib import Path
from random import Random

import pytest

from knowledge.entries import Readings, load
from knowledge.files import jsonlines

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


@pytest.fixture
def short_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few lines make several."""
    monkeypatch.setattr(jsonlines, "LINES", 3)
    monkeypatch.setattr(jsonlines, "MOST_LINES", 4)


@pytest.mark.usefixtures("short_blocks")
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


@pytest.mark.usefixtures("short_blocks")
@pytest.mark.parametrize("seed", range(6))
def test_how_a_file_is_cut_changes_nothing(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "faq.jsonl"
    path.write_text("\n".join(Random(seed).choices(LINES, k=40)), "utf-8")
    cut = load([path])
    monkeypatch.setattr(jsonlines, "LINES", 10**9)
    monkeypatch.setattr(jsonlines, "MOST_LINES", 10**9)
    assert load([path]) == cut


def test_of_a_changed_file_the_other_blocks_are_not_read_again(tmp_path: Path) -> None:
    path, readings = tmp_path / "faq.jsonl", Readings()
    lines = [f'{{"question": "第{at}件", "similar": ["第{at}种"], "answer": "好的"}}' for at in range(2000)]
    path.write_text("\n".join(lines), "utf-8")
    before = load([path], readings).entries
    lines[1000] = '{"question": "全新的", "answer": "好的"}'
    path.write_text("\n".join(lines), "utf-8")
    after = load([path], readings).entries
    again = [at for at, (one, other) in enumerate(zip(before, after, strict=True)) if one is not other]
    assert 1000 in again and again[-1] - again[0] < 4 * jsonlines.MOST_LINES


def test_a_line_that_is_put_in_leaves_the_blocks_behind_it_as_they_are(tmp_path: Path) -> None:
    path, readings = tmp_path / "faq.jsonl", Readings()
    lines = [f'{{"question": "第{at}件", "answer": "好的"}}' for at in range(3000)]
    path.write_text("\n".join(lines), "utf-8")
    load([path], readings)
    before = set(readings.blocks)
    path.write_text("\n".join(['{"question": "全新的", "answer": "好的"}', *lines]), "utf-8")
    after = load([path], readings)
    assert len(readings.blocks.keys() - before) <= 4 < len(before)
    assert after == load([path])


def test_a_line_in_another_encoding_is_found_when_the_others_are_known(tmp_path: Path) -> None:
    path, readings = tmp_path / "faq.jsonl", Readings()
    lines = [f'{{"question": "第{at}件", "answer": "好的"}}'.encode() for at in range(1000)]
    path.write_bytes(b"\n".join(lines))
    assert len(load([path], readings).entries) == 1000
    path.write_bytes(b"\n".join([*lines[:700], '{"question": "编码", "answer": "不对"}'.encode("gbk"), *lines[700:]]))
    (problem,) = load([path], readings).problems
    assert problem.line == 701 and "UTF-8" in problem.message


def test_only_blocks_of_the_last_reading_are_kept(tmp_path: Path) -> None:
    path, readings = tmp_path / "faq.jsonl", Readings()
    for at in range(3):
        path.write_text("\n".join(LINES[3 * at : 3 * at + 3]), "utf-8")
        load([path], readings)
        assert sum(len(held.entries) for held in readings.blocks.values()) == 3
