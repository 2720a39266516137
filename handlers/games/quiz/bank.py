"""Questions and their answers, from the files that managers keep; what is wrong is told with its line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handlers.games.quiz.files import KEYS, read
from knowledge.rows import Problem, Row
from nlp.normalise import core

MOST_QUESTIONS = 5000
LETTERS = "ABCDEFGH"
# A question with its choices is one message of any door.
LONGEST_QUESTION, LONGEST_CHOICE, LONGEST_REASON = 200, 40, 200
CURES: Mapping[str, str] = {
    "question": '写上题目，如 question = "防晒霜多久补涂一次？"',
    "answer": '写上答案，如 answer = "两小时"；几种说法写成一组，选择题写选项或字母',
    "options": f'应为一组选项，2 到 {len(LETTERS)} 个，如 ["半小时", "两小时"]',
    "why": "解析写一段文字",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """One question. With `options` one of them is the answer; without, each of `answers` is a way to say it."""

    ask: str
    answers: tuple[str, ...]
    options: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Bank:
    """All sound questions of some files, and what is wrong with the others."""

    questions: tuple[Question, ...] = ()
    problems: tuple[Problem, ...] = ()


def load(paths: Iterable[Path]) -> Bank:
    """The questions of files in order; nothing is raised for what they hold."""
    questions: list[Question] = []
    problems: list[Problem] = []
    known: dict[str, Row] = {}
    beyond: list[Row] = []
    for path in paths:
        sheet = read(path)
        problems += sheet.problems
        for row in sheet.rows:
            checked = _Checked(row)
            question = checked.question()
            if question is not None and (before := known.setdefault(core(question.ask), row)) is not row:
                checked.wrong("question", f"和 {before.file}:{before.line} 的题目一样", warning=True)
                question = None
            if question is not None and len(questions) < MOST_QUESTIONS:
                questions.append(question)
            elif question is not None:
                beyond.append(row)
            problems += checked.problems
    if beyond:
        told = f"一套题最多 {MOST_QUESTIONS} 题，从这里起有 {len(beyond)} 题没有用上"
        problems.append(beyond[0].problem("question", told, warning=True))
    return Bank(tuple(questions), tuple(problems))


class _Checked:
    """One row, read value by value; what is wrong gathers in `problems`."""

    def __init__(self, row: Row) -> None:
        self._row = row
        self.problems: list[Problem] = []

    def question(self) -> Question | None:
        """The question; None when something is wrong with it."""
        for key in self._row.values:
            if key not in KEYS:
                self.wrong(key, f"不认识这个键，可用的有 {'、'.join(KEYS)}")
        ask, why = self._text("question", LONGEST_QUESTION), self._text("why", LONGEST_REASON, required=False)
        options = tuple(self._options())
        answers = tuple(self._answers(options))
        return None if self.problems else Question(ask, answers, options, why)

    def wrong(self, key: str, message: str, index: int | None = None, value: Any = "", warning: bool = False) -> str:
        """Remember what is wrong."""
        self.problems.append(self._row.problem(key, message, index, value, warning))
        return ""

    def _text(self, key: str, longest: int, required: bool = True) -> str:
        value = self._row.values.get(key)
        if value is None:
            return self.wrong(key, f"缺少 {key}，请{CURES[key]}") if required else ""
        if not isinstance(value, str) or (required and not core(value)):
            return self.wrong(key, f"请{CURES[key]}", value=value)
        if len(value) > longest:
            return self.wrong(key, f"太长：{len(value)} 个字，最多 {longest} 个", value=value)
        return value.strip()

    def _options(self) -> Iterator[str]:
        values = self._row.values.get("options", [])
        if not isinstance(values, list) or (values and not 2 <= len(values) <= len(LETTERS)):
            self.wrong("options", CURES["options"], value=values)
            return
        for number, value in enumerate(values):
            text = value.strip() if isinstance(value, str) else ""
            if isinstance(value, str) and not text:
                self.wrong("options", f"选项{LETTERS[number]} 空着，填上，或把后面的往前挪", number)
            elif not core(text) or len(value) > LONGEST_CHOICE:
                self.wrong("options", f"一个选项是一段文字，最多 {LONGEST_CHOICE} 个字", number, value)
            elif core(text) in [core(one) for one in values[:number] if isinstance(one, str)]:
                self.wrong("options", "和前面的选项一样", number, value)
            # One that is wrong keeps its letter, so that the answer is not called wrong as well.
            yield text

    def _answers(self, options: Sequence[str]) -> Iterator[str]:
        value = self._row.values.get("answer")
        values = value if isinstance(value, list) else [value]
        if value is None or not values or not all(isinstance(one, str) and core(one) for one in values):
            self.wrong("answer", f"缺少 answer，请{CURES['answer']}" if value is None else CURES["answer"], value=value)
            return
        if not options:
            yield from (str(one).strip() for one in values)
            return
        meant = option_named(str(values[0]), options) if len(values) == 1 else None
        if meant is None:
            several = len(values) > 1
            cure = "选择题只能有一个答案" if several else f"答案不在选项里：写选项的文字，或 {LETTERS[: len(options)]}"
            self.wrong("answer", cure, value=value)
            return
        yield options[meant]


def option_named(text: str, options: Sequence[str]) -> int | None:
    """The option whose words or letter a text is."""
    plain = core(text)
    worded = [at for at, option in enumerate(options) if core(option) == plain]
    if worded:
        return worded[0]
    letters = LETTERS[: len(options)].lower()
    return letters.index(plain) if len(plain) == 1 and plain in letters else None
