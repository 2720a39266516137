"""Characters written for others that sound alike: 威信 for 微信."""

from collections.abc import Iterator, Mapping, Sequence

from nlp.moderation.language import Language
from nlp.moderation.layers import Layer
from nlp.moderation.matchers.listing import Find, Index, Word, characters, gravest
from nlp.moderation.matchers.words import is_parted
from nlp.moderation.view import View

# By how much (natural logarithm) the text has to be likelier with the listed word, for words of two characters, of
# three, and longer ones: calibrated on shop reviews and questions, where no such word is meant.
_LEAST: Mapping[int, float] = {2: 4.3, 3: 3.0}
_LEAST_LONG = 2.0
# Each character that sounds only nearly alike (平舌翘舌, 前后鼻音) has to be made up for.
_NEARLY = 2.0
_SHORT = 2
# Of more words of two characters too many sound like what everybody says.
_SHORT_WORDS = 5_000

# In a longer list the gravest words.
_WORDS = 20_000


class Homophones:
    """Finds words by the sounds of all characters. Two characters prove little, so people look at them."""

    def __init__(self, words: Sequence[Word], language: Language) -> None:
        self._language = language
        allowed = gravest(words, _WORDS, _suits)
        short = {word.number for word in allowed if len(word.letters) <= _SHORT}
        suitable = [word for word in allowed if len(short) <= _SHORT_WORDS or word.number not in short]
        letters = [word.letters for word in suitable]
        self._index = Index((sounds, suitable[at]) for at, sounds in language.sounded(letters))

    def finds(self, view: View) -> Iterator[Find]:
        """Among the letters as they stand, and with stretched ones as one."""
        sounds = view.letters.translate(self._language.sounds)
        for start, end, owners in self._index.find(sounds):
            for word in owners:
                if self._is_meant(view, start, end, word.letters):
                    yield Find(word.number, Layer.HOMOPHONES, *view.characters(start, end), len(word.letters) <= _SHORT)

    def _is_meant(self, view: View, start: int, end: int, word: str) -> bool:
        written = view.letters[start:end]
        if written == word or self._language.borders.knows(written):
            return False
        least = _LEAST.get(len(word), _LEAST_LONG)
        if self._language.borders.most(written, word) < least:
            return False
        places = [at for at, sign in enumerate(word, start) if view.letters[at] != sign]
        if is_parted(view, start, end) or not all(self._language.borders.is_alone(view, at) for at in places):
            return False
        others = [(one, other) for one, other in zip(written, word, strict=True) if one != other]
        nearly = sum(not self._language.sounds_like(one, other) for one, other in others)
        if nearly and len(word) <= _SHORT:
            return False
        return self._language.borders.gain(view, start, end, word) >= least + _NEARLY * nearly


def _suits(word: Word) -> bool:
    return word.allows(Layer.HOMOPHONES) and characters(word.letters) >= _SHORT
