"""`qunban eval faq`, from the words of a command line to what it prints."""

import json
from pathlib import Path

import pytest

from bot.cli import main

KB = (
    {"id": "ship", "question": "多久发货？", "answer": "两天内", "paraphrases": ["几天能到", "什么时候寄出"]},
    {"id": "refund", "question": "退货在哪里申请？", "answer": "", "paraphrases": []},
    {"id": "fee", "question": "退货的运费由谁承担？", "answer": "我们出", "paraphrases": ["邮费谁付"]},
)
QUERIES = (
    {"query": "你们多久能发货", "gold": "ship", "kind": "in"},
    {"query": "在哪里申请退货呀", "gold": "refund", "kind": "in"},
    {"query": "今晚吃什么", "gold": None, "kind": "far"},
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name, rows in (("kb", KB), ("queries", QUERIES)):
        text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (tmp_path / f"faq_small_{name}.jsonl").write_text(text, encoding="utf-8")
    return tmp_path


def faq(data: Path, *more: str) -> list[str]:
    files = ["--kb", str(data / "faq_small_kb.jsonl"), "--queries", str(data / "faq_small_queries.jsonl")]
    return ["eval", "faq", *files, "--model", "none", *more]


def test_a_base_is_measured_as_one_json_object(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(faq(data, "--json")) == 0
    values = json.loads(capsys.readouterr().out)
    assert set(values) == {
        "n_in", "n_out", "top1", "top3", "mrr", "auroc", "auroc_by_kind", "f1", "false_answer_rate", "ms_p50", "ms_p95",
    }  # fmt: skip
    assert (values["n_in"], values["n_out"], values["top1"], values["auroc_by_kind"]) == (2, 1, 1.0, {"far": 1.0})


def test_people_get_a_table_with_intervals(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(faq(data)) == 0
    said = capsys.readouterr().out
    assert "第一条就对" in said
    assert "95% 在" in said


def test_a_broken_file_is_told_with_its_line(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "faq_small_kb.jsonl").write_text('{"id": "a"}\n', encoding="utf-8")
    assert main(faq(data)) == 1
    assert "faq_small_kb.jsonl:1：缺少 question" in capsys.readouterr().err


def test_eval_alone_lists_what_can_be_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "--help"]) == 0
    assert "qunban eval faq" in capsys.readouterr().out
    assert main(["eval"]) == 2


def test_a_gold_that_no_entry_has_is_told_with_its_line(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "faq_small_queries.jsonl").write_text('{"query": "多久发货", "gold": "shop"}', encoding="utf-8")
    for command in (faq(data), ["eval", "table", "--data", str(data), "--model", "none"]):
        assert main(command) == 1
        assert "faq_small_queries.jsonl:1：gold 写的 shop 不在问答库里，请改成" in capsys.readouterr().err
