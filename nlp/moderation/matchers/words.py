"""Words as they are listed: behind width, tradition, marks and stretched letters; forwards and backwards."""

from collections.abc import Iterator, Mapping, Sequence

from nlp.moderation.borders import Borders
from nlp.moderation.folding import is_unseen
from nlp.moderation.language import Language
from nlp.moderation.layers import Layer
from nlp.moderation.matchers.listing import Find, Index, Listed, Word
from nlp.moderation.view import View, packed, runs

# Ends of sentences and of their parts: one of them between two words is no disguise.
_SENTENCE_MARKS = frozenset("，。！？；,!?;")
_COMMAS = frozenset("，,！？!?")
# What single letters are listed with.
_LISTING = frozenset("，、,")
_LETTERS = 3
_COUNTS = frozenset("一二三四五六七八九")
_NUMERALS: Mapping[int, int] = str.maketrans("一二三四五六七八九", "123456789")
# More than that between two letters is a text of its own.
_FURTHEST = 16
_COUNTED = frozenset("个小天年月日号点分秒次件块元折倍层楼斤公克米位名人家条张台部本只岁周星期份道款套双支批段阶线圈局")
# What is read backwards by chance: two characters often, three only across words.
_BACKWARDS = 3
_BACKWARDS_LATIN = 5
# How much less likely a text may be with the word in it, if somebody put marks between its letters; and how much
# likelier it has to be, if that is one mark as sentences have it, if letters are stretched (妹妹), or if three letters
# were written backwards, where forwards no word may be cut.
_APART = -4.0
_PAUSED = 4.0
_STRETCHED = 4.0
_TURNED = 4.0


class Words:
    """Finds listed words in the letters of a text, all equal neighbours taken as one."""

    def __init__(self, words: Sequence[Word], language: Language) -> None:
        self._borders = language.borders
        forms, patterns = _forms(Listed.of(words))
        self._index = Index.beside(patterns, forms)

    def finds(self, view: View) -> Iterator[Find]:
        """Forwards, and words of three letters and more backwards."""
        for start, end, owners in self._index.find(view.packed):
            for word in owners:
                if span := self._span(view, start, end, word.letters):
                    yield Find(word.number, _layer(view, *span, word.letters), *view.characters(*span))
        yield from self._backwards(view)

    def _span(self, view: View, start: int, end: int, form: str) -> tuple[int, int] | None:
        """Where the word stands: the letters it has itself if they read well so, or with all that is stretched."""
        if not self._stands(view, start, end, form):
            return None
        runs = view.runs
        tight, wide = (runs[start][1] - 1, runs[end - 1][0] + 1), (runs[start][0], runs[end - 1][1])
        if tight != wide and view.letters[slice(*tight)] == form and self._has_borders(view, *tight, form):
            return tight
        return wide if self._has_borders(view, *wide, form) else None

    def _backwards(self, view: View) -> Iterator[Find]:
        size = len(view.packed)
        for end, start, owners in self._index.find(view.packed[::-1]):
            for word in owners:
                form = word.letters
                least = _BACKWARDS_LATIN if form.isascii() else _BACKWARDS
                if len(form) < least or packed(form) == packed(form)[::-1]:
                    continue
                first, last = view.runs[size - start][0], view.runs[size - end - 1][1]
                stands = self._stands(view, size - start, size - end, form[::-1])
                if stands and self._is_turned(view, first, last, form):
                    yield Find(word.number, Layer.REVERSED, *view.characters(first, last))

    def _is_turned(self, view: View, first: int, last: int, form: str) -> bool:
        """Whether nobody would write these letters forwards."""
        if not ends_freely(view, first, last):
            return False
        gain = self._borders.gain(view, first, last, form)
        if len(form) > _BACKWARDS:
            return gain >= _APART
        return gain >= _TURNED and self._borders.loss(view, first, last) <= 0.0

    def _stands(self, view: View, start: int, end: int, form: str) -> bool:
        """Whether every letter is there at least as often as the word has it."""
        if end - start == len(form):
            return True
        wanted = [last - first for first, last in runs(form)]
        return all(last - first >= size for (first, last), size in zip(view.runs[start:end], wanted, strict=True))

    def _has_borders(self, view: View, first: int, last: int, form: str) -> bool:
        if not ends_freely(view, first, last) or _is_counted(view, first, last, form):
            return False
        inside = [at for at in range(first + 1, last) if at in view.gaps]
        if any(len(view.between(at)) > _FURTHEST for at in inside):
            return False
        if form.isascii():
            return not (len(form) <= _LETTERS and any(_LISTING & set(view.between(at)) for at in inside))
        if _is_doubled(view, first, last, form, self._borders) or self._is_two(view, first, last, inside):
            return False
        return self._borders.stands(view, first, last, form, _least(view, inside, last - first, len(form)))

    def _is_two(self, view: View, first: int, last: int, inside: Sequence[int]) -> bool:
        """Whether a comma stands between two words that the word is made of: 送货上门，服务好."""
        if len(inside) != 1 or view.between(inside[0]).strip() not in _COMMAS:
            return False
        halves = view.letters[first : inside[0]], view.letters[inside[0] : last]
        return all(len(half) > 1 and self._borders.knows(half) for half in halves)


def ends_freely(view: View, first: int, last: int) -> bool:
    """Whether no Latin letter goes on beside a Latin letter, and no digit beside a digit."""
    letters = view.letters
    short = last - first <= _LETTERS and letters[first:last].isascii()
    before, after = view.before(first)[-1:], view.after(last)[:1]
    return not (_goes_on(before, letters[first], short) or _goes_on(after, letters[last - 1], short))


def _is_counted(view: View, first: int, last: int, form: str) -> bool:
    """Whether a digit of the word counts what comes after it: 快3小时."""
    counts = form[-1].isdigit() and not form[-2:-1].isascii()
    return counts and last < len(view.letters) and view.letters[last] in _COUNTED


def _goes_on(beside: str, edge: str, short: bool) -> bool:
    if not beside or not edge.isascii():
        return False
    if edge.isdigit():
        return beside.isdigit()
    return is_alphabetic(beside) or (short and beside.isdigit())


def is_alphabetic(sign: str) -> bool:
    """Whether it is a letter of an alphabet: no Chinese character, no kana."""
    return sign.isalpha() and sign < "\u2e80"


def _least(view: View, inside: Sequence[int], letters: int, size: int) -> float:
    """How much likelier the text has to be with the word, for what stands between its letters."""
    if not inside:
        return _STRETCHED if letters > size else 0.0
    if _is_a_pause(view, inside, size):
        return _PAUSED
    return 0.0 if all("\n" in view.between(at) for at in inside) else _APART


def _is_a_pause(view: View, inside: Sequence[int], size: int) -> bool:
    """Whether the only thing between the letters is one mark as sentences have it."""
    seen = "".join(sign for sign in view.between(inside[0]) if not is_unseen(sign)).strip(" ")
    return len(inside) == 1 and size <= 3 and len(seen) == 1 and seen in _SENTENCE_MARKS


def is_parted(view: View, first: int, last: int) -> bool:
    """Whether a mark as sentences have it stands between the letters, in a text that is not stretched."""
    breaks = view.breaks
    return any(at in breaks and _SENTENCE_MARKS & set(view.between(at)) for at in range(first + 1, last))


def _is_doubled(view: View, first: int, last: int, form: str, borders: Borders) -> bool:
    """Whether all that is stretched is the last letter, which is a word when doubled (妹妹), or a word is cut by it."""
    if last - first == len(form) or form.isascii():
        return False
    if is_parted(view, first, last):
        return True
    if last - first > len(form) + 1:
        return False
    end = view.letters[last - 2 : last]
    return (end[0] == end[1] and borders.knows(end)) or borders.loss(view, first, last) > 0.0


def _layer(view: View, first: int, last: int, form: str) -> Layer:
    """The plainest name for what had to be undone."""
    if view.letters[first:last] != form or any(at in view.gaps for at in range(first + 1, last)):
        return Layer.SKELETON
    return Layer.FOLD


def _forms(words: Listed) -> tuple[list[Word], list[str]]:
    """The words, each followed by itself with digits for its numerals if it has more than those; and all packed."""
    letters = list(words.letters)
    for at in words.points.stretched():
        letters[at] = packed(letters[at])
    forms: list[Word] = []
    patterns: list[str] = []
    done = 0
    for at in words.points.having(_COUNTS):
        number, written, layers, severity = words[at]
        counted = written.translate(_NUMERALS)
        if len(counted) > 1 and not all(map(str.isdigit, counted)):
            forms += words[done : at + 1]
            forms.append(Word(number, counted, layers, severity))
            patterns += letters[done : at + 1]
            patterns.append(packed(counted))
            done = at + 1
    return forms + words[done:], patterns + letters[done:]
