"""What goes out: frozen values with a JSON form for the outbox. Only the outbox sends."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bot.types.events import AnyEvent, Conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words. `fixed`: written by a manager beforehand; otherwise composed at run time (a relay, a quotation)."""

    type: Literal["text"] = "text"
    body: str
    fixed: bool = True


@dataclass(frozen=True, slots=True)
class Button:
    """A button of a card. `style` as in WeCom: 1 blue, 2 blue on white, 3 grey, 4 red."""

    key: str
    text: str
    style: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A template card: a notice without buttons, an interaction with them; `done` is the label that greys the buttons.

    `task` is unique per door (`[0-9A-Za-z_-@]`, ≤ 128 bytes); the part before its first `-` names the handler
    that gets the clicks.
    """

    type: Literal["card"] = "card"
    task: str
    title: str
    desc: str = ""
    quote: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    buttons: tuple[Button, ...] = ()
    done: str = ""
    url: str = ""
    fixed: bool = False


Content = Annotated[Text | Card, Field(discriminator="type")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Say something where the event happened, by the event's own route while it has one."""

    content: Content
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Say something in another conversation, or in this one apart from the answer."""

    to: Conversation
    content: Content
    member: str = ""
    priority: int = 0
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Replace the card that was clicked; it exists only in the answer to the click."""

    card: Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Emit:
    """Put an event into another conversation: same transaction, through the outbox to the inbox."""

    event: AnyEvent


Action = Reply | Notify | Update | Emit

_CONTENT: TypeAdapter[Content] = TypeAdapter(Content)


def dump_content(content: Text | Card) -> str:
    """The JSON form of a content."""
    return _CONTENT.dump_json(content).decode()


def load_content(data: bytes | str) -> Text | Card:
    """The content of a JSON form; pydantic's ValidationError when it is none."""
    return _CONTENT.validate_json(data)
