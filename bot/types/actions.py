"""What goes out: frozen values with a JSON form for the outbox. Only the outbox sends."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bot.types.attachments import Attachment
from bot.types.events import AnyEvent, Conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words. `fixed`: written by a manager beforehand; otherwise composed at run time (a relay, a quotation)."""

    type: Literal["text"] = "text"
    body: str
    fixed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Markdown:
    """Words with marks: headings, bold, links, quotes, code. A door without markdown shows them plain."""

    type: Literal["markdown"] = "markdown"
    body: str
    fixed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link with a title, perhaps a few words and the address of a picture."""

    type: Literal["link"] = "link"
    title: str
    url: str
    desc: str = ""
    picture: str = ""
    fixed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture (JPG, PNG). `url`: where people find it at a door that cannot show it."""

    type: Literal["image"] = "image"
    file: Attachment
    url: str = ""
    fixed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file. `url`: where people find it at a door that cannot carry it."""

    type: Literal["file"] = "file"
    file: Attachment
    url: str = ""
    fixed: bool = True


@dataclass(frozen=True, slots=True)
class Button:
    """A button of a card. `style` as in WeCom: 1 blue, 2 blue on white, 3 grey, 4 red."""

    key: str
    text: str
    style: int = 1


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that may be chosen."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """Something to choose on a card, by the ids of its options; `several` may be chosen only in a vote."""

    key: str
    options: tuple[Option, ...]
    title: str = ""
    several: bool = False
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A template card: a notice without buttons, an interaction with them; `done` is the label that greys the buttons.

    `task` is unique per door (`[0-9A-Za-z_-@]`, ≤ 128 bytes); the part before its first `-` names the handler
    that gets the clicks. With `submit` one question is a vote (≤ 20 options), two or three are lists to choose from
    (≤ 10 options); with `buttons` one question may stand above them (≤ 10 options). ValueError for anything else.
    """

    type: Literal["card"] = "card"
    task: str
    title: str
    desc: str = ""
    quote: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    buttons: tuple[Button, ...] = ()
    questions: tuple[Question, ...] = ()
    submit: Button | None = None
    done: str = ""
    url: str = ""
    fixed: bool = False

    def __post_init__(self) -> None:
        if why := _impossible(self):
            raise ValueError(f"card {self.task}: {why}")

    def answered(self, selected: Iterable[tuple[str, tuple[str, ...]]], done: str) -> "Card":
        """The card as it stays after a submission: greyed by `done`, showing what was chosen."""
        chosen = dict(selected)
        asked = tuple(replace(one, chosen=chosen.get(one.key, one.chosen)) for one in self.questions)
        return replace(self, questions=asked, done=done)


def _impossible(card: Card) -> str:
    """Why WeCom has no such card; "" when it has."""
    asked = len(card.questions)
    if card.submit and (card.buttons or not 1 <= asked <= 3):
        return "a submit button goes with one to three questions and no other buttons"
    if not card.submit and asked > (1 if card.buttons else 0):
        return "questions need a submit button; beside buttons there may be one"
    is_vote = card.submit is not None and asked == 1
    if any(not 1 <= len(one.options) <= (20 if is_vote else 10) for one in card.questions):
        return "too many options, or none"
    if not is_vote and any(one.several for one in card.questions):
        return "several options can be chosen only in a vote"
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A customer goes over to people in WeCom's own client, or comes back from them; words go with it.

    `to`: `staff` (one of `staff` who receives now), `pool` (whoever takes them), `end`. `words` are said when it
    worked, `otherwise` when nobody receives.
    """

    type: Literal["handover"] = "handover"
    to: Literal["staff", "pool", "end"]
    staff: tuple[str, ...] = ()
    words: str = ""
    otherwise: str = ""
    fixed: bool = True


Content = Annotated[Text | Markdown | Link | Image | File | Card | Handover, Field(discriminator="type")]


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
    """Replace the card that was clicked; it exists only in the answer to the click.

    In a group all see the new card, except one to submit: what a person chose is shown to that person alone.
    """

    card: Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Emit:
    """Put an event into another conversation: same transaction, through the outbox to the inbox."""

    event: AnyEvent


Action = Reply | Notify | Update | Emit

_CONTENT: TypeAdapter[Content] = TypeAdapter(Content)


def dump_content(content: Content) -> str:
    """The JSON form of a content."""
    return _CONTENT.dump_json(content).decode()


def load_content(data: bytes | str) -> Content:
    """The content of a JSON form; pydantic's ValidationError when it is none."""
    return _CONTENT.validate_json(data)


def words_of(content: Content) -> str:
    """What a content says, in one line of a list for managers."""
    match content:
        case Text() | Markdown():
            return content.body
        case Card():
            return f"［卡片］{content.title}"
        case Link():
            return f"［链接］{content.title}"
        case Image():
            return f"［图片］{content.file.name}"
        case File():
            return f"［文件］{content.file.name}"
        case Handover():
            return f"［转接］{content.words}"
