"""`qunban kb search`: which entries the base finds for some words, and what it would do."""

import argparse
import asyncio
from collections.abc import Iterator, Mapping, Sequence

from bot.types.declarations import Command
from bot.types.workplace import Workplace
from handlers.kb.opening import Opened, opened
from handlers.kb.telling import progress, say, shown
from knowledge.decision import Decision, Verdict
from knowledge.ranking import Hit

HELP = """在问答库里找一句话：哪几条最像、有多像、会不会答
示例：
  qunban kb search "多久能到货"
  qunban kb search "多久能到货" --json

只看问答库；整个机器人会怎么答（关键词、意图在前面）：qunban ask"""
WILL: Mapping[Verdict, str] = {
    Verdict.ANSWER: "会直接回答第一条",
    Verdict.CHOICES: "拿不准，会请对方从前几条里选",
    Verdict.UNKNOWN: "不会用问答库回答",
}


def command(here: Workplace) -> Command:
    """The search in the base."""

    async def run(arguments: argparse.Namespace) -> int:
        return await asyncio.to_thread(_run, here, arguments)

    return Command("kb search", HELP, _arguments, run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="一句话", help="客户会怎么问")
    parser.add_argument("--group", default="", metavar="群名", help="在哪个群里问；不写就是单聊")
    parser.add_argument("--limit", type=int, default=5, metavar="条数", help="最多列几条，默认 5")
    parser.add_argument("--json", action="store_true", help="结果写成一个 JSON 对象")


def _run(here: Workplace, arguments: argparse.Namespace) -> int:
    settings = here.settings(arguments.config)
    today = here.now().astimezone(here.zone(settings)).date()
    base = opened(settings, here.machine(progress()))
    hits = base.base.ranker.search(arguments.text, max(10, arguments.limit))
    sayable = [hit for hit in hits if hit.entry.holds(today, arguments.group)]
    decision = base.base.decider.decide(sayable)
    if arguments.json:
        say(_as_object(arguments.text, hits[: arguments.limit], decision))
    else:
        print("\n".join(_as_text(hits[: arguments.limit], decision, base)))
    return 0


def _as_object(text: str, hits: Sequence[Hit], decision: Decision) -> dict[str, object]:
    found = [
        {"id": hit.entry.id, "question": hit.entry.question, "nearest": hit.question, "likeness": round(hit.score, 4),
         "answer": hit.entry.answers[0], "file": shown(hit.entry.file), "line": hit.entry.line,
         "sayable": hit in decision.hits}
        for hit in hits
    ]  # fmt: skip
    return {"text": text, "verdict": decision.verdict.value, "score": round(decision.score, 4), "hits": found}


def _as_text(hits: Sequence[Hit], decision: Decision, base: Opened) -> Iterator[str]:
    if not hits:
        yield f"问答库里没有沾边的（比的是{base.by}）。"
        return
    yield f"{WILL[decision.verdict]}，把握 {decision.score:.0%}（比的是{base.by}）"
    for number, hit in enumerate(hits, 1):
        away = "" if hit in decision.hits else "  今天或这里不能说"
        yield f"\n{number}. {hit.entry.question}  像 {hit.score:.0%}{away}"
        if hit.question != hit.entry.question:
            yield f"   最像的问法：{hit.question}"
        yield f"   {shown(hit.entry.file)}:{hit.entry.line}  {_short(hit.entry.answers[0])}"


def _short(text: str, most: int = 40) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
