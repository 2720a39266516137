"""One row of a knowledge file, checked value by value."""

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

from knowledge.days import EXAMPLE, day_of
from knowledge.rows import Problem, Row
from nlp.normalise import says_nothing

MAX_SIMILAR = 200
# As many as one reply carries.
MAX_ATTACHED = 9
# The longest text of one application message, in UTF-8 bytes (WeCom doc 90236); longer answers leave in pieces.
ANSWER_BYTES = 2048
# What a manager may write of an entry.
KEYS = ("id", "question", "similar", "answer", "tags", "groups", "start", "end", "attach", "owner")
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


class Checked:
    """One row, read value by value; what is wrong gathers in `problems`."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.problems: list[Problem] = []

    def values(self) -> dict[str, Any] | None:
        """What an entry is made of, but its place; None when something is wrong with the row."""
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
        return values if all(problem.warning for problem in self.problems) else None

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
