"""Entries made of the values of one file, with its faults."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from nlp.moderation.entry import Entry
from nlp.moderation.lists.columns import LONGEST_WORD, PARSERS
from nlp.moderation.lists.fault import Faults

Values = Mapping[str, object]
Naming = Callable[[str], str]


class Maker:
    """Makes the entries of a file; `usual` is what an entry is where the file says nothing.

    A value that is wrong costs no more than its own entry, and is told.
    """

    def __init__(self, file: str, usual: Entry, faults: Faults) -> None:
        self._file = file
        self._usual = usual
        self._faults = faults
        self._before = f"{file}:"

    def entry(self, values: Values, line: int) -> Entry | None:
        """The entry of some values by column; None when one of them is wrong."""
        like = self.like({column: value for column, value in values.items() if column != "word"}, line)
        return self.made(values.get("word", ""), like, line) if like else None

    def like(self, values: Values, line: int) -> Entry | None:
        """An entry without a word that has these values; None when one of them is wrong."""
        found: dict[str, Any] = {}
        for column, value in values.items():
            try:
                found[column] = PARSERS[column](value)
            except ValueError as error:
                self._faults.add(line, str(error), _shown(value), column)
                return None
        return replace(self._usual, **{column: value for column, value in found.items() if value != ""})

    def made(self, word: object, like: Entry, line: int) -> Entry | None:
        """The entry of a word that is otherwise like another; None when it cannot be one."""
        text = word.strip() if isinstance(word, str) else ""
        if not 0 < len(text) <= LONGEST_WORD:
            self._refuse(word, line)
            return None
        return Entry(
            text, like.category, like.severity, like.action, like.layers, like.groups, like.until, like.note,
            f"{self._before}{line}",
        )  # fmt: skip

    def usually(self, values: Values, line: Callable[[str], int]) -> "Maker":
        """A maker of entries that have these values where they say nothing themselves."""
        maker = self
        for column, value in values.items():
            like = maker.like({column: value}, line(column))
            maker = Maker(self._file, like, self._faults) if like else maker
        return maker

    def _refuse(self, word: object, line: int) -> None:
        try:
            PARSERS["word"](word)
        except ValueError as error:
            self._faults.add(line, str(error), _shown(word), "word")


def _shown(value: object) -> str:
    return value if isinstance(value, str) else str(value)
