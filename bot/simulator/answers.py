"""What may stand in the answer to a callback (apps doc/90241, AI bots doc/101031)."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from xml.etree import ElementTree

from bot.simulator import cards
from bot.simulator.crypto import parse_json, parse_xml
from bot.simulator.errors import BadAnswer, Refused
from bot.simulator.messages import TEXT_BYTES, cut

STREAM_BYTES = 20480
PICTURE_BYTES = 10 * 1024 * 1024
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


class Situation(StrEnum):
    """What the callback is about; it decides what the answer may be."""

    MESSAGE = "message"
    EVENT = "event"
    SILENT = "silent_event"
    ENTER_CHAT = "enter_chat"
    CLICK = "click"
    MENU = "menu"
    STREAM = "stream"


@dataclass(frozen=True, slots=True)
class Stream:
    """The stream object of an AI bot's answer."""

    id: str
    content: str
    finished: bool
    pictures: tuple[str, ...] = ()
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A valid answer with content."""

    msgtype: str
    text: str = ""
    cut: bool = False
    card: Mapping[str, Any] | None = None
    stream: Stream | None = None
    replace_name: str = ""
    viewers: frozenset[str] = frozenset()

    @property
    def is_update(self) -> bool:
        return self.msgtype in ("update_button", "update_template_card")


@dataclass(frozen=True, slots=True)
class Asked:
    """The facts of a callback that an answer must fit."""

    situation: Situation
    corp_id: str
    userid: str
    task_id: str = ""
    stream: str = ""


def from_xml(plain: str, asked: Asked) -> Answer:
    """An app's passive reply."""
    root = parse_xml(plain)
    msgtype = _field(root, "MsgType")
    if _field(root, "ToUserName").lower() != asked.userid.lower():
        raise BadAnswer("ToUserName is not the person who acted")
    if _field(root, "FromUserName") != asked.corp_id:
        raise BadAnswer("FromUserName is not the corp")
    if not _field(root, "CreateTime").isdigit():
        raise BadAnswer("CreateTime is not seconds")
    if msgtype not in _allowed_xml(asked.situation):
        raise BadAnswer(f"{msgtype or 'no MsgType'} cannot answer a {asked.situation}")
    return _xml_content(root, msgtype)


def _allowed_xml(situation: Situation) -> frozenset[str]:
    words = frozenset(("text", "image", "voice", "video", "news"))
    updates = frozenset(("update_button", "update_template_card"))
    return {
        Situation.MESSAGE: words,
        Situation.EVENT: words,
        Situation.MENU: words | updates,
        Situation.CLICK: updates,
    }.get(situation, frozenset())


def _xml_content(root: ElementTree.Element, msgtype: str) -> Answer:
    if msgtype == "text":
        return Answer("text", *cut(_needed(root, "Content"), TEXT_BYTES))
    if msgtype == "news":
        return Answer("news", _articles(root))
    if msgtype == "update_button":
        return Answer("update_button", replace_name=_needed(root, "Button/ReplaceName"))
    if msgtype == "update_template_card":
        return _xml_card(root)
    _needed(root, f"{msgtype.capitalize()}/MediaId")
    return Answer(msgtype, f"[{msgtype}]")


def _articles(root: ElementTree.Element) -> str:
    items = root.findall("Articles/item")
    if not 1 <= len(items) <= 8 or _field(root, "ArticleCount") != str(len(items)):
        raise BadAnswer("ArticleCount does not match, or not 1 to 8 articles")
    return "\n".join(_field(item, "Title") for item in items)


def _xml_card(root: ElementTree.Element) -> Answer:
    element = root.find("TemplateCard")
    if element is None:
        raise BadAnswer("TemplateCard is missing")
    card = _card(cards.from_xml(element), app=True, update=True, menu_items=10)
    return Answer("update_template_card", cards.title(card), card=card)


def _field(root: ElementTree.Element, path: str) -> str:
    return (root.findtext(path) or "").strip()


def _needed(root: ElementTree.Element, path: str) -> str:
    if found := root.findtext(path):
        return found
    raise BadAnswer(f"{path} is empty")


def from_json(plain: str, asked: Asked) -> Answer:
    """An AI bot's passive reply."""
    body = parse_json(plain)
    if asked.situation is Situation.CLICK or asked.situation is Situation.MENU:
        return _update(body, asked)
    msgtype = str(body.get("msgtype"))
    if msgtype not in _allowed_json(asked.situation):
        raise BadAnswer(f"{msgtype} cannot answer a {asked.situation}")
    if msgtype == "text":
        return Answer("text", _text(body.get("text"), "content"))
    stream = _stream(body.get("stream"), asked) if msgtype.startswith("stream") else None
    card = _card(body.get("template_card"), app=False) if msgtype.endswith("template_card") else None
    text = stream.content if stream else cards.title(card or {})
    return Answer(msgtype, text, card=card, stream=stream)


def _allowed_json(situation: Situation) -> tuple[str, ...]:
    return {
        Situation.MESSAGE: ("stream", "template_card", "stream_with_template_card"),
        Situation.ENTER_CHAT: ("text", "template_card"),
        Situation.STREAM: ("stream", "stream_with_template_card"),
    }.get(situation, ())


def _update(body: Mapping[str, Any], asked: Asked) -> Answer:
    if body.get("response_type") != "update_template_card":
        raise BadAnswer("response_type is not update_template_card")
    viewers = body.get("userids", [])
    if not isinstance(viewers, list) or not all(isinstance(userid, str) for userid in viewers):
        raise BadAnswer("userids is not a list of strings")
    card = _card(body.get("template_card"), app=False, update=True)
    if card.get("task_id") != asked.task_id:
        raise BadAnswer("task_id is not the event's")
    seen_by = frozenset(userid.lower() for userid in viewers)
    return Answer("update_template_card", cards.title(card), card=card, viewers=seen_by)


def _stream(found: object, asked: Asked) -> Stream:
    if not isinstance(found, Mapping):
        raise BadAnswer("stream is missing")
    name, finished = _text(found, "id"), found.get("finish", False)
    if type(finished) is not bool:
        raise BadAnswer("stream.finish is not a boolean")
    if asked.situation is Situation.STREAM and name != asked.stream:
        raise BadAnswer("stream.id is not the one asked for")
    feedback = _feedback(found)
    if feedback and asked.situation is Situation.STREAM:
        raise BadAnswer("feedback is for the first answer only")
    return Stream(name, _stream_content(found), finished, _pictures(found, finished), feedback)


def _stream_content(stream: Mapping[str, Any]) -> str:
    content = stream.get("content", "")
    if not isinstance(content, str):
        raise BadAnswer("stream.content is not a string")
    if len(content.encode()) > STREAM_BYTES:
        raise BadAnswer(f"stream.content is longer than {STREAM_BYTES} bytes")
    return content


def _feedback(stream: Mapping[str, Any]) -> str:
    feedback = stream.get("feedback")
    if feedback is None:
        return ""
    if len(_text(feedback, "id").encode()) > 256:
        raise BadAnswer("feedback.id is longer than 256 bytes")
    return _text(feedback, "id")


def _pictures(stream: Mapping[str, Any], finished: bool) -> tuple[str, ...]:
    """The MD5s of the pictures."""
    items = stream.get("msg_item") or []
    if items and not finished:
        raise BadAnswer("msg_item before finish")
    if not isinstance(items, list) or len(items) > 10:
        raise BadAnswer("msg_item is not a list of at most 10")
    return tuple(_picture(item) for item in items)


def _picture(item: object) -> str:
    image = item.get("image") if isinstance(item, Mapping) and item.get("msgtype") == "image" else None
    try:
        raw = base64.b64decode(_text(image, "base64"), validate=True)
    except binascii.Error as error:
        raise BadAnswer("msg_item is not base64") from error
    if len(raw) > PICTURE_BYTES or hashlib.md5(raw).hexdigest() != _text(image, "md5"):
        raise BadAnswer("msg_item is over 10 MB or its md5 is wrong")
    if not raw.startswith(PICTURES):
        raise BadAnswer("msg_item is neither JPG nor PNG")
    return _text(image, "md5")


def _card(found: object, *, app: bool, update: bool = False, menu_items: int = 3) -> dict[str, Any]:
    try:
        return cards.validate(found, app=app, update=update, menu_items=menu_items)
    except Refused as error:
        raise BadAnswer(str(error)) from error


def _text(found: object, field: str) -> str:
    value = found.get(field) if isinstance(found, Mapping) else None
    if isinstance(value, str) and value:
        return value
    raise BadAnswer(f"{field} is empty")
