"""The whole checked configuration."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from bot.config.finding import Finding, folders
from bot.types.declarations import Section
from bot.types.files import Files

T = TypeVar("T")

HASH_LETTERS = 12


@dataclass(frozen=True)
class Config:
    """Typed sections, and the files they came from.

    `files` are the main file, what it includes, and what its sections name; `patterns` are those that more files may
    match; `hash` names the content of all files, wherever the configuration lies.
    """

    path: Path
    hash: str
    files: tuple[Path, ...]
    patterns: tuple[Files, ...]
    warnings: tuple[Finding, ...]
    values: Mapping[str, Any] = field(repr=False)

    @property
    def base(self) -> Path:
        """The folder that relative paths in the configuration start from."""
        return self.path.parent

    @property
    def folders(self) -> frozenset[Path]:
        """Where its files are, or may appear."""
        return folders(self.files, self.patterns)

    def __getitem__(self, section: Section[T]) -> T:
        value: T = self.values[section.key]
        return value


def fingerprint(base: Path, files: Iterable[Path]) -> str:
    """A short hash of files' content and of their names relative to `base`."""
    whole = hashlib.sha256()
    for path in sorted(files):
        name, content = os.path.relpath(path, base).encode(errors="surrogateescape"), _content(path)
        whole.update(b"%d:%d:" % (len(name), len(content)) + name + content)
    return whole.hexdigest()[:HASH_LETTERS]


def _content(path: Path) -> bytes:
    """What a file holds; nothing when it cannot be read, which its reader reports."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
