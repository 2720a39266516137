"""The door `webhook`: 消息推送 of one internal group; it speaks and hears nothing (WeCom doc 99110)."""

import asyncio
import base64
import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import regex
from redis.exceptions import RedisError

from bot.channels.app_messages import DESC_BYTES, TEXT_BYTES, TITLE_BYTES
from bot.channels.door import Answer, Capabilities, Delivery, Fault, Promise, Received, Refused, SendError, Service
from bot.channels.faults import send_error
from bot.channels.fitting import instead
from bot.types.actions import Card, Content, File, Image, Link, Markdown, Text
from bot.types.attachments import Attachment, Attachments
from bot.types.ports import Clock
from bot.wecom import cards
from bot.wecom.errors import STALE_MEDIA, CallError, Unfit, WeComError
from bot.wecom.limits import Limits
from bot.wecom.media import LARGEST, Kind, Media
from bot.wecom.text import clip
from bot.wecom.webhook import Webhook

MARKDOWN_BYTES = 4096
# "<@", a userid of at most 64 bytes, ">" and a line break.
MENTION_BYTES = 68
PICTURE_BYTES = 2 << 20
VOICE = b"#!AMR"

CAPABILITIES = Capabilities(
    text_bytes=TEXT_BYTES,
    markdown_bytes=MARKDOWN_BYTES - MENTION_BYTES,
    picture_bytes=PICTURE_BYTES,
    rates=((60, 20),),
    promise=Promise.UNKEYED,
    carries=frozenset(("text", "markdown", "link", "image", "file", "card")),
    answers={},
    serves={"内部群": Service(starts=True)},
    buttons=False,
    joins=True,
    mentions=True,
)

_CURES: Mapping[int, str] = {
    93000: "消息推送的 key 不对，或者它已被移出群：在群里重新添加，换上新的 key",
    93004: "消息推送已被停用：在管理后台启用它",
    93008: "消息推送不在群里了：在群里重新添加，换上新的 key",
}
# What only the second edition of WeCom's markdown shows; the first has colours and mentions instead.
_SECOND = regex.compile(
    r"^[ \t]*(?:[-*+]|\d+\.)[ \t]|^[ \t]*\|.*\||^(?:```|~~~)|!\[[^\[\]\n]*\]\(|^[ \t]*-{3,}[ \t]*$|^>[ \t]*>", regex.M
)
_FIRST = regex.compile(r"<font\b|<@[^<>\s]+>")


class WebhookChannel:
    """One group's webhook. `media` uploads for it; `attachments` has the pictures that go within a message."""

    def __init__(
        self, *, name: str, webhook: Webhook, media: Media, limits: Limits, clock: Clock, attachments: Attachments
    ) -> None:
        self.door = f"webhook:{name}"
        self.path = ""
        self.capabilities = CAPABILITIES
        self._webhook = webhook
        self._media = media
        self._limits = limits
        self._clock = clock
        self._attachments = attachments

    def echo(self, query: Mapping[str, str]) -> str:
        """Always Refused: nothing calls back."""
        raise Refused(404, "a webhook hears nothing")

    def open(self, query: Mapping[str, str], body: bytes, now: datetime) -> Received:
        """Always Refused: nothing calls back."""
        raise Refused(404, "a webhook hears nothing")

    def seal(self, received: Received, answer: Answer, now: datetime) -> bytes:
        """Nothing: there is nobody to answer."""
        return b""

    async def send(self, delivery: Delivery) -> str:
        """Say it in the group; returns "", WeCom gives no id. SendError when it did not work."""
        if delivery.to.place != "group" or delivery.update:
            raise SendError(Fault.REFUSED, "消息推送只能在它的群里说话，不能私聊，也不能更新卡片")
        try:
            await self._send(delivery)
        except CallError as error:
            raise _failure(error) from None
        except RedisError as error:
            raise SendError(Fault.BUSY, f"Redis: {type(error).__name__}") from None
        return ""

    async def _send(self, delivery: Delivery) -> None:
        said, kind, media_id = await self._prepared(delivery)
        if wait := await self._limits.take(self.door, CAPABILITIES.rates, self._clock.now()):
            raise SendError(Fault.LIMITED, "这个群一分钟 20 条的额度已用完", after=wait)
        try:
            await self._webhook.send(said)
        except WeComError as error:
            if error.code != STALE_MEDIA or kind is None or not isinstance(delivery.content, File):
                raise
            fresh = await self._media.id_of(kind, delivery.content.file, refused=media_id)
            await self._webhook.send({"msgtype": kind, kind: {"media_id": fresh}})

    async def _prepared(self, delivery: Delivery) -> tuple[dict[str, Any], Kind | None, str]:
        """The message; for a file the kind and the id of its upload."""
        content = delivery.content
        if isinstance(content, Image):
            raw = await asyncio.to_thread(self._read, content.file)
            return {"msgtype": "image", "image": _picture(raw)}, None, ""
        if not isinstance(content, File):
            return payload(content, (delivery.member, *delivery.beside)), None, ""
        kind = await asyncio.to_thread(self._kind_of, content.file)
        media_id = await self._media.id_of(kind, content.file)
        return {"msgtype": kind, kind: {"media_id": media_id}}, kind, media_id

    def _kind_of(self, file: Attachment) -> Kind:
        """AMR is a voice message, everything else a file."""
        named = file.name.lower().endswith(".amr") and file.size <= LARGEST["voice"]
        return "voice" if named and self._read(file).startswith(VOICE) else "file"

    def _read(self, file: Attachment) -> bytes:
        try:
            return self._attachments.read(file)
        except FileNotFoundError:
            raise Unfit("webhook/send", f"{file.name} 已经不在这台机器上") from None

    async def close(self) -> None:
        """Nothing to let go of: the HTTP session is the composition root's."""


def payload(content: Content, members: Iterable[str] = ()) -> dict[str, Any]:
    """The msgtype and its object, `members` alerted where the kind has a way; SendError for what is too long."""
    alerted = list(dict.fromkeys(filter(None, members)))
    match content:
        case Card() if not (content.buttons or content.questions):
            return {"msgtype": "template_card", "template_card": cards.to_json(content, cards.APP)}
        case Link():
            return {"msgtype": "news", "news": {"articles": [_article(content)]}}
        case Markdown():
            return _markdown(content.body, alerted)
        case _:
            return _text(instead(content), alerted)


def _text(text: Text | Markdown, alerted: list[str]) -> dict[str, Any]:
    _check(text.body, TEXT_BYTES)
    named = {"mentioned_list": alerted} if alerted else {}
    return {"msgtype": "text", "text": {"content": text.body, **named}}


def _markdown(body: str, alerted: list[str]) -> dict[str, Any]:
    """In the edition that shows its marks; one that alerts people is always the first."""
    _check(body, MARKDOWN_BYTES)
    for userid in alerted:
        named = f"<@{userid}>\n{body}"
        body = named if len(named.encode()) <= MARKDOWN_BYTES else body
    kind = "markdown_v2" if _SECOND.search(body) and not _FIRST.search(body) else "markdown"
    return {"msgtype": kind, kind: {"content": body}}


def _check(body: str, limit: int) -> None:
    if len(body.encode()) > limit:
        raise SendError(Fault.REFUSED, f"文字超过 {limit} 字节，企业微信不收")


def _article(link: Link) -> dict[str, str]:
    more = {"description": clip(link.desc, DESC_BYTES), "picurl": link.picture}
    return {
        "title": clip(link.title, TITLE_BYTES),
        "url": link.url,
        **{key: value for key, value in more.items() if value},
    }


def _picture(raw: bytes) -> dict[str, str]:
    md5 = hashlib.md5(raw, usedforsecurity=False).hexdigest()
    return {"base64": base64.b64encode(raw).decode(), "md5": md5}


def _failure(error: CallError) -> SendError:
    """A key that does not work is for somebody to mend; what waits is kept until then."""
    if isinstance(error, WeComError) and error.code in _CURES:
        return SendError(Fault.CONFIGURATION, f"{_CURES[error.code]}（{error}）", error.code)
    return send_error(error)
