"""The second look: needles that a text does not have, but nearly."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from handlers.needles import Needles
from nlp.slips import Lacking, Spellings, swapped
from nlp.sounds import Row, Sounds, is_sound

# So many sounds a needle must have before something else may stand for it: less would meet ordinary words.
SOUNDS = 3
PINYIN_SOUNDS, PINYIN_LETTERS = 2, 4
SWAPPED = 4
DROPPED = 6
LETTERS = 5
# In longer texts words are only looked for by their sound.
LONGEST_SLIPPED = 60
NEGATIONS = "不没别无非未勿"


@dataclass(frozen=True, slots=True)
class Look:
    """What a text nearly is (`whole`) and nearly contains (`parts`), each word with the reason."""

    whole: Mapping[str, str]
    parts: Mapping[str, str]


class Near:
    """Words by how they sound, for texts with a wrong character of the same sound, in pinyin, or with one slip."""

    def __init__(self, whole: Iterable[str], parts: Iterable[str], sounds: Sounds) -> None:
        self._sounds = sounds
        self._keeps = frozenset(sounds.of(NEGATIONS).codes)
        self._whole = _Shelf(whole, sounds, self._may_drop, is_whole=True)
        self._parts = _Shelf(parts, sounds, self._may_drop, is_whole=False)

    def look(self, plain: str) -> Look:
        """The words that a normalised text nearly is or has; a word that it really has may be among them."""
        row = self._sounds.of(plain)
        marks = [at for at, code in enumerate(row.codes) if code == " "]
        typed = tuple(letters for at, letters in enumerate(row.typed) if at not in marks)
        return Look(self._whole.equal(Row(row.whole, typed, row.words)), self._parts.within(row))

    def _may_drop(self, code: str) -> bool:
        """Without its negation a text would mean the opposite."""
        return is_sound(code) and code not in self._keeps


class _Shelf:
    """Words that are looked for in one way: as the whole text, or inside of it."""

    def __init__(self, words: Iterable[str], sounds: Sounds, may_drop: Callable[[str], bool], is_whole: bool) -> None:
        rows = [(word, sounds.of(word, pinyin=False).whole) for word in sorted(set(words))]
        by_codes = defaultdict(list)
        for word, codes in rows:
            if sum(map(is_sound, codes)) >= PINYIN_SOUNDS:
                by_codes[codes].append(word)
        self._words: Mapping[str, Sequence[str]] = {codes: tuple(found) for codes, found in by_codes.items()}
        self._needles = Needles.of(self._words)
        self._longest = max(map(len, self._words), default=0)
        self._lacking = Lacking((codes for codes in self._words if len(codes) >= DROPPED), may_drop, is_whole)
        self._spellings = Spellings(word for word, _ in rows if _is_latin(word))

    def equal(self, row: Row) -> Mapping[str, str]:
        """The words that the whole row nearly is."""
        found: dict[str, str] = {}
        if row.codes in self._words and _is_enough(row.typed):
            found[row.codes] = _alike(row.typed)
        elif len(row.codes) <= LONGEST_SLIPPED:
            found = dict.fromkeys(self._lacking.find(row.codes), "少了一个字")
            if len(row.codes) >= SWAPPED:
                turned = (codes for _, codes in swapped(row.codes, is_sound))
                found.update((codes, "有两个字颠倒了") for codes in turned if codes in self._words)
        return self._named(found) | self._misspelt(["".join(row.words)] if _is_latin(row.codes) else [])

    def within(self, row: Row) -> Mapping[str, str]:
        """The words that the row nearly contains."""
        found: dict[str, str] = {}
        if len(row.codes) <= LONGEST_SLIPPED:
            found.update((codes, "少了一个字") for codes in self._lacking.within(row.codes))
            found.update((codes, "有两个字颠倒了") for codes in self._turned(row.codes))
        for at, codes in self._needles.places(row.codes):
            typed = row.typed[at : at + len(codes)]
            if _is_enough(typed):
                found[codes] = _alike(typed)
        return self._named(found) | self._misspelt(row.words)

    def _named(self, found: Mapping[str, str]) -> dict[str, str]:
        return {word: f"像“{word}”（{how}）" for codes, how in found.items() for word in self._words[codes]}

    def _misspelt(self, typed: Iterable[str]) -> dict[str, str]:
        close = (word for one in typed if one for word in self._spellings.find(one))
        return {word: f"像“{word}”（拼写差一个字母）" for word in close}

    def _turned(self, codes: str) -> Iterator[str]:
        for at, turned in swapped(codes, is_sound):
            for start, word in self._needles.places(turned, at + 2 - self._longest, at + 1):
                if len(word) >= SWAPPED and start + len(word) > at + 1:
                    yield word


def _is_enough(typed: Sequence[int]) -> bool:
    if len(typed) >= SOUNDS:
        return True
    return len(typed) >= PINYIN_SOUNDS and all(typed) and sum(typed) >= PINYIN_LETTERS


def _alike(typed: Sequence[int]) -> str:
    return "拼音" if any(typed) else "读音相同"


def _is_latin(word: str) -> bool:
    return len(word) >= LETTERS and word.isascii() and word.isalpha()
