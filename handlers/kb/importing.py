"""`qunban kb import`: a sheet or an export becomes a knowledge file as a manager would have written it."""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.types.declarations import Command
from bot.types.workplace import Workplace
from handlers.kb.telling import complain, line_of, parted, say, shown
from handlers.understand import FAQ
from knowledge.entries import Entry, Loaded, load
from knowledge.files.adding import Refused, write_new
from knowledge.files.writing import block, document
from nlp.normalise import core

HELP = """把表格、导出的问答变成 knowledge 里的 TOML 文件
示例：
  qunban kb import 问答.xlsx                          先看看会变成什么样，不写文件
  qunban kb import 问答.xlsx --to knowledge/faq.toml  写成文件
  qunban kb import 聊天导出.csv --to knowledge/faq.toml --force

认 .xlsx、.csv（Excel 存的 UTF-8、GBK 都行）、.jsonl、.toml；列名写“问题、回答”，
还可以有“相似问法、标签、适用群、生效日期、有效期至、附件、负责人、编号”，中文英文都行。
库里已经有的问法不会再写一遍。表格也可以不导入，直接写进 [faq] files。"""
PREVIEWED = 3


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file brings: new entries, and for each wording that is known already where it stands."""

    loaded: Loaded
    entries: tuple[Entry, ...]
    known: tuple[tuple[str, Entry], ...]


def command(here: Workplace) -> Command:
    """The import of a file."""

    async def run(arguments: argparse.Namespace) -> int:
        return await asyncio.to_thread(_run, here, arguments)

    return Command("kb import", HELP, _arguments, run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="文件", help="表格或导出的问答")
    parser.add_argument("--to", type=Path, metavar="文件", help="写到哪个 .toml；不写就只看看")
    parser.add_argument("--force", action="store_true", help="文件已经有了也覆盖")
    parser.add_argument("--json", action="store_true", help="结果写成一个 JSON 对象")


def _run(here: Workplace, arguments: argparse.Namespace) -> int:
    target: Path | None = arguments.to
    if target and target.suffix.lower() != ".toml":
        return complain(f"--to 要写 .toml 文件，现在是 {target}")
    brought = bring(load([arguments.file]), _existing(here, arguments, target))
    written = target if target and brought.entries else None
    if written:
        try:
            write_new(written, _document(brought, arguments.file), arguments.force)
        except Refused as refused:
            return complain(str(refused))
    if arguments.json:
        say(_as_object(brought, written))
    else:
        print("\n".join(_as_text(brought, arguments.file, written)))
    return 0 if brought.entries and not any(not problem.warning for problem in brought.loaded.problems) else 1


def _existing(here: Workplace, arguments: argparse.Namespace, target: Path | None) -> Sequence[Entry]:
    """The entries of the configuration, where there is one, without those of the file that is written anew."""
    if not Path(arguments.config).is_file():
        return ()
    entries = here.settings(arguments.config)[FAQ].loaded.entries
    passed = {path.resolve() for path in (target, arguments.file) if path}
    return [entry for entry in entries if Path(entry.file).resolve() not in passed]


def bring(loaded: Loaded, existing: Sequence[Entry]) -> Brought:
    """What is new in a file beside some entries; a wording that one of them has already is left to it."""
    known = {core(question): entry for entry in existing for question in entry.questions}
    ids = {entry.id for entry in existing}
    entries, left = [], []
    for entry in loaded.entries:
        left += [(question, known[core(question)]) for question in entry.questions if core(question) in known]
        if core(entry.question) not in known:
            similar = tuple(question for question in entry.similar if core(question) not in known)
            id = entry.question if entry.id in ids else entry.id
            entries.append(replace(entry, similar=similar, id=id))
    return Brought(loaded, tuple(entries), tuple(left))


def _document(brought: Brought, source: Path) -> str:
    return document(brought.entries, f"来自 {source.name}，共 {len(brought.entries)} 条。", brought.loaded.words)


def _as_object(brought: Brought, written: Path | None) -> dict[str, Any]:
    errors, warnings = parted(brought.loaded.problems)
    known = [{"question": text, "file": shown(entry.file), "line": entry.line} for text, entry in brought.known]
    return {
        "ok": not errors and bool(brought.entries),
        "entries": len(brought.entries),
        "wordings": sum(len(entry.questions) for entry in brought.entries),
        "known": known,
        "written": shown(written) if written else None,
        "toml": "\n".join(map(block, brought.entries)),
        "errors": errors,
        "warnings": warnings,
    }


def _as_text(brought: Brought, source: Path, written: Path | None) -> Iterator[str]:
    yield from map(line_of, brought.loaded.problems)
    for text, entry in brought.known:
        yield f"「{text}」库里已经有了：{shown(entry.file)}:{entry.line}，没有再写"
    wordings = sum(len(entry.questions) for entry in brought.entries)
    yield f"{source.name}：{len(brought.entries)} 条新问答，{wordings} 种问法"
    if not brought.entries:
        return
    if written:
        yield f"写好了：{shown(written)}。看看有没有毛病：qunban kb lint"
        return
    yield f"\n会这样写（前 {min(PREVIEWED, len(brought.entries))} 条）：\n"
    yield "\n".join(map(block, brought.entries[:PREVIEWED]))
    yield f"写成文件：qunban kb import {shown(source)} --to knowledge/{source.stem}.toml"
