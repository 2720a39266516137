"""What every channel is to the rest of the bot: bytes in → events, contents → bytes out.

All that is WeCom-specific ends behind this door.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bot.channels.identity import digest
from bot.types.actions import Content
from bot.types.events import Conversation, Event, Media, Route


class Refused(Exception):
    """A callback that is not WeCom's or not usable: `status` (4xx) for the caller, `why` for the log."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


@dataclass(frozen=True, slots=True)
class Received:
    """An authentic callback: an event, or a poll for a stream that was begun.

    `stream` is the id of the stream that answers it, at doors that stream. `fingerprint` tells its ciphertext from
    any other under the same `nonce`; a poll has none.
    """

    event: Event | None
    nonce: str
    timestamp: str
    stream: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the HTTP answer carries: contents in order; `stream` and `finished` for doors that stream.

    Without contents and stream: an empty 200, "received, no reply".
    """

    contents: Sequence[Content] = ()
    stream: str = ""
    finished: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One thing to be sent by a lane.

    `unknown` is true when an earlier try may have arrived; `first_tried_at` is when that was. `undelivered` is WeCom's
    id of an earlier try that it took and that did not arrive.
    `update` marks a card that replaces the clicked one; `beside` holds the members of what was joined to it.
    """

    id: str
    to: Conversation
    member: str
    content: Content
    route: Route = field(default=Route(), repr=False)
    unknown: bool = False
    first_tried_at: datetime | None = None
    undelivered: str = ""
    update: bool = False
    beside: tuple[str, ...] = ()
    may_send: Callable[[], bool] = field(default=lambda: True, repr=False, compare=False)


def message_id(delivery: str, undelivered: str = "") -> str:
    """Our own id of a message at WeCom (at most 32 letters): a second try under it is refused.

    What was taken and did not arrive (`undelivered`) has used its id up: it goes out under another one.
    """
    return digest(delivery, *filter(None, (undelivered,)))


class Fault(StrEnum):
    """Why a delivery failed, in the only terms the outbox cares for."""

    BUSY = "busy"  # try again soon
    LIMITED = "limited"  # a rate limit: try again after `after`
    CONFIGURATION = "configuration"  # nothing will work until somebody mends the set-up: try again slowly, alarm
    REFUSED = "refused"  # this very thing will never be taken: dead
    UNROUTED = "unrouted"  # no way to reach them now: held until they speak again
    UNKNOWN = "unknown"  # it may have arrived


class SendError(Exception):
    """A delivery failed. `after`: how long to wait before the next try, None: the lane's own back-off."""

    def __init__(self, fault: Fault, why: str, code: int = 0, after: timedelta | None = None) -> None:
        super().__init__(why)
        self.fault = fault
        self.why = why
        self.code = code
        self.after = after


class Promise(StrEnum):
    """What happens after an unknown outcome: a keyed door is tried again, an unkeyed one is left `uncertain`."""

    KEYED = "keyed"
    UNKEYED = "unkeyed"


@dataclass(frozen=True, slots=True)
class Room:
    """What one HTTP answer holds: which kinds, how many contents, cards and pictures, how many bytes of them."""

    kinds: frozenset[str]
    contents: int = 100
    cards: int = 1
    word_bytes: int = 1 << 20
    pictures: int = 10
    picture_bytes: int = 10 << 20


_SPOKEN = Room(frozenset(("text", "card")))
ANSWERS: Mapping[str, Room] = {"stream": _SPOKEN, "welcome": _SPOKEN, "reply": Room(frozenset(("text",)), contents=1)}


@dataclass(frozen=True, slots=True)
class Service:
    """What a door does in one kind of place.

    `hears`: the msgtypes of messages and the topics of events (`opened`, `joined`, `clicked`, `rated`) that reach us;
    `addressed`: only what is said to the bot (@) reaches us; `starts`: it may speak there without being spoken to.
    """

    hears: frozenset[str] = frozenset()
    addressed: bool = False
    starts: bool = False


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a door can carry, and what it does where. Splitting, other forms and refusals go by it.

    `text_bytes`: UTF-8 bytes of one text; `rates`: (seconds, messages) per destination; `carries`: the kinds of content
    that it has, all others are said in words; `answers`: what its HTTP answers hold, by `Route.passive`.
    `keeps_route`: what is said about an event goes by that event's own route, as often as it takes; `posted`: one
    process at a time hears and sends here, the one that holds the door's post.

    `serves`: what it does in an `内部群`, a `客户群`, with a `成员`, with a `客户`; `window`: how long after a message
    it may be answered, None: always; `budget`: answers to one message, None: any number within the rates.
    `markdown_bytes`: of one markdown text, 0: as `text_bytes`; `picture_bytes`, `file_bytes`: of one picture or file;
    `buttons`: its cards can be pressed, otherwise they are notices; `joins`: short texts that wait for the budget may
    go out as one message; `mentions`: a member can be named so that they are alerted.
    """

    text_bytes: int
    rates: tuple[tuple[int, int], ...]
    promise: Promise
    carries: frozenset[str] = frozenset(("text", "card"))
    needs_route: bool = False
    keeps_route: bool = False
    posted: bool = False
    answers: Mapping[str, Room] = field(default_factory=lambda: ANSWERS)
    serves: Mapping[str, Service] = field(default_factory=dict)
    window: timedelta | None = None
    budget: int | None = None
    markdown_bytes: int = 0
    picture_bytes: int = 10 << 20
    file_bytes: int = 20 << 20
    buttons: bool = True
    joins: bool = False
    mentions: bool = False

    @property
    def hears(self) -> bool:
        """Whether anything reaches us through it; a door that does not say what it serves may hear everything."""
        return not self.serves or any(service.hears for service in self.serves.values())

    @property
    def is_counted(self) -> bool:
        """Whether answers have to be counted; where each of them needs a route, the routes do that."""
        return self.budget is not None and not self.needs_route


class FetchError(Exception):
    """What somebody sent did not come. `why` is for staff (Chinese, no secrets); REFUSED: it never will."""

    def __init__(self, fault: Fault, why: str, after: timedelta | None = None) -> None:
        super().__init__(why)
        self.fault = fault
        self.why = why
        self.after = after


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file on its way: its plain bytes, piece by piece, and what it was called (nothing to trust), perhaps ""."""

    pieces: AsyncIterator[bytes]
    name: str = ""


@runtime_checkable
class Fetching(Protocol):
    """A door whose messages carry files."""

    def fetch(self, media: Media) -> AbstractAsyncContextManager[Incoming]:
        """What a message carried; to be read inside the block, which may be left early. FetchError, there or within."""
        ...


class Channel(Protocol):
    """A door in use. `door` is `"kind:name"`; `path` a URL path of its callback besides `/cb/kind/name`, or empty."""

    @property
    def door(self) -> str: ...

    @property
    def path(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities: ...

    def echo(self, query: Mapping[str, str]) -> str:
        """The bare text that proves the URL is ours; Refused when the question is not WeCom's."""
        ...

    def open(self, query: Mapping[str, str], body: bytes, now: datetime) -> Received:
        """Verify, decrypt and parse one callback; Refused when it is forged, stale or malformed."""
        ...

    def seal(self, received: Received, answer: Answer, now: datetime) -> bytes:
        """The body of the HTTP answer."""
        ...

    async def send(self, delivery: Delivery) -> str:
        """Send; returns WeCom's id of the message, perhaps empty. SendError when it did not work."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class Unstored(Exception):
    """What was heard could not be stored now: nothing of it may be confirmed to WeCom; put it again."""


class Inlet(Protocol):
    """Where a channel that hears by itself leaves what it heard, and tells how its connection is. One a door."""

    async def put(self, events: Sequence[Event]) -> None:
        """Store events in their order; those that are known already change nothing. Unstored when it did not work."""
        ...

    async def cursor(self, whose: str) -> str:
        """How far something was pulled, "" when it never was. Unstored when nobody can tell."""
        ...

    async def turn(self, whose: str, old: str, new: str, events: Sequence[Event]) -> bool:
        """Store a page that was pulled and move its cursor from `old` to `new`, all or nothing.

        False when the cursor is elsewhere by now: another process has turned this page. Unstored when it did not work.
        """
        ...

    async def connected(self) -> None:
        """WeCom delivers to us from this moment on; what it said since the connection before is counted as a gap."""
        ...

    async def alive(self) -> None:
        """The connection was whole until this moment. To be told every minute or so."""
        ...

    async def lost(self, why: str, at: datetime) -> None:
        """The connection is gone, and was whole until `at`; `why` is for managers."""
        ...

    async def stopped(self, why: str) -> None:
        """The channel does not connect again by itself; `why` is for managers, who are told at once."""
        ...

    async def missed(self, events: int) -> None:
        """So many events were heard, but nobody will ever decide them."""
        ...

    async def is_ours(self) -> bool:
        """Whether this process still holds the door's post, by the database itself. Unstored when nobody can tell."""
        ...


@runtime_checkable
class Hearing(Protocol):
    """A channel that hears by itself (a long connection, pulling) instead of waiting for callbacks."""

    async def hear(self, inlet: Inlet) -> None:
        """Hear until cancelled, and let go of the connection then. Survives whatever the network does.

        At a `posted` door it runs only in the process that holds the post, else in every process.
        """
        ...
