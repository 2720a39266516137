"""A process that holds a filter of so many words, and tells what it took and what looking at messages costs there."""

import asyncio
import gc
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from bot.calm import calmly, settle, take_turns
from bot.cli.bench.child import answer, questions
from bot.cli.bench.keyword_subject import resident
from bot.cli.bench.lag import watched
from bot.cli.bench.lists import messages, mixed, words
from nlp.moderation.allow import Allow
from nlp.moderation.entry import Entry
from nlp.moderation.filter import Filter
from nlp.moderation.language import Language
from nlp.moderation.matchers.listing import Find, Matcher, Word
from nlp.moderation.matchers.syllables import Syllables
from nlp.moderation.matchers.words import Words
from nlp.moderation.views import views
from nlp.tokenise import Tokeniser

# So rarely do messages of a community have a listed word.
EVERY = 100
ADDED = "刚刚加上的词"


class Subject:
    """A filter as the bot has it, and what it took to make it, by figure; the loop beside it is watched meanwhile."""

    def __init__(self, count: int) -> None:
        self.took: dict[str, float] = {}
        # Words: fold and skeleton, which are one pass over the letters.
        self.streams: tuple[Matcher, ...] = ()
        tokeniser = Tokeniser.load()
        self.language = Language.load(tokeniser)
        self.listed = words(count)
        self.entries = [Entry(word, "ad", place=f"words.txt:{line}") for line, word in enumerate(self.listed, 1)]
        self.plain, self.hidden, self.both = messages(), messages(self.listed), mixed(self.listed, EVERY)

    async def build(self) -> None:
        """Build it as a reload does: on a thread."""
        settle()
        before, worked = resident(), time.process_time()
        async with watched() as lag:
            began = time.perf_counter()
            self.filter = await asyncio.to_thread(calmly, Filter.build, self.entries, Allow(), self.language)
            self.took["build_s"] = time.perf_counter() - began
        self.took["build_cpu_s"] = time.process_time() - worked
        self.took["held_ms"] = lag.worst
        gc.collect()
        self.took["mib"] = resident() - before
        self.took["added_ms"] = min(self.added() for _ in range(3))

    def added(self) -> float:
        """Milliseconds of CPU from a word that was added to its first hit."""
        began = time.thread_time_ns()
        found = self.filter.extended([Entry(ADDED, "ad")]).hits(f"你看，{ADDED}，对吧")
        assert found, "a word that was added is found"
        return (time.thread_time_ns() - began) / 1e6

    def costs(self, count: int) -> dict[str, float]:
        """What looking at so many messages costs: microseconds for each, and how many fit in a second."""
        without, within = (spent(self.filter.hits, islice(texts, count)) for texts in (self.plain, self.hidden))
        rates = {"whole_rate": rate(self.filter.hits, list(islice(self.both, count)))}
        if self.streams:
            rates["streams_rate"] = rate(self.streamed, list(islice(self.both, count)))
        times = {"p50_us": at(without, 50), "p99_us": at(without, 99)}
        return {**times, "hit_p50_us": at(within, 50), "hit_p99_us": at(within, 99), **rates}

    def prepare_streams(self) -> None:
        """Have the three main streams alone, too."""
        folded = [Word(number, word.translate(self.language.folding)) for number, word in enumerate(self.listed)]
        self.streams = (Words(folded, self.language), Syllables(folded, self.language))

    def streamed(self, text: str) -> list[Find]:
        """What fold, skeleton and syllables find in a text, in each way to read it."""
        ways = views(text, self.language.folding)
        return [find for view in ways for matcher in self.streams for find in matcher.finds(view)]


def spent(look: Callable[[str], object], texts: Iterable[str]) -> list[float]:
    """The microseconds of CPU that each message takes, in order of size; all are looked at once before."""
    found, held = [], list(texts)
    for text in held:
        look(text)
    for text in held:
        began = time.thread_time_ns()
        look(text)
        found.append((time.thread_time_ns() - began) / 1000)
    return sorted(found)


def rate(look: Callable[[str], object], texts: Sequence[str]) -> float:
    """Messages a second of CPU on one core."""
    began = time.thread_time_ns()
    for text in texts:
        look(text)
    return len(texts) * 1e9 / max(time.thread_time_ns() - began, 1)


def at(ordered: Sequence[float], percent: int) -> float:
    return ordered[len(ordered) * percent // 100]


async def main() -> None:
    take_turns()
    subject = Subject(int(sys.argv[1]))
    await subject.build()
    if sys.argv[2:] == ["streams"]:
        subject.prepare_streams()
    async for asked in questions():
        answer(**subject.costs(asked["count"]), **subject.took)


if __name__ == "__main__":
    asyncio.run(main())
