"""The files of a configuration, joined into one: `include` brings in more of them."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.config.document import Document, read
from bot.config.finding import Finding, key, shown
from bot.config.lines import Path as KeyPath
from bot.types.files import Files

INCLUDE = "include"
MOST_FILES = 500


@dataclass(frozen=True, slots=True)
class Place:
    """Where a path of the whole stands: the document, and the path within it."""

    document: Document
    path: KeyPath

    @property
    def line(self) -> int:
        return self.document.lines.line(self.path)

    def finding(self, message: str, value: Any = None, warning: bool = False) -> Finding:
        """A finding at this place."""
        return Finding(self.document.name, self.line, key(self.path), shown(value), message, warning)


@dataclass
class Sources:
    """All documents in the order of their inclusion, what they hold together, and what is wrong with their joining."""

    documents: list[Document] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, list[tuple[Document, int]]] = field(default_factory=dict)
    patterns: list[Files] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_broken(self) -> bool:
        """Whether some file could not be read completely, so that what is missing proves nothing."""
        return any(document.is_broken for document in self.documents) or any(
            not finding.warning for finding in self.findings
        )

    def place(self, path: KeyPath) -> Place:
        """Where a path stands; the beginning of the main file when it stands nowhere."""
        if not path or path[0] not in self.parts:
            return Place(self.documents[0], path)
        parts = self.parts[str(path[0])]
        index = path[1] if len(path) > 1 else 0
        if not isinstance(index, int) or len(parts) == 1:
            return Place(parts[0][0], path)
        for document, count in parts:
            if index < count:
                return Place(document, (path[0], index, *path[2:]))
            index -= count
        return Place(parts[-1][0], path[:1])

    def value(self, path: KeyPath) -> Any:
        """What is written at a path; None when nothing is."""
        value: Any = self.data
        for part in path:
            value = at(value, part)
        return value


def at(value: Any, part: str | int) -> Any:
    """One step into a raw value; None when there is nothing."""
    if isinstance(value, dict):
        return value.get(part)
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return value[part]
    return None


def gather(path: Path) -> Sources:
    """Read a configuration and everything it includes."""
    sources = Sources()
    _Gatherer(sources, path.parent).take(path, str(path), ())
    return sources


class _Gatherer:
    """Reads files depth first; each file once."""

    def __init__(self, sources: Sources, base: Path) -> None:
        self.sources = sources
        self.base = base
        self.seen: dict[Path, str] = {}

    def take(self, path: Path, name: str, above: tuple[Path, ...]) -> None:
        """Read one file, then what it includes."""
        document = _open(path, name)
        self.seen[_real(path)] = name
        self.sources.documents.append(document)
        self.sources.findings += document.findings if document.is_broken else ()
        self.join(document)
        self.follow(document, (*above, _real(path)))

    def join(self, document: Document) -> None:
        """Add a document's content: lists of tables one after the other, anything else once."""
        for name, value in document.data.items():
            if name == INCLUDE:
                continue
            if name not in self.sources.parts:
                self.sources.data[name] = list(value) if isinstance(value, list) else value
                self.sources.parts[name] = [(document, len(value) if isinstance(value, list) else 1)]
            elif _is_tables(value) and _is_tables(self.sources.data[name]):
                self.sources.data[name] += value
                self.sources.parts[name].append((document, len(value)))
            else:
                self.clash(name, document)

    def clash(self, name: str, document: Document) -> None:
        first = Place(self.sources.parts[name][0][0], (name,))
        message = f"[{name}] 在 {first.document.name}:{first.line} 已经写过，请合并成一处"
        self.sources.findings.append(Place(document, (name,)).finding(message))

    def follow(self, document: Document, above: tuple[Path, ...]) -> None:
        """Read the files that a document includes."""
        written = document.data.get(INCLUDE, [])
        if not isinstance(written, list):
            self.refuse(document, (INCLUDE,), '要写成列表：include = ["replies/*.toml"]', written)
            return
        for index, pattern in enumerate(written):
            place = (INCLUDE, index)
            if not isinstance(pattern, str) or not pattern.strip() or "\0" in pattern:
                self.refuse(document, place, '这里写文件名，要加引号，如 "replies/*.toml"', pattern)
                continue
            self.expand(document, place, Files(pattern, document.path.parent), above)

    def expand(self, document: Document, place: KeyPath, files: Files, above: tuple[Path, ...]) -> None:
        """Read the files of one pattern."""
        self.sources.patterns.append(files)
        paths = [path for path in files.paths() if not (files.is_pattern and _real(path) in above)]
        if not paths:
            self.absent(document, place, files)
        for path in paths:
            self.enter(document, place, path, above)

    def absent(self, document: Document, place: KeyPath, files: Files) -> None:
        if files.is_pattern:
            message = "还没有这样的文件"
            self.sources.findings.append(Place(document, place).finding(message, files.pattern, warning=True))
        else:
            self.refuse(document, place, f"找不到文件 {_named(files.base / files.pattern, self.base)}", files.pattern)

    def enter(self, document: Document, place: KeyPath, path: Path, above: tuple[Path, ...]) -> None:
        """Read one included file, unless that goes in circles."""
        real, pattern = _real(path), Place(document, place)
        if real in above:
            circle = " → ".join(self.seen[file] for file in (*above[above.index(real) :], real))
            self.refuse(document, place, f"文件互相包含：{circle}；请去掉其中一处", str(path))
        elif real in self.seen:
            message = f"{self.seen[real]} 已经包含过，这里的不再读"
            self.sources.findings.append(pattern.finding(message, warning=True))
        elif len(self.seen) >= MOST_FILES:
            self.refuse(document, place, f"包含的文件太多，最多 {MOST_FILES} 个")
        else:
            self.take(path, _named(path, self.base), above)

    def refuse(self, document: Document, place: KeyPath, message: str, value: Any = None) -> None:
        self.sources.findings.append(Place(document, place).finding(message, value))


def _real(path: Path) -> Path:
    """The file itself, whatever links lead to it; a link in circles stands for itself."""
    return Path(os.path.realpath(path))


def _open(path: Path, name: str) -> Document:
    try:
        return read(path, name)
    except FileNotFoundError:
        message = "找不到这个文件；用 -c 指定配置文件"
    except IsADirectoryError:
        message = "这是一个文件夹；要写配置文件的名字"
    except OSError as error:
        message = f"读不了这个文件（{_reason(error)}）；请检查权限"
    return Document(path, name, b"", findings=(Finding(name, 1, "", None, message),))


def _reason(error: OSError) -> str:
    return "没有权限" if isinstance(error, PermissionError) else f"系统错误 {error.errno}"


def _named(path: Path, base: Path) -> str:
    """What messages call a file: beside the main file, as that was named."""
    return os.path.normpath(path if path.is_absolute() else base / os.path.relpath(path, base))


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)
