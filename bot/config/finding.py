"""Something found in the configuration: the place, what stands there, and what would be right."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import regex

from bot.types.files import Files

Scalar = str | int | float | bool | None

HIDDEN = "***"
LONGEST = 80
PLAIN = regex.compile(r"[\w-]+")
CREDENTIALS = regex.compile(r"(://).*@", regex.S)


@dataclass(frozen=True, slots=True)
class Finding:
    """One error or warning. `value` is what is written there; None when nothing is, `"***"` when it is secret."""

    file: str
    line: int
    key: str
    value: Scalar
    message: str
    warning: bool = False

    def __str__(self) -> str:
        shown = "" if self.value is None else f" = {_written(self.value)}"
        subject = f" {self.key}{shown} →" if self.key else ""
        return f"{self.file}:{self.line}:{subject} {self.message}"


class ConfigError(Exception):
    """A configuration that cannot be used: all its errors, and the warnings beside them.

    `files`, `patterns` and `folders` say what to watch for the correction, as in `Config`.
    """

    def __init__(
        self,
        errors: Sequence[Finding],
        warnings: Sequence[Finding] = (),
        files: Sequence[Path] = (),
        patterns: Sequence[Files] = (),
    ) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = tuple(errors)
        self.warnings = tuple(warnings)
        self.files = tuple(files)
        self.patterns = tuple(patterns)

    @property
    def folders(self) -> frozenset[Path]:
        """Where these files are, or may appear."""
        return folders(self.files, self.patterns)


def folders(files: Iterable[Path], patterns: Iterable[Files]) -> frozenset[Path]:
    """The folders of files, and those where files of the patterns may appear."""
    return frozenset({*(path.parent for path in files), *(pattern.folder for pattern in patterns)})


def key(path: Sequence[str | int]) -> str:
    """A path as managers read it: `replies[3].cooldown`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + (part if PLAIN.fullmatch(part) else _written(part))
    return text


def shown(value: Any) -> Scalar:
    """What may be shown of a raw value: scalars as they are, never the inside of tables and lists, no credentials."""
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, list):
        return "[…]"
    if value is None or isinstance(value, (bool, int, float)):
        return value
    text = CREDENTIALS.sub(rf"\1{HIDDEN}@", str(value))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _written(value: Scalar) -> str:
    if value in ("{…}", "[…]"):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
