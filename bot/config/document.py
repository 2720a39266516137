"""One configuration file as it was read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from bot.config import lines
from bot.config.finding import Finding
from bot.config.syntax import parse

LARGEST = 4 * 1024 * 1024
BOM = "\ufeff"
MARKS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
CURE = "请另存为 UTF-8 编码"


@dataclass(frozen=True)
class Document:
    """A file: what messages call it, its bytes, what could be read of it, and what was found wrong with it."""

    path: Path
    name: str
    source: bytes
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @cached_property
    def lines(self) -> lines.Lines:
        """Where each key stands."""
        return lines.lines(self.text)

    @property
    def is_broken(self) -> bool:
        """Whether some of it could not be read."""
        return any(not finding.warning for finding in self.findings)


def read(path: Path, name: str) -> Document:
    """The document of a file; OSError when it cannot be opened."""
    with path.open("rb") as file:
        source = file.read(LARGEST + 1)
    if len(source) > LARGEST:
        return _refused(
            path, name, source, 1, f"文件太大，最多 {LARGEST // 1024 // 1024} MiB；请用 include 拆成几个文件"
        )
    for mark, encoding in MARKS:
        if source.startswith(mark):
            return _refused(path, name, source, 1, f"文件是 {encoding} 编码，{CURE}")
    try:
        return _parsed(path, name, source, source.decode())
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        return _refused(path, name, source, line, f"这里的字不是 UTF-8 编码{_guess(source)}，{CURE}")


def _guess(source: bytes) -> str:
    try:
        source.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return "（像是 GBK）"


def _refused(path: Path, name: str, source: bytes, line: int, message: str) -> Document:
    return Document(path, name, source, findings=(Finding(name, line, "", None, message),))


def _parsed(path: Path, name: str, source: bytes, text: str) -> Document:
    findings: list[Finding] = []
    if text.startswith(BOM):
        text = text.removeprefix(BOM)
        message = "文件开头有看不见的 BOM 标记，已忽略；另存为“UTF-8（无 BOM）”更稳妥"
        findings.append(Finding(name, 1, "", None, message, warning=True))
    text = text.replace("\r\n", "\n")
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        return _refused(path, name, source, line, "换行方式太旧（只有 CR），请另存为 LF 或 CRLF 换行")
    parsed = parse(text)
    findings += [Finding(name, fault.line, fault.key, None, fault.message) for fault in parsed.faults]
    return Document(path, name, source, text, parsed.data, tuple(findings))
