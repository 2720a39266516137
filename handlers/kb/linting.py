"""`qunban kb lint`: what makes the base answer worse than it could."""

import argparse
import asyncio
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bot.types.declarations import Command, Settings
from bot.types.ports import Machine
from bot.types.workplace import Workplace
from handlers.directory import DOORS
from handlers.kb.opening import open_base
from handlers.kb.telling import as_object, line_of, progress, say
from handlers.keyword import REPLIES, ReplyRule, Rulebook
from handlers.understand import FAQ, UNDERSTAND
from knowledge.checking import ANSWER_BYTES
from knowledge.entries import Entry, Loaded, load
from knowledge.lint import Finding, plain
from knowledge.rivals import rivals
from knowledge.rows import Problem

HELP = """检查问答库的内容：重复、矛盾、互相抢、过期、太长、被关键词截走的
示例：
  qunban kb lint
  qunban kb lint 问答.xlsx          只看这个文件
  qunban kb lint --json

写法的错（格式、群名）qunban check 也会报；这里看内容。
问法多于五千种时，互相抢的只抽查一部分。
有错误（回答互相矛盾、读不了的格子）时返回 1，只有警告返回 0。"""


def command(here: Workplace) -> Command:
    """The examination of the base."""

    async def run(arguments: argparse.Namespace) -> int:
        return await asyncio.to_thread(_run, here, arguments)

    return Command("kb lint", HELP, _arguments, run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", type=Path, metavar="文件", help="只看这些；不写就看 [faq] files 里的")
    parser.add_argument("--json", action="store_true", help="结果写成 JSON，形状同 qunban check --json，另有 kind")


def _run(here: Workplace, arguments: argparse.Namespace) -> int:
    settings = here.settings(arguments.config)
    loaded = load(arguments.files) if arguments.files else settings[FAQ].loaded
    today = here.now().astimezone(here.zone(settings)).date()
    findings = list(examined(loaded, settings, today, here.machine(progress())))
    findings.sort(key=lambda finding: (finding.entry.file, finding.entry.line))
    problems = [*loaded.problems, *map(_problem, findings)]
    if arguments.json:
        say(_as_object(loaded.problems, findings))
    else:
        print("\n".join(_as_text(problems, len(loaded.entries))))
    return 1 if any(not problem.warning for problem in problems) else 0


def examined(loaded: Loaded, settings: Settings, today: date, machine: Machine) -> Iterator[Finding]:
    """All that is found in some entries beside a configuration."""
    yield from plain(loaded.entries, today, _answer_bytes(settings))
    yield from swallowed(loaded.entries, settings)
    if len(loaded.entries) > 1:
        base = open_base(loaded, settings[UNDERSTAND].model or machine.model, machine).base
        yield from rivals(base.ranker, base.decider, machine.report)


def _answer_bytes(settings: Settings) -> int:
    """What every door that hears questions carries in one message."""
    return min(
        (door.capabilities.text_bytes for door in settings[DOORS] if door.capabilities.hears), default=ANSWER_BYTES
    )


def swallowed(entries: Iterable[Entry], settings: Settings) -> Iterator[Finding]:
    """Wordings that a keyword rule answers first, wherever and whenever they are asked."""
    rules: tuple[ReplyRule, ...] = settings[REPLIES]
    book = Rulebook(rules)
    for entry in entries:
        for place, question in enumerate(entry.questions, -1):
            rule = _first_rule(book, question, entry)
            if rule:
                told = f"这样问会先被关键词「{rule}」答了，轮不到这一条；请改那条的词（none 里写上），或删掉这一条"
                key, number = ("question", None) if place < 0 else ("similar", place)
                yield Finding("swallowed", entry, key, told, question, place=number)


def _first_rule(book: Rulebook, question: str, entry: Entry) -> str:
    """The name of the rule that takes a question whoever asks it at any time; empty when none does."""
    rules = (hit.ready.rule for hit in book.hits(book.hear(question)) if not hit.lost)
    always = (rule for rule in rules if not rule.roles and not rule.hours and _covers(rule.groups, entry.groups))
    return next((rule.name for rule in always), "")


def _covers(rule: Sequence[str], entry: Sequence[str]) -> bool:
    return not rule or (bool(entry) and {*entry} <= {*rule})


def _problem(finding: Finding) -> Problem:
    path = (finding.key,) if finding.place is None else (finding.key, finding.place)
    entry, value = finding.entry, finding.value if len(finding.value) <= 40 else finding.value[:39] + "…"
    return Problem(entry.file, entry.line, path, finding.message, value, finding.warning)


def _as_object(problems: Sequence[Problem], findings: Sequence[Finding]) -> dict[str, Any]:
    told = [(problem, "file") for problem in problems] + [(_problem(one), one.kind) for one in findings]
    errors = [as_object(problem) | {"kind": kind} for problem, kind in told if not problem.warning]
    warnings = [as_object(problem) | {"kind": kind} for problem, kind in told if problem.warning]
    return {"ok": not errors, "errors": errors, "warnings": warnings}


def _as_text(problems: Sequence[Problem], entries: int) -> Iterator[str]:
    yield from map(line_of, problems)
    wrong = sum(not problem.warning for problem in problems)
    if not problems:
        yield f"{entries} 条问答，没有发现毛病"
    else:
        yield f"{entries} 条问答，发现 {wrong} 个错误，{len(problems) - wrong} 个警告"
