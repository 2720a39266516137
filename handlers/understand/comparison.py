"""`qunban eval table`: understanding beside the usual ways to do it, as Markdown tables."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isnan
from pathlib import Path
from typing import Any

from bot.types.declarations import Command
from handlers.understand.contest import OURS, Best, Line
from handlers.understand.contests import Models, contests, names
from handlers.understand.labelling import positive
from nlp.bootstrap import Difference
from nlp.encode import BUILTIN
from nlp.jsonl import Unreadable

HELP = """问答、意图和褒贬认得多准，和常见的几种做法并排，写成 Markdown 表
示例：
  qunban eval table --data 数据文件夹
  qunban eval table --data 数据文件夹 --only faq intent
  qunban eval table --data 数据文件夹 --json

文件夹里的这些文件都会用上，格式同 qunban eval faq 和 qunban eval intent：
  faq_名字_kb.jsonl 和 faq_名字_queries.jsonl
  名字_train.jsonl 和 名字_test.jsonl     名字以 intent_ 开头的，另按每类 5 条、10 条各学几遍
  名字_fewshot.jsonl                      没有考的，轮流藏起一份来考
句子的向量存在缓存里，第二次会快得多。"""

# What is measured where nothing else is said, in this order; other sets of a folder are named on stderr.
USUAL = ("faq_", "intent_", "sentiment3_", "sentiment_eprstmt", "offensive_cold", "spam_")
# Rows of a set that are learnt from and tested on at most: of longer ones a part, always the same.
LEARNT, TESTED = 4000, 2000


def command() -> Command:
    """The command that capabilities hand over."""
    return Command("eval table", HELP, _arguments, _run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, metavar="文件夹", help="评测数据")
    parser.add_argument("--only", nargs="+", metavar="开头", help="只量名字以此开头的，如 faq intent sentiment")
    parser.add_argument("--rows", type=positive, default=LEARNT, metavar="N", help=f"每组最多学几句，默认 {LEARNT}")
    parser.add_argument("--model", default=BUILTIN, metavar="模型", help="builtin（默认）、文件夹、hub 编号或 none")
    parser.add_argument("--json", action="store_true", help="结果写成一个 JSON 对象")


@dataclass(frozen=True, slots=True)
class Result:
    """What came out on one set."""

    lines: Sequence[Line]
    bests: Sequence[Best]


async def _run(arguments: argparse.Namespace) -> int:
    there = names(arguments.data)
    chosen = _chosen(there, arguments.only or USUAL)
    if not chosen:
        print(f"{arguments.data} 里没有要量的数据：{_cure(there)}", file=sys.stderr)
        return 1
    if arguments.only is None and len(chosen) < len(there):
        print(f"这次不量 {'、'.join(sorted(set(there) - set(chosen)))}，要量请用 --only", file=sys.stderr)
    results = _results(arguments.data, chosen, Models.of(arguments.model), (arguments.rows, TESTED))
    try:
        if arguments.json:
            print(json.dumps(_as_json(results), ensure_ascii=False))
        else:
            for line in _as_markdown(results):
                print(line, flush=True)
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _chosen(there: Sequence[str], only: Sequence[str]) -> Sequence[str]:
    """The sets whose names begin so, in the order of the beginnings; those of questions first, as one table."""
    chosen = dict.fromkeys(name for start in only for name in there if name.startswith(start))
    return sorted(chosen, key=lambda name: not name.startswith("faq_"))


def _cure(there: Sequence[str]) -> str:
    if there:
        return f"有的是 {'、'.join(there)}，用 --only 选"
    return "应有 faq_名字_kb.jsonl 和 faq_名字_queries.jsonl，或 名字_train.jsonl 和 名字_test.jsonl"


def _results(folder: Path, chosen: Sequence[str], models: Models, most: tuple[int, int]) -> Iterator[Result]:
    for number, name in enumerate(chosen, 1):
        print(f"正在量 {name}（{number}/{len(chosen)}）", file=sys.stderr, flush=True)
        for contest in contests(folder, name, models, most):
            lines = list(contest.lines())
            yield Result(lines, list(contest.bests(lines)))


def _as_markdown(results: Iterable[Result]) -> Iterator[str]:
    bests: list[Best] = []
    before: Sequence[str] = ()
    for result in results:
        head = _head(result.lines[-1])
        if head != before:
            yield from _headed(head, apart=bool(before))
            before = head
        yield from (_row(line, len(head)) for line in result.lines)
        bests.extend(result.bests)
    yield from _headed(("set", "measure", OURS, "best baseline", "", "difference", "ours is"), apart=True)
    yield from map(_best, bests)


def _headed(cells: Sequence[str], apart: bool) -> Iterator[str]:
    yield from [""] * apart
    yield _cells(cells)
    yield "| --- " * len(cells) + "|"


def _head(line: Line) -> Sequence[str]:
    return ("set", *line.about, "method", *line.values, *(f"{name} to ours" for name in line.gains))


def _row(line: Line, width: int) -> str:
    method = f"**{OURS}**" if line.method == OURS else line.method
    cells = [line.set, *line.about.values(), method, *map(_number, line.values.values())]
    cells += map(_gain, line.gains.values())
    return _cells(cells + [""] * (width - len(cells)))


def _best(best: Best) -> str:
    values = (_number(best.ours), _number(best.theirs), best.method, _gain(best.difference))
    return _cells((best.set, best.measure, *values, best.verdict))


def _cells(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _number(value: float) -> str:
    return "" if isnan(value) else f"{value:.3f}"


def _gain(found: Difference) -> str:
    return f"{found.gain:+.3f} ({found.low:+.3f} to {found.high:+.3f})"


def _as_json(results: Iterable[Result]) -> Mapping[str, Any]:
    """All rows and the best baselines; what cannot be measured is None."""
    told = list(results)
    return {
        "rows": [_told(asdict(line)) for result in told for line in result.lines],
        "best": [{**asdict(best), "verdict": best.verdict} for result in told for best in result.bests],
    }


def _told(line: dict[str, Any]) -> Mapping[str, Any]:
    values = {name: None if isnan(value) else value for name, value in line["values"].items()}
    return {**line, "values": values}
