"""What is said on the long connection, as frames (WeCom doc 101463)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.channels.aibot import TEXT_BYTES, feedback_of
from bot.channels.aibot_socket_events import RESPOND, UPDATE, WELCOME
from bot.channels.door import Delivery, Fault, SendError
from bot.channels.fitting import in_words, instead
from bot.channels.identity import stream_of
from bot.types.actions import Card, Content, File, Image
from bot.types.events import Conversation
from bot.wecom import cards
from bot.wecom.text import clip

PUSH = "aibot_send_msg"
_PLACES: Mapping[str, int] = {"direct": 1, "group": 2}
DOUBTFUL = "可能已经送达，企业微信无法查重，不再重发"


@dataclass(frozen=True, slots=True)
class Said:
    """A frame to be sent. `keyed`: sent again it shows nothing twice; `req_id` is empty for a frame of our own."""

    command: str
    body: Mapping[str, Any]
    req_id: str = ""
    keyed: bool = False


def said(delivery: Delivery, media_id: str, now: datetime) -> Said:
    """The frame of a delivery; SendError when there is none that WeCom would take."""
    route, is_late = delivery.route, delivery.route.expires_at is None or delivery.route.expires_at <= now
    if delivery.update:
        return Said(UPDATE, _update(delivery, is_late), route.code)
    if route.url == WELCOME:
        if is_late:
            raise SendError(Fault.REFUSED, "欢迎语只能在打开聊天后的 5 秒内发")
        return Said(WELCOME, _welcome(delivery.content), route.code)
    if route.url != RESPOND or is_late:
        return pushed(delivery, media_id)
    if isinstance(delivery.content, Card | Image | File):
        return Said(RESPOND, _body(delivery.content, media_id), route.code)
    return Said(RESPOND, _stream(delivery), route.code, keyed=True)


def pushed(delivery: Delivery, media_id: str) -> Said:
    """The frame that says it without a message to answer."""
    to: Conversation = delivery.to
    where = {"chatid": to.native, "chat_type": _PLACES[to.place]}
    return Said(PUSH, {**where, **_body(delivery.content, media_id)})


def _stream(delivery: Delivery) -> dict[str, Any]:
    """A finished stream, named by what is delivered; only its first frame may ask for a thumb."""
    feedback = {} if delivery.unknown else feedback_of(delivery.id.rpartition(":")[0])
    shown = {"id": stream_of(delivery.id), "finish": True, "content": _words(delivery.content), **feedback}
    return {"msgtype": "stream", "stream": shown}


def _body(content: Content, media_id: str) -> dict[str, Any]:
    match content:
        case Card():
            return {"msgtype": "template_card", "template_card": cards.to_json(content, cards.AIBOT)}
        case Image() | File():
            return {"msgtype": content.type, content.type: {"media_id": media_id}}
        case _:
            return {"msgtype": "markdown", "markdown": {"content": _words(content)}}


def _words(content: Content) -> str:
    words = instead(content, marked=True).body
    if len(words.encode()) > TEXT_BYTES:
        raise SendError(Fault.REFUSED, f"文字超过 {TEXT_BYTES} 字节")
    return words


def _welcome(content: Content) -> dict[str, Any]:
    """The one place where an AI bot speaks plain text."""
    if isinstance(content, Card):
        return _body(content, "")
    return {"msgtype": "text", "text": {"content": clip(in_words(content), TEXT_BYTES)}}


def _update(delivery: Delivery, is_late: bool) -> dict[str, Any]:
    """The card in place of the clicked one: for all who see it, but what one person submitted for that person alone."""
    card = delivery.content
    if is_late or delivery.route.url != UPDATE or not isinstance(card, Card):
        raise SendError(Fault.REFUSED, "智能机器人的卡片只能在点击后的 5 秒内更新")
    only = {"userids": [delivery.member]} if card.submit and delivery.member else {}
    shown = cards.to_json(card, cards.AIBOT, update=True)
    return {"response_type": "update_template_card", **only, "template_card": shown}
