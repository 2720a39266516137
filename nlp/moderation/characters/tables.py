"""What is known of single characters: variants, look-alikes, parts and readings."""

import gzip
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

# Of rare readings most are those of names and old books.
_READINGS = 3
_FIRST, _LAST = 0x4E00, 0x9FFF


@dataclass(frozen=True, slots=True)
class Tables:
    """Immutable tables about characters; `load` takes some 150 ms.

    `variants`: traditional and regional forms with the simplified one. `letters`: letters of other alphabets with the
    Latin one they look like. `parts`: forms of a radical with the form that `splits` has. `splits`: what a character
    is taken apart into, one row of parts for each way, the usual one first. `shapes`: what looks like a character,
    likest first. `readings`: its syllables in pinyin without tone (ü is v), the usual one first.
    """

    variants: Mapping[str, str]
    letters: Mapping[str, str]
    parts: Mapping[str, str]
    splits: Mapping[str, tuple[str, ...]]
    shapes: Mapping[str, str]
    readings: Mapping[str, tuple[str, ...]]

    @classmethod
    def load(cls) -> "Tables":
        """The tables beside this file (`export.py` says where they come from), and pypinyin's readings (MIT)."""
        data = json.loads(gzip.decompress((resources.files(__package__) / "tables.json.gz").read_bytes()))
        splits = {sign: tuple(ways) for sign, ways in data["splits"].items()}
        return cls(data["variants"], data["letters"], data["parts"], splits, data["shapes"], _readings())


def _readings() -> Mapping[str, tuple[str, ...]]:
    # Finding the file does not import the package, whose import reads a dictionary of phrases too.
    found = find_spec("pypinyin")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("pypinyin", name="pypinyin")
    table = json.loads((Path(found.submodule_search_locations[0]) / "pinyin_dict.json").read_bytes())
    said = {chr(int(point)): _plain(each) for point, each in table.items() if _FIRST <= int(point) <= _LAST}
    return {sign: readings for sign, readings in said.items() if readings}


def _plain(said: str) -> tuple[str, ...]:
    """Readings without tones, each once."""
    bare = (sign for sign in unicodedata.normalize("NFD", said) if sign not in "\u0300\u0301\u0302\u0304\u030c")
    typed = unicodedata.normalize("NFC", "".join(bare)).replace("ü", "v").replace("ê", "e")
    return tuple(dict.fromkeys(_letters_only(typed.split(","))))[:_READINGS]


def _letters_only(readings: Iterable[str]) -> Iterable[str]:
    return (reading for reading in readings if reading.isascii() and reading.isalpha())
