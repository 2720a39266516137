"""`qunban eval intent|sentiment`: fixed fields for programs, a table for people, clear words for wrong files."""

import json
from pathlib import Path

import pytest

from bot.cli.dispatch import dispatch

ROWS = {
    "查物流": ("我的快递到哪了", "帮我查下物流", "怎么还没收到货", "包裹现在在哪里"),
    "退货": ("我要退货", "不想要了能退货吗", "怎么申请退款", "买错了想退掉"),
}
ASKED = (("物流到哪了", "查物流"), ("快递还没收到", "查物流"), ("能退货吗", "退货"), ("你好", "问好"))


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    train, test = tmp_path / "train.jsonl", tmp_path / "test.jsonl"
    learnt = [{"text": text, "label": label} for label, texts in ROWS.items() for text in texts]
    asked = [{"text": text, "label": label} for text, label in ASKED]
    for path, rows in ((train, learnt), (test, asked)):
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return ["--train", str(train), "--test", str(test), "--model", "none"]


def test_programs_get_the_fixed_fields(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatch(["eval", "intent", *files, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["n", "accuracy", "macro_f1", "ms_p50", "ms_p95"]
    assert (found["n"], found["accuracy"]) == (4, 0.75)
    # 查物流 is right; 退货 is told once too often; 问好 is never told.
    assert found["macro_f1"] in (round((1 + 2 / 3) / 3, 4), round((4 / 5 + 1) / 3, 4))


def test_few_shots_add_how_far_the_draws_differ(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatch(["eval", "sentiment", *files, "--shots", "2", "--seeds", "3", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["n", "accuracy", "macro_f1", "accuracy_std", "ms_p50", "ms_p95"]


def test_people_see_intervals_confusions_and_the_worst_mistakes(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert dispatch(["eval", "intent", *files]) == 0
    said = capsys.readouterr().out
    assert "学了 8 句，考了 4 句；只按字词" in said
    assert "95% 在" in said
    assert "  问好 认成 " in said
    assert "「你好」认成 " in said


def test_a_wrong_row_is_named_with_its_line(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for text, words in (('{"text": "好"}', ":1：缺少 label"), ("{", ":1：不是 JSON"), ("", "：一行也没有")):
        (tmp_path / "train.jsonl").write_text(text, "utf-8")
        assert dispatch(["eval", "intent", *files]) == 1
        assert words in capsys.readouterr().err
