"""Going through the typed values of sections, to find those of one kind."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from types import NoneType
from typing import Any, TypeVar

from pydantic import BaseModel

from bot.config.lines import Path

T = TypeVar("T")


# What holds nothing: most of a large configuration.
_PLAIN = frozenset({str, int, float, bool, timedelta, NoneType})


def of_kind(kind: type[T], value: Any, path: Path = ()) -> Iterator[tuple[Path, T]]:
    """Every value of a class of ours within a section's value, with its path as the file has it."""
    if isinstance(value, kind):
        yield path, value
    for part, inner in _parts(value):
        if not _is_plain(inner):
            yield from of_kind(kind, inner, (*path, part))


def _parts(value: Any) -> Iterable[tuple[str | int, Any]]:
    if isinstance(value, (tuple, list)):
        return enumerate(value)
    if isinstance(value, BaseModel):
        held = value.__dict__
        fields = type(value).model_fields.items()
        return ((info.alias or name, held[name]) for name, info in fields if not _is_plain(held[name]))
    return value.items() if isinstance(value, Mapping) else ()


def _is_plain(value: Any) -> bool:
    return type(value) in _PLAIN or value == ()
