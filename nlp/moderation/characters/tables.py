"""What is known of single characters: variants, look-alikes, parts and readings."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Tables:
    """Immutable tables about characters; `load` takes some 200 ms.

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
        """The tables beside this file; `export.py` says where they come from."""
        data = json.loads(gzip.decompress((resources.files(__package__) / "tables.json.gz").read_bytes()))
        splits = {sign: tuple(ways) for sign, ways in data["splits"].items()}
        readings = {sign: tuple(said.split(",")) for sign, said in data["readings"].items()}
        return cls(data["variants"], data["letters"], data["parts"], splits, data["shapes"], readings)
