"""`qunban eval table`: the FAQ beside the usual ways to find an entry, as one Markdown table."""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bot.types.declarations import Command
from handlers.understand.evaluate import base_of, told_by
from handlers.understand.patience import encoder_of
from knowledge import baselines
from knowledge.entries import Entry
from knowledge.evaluation import (
    Asked,
    Kind,
    Metric,
    Table,
    Unreadable,
    auroc,
    difference,
    f1,
    false_answer_rate,
    read_entries,
    read_questions,
    top1,
    top3,
)
from knowledge.wordings import Wordings
from nlp.encode import BUILTIN, Encoder
from nlp.tokenise import Tokeniser

HELP = """问答的找法和常见的几种并排，一张 Markdown 表
示例：
  qunban eval table --data 数据文件夹

文件夹里成对的 faq_名字_kb.jsonl 和 faq_名字_queries.jsonl 都会用上，格式同 qunban eval faq。"""

OURS = "**Qunban**"
HEAD = "| set | method | top-1 | top-3 | F1 | false answers | AUROC | near | top-1 to ours | F1 to ours |"


def command() -> Command:
    """The command that capabilities hand over."""
    return Command("eval table", HELP, _arguments, _run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, metavar="文件夹", help="评测数据")
    parser.add_argument("--model", default=BUILTIN, metavar="模型", help="builtin（默认）、文件夹、hub 编号或 none")


async def _run(arguments: argparse.Namespace) -> int:
    files = sorted(arguments.data.glob("faq_*_kb.jsonl"))
    if not files:
        print(f"{arguments.data} 里没有 faq_*_kb.jsonl", file=sys.stderr)
        return 1
    ours = encoder_of(arguments.model, "只按字词来找")
    plain = ours if arguments.model == BUILTIN else encoder_of(BUILTIN, "基线里没有向量")
    print(HEAD + "\n" + "| --- " * (HEAD.count(" | ") + 1) + "|")
    try:
        for kb in files:
            entries = read_entries(kb)
            asked = read_questions(kb.with_name(kb.name.replace("_kb.", "_queries.")), entries)
            for line in _lines(kb.name.split("_")[1], entries, asked, ours, plain):
                print(line, flush=True)
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _lines(
    name: str, entries: Sequence[Entry], asked: Sequence[Asked], ours: Encoder | None, plain: Encoder | None
) -> Iterator[str]:
    base = base_of(entries, ours)
    own = Table.of(list(told_by(base, asked)))
    yield _line(name, OURS, own, None)
    for method, table in _baselines(entries, asked, plain).items():
        yield _line(name, method, table, own)


def _baselines(entries: Sequence[Entry], asked: Sequence[Asked], encoder: Encoder | None) -> Mapping[str, Table]:
    wordings, texts = Wordings(entries), [one.text for one in asked]
    words = baselines.by_bm25(wordings, texts, Tokeniser.load().words)
    characters = baselines.by_characters(wordings, texts)
    scores = {"jieba + BM25": words, "char 1-3 TF-IDF": characters}
    if encoder:
        near = baselines.by_meaning(wordings, encoder.encode(wordings.texts), encoder.encode(texts))
        scores["e5 centred"] = near
        scores["BM25 + e5"] = near + baselines.WORDS_BESIDE_MEANING * words
        scores["TF-IDF + e5"] = near + baselines.WORDS_BESIDE_MEANING * characters
    return {method: baselines.told(found, entries, asked) for method, found in scores.items()}


def _line(name: str, method: str, table: Table, ours: Table | None) -> str:
    near = auroc(table, Kind.NEAR) if (table.kinds == Kind.NEAR).any() else float("nan")
    cells = [top1(table), top3(table), f1(table), false_answer_rate(table), auroc(table), near]
    beside = [_difference(ours, table, metric) if ours else "" for metric in (top1, f1)]
    return "| " + " | ".join([name, method, *(f"{cell:.3f}" for cell in cells), *beside]) + " |"


def _difference(ours: Table, other: Table, metric: Metric) -> str:
    gain, low, high = difference(ours, other, metric)
    return f"{gain:+.3f} ({low:+.3f} to {high:+.3f})"
