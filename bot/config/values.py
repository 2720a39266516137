"""Going through the typed values of sections, to find those of one kind."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

from bot.config.lines import Path

T = TypeVar("T")


def of_kind(kind: type[T], value: Any, path: Path = ()) -> Iterator[tuple[Path, T]]:
    """Every value of a class within a section's value, with its path as the file has it."""
    if isinstance(value, kind):
        yield path, value
    for part, inner in _parts(value):
        yield from of_kind(kind, inner, (*path, part))


def _parts(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            yield info.alias or name, getattr(value, name)
    elif isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, (tuple, list)):
        yield from enumerate(value)
