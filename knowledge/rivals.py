"""Entries of one base that get into each other's way, judged by the base's own ranking and its own certainty."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import regex

from knowledge.contradictions import contradiction
from knowledge.decision import Decider, Verdict
from knowledge.entries import Entry
from knowledge.lint import Finding
from knowledge.ranking import Ranker
from nlp.encode.progress import Report, silent
from nlp.normalise import core

# Enough to see past the entry's own wordings.
LOOKED_AT = 6
# Wordings that are asked again: a minute's work in a base of some thousand entries.
MOST_TRIED = 5000
# So many wordings are quoted.
QUOTED = 3
# Of entries that all ask the same so many are named; mending these finds the others.
MOST_ALIKE = 3
# What questions ask for, in all the words for it; the longer words first.
ASKING: Mapping[str, "regex.Pattern[str]"] = {
    "how": regex.compile(r"怎么样|怎样|怎么|如何|咋样|咋"),
    "long": regex.compile(r"多长时间|多久|几天|多少天|几个小时"),
    "when": regex.compile(r"什么时候|啥时候|何时|几时|几号|几点"),
    "where": regex.compile(r"在?(?:什么地方|哪里|哪儿)|在哪"),
    "may": regex.compile(r"(?<!不)(?:能不能|可不可以|能否|可否|可以|能够|能)"),
    "has": regex.compile(r"有没有|有无|(?<!没)有"),
    "is": regex.compile(r"是不是|是否|(?<!不)是"),
    "what": regex.compile(r"什么|啥"),
}
SMALL = regex.compile(r"请问|你们|咱们|我们|我|您|你|亲|想要|想|一下|弄|操作|流程|[吗呢啊呀吧么的了请问办搞呐哦]")


def rivals(ranker: Ranker, decider: Decider, report: Report = silent) -> Iterator[Finding]:
    """Entries that say the same twice, that contradict each other, and that take each other's questions."""
    entries = ranker.entries
    pairs = alike(entries)
    for (first, second), (mine, theirs) in pairs.items():
        yield _alike(entries[first], entries[second], mine, theirs)
    for (first, second), places in taken(ranker, decider, report).items():
        if (min(first, second), max(first, second)) not in pairs:
            yield _stolen(entries[first], entries[second], places)


def alike(entries: Sequence[Entry]) -> Mapping[tuple[int, int], tuple[str, str]]:
    """Pairs of entries that may be said together and are asked in the same words but for small ones; which wordings."""
    said: dict[str, list[tuple[int, str]]] = defaultdict(list)
    found: dict[tuple[int, int], tuple[str, str]] = {}
    for number, entry in enumerate(entries):
        for wording in entry.questions:
            plain = essence(wording)
            for other, theirs in said[plain][:MOST_ALIKE] if plain else ():
                if other != number and _meet(entries[other], entry):
                    found.setdefault((other, number), (theirs, wording))
            said[plain].append((number, wording))
    return found


def essence(question: str) -> str:
    """A question without its small words, what it asks for first; empty when none is left.

    退货怎么弄 and 怎样退货呢 are one.
    """
    plain = core(question)
    asks = []
    for name, pattern in ASKING.items():
        plain, count = pattern.subn("", plain)
        asks += [name] if count else []
    if len(asks) > 1 and "may" in asks:
        asks.remove("may")
    rest = SMALL.sub("", plain)
    return f"{''.join(asks)}|{rest}" if rest else ""


def taken(ranker: Ranker, decider: Decider, report: Report = silent) -> Mapping[tuple[int, int], Sequence[int]]:
    """For pairs of entries (whose wordings, whose answer) the places of the wordings that the second takes.

    Each wording is asked with itself hidden (leave-one-out): taken is what another entry would answer for certain. Of
    more than `MOST_TRIED` wordings an even sample is tried.
    """
    tried = [
        (number, at) for number, one in enumerate(ranker.entries) if one.similar for at in range(len(one.questions))
    ]
    tried = tried[:: 1 + len(tried) // MOST_TRIED]
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for done, (number, place) in enumerate(tried, 1):
        report("正在比较问答", done / len(tried))
        entry = ranker.entries[number]
        hits = ranker.search(entry.questions[place], LOOKED_AT, {(number, place)})
        hits = [hit for hit in hits if _meet(entry, hit.entry)]
        if hits and hits[0].number != number and decider.decide(hits).verdict is Verdict.ANSWER:
            found[number, hits[0].number].append(place)
    return found


def _meet(first: Entry, second: Entry) -> bool:
    """Whether both may be said on one day in one place."""
    places = not first.groups or not second.groups or bool({*first.groups} & {*second.groups})
    starts = [day for day in (first.start, second.start) if day]
    ends = [day for day in (first.end, second.end) if day]
    return places and (not starts or not ends or max(starts) <= min(ends))


def _alike(first: Entry, second: Entry, mine: str, theirs: str) -> Finding:
    where = f"{first.file}:{first.line}「{mine}」"
    place = second.questions.index(theirs)
    key, number = ("question", None) if place == 0 else ("similar", place - 1)
    if {core(answer) for answer in first.answers} & {core(answer) for answer in second.answers}:
        told = f"和 {where}问的一样、答的也一样；请合成一条，把问法并到一起"
        return Finding("duplicate", second, key, told, theirs, place=number)
    if why := contradiction(first.answers[0], second.answers[0]):
        told = f"和 {where}问的一样，回答却对不上：{why}；请改对一条，或删掉一条"
        return Finding("contradiction", second, key, told, theirs, warning=False, place=number)
    told = f"和 {where}问的几乎一样；是一回事就合成一条，不是就在问法里写明区别"
    return Finding("duplicate", second, key, told, theirs, place=number)


def _stolen(first: Entry, second: Entry, places: Sequence[int]) -> Finding:
    quoted = "、".join(f"「{first.questions[place]}」" for place in places[:QUOTED])
    more = f"等 {len(places)} 种问法" if len(places) > QUOTED else ""
    told = (
        f"要不是写了{quoted}{more}，这样问会答成 {second.file}:{second.line}「{second.question}」；"
        "请给这一条多写几种相近的问法，或把那一条写得更具体"
    )
    place = places[0]
    key, number = ("question", None) if place == 0 else ("similar", place - 1)
    return Finding("stolen", first, key, told, first.questions[place], place=number)
