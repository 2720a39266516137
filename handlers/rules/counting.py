"""`qunban rules stats`: what the word lists hold, and which of their words are found."""

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.types.declarations import Command
from bot.types.fields import parse_duration
from bot.types.workplace import Workplace
from handlers.kb.telling import say, shown
from handlers.moderation.report import Line, reported
from handlers.moderation.settings import label_of
from handlers.moderation.tables import KEEP
from handlers.rules.opening import add_lists, configured, told
from nlp.moderation.entry import Entry

HELP = """词表里有什么：各类、各级、各个文件多少词；--hits 再看哪些词抓到过、哪些从没抓到、哪些常误判
示例：
  qunban rules stats
  qunban rules stats --hits --since 30d
  qunban rules stats --json

用配置里 [[moderation]] 的词表；没有配置就用自带的。"""
MOST_LISTED = 20


def command(here: Workplace) -> Command:
    """The numbers of the lists."""

    async def run(arguments: argparse.Namespace) -> int:
        return await _run(here, arguments)

    return Command("rules stats", HELP, _arguments, run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    add_lists(parser, "配置里的或自带的")
    parser.add_argument("--hits", action="store_true", help="再看机器人的记录：哪些词抓到过")
    parser.add_argument("--since", type=parse_duration, default=KEEP, metavar="多久", help="记录只看最近的，如 7d、24h")
    parser.add_argument("--json", action="store_true", help="结果写成一个 JSON 对象")


async def _run(here: Workplace, arguments: argparse.Namespace) -> int:
    entries = told(configured(here, arguments.config, arguments.words, arguments.allow)).entries
    found = counted(entries)
    if arguments.hits:
        found |= caught(entries, await _lines(here, arguments.config, arguments.since))
    if arguments.json:
        say(found)
    else:
        print("\n".join(_as_text(found)))
    return 0


async def _lines(here: Workplace, config: str, since: timedelta) -> Sequence[Line]:
    async with here.records(config) as records:
        return (await reported(records, here.now() - since)).words


def counted(entries: Sequence[Entry]) -> dict[str, Any]:
    """The numbers of some entries."""
    return {
        "entries": len(entries),
        "words": len({entry.word for entry in entries}),
        "categories": _most_common(entry.category for entry in entries),
        "severities": dict(sorted(Counter(entry.severity for entry in entries).items())),
        "actions": _most_common(entry.action for entry in entries if entry.action),
        "files": _most_common(shown(entry.place.rpartition(":")[0]) for entry in entries),
        "layered": sum(entry.layers is not None for entry in entries),
        "grouped": sum(bool(entry.groups) for entry in entries),
        "ending": sum(entry.until is not None for entry in entries),
    }


def _most_common(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0])))


def caught(entries: Iterable[Entry], lines: Sequence[Line]) -> dict[str, Any]:
    """How the words fared: how often each was found, which never, and which people said were wrong."""
    words = dict.fromkeys(entry.word for entry in entries)
    mine = [line for line in lines if line.name in words]
    found = {line.name for line in mine}
    noisy = sorted((line for line in mine if _wrong(line)), key=lambda line: (-_wrong(line), line.name))
    return {
        "hits": {line.name: line.finds for line in mine},
        "dead": [word for word in words if word not in found],
        "noisy": [{"word": line.name, "wrong": _wrong(line), "ruled": line.right.all} for line in noisy],
    }


def _wrong(line: Line) -> int:
    return line.right.all - line.right.some


def _as_text(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"{found['entries']} 条，{found['words']} 个词"
    yield from _block("类别", {label_of(name): count for name, count in found["categories"].items()})
    yield from _block("严重程度", found["severities"])
    yield from _block("处理", found["actions"])
    yield from _block("文件", found["files"])
    told = (("layered", "指定了认法"), ("grouped", "只在一些群里"), ("ending", "有到期日"))
    yield from (f"{name}：{found[key]} 条" for key, name in told if found[key])
    if "hits" in found:
        yield from _block("抓到过的", found["hits"])
        noisy = {f"{one['word']}（看过 {one['ruled']} 件）": one["wrong"] for one in found["noisy"]}
        yield from _block("误判过的，可以加放行短语，或换成更具体的词", noisy)
        yield f"从没抓到的：{len(found['dead'])} 个" + _some(found["dead"])


def _block(title: str, counts: Mapping[Any, int]) -> Iterator[str]:
    if not counts:
        return
    yield f"{title}："
    yield from (f"  {count:>6}  {name}" for name, count in [*counts.items()][:MOST_LISTED])
    if len(counts) > MOST_LISTED:
        yield f"          还有 {len(counts) - MOST_LISTED} 个"


def _some(words: Sequence[str]) -> str:
    more = "…" if len(words) > MOST_LISTED else ""
    return f"，如 {'、'.join(words[:MOST_LISTED])}{more}" if words else ""
