"""`qunban eval moderation`: how much of what must be caught is caught, and how much else."""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from bot.types.declarations import Command
from handlers.kb.telling import progress, say
from handlers.rules.columns import columns
from handlers.rules.opening import add_lists, lists_of, told
from nlp.jsonl import Unreadable
from nlp.moderation.evaluation import STRETCH, Judged, Share, Trial, measured, read_rows, tried, worst
from nlp.moderation.layers import Layer

HELP = """用一批标好的消息，量一量词表该抓的抓到多少、不该抓的抓了多少
示例：
  qunban eval moderation --data 消息.jsonl --words 词表.txt --allow 放行.txt
  qunban eval moderation --data 消息.jsonl --json

--data 是 UTF-8，一行一个 JSON 对象：
  {"text": "…", "label": 1 该抓 / 0 不该抓, "class": "哪一类", "word": "背后的词，没有就空着"}
只要有命中就算抓到，只记录的也算；hn_context 类（正常谈论这些词）不算进精确率。"""

# So many of the worst mistakes are shown.
WORST = 10


def command() -> Command:
    """The command that capabilities hand over."""
    return Command("eval moderation", HELP, _arguments, _run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, metavar="文件", help="标好的消息")
    add_lists(parser)
    parser.add_argument("--json", action="store_true", help="结果写成一个 JSON 对象")


async def _run(arguments: argparse.Namespace) -> int:
    try:
        rows = read_rows(arguments.data)
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 1
    lists = told(lists_of(arguments.words, arguments.allow))
    trial = tried(rows, lists.filter(date.today()).hits, progress())
    if arguments.json:
        say(measured(trial))
    else:
        print("\n".join(_as_text(trial)))
    return 0 if lists.is_sound else 1


def _as_text(trial: Trial) -> Iterator[str]:
    values = measured(trial)
    bad = sum(one.row.bad for one in trial.judged)
    yield f"消息 {len(trial.judged)} 条：{bad} 条该抓，{len(trial.judged) - bad} 条不该抓"
    yield ""
    yield from columns(
        [
            ("该抓的抓到", *_cells(trial.recall)),
            ("抓到的该抓", *_cells(trial.precision), f"（不算 {STRETCH}）"),
            ("F1", f"{values['f1']:.3f}"),
        ]
    )
    yield f"每条一半在 {values['us_p50']} 微秒内，99% 在 {values['us_p99']} 微秒内"
    yield f"一个线程一秒 {values['msgs_per_s']} 条"
    yield from _classes("该抓的各类抓到", trial.by_class(True))
    yield from _classes("不该抓的各类抓了", trial.by_class(False))
    yield from _mistakes(trial)


def _cells(share: Share) -> Sequence[str]:
    low, high = share.interval
    return f"{share.rate:.3f}", f"95% 在 {low:.3f} 到 {high:.3f} 之间", f"{share.some}/{share.all}"


def _classes(title: str, shares: Mapping[str, Share]) -> Iterator[str]:
    if shares:
        yield from ("", f"{title}：")
        yield from columns([(f"  {kind or '没有写明'}", *_cells(share)) for kind, share in shares.items()])


def _mistakes(trial: Trial) -> Iterator[str]:
    caught, missed = worst(trial.judged, trial.by_class(True))
    if caught:
        yield from ("", "错抓的，最严重的在前：")
        yield from map(_caught, caught[:WORST])
    if missed:
        yield from ("", "漏掉的，本该容易的在前：")
        yield from (f"  {_line(one)}  〔{one.row.kind}〕{one.row.word}" for one in missed[:WORST])


def _caught(one: Judged) -> str:
    assert one.hit is not None
    hit = one.hit
    how = Layer(hit.layer).label
    return f"  {_line(one)}  〔{one.row.kind}〕{hit.entry.word}（{how}，严重 {hit.entry.severity}）"


def _line(one: Judged) -> str:
    text = " ".join(one.row.text.split())
    return f"「{text if len(text) <= 40 else text[:39] + '…'}」"
