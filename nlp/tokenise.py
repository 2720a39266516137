"""Text cut into words: jieba's dictionary, with the community's own words kept whole."""

from collections.abc import Iterable, Iterator
from math import log

import regex

from nlp.cutting import Cutter
from nlp.dictionary import Dictionary
from nlp.normalise import normalise, without_stickers

# Only words that never tell two questions apart: particles, politeness, address.
STOP_WORDS = frozenset(
    """
    的 了 吗 呢 吧 啊 呀 哦 噢 嘛 哈 哈哈 呵呵 嘿嘿 嘻嘻 啦 哇 哎 唉 嗯 嗯嗯 呗 哟 咯 咧 喔 哪
    请问 请 问下 问一下 想问 想问下 麻烦 谢谢 多谢 感谢 你好 您好 亲 亲亲 哈喽 hello hi 一下 一下下 下
    我 我们 你 你们 您 咱 咱们 大家 它 那个 这个 这 那 就 呃 额 么 是 想
    """.split()  # noqa: SIM905
)

_WORD = regex.compile(r"[\p{L}\p{N}]")
_HAN_RUN = regex.compile(r"\p{Han}{2,}")


class Tokeniser:
    """Cuts text into words; immutable, so that any number of threads may share one.

    `load` reads the dictionary (0.6 s of CPU and 20 MiB); `with_words` gives another tokeniser on the same
    dictionary at no cost.
    """

    def __init__(self, cutter: Cutter, words: Iterable[str] = ()) -> None:
        self._cutter = cutter
        self._own = _alternation({normalise(word) for word in words})

    @property
    def dictionary(self) -> Dictionary:
        """How often words come, for those who need no more."""
        return self._cutter.dictionary

    @classmethod
    def load(cls, words: Iterable[str] = ()) -> "Tokeniser":
        """A tokeniser with its dictionary in memory. Slow: call it once, on a thread."""
        return cls(Cutter.load(), words)

    def with_words(self, words: Iterable[str]) -> "Tokeniser":
        """The same dictionary with these own words instead of the present ones."""
        return Tokeniser(self._cutter, words)

    def words(self, text: str) -> list[str]:
        """The words of a text in order, without marks and stop words."""
        return [word for word in self._cut(_readable(text)) if word not in STOP_WORDS]

    def terms(self, text: str) -> list[str]:
        """What a search looks for: words, the shorter words within long ones, and bigrams of Chinese characters.

        Bigrams carry a leading `·`, so that they never count as words.
        """
        kept = self.words(text)
        found: list[str] = []
        for word in kept:
            found.append(word)
            if len(word) > 2 and not word.isascii():
                found.extend(self._within(word))
        return found + _bigrams("".join(kept))

    def rarity(self, term: str) -> float:
        """How rare a term is in Chinese at large, in (0, 1]: 1 for a word the dictionary does not know.

        It is the information of the word's frequency as a share of the most a known word can have; a bigram that
        is no word has the mean of its characters.
        """
        frequency = self.dictionary.get(term.removeprefix("·"))
        if not frequency and term.startswith("·"):
            return sum(map(self.rarity, term[1:])) / 2
        return 1 - log(frequency or 1) / log(self.dictionary.total)

    def cut(self, text: str) -> list[str]:
        """All words of a normalised text, whatever they tell."""
        return self._cut(text)

    def chance(self, word: str) -> float:
        """How often a word of the dictionary comes among all words, in [0, 1)."""
        return float(self.dictionary.get(word) or 0) / float(self.dictionary.total)

    def _within(self, word: str) -> Iterator[str]:
        """The dictionary's words of two and three characters inside a word."""
        parts = (word[at : at + size] for size in (2, 3) if size < len(word) for at in range(len(word) - size + 1))
        return (part for part in parts if self.dictionary.get(part) and part not in STOP_WORDS)

    def _cut(self, text: str) -> list[str]:
        if not self._own:
            return self._cut_plainly(text)
        found: list[str] = []
        for piece in self._own.split(text):
            found += [piece] if self._own.fullmatch(piece) else self._cut_plainly(piece)
        return found

    def _cut_plainly(self, text: str) -> list[str]:
        return [word for word in self._cutter.cut(text) if word.isalnum() or _WORD.search(word)]


def _readable(text: str) -> str:
    return without_stickers(normalise(text))


def _bigrams(text: str) -> list[str]:
    return ["·" + run[at : at + 2] for run in _HAN_RUN.findall(text) for at in range(len(run) - 1)]


def _alternation(words: set[str]) -> regex.Pattern[str] | None:
    """A pattern whose `split` keeps the words; the longest wins."""
    words.discard("")
    if not words:
        return None
    return regex.compile("(" + "|".join(map(regex.escape, sorted(words, key=len, reverse=True))) + ")")
