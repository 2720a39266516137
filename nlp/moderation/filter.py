"""What a list says about a text."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count, repeat

from nlp.moderation import contacts
from nlp.moderation.allow import Allow
from nlp.moderation.combinations import Combinations, is_combination
from nlp.moderation.entry import Entry
from nlp.moderation.hit import Hit
from nlp.moderation.language import Language
from nlp.moderation.layers import Layer
from nlp.moderation.matchers.digits import Digits
from nlp.moderation.matchers.homophones import Homophones
from nlp.moderation.matchers.initials import Initials
from nlp.moderation.matchers.leet import Leet
from nlp.moderation.matchers.listing import Find, Index, Listed, Matcher, Word
from nlp.moderation.matchers.recomposed import Recomposed
from nlp.moderation.matchers.shapes import Shapes
from nlp.moderation.matchers.syllables import Syllables
from nlp.moderation.matchers.words import Words
from nlp.moderation.patterns import Patterns, is_pattern
from nlp.moderation.spans import Apart, Covers
from nlp.moderation.view import View, packed
from nlp.moderation.views import views

# Who warns of a thing, reports it or asks about it names it: people look at such messages, nothing is held back.
_CUES = re.compile(
    "警惕|谨防|严防|防范|提防|当心|小心|打击|严打|查处|查获|破获|捣毁|民警|警方|警察|公安|法院|检察|反诈|防骗|诈骗|骗局|骗子|被骗|"
    "受骗|上当|举报|违法|犯罪|违规|违禁|封禁|封号|禁止|严禁|请勿|切勿|勿信|不要相信|别相信|远离|拒绝|抵制|取缔|曝光|辟谣|判刑|"
    "被判|拘留|处罚|罚款|新闻|报道|案件|普法|科普|这个词|什么意思|啥意思"
)
# Automata are built outside the interpreter's lock: for so many words and more it pays to build two at a time.
_MANY, _AT_ONCE = 20_000, 2
_MARKS = frozenset({Layer.EXACT, Layer.FOLD, Layer.SKELETON})


class Filter:
    """An immutable snapshot of lists: every thread may share it.

    `build` is heavy: call it on a thread. `hits` is pure, and bounded in time for each character.
    """

    def __init__(self, parts: Sequence["Part"], allow: Allow, language: Language, removed: frozenset[Entry]) -> None:
        self.allow = allow
        self.language = language
        self._parts = tuple(parts)
        self._removed = removed
        phrases = (packed(phrase.translate(language.folding)) for phrase in allow.phrases)
        self._allowed = Index((phrase, phrase) for phrase in phrases if phrase)

    @classmethod
    def build(cls, entries: Iterable[Entry], allow: Allow, language: Language | None = None) -> "Filter":
        """A filter of these entries, in their order; without a language that has a dictionary, of plain layers only."""
        language = language or Language.plain()
        return cls((Part(tuple(entries), language),), allow, language, frozenset())

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries that count, in their order."""
        return tuple(entry for part in self._parts for entry in part.listed if entry not in self._removed)

    def extended(self, added: Iterable[Entry], removed: Iterable[Entry] = ()) -> "Filter":
        """The same filter with a few entries more or less, at once; what was added before is built anew."""
        gone = frozenset(removed) | self._removed
        later = [entry for part in self._parts[1:] for entry in part.listed if entry not in gone]
        fresh = Part((*later, *added), self.language)
        return Filter((self._parts[0], fresh), self.allow, self.language, gone - set(fresh.listed))

    def allowing(self, phrases: Iterable[str]) -> "Filter":
        """The same filter with a few allowed phrases more, at once."""
        allow = replace(self.allow, phrases=self.allow.phrases | frozenset(phrases))
        return Filter(self._parts, allow, self.language, self._removed)

    def hits(self, text: str) -> list[Hit]:
        """Everything found in a text, in the order of the text; of several layers that find the same the plainest.

        What is found without a list (telephones, accounts, addresses) is of the category `contact`.
        """
        found = [*self._listed(text), *contacts.find(text, self.allow.domains)]
        if found and self._allowed:
            allowed = Covers(self._allowed_spans(text))
            found = [hit for hit in found if not allowed.cover(hit.start, hit.end)]
        return sorted(found, key=lambda hit: (hit.start, -hit.end))

    def _allowed_spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where allowed phrases stand in a text, in each way to read it."""
        for view in views(text, self.language.folding):
            for start, end, _ in self._allowed.find(view.packed):
                yield view.written(*view.characters(view.runs[start][0], view.runs[end - 1][1]))

    def _listed(self, text: str) -> Iterator[Hit]:
        hits = [*self._worded(text), *(hit for part in self._parts for hit in part.patterns.find(text))]
        if not hits:
            return
        for part in self._parts:
            hits = part.combinations.joined(hits)
        warns = _CUES.search(text.translate(self.language.folding)) is not None
        for hit in hits:
            if hit.entry not in self._removed:
                yield replace(hit, review=hit.review or warns)

    def _worded(self, text: str) -> Iterator[Hit]:
        found: dict[Entry, Apart] = defaultdict(Apart)
        for view in views(text, self.language.folding):
            for part in self._parts:
                for matcher in part.matchers:
                    for find in matcher.finds(view):
                        hit = _hit(text, view, part.entries[find.number], find)
                        if hit and hit.entry not in self._removed and found[hit.entry].add(hit.start, hit.end):
                            yield hit


def _hit(text: str, view: View, entry: Entry, find: Find) -> Hit | None:
    """A find in terms of the text as it was written; None if the entry is not looked for in this way."""
    start, end = view.written(find.start, find.end)
    layer = _named(view, find, text[start:end], entry)
    return Hit(entry, layer, start, end, find.review) if _may(entry, {layer, find.layer}) else None


class Part:
    """Entries with what finds them. `listed`: as they came; `entries`: the words that are looked for."""

    def __init__(self, listed: Sequence[Entry], language: Language) -> None:
        self.listed = tuple(listed)
        plain, others = _sorted(self.listed)
        self.patterns = Patterns(others)
        self.combinations = Combinations(others)
        self.entries = (*plain, *self.combinations.parts)
        self.matchers = _matchers(_words(self.entries, language), language)


def _sorted(entries: Sequence[Entry]) -> tuple[Sequence[Entry], Sequence[Entry]]:
    """The words, and the patterns and combinations."""
    # Without a slash it is no pattern, without a plus no combination: nearly all are told at once.
    marked = (entry for entry in entries if "/" in entry.word or "+" in entry.word)
    others = [entry for entry in marked if is_pattern(entry) or is_combination(entry)]
    apart = set(map(id, others))
    return [entry for entry in entries if id(entry) not in apart] if others else entries, others


def _matchers(words: Sequence[Word], language: Language) -> Sequence[Matcher]:
    kinds: list[Callable[[Sequence[Word], Language], Matcher]] = [Words]
    if language.has_dictionary:
        kinds += (Digits, Leet, Syllables, Initials, Recomposed, Homophones, Shapes)
    if len(words) < _MANY:
        return tuple(kind(words, language) for kind in kinds)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return tuple(pool.map(lambda kind: kind(words, language), kinds))


def _words(entries: Sequence[Entry], language: Language) -> Sequence[Word]:
    letters = language.folding.of([entry.word for entry in entries])
    rows = zip(
        count(), letters, [entry.layers for entry in entries], [entry.severity for entry in entries], strict=False
    )
    # As Word's own constructor does, without a call for each.
    words: Iterable[Word] = map(tuple.__new__, repeat(Word), rows)
    return Listed(word for word in words if word.letters) if "" in letters else Listed(words)


def _named(view: View, find: Find, written: str, entry: Entry) -> Layer:
    """The layer of a find: how the text was read, unless the word was hidden again in that."""
    if find.layer not in _MARKS:
        return find.layer
    if view.layer is not None:
        return view.layer
    return Layer.EXACT if written == entry.word else find.layer


def _may(entry: Entry, layers: set[Layer]) -> bool:
    return entry.layers is None or layers <= entry.layers | _MARKS
