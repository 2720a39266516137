"""`qunban ask`: what the bot would answer, and why; needs no server and no store, writes nothing."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from io import BufferedIOBase, StringIO
from itertools import count
from typing import TYPE_CHECKING, cast

from bot.cli.failure import Usage, explained
from bot.cli.labels import label
from bot.cli.steps import Won, lines, runner_up, why_lost
from bot.cli.terminal import BOLD, DIM, GREEN, Paint, Progress, columns, paint_for, wrap
from bot.types.context import Tried
from bot.types.declarations import Command

if TYPE_CHECKING:
    from bot.rehearsal import Rehearsal, Rehearsed

HELP = """试问一句：它会怎么答、为什么（不发送，也不留记录）
示例：
  qunban ask "发货要几天"
  qunban ask "签到" --group 新品内测群 --at "2026-10-01 08:30"
  qunban ask --jsonl < 问题.jsonl > 结果.jsonl

--jsonl 每行一个 {"text": "…"}，每行给出一个
{text, handler, answer, score, runner_up, reason, ms}；读不懂的行给出 {"error": …}，最后以 1 退出。"""

# Bytes that are read at a time.
PIECE = 65_536
FIELDS = ("text", "handler", "answer", "score", "runner_up", "reason", "ms")


def command() -> Command:
    """One question, or one a line."""
    return Command("ask", HELP, _arguments, _run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", nargs="?", metavar="话", help="要问的话")
    parser.add_argument("--jsonl", action="store_true", help="从标准输入逐行读 JSON，逐行给出结果")
    parser.add_argument("--json", action="store_true", help="结果写成一个 JSON 对象")
    parser.add_argument("--group", default="", metavar="群名", help="在哪个群里问，默认是单聊")
    parser.add_argument("--at", type=_time, metavar="时间", help='当作什么时候问，如 "2026-10-01 08:30"，默认现在')
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="随机回复的种子，同一个种子答得一样")


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'“{text}”不是时间，写成 "2026-10-01 08:30"') from None


async def _run(arguments: argparse.Namespace) -> int:
    if arguments.jsonl == (arguments.text is not None):
        raise Usage("要问的话和 --jsonl 二选一")
    async with AsyncExitStack() as stack:
        ask = await _rehearsal(arguments, stack)
        if not arguments.jsonl:
            return await _one(ask, arguments.text, arguments.json)
        return await _many(ask, cast(BufferedIOBase, sys.stdin.buffer))


async def _rehearsal(arguments: argparse.Namespace, stack: AsyncExitStack) -> "Rehearsal":
    from bot.app import rehearsal

    progress = Progress(sys.stderr)
    progress("正在读配置和问答…")
    opening = rehearsal(
        arguments.config, group=arguments.group, at=arguments.at, seed=arguments.seed, report=progress.report
    )
    with explained():
        try:
            return await stack.enter_async_context(opening)
        except LookupError as error:
            raise Usage(str(error)) from error
        finally:
            progress()


async def _one(ask: "Rehearsal", text: str, as_json: bool) -> int:
    found = await ask(text)
    if as_json:
        print(as_line(found))
        return 0
    for line in described(found, paint_for(sys.stdout), columns()):
        print(line)
    return 0


async def _many(ask: "Rehearsal", file: BufferedIOBase) -> int:
    progress, numbers, are_readable = Progress(sys.stderr if not sys.stdout.isatty() else StringIO()), count(1), True
    for piece in _pieces(file):
        texts = [_text_of(line) for line in piece]
        answers = ask.all(text for text in texts if text is not None)
        for text, number in zip(texts, numbers, strict=False):
            print(_unreadable(number) if text is None else as_line(await anext(answers)))
            progress(f"第 {number} 句")
        are_readable = are_readable and None not in texts
        sys.stdout.flush()
    progress()
    return 0 if are_readable else 1


def _pieces(file: BufferedIOBase) -> Iterator[Sequence[bytes]]:
    """The lines of a file as they come in: of a pipe those that are there, without waiting for more."""
    rest = b""
    while more := file.read1(PIECE):
        *lines, rest = (rest + more).split(b"\n")
        yield lines
    if rest:
        yield [rest]


def _text_of(line: bytes) -> str | None:
    try:
        item = json.loads(line)
    except ValueError:
        return None
    text = item.get("text") if isinstance(item, dict) else None
    return text if isinstance(text, str) else None


def _unreadable(number: int) -> str:
    return json.dumps({"error": f'第 {number} 行读不懂，要写成 {{"text": "…"}}'}, ensure_ascii=False)


def as_line(found: "Rehearsed") -> str:
    """The fixed JSON form of a result, on one line."""
    return json.dumps({field: getattr(found, field) for field in FIELDS}, ensure_ascii=False)


def described(found: "Rehearsed", paint: Paint, size: int) -> Iterator[str]:
    """The result for a person."""
    won = Won.of(found.tried, found.handler or "", found.rule, found.score, found.reason)
    yield from _block("问", found.text, size, paint)
    yield from _block("答", found.answer or "（不回答）", size, paint, GREEN if found.answer else DIM)
    yield from _block("由", _who(found), size, paint)
    yield from _block("因", found.reason or "没有写明", size, paint)
    if second := second_line(found.tried, won):
        yield from _block("次", second, size, paint)
    yield ""
    yield from lines(found.tried, won, paint, size)


def _block(name: str, text: str, size: int, paint: Paint, *codes: int) -> Iterator[str]:
    for number, line in enumerate(wrap(text, size - 4)):
        yield (paint(name, BOLD) if number == 0 else "  ") + "  " + paint(line, *codes)


def _who(found: "Rehearsed") -> str:
    score = "" if found.score is None else f"，把握 {found.score:.2f}"
    rule = f"，规则“{found.rule}”" if found.rule else ""
    return f"{label(found.handler or '没有功能接')}{rule}{score}，用了 {found.ms:.1f} 毫秒"


def second_line(tried: Sequence[Tried], won: Won) -> str:
    """What nearly answered, and why it did not; empty when nothing did."""
    second = runner_up(tried, won)
    return f"“{second.rule}”（{label(second.handler)}）：{why_lost(second, won)}" if second else ""
