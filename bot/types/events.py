"""What comes in: frozen values, one class a kind, with a JSON form for the inbox.

Every event happened in a conversation and has an `id` that is unique for ever:
`channel:corp:door:native id`, or a hash of the fields that identify it where WeCom gives no safe id.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bot.types.attachments import Attachment

Place = Literal["group", "direct"]


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where something happened: a door (`"kind:name"`), a place and the native id there.

    `native` is the group's chat id byte for byte, or the member's id (userids in lower case).
    """

    door: str
    place: Place
    native: str

    @property
    def key(self) -> str:
        """One string for the conversation; `parse` is its inverse."""
        return f"{self.door}|{self.place}|{self.native}"

    @property
    def channel(self) -> str:
        """The kind of the door: `app`, `aibot`, …"""
        return self.door.partition(":")[0]

    @classmethod
    def parse(cls, key: str) -> "Conversation":
        """The conversation of a key; ValueError when it is none."""
        door, place, native = key.split("|", 2)
        if place not in ("group", "direct"):
            raise ValueError(f"not a conversation: {key!r}")
        return cls(door, "group" if place == "group" else "direct", native)

    def thread(self, member: str) -> str:
        """The key of a member's thread: the conversation itself in a direct chat."""
        return self.key if self.place == "direct" else f"{self.key}|{member}"


@dataclass(frozen=True, slots=True)
class Route:
    """How one event may be answered besides its door's own way of sending.

    `passive` names what the HTTP answer of its callback may carry: `stream`, `reply`, `welcome`, `update` or nothing.
    `url` is a one-use answer address (AI bot `response_url`), `code` a one-use response code; both are secrets.
    At a long connection `url` is the command that answers and `code` the callback's req_id, good until `expires_at`.
    """

    passive: Literal["", "stream", "reply", "welcome", "update"] = ""
    url: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every event has. `at`: when WeCom says it happened; `received_at`: when we got it; both UTC.

    `nickname`: what the person calls themselves, where the door tells it.
    """

    id: str
    conversation: Conversation
    member: str = ""
    at: datetime
    received_at: datetime
    route: Route = Route()
    nickname: str = ""

    @property
    def thread(self) -> str:
        """The key of the thread this event belongs to."""
        return self.conversation.thread(self.member)

    @property
    def topic(self) -> str:
        """What handlers subscribe to."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Media:
    """Something attached: what WeCom calls it, and how the door lets it be fetched until `expires_at`.

    `media_id`, `url` and `key` (base64, of the one encrypted file) are secrets; `name` is what its sender called it.
    """

    form: str
    media_id: str = field(default="", repr=False)
    url: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    name: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Event):
    """A person said something. `form` is WeCom's msgtype; `text` is what can be read of it, perhaps nothing."""

    type: Literal["message"] = "message"
    text: str = ""
    form: str = "text"
    media: tuple[Media, ...] = ()
    quote: str = ""

    @property
    def topic(self) -> str:
        return "message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched(Event):
    """What a message carried is here, or will never be.

    `message` and `number` (from 0) tell which; `form` is WeCom's word for it. `passes_as` is how it may be passed on:
    as a picture, as a file, or only in words, and then `why` (Chinese) says why. `file` is None for what is not here.
    """

    type: Literal["fetched"] = "fetched"
    message: str
    number: int
    form: str
    file: Attachment | None = None
    passes_as: Literal["image", "file", "words"] = "words"
    why: str = ""

    @property
    def topic(self) -> str:
        return "fetched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Event):
    """A person opened the 1:1 chat with the bot (`enter_agent`, `enter_chat`, `subscribe`, `enter_session`).

    `scene` and `param` tell which link or code brought a customer of 微信客服.
    """

    type: Literal["opened"] = "opened"
    how: str = ""
    scene: str = ""
    param: str = ""

    @property
    def topic(self) -> str:
        return "opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(Event):
    """A person joined a group."""

    type: Literal["joined"] = "joined"

    @property
    def topic(self) -> str:
        return "joined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Left(Event):
    """A person left a group."""

    type: Literal["left"] = "left"

    @property
    def topic(self) -> str:
        return "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicked(Event):
    """A person pressed a card's button or a menu entry.

    `task` is the card's task_id (`"desk-12-ab"`: the part before the first `-` names the handler); empty for a menu.
    `selected` holds (question key, chosen option ids).
    """

    type: Literal["clicked"] = "clicked"
    task: str = ""
    key: str = ""
    card: str = ""
    selected: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def topic(self) -> str:
        return f"clicked:{self.task.partition('-')[0]}" if self.task else "clicked:menu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated(Event):
    """A person's thumb on an answer."""

    type: Literal["rated"] = "rated"
    feedback: str = ""
    verdict: str = ""
    content: str = ""

    @property
    def topic(self) -> str:
        return "rated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick(Event):
    """A due time has come: a job of the configuration, or a timer that a handler set.

    `name` is `"owner.what"`; `guard` and `version` tell which state the timer was set for.
    """

    type: Literal["tick"] = "tick"
    name: str = ""
    due: datetime
    data: dict[str, str] = field(default_factory=dict)
    guard: str = ""
    version: int = 0

    @property
    def topic(self) -> str:
        return f"tick:{self.name.partition('.')[0]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal(Event):
    """A handler tells another conversation something. `name` is `"owner.what"`."""

    type: Literal["signal"] = "signal"
    name: str = ""
    data: dict[str, str] = field(default_factory=dict)

    @property
    def topic(self) -> str:
        return f"signal:{self.name.partition('.')[0]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served(Event):
    """Somebody of the company (`staff`) said something to a customer in WeCom's own client."""

    type: Literal["served"] = "served"
    staff: str = ""
    text: str = ""
    form: str = "text"
    media: tuple[Media, ...] = ()

    @property
    def topic(self) -> str:
        return "served"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned(Event):
    """A customer's session went into other hands in WeCom's own client.

    `change`: `taken` out of the pool, `passed` on to a colleague, `ended`, `reopened`; `found` in hand when we looked,
    or `nobody` was there to take it. `staff` has it now, `before` had it.
    """

    type: Literal["turned"] = "turned"
    change: Literal["taken", "passed", "ended", "reopened", "found", "nobody", ""] = ""
    staff: str = ""
    before: str = ""

    @property
    def topic(self) -> str:
        return "turned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled(Event):
    """A message was taken back: `of` is its event's id, `staff` is who did it where that was not the customer."""

    type: Literal["recalled"] = "recalled"
    of: str = ""
    staff: str = ""

    @property
    def topic(self) -> str:
        return "recalled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered(Event):
    """Something that WeCom had taken did not arrive.

    `of` is WeCom's id of it; `why` is for managers; `later`: it can go out when the person speaks again.
    """

    type: Literal["undelivered"] = "undelivered"
    of: str = ""
    why: str = ""
    later: bool = False

    @property
    def topic(self) -> str:
        return "undelivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld(Event):
    """Something that the bot wanted to say here waits until the person speaks again; `why` is for staff."""

    type: Literal["withheld"] = "withheld"
    words: str = ""
    why: str = ""

    @property
    def topic(self) -> str:
        return "withheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked(Event):
    """Something that the bot wanted to say here had a `word` that it never says, and was not said."""

    type: Literal["blocked"] = "blocked"
    words: str = ""
    word: str = ""

    @property
    def topic(self) -> str:
        return "blocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty(Event):
    """Somebody of the company began or stopped to receive customers in WeCom's own client."""

    type: Literal["duty"] = "duty"
    staff: str = ""
    receiving: bool = True
    suspended: bool = False

    @property
    def topic(self) -> str:
        return "duty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed(Event):
    """Anything else WeCom told us: kept, counted, and left alone. `data` holds what it said, without secrets."""

    type: Literal["noticed"] = "noticed"
    name: str = ""
    data: dict[str, str] = field(default_factory=dict)

    @property
    def topic(self) -> str:
        return f"noticed:{self.name}"


AnyEvent = Annotated[
    Message
    | Fetched
    | Opened
    | Joined
    | Left
    | Clicked
    | Rated
    | Tick
    | Signal
    | Served
    | Turned
    | Recalled
    | Undelivered
    | Withheld
    | Blocked
    | Duty
    | Noticed,
    Field(discriminator="type"),
]

_CODEC: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)


def dump_event(event: Event) -> bytes:
    """The JSON form of an event."""
    data: bytes = _CODEC.serializer.to_json(event)
    return data


def load_event(data: bytes | str) -> Event:
    """The event of a JSON form; pydantic's ValidationError when it is none."""
    return _CODEC.validate_json(data)
