"""Aligned columns for people at a terminal."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest


def columns(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Lines of cells under each other; a Chinese character is two wide."""
    held = [list(row) for row in rows]
    sizes = [max(map(width, column)) for column in zip_longest(*held, fillvalue="")]
    for row in held:
        yield "  ".join(cell + " " * (size - width(cell)) for cell, size in zip(row, sizes, strict=False)).rstrip()


def width(text: str) -> int:
    """How many columns a text takes."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
