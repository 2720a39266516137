"""What message/send takes (doc/90236): the addressees, the types, the lengths."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.simulator import cards
from bot.simulator.errors import Errcode, Refused
from bot.simulator.media import MediaKind, MediaStore

Payload = Mapping[str, Any]

TEXT_BYTES = 2048
SAFE: Mapping[str, tuple[int, ...]] = {"text": (0, 1), "image": (0, 1), "video": (0, 1), "file": (0, 1)}


@dataclass(frozen=True, slots=True)
class Content:
    """What would be shown: the text as cut by WeCom, the card, the file."""

    text: str
    cut: bool = False
    card: Mapping[str, Any] | None = None
    media: tuple[str, ...] = ()
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A well-formed request to send."""

    agent_id: int
    msgtype: str
    content: Content
    users: tuple[str, ...]
    parties: tuple[str, ...]
    tags: tuple[str, ...]
    duplicate_interval: int | None
    fingerprint: str

    @property
    def to_all(self) -> bool:
        return self.users == ("@all",)


def parse(body: Payload, media: MediaStore) -> Message:
    """The message, or Refused with WeCom's code."""
    users, parties, tags = _addressees(body)
    agent_id = _agent_id(body)
    msgtype = _msgtype(body)
    content = TYPES[msgtype](body.get(msgtype), media)
    _flags(body, msgtype)
    return Message(
        agent_id,
        msgtype,
        content,
        users,
        parties,
        tags,
        body.get("duplicate_check_interval", 1800) if body.get("enable_duplicate_check") else None,
        json.dumps([agent_id, users, parties, tags, msgtype, body[msgtype]], sort_keys=True),
    )


def cut(text: str, most: int) -> tuple[str, bool]:
    """What remains of a text within so many UTF-8 bytes."""
    raw = text.encode()
    return (text, False) if len(raw) <= most else (raw[:most].decode(errors="ignore"), True)


def _addressees(body: Payload) -> tuple[tuple[str, ...], ...]:
    found = tuple(_pipe(body, field) for field in ("touser", "toparty", "totag"))
    if not any(found):
        raise Refused(Errcode.EMPTY_PARAMETER, "touser, toparty and totag are all empty")
    if len(found[0]) > 1000 or len(found[1]) > 100 or len(found[2]) > 100:
        raise Refused(Errcode.BAD_PARAMETER, "too many in touser, toparty or totag")
    return (("@all",), (), ()) if found[0] == ("@all",) else found


def _pipe(body: Payload, field: str) -> tuple[str, ...]:
    value = body.get(field, "")
    if not isinstance(value, str):
        raise Refused(Errcode.BAD_PARAMETER, f"{field} is not a string")
    return tuple(part for part in value.split("|") if part)


def _agent_id(body: Payload) -> int:
    agent_id = body.get("agentid")
    if type(agent_id) is not int:
        raise Refused(Errcode.BAD_AGENTID, "agentid is missing or not an integer")
    return agent_id


def _msgtype(body: Payload) -> str:
    msgtype = body.get("msgtype")
    if not isinstance(msgtype, str) or msgtype not in TYPES:
        raise Refused(Errcode.BAD_MSGTYPE, "invalid message type")
    return msgtype


def _flags(body: Payload, msgtype: str) -> None:
    if body.get("safe", 0) not in SAFE.get(msgtype, (0,)):
        raise Refused(Errcode.BAD_PARAMETER, "safe is not allowed here")
    for field in ("enable_id_trans", "enable_duplicate_check"):
        if body.get(field, 0) not in (0, 1):
            raise Refused(Errcode.BAD_PARAMETER, f"{field} is neither 0 nor 1")
    interval = body.get("duplicate_check_interval", 1800)
    if type(interval) is not int or not 0 < interval <= 14400:
        raise Refused(Errcode.BAD_PARAMETER, "duplicate_check_interval is not 1 to 14400")


def _text(payload: object, media: MediaStore) -> Content:
    return Content(*cut(required(payload, "content"), TEXT_BYTES))


def _markdown(payload: object, media: MediaStore) -> Content:
    text = required(payload, "content")
    if len(text.encode()) > TEXT_BYTES:
        raise Refused(Errcode.TOO_LONG, "markdown.content is longer than 2048 bytes")
    return Content(text)


def _file(kind: MediaKind) -> Callable[[object, MediaStore], Content]:
    def check(payload: object, media: MediaStore) -> Content:
        media_id = payload.get("media_id") if isinstance(payload, Mapping) else None
        found = media.check(media_id, kind)
        return Content(f"[{kind}] {found.filename}".strip(), media=(found.id,))

    return check


def _textcard(payload: object, media: MediaStore) -> Content:
    parts = [cut(required(payload, field), most) for field, most in (("title", 128), ("description", 512))]
    required(payload, "url")
    return Content("\n".join(text for text, _ in parts), any(was_cut for _, was_cut in parts))


def _news(payload: object, media: MediaStore) -> Content:
    articles = payload.get("articles") if isinstance(payload, Mapping) else None
    if not isinstance(articles, list) or not articles:
        raise Refused(Errcode.EMPTY_CONTENT, "articles is empty")
    if len(articles) > 8:
        raise Refused(Errcode.TOO_MANY_ARTICLES, "more than 8 articles")
    for article in articles:
        if not isinstance(article, Mapping) or not (article.get("url") or article.get("appid")):
            raise Refused(Errcode.EMPTY_PARAMETER, "an article has neither url nor appid")
    titles = [cut(required(article, "title"), 128) for article in articles]
    return Content("\n".join(text for text, _ in titles), any(was_cut for _, was_cut in titles))


def _template_card(payload: object, media: MediaStore) -> Content:
    card = cards.validate(payload, app=True)
    return Content(cards.title(card), card=card)


TYPES: Mapping[str, Callable[[object, MediaStore], Content]] = {
    "text": _text,
    "markdown": _markdown,
    "image": _file("image"),
    "voice": _file("voice"),
    "video": _file("video"),
    "file": _file("file"),
    "textcard": _textcard,
    "news": _news,
    "template_card": _template_card,
}


def required(payload: object, field: str) -> str:
    """A text that must be there."""
    value = payload.get(field) if isinstance(payload, Mapping) else None
    if not isinstance(value, str) or not value:
        raise Refused(Errcode.EMPTY_CONTENT, f"{field} is empty")
    return value
