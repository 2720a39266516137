"""`qunban eval faq`: how well a base answers, measured with questions whose right entries are known."""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.types.declarations import Command
from handlers.understand.bases import Base, Library
from handlers.understand.faq import CONSIDERED
from handlers.understand.patience import encoder_of, progress
from knowledge.decision import Verdict
from knowledge.entries import Entry, Loaded
from knowledge.evaluation import Asked, Table, Told, intervals, measured, read_entries, read_questions
from nlp.encode import Encoder
from nlp.jsonl import Unreadable

HELP = """用一批知道答案的问题，量一量问答库答得怎么样
示例：
  qunban eval faq --kb 问答.jsonl --queries 问题.jsonl
  qunban eval faq --kb 问答.jsonl --queries 问题.jsonl --json

两个文件都是 UTF-8，一行一个 JSON 对象：
  --kb       {"id": "…", "question": "…", "answer": "…", "paraphrases": ["…"]}
  --queries  {"query": "…", "gold": "答案的 id，没有就写 null", "kind": "in、near、other 或 far"}"""

# So many of the worst mistakes are shown.
WORST = 10
NAMES: Mapping[str, str] = {
    "top1": "第一条就对",
    "top3": "前三条里有",
    "mrr": "平均倒数名次",
    "f1": "回答的 F1",
    "false_answer_rate": "不该答却答了",
    "auroc": "把握分得开 AUROC",
    "auroc near": "　　只看相近的",
    "auroc other": "　　只看库外的",
    "auroc far": "　　只看闲聊",
}


def command() -> Command:
    """The command that capabilities hand over."""
    return Command("eval faq", HELP, _arguments, _run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kb", type=Path, required=True, metavar="文件", help="问答库")
    parser.add_argument("--queries", type=Path, required=True, metavar="文件", help="问题")
    parser.add_argument("--model", default="builtin", metavar="模型", help="builtin（默认）、文件夹、hub 编号或 none")
    parser.add_argument("--json", action="store_true", help="结果写成一个 JSON 对象")


async def _run(arguments: argparse.Namespace) -> int:
    try:
        entries = read_entries(arguments.kb)
        asked = read_questions(arguments.queries, entries)
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 1
    encoder = encoder_of(arguments.model, "只按字词来找")
    base = base_of(entries, encoder)
    told = list(told_by(base, asked))
    table = Table.of(told)
    if arguments.json:
        print(json.dumps(measured(table), ensure_ascii=False))
    else:
        print(_as_text(measured(table), intervals(table), told, encoder))
    return 0


def base_of(entries: Sequence[Entry], encoder: Encoder | None) -> Base:
    """The base that the bot would make of these entries."""
    library = Library()
    loaded = Loaded(tuple(entries))
    return library.base(loaded) if encoder is None else library.base_with_meaning(loaded, encoder, progress())


def told_by(base: Base, asked: Sequence[Asked]) -> Iterator[Told]:
    """What the base makes of each question, as the bot would ask it."""
    report = progress()
    for number, one in enumerate(asked, 1):
        began = time.perf_counter()
        decision = base.told(one.text, CONSIDERED)
        spent = (time.perf_counter() - began) * 1000
        yield Told(
            one, tuple(hit.entry.id for hit in decision.hits), decision.score, decision.verdict is Verdict.ANSWER, spent
        )
        report("正在提问", number / len(asked))


def _as_text(
    values: Mapping[str, Any], between: Mapping[str, tuple[float, float]], told: Sequence[Told], encoder: Encoder | None
) -> str:
    flat = {**values, **{f"auroc {kind}": value for kind, value in values["auroc_by_kind"].items()}}
    lines = [
        f"问题 {len(told)} 个：{values['n_in']} 个库里有，{values['n_out']} 个没有",
        f"找法：{'字词和意思' if encoder else '只按字词'}",
        "",
        *(
            f"{name:　<10}{flat[key]:.3f}   95% 在 {between[key][0]:.3f} 到 {between[key][1]:.3f} 之间"
            for key, name in NAMES.items()
            if flat.get(key) is not None
        ),
        f"每问用时　　　　　一半在 {values['ms_p50']:.1f} 毫秒内，95% 在 {values['ms_p95']:.1f} 毫秒内",
    ]
    worst = _worst(told)
    if worst:
        lines += ["", "错得最厉害的："]
        lines += [_mistake(one) for one in worst]
    return "\n".join(lines)


def _worst(told: Sequence[Told]) -> Sequence[Told]:
    """The wrong answers that were given with the most certainty."""
    wrong = [one for one in told if one.answers and one.rank > 0]
    return sorted(wrong, key=lambda one: -one.score)[:WORST]


def _mistake(one: Told) -> str:
    meant = f"应是 {one.asked.gold}" if one.asked.gold else "库里没有"
    return f"  「{one.asked.text}」答了 {one.found[0]}（把握 {one.score:.0%}），{meant}"
