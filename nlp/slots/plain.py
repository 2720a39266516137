"""Text as values are looked for in it: one width, one case, and for every character its place in the original."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import regex

# A value is said in a few words; what is longer is a letter.
LONGEST = 2000

_TRADITIONAL = "點號兩萬億後週禮個時鐘塊錢這幾單訂電話內過間門號從開"
_SIMPLIFIED = "点号两万亿后周礼个时钟块钱这几单订电话内过间门号从开"
_SAME: Mapping[int, int] = str.maketrans(_TRADITIONAL + "〜–—−‐‑", _SIMPLIFIED + "~-----")
_CHINESE_DIGITS: Mapping[int, int] = str.maketrans("零〇一二两三四五六七八九幺", "0012234567891")
_HIDDEN = regex.compile(r"[[\p{C}--\s]\p{M}\u115F\u1160\u3164]", regex.V1)


@dataclass(frozen=True, slots=True)
class Plain:
    """A folded text; `places[i]` is where its character i stands in the original."""

    text: str
    places: tuple[int, ...]

    @classmethod
    def of(cls, original: str) -> "Plain":
        """The folded form of a text: full width, letter case, traditional figures and hidden characters go."""
        pairs = [(char, at) for at, one in enumerate(original[:LONGEST]) for char in _fold(one)]
        return cls("".join(char for char, _ in pairs), tuple(at for _, at in pairs))

    @property
    def with_digits(self) -> "Plain":
        """The same with Chinese digits as Arabic ones, character by character: for numbers that are spelled out."""
        return Plain(self.text.translate(_CHINESE_DIGITS), self.places)

    @property
    def closed_up(self) -> "Plain":
        """The same without white space."""
        kept = [(char, at) for char, at in zip(self.text, self.places, strict=True) if not char.isspace()]
        return Plain("".join(char for char, _ in kept), tuple(at for _, at in kept))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a piece of the folded text stands in the original; `start` < `end`."""
        return self.places[start], self.places[end - 1] + 1


def _fold(char: str) -> str:
    if "a" <= char <= "z" or "0" <= char <= "9" or "\u4e00" <= char <= "\u9fff":
        return char.translate(_SAME)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", char).casefold()).translate(_SAME)
    return _HIDDEN.sub("", folded)
