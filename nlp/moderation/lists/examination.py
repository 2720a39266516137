"""What in a word list does harm, or no good: the report of an importer, and of `qunban rules lint`."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import log10

import regex

from nlp.dictionary import jieba_words
from nlp.moderation.automaton import Automaton
from nlp.moderation.combinations import SIGN, is_combination, parts_of
from nlp.moderation.entry import Entry
from nlp.moderation.lists.unfindable import NOTHING
from nlp.moderation.patterns import is_pattern

# A word is everyday from so large a share of all words on: one of 10,000 messages of 20 words has it by chance.
# A whole list may be wrong about three of 10,000, so one entry that takes a third of that is worth a look.
EVERYDAY = 1 / (10_000 * 20)
MESSAGE = 20
# Shorter ones stand in ordinary names, sizes and times.
SHORT = regex.compile(r"[a-z]{1,2}|\d{1,4}")

Fold = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something worth a look about an entry; `kind` names it for programs, `other` is the entry it is about too.

    `drop`: the list is none the worse without the entry.
    """

    kind: str
    entry: Entry
    message: str
    other: Entry | None = None
    warning: bool = True
    drop: bool = True


@dataclass(frozen=True, slots=True)
class Usage:
    """How often words are used in Chinese at large, by jieba's dictionary."""

    frequencies: Mapping[str, int]
    total: int

    @classmethod
    def of(cls, words: Collection[str]) -> "Usage":
        """What is known of some words; the rest of the dictionary is read past."""
        found, total = {}, 0
        for word, frequency in jieba_words():
            total += frequency
            if word in words:
                found[word] = frequency
        return cls(found, total)

    def share(self, word: str) -> float:
        """Which part of all words a word is."""
        return (self.frequencies.get(word) or 0) / self.total


def examined(
    entries: Sequence[Entry], phrases: Collection[str], today: date, fold: Fold, usage: Usage | None = None
) -> Iterator[Finding]:
    """All that is found in entries, in their order by kind. `fold`: what words are when they are compared.

    Half a million entries take about ten seconds.
    """
    entries = [entry for entry in entries if not is_pattern(entry)]
    folded = [_folded(entry, fold) for entry in entries]
    usage = usage or Usage.of({*folded})
    yield from _alone(entries, folded, usage, today)
    yield from _duplicates(entries, folded)
    yield from _contained(entries, folded)
    yield from _allowed(entries, folded, {fold(phrase): phrase for phrase in phrases})


def _folded(entry: Entry, fold: Fold) -> str:
    """What an entry is when it is compared: nothing if one of its words is nothing."""
    if not is_combination(entry):
        return fold(entry.word)
    parts = [fold(part) for part in parts_of(entry)]
    return SIGN.join(parts) if all(parts) else ""


def _alone(entries: Iterable[Entry], folded: Iterable[str], usage: Usage, today: date) -> Iterator[Finding]:
    """What shows by the entry itself."""
    for entry, word in zip(entries, folded, strict=True):
        if entry.until and entry.until < today:
            yield Finding("expired", entry, f"{entry.until} 已经到期，不再起作用")
        if len(word) < 2 or SHORT.fullmatch(word):
            yield _short(entry, word)
        elif (share := usage.share(word)) >= EVERYDAY:
            yield Finding("everyday", entry, f"平常的词，{_often(share)}，容易误伤；最好换成更具体的说法")


def _short(entry: Entry, word: str) -> Finding:
    if not word:
        return Finding("nothing", entry, NOTHING, warning=False)
    if len(word) == 1:
        return Finding("letter", entry, "只有一个字，到处都会误伤；写成完整的词", warning=False)
    return Finding("short", entry, "太短，型号、价格、时间里都会有；写成完整的词")


def _often(share: float) -> str:
    """How many of 10,000 messages have it, with one figure that counts."""
    count = 10_000 * MESSAGE * share
    digits = -int(log10(count)) if count >= 1 else 0
    return f"平均一万句话里约有 {round(count, digits):.0f} 句会有它"


def _duplicates(entries: Iterable[Entry], folded: Iterable[str]) -> Iterator[Finding]:
    first: dict[str, Entry] = {}
    for entry, word in zip(entries, folded, strict=True):
        other = first.setdefault(word, entry)
        if other is entry or not word:
            continue
        if _scope(other) != _scope(entry):
            told = f"和 {other.place} 的「{other.word}」认起来一样，类别、严重程度或范围却不同；请只留一条"
            yield Finding("duplicate", entry, told, other, drop=False)
        else:
            same = "重复" if other.word == entry.word else f"的「{other.word}」认起来一样，这一条用不着"
            yield Finding("duplicate", entry, f"和 {other.place} {same}", other)


def _scope(entry: Entry) -> tuple[object, ...]:
    return entry.category, entry.severity, entry.action, entry.layers, entry.groups, entry.until


def _contained(entries: Sequence[Entry], folded: Sequence[str]) -> Iterator[Finding]:
    automaton = Automaton(folded)
    for entry, word in zip(entries, folded, strict=True):
        if len(word) < 2:
            continue
        inner = (entries[at] for start, end, at in automaton.find(word) if 1 < end - start < len(word))
        if other := next((one for one in inner if _covers(one, entry)), None):
            told = f"里面有 {other.place} 的「{other.word}」，先被它认出来；这一条多半用不着"
            yield Finding("contained", entry, told, other)


def _covers(shorter: Entry, longer: Entry) -> bool:
    """Whether the shorter one is found wherever the longer one is, and weighs as much."""
    return (
        shorter.severity >= longer.severity
        and (shorter.layers is None or (longer.layers is not None and longer.layers <= shorter.layers))
        and (not shorter.groups or (bool(longer.groups) and {*longer.groups} <= {*shorter.groups}))
        and (shorter.until is None or (longer.until is not None and longer.until <= shorter.until))
    )


def _allowed(entries: Iterable[Entry], folded: Iterable[str], phrases: Mapping[str, str]) -> Iterator[Finding]:
    for entry, word in zip(entries, folded, strict=True):
        if word and word in phrases:
            yield Finding(
                "allowed", entry, f"放行表里有「{phrases[word]}」，这一条永远不会起作用；两处留一处", drop=False
            )
