"""Template cards as WeCom takes them: JSON (WeCom doc 90236, 101032) and its XML twin for answers (doc 90241)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.types.actions import Button, Card, Question
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
    option: int = 11
    question: int = 13


APP = Room(title=36, desc=44, subtitle=160, value=30)
AIBOT = Room(title=26, desc=30, subtitle=112, value=26)


def to_json(card: Card, room: Room, update: bool = False) -> dict[str, Any]:
    """The template_card object; longer words end in "…".

    `button_interaction` with buttons, `vote_interaction` with one question to submit, `multiple_interaction` with
    several, else `text_notice`. An `update` replaces a clicked card: `done` greys its buttons and what was chosen. A
    new notice goes without its task, which only clicks need: two with one task would be refused.
    """
    greyed = update and bool(card.done)
    kind = _interaction(card, room, greyed)
    interactive = kind["card_type"] != "text_notice"
    task = {"task_id": card.task} if interactive or update else {}
    done = {"replace_text": shorten(card.done, room.button)} if greyed and interactive else {}
    return {**kind, **task, "main_title": _title(card, room), **_body(card, room), **done}


def to_text(card: Card) -> str:
    """The card's words, for answers that cannot carry a card; what can be chosen on it is numbered."""
    fields = (f"{name}：{value}" for name, value in card.fields)
    asked = (line for question in card.questions for line in _listed(question))
    buttons = [] if card.questions else [f"{n}. {button.text}" for n, button in enumerate(card.buttons, 1)]
    choices = [f"（{card.done}）"] if card.done else [*asked, *buttons]
    return "\n".join(filter(None, (card.title, card.desc, card.quote, *fields, *choices, card.url)))


def to_xml(card: Mapping[str, Any]) -> dict[str, Any]:
    """The PascalCase twin of a template_card object."""
    return {_pascal(name): _twin(value) for name, value in card.items()}


def _listed(question: Question) -> Sequence[str]:
    return question.title, *(f"{n}. {option.text}" for n, option in enumerate(question.options, 1))


def _interaction(card: Card, room: Room, greyed: bool) -> dict[str, Any]:
    """The parts of the card's type."""
    action = {"card_action": {"type": 1, "url": card.url}} if card.url else {}
    if card.submit is not None:
        return {**_submission(card, card.submit, room, greyed), **action}
    if not card.buttons:
        return _notice(card)
    buttons = [
        {"text": shorten(button.text, room.button), "style": button.style, "key": button.key}
        for button in card.buttons[:BUTTONS]
    ]
    asked = {"button_selection": _selection(card.questions[0], room)} if card.questions else {}
    return {"card_type": "button_interaction", "button_list": buttons, **asked, **action}


def _submission(card: Card, submit: Button, room: Room, greyed: bool) -> dict[str, Any]:
    """A vote, or lists to choose from, with the button that submits them."""
    button = {"submit_button": {"text": shorten(submit.text, room.button), "key": submit.key}}
    disable = {"disable": True} if greyed else {}
    if len(card.questions) == 1:
        return {"card_type": "vote_interaction", "checkbox": {**_vote(card.questions[0], room), **disable}, **button}
    lists = [{**_selection(one, room), **disable} for one in card.questions]
    return {"card_type": "multiple_interaction", "select_list": lists, **button}


def _vote(question: Question, room: Room) -> dict[str, Any]:
    options = [
        {"id": option.id, "text": shorten(option.text, room.option), "is_checked": option.id in question.chosen}
        for option in question.options
    ]
    return {"question_key": question.key, "mode": int(question.several), "option_list": options}


def _selection(question: Question, room: Room) -> dict[str, Any]:
    options = [{"id": option.id, "text": shorten(option.text, room.option)} for option in question.options]
    title = {"title": shorten(question.title, room.question)} if question.title else {}
    chosen = {"selected_id": question.chosen[0]} if question.chosen else {}
    return {"question_key": question.key, **title, **chosen, "option_list": options}


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
    return str(value).lower() if isinstance(value, bool) else value


def _pascal(name: str) -> str:
    """`card_type` → `CardType`; `keyname` is the one that is two words without saying so."""
    return "KeyName" if name == "keyname" else "".join(part.capitalize() for part in name.split("_"))
