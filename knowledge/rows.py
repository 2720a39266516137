"""Files that managers keep, read into rows that remember their lines."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from knowledge.lines import TomlPath, toml_lines

# A knowledge file is written by people; one of this size is something else.
MAX_BYTES = 64 * 1024 * 1024
# Rows that are let go in one step, in which no other thread runs.
TOGETHER = 256

_PLACE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a knowledge file: where, and what would be right (Chinese, for managers).

    `line` is 1-based; `path` leads to the key in that file (`("faq", 3, "answer")`), empty for the file as a whole.
    """

    file: str
    line: int
    path: tuple[str | int, ...]
    message: str
    value: str = ""
    warning: bool = False

    def moved(self, file: str, by: int) -> "Problem":
        """The same at another place."""
        return replace(self, file=file, line=self.line + by)


@dataclass(frozen=True, slots=True)
class Row:
    """One raw record of a file: its values by key, its first line, and the line of each value.

    `lines` has an entry for each key, and for each element of a list under `(key, index)`. `named` tells what the
    file itself calls a value (a heading, a cell) where that is not the key.
    """

    file: str
    line: int
    path: tuple[str | int, ...]
    values: Mapping[str, Any]
    lines: Mapping[str | tuple[str, int], int] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)

    def line_of(self, key: str, index: int | None = None) -> int:
        """The line of a value; of its list or of the row where that is as near as one can get."""
        nearest = self.lines.get(key, self.line)
        return nearest if index is None else self.lines.get((key, index), nearest)

    def problem(
        self, key: str, message: str, index: int | None = None, value: object = "", warning: bool = False
    ) -> Problem:
        """A problem with one of this row's values."""
        name = self.named.get(key)
        place = (name,) if name else (*((key,) if key else ()), *((index,) if index is not None else ()))
        path = (*self.path, *place)
        return Problem(self.file, self.line_of(key, index), path, message, _shown(value), warning)


@dataclass(frozen=True, slots=True)
class Piece:
    """What a block holds: rows, lines that are none, and keys that nobody knows, each where it is first."""

    rows: Sequence[Row]
    problems: Sequence[Problem] = ()
    unknown: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of a file that stand together from a line on; `read` gives them.

    `key` names a text that says all of this but the place; None where there is none.
    """

    file: str
    line: int
    read: Callable[[], Piece]
    key: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one file holds: rows, the community's own words, and what is wrong with the file as a whole.

    Rows that may not have to be read again come as `blocks`.
    """

    rows: tuple[Row, ...] = ()
    words: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    blocks: tuple[Block, ...] = ()

    def parts(self) -> Sequence[Block]:
        """All rows in blocks."""
        starts = range(0, len(self.rows), TOGETHER)
        pieces = [Piece(self.rows[start : start + TOGETHER]) for start in starts]
        return [
            *(Block(piece.rows[0].file, piece.rows[0].line, partial(_same, piece)) for piece in pieces),
            *self.blocks,
        ]


def _same(piece: Piece) -> Piece:
    return piece


def read_toml(path: Path) -> Sheet:
    """The `[[faq]]` rows and the `words` of a TOML file; never raises for what a file may hold."""
    found = parsed_toml(path)
    return found if isinstance(found, Sheet) else _sheet(str(path), *found)


def parsed_toml(path: Path) -> tuple[dict[str, Any], Mapping[TomlPath, int]] | Sheet:
    """What a TOML file says, and the line of each of its parts; or why it cannot be read."""
    file = str(path)
    try:
        data = read_bytes(path)
        values = tomllib.loads(data.decode())
    except FileNotFoundError:
        return broken(file, 1, "找不到这个文件，请检查文件名")
    except UnicodeDecodeError as error:
        return broken(file, 1 + data.count(b"\n", 0, error.start), "文件不是 UTF-8 编码，请另存为 UTF-8")
    except tomllib.TOMLDecodeError as error:
        return broken(
            file, _line_of_error(str(error), data), "这一行的写法不对：引号、逗号、等号要用英文的，引号和方括号要成对"
        )
    except OSError as error:
        return broken(file, 1, f"读不了这个文件：{error.strerror or error}")
    return values, toml_lines(data)


def read_bytes(path: Path) -> bytes:
    """What a file holds, without a byte order mark of UTF-8; OSError when it is too large or cannot be read."""
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise OSError(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请拆成几个文件")
    return data.removeprefix(b"\xef\xbb\xbf")


def broken(file: str, line: int, message: str, warning: bool = False) -> Sheet:
    """A file of which nothing can be used, and why."""
    return Sheet(problems=(Problem(file, line, (), message, warning=warning),))


def _line_of_error(message: str, data: bytes) -> int:
    place = _PLACE.search(message)
    return int(place[1]) if place and place[1] else data.rstrip().count(b"\n") + 1


def _sheet(file: str, values: dict[str, Any], lines: Mapping[TomlPath, int]) -> Sheet:
    problems = [_unknown(file, key, lines) for key in values if key not in ("faq", "words")]
    rows, words = values.get("faq", []), values.get("words", [])
    if not _all(rows, dict):
        problems.append(Problem(file, lines.get(("faq",), 1), ("faq",), "每一条问答以单独一行 [[faq]] 开头"))
        rows = []
    if not _all(words, str):
        problems.append(Problem(file, lines.get(("words",), 1), ("words",), '应为一组词，如 words = ["沐屿"]'))
        words = []
    if not rows and not problems:
        problems.append(Problem(file, 1, (), "文件里还没有问答，每一条以 [[faq]] 开头", warning=True))
    return Sheet(tuple(rows_of(file, "faq", rows, lines)), tuple(words), tuple(problems))


def _all(values: object, kind: type) -> bool:
    return isinstance(values, list) and all(isinstance(value, kind) for value in values)


def _unknown(file: str, key: str, lines: Mapping[TomlPath, int]) -> Problem:
    return Problem(file, lines.get((key,), 1), (key,), "不认识这个键；问答写在 [[faq]] 下面，专有词写在 words 里")


def rows_of(file: str, table: str, rows: Sequence[Mapping[str, Any]], lines: Mapping[TomlPath, int]) -> Iterator[Row]:
    """The rows that the entries of an array of tables make, each with its lines."""
    own: list[dict[str | tuple[str, int], int]] = [{} for _ in rows]
    for path, line in lines.items():
        match path:
            case (str(first), int(number), str(key)) if first == table and number < len(own):
                own[number][key] = line
            case (str(first), int(number), str(key), int(index)) if first == table and number < len(own):
                own[number][key, index] = line
    for number, values in enumerate(rows):
        yield Row(file, lines.get((table, number), 1), (table, number), values, own[number])


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else text[:39] + "…"
