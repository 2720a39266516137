"""Template cards as WeCom takes them: JSON (WeCom doc 90236, 101032) and its XML twin for answers (doc 90241)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.types.actions import Card
from bot.wecom.text import shorten

# A notice has to lead somewhere; this is WeCom's own page.
HOME = "https://work.weixin.qq.com/"

FIELDS = 6
BUTTONS = 6


@dataclass(frozen=True, slots=True)
class Room:
    """How many characters each part of a card has."""

    title: int
    desc: int
    subtitle: int
    value: int
    field: int = 5
    button: int = 10
    quote: int = 512


APP = Room(title=36, desc=44, subtitle=160, value=30)
AIBOT = Room(title=26, desc=30, subtitle=112, value=26)


def to_json(card: Card, room: Room, update: bool = False) -> dict[str, Any]:
    """The template_card object: `button_interaction` with buttons, else `text_notice`; longer words end in "…".

    An `update` replaces a clicked card: `done` greys its buttons. A new notice goes without its task, which only
    clicks need: two with one task would be refused.
    """
    kind = _interaction(card, room) if card.buttons else _notice(card)
    task = {"task_id": card.task} if card.buttons or update else {}
    done = {"replace_text": shorten(card.done, room.button)} if update and card.done and card.buttons else {}
    return {**kind, **task, "main_title": _title(card, room), **_body(card, room), **done}


def to_text(card: Card) -> str:
    """The card's words, for answers that cannot carry a card."""
    fields = (f"{name}：{value}" for name, value in card.fields)
    return "\n".join(filter(None, (card.title, card.desc, card.quote, *fields, card.url)))


def to_xml(card: Mapping[str, Any]) -> dict[str, Any]:
    """The PascalCase twin of a template_card object."""
    return {_pascal(name): _twin(value) for name, value in card.items()}


def _interaction(card: Card, room: Room) -> dict[str, Any]:
    buttons = [
        {"text": shorten(button.text, room.button), "style": button.style, "key": button.key}
        for button in card.buttons[:BUTTONS]
    ]
    action = {"card_action": {"type": 1, "url": card.url}} if card.url else {}
    return {"card_type": "button_interaction", "button_list": buttons, **action}


def _notice(card: Card) -> dict[str, Any]:
    return {"card_type": "text_notice", "card_action": {"type": 1, "url": card.url or HOME}}


def _title(card: Card, room: Room) -> dict[str, str]:
    title = {"title": shorten(card.title, room.title)}
    return {**title, "desc": card.desc} if _is_short(card, room) else title


def _body(card: Card, room: Room) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if card.desc and not _is_short(card, room):
        body["sub_title_text"] = shorten(card.desc, room.subtitle)
    if card.quote:
        body["quote_area"] = {"type": 0, "quote_text": shorten(card.quote, room.quote)}
    if card.fields:
        body["horizontal_content_list"] = [
            {"keyname": shorten(name, room.field), "value": shorten(value, room.value)}
            for name, value in card.fields[:FIELDS]
        ]
    return body


def _is_short(card: Card, room: Room) -> bool:
    return bool(card.desc) and len(card.desc) <= room.desc and "\n" not in card.desc


def _twin(value: Any) -> Any:
    if isinstance(value, Mapping):
        return to_xml(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_twin(item) for item in value]
    return value


def _pascal(name: str) -> str:
    """`card_type` → `CardType`; `keyname` is the one that is two words without saying so."""
    return "KeyName" if name == "keyname" else "".join(part.capitalize() for part in name.split("_"))
