"""`qunban kb accept`: a gap and the answer to it become an entry in a knowledge file."""

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import regex

from bot.types.declarations import Command, Settings
from bot.types.workplace import Workplace
from handlers.desk.answers import Proposal
from handlers.directory import PEOPLE
from handlers.kb.opening import Opened, opened
from handlers.kb.telling import complain, progress, say, shown
from handlers.kb.unanswered import gathered, proposed, remembered
from handlers.understand import FAQ
from handlers.variables import unknown_variables
from knowledge.decision import Verdict
from knowledge.entries import Entry
from knowledge.files.adding import Refused, append
from knowledge.files.writing import block
from knowledge.gaps import Cluster
from nlp.normalise import core

HELP = """把没答上来的问题补进问答库：问法取自大家的话，回答取自客服当时的话
示例：
  qunban kb accept 12
  qunban kb accept 12 --answer "可以开专票，下单时备注抬头"
  qunban kb accept 12 --to knowledge/发票.toml

编号见 qunban kb gaps。写在文件末尾，别的一个字不动；写好请再看一遍。"""
NAME = "补充.toml"
MOST_SIMILAR = 20
# Order and phone numbers belong to one person, not into a question.
_PERSONAL = regex.compile(r"\d{7,}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What will be said, and where it comes from; `by`: the name of who said it, perhaps empty."""

    words: str
    remark: str
    by: str = ""


def command(here: Workplace) -> Command:
    """Accepting a gap."""

    async def run(arguments: argparse.Namespace) -> int:
        try:
            return await _run(here, arguments)
        except Refused as refused:
            return complain(str(refused))

    return Command("kb accept", HELP, _arguments, run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", type=_number, metavar="编号", help="qunban kb gaps 里的编号")
    parser.add_argument("--answer", default="", metavar="回答", help="回答什么；不写就用客服当时的话")
    parser.add_argument("--to", type=Path, metavar="文件", help=f"写进哪个 .toml；不写就是知识文件夹里的 {NAME}")
    parser.add_argument("--json", action="store_true", help="结果写成一个 JSON 对象")


def _number(text: str) -> int:
    return int(text.lstrip("#＃"))


async def _run(here: Workplace, arguments: argparse.Namespace) -> int:
    settings = here.settings(arguments.config)
    target = arguments.to or _target(settings)
    if target.suffix.lower() != ".toml":
        raise Refused(f"只能写进 .toml 文件，{target} 不是；用 --to 换一个")
    cluster, answer = await _chosen(here, arguments, settings)
    entry = _entry(cluster, answer, settings[FAQ].loaded.entries)
    text = block(entry, answer.remark)
    line = await asyncio.to_thread(_add, here, arguments.config, target, text)
    reads = target.resolve() in {path.resolve() for files in settings[FAQ].files for path in files.paths()}
    if arguments.json:
        say(_as_object(entry, target, line, text))
    else:
        print(f"写进了 {shown(target)}:{line}\n\n{text}\n请再看一遍；改完保存就生效。")
    if not reads:
        complain(f"提醒：[faq] files 里还没有 {shown(target)}，写上它才会用到")
    return 0


async def _chosen(here: Workplace, arguments: argparse.Namespace, settings: Settings) -> tuple[Cluster, Answer]:
    """The cluster that holds the gap of that number, and the answer to it; Refused when one is missing."""
    asked, said = await remembered(here, arguments.config, settings)
    base = await asyncio.to_thread(opened, settings, here.machine(progress()))
    found = await asyncio.to_thread(gathered, asked, base)
    cluster = next((one for one in found if any(gap.id == arguments.number for gap in one.asked)), None)
    if cluster is None:
        raise Refused(f"没有编号是 {arguments.number} 的问题；看看有哪些：qunban kb gaps")
    if known := _answering(cluster, base):
        where = f"{shown(known.file)}:{known.line}「{known.question}」"
        raise Refused(f"「{cluster.texts[0]}」已经答得上来：{where}；要改就改那一条")
    return cluster, _answer(here, arguments, settings, cluster, proposed(cluster, said))


def _answering(cluster: Cluster, base: Opened) -> Entry | None:
    """The entry that answers a question by now."""
    decision = base.base.decider.decide(base.base.ranker.search(cluster.texts[0]))
    return decision.hits[0].entry if decision.verdict is Verdict.ANSWER else None


def _answer(
    here: Workplace, arguments: argparse.Namespace, settings: Settings, cluster: Cluster, proposal: Proposal | None
) -> Answer:
    """What the manager wrote, otherwise what a person said; Refused when nobody did."""
    zone = here.zone(settings)
    today = f"{here.now().astimezone(zone):%Y-%m-%d} 补充：{len(cluster.asked)} 次没答上来"
    if arguments.answer.strip():
        return Answer(arguments.answer.strip(), f"{today}。")
    if proposal is None:
        cure = f'qunban kb accept {arguments.number} --answer "…"'
        raise Refused(f"「{cluster.texts[0]}」还没有人答过，请写上回答：{cure}")
    name = next((person.name for person in settings[PEOPLE] if person.userid == proposal.by.lower()), "")
    day = f"{proposal.at.astimezone(zone):%Y-%m-%d}"
    return Answer(proposal.answer, f"{today}，回答是{name or '客服'} {day} 对客户说的，请核对。", name)


def _entry(cluster: Cluster, answer: Answer, existing: Sequence[Entry]) -> Entry:
    """The entry as a manager would write it; Refused when its question is in the base already."""
    known = {core(question): entry for entry in existing for question in entry.questions}
    texts = [text.strip() for text in cluster.texts if not _PERSONAL.search(text)]
    if not texts:
        raise Refused("这个问题里都是订单号、电话，不适合写进问答库")
    if same := known.get(core(texts[0])):
        raise Refused(f"「{texts[0]}」库里已经有了：{shown(same.file)}:{same.line}；要改就改那一条")
    similar = tuple(text for text in texts[1:] if core(text) not in known)[:MOST_SIMILAR]
    words = answer.words
    if any(unknown_variables(words)):
        words = words.replace("{", "｛").replace("}", "｝")
    return Entry(id=texts[0], question=texts[0], similar=similar, answers=(words,), owner=answer.by)


def _target(settings: Settings) -> Path:
    """Where new entries go when nobody says where: a file of their own beside the other TOML files, if it is read."""
    named = [files for files in settings[FAQ].files if files.pattern.endswith(".toml")]
    for files in named:
        if files.is_pattern and fnmatch(NAME, Path(files.pattern).name):
            return files.folder / NAME
    there = [path for files in named for path in files.paths()]
    if not there:
        raise Refused("[faq] files 里没有 .toml 文件，请用 --to 说写到哪里，如 --to knowledge/补充.toml")
    return there[-1]


def _add(here: Workplace, config: str, target: Path, text: str) -> int:
    """Append the block; when the configuration is not sound with it, the file is put back as it was."""
    before = target.read_bytes() if target.exists() else None
    line = append(target, text)
    is_sound = False
    try:
        here.settings(config)
        is_sound = True
    finally:
        if not is_sound:
            target.unlink() if before is None else target.write_bytes(before)
    return line


def _as_object(entry: Entry, target: Path, line: int, text: str) -> dict[str, Any]:
    return {
        "question": entry.question,
        "similar": list(entry.similar),
        "answer": entry.answers[0],
        "file": shown(target),
        "line": line,
        "toml": text,
    }
