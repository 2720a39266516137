"""Which part of a section's type a pydantic error is about, and the way there in the written file.

Pydantic's locations also name union members and `[key]`; the file has none of these.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.config.sources import at
from bot.types.secret import Address, Secret

KEY = "[key]"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a section: the path in the file, the types possible there, the types of the table around it."""

    path: tuple[str | int, ...]
    kinds: tuple[Any, ...]
    around: tuple[Any, ...] = ()

    @property
    def is_secret(self) -> bool:
        """Whether what stands there must not be shown; an address may, for one with a password is refused as such."""
        classes = [kind for kind in self.kinds if isinstance(kind, type)]
        return any(issubclass(kind, Secret) and not issubclass(kind, Address) for kind in classes)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that the table around it may have."""
        return tuple(dict.fromkeys(name for kind in self.around if _is_model(kind) for name in fields(kind)))


def spot(kind: Any, location: Sequence[str | int], raw: Any, labelled: bool = True) -> Spot:
    """The spot of a location in a section of that type; `labelled` when it names union members, as pydantic does."""
    path: list[str | int] = []
    kinds, around = options(kind), ()
    rest = list(location)
    while rest:
        if labelled and len(kinds) > 1:
            kinds = _labelled(kinds, rest.pop(0))
            continue
        part = rest.pop(0)
        if part == KEY:
            continue
        step = _inner(kinds, part)
        if isinstance(part, str) or isinstance(raw, list):
            path.append(part)
            raw, around = at(raw, part), kinds
        kinds = step
    return Spot(tuple(path), kinds, around)


def options(kind: Any) -> tuple[Any, ...]:
    """The types that a type allows: members of unions, without wrappings and None."""
    if get_origin(kind) is Annotated:
        return options(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return tuple(option for member in get_args(kind) if member is not type(None) for option in options(member))
    return (kind,)


def fields(model: Any) -> Mapping[str, FieldInfo]:
    """A model's fields by the names used in files."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def models(kind: Any) -> Iterator[type[BaseModel]]:
    """The models that are the items of a list section, or the section itself."""
    for option in options(kind):
        if _is_model(option):
            yield option
        elif get_origin(option) in (tuple, list):
            yield from models(get_args(option)[0])


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _labelled(kinds: tuple[Any, ...], label: str | int) -> tuple[Any, ...]:
    """The union members that a label means; all when it is not clear."""
    return tuple(kind for kind in kinds if _carries(kind, label)) or kinds[:1]


def _carries(kind: Any, label: str | int) -> bool:
    if not _is_model(kind):
        return False
    tags = [tag for info in kind.model_fields.values() for tag in _literals(info.annotation)]
    return label in tags or label == kind.__name__


def _literals(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def _inner(kinds: tuple[Any, ...], part: str | int) -> tuple[Any, ...]:
    return tuple(option for kind in kinds for option in _one_inner(kind, part))


def _one_inner(kind: Any, part: str | int) -> tuple[Any, ...]:
    if _is_model(kind):
        info = fields(kind).get(str(part))
        return options(info.annotation) if info else ()
    arguments = get_args(kind)
    if not arguments:
        return ()
    if isinstance(part, str):
        return options(arguments[-1]) if issubclass(get_origin(kind) or object, Mapping) else ()
    if get_origin(kind) is tuple and arguments[-1] is not Ellipsis and isinstance(part, int):
        return options(arguments[min(part, len(arguments) - 1)])
    return options(arguments[0])
