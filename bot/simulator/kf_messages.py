"""What kf/send_msg takes (doc/94677): the types, the lengths, the items of a menu."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.simulator.errors import Errcode, Refused
from bot.simulator.media import MediaKind, MediaStore
from bot.simulator.messages import required

TEXT_BYTES = 2048
MENU_ITEMS = 50
MSGID = re.compile(r"[0-9a-zA-Z_-]{1,32}")


@dataclass(frozen=True, slots=True)
class KfContent:
    """What a customer sees: the words, the file, and the items that can be pressed, by their ids."""

    text: str
    media: tuple[str, ...] = ()
    menu: Mapping[str, str] | None = None


def content(body: Mapping[str, Any], media: MediaStore, only: frozenset[str] | None = None) -> KfContent:
    """The content of a request, or Refused; `only`: the types that may be sent here."""
    msgtype = body.get("msgtype")
    if not isinstance(msgtype, str) or msgtype not in TYPES or msgtype not in (only or TYPES):
        raise Refused(Errcode.BAD_MSGTYPE, "invalid msgtype")
    return TYPES[msgtype](body.get(msgtype), media)


def msgid(body: Mapping[str, Any]) -> str:
    """The caller's own id of a message; "" when it gives none."""
    given = body.get("msgid", "")
    if not isinstance(given, str) or (given and not MSGID.fullmatch(given)):
        raise Refused(Errcode.BAD_FIELD, "msgid is not 1 to 32 of 0-9 a-z A-Z _ -")
    return given


def _limited(payload: object, field: str, most: int, optional: bool = False) -> str:
    if optional and isinstance(payload, Mapping) and not payload.get(field):
        return ""
    text = required(payload, field)
    if len(text.encode()) > most:
        raise Refused(Errcode.TOO_LONG, f"{field} is longer than {most} bytes")
    return text


def _text(payload: object, media: MediaStore) -> KfContent:
    return KfContent(_limited(payload, "content", TEXT_BYTES))


def _file(kind: MediaKind) -> Callable[[object, MediaStore], KfContent]:
    def check(payload: object, media: MediaStore) -> KfContent:
        found = media.check(payload.get("media_id") if isinstance(payload, Mapping) else None, kind)
        return KfContent(f"[{kind}] {found.filename}".strip(), (found.id,))

    return check


def _link(payload: object, media: MediaStore) -> KfContent:
    title, desc = _limited(payload, "title", 128), _limited(payload, "desc", 512, optional=True)
    url = _limited(payload, "url", 2048)
    assert isinstance(payload, Mapping)
    thumb = media.check(payload.get("thumb_media_id"), "image")
    return KfContent("\n".join(filter(None, (title, desc, url))), (thumb.id,))


def _miniprogram(payload: object, media: MediaStore) -> KfContent:
    title = _limited(payload, "title", 64, optional=True)
    required(payload, "appid")
    required(payload, "pagepath")
    assert isinstance(payload, Mapping)
    return KfContent(title, (media.check(payload.get("thumb_media_id"), "image").id,))


def _location(payload: object, media: MediaStore) -> KfContent:
    if not isinstance(payload, Mapping) or not all(
        isinstance(payload.get(field), int | float) for field in ("latitude", "longitude")
    ):
        raise Refused(Errcode.BAD_FIELD, "latitude or longitude is missing")
    return KfContent(str(payload.get("name", "")))


def _card(field: str) -> Callable[[object, MediaStore], KfContent]:
    return lambda payload, media: KfContent(required(payload, field))


def _menu(payload: object, media: MediaStore) -> KfContent:
    head = _limited(payload, "head_content", 1024, optional=True)
    tail = _limited(payload, "tail_content", 1024, optional=True)
    items = payload.get("list", []) if isinstance(payload, Mapping) else None
    if not isinstance(items, list) or not (items or head or tail):
        raise Refused(Errcode.EMPTY_CONTENT, "msgmenu is empty")
    if len(items) > MENU_ITEMS:
        raise Refused(Errcode.KF_MENU_ITEMS, f"more than {MENU_ITEMS} items")
    shown = [_item(item) for item in items]
    keys = {key: words for key, words in shown if key}
    if len(keys) < sum(bool(key) for key, _ in shown):
        raise Refused(Errcode.BAD_FIELD, "two items have one id")
    return KfContent("\n".join(filter(None, (head, *(words for _, words in shown), tail))), menu=keys)


def _item(item: object) -> tuple[str, str]:
    """The id (of what can be clicked) and the words of an item."""
    kind = item.get("type") if isinstance(item, Mapping) else None
    if not isinstance(item, Mapping) or kind not in ("click", "view", "miniprogram", "text"):
        raise Refused(Errcode.KF_MENU_ITEM_TYPE, "an item is not click, view, miniprogram or text")
    inner = item.get(kind)
    if kind == "click":
        key = _limited(inner, "id", 128, optional=True)
        return key or "-", _limited(inner, "content", 128)
    if kind == "view":
        _limited(inner, "url", 2048)
    elif kind == "miniprogram":
        required(inner, "appid")
        required(inner, "pagepath")
    return "", _limited(inner, "content", 256 if kind == "text" else 1024)


TYPES: Mapping[str, Callable[[object, MediaStore], KfContent]] = {
    "text": _text,
    "image": _file("image"),
    "voice": _file("voice"),
    "video": _file("video"),
    "file": _file("file"),
    "link": _link,
    "miniprogram": _miniprogram,
    "msgmenu": _menu,
    "location": _location,
    "business_card": _card("userid"),
    "ca_link": _card("link_url"),
}
