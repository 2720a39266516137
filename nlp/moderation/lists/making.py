"""Entries made of the values of one file, with its faults."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from nlp.moderation.combinations import MOST_PARTS, SIGN, is_combination
from nlp.moderation.entry import Entry
from nlp.moderation.lists.columns import LONGEST_WORD, PARSERS
from nlp.moderation.lists.fault import Faults
from nlp.moderation.patterns import MOST as MOST_PATTERNS
from nlp.moderation.patterns import fault_of as pattern_fault
from nlp.moderation.patterns import is_pattern

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
        self._patterns = 0

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
        made = Entry(
            text, like.category, like.severity, like.action, like.layers, like.groups, like.until, like.note,
            f"{self._before}{line}",
        )  # fmt: skip
        return made if text[0] != "/" and SIGN not in text else self._composed(made, line)

    def usually(self, values: Values, line: Callable[[str], int]) -> "Maker":
        """A maker of entries that have these values where they say nothing themselves."""
        maker = self
        for column, value in values.items():
            like = maker.like({column: value}, line(column))
            maker = Maker(self._file, like, self._faults) if like else maker
        return maker

    def _composed(self, entry: Entry, line: int) -> Entry | None:
        """An entry that is more than a word; None when it cannot be looked for."""
        told = fault_of(entry, self._patterns)
        if told:
            self._faults.add(line, told, entry.word, "word")
            return None
        self._patterns += is_pattern(entry)
        return entry

    def _refuse(self, word: object, line: int) -> None:
        try:
            PARSERS["word"](word)
        except ValueError as error:
            self._faults.add(line, str(error), _shown(word), "word")


def fault_of(entry: Entry, patterns: int = 0) -> str:
    """Why a pattern or a combination cannot be looked for (Chinese), after so many patterns; empty when it can."""
    if is_pattern(entry):
        if patterns >= MOST_PATTERNS:
            return f"正则太多，最多 {MOST_PATTERNS} 条；能写成词的请写成词"
        wrong = pattern_fault(entry)
        return f"正则写错了：{wrong}；两头的 / 之间写正则，如 /加.{{0,3}}微/" if wrong else ""
    if is_combination(entry) and not 1 < len([part for part in entry.word.split(SIGN) if part.strip()]) <= MOST_PARTS:
        return f"一起出现才算的词写成“兼职 + 日结”，最多 {MOST_PARTS} 个"
    return ""


def _shown(value: object) -> str:
    return value if isinstance(value, str) else str(value)
