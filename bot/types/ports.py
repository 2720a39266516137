"""What handlers may ask the world for. Everything here is handed in; nothing is reached for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Executable
from sqlalchemy.engine import CursorResult

from bot.types.attachments import Attachments, Unkept
from bot.types.events import Conversation

T = TypeVar("T")


class Clock(Protocol):
    """The time, in UTC."""

    def now(self) -> datetime: ...


class Calendar(Protocol):
    """Which days people work (statutory holidays and make-up workdays included)."""

    @property
    def timezone(self) -> ZoneInfo: ...

    def is_workday(self, day: date) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A Tick to come. `id` names it for replacing and cancelling; `name` is `"owner.what"`.

    With `guard` (the key of a versioned row) the timer is a no-op once that row has changed
    since the transaction that set it.
    """

    id: str
    name: str
    conversation: Conversation
    member: str = ""
    due: datetime
    data: Mapping[str, str]
    guard: str = ""


class Executing(Protocol):
    """Where statements run."""

    async def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run one statement."""
        ...


class Transaction(Executing, Protocol):
    """The one SQL transaction of an event: its reads, its writes, its timers."""

    async def guard(self, key: str) -> int:
        """The version of a shared row (`"thread:…"`, `"ticket:12"`), compared and bumped when the event commits.

        Call it before reading the row. A conflict undoes this event alone and runs it again.
        """
        ...

    async def set_timer(self, timer: Timer) -> None:
        """Set or replace a timer."""
        ...

    async def cancel_timer(self, id: str) -> None:
        """Forget a timer; fine when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Member:
    """A person at a door. `name` is what they chose or the configuration says; empty when nobody knows.

    `roles`: what they may do, and the teams they are in; `skills`: what they know.
    """

    id: str
    name: str = ""
    roles: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()

    @property
    def is_staff(self) -> bool:
        """Whether the configuration gives this person any role."""
        return bool(self.roles)


@dataclass(frozen=True, slots=True)
class Group:
    """A named WeCom group of the configuration."""

    name: str
    id: str
    kind: str
    doors: tuple[str, ...] = ()
    features: frozenset[str] | None = None

    def has(self, feature: str) -> bool:
        """Whether a capability is switched on here; all are when the configuration names none."""
        return self.features is None or feature in self.features


class Directory(Protocol):
    """Who and where, by the configuration."""

    def member(self, door: str, id: str) -> Member:
        """The member behind an id; one without roles when the configuration does not know them."""
        ...

    def group(self, conversation: Conversation) -> Group | None:
        """The named group of a conversation; None for direct chats and unnamed groups."""
        ...

    def with_role(self, role: str) -> tuple[Member, ...]:
        """Everybody with a role or in a team of that name, in the order of the configuration."""
        ...

    def alerted(self, role: str) -> tuple[Conversation, ...]:
        """The groups where what people with a role are told is told too."""
        ...

    def is_for_staff(self, conversation: Conversation) -> bool:
        """Whether it is a chat with somebody who has a role, or a group where staff are told things."""
        ...


@dataclass(frozen=True, slots=True)
class Thread:
    """The thread of an event as it was when the event began."""

    key: str
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class LongConnection:
    """A long connection: `up`, `down` or `stopped` since a moment (UTC), and what was missed in all without one."""

    door: str
    state: str
    why: str
    since: datetime
    gaps: int
    gap_seconds: int
    missed: int


class Status(Protocol):
    """What the core can tell about itself while it works."""

    @property
    def version(self) -> str:
        """The version of the program."""
        ...

    @property
    def config(self) -> str:
        """The hash of the configuration in use."""
        ...

    @property
    def loaded_at(self) -> datetime:
        """Since when it is in use, UTC."""
        ...

    def notice(self, now: datetime) -> str:
        """What has to be done soon (Chinese); "" when nothing has."""
        ...

    async def unsent(self, transaction: Executing) -> Mapping[str, int]:
        """How many rows of the outbox are `waiting`, `held`, `uncertain` and `dead`, where there are any."""
        ...

    async def connections(self, transaction: Executing) -> Sequence[LongConnection]:
        """The long connections that were ever up, by door."""
        ...


class Budgets(Protocol):
    """How much may be said after each message of a person, where a door limits that."""

    async def left(self, transaction: Executing, to: Conversation, now: datetime) -> int | None:
        """How many more messages may go to a conversation before the person must speak; None: it is not counted."""
        ...


# What is being done, in Chinese, and how much of it is done, 0 to 1.
Report = Callable[[str, float], None]


def _unheard(what: str, done: float) -> None:
    """Nobody wants to know how far it is."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What may be used of the machine that the program runs on.

    `cache` keeps what can be made again (models, vectors); `model` serves where the settings name none. Where
    `patient`, building waits for what otherwise comes later in the background; `report` hears how far that is, from
    any thread.
    """

    cache: Path = Path(".cache")
    model: str = "none"
    patient: bool = False
    report: Report = _unheard


class Shelf:
    """Costly things that outlive a reload of the configuration (a dictionary, a model), each made once.

    The composition root keeps one for the life of the process and hands it to every build.
    """

    def __init__(self, machine: Machine | None = None) -> None:
        self.machine = machine or Machine()
        self._made: dict[str, Any] = {}

    def get(self, name: str, make: Callable[[], T]) -> T:
        """The thing of a name (`"owner.what"`), made now when it is not there yet."""
        if name not in self._made:
            self._made[name] = make()
        made: T = self._made[name]
        return made


Sends = Literal["now", "later", "never"]


@dataclass(frozen=True, slots=True)
class Services:
    """What capabilities are built with. `desk` is the `app` door where staff work; empty when there is none.

    `attachments` keeps the files that replies carry.

    `sends` tells when a door sends a kind of content: `now`, `later` (only in the answer to a message), or `never`.

    `shelf` holds what is costly to make; building may take a second the first time, so build on a thread. `status`
    and `budgets` are None where no bot is at work.
    """

    directory: Directory
    calendar: Calendar
    desk: str = ""
    stale_after: timedelta = timedelta(minutes=10)
    shelf: Shelf = field(default_factory=Shelf)
    attachments: Attachments = field(default_factory=Unkept)
    sends: Callable[[str, str], Sends] = lambda door, kind: "now"
    status: Status | None = None
    budgets: Budgets | None = None

    @property
    def machine(self) -> Machine:
        """What the program runs on."""
        return self.shelf.machine
