"""Template cards: which ones WeCom takes (message/send doc/90236, AI bots doc/101032), and what can be pressed."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from bot.simulator.errors import Errcode, Refused

Card = Mapping[str, Any]

TASK_ID = re.compile(r"[0-9A-Za-z_\-@]+")
INTERACTIVE = frozenset(("button_interaction", "vote_interaction", "multiple_interaction"))
NUMBERS = frozenset(("type", "style", "mode", "desc_color", "disable"))
LISTS = frozenset(
    (
        "action_list",
        "button_list",
        "horizontal_content_list",
        "jump_list",
        "option_list",
        "select_list",
        "vertical_content_list",
    )
)
NAMES = LISTS | frozenset(
    (
        "card_type", "source", "icon_url", "desc", "desc_color", "action_menu", "text", "key", "task_id",
        "main_title", "title", "emphasis_content", "quote_area", "type", "url", "appid", "pagepath", "quote_text",
        "sub_title_text", "keyname", "value", "media_id", "userid", "card_action", "card_image", "aspect_ratio",
        "image_text_area", "image_url", "button_selection", "question_key", "id", "selected_id", "style", "checkbox",
        "mode", "is_checked", "disable", "submit_button", "replace_text", "question",
    )
)  # fmt: skip


class TaskIds:
    """Task ids are unique per door (doc/90236)."""

    def __init__(self) -> None:
        self._known: set[tuple[str, str]] = set()

    def claim(self, door: str, card: Card | None) -> None:
        """Refuse a task_id that this door has used before."""
        task = (card or {}).get("task_id")
        if not task:
            return
        if (door, task) in self._known:
            raise broken("task_id", "was used before")
        self._known.add((door, task))


def is_interactive(card: Card) -> bool:
    """Whether pressing something on it calls back."""
    return card.get("card_type") in INTERACTIVE or bool(card.get("action_menu"))


def title(card: Card) -> str:
    """The words of a card that stand for it in a list of texts."""
    parts = (*mapping(card, "main_title", {}).values(), card.get("sub_title_text"))
    return "\n".join(part for part in parts if isinstance(part, str) and part)


def keys(card: Card) -> dict[str, str]:
    """What can be pressed: key → `button` or `menu`; nothing once the buttons are greyed."""
    if card.get("replace_text"):
        return {}
    with_buttons = card["card_type"] == "button_interaction"
    buttons = card["button_list"] if with_buttons else [mapping(card, "submit_button", {})]
    menu = mapping(card, "action_menu", {}).get("action_list", ())
    pressable = {button["key"]: "button" for button in buttons if button.get("key") and button.get("type", 0) == 0}
    return {**{action["key"]: "menu" for action in menu}, **pressable}


def options(card: Card) -> dict[str, set[str]]:
    """The questions of a card and the ids that may be chosen."""
    fields = {"vote_interaction": "checkbox", "button_interaction": "button_selection"}
    single = mapping(card, fields.get(card["card_type"], ""), {})
    questions = card["select_list"] if card["card_type"] == "multiple_interaction" else [single]
    return {asked["question_key"]: {option["id"] for option in asked["option_list"]} for asked in questions if asked}


def from_xml(element: ElementTree.Element) -> dict[str, Any]:
    """The JSON twin of the `TemplateCard` element of a passive reply (doc/90241)."""
    spelled = {name.replace("_", ""): name for name in NAMES}
    found: dict[str, Any] = {}
    for child in element:
        name = spelled.get(child.tag.lower(), child.tag)
        value = from_xml(child) if len(child) else _scalar(name, (child.text or "").strip())
        if name in LISTS:
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found


def _scalar(name: str, text: str) -> Any:
    if name in NUMBERS and text.lstrip("-").isdigit():
        return int(text)
    return {"true": True, "false": False}.get(text, text) if name in ("is_checked", "disable") else text


def validate(card: object, *, app: bool, update: bool = False, menu_items: int = 3) -> dict[str, Any]:
    """The card, or Refused with the field that is wrong."""
    if not isinstance(card, dict) or not card:
        raise Refused(Errcode.EMPTY_CONTENT, "template_card is empty")
    check = CARD_TYPES.get(str(card.get("card_type")))
    if check is None:
        raise broken("card_type", "is unknown")
    check(card, app)
    _common(card, app, menu_items)
    _task_id(card, app, update)
    if not update:
        _updates_only(card)
    return card


def broken(field: str, what: str) -> Refused:
    return Refused(Errcode.BAD_FIELD, f"invalid template_card: {field} {what}")


def _text_notice(card: Card, app: bool) -> None:
    _action(card, required=True)
    if not mapping(card, "main_title", {}).get("title") and not card.get("sub_title_text"):
        raise broken("main_title.title", "or sub_title_text is required")


def _news_notice(card: Card, app: bool) -> None:
    _action(card, required=True)
    if app:
        _title(card)
    image, area = mapping(card, "card_image", {}), mapping(card, "image_text_area", {})
    if not image and not area:
        raise broken("card_image", "or image_text_area is required")
    if area:
        _words(area, "image_url", "image_text_area")
        _leads_to(area, "image_text_area")
    if image and not image.get("url"):
        raise broken("card_image.url", "is required")
    ratio = image.get("aspect_ratio", 1.3)
    if not isinstance(ratio, int | float) or not 1.3 <= ratio <= 2.25:
        raise broken("card_image.aspect_ratio", "is not between 1.3 and 2.25")
    for item in listing(card, "vertical_content_list", 0, 4):
        _words(item, "title", "vertical_content_list")


def _button_interaction(card: Card, app: bool) -> None:
    _title(card)
    for button in listing(card, "button_list", 1, 6):
        _words(button, "text", "button_list")
        _button(button, app)
    _unique(card["button_list"], "key", "button_list")
    if "button_selection" in card:
        _question(mapping(card, "button_selection"), "button_selection", 10)


def _button(button: Mapping[str, Any], app: bool) -> None:
    if app and button.get("type", 0) == 1:
        _words(button, "url", "button_list")
    else:
        _bytes(button, "key", 1024, "button_list")


def _vote_interaction(card: Card, app: bool) -> None:
    _title(card)
    checkbox = mapping(card, "checkbox")
    _question(checkbox, "checkbox", 20)
    if checkbox.get("mode", 0) not in (0, 1):
        raise broken("checkbox.mode", "is neither 0 nor 1")
    _submit(card)


def _multiple_interaction(card: Card, app: bool) -> None:
    _title(card)
    for asked in listing(card, "select_list", 1, 3):
        _question(asked, "select_list", 10)
    _unique(card["select_list"], "question_key", "select_list")
    _submit(card)


CARD_TYPES: Mapping[str, Callable[[Card, bool], None]] = {
    "text_notice": _text_notice,
    "news_notice": _news_notice,
    "button_interaction": _button_interaction,
    "vote_interaction": _vote_interaction,
    "multiple_interaction": _multiple_interaction,
}


def _common(card: Card, app: bool, menu_items: int) -> None:
    if mapping(card, "source", {}).get("desc_color", 0) not in (0, 1, 2, 3):
        raise broken("source.desc_color", "is not 0 to 3")
    _leads_to(mapping(card, "quote_area", {}), "quote_area")
    if "action_menu" in card:
        _menu(mapping(card, "action_menu"), menu_items)
    for item in listing(card, "horizontal_content_list", 0, 6):
        _horizontal(item, app)
    for item in listing(card, "jump_list", 0, 3):
        _jump(item, app)
    _action(card, required=False)


def _menu(menu: Mapping[str, Any], most: int) -> None:
    for action in listing(menu, "action_list", 1, most):
        _words(action, "text", "action_menu")
        _bytes(action, "key", 1024, "action_menu")
    _unique(menu["action_list"], "key", "action_menu")


def _horizontal(item: Mapping[str, Any], app: bool) -> None:
    _words(item, "keyname", "horizontal_content_list")
    _leads_to(item, "horizontal_content_list", APP_LINES if app else BOT_LINES)


def _jump(item: Mapping[str, Any], app: bool) -> None:
    _words(item, "title", "jump_list")
    _leads_to(item, "jump_list", PLACES if app else BOT_JUMPS)
    if item.get("type") == 3:
        _bytes(item, "question", 200, "jump_list")


def _action(card: Card, required: bool) -> None:
    """A notice must lead somewhere; on an interactive card 0 (nowhere) is fine too."""
    action = mapping(card, "card_action", {})
    if required and not action.get("type"):
        raise broken("card_action.type", "is missing or leads nowhere")
    _leads_to(action, "card_action")


# What each `type` needs beside it: 0 nothing, 1 a URL, 2 a mini-program (or a file), 3 a member (or a question).
PLACES: Mapping[int, str] = {0: "", 1: "url", 2: "appid"}
APP_LINES: Mapping[int, str] = {0: "", 1: "url", 2: "media_id", 3: "userid"}
BOT_LINES: Mapping[int, str] = {0: "", 1: "url", 3: "userid"}
BOT_JUMPS: Mapping[int, str] = {0: "", 1: "url", 2: "appid", 3: "question"}


def _leads_to(item: Mapping[str, Any], where: str, needs: Mapping[int, str] = PLACES) -> None:
    kind = item.get("type", 0)
    if type(kind) is not int or kind not in needs:
        raise broken(f"{where}.type", "is not allowed")
    if needs[kind]:
        _words(item, needs[kind], where)


def _question(asked: Mapping[str, Any], field: str, most: int) -> None:
    _bytes(asked, "question_key", 1024, field)
    for option in listing(asked, "option_list", 1, most):
        _bytes(option, "id", 128, f"{field}.option_list")
        _words(option, "text", f"{field}.option_list")
    _unique(asked["option_list"], "id", f"{field}.option_list")


def _submit(card: Card) -> None:
    button = mapping(card, "submit_button")
    _words(button, "text", "submit_button")
    _bytes(button, "key", 1024, "submit_button")


def _title(card: Card) -> None:
    _words(mapping(card, "main_title"), "title", "main_title")


def _task_id(card: Card, app: bool, update: bool) -> None:
    task = card.get("task_id")
    optional = update or not is_interactive(card) or (card["card_type"] == "multiple_interaction" and not app)
    if task is None and optional:
        return
    if not isinstance(task, str) or not TASK_ID.fullmatch(task) or len(task) > 128:
        raise broken("task_id", "is not 1 to 128 of 0-9 A-Z a-z _ - @")


def _updates_only(card: Card) -> None:
    asked = (mapping(card, "checkbox", {}), *listing(card, "select_list", 0, 3))
    if "replace_text" in card or any("disable" in one for one in asked):
        raise broken("replace_text or disable", "is for updates only")


def mapping(card: Mapping[str, Any], field: str, default: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    """A nested object of a card; required without a default."""
    found = card.get(field, default)
    if not isinstance(found, Mapping):
        raise broken(field, "is required" if field not in card else "is not an object")
    return found


def listing(card: Mapping[str, Any], field: str, least: int, most: int) -> Sequence[Mapping[str, Any]]:
    """A nested list of objects with a length that WeCom takes."""
    found = card.get(field, [])
    if not isinstance(found, list) or not all(isinstance(item, Mapping) for item in found):
        raise broken(field, "is not a list of objects")
    if not least <= len(found) <= most:
        raise broken(field, f"has {len(found)} items, not {least} to {most}")
    return found


def _words(item: Mapping[str, Any], field: str, where: str) -> None:
    if not isinstance(item.get(field), str) or not item[field]:
        raise broken(f"{where}.{field}", "is required")


def _bytes(item: Mapping[str, Any], field: str, most: int, where: str) -> None:
    _words(item, field, where)
    if len(item[field].encode()) > most:
        raise broken(f"{where}.{field}", f"is longer than {most} bytes")


def _unique(items: Sequence[Mapping[str, Any]], field: str, where: str) -> None:
    found = [item[field] for item in items if field in item]
    if len(found) != len(set(found)):
        raise broken(f"{where}.{field}", "is not unique")
