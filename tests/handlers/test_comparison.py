"""`qunban eval table`: which sets of a folder are measured, beside what, and how that is told."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pytest

from bot.cli import main
from handlers.understand.contest import OURS, Contest
from handlers.understand.patience import encoded, kept
from nlp.classify.measures import Judged
from nlp.classify.rows import Rows
from tests.knowledge.standin import Standin

ENTRIES = (
    {"id": "ship", "question": "多久发货？", "answer": "两天内", "paraphrases": ["几天能到"]},
    {"id": "refund", "question": "退货在哪里申请？", "answer": "", "paraphrases": []},
)
QUERIES = (
    {"query": "你们多久能发货", "gold": "ship", "kind": "in"},
    {"query": "在哪里申请退货呀", "gold": "refund", "kind": "in"},
    {"query": "今晚吃什么", "gold": None, "kind": "far"},
)
WANTS = {
    "查物流": ("我的快递到哪了", "帮我查下物流", "怎么还没收到货", "包裹现在在哪里", "物流不动了", "快递几天没动"),
    "退货": ("我要退货", "不想要了能退吗", "怎么申请退款", "买错了想退掉", "退货地址是多少", "退款到哪了"),
}
LABELLED = [{"text": text, "label": label} for label, texts in WANTS.items() for text in texts]


def write(folder: Path, name: str, rows: Iterable[Mapping[str, object]]) -> None:
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    (folder / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write(tmp_path, "faq_small_kb", ENTRIES)
    write(tmp_path, "faq_small_queries", QUERIES)
    write(tmp_path, "intent_small_train", LABELLED)
    write(tmp_path, "intent_small_test", LABELLED[::4])
    write(tmp_path, "sentiment_small_train", LABELLED)
    write(tmp_path, "sentiment_small_test", LABELLED[1::2])
    write(tmp_path, "sentiment_few_fewshot", LABELLED)
    return tmp_path


def table(data: Path, *more: str) -> list[str]:
    return ["eval", "table", "--data", str(data), "--model", "none", *more]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def test_every_set_is_measured_beside_the_baselines_and_the_best_of_them(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(table(data, "--json")) == 0
    said, progress = capsys.readouterr()
    found = json.loads(said)
    by_words = [OURS, "char 1-3 TF-IDF + LR"]
    assert [row["method"] for row in found["rows"]] == [OURS, "jieba + BM25", "char 1-3 TF-IDF", *by_words * 3]
    first, second = found["rows"][:2]
    assert (first["values"]["top-1"], first["values"]["near"], first["gains"]) == (1, None, {})
    assert set(second["gains"]) == {"top-1", "F1"}
    assert set(second["gains"]["F1"]) == {"gain", "low", "high"}
    assert [row["measure"] for row in found["best"]] == ["top-1", "top-3", "F1", "AUROC", *["accuracy", "macro F1"] * 3]
    assert "正在量 faq_small（1/2）" in progress
    assert "这次不量 sentiment_few、sentiment_small，要量请用 --only" in progress


def test_people_get_a_table_of_the_chosen_sets_and_one_of_the_best_baselines(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(table(data, "--only", "sentiment", "intent", "--rows", "8")) == 0
    labels, best = ([cells(line) for line in part.splitlines()] for part in capsys.readouterr().out.split("\n\n"))
    assert [row[:4] for row in labels[2::2]] == [
        ["sentiment_few", "the others", "12, each hidden", "**Qunban**"],
        ["sentiment_small", "8 of 12", "6", "**Qunban**"],
        ["intent_small, 5 a class", "5 draws", "3", "**Qunban**"],
        ["intent_small, 10 a class", "5 draws", "3", "**Qunban**"],
        ["intent_small", "8 of 12", "3", "**Qunban**"],
    ]
    assert {row[3] for row in labels[3::2]} == {"char 1-3 TF-IDF + LR"}
    assert [row[:2] for row in best[2:]] == [
        [row[0], name] for row in labels[2::2] for name in ("accuracy", "macro F1")
    ]
    assert {len(row) for row in labels} == {len(labels[0])}
    assert {row[-1] for row in best[2:]} <= {"better", "even", "below"}


def test_a_folder_without_what_is_looked_for_says_what_belongs_there(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(table(data / "nothing")) == 1
    assert "应有 faq_名字_kb.jsonl" in capsys.readouterr().err
    assert main(table(data, "--only", "spam")) == 1
    assert "有的是 faq_small、intent_small" in capsys.readouterr().err


def test_a_training_side_alone_is_named(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "intent_small_test.jsonl").unlink()
    assert main(table(data, "--only", "intent")) == 1
    assert "intent_small_test.jsonl：读不了" in capsys.readouterr().err


def test_vectors_of_evaluation_rows_are_kept_and_stay_with_their_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUNBAN_CACHE", str(tmp_path))
    rows = Rows([str(number) * (number % 7 + 1) for number in range(100)], ["a"] * 100)
    first = Standin()
    found = encoded(rows, kept(first), "学").vectors
    assert found == pytest.approx(first.encode(rows.texts), abs=0.01)
    second = Standin()
    assert (encoded(rows, kept(second), "学").vectors == found).all()
    assert second.asked == []


def judged(right: int) -> Judged:
    """200 rows, so many of them judged rightly."""
    return Judged(np.zeros(200, np.int64), (np.arange(200) >= right).astype(np.int64)[None], 2)


@pytest.mark.parametrize(("ours", "verdict"), [(150, "better"), (121, "even"), (119, "even"), (90, "below")])
def test_ours_stands_where_the_interval_of_its_distance_to_the_best_lies(ours: int, verdict: str) -> None:
    others = {"worse": judged(60), "best": judged(120)}
    contest = Contest("set", judged(ours), others, {"accuracy": Judged.accuracy}, (), ("accuracy",))
    (best,) = contest.bests(list(contest.lines()))
    assert (best.method, best.verdict) == ("best", verdict)
    assert best.difference.gain == pytest.approx((ours - 120) / 200)
