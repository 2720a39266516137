"""How a capability says what it needs: config sections, tables, handlers, commands."""

import argparse
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar, runtime_checkable

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema

from bot.types.context import Context
from bot.types.events import Conversation, Event, Message
from bot.types.exact import exact
from bot.types.outcome import Outcome
from bot.types.ports import Services

if TYPE_CHECKING:
    from bot.types.workplace import Workplace

T = TypeVar("T")


class Settled(BaseModel):
    """Base of every config section: frozen and strict about unknown keys, numbers and booleans."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: CoreSchema = exact(handler(source))
        return schema


@dataclass(frozen=True, slots=True)
class Section(Generic[T]):
    """One top-level key of the configuration and the type of its value.

    `type` is a `Settled` class (`[faq]`) or `tuple[Class, ...]` (`[[replies]]`); a section that is absent takes
    `default()`.
    """

    key: str
    type: Any
    default: Callable[[], T]


class Settings(Protocol):
    """The whole checked configuration."""

    @property
    def hash(self) -> str:
        """Names this very state of all its files; kept in every trace."""
        ...

    def __getitem__(self, section: Section[T]) -> T:
        """The typed value of a section."""
        ...


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in the configuration: where, and what would be right (Chinese, for managers).

    `path` leads to the key: `("replies", 3, "cooldown")`. `file` is set for problems in files that the
    configuration names (a FAQ file), with their own `line`, `path` and `value`.
    """

    path: tuple[str | int, ...]
    message: str
    file: str = ""
    line: int = 0
    warning: bool = False
    value: str | None = None


class Personal(StrEnum):
    """How personal a table's content is."""

    NONE = "none"
    PSEUDONYM = "pseudonym"
    IDENTITY = "identity"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Declared:
    """A table with its class of personal data and its retention: rows whose `clock` column is older are swept.

    `keep` None: the rows are state, bounded by what they describe. `only` narrows what the sweeper may take.
    """

    table: sa.Table
    personal: Personal
    keep: timedelta | None
    clock: str = ""
    only: sa.ColumnElement[bool] | None = None


class Handler(Protocol):
    """One capability's answer to one kind of event.

    `hears` holds topics (`"message"`, `"opened"`, `"clicked:desk"`, `"tick:desk"`). `prepare` changes nothing
    and may wait for what thinks elsewhere (a model); `decide` awaits nothing but the context's transaction. None means
    "not mine".
    """

    @property
    def name(self) -> str: ...

    @property
    def hears(self) -> tuple[str, ...]: ...

    async def prepare(self, event: Event) -> object: ...

    async def decide(self, event: Event, prepared: Any, context: Context) -> Outcome | None: ...


@runtime_checkable
class Resumable(Protocol):
    """A handler that holds a dialogue open (a form, a choice list, a game) and takes the next words of its thread."""

    async def resume(self, event: Message, data: Mapping[str, Any], context: Context) -> Outcome | None:
        """The outcome, or None when these words are not for the dialogue."""
        ...


@runtime_checkable
class Claiming(Protocol):
    """A handler that knows by the words alone that a message is for it: such a message waits for no further lines."""

    def claims(self, message: Message) -> bool:
        """Whether it is."""
        ...


class Masking(Protocol):
    """A handler after which a message may read differently: those behind it prepare and decide what `masked` gives."""

    def masked(self, event: Event, prepared: Any) -> Event:
        """The event as it reads to the handlers behind this one."""
        ...


class Reviewing(Handler, Protocol):
    """A handler that has a word on what was decided about an event that it heard; the last in order goes first."""

    async def review(
        self, event: Event, prepared: Mapping[str, Any], decided_by: str, outcome: Outcome, context: Context
    ) -> Outcome | None:
        """Another outcome in its place, or None; `prepared` holds what all handlers prepared, by their names."""
        ...


@dataclass(frozen=True, slots=True)
class Command:
    """A command that a capability adds to the command line."""

    name: str
    help: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], Awaitable[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A Tick that a capability wants by people's clocks: its `name` (`"owner.what"`), and when, as cron has it.

    What is late by more than `grace` is made up for once (late) or left out (skip). Without a `conversation` of its
    own it is decided apart from all others.
    """

    name: str
    cron: str
    grace: timedelta = timedelta(minutes=1)
    misfire: Literal["late", "skip"] = "late"
    conversation: Conversation | None = None


def _nothing(*_: object) -> tuple[()]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """Everything one capability brings.

    `build` makes its handlers from the settings; `inspect` finds problems that no single key shows, in the whole
    configuration; `due` names the Ticks that it wants; `tools` makes the commands that open the configuration or the
    records.
    """

    name: str
    sections: Sequence[Section[Any]] = ()
    tables: Sequence[Declared] = ()
    build: Callable[[Settings, Services], Sequence[Handler]] = _nothing
    inspect: Callable[[Settings], Iterable[Problem]] = _nothing
    due: Callable[[Settings], Iterable[Due]] = _nothing
    commands: Sequence[Command] = ()
    tools: Callable[["Workplace"], Sequence[Command]] = _nothing
