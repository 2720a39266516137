"""`qunban rules lint`: what in the word lists does harm or no good; a big list is looked over before it is used."""

import argparse
import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bot.types.declarations import Command
from bot.types.workplace import Workplace
from handlers.kb.telling import complain, say, shown
from handlers.rules.opening import Lists, configured
from knowledge.files.adding import Refused, write_new
from nlp.moderation.entry import Entry
from nlp.moderation.language import Language
from nlp.moderation.lists.examination import Finding, Fold, examined
from nlp.moderation.lists.fault import Fault

HELP = """检查词表：单个字、平常的词、重复的、被别的词盖住的、到期的
示例：
  qunban rules lint                        看配置里用到的词表（没有就看自带的）
  qunban rules lint 大词表.txt             先看看别处来的词表
  qunban rules lint 大词表.txt --to knowledge/words/新词.txt    去掉这些，另存一份
  qunban rules lint --json

词表：一行一个词；或 CSV、用 Tab 隔开的列（词、类别、严重程度、处理、认法、群、有效期至、备注）；或 TOML。
单个字、读不了的行算错误，返回 1；只有警告返回 0。"""
TITLES: Mapping[str, str] = {
    "letter": "单个字",
    "nothing": "去掉符号什么也不剩",
    "short": "太短",
    "everyday": "平常的词",
    "duplicate": "重复",
    "contained": "被别的词盖住",
    "allowed": "和放行表矛盾",
    "expired": "到期",
}


def command(here: Workplace) -> Command:
    """The examination of word lists."""

    async def run(arguments: argparse.Namespace) -> int:
        return await asyncio.to_thread(_run, here, arguments)

    return Command("rules lint", HELP, _arguments, run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", type=Path, metavar="文件", help="只看这些；不写就看配置里的")
    parser.add_argument("--allow", type=Path, action="append", metavar="文件", help="放行表；不写就用配置里的或自带的")
    parser.add_argument("--to", type=Path, metavar="文件", help="去掉有毛病的，另存成这个文件")
    parser.add_argument("--force", action="store_true", help="文件已经有了也覆盖")
    parser.add_argument("--limit", type=int, default=10, metavar="条数", help="每一种最多列几条，默认 10")
    parser.add_argument("--json", action="store_true", help="结果写成 JSON，形状同 qunban check --json，另有 kind")


def _run(here: Workplace, arguments: argparse.Namespace) -> int:
    lists = configured(here, arguments.config, arguments.files or None, arguments.allow)
    entries, faults = lists.entries, lists.faults
    findings = list(examined(entries, lists.phrases, date.today(), _folding()))
    if arguments.json:
        say(_as_object(faults, findings))
    else:
        print("\n".join(_as_text(faults, findings, len(entries), arguments.limit)))
    if arguments.to and not _write(arguments.to, lists, findings, arguments.force):
        return 1
    return 0 if lists.is_sound and all(finding.warning for finding in findings) else 1


def _folding() -> Fold:
    """What a filter makes of words before it compares them."""
    folding = Language.plain().folding
    return lambda word: word.translate(folding)


def _write(target: Path, lists: Lists, findings: Iterable[Finding], force: bool) -> bool:
    """The entries without those that do harm or no good, as a file."""
    dropped = {id(finding.entry) for finding in findings if finding.drop}
    kept = [entry for entry in lists.entries if id(entry) not in dropped]
    try:
        write_new(target, "\n".join(_as_lines(kept)) + "\n", force)
    except Refused as refused:
        complain(str(refused))
        return False
    print(f"留下 {len(kept)} 个词，写进了 {shown(target)}")
    return True


def _as_lines(entries: Iterable[Entry]) -> Iterator[str]:
    yield "# 词\t类别\t严重程度\t处理\t认法\t群\t有效期至\t备注"
    for entry in entries:
        layers, groups = "|".join(sorted(map(str, entry.layers or ()))), "|".join(entry.groups)
        until = entry.until.isoformat() if entry.until else ""
        cells = (entry.word, entry.category, str(entry.severity), entry.action, layers, groups, until, entry.note)
        yield "\t".join(cells).rstrip("\t")


def _as_object(faults: Sequence[Fault], findings: Sequence[Finding]) -> dict[str, Any]:
    told = [(one.warning, _of_fault(one)) for one in faults]
    told += [(one.warning, _of_finding(one)) for one in findings]
    errors = [found for warning, found in told if not warning]
    return {"ok": not errors, "errors": errors, "warnings": [found for warning, found in told if warning]}


def _of_fault(fault: Fault) -> dict[str, Any]:
    value = fault.value or None
    place = {"file": shown(fault.file), "line": fault.line, "key": fault.column}
    return {**place, "value": value, "message": fault.message, "kind": "file"}


def _of_finding(finding: Finding) -> dict[str, Any]:
    file, _, line = finding.entry.place.rpartition(":")
    place = {"file": shown(file), "line": int(line) if line.isdigit() else 0, "key": "word"}
    return {**place, "value": finding.entry.word, "message": finding.message, "kind": finding.kind}


def _as_text(faults: Sequence[Fault], findings: Sequence[Finding], count: int, limit: int) -> Iterator[str]:
    yield from map(str, faults)
    kinds = Counter(finding.kind for finding in findings)
    for kind, title in TITLES.items():
        if kinds[kind]:
            yield f"{title}：{kinds[kind]} 个"
            some = [one for one in findings if one.kind == kind][:limit]
            yield from (f"  {shown(one.entry.place)} 「{one.entry.word}」{one.message}" for one in some)
            if kinds[kind] > limit:
                yield f"  还有 {kinds[kind] - limit} 个（--limit {kinds[kind]} 全列出来）"
    if not findings and not faults:
        yield f"{count} 个词，没有发现毛病"
    else:
        wrong = sum(not one.warning for one in faults) + sum(not one.warning for one in findings)
        yield f"{count} 个词，发现 {wrong} 个错误，{len(faults) + len(findings) - wrong} 个警告"
