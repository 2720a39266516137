"""What keeps a text from being TOML, said to people who do not program.

`tomllib` is the authority; it stops at the first fault, so each faulty line is blanked out and the text read again.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import regex

from bot.config.finding import key
from bot.config.lines import Lines, Repeat, lines
from bot.config.spelling import nearest

MOST_FAULTS = 20
BROKEN = "__broken__"

# Keys that a Chinese word may stand for.
ENGLISH = (
    *("name", "reply", "any", "all", "none", "exact", "regex", "groups", "people", "teams", "channels", "hours"),
    *("cooldown", "priority", "roles", "userid", "id", "kind", "files", "words", "first_response", "secret", "token"),
    *("aes_key", "agent_id", "corp_id", "listen", "data", "api", "include", "features", "mode", "replies", "server"),
    *("store", "wecom", "faq", "timezone", "welcome", "schedule", "examples"),
)

WIDE: Mapping[str, str] = {
    **dict.fromkeys("“”„‟＂", '英文引号 "'),
    **dict.fromkeys("‘’＇", "英文单引号 '"),
    "＝": "英文等号 =",
    "，": "英文逗号 ,",
    "、": "英文逗号 ,",
    "。": "英文句点 .",
    "．": "英文句点 .",
    "：": "英文等号 =（键和值之间用等号）",
    "；": "英文逗号 ,",
    "【": "英文方括号 [",
    "［": "英文方括号 [",
    "】": "英文方括号 ]",
    "］": "英文方括号 ]",
    "｛": "英文花括号 {",
    "｝": "英文花括号 }",
    "（": "英文方括号 [",
    "）": "英文方括号 ]",
    "＃": "英文井号 #",
    "\u3000": "英文空格",
    "\u00a0": "普通空格",
}

PLACE = regex.compile(r"^(?P<said>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$", regex.S)
CHINESE_KEY = regex.compile(r"\s*(?:\[{1,2}\s*)?(?P<key>[\w-]*[^\x00-\x7f\W][\w-]*)\s*(?:[=＝]|\]{1,2}\s*(?:#.*)?$)")
HEADER = regex.compile(r"\s*(?:\[(?!.*=)|【|［)")
PAIR = regex.compile(r"""\s*(?:[\w."'-]+\s*=|\[)""")
UNCLOSED = ("Unclosed array", "Invalid value")
OPENING = regex.compile(r"=\s*\[")

SAID = (
    ("Unclosed array", "方括号 [ ] 没有写完：检查有没有漏掉逗号或结尾的 ]"),
    ("Unclosed inline table", "花括号 { } 没有写完：检查有没有漏掉逗号或结尾的 }，并写在同一行"),
    ("Invalid value", "这里没有写完：检查结尾的 ] 或 }"),
    ("Unterminated string", "文字没有结束：补上结尾的引号"),
    ("Unescaped '\\'", "双引号里的反斜杠 \\ 要写成两个 \\\\，或者整段改用单引号 '…'"),
    ("Invalid hex value", "\\u 后面要跟 4 位十六进制数；普通的反斜杠请写两个 \\\\"),
    ("Escaped character", "\\u 后面的数字不是有效的字符"),
    ("Expected '=' after a key", "键的后面要有等号：键 = 值"),
    ("Expected ']]' at the end", "这种标题要写成 [[名字]]，两边各两个方括号"),
    ("Expected ']' at the end", "标题要写成 [名字]，两边各一个方括号"),
    ("Invalid date or datetime", "没有这样的日期或时刻；如果是文字，请加上引号"),
    ("Duplicate inline table key", "花括号里同一个键写了两次，只留一个"),
    ("Cannot", "这里和前面写过的内容重复了，只留一处"),
    ("Invalid initial character for a key part", "这里应该是一个键：英文字母、数字、下划线；中文的键要加英文引号"),
    ("Invalid statement", "看不懂这一行；应该写成 键 = 值，或 [标题]，注释以 # 开头"),
    ("Found invalid character", "这里有不能用的字符，请删掉"),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a text, on a 1-based line; `key` where it is about one."""

    line: int
    message: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What could be read of a text, and its faults."""

    data: Mapping[str, Any]
    faults: tuple[Fault, ...]


def parse(text: str) -> Parsed:
    """The content of a TOML text; with faults, what is left of it without the faulty lines."""
    faults: list[Fault] = []
    while True:
        try:
            data = tomllib.loads(text)
        except RecursionError:
            return Parsed({}, (Fault(1, "括号套得太深，请拆开写"),))
        except ValueError as error:
            stop = _Stop(text, str(error))
            if stop.is_repeat:
                return Parsed({}, (*faults, *_repeats(lines(text), stop)))
            faults.append(Fault(stop.line, stop.message()))
            if stop.at_end or len(faults) >= MOST_FAULTS:
                return Parsed({}, tuple(faults))
            text = stop.blanked(len(faults))
        else:
            return Parsed({name: data[name] for name in data if not name.startswith(BROKEN)}, tuple(faults))


def _repeats(where: Lines, stop: "_Stop") -> list[Fault]:
    found = [Fault(repeat.second, _repeated(repeat), key(repeat.path)) for repeat in where.repeats]
    return found or [Fault(stop.line, stop.message())]


def _repeated(repeat: Repeat) -> str:
    name = f"[{key(repeat.path)}]" if repeat.is_table else key(repeat.path[-1:])
    return f"{name} 写了两次，第一次在第 {repeat.first} 行，" + ("请合并成一处" if repeat.is_table else "只留一个")


class _Stop:
    """Where `tomllib` stopped and what it said."""

    def __init__(self, text: str, error: str) -> None:
        self.rows = text.split("\n")
        place = PLACE.match(error)
        self.said = place["said"] if place else error
        self.at_end = place is None or place["line"] is None
        self.line = int(place["line"]) if place and place["line"] else self._opening()
        self.column = int(place["column"]) if place and place["column"] else len(self.row) + 1
        self.first = self.line
        if self.said in UNCLOSED and not self.at_end and PAIR.match(self.row):
            self._step_back()

    @property
    def is_repeat(self) -> bool:
        """Whether it is about something written twice."""
        return self.said.startswith(("Cannot", "Duplicate"))

    @property
    def row(self) -> str:
        return self.rows[self.line - 1] if self.line <= len(self.rows) else ""

    @property
    def here(self) -> str:
        """The character where it stopped; empty at the end of the line."""
        return self.row[self.column - 1 : self.column].strip("\r\n")

    def _opening(self) -> int:
        """The line of what remained open when the text ended: a triple quote or a bracket."""
        marks = ('"""', "'''") if "Unterminated" in self.said else ("[", "{")
        written = [number for number, row in enumerate(self.rows, 1) if row.strip()] or [1]
        opened = [number for number in written if any(mark in self.rows[number - 1] for mark in marks)]
        return (opened or written)[-1]

    def _step_back(self) -> None:
        """An array that was not closed shows only at the next key: blame the line before, blank the whole array."""
        before = [n for n in range(1, self.line) if self.rows[n - 1].split("#")[0].strip()]
        opened = [n for n in before if OPENING.search(self.rows[n - 1])]
        if before and opened:
            self.line, self.first, self.column = before[-1], opened[-1], len(self.rows[before[-1] - 1]) + 1
            self.said = UNCLOSED[0]

    def message(self) -> str:
        """What is right, in Chinese."""
        return self._wide() or self._chinese_key() or self._comma() or self._value() or self._known()

    def _wide(self) -> str:
        at = self.here if self.here in WIDE else ""
        if not at and "\\n" in self.said:
            at = next((letter for letter in reversed(self.row) if letter in WIDE and "引号" in WIDE[letter]), "")
        if not at and self.said.startswith(("Expected", "Invalid statement")):
            at = next((letter for letter in self.row[self.column - 1 :] if letter in WIDE), "")
        return f"「{at}」是中文符号，请改成{WIDE[at]}" if at else ""

    def _chinese_key(self) -> str:
        found = CHINESE_KEY.match(self.row)
        if not found or self.column - 1 > found.end():
            return ""
        english = nearest(found["key"], ENGLISH)
        return f"键要用英文，{found['key']} " + (f"请改成 {english}" if english else "请换成英文")

    def _comma(self) -> str:
        if self.said == "Unclosed array" and self.here and self.here in "\"'{[-+0123456789tf":
            return "两项之间少了英文逗号 ,"
        if "\\n" in self.said or "\\r" in self.said:
            return '引号没有写完：同一行里补上结尾的引号；多行文字用三个引号 """'
        return ""

    def _value(self) -> str:
        rest = self.row[self.column - 1 :].strip()
        if self.said == "Invalid value":
            return "" if self.at_end else _value(rest)
        if self.said.startswith("Expected newline"):
            return "这里多了内容：文字、时长和时刻都要加引号，一行只写一个键" if rest else "这一行没有写完"
        return "删掉看不见的控制字符" if self.said.startswith("Illegal character") else ""

    def _known(self) -> str:
        return next((chinese for english, chinese in SAID if self.said.startswith(english)), "写法不对")

    def blanked(self, count: int) -> str:
        """The text without the faulty lines; a faulty header stays a header, or its keys would join another table."""
        header = f"[{BROKEN}{count}]" if HEADER.match(self.rows[self.first - 1]) else ""
        empty = [""] * (self.line - self.first)
        return "\n".join([*self.rows[: self.first - 1], header, *empty, *self.rows[self.line :]])


def _value(rest: str) -> str:
    if not rest or rest.startswith("#"):
        return "等号后面没有内容"
    if rest.split("#")[0].strip().lower() in ("true", "false", "yes", "no", "on", "off", "是", "否"):
        return "是或否写成小写的 true 或 false，不加引号"
    return '文字要加英文引号："…"'
