"""`qunban ask`: what the bot would answer, and why; needs no server and no store, writes nothing."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from io import BufferedIOBase, StringIO
from typing import TYPE_CHECKING, cast

from bot.cli.failure import Usage, explained
from bot.cli.labels import label
from bot.cli.pool import TOGETHER, Lines, Pool, cores, received
from bot.cli.steps import Won, lines, runner_up, why_lost
from bot.cli.terminal import BOLD, DIM, GREEN, Paint, Progress, columns, paint_for, wrap
from bot.types.context import Tried
from bot.types.declarations import Command

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from bot.rehearsal import Rehearsal, Rehearsals, Rehearsed

HELP = """试问一句：它会怎么答、为什么（不发送，也不留记录）
示例：
  qunban ask "发货要几天"
  qunban ask "签到" --group 新品内测群 --at "2026-10-01 08:30"
  qunban ask --jsonl < 问题.jsonl > 结果.jsonl

--jsonl 每行一个 {"text": "…"}，每行给出一个
{text, handler, answer, score, runner_up, reason, ms}；读不懂的行给出 {"error": …}，最后以 1 退出。"""

# From so many lines on it is worth to begin further processes: each takes as long to begin as some 20 lines.
SEVERAL = 64
UNREADABLE = '{"error"'
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
    # Nothing is left half done: Ctrl-C may end it wherever it is, also while it waits for a line.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Halves of characters go out as they came in.
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    rehearsals = _rehearsals(arguments)
    if arguments.jsonl:
        return await _many(rehearsals, Lines(cast(BufferedIOBase, sys.stdin.buffer)))
    async with rehearsals.begin() as ask:
        return await _one(ask, arguments.text, arguments.json)


def _rehearsals(arguments: argparse.Namespace) -> "Rehearsals":
    from bot.app import rehearsals

    progress = Progress(sys.stderr)
    progress("正在读配置和问答…")
    with explained():
        try:
            return rehearsals(
                arguments.config, group=arguments.group, at=arguments.at, seed=arguments.seed, report=progress.report
            )
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


async def _many(rehearsals: "Rehearsals", lines: Lines) -> int:
    """Few lines are answered here; for many, each core has a process of its own."""
    told = _Told()
    lines.read()
    size = cores(lines.file) if len(lines.waiting) >= SEVERAL else 1
    if size > 1:
        with Pool(partial(_serve, rehearsals), size) as pool:
            for part in pool.all(lines):
                told(part)
        return told.end()
    async with rehearsals.begin() as ask:
        while lines.waiting or not lines.have_ended:
            while lines.waiting:
                told(await _answered(ask, told.number + 1, lines.taken(TOGETHER)))
            lines.read()
    return told.end()


def _serve(rehearsals: "Rehearsals", pipe: "Connection") -> None:
    """Answer parts in a process of its own."""
    asyncio.run(_serving(rehearsals, pipe))


async def _serving(rehearsals: "Rehearsals", pipe: "Connection") -> None:
    async with rehearsals.begin() as ask:
        for first, part in received(pipe):
            pipe.send(await _answered(ask, first, part))


async def _answered(ask: "Rehearsal", first: int, lines: Sequence[bytes]) -> Sequence[str]:
    """The results of lines, of which the first has that number; a line's number also decides chance."""
    texts = dict(enumerate(map(_text_of, lines), first))
    known = {number: text for number, text in texts.items() if text is not None}
    answers = ask.all(known.values(), known)
    return [as_line(await anext(answers)) if number in known else _unreadable(number) for number in texts]


class _Told:
    """The results that were written: how many, and whether all lines were readable."""

    def __init__(self) -> None:
        self.number = 0
        self._are_readable = True
        self._progress = Progress(sys.stderr if not sys.stdout.isatty() else StringIO())

    def __call__(self, results: Sequence[str]) -> None:
        for result in results:
            print(result)
        sys.stdout.flush()
        self.number += len(results)
        self._are_readable = self._are_readable and not any(result.startswith(UNREADABLE) for result in results)
        self._progress(f"第 {self.number} 句")

    def end(self) -> int:
        """The exit status."""
        self._progress()
        return 0 if self._are_readable else 1


def _text_of(line: bytes) -> str | None:
    try:
        item = json.loads(line)
    except (ValueError, RecursionError):
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
