"""FAQ entries: what is asked, in which words, and what is answered."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.checking import Checked
from knowledge.files.excel import read_xlsx
from knowledge.files.jsonlines import read_jsonl
from knowledge.files.separated import read_csv
from knowledge.rows import Block, Problem, Row, Sheet, read_toml
from nlp.marks import mark
from nlp.normalise import core

MAX_ENTRIES = 200_000

# A file's ending and how it is read; a new format joins here.
READERS: Mapping[str, Callable[[Path], Sheet]] = {
    ".toml": read_toml,
    ".xlsx": read_xlsx,
    ".csv": read_csv,
    ".jsonl": read_jsonl,
}
# What Excel leaves beside a workbook while somebody has it open.
LOCK_FILE = "~$"
Keys = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One FAQ item. `answers` are variants of the same answer; one of them is said.

    `id` names the entry in traces and records; it is the question where the file gives none. `groups` restricts it
    to named groups (empty: everywhere). `start` and `end` are its first and last day, people's time. `attach` names
    the files that go out with an answer, as the configuration names files.
    """

    id: str
    question: str
    similar: tuple[str, ...] = ()
    answers: tuple[str, ...]
    tags: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    attach: tuple[str, ...] = ()
    owner: str = ""
    file: str = ""
    line: int = 0

    @property
    def questions(self) -> tuple[str, ...]:
        """The question and all its other wordings."""
        return (self.question, *self.similar)

    def moved(self, file: str, by: int) -> "Entry":
        """The same at another place. `replace` would take twice as long, and lines are put in before many entries."""
        return Entry(
            id=self.id, question=self.question, similar=self.similar, answers=self.answers, tags=self.tags,
            groups=self.groups, start=self.start, end=self.end, attach=self.attach, owner=self.owner,
            file=file, line=self.line + by,
        )  # fmt: skip

    def holds(self, day: date, group: str = "") -> bool:
        """Whether the entry may be said on a day in a named group (`""`: in no named group)."""
        started = self.start is None or self.start <= day
        return started and (self.end is None or day <= self.end) and (not self.groups or group in self.groups)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything the files hold: sound entries, the community's own words, all problems."""

    entries: tuple[Entry, ...] = ()
    words: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


class Readings:
    """What the blocks of the files held that were last loaded: of a changed file only changed blocks are read again."""

    def __init__(self) -> None:
        self.blocks: dict[int, Held] = {}
        self._before: dict[int, Held] = {}

    def __eq__(self, other: object) -> bool:
        """What was read before makes no difference to what is meant."""
        return isinstance(other, Readings)

    __hash__ = None  # type: ignore[assignment]

    def renew(self, blocks: dict[int, "Held"]) -> None:
        """Keep these, and until the next time those that were kept.

        Whoever used the ones before has others by now; they go one by one, for all at once would stop all threads.
        """
        while self._before:
            self._before.popitem()
        self._before, self.blocks = self.blocks, blocks


def load(files: Iterable[Path], readings: Readings | None = None) -> Loaded:
    """The entries of all files in order; every problem is reported, and nothing is raised.

    `readings` keeps what the next load can use; one load at a time.
    """
    readings = readings or Readings()
    intake = _Intake(readings.blocks)
    for path in files:
        if not path.name.startswith(LOCK_FILE):
            intake.take(read(path, readings))
    loaded = intake.loaded()
    readings.renew(intake.kept)
    intake.close()
    return loaded


def read(path: Path, readings: Readings | None = None) -> Sheet:
    """What a file of any known kind holds; blocks that are in `readings` need not be read."""
    if readings and path.suffix.lower() == ".jsonl":
        return read_jsonl(path, readings.blocks)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = "、".join(READERS)
        old = "；旧的 .xls 请另存为 .xlsx" if path.suffix.lower() == ".xls" else ""
        return Sheet(problems=(Problem(str(path), 1, (), f"不认识这种文件，可用的有 {known}{old}"),))
    return reader(path)


@dataclass(frozen=True, slots=True)
class Held:
    """What a block holds: sound entries, the numbers of their rows in it, and what is wrong with each row.

    `cores` are hashes of what their questions have in common with the same ones, in order, `ids` those of their ids:
    of 200,000 entries no two differ in their cores alone.
    """

    file: str
    line: int
    entries: tuple[Entry, ...]
    numbers: tuple[int, ...]
    cores: Keys
    ids: Keys
    wrong: tuple[tuple[int, Problem], ...]
    problems: tuple[Problem, ...]
    unknown: tuple[Problem, ...]

    @classmethod
    def of(cls, block: Block) -> "Held":
        """What is found when the block is read."""
        piece, entries, wrong = block.read(), {}, []
        for number, row in enumerate(piece.rows):
            checked = Checked(row)
            if (values := checked.values()) is not None:
                entries[number] = Entry(**values, file=row.file, line=row.line)
            wrong += [(number, problem) for problem in checked.problems]
        sound = tuple(entries.values())
        cores = [mark(core(question)) for entry in sound for question in entry.questions]
        ids = [mark(entry.id) for entry in sound]
        return cls(
            block.file, block.line, sound, tuple(entries), np.array(cores, np.int64), np.array(ids, np.int64),
            tuple(wrong), tuple(piece.problems), tuple(piece.unknown),
        )  # fmt: skip

    def at(self, file: str, line: int) -> "Held":
        """The same at another place."""
        if (file, line) == (self.file, self.line):
            return self
        by = line - self.line
        return replace(
            self, file=file, line=line, entries=tuple([entry.moved(file, by) for entry in self.entries]),
            wrong=tuple([(number, problem.moved(file, by)) for number, problem in self.wrong]),
            problems=tuple([problem.moved(file, by) for problem in self.problems]),
            unknown=tuple([problem.moved(file, by) for problem in self.unknown]),
        )  # fmt: skip

    def rows(self) -> Iterator[tuple[int, Entry, Sequence[int]]]:
        """The number of each sound row, its entry and the cores of its questions."""
        cores, start = self.cores.tolist(), 0
        for number, entry in zip(self.numbers, self.entries, strict=True):
            end = start + len(entry.questions)
            yield number, entry, cores[start:end]
            start = end


class _Intake:
    """Puts together what files hold; `known` are blocks of the last time, `kept` those that may come again."""

    def __init__(self, known: Mapping[int, Held]) -> None:
        self.kept: dict[int, Held] = {}
        self._known = known
        self._words: dict[str, None] = {}
        # Of each file what is wrong with it as a whole, and its blocks.
        self._files: list[tuple[Sequence[Problem], list[tuple[Block, Held]]]] = []

    def take(self, sheet: Sheet) -> None:
        """Check one file."""
        parts = [(block, self._held(block)) for block in sheet.parts()]
        problems = [problem for _, held in parts for problem in held.problems]
        unknown: dict[object, Problem] = {}
        for _, held in parts:
            for problem in held.unknown:
                unknown.setdefault(problem.path, problem)
        self._words |= dict.fromkeys(sheet.words)
        self._files.append(([*sheet.problems, *problems, *unknown.values()], parts))

    def loaded(self) -> Loaded:
        """All files together, and what they say twice."""
        helds = [held for _, parts in self._files for _, held in parts]
        repeats = _Repeats(_twice([held.cores for held in helds]), _twice([held.ids for held in helds]))
        entries: list[Entry] = []
        problems: list[Problem] = []
        for wrong, parts in self._files:
            problems += wrong
            for block, held in parts:
                if len(entries) + len(held.entries) <= MAX_ENTRIES and not repeats.concern(held):
                    entries += held.entries
                    problems += [problem for _, problem in held.wrong]
                else:
                    problems += repeats.sifted(block, held, entries)
        return Loaded(tuple(entries), tuple(self._words), tuple(problems))

    def close(self) -> None:
        """Let go of what was read a block at a time: all at once would stop all threads."""
        for _, parts in self._files:
            while parts:
                parts.pop()

    def _held(self, block: Block) -> Held:
        if block.key is None:
            return Held.of(block)
        known = self.kept.get(block.key) or self._known.get(block.key)
        held = self.kept[block.key] = known.at(block.file, block.line) if known else Held.of(block)
        return held


def _twice(several: Sequence[Keys]) -> frozenset[int]:
    """The values that occur more than once."""
    values = np.sort(np.concatenate([np.zeros(0, np.int64), *several]))
    return frozenset(values[1:][values[1:] == values[:-1]].tolist())


class _Said(NamedTuple):
    """A sound row whose id or one of whose questions some row has, too."""

    row: Row
    entry: Entry
    cores: Sequence[int]


class _Repeats:
    """Finds ids and questions that are there already, given which occur more than once."""

    def __init__(self, cores: frozenset[int], ids: frozenset[int]) -> None:
        self._cores = cores
        self._ids = ids
        self._named: dict[str, _Said] = {}
        self._asked: dict[int, _Said] = {}

    def concern(self, held: Held) -> bool:
        """Whether anything of a block occurs more than once."""
        found = self._cores.isdisjoint(held.cores.tolist()) and self._ids.isdisjoint(held.ids.tolist())
        return not found

    def sifted(self, block: Block, held: Held, entries: list[Entry]) -> Iterable[Problem]:
        """Add the entries of a block that are not there yet; what is wrong with its rows, in their order."""
        rows, wrong = block.read().rows, list(held.wrong)
        for number, entry, cores in held.rows():
            found = self._repeats(_Said(rows[number], entry, cores))
            if all(problem.warning for problem in found):
                if len(entries) >= MAX_ENTRIES:
                    found = [*found, rows[number].problem("", f"问答最多 {MAX_ENTRIES} 条，请删去不用的")]
                else:
                    entries.append(entry)
            wrong += [(number, problem) for problem in found]
        return [problem for _, problem in sorted(wrong, key=itemgetter(0))]

    def _repeats(self, said: _Said) -> Sequence[Problem]:
        if mark(said.entry.id) not in self._ids and self._cores.isdisjoint(said.cores):
            return ()
        return [*self._repeated_id(said), *self._repeated_questions(said)]

    def _repeated_id(self, said: _Said) -> Iterable[Problem]:
        first = self._named.setdefault(said.entry.id, said)
        if first is not said and "id" in said.row.values:
            told = f"编号和 {first.row.file}:{first.row.line} 的重复了，请换一个"
            yield said.row.problem("id", told, value=said.entry.id)

    def _repeated_questions(self, said: _Said) -> Iterable[Problem]:
        for index, asked in enumerate(said.cores):
            first = self._asked.setdefault(asked, said)
            if first is not said or said.cores.index(asked) < index:
                yield _repeated(said, index, first, asked)


def _repeated(said: _Said, at: int, first: _Said, asked: int) -> Problem:
    (key, index), question = _named(at), said.entry.questions[at]
    if first is said:
        return said.row.problem(key, "这一条里写了两遍，可删去一个", index, question, warning=True)
    where = f"{first.row.file}:{first.row.line_of(*_named(first.cores.index(asked)))}"
    return said.row.problem(key, f"和 {where} 的问法重复，请只留一处", index, question)


def _named(at: int) -> tuple[str, int | None]:
    """The key of a question, and its index where it is one of several."""
    return ("similar", at - 1) if at else ("question", None)
