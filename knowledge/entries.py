"""FAQ entries: what is asked, in which words, and what is answered."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from knowledge.days import EXAMPLE, day_of
from knowledge.files.excel import read_xlsx
from knowledge.files.jsonlines import read_jsonl
from knowledge.files.separated import read_csv
from knowledge.rows import Problem, Row, Sheet, Unread, read_toml
from nlp.normalise import core, says_nothing

MAX_ENTRIES = 200_000
MAX_SIMILAR = 200
# As many as one reply carries.
MAX_ATTACHED = 9
# The longest text of one application message, in UTF-8 bytes (WeCom doc 90236); longer answers leave in pieces.
ANSWER_BYTES = 2048

# A file's ending and how it is read; a new format joins here.
READERS: Mapping[str, Callable[[Path], Sheet]] = {
    ".toml": read_toml,
    ".xlsx": read_xlsx,
    ".csv": read_csv,
    ".jsonl": read_jsonl,
}
# What Excel leaves beside a workbook while somebody has it open.
LOCK_FILE = "~$"
# What to write for a key, in a TOML file and in a cell of a sheet.
CURES: Mapping[str, tuple[str, str]] = {
    "question": ('写上问题，如 question = "什么时候发货？"', "写上问题，如：什么时候发货？"),
    "answer": ('写上回答，如 answer = "48 小时内发出"；几种说法可以写成一组', "写上回答；几种说法可以分几列写"),
    "similar": ('应为一组问法，如 ["几天能到", "多久发货"]', "每行写一种问法"),
    "tags": ('应为一组标签，如 ["物流"]', "几个标签用逗号隔开"),
    "groups": ('应为一组群名，如 ["新品内测群"]', "几个群名用逗号隔开"),
    "attach": ('应为文件名，如 "images/尺码表.png"', "写文件名，如 images/尺码表.png"),
    "owner": ("应为负责人的名字", "写负责人的名字"),
    "id": ('应为一个简短的编号，如 "ship-time"', "写一个简短的编号，如 ship-time"),
}


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
    """The sound lines of the files that were last loaded: of a changed file only what changed is read again."""

    def __init__(self) -> None:
        self.sound: Mapping[int, Sound] = {}


def load(files: Iterable[Path], readings: Readings | None = None) -> Loaded:
    """The entries of all files in order; every problem is reported, and nothing is raised.

    `readings` keeps what the next load can use; one load at a time.
    """
    readings = readings or Readings()
    sheets = [read(path, readings) for path in files if not path.name.startswith(LOCK_FILE)]
    desk = _Intake(readings.sound)
    for sheet in sheets:
        desk.problems.extend(sheet.problems)
        for row in sheet.rows:
            desk.take(row)
    readings.sound = desk.sound
    words = dict.fromkeys(word for sheet in sheets for word in sheet.words)
    return Loaded(tuple(desk.entries), tuple(words), tuple(desk.problems))


def read(path: Path, readings: Readings | None = None) -> Sheet:
    """What a file of any known kind holds; lines that were sound in `readings` are left unread where they are alone."""
    if readings and path.suffix.lower() == ".jsonl":
        return read_jsonl(path, readings.sound)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = "、".join(READERS)
        old = "；旧的 .xls 请另存为 .xlsx" if path.suffix.lower() == ".xls" else ""
        return Sheet(problems=(Problem(str(path), 1, (), f"不认识这种文件，可用的有 {known}{old}"),))
    return reader(path)


class Sound(NamedTuple):
    """The entry of a row with which nothing is wrong, and what its questions have in common with the same ones."""

    entry: Entry
    cores: tuple[int, ...]

    @classmethod
    def of(cls, entry: Entry) -> "Sound":
        """A hash of 64 bits a core: of 200,000 entries no two differ in their cores alone."""
        return cls(entry, tuple([hash(core(question)) for question in entry.questions]))

    def at(self, file: str, line: int) -> "Sound":
        """The same at another place."""
        entry = self.entry
        is_there = entry.line == line and entry.file == file
        return self if is_there else self._replace(entry=replace(entry, file=file, line=line))


# A row and what is sound of it.
_Taken = tuple[Row | Unread, Sound]


class _Intake:
    """Checks rows one by one, remembering what the rows before them said; `sound` are those that need no check again.

    `known` are those of the last time.
    """

    def __init__(self, known: Mapping[int, Sound]) -> None:
        self.entries: list[Entry] = []
        self.problems: list[Problem] = []
        self.sound: dict[int, Sound] = {}
        self._known = known
        self._ids: dict[str, Row | Unread] = {}
        self._asked: dict[int, _Taken] = {}

    def take(self, row: Row | Unread) -> None:
        """Check one row; it becomes an entry when nothing is wrong with it."""
        sound = self._unread(row) if isinstance(row, Unread) else self._checked(row)
        if sound and not self._repeats(row, sound):
            if len(self.entries) >= MAX_ENTRIES:
                self.problems.append(_read(row).problem("", f"问答最多 {MAX_ENTRIES} 条，请删去不用的"))
            else:
                self.entries.append(sound.entry)

    def _unread(self, row: Unread) -> Sound:
        sound = self.sound[row.key] = self._known[row.key].at(row.file, row.line)
        return sound

    def _checked(self, row: Row) -> Sound | None:
        checked = _Checked(row)
        entry = checked.entry()
        self.problems.extend(checked.problems)
        sound = Sound.of(entry) if entry else None
        if sound and row.key is not None and not checked.problems:
            self.sound[row.key] = sound
        return sound

    def _repeats(self, row: Row | Unread, sound: Sound) -> bool:
        found = [*self._repeated_id(row, sound.entry), *self._repeated_question(row, sound)]
        self.problems.extend(found)
        return any(not problem.warning for problem in found)

    def _repeated_id(self, row: Row | Unread, entry: Entry) -> Iterable[Problem]:
        first = self._ids.setdefault(entry.id, row)
        if first is not row and "id" in _read(row).values:
            yield _read(row).problem("id", f"编号和 {first.file}:{first.line} 的重复了，请换一个", value=entry.id)

    def _repeated_question(self, row: Row | Unread, sound: Sound) -> Iterable[Problem]:
        here = (row, sound)
        mine = dict.fromkeys(sound.cores, here)
        if len(mine) == len(sound.cores) and self._asked.keys().isdisjoint(mine):
            self._asked.update(mine)
            return ()
        return [
            _repeated(here, index, first, said)
            for index, said in enumerate(sound.cores)
            if (first := self._asked.setdefault(said, here)) is not here or sound.cores.index(said) < index
        ]


def _repeated(here: _Taken, at: int, first: _Taken, said: int) -> Problem:
    row, (key, index), question = _read(here[0]), _named(at), here[1].entry.questions[at]
    if first is here:
        return row.problem(key, "这一条里写了两遍，可删去一个", index, question, warning=True)
    where = f"{first[0].file}:{_read(first[0]).line_of(*_named(first[1].cores.index(said)))}"
    return row.problem(key, f"和 {where} 的问法重复，请只留一处", index, question)


def _named(at: int) -> tuple[str, int | None]:
    """The key of a question, and its index where it is one of several."""
    return ("similar", at - 1) if at else ("question", None)


def _read(row: Row | Unread) -> Row:
    return row.row() if isinstance(row, Unread) else row


class _Checked:
    """One row, read value by value; what is wrong gathers in `problems`."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.problems: list[Problem] = []

    def entry(self) -> Entry | None:
        """The entry of the row, or None when something is wrong with it."""
        self._refuse_unknown()
        question = self._text("question")
        values: dict[str, Any] = {
            "question": question,
            "similar": self._texts("similar", most=MAX_SIMILAR),
            "answers": self._answers(),
            "tags": self._texts("tags"),
            "groups": self._texts("groups"),
            "attach": self._attached(),
            "owner": self._text("owner", required=False),
            "id": self._text("id", required=False) or question,
            **self._period(),
        }
        if any(not problem.warning for problem in self.problems):
            return None
        return Entry(**values, file=self.row.file, line=self.row.line)

    def _refuse_unknown(self) -> None:
        for key in self.row.values:
            if key not in KEYS:
                near = get_close_matches(key, KEYS, n=1, cutoff=0.6)
                cure = f"是否想写 {near[0]}？" if near else f"可用的键有 {'、'.join(KEYS)}"
                self._wrong(key, f"不认识这个键，{cure}")

    def _cure(self, key: str) -> str:
        return CURES[key][bool(self.row.named)]

    def _text(self, key: str, required: bool = True) -> str:
        value, cure = self.row.values.get(key), self._cure(key)
        if value is None and not required:
            return ""
        if value is None:
            return self._wrong(key, f"这里是空的，请{cure}" if key in self.row.named else f"缺少 {key}，请{cure}")
        if not isinstance(value, str):
            return self._wrong(key, cure if not required else f"应为一段文字，请{cure}", value=value)
        if required and says_nothing(value):
            return self._wrong(key, f"不能是空的，请{cure}", value=value)
        return value.strip()

    def _texts(self, key: str, most: int = 100) -> tuple[str, ...]:
        values = self.row.values.get(key, [])
        if not isinstance(values, list):
            self._wrong(key, self._cure(key), value=values)
            return ()
        if len(values) > most:
            self._wrong(key, f"最多 {most} 个，现在有 {len(values)} 个")
        for index, value in enumerate(values):
            if not isinstance(value, str) or says_nothing(value):
                self._wrong(key, "应为一段不空的文字", index, value)
        return tuple(value.strip() for value in values if isinstance(value, str))

    def _answers(self) -> tuple[str, ...]:
        value = self.row.values.get("answer")
        answers = self._texts("answer") if isinstance(value, list) and value else (self._text("answer"),)
        for answer in answers:
            size = len(answer.encode())
            if size > ANSWER_BYTES:
                self._wrong("answer", f"有 {size} 字节，超过 {ANSWER_BYTES}，会分成几条发出", warning=True)
        return answers

    def _attached(self) -> tuple[str, ...]:
        if isinstance(self.row.values.get("attach"), str):
            return (self._text("attach"),)
        return self._texts("attach", MAX_ATTACHED)

    def _period(self) -> dict[str, date | None]:
        start, end = self._day("start"), self._day("end")
        if start and end and end < start:
            self._wrong("end", f"不能早于开始的那天（{start}）", value=end)
        return {"start": start, "end": end}

    def _day(self, key: str) -> date | None:
        value = self.row.values.get(key)
        try:
            return day_of(value)
        except ValueError:
            self._wrong(key, f"应为日期，{EXAMPLE}", value=value)
            return None

    def _wrong(
        self, key: str, message: str, index: int | None = None, value: object = "", warning: bool = False
    ) -> str:
        self.problems.append(self.row.problem(key, message, index, value, warning))
        return ""


KEYS = tuple(
    "answer" if field.name == "answers" else field.name for field in fields(Entry) if field.name not in ("file", "line")
)
