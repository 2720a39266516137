"""What sets two questions apart although their words are alike."""

from collections.abc import Iterable, Set
from dataclasses import dataclass

import regex

from knowledge.compare.lexicon import ASPECTS, NEGATIONS, NOT_NEGATIONS, opposites, rivals
from nlp.normalise import normalise
from nlp.slots.numerals import number

# A difference, in the order in which they are told: other numbers, another Latin name, a negation more or less,
# another thing asked for (price, time, way …), an opposite word, another one of a kind (colour, brand, city …).
_KINDS = ("numbers", "names", "negation", "aspect", "opposite", "rival")
# Each kind, and again where it is nearly all that differs: people say one thing in other words with and without a
# number or a negation; among the same words it turns the meaning round.
NAMES = (*_KINDS, *(f"only {kind}" for kind in _KINDS))
# Texts that share so much of their characters have nearly the same words.
SAME_WORDS = 0.6

_CLASSIFIERS = "个只次天号月年日点斤块元岁级楼层倍折成周线期位人件双套集季代"
_DIGITS = "一二两三四五六七八九"
_NUMBER = regex.compile(
    rf"\d+(?:\.\d+)?|[〇零{_DIGITS}十百千万亿半]+(?=[{_CLASSIFIERS}])|[{_DIGITS}][十百千万][〇零{_DIGITS}十百千万]*"
)
_LATIN = regex.compile(r"[a-z][a-z0-9+#.]*")
_NOT = regex.compile("|".join(sorted(NOT_NEGATIONS, key=len, reverse=True)))
_NEGATION = regex.compile("[" + "".join(NEGATIONS) + "]")


@dataclass(frozen=True, slots=True)
class Read:
    """One question, read for comparing. `words`: those of its words that have opposites or rivals."""

    text: str
    words: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str]
    negated: bool
    aspect: str


class Comparer:
    """Tells what sets two questions apart. Safe on any thread."""

    def __init__(self) -> None:
        self._opposites = opposites()
        self._rivals = rivals()

    def read(self, text: str, words: Iterable[str]) -> Read:
        """A question that consists of these words, ready to be compared."""
        plain = normalise(text)
        return Read(
            plain,
            frozenset(word for word in words if word in self._opposites or word in self._rivals),
            frozenset(map(_figure, _NUMBER.findall(plain))),
            frozenset(_LATIN.findall(plain)),
            len(_NEGATION.findall(_NOT.sub("", plain))) % 2 == 1,
            _aspect(plain),
        )

    def differences(self, one: Read, other: Read) -> tuple[bool, ...]:
        """Which of `NAMES` hold; the order of the two does not matter."""
        here = {word for word in one.words if word not in other.text}
        there = {word for word in other.words if word not in one.text}
        kinds = (
            _differ(one.numbers, other.numbers),
            _differ(one.names, other.names),
            one.negated != other.negated,
            bool(one.aspect) and bool(other.aspect) and one.aspect != other.aspect,
            self._opposed(here, there),
            bool(self._kinds(here) & self._kinds(there)),
        )
        is_all = any(kinds) and alike(one.text, other.text) >= SAME_WORDS
        return (*kinds, *(is_all and kind for kind in kinds))

    def _opposed(self, here: Iterable[str], there: Iterable[str]) -> bool:
        sides = {place for word in there for place in self._opposites.get(word, ())}
        return any((which, 1 - side) in sides for word in here for which, side in self._opposites.get(word, ()))

    def _kinds(self, words: Iterable[str]) -> set[int]:
        return {kind for word in words for kind in self._rivals.get(word, ())}


def alike(one: str, other: str) -> float:
    """How many characters two texts share, in [0, 1] (Dice)."""
    here, there = set(one), set(other)
    return 2 * len(here & there) / max(len(here) + len(there), 1)


def _differ(here: Set[str], there: Set[str]) -> bool:
    """Whether each side names something that the other does not."""
    return bool(here - there) and bool(there - here)


def _figure(written: str) -> str:
    value = number(written)
    return written if value is None else f"{value.normalize():f}"


def _aspect(text: str) -> str:
    return next((name for name, words in ASPECTS.items() if any(word in text for word in words)), "")
