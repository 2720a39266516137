"""Chinese digits for plain ones in longer numbers: 口令八六三五二."""

import re
from collections.abc import Iterator, Mapping, Sequence
from string import digits

from nlp.moderation.contacts.reading import CHINESE_DIGITS
from nlp.moderation.language import Language
from nlp.moderation.layers import Layer
from nlp.moderation.matchers.listing import Find, Index, Listed, Word
from nlp.moderation.matchers.words import ends_freely
from nlp.moderation.view import View

# Shorter ones are counts and times, and 一 is in every sentence.
_LONG = 5
_NUMBER = re.compile(f"[0-9]{{{_LONG},}}")
_CHINESE = re.compile(f"[{''.join(CHINESE_DIGITS)}]")
_DIGITS: Mapping[int, str] = {ord(digit): plain for digit, plain in CHINESE_DIGITS.items()}


class Digits:
    """Finds words with five digits in a row and more, whichever kind of digits those are."""

    def __init__(self, words: Sequence[Word], language: Language) -> None:
        counting = Listed.of(words).points.counting((*digits, *CHINESE_DIGITS), _LONG)
        suitable = (words[at] for at in counting if words[at].allows(Layer.DIGITS))
        plain = ((word.letters.translate(_DIGITS), word) for word in suitable)
        self._index = Index((letters, word) for letters, word in plain if _NUMBER.search(letters))

    def finds(self, view: View) -> Iterator[Find]:
        """Only where the text has Chinese digits."""
        if not (self._index and _CHINESE.search(view.letters)):
            return
        for start, end, owners in self._index.find(view.letters.translate(_DIGITS)):
            for word in owners:
                if _fits(view.letters[start:end], word.letters) and _is_whole(view, start, end):
                    yield Find(word.number, Layer.DIGITS, *view.characters(start, end))


def _fits(written: str, word: str) -> bool:
    """Whether digits of its numbers are all that is written otherwise, and something is."""
    numbers = {at for run in _NUMBER.finditer(word.translate(_DIGITS)) for at in range(*run.span())}
    others = [at for at, (one, other) in enumerate(zip(written, word, strict=True)) if one != other]
    return bool(others) and numbers.issuperset(others)


def _is_whole(view: View, start: int, end: int) -> bool:
    """Whether no number goes on beside it."""
    around = (view.before(start)[-1:] + view.letters[start], view.letters[end - 1] + view.after(end)[:1])
    return ends_freely(view, start, end) and not any(map(_is_number, around))


def _is_number(pair: str) -> bool:
    return len(pair) > 1 and pair.translate(_DIGITS).isdigit()
