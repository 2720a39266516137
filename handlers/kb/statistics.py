"""`qunban kb stats`: what the base holds."""

import argparse
import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from bot.types.declarations import Command
from bot.types.workplace import Workplace
from handlers.kb.telling import say, shown
from handlers.understand import FAQ
from knowledge.entries import Entry
from knowledge.lint import SOON

HELP = """问答库里有什么：多少条、多少种问法、各个文件和标签、快到期的
示例：
  qunban kb stats
  qunban kb stats --json"""
MOST_LISTED = 20


def command(here: Workplace) -> Command:
    """What the base holds."""

    async def run(arguments: argparse.Namespace) -> int:
        return await asyncio.to_thread(_run, here, arguments)

    return Command("kb stats", HELP, _arguments, run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="结果写成一个 JSON 对象")


def _run(here: Workplace, arguments: argparse.Namespace) -> int:
    settings = here.settings(arguments.config)
    today = here.now().astimezone(here.zone(settings)).date()
    found = counted(settings[FAQ].loaded.entries, today)
    if arguments.json:
        say(found)
    else:
        print("\n".join(_as_text(found)))
    return 0


def counted(entries: Sequence[Entry], today: date) -> dict[str, Any]:
    """The numbers of a base on a day."""
    ends = [entry.end for entry in entries if entry.end]
    return {
        "entries": len(entries),
        "wordings": sum(len(entry.questions) for entry in entries),
        "answers": sum(len(entry.answers) for entry in entries),
        "single": sum(not entry.similar for entry in entries),
        "expired": sum(end < today for end in ends),
        "expiring": sum(today <= end <= today + SOON for end in ends),
        "upcoming": sum(entry.start is not None and entry.start > today for entry in entries),
        "attached": sum(bool(entry.attach) for entry in entries),
        "longest_answer_bytes": max((len(answer.encode()) for one in entries for answer in one.answers), default=0),
        "files": dict(Counter(shown(entry.file) for entry in entries)),
        "tags": _most_common(tag for entry in entries for tag in entry.tags),
        "groups": _most_common(group for entry in entries for group in entry.groups),
        "owners": _most_common(entry.owner for entry in entries if entry.owner),
    }


def _most_common(names: Iterator[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0])))


def _as_text(found: Mapping[str, Any]) -> Iterator[str]:
    entries, wordings, answers = found["entries"], found["wordings"], found["answers"]
    mean = wordings / entries if entries else 0
    yield f"问答 {entries} 条，问法 {wordings} 种（平均每条 {mean:.1f} 种），回答 {answers} 个"
    told = (
        ("single", "{} 条只有一种问法：多写几种，换个说法也答得上来"),
        ("expired", "{} 条已经过期，不再回答（qunban kb lint 会列出来）"),
        ("expiring", "{} 条两周内到期"),
        ("upcoming", "{} 条还没到开始的日子"),
        ("attached", "{} 条带图片或文件"),
    )
    yield from (f"  {line.format(found[key])}" for key, line in told if found[key])
    for key, name in (("files", "文件"), ("tags", "标签"), ("groups", "只在这些群里说"), ("owners", "负责人")):
        if found[key]:
            yield f"{name}："
            yield from (f"  {count:>5}  {what}" for what, count in [*found[key].items()][:MOST_LISTED])
            if len(found[key]) > MOST_LISTED:
                yield f"         还有 {len(found[key]) - MOST_LISTED} 个"
