"""Words on a terminal: colours where somebody looks, columns that fit Chinese."""

import os
import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TextIO

BOLD, DIM, RED, GREEN, YELLOW, BLUE, CYAN = 1, 2, 31, 32, 33, 34, 36


@dataclass(frozen=True, slots=True)
class Paint:
    """Colours text, or leaves it alone where colours would be noise."""

    on: bool

    def __call__(self, text: str, *codes: int) -> str:
        return f"\x1b[{';'.join(map(str, codes))}m{text}\x1b[0m" if self.on and any(codes) and text else text


def paint_for(stream: TextIO) -> Paint:
    """Colours only for a person at a terminal who did not ask for none (NO_COLOR)."""
    return Paint(stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb")


@dataclass(frozen=True, slots=True)
class Progress:
    """One line that tells somebody at a terminal how far a long piece of work is; silent for programs."""

    stream: TextIO

    def __call__(self, text: str = "") -> None:
        """Show this in place of what was shown; nothing takes it away."""
        if self.stream.isatty():
            print(f"\r\x1b[K{text}", end="", file=self.stream, flush=True)

    def report(self, what: str, done: float) -> None:
        """Show a bar: how much of a piece of work is done, 0 to 1."""
        full = round(20 * min(max(done, 0.0), 1.0))
        self(f"{what} {'█' * full}{'░' * (20 - full)} {done:4.0%}")


def columns(most: int = 88) -> int:
    """How wide to write."""
    return max(40, min(most, shutil.get_terminal_size((most, 24)).columns))


def width(text: str) -> int:
    """The columns a text takes: two for a wide character, none for a combining one."""
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def pad(text: str, size: int, right: bool = False) -> str:
    """The text with spaces up to `size` columns."""
    space = " " * (size - width(text))
    return space + text if right else text + space


def wrap(text: str, size: int) -> Iterator[str]:
    """The lines of a text, none wider than `size` columns; a Latin word is kept whole where it fits."""
    for line in text.split("\n"):
        yield from _wrap_line(line, size)


def _wrap_line(line: str, size: int) -> Iterator[str]:
    while width(line) > size:
        cut = _cut(line, size)
        yield line[:cut].rstrip()
        line = line[cut:].lstrip()
    yield line


def _cut(line: str, size: int) -> int:
    end = next(end for end in range(len(line), 0, -1) if end == 1 or width(line[:end]) <= size)
    space = line.rfind(" ", 0, end + 1)
    inside_word = line[end].isascii() and line[end - 1].isascii() and " " not in line[end - 1 : end + 1]
    return space + 1 if space > 0 and inside_word else end


def shorten(text: str, size: int) -> str:
    """The text on one line, cut to `size` columns with an ellipsis."""
    line = " ".join(text.split())
    if width(line) <= size:
        return line
    return next(_wrap_line(line, size - 1)) + "…"


def table(rows: Iterable[Sequence[str]], right: Iterable[bool] = ()) -> Iterator[str]:
    """Lines of aligned columns; `right` tells which columns hold numbers."""
    held = [list(row) for row in rows]
    sizes = [max(map(width, column)) for column in zip_longest(*held, fillvalue="")]
    sides = [side for side, _ in zip_longest(right, sizes, fillvalue=False)]
    for row in held:
        cells = (pad(cell, size, side) for cell, size, side in zip(row, sizes, sides, strict=False))
        yield "  ".join(cells).rstrip()
