"""What a list's file holds, as text."""

import codecs
from pathlib import Path

from nlp.moderation.lists.fault import Faults

# Half a million words with all their columns are 40 MB.
MAX_BYTES = 128 * 1024 * 1024


class Unreadable(Exception):
    """A file cannot be read at all: the line, and what would help (Chinese)."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def read_text(path: Path, faults: Faults) -> str | None:
    """The text of a file: UTF-8, UTF-16 with its mark, or GB18030; None when it cannot be read, which is told."""
    try:
        return _decoded(_read(path))
    except Unreadable as error:
        faults.add(error.line, str(error))
        return None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise Unreadable("找不到这个文件，请检查文件名") from None
    except OSError as error:
        raise Unreadable(f"读不了这个文件：{error.strerror or error}") from error
    if len(data) > MAX_BYTES:
        raise Unreadable(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请拆成几个")
    return data


def _decoded(data: bytes) -> str:
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        return _chinese(data, error.start)


def _chinese(data: bytes, wrong: int) -> str:
    """The text in the older Chinese encoding; where it is none, the byte that was wrong before names the line."""
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        line = 1 + data.count(b"\n", 0, wrong)
        raise Unreadable("看不出这一行是什么编码，请把文件另存为 UTF-8", line) from None
