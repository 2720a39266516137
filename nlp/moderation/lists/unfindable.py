"""Words of which nothing is left without marks, spaces and emoji: no text has them in it."""

from collections.abc import Iterable, Iterator

from nlp.moderation.characters.tables import Tables
from nlp.moderation.combinations import is_combination, parts_of
from nlp.moderation.entry import Entry
from nlp.moderation.folding import Folding
from nlp.moderation.lists.fault import Fault
from nlp.moderation.patterns import is_pattern

NOTHING = "去掉符号、空格和表情，什么也不剩，永远找不到它；要找符号或表情，写成正则，如 /💰{3}/"


def unfindable(entries: Iterable[Entry]) -> Iterator[Fault]:
    """The entries that can never be found: words, and combinations of which one word cannot be."""
    words = [(part, entry) for entry in entries if not is_pattern(entry) for part in _parts(entry)]
    if not words:
        return
    letters = Folding(Tables.load()).of([part for part, _ in words])
    for entry in dict.fromkeys(entry for (_, entry), left in zip(words, letters, strict=True) if not left):
        file, _, line = entry.place.rpartition(":")
        yield Fault(file, int(line) if line.isdigit() else 1, NOTHING, entry.word, "word", warning=True)


def _parts(entry: Entry) -> tuple[str, ...]:
    return parts_of(entry) if is_combination(entry) else (entry.word,)
