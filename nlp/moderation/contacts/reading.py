"""A text as contacts are read in it: letters plain, digits as digits, each with its place in the original."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from nlp.normalise import simplified

# Chinese digits, also as on cheques and as read out over the telephone; all others have their value in Unicode.
CHINESE_DIGITS: Mapping[str, str] = {
    **dict.fromkeys("零洞", "0"),
    **dict.fromkeys("一壹弌幺", "1"),
    **dict.fromkeys("二贰弍", "2"),
    **dict.fromkeys("三叁弎参", "3"),
    **dict.fromkeys("四肆", "4"),
    **dict.fromkeys("五伍", "5"),
    **dict.fromkeys("六陆", "6"),
    **dict.fromkeys("七柒拐", "7"),
    **dict.fromkeys("八捌", "8"),
    **dict.fromkeys("九玖勾", "9"),
}
# Latin letters (negative, squared, or as flags) that compatibility folding leaves alone.
_LETTERS = ((0x1F170, 26), (0x1F150, 26), (0x1F130, 26), (0x1F1E6, 26))
_UNSEEN = frozenset({"Mn", "Me", "Cf"})
# A Latin letter or a digit of any style; what is Chinese, or marks of East Asia, is none.
_FOREIGN = re.compile(
    r"[0-9A-Za-z]|[^\x00-\x7F\u2010-\u205E\u3000-\u3006\u3008-\u321F\u322A-\u327F\u328A-\u33FF\u4E00-\u9FFF\uFF00-\uFF0F\uFF1A-\uFF20]"
)
_SHORTEST = 3
_COUNTED = re.compile(r"(?:[零〇一壹二贰貳三叁參四肆五伍六陆陸七柒八捌九玖幺洞拐勾][^\n]{0,3}){5}")


def may_hold_contacts(text: str) -> bool:
    """Whether reading the text for contacts is worth the time; never wrong about one that is there."""
    return len(_FOREIGN.findall(text)) >= _SHORTEST or bool(_COUNTED.search(text))


@dataclass(frozen=True, slots=True)
class Reading:
    """`text`: letters without width, case, style and marks; `numbers`: the same with every kind of digit as 0 to 9.

    Both are equally long; `places` holds the index of each of their characters in `original`.
    """

    text: str
    numbers: str
    places: tuple[int, ...]
    original: str

    @classmethod
    def of(cls, text: str) -> "Reading":
        """The reading of a text."""
        letters: list[str] = []
        numbers: list[str] = []
        places: list[int] = []
        for at, one in enumerate(simplified(text)):
            if "\u4e00" <= one <= "\u9fff":
                letter, number = one, CHINESE_DIGITS.get(one, one)
            else:
                letter, number = _read(one)
            letters.append(letter)
            numbers.append(number)
            if len(letter) == 1:
                places.append(at)
            else:
                places += [at] * len(letter)
        return cls("".join(letters), "".join(numbers), tuple(places), text)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of the reading stands in the original."""
        return self.places[start], self.places[end - 1] + 1

    def is_disguised(self, start: int, end: int) -> bool:
        """Whether a digit of this part was not written as 0 to 9."""
        return any(
            self.numbers[at].isdigit() and not self.original[self.places[at]].isascii() for at in range(start, end)
        )


def digit_of(letter: str) -> str:
    """The digit that a character stands for, of any script and style; empty for none."""
    if "\u4e00" <= letter <= "\u9fff":
        return CHINESE_DIGITS.get(letter, "")
    value = unicodedata.numeric(letter, -1)
    return str(int(value)) if value in range(10) else ""


def _read(letter: str) -> tuple[str, str]:
    """The character as a letter and as a number; both equally long."""
    if letter < "\x80":
        return (lower := letter.lower()), lower
    if unicodedata.category(letter) in _UNSEEN:
        return "", ""
    if digit := digit_of(letter):
        return digit, digit
    plain = _plain(letter)
    return plain, "".join(digit_of(one) or one for one in plain)


def _plain(letter: str) -> str:
    for first, many in _LETTERS:
        if 0 <= ord(letter) - first < many:
            return chr(ord("a") + ord(letter) - first)
    return unicodedata.normalize("NFKC", letter).casefold()
