"""`qunban rules explain`: what in a text is found, by which entry and how, and what was let pass."""

import argparse
import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.types.declarations import Command
from bot.types.workplace import Workplace
from handlers.kb.telling import say, shown
from handlers.moderation.settings import ModerationRule, label_of
from handlers.moderation.words import read
from handlers.rules.columns import columns
from handlers.rules.opening import Lists, add_lists, configured, told
from handlers.rules.tone import Tone, tones
from nlp.moderation.allow import Allow
from nlp.moderation.filter import Filter
from nlp.moderation.hit import Hit, Judgement, gravest, masked
from nlp.moderation.language import Language
from nlp.moderation.layers import Layer

HELP = """一句话为什么被抓、为什么放行：哪个词、怎么认出来的、在哪个文件哪一行、哪条放行起了作用
示例：
  qunban rules explain "加 薇 信 领红包"
  qunban rules explain "印刷单位" --json
  qunban rules explain "上分" --words 词表.txt --allow 放行.txt

用配置里 [[moderation]] 的词表；没有配置就用自带的。"""
NAMES: Mapping[Judgement, str] = {
    Judgement.PASS: "放行",
    Judgement.AUDIT: "只记录",
    Judgement.REVIEW: "人来看",
    Judgement.BLOCK: "拦下",
}


@dataclass(frozen=True, slots=True)
class Explained:
    """What was found in a text; what allowed phrases let pass: each with the phrase and its place; what did not count.

    `within`: words of the lists that stand there, though only across others: 刷单 in 印刷单位. `tones`: what it sounds
    like to rules that ask for that.
    """

    text: str
    hits: Sequence[Hit]
    spared: Sequence[tuple[Hit, str, str]]
    within: Sequence[Hit] = ()
    tones: Sequence[Tone] = ()

    @property
    def judgement(self) -> Judgement:
        """What the text comes to."""
        hit = gravest([*self.hits, *(tone.hit for tone in self.tones if tone.hit)])
        return hit.judgement if hit else Judgement.PASS


def command(here: Workplace) -> Command:
    """The explanation of a text."""

    async def run(arguments: argparse.Namespace) -> int:
        return await asyncio.to_thread(_run, here, arguments)

    return Command("rules explain", HELP, _arguments, run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="话", help="要看的话")
    parser.add_argument("--group", default="", metavar="群名", help="在哪个群里说；不写就是单聊")
    add_lists(parser, "配置里的或自带的")
    parser.add_argument("--json", action="store_true", help="结果写成一个 JSON 对象")


def _run(here: Workplace, arguments: argparse.Namespace) -> int:
    lists = told(configured(here, arguments.config, arguments.words, arguments.allow))
    found = explained(arguments.text, lists, date.today())
    rules = _rules(lists, found.hits, arguments.group)
    concerned = {name for names in rules.values() for name in names}
    asked = [rule for rule in lists.rules if _is_here(rule, arguments.group)]
    found = replace(found, tones=tuple(tones(arguments.text, asked, concerned)))
    if arguments.json:
        say(_as_object(found, rules))
    else:
        print("\n".join(_as_text(found, rules, bool(lists.rules))))
    return 0


def explained(text: str, lists: Lists, day: date) -> Explained:
    """What lists make of a text."""
    strict = lists.filter_with(Allow(domains=lists.domains), day)
    found, hits = strict.hits(text), strict.allowing(lists.phrases).hits(text)
    spared = [(hit, *_phrase(hit, text, lists.phrases, strict)) for hit in found if hit not in hits]
    plain = Filter.build(lists.on(day), Allow(domains=lists.domains), Language.plain()).hits(text)
    return Explained(text, hits, spared, [hit for hit in plain if not any(_is_same(hit, other) for other in found)])


def _is_same(one: Hit, other: Hit) -> bool:
    return one.entry == other.entry and one.start < other.end and other.start < one.end


def _phrase(hit: Hit, text: str, phrases: Mapping[str, str], strict: Filter) -> tuple[str, str]:
    """The phrase that lets a hit pass, and its place."""
    letting = (phrase for phrase in phrases if hit not in strict.allowing([phrase]).hits(text))
    phrase = next(letting, "")
    return phrase, phrases.get(phrase, "")


def _rules(lists: Lists, hits: Sequence[Hit], group: str) -> Mapping[int, Sequence[str]]:
    """The names of the rules that each hit, by its number, concerns here and today."""
    if not lists.rules:
        return {}
    book = read(lists.rules)
    return {
        at: [
            rule.name
            for number, rule in enumerate(lists.rules)
            if _is_here(rule, group) and book.of_rule(number, [hit], group, date.today())
        ]
        for at, hit in enumerate(hits)
    }


def _is_here(rule: ModerationRule, group: str) -> bool:
    return not rule.groups or group in rule.groups


def _as_object(found: Explained, rules: Mapping[int, Sequence[str]]) -> dict[str, Any]:
    return {
        "text": found.text,
        "verdict": found.judgement.value,
        "masked": masked(found.text, found.hits),
        "hits": [{**_of_hit(hit, found.text), "rules": list(rules.get(at, ()))} for at, hit in enumerate(found.hits)],
        "allowed": [
            {**_of_hit(hit, found.text), "phrase": phrase, "phrase_at": shown(place)}
            for hit, phrase, place in found.spared
        ],
        "within": [_of_hit(hit, found.text) for hit in found.within],
        "tones": [tone.as_object for tone in found.tones],
    }


def _of_hit(hit: Hit, text: str) -> dict[str, Any]:
    file, _, line = hit.entry.place.rpartition(":")
    return {
        "word": hit.entry.word, "category": hit.entry.category, "severity": hit.entry.severity,
        "verdict": hit.judgement.value, "layer": str(hit.layer), "span": [hit.start, hit.end],
        "written": text[hit.start : hit.end], "file": shown(file) if file else None,
        "line": int(line) if line.isdigit() else None, "note": hit.entry.note,
    }  # fmt: skip


def _as_text(found: Explained, rules: Mapping[int, Sequence[str]], has_rules: bool) -> Iterator[str]:
    if not found.hits:
        none = "词表没有命中" if any(tone.hit for tone in found.tones) else "没有命中"
        yield f"{NAMES[found.judgement]}：{none}" + ("，词表里的词都被放行了" if found.spared else "")
    else:
        yield f"{NAMES[found.judgement]}：{masked(found.text, found.hits)}"
        yield from columns([_row(hit, found.text, rules.get(at)) for at, hit in enumerate(found.hits)])
    yield from map(str, found.tones)
    if has_rules and found.hits and not any(rules.values()):
        yield "这里没有规则要管这些词（看 [[moderation]] 的 groups、categories），所以什么也不会做"
    for hit, phrase, place in found.spared:
        word = f"「{hit.entry.word}」（{shown(hit.entry.place)}）"
        yield f"放行了 {word}：「{phrase}」在放行表里（{shown(place)}）" if phrase else f"放行了 {word}"
    for hit in found.within:
        yield f"没算 「{hit.entry.word}」（{shown(hit.entry.place)}）：第 {hit.start + 1} 到 {hit.end} 个字属于别的词"


def _row(hit: Hit, text: str, rules: Sequence[str] | None) -> Sequence[str]:
    entry = hit.entry
    kind = f"{label_of(entry.category)}，严重 {entry.severity}，{NAMES[hit.judgement]}"
    written = " ".join(text[hit.start : hit.end].split())
    concerned = f"规则 {'、'.join(rules)}" if rules else ""
    place = shown(entry.place) if entry.place else "不在词表里"
    where = f"第 {hit.start + 1} 到 {hit.end} 个字"
    return f"  「{written}」", where, f"是「{entry.word}」", Layer(hit.layer).label, kind, place, concerned, entry.note
