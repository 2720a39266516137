"""`qunban moderate`: what moderation makes of a message, or of one a line; needs no configuration and no store."""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from bot.types.declarations import Command
from handlers.kb.telling import complain
from handlers.rules.opening import add_lists, lists_of, told
from nlp.moderation.filter import Filter
from nlp.moderation.hit import Judgement, gravest, masked

HELP = """用词表检查一句话，或一行一句：放行、记录、人来看，还是拦下
示例：
  qunban moderate "加微信领红包"
  qunban moderate --jsonl < 消息.jsonl > 结果.jsonl
  qunban moderate --jsonl --words 我的词.txt --allow 放行.txt < 消息.jsonl

不用配置，什么也不记。--jsonl 每行一个 {"text": "…"}，每行给出一个
{text, verdict, category, severity, word, layer, span, masked}；读不懂的行给出 {"error": …}，最后以 1 退出。
verdict：pass 放行，audit 只记录，review 人来看，block 拦下；span 是在原文里的起止（按字数，不含止）。"""


def command() -> Command:
    """Judging messages."""
    return Command("moderate", HELP, _arguments, _run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", nargs="?", metavar="话", help="要检查的话")
    parser.add_argument("--jsonl", action="store_true", help="从标准输入逐行读 JSON，逐行给出结果")
    add_lists(parser)


async def _run(arguments: argparse.Namespace) -> int:
    if arguments.jsonl == (arguments.text is not None):
        complain("qunban moderate：要检查的话和 --jsonl 二选一")
        return 2
    lists = told(lists_of(arguments.words, arguments.allow))
    filter = lists.filter(date.today())
    # What a program sends may be no text at all: half a character is written as JSON writes it.
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    lines = sys.stdin.buffer if arguments.jsonl else [json.dumps({"text": arguments.text}).encode()]
    return judge_lines(filter, lines) or (0 if lists.is_sound else 1)


def judge_lines(filter: Filter, lines: Iterable[bytes]) -> int:
    """Print what the filter makes of each line, in order; 1 when one could not be read."""
    status = 0
    for number, line in enumerate(lines, 1):
        text = _text_of(line)
        if text is None:
            status = 1
            found: Mapping[str, Any] = {"error": f'第 {number} 行读不懂，要写成 {{"text": "…"}}'}
        else:
            found = judged(filter, text)
        # Whoever asks line by line waits for each answer.
        print(json.dumps(found, ensure_ascii=False), flush=True)
    return status


def _text_of(line: bytes) -> str | None:
    try:
        item = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    text = item.get("text") if isinstance(item, dict) else None
    return text if isinstance(text, str) else None


def judged(filter: Filter, text: str) -> Mapping[str, Any]:
    """The fixed JSON form of what a filter makes of a text."""
    hits = filter.hits(text)
    hit = gravest(hits)
    return {
        "text": text,
        "verdict": (hit.judgement if hit else Judgement.PASS).value,
        "category": hit.entry.category if hit else None,
        "severity": hit.entry.severity if hit else None,
        "word": hit.entry.word if hit else None,
        "layer": str(hit.layer) if hit else None,
        "span": [hit.start, hit.end] if hit else None,
        "masked": masked(text, hits),
    }
