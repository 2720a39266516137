"""How Chinese sounds: a text as a row of sounds, so that what sounds alike, or is typed in pinyin, becomes equal."""

import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import regex

from nlp.normalise import without_stickers

_FIRST, _LAST = 0x4E00, 0x9FFF
# Sounds are kept as private-use characters: one each, and none of them ever in a normalised text.
_BASE = 0xE000
_UNKNOWN = "\0"
_BREAK = " "
_TONES = regex.compile("[\u0300\u0301\u0304\u030c]")
_SYLLABLE = regex.compile(r"(?=.*[aeiouv])[b-df-hj-np-tw-z]{0,2}[aeiouv]{1,3}(?:ng|n|r)?")
# Southern accents and fast typing mix these up.
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_LONGEST_RUN = 30
_LONGEST_SYLLABLE = 6
_PIECE = regex.compile(
    r"(?P<latin>[a-z]+)|(?P<gap>\s+)|(?P<sound>[[\p{L}\p{M}\p{N}]--[a-z]]+)|(?P<mark>.)", regex.DOTALL | regex.V1
)


@dataclass(frozen=True, slots=True)
class Row:
    """A text as sounds: one character a sound, a space for marks; letters and digits as they are.

    `typed`, for each of them: how many letters of pinyin stood there, 0 for what was written. `words` are the Latin
    words of the text. A sound that is said twice in a row counts once.
    """

    codes: str
    typed: tuple[int, ...]
    words: tuple[str, ...]

    @property
    def whole(self) -> str:
        """All sounds without the marks between them."""
        return self.codes.replace(_BREAK, "")


class Sounds:
    """The sounds of Chinese characters: the most usual reading without its tone, zh, ch, sh as z, c, s and ng as n.

    About 0.1 MB. `load` takes some 50 ms: call it once, on a thread.
    """

    def __init__(self, table: str, spelled: Mapping[str, str]) -> None:
        self._table = table
        self._spelled = spelled
        choices = "|".join(sorted(spelled, key=len, reverse=True))
        self._pinyin = regex.compile(f"({choices})+")

    @classmethod
    def load(cls) -> "Sounds":
        """The readings that `pypinyin` (MIT) keeps of every character."""
        readings = _readings()
        spellings = sorted({reading for reading in readings.values() if _SYLLABLE.fullmatch(reading)})
        kinds = {folded: chr(_BASE + at) for at, folded in enumerate(sorted(set(map(_fold, spellings))))}
        spelled = {spelling: kinds[_fold(spelling)] for spelling in spellings}
        sounds = (spelled.get(readings.get(point, ""), _UNKNOWN) for point in range(_FIRST, _LAST + 1))
        return cls("".join(sounds), spelled)

    def of(self, text: str, pinyin: bool = True) -> Row:
        """The row of a normalised text; with `pinyin`, Latin words that can be read as pinyin become sounds too."""
        codes: list[str] = []
        typed: list[int] = []
        words: list[str] = []
        for code, letters in self._sounds(without_stickers(text), pinyin, words):
            if not (codes and codes[-1] == code and is_sound(code)):
                codes.append(code)
                typed.append(letters)
        return Row("".join(codes), tuple(typed), tuple(words))

    def _sounds(self, text: str, pinyin: bool, words: list[str]) -> Iterator[tuple[str, int]]:
        for found in _PIECE.finditer(text):
            piece = found[0]
            match found.lastgroup:
                case "latin":
                    words.append(piece)
                    yield from self._latin(piece, pinyin)
                case "sound":
                    yield from ((self.sound(letter), 0) for letter in piece)
                case "mark" if piece != "'":
                    yield _BREAK, 0

    def syllables(self, latin: str) -> Iterator[tuple[int, int, str]]:
        """All syllables of pinyin in a run of letters: where each begins and ends, and its sound."""
        for start in range(len(latin)):
            for end in range(start + 1, min(start + _LONGEST_SYLLABLE, len(latin)) + 1):
                sound = self._spelled.get(latin[start:end])
                if sound:
                    yield start, end, sound

    def sound(self, letter: str) -> str:
        """The sound of a character; itself where it has none."""
        at = ord(letter) - _FIRST
        code = self._table[at] if 0 <= at < len(self._table) else _UNKNOWN
        return letter if code == _UNKNOWN else code

    def _latin(self, word: str, pinyin: bool) -> Iterator[tuple[str, int]]:
        read = self._pinyin.fullmatch(word) if pinyin and len(word) <= _LONGEST_RUN else None
        if read is None:
            yield from ((letter, 0) for letter in word)
            return
        yield from ((self._spelled[spelling], len(spelling)) for spelling in read.captures(1))


def is_sound(code: str) -> bool:
    """Whether a character of a row is a sound, not a letter, a digit or a mark."""
    return code >= chr(_BASE) and code < chr(_BASE + 0x1900)


def _readings() -> Mapping[int, str]:
    """The first reading of each character, without tone; ü is v, as it is typed."""
    # Finding the file does not import the package, whose import reads a dictionary of phrases too.
    found = find_spec("pypinyin")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("pypinyin", name="pypinyin")
    path = Path(found.submodule_search_locations[0]) / "pinyin_dict.json"
    table = json.loads(path.read_bytes())
    readings = ((int(point), said.partition(",")[0]) for point, said in table.items())
    return {point: _plain(said) for point, said in readings if _FIRST <= point <= _LAST}


def _plain(reading: str) -> str:
    bare = _TONES.sub("", unicodedata.normalize("NFD", reading))
    return unicodedata.normalize("NFC", bare).replace("ü", "v")


def _fold(spelling: str) -> str:
    for heavy, light in _ALIKE:
        spelling = spelling.replace(heavy, light)
    return spelling.removesuffix("g") if spelling.endswith("ng") else spelling
