"""Files of questions: TOML with `[[question]]`, or a table that a spreadsheet saved as CSV."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import regex

from knowledge.files.grid import Line
from knowledge.files.separated import decoded, lines_of
from knowledge.rows import Problem, Row, Sheet, broken, parsed_toml, read_bytes, rows_of

KEYS = ("question", "options", "answer", "why")
HEADINGS: Mapping[str, Sequence[str]] = {
    "question": ("question", "题目", "问题", "题干", "题"),
    "options": ("options", "选项"),
    "answer": ("answer", "答案", "正确答案", "标准答案"),
    "why": ("why", "解析", "解释", "说明", "答案解析"),
}
NO_HEADINGS = "第一行要是标题：要有“题目”和“答案”两列，还可以有“选项”（或“选项A”“选项B”……）和“解析”"
# Several in one cell; an answer has commas of its own.
_SEVERAL = regex.compile(r"\s*[\n|｜;；]+\s*")
_ONE_OPTION = regex.compile(r"(?:选项)?\s*([A-Ha-h1-8])")


def read(path: Path) -> Sheet:
    """The rows of a file; never raises for what it may hold."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        return broken(str(path), 1, f"题库只认 {'、'.join(READERS)}；Excel 里请另存为“CSV UTF-8”")
    return reader(path)


def read_toml(path: Path) -> Sheet:
    """The `[[question]]` entries of a TOML file."""
    found = parsed_toml(path)
    if isinstance(found, Sheet):
        return found
    (values, lines), file = found, str(path)
    cure = "不认识这个键；题目写在 [[question]] 下面"
    unknown = [key for key in values if key != "question"]
    problems = [Problem(file, lines.get((key,), 1), (key,), cure) for key in unknown]
    rows = values.get("question", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        problems.append(Problem(file, lines.get(("question",), 1), ("question",), "每一题以单独一行 [[question]] 开头"))
        rows = []
    if not rows and not problems:
        problems.append(Problem(file, 1, (), "文件里还没有题目，每一题以 [[question]] 开头"))
    return Sheet(tuple(rows_of(file, "question", rows, lines)), problems=tuple(problems))


def read_csv(path: Path) -> Sheet:
    """The lines of a CSV file under its headings."""
    file, problems = str(path), list[Problem]()
    try:
        text = decoded(read_bytes(path))
    except FileNotFoundError:
        return broken(file, 1, "找不到这个文件，请检查文件名")
    except UnicodeDecodeError:
        return broken(file, 1, "看不出是什么编码；请在 Excel 里另存为“CSV UTF-8”")
    except OSError as error:
        return broken(file, 1, f"读不了这个文件：{error.strerror or error}")
    lines = [line for line in lines_of(text, file, problems) if any(line.texts)]
    if not lines:
        return broken(file, 1, "文件里还没有题目")
    columns = dict(_columns(lines[0]))
    if not {"question", "answer"} <= set(columns.values()):
        return broken(file, lines[0].number, NO_HEADINGS)
    return Sheet(tuple(_row(file, line, columns, lines[0].texts) for line in lines[1:]), problems=tuple(problems))


def _columns(headings: Line) -> Iterator[tuple[int, str]]:
    """The columns that mean something, with their keys; several columns may hold options."""
    for at, text in enumerate(headings.texts):
        plain = text.strip().lower()
        key = next((key for key, names in HEADINGS.items() if plain in names), "")
        if key or _ONE_OPTION.fullmatch(plain):
            yield at, key or "options"


def _row(file: str, line: Line, columns: Mapping[int, str], headings: Sequence[str]) -> Row:
    values: dict[str, object] = {}
    named: dict[str, str] = {}
    for at, text in enumerate(line.texts):
        key = columns.get(at, "")
        if not key or not text:
            continue
        named.setdefault(key, headings[at])
        match key:
            case "options":
                known = values.setdefault("options", [])
                assert isinstance(known, list)
                known += filter(None, _SEVERAL.split(text))
            case "answer":
                parts = [one for one in _SEVERAL.split(text) if one]
                values["answer"] = parts if len(parts) > 1 else text
            case _:
                values[key] = text
    lines: dict[str | tuple[str, int], int] = dict.fromkeys(values, line.number)
    return Row(file, line.number, (), values, lines, named)


READERS: Mapping[str, Callable[[Path], Sheet]] = {".toml": read_toml, ".csv": read_csv}
