"""The door `aibot`: an AI bot (智能机器人) in URL mode (WeCom doc 100719, 101027, 101031, 101033, 101138)."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

from redis.exceptions import RedisError

from bot.channels import aibot_events
from bot.channels.aibot_events import URL_LIFE
from bot.channels.callback import CallbackDoor
from bot.channels.door import (
    Answer,
    Capabilities,
    Delivery,
    Fault,
    Incoming,
    Promise,
    Received,
    Room,
    SendError,
    Service,
)
from bot.channels.faults import send_error
from bot.channels.fitting import in_words, instead
from bot.channels.gate import Gate, Signed, fingerprint
from bot.channels.identity import stream_of
from bot.channels.incoming import by_url
from bot.types.actions import Card, Content, Image
from bot.types.attachments import Attachments
from bot.types.events import Event, Media, Message
from bot.types.ports import Clock
from bot.wecom import cards
from bot.wecom.envelope import dump_json, parse_json, sealed_json, word
from bot.wecom.errors import CallError
from bot.wecom.limits import Limits
from bot.wecom.outside import Downloads
from bot.wecom.text import clip
from bot.wecom.transport import Transport

TEXT_BYTES = 20480
FEEDBACK_BYTES = 256

KINDS = frozenset(("text", "markdown", "image", "card"))
ROOM = Room(KINDS, word_bytes=TEXT_BYTES)

GROUP = Service(frozenset(("text", "mixed", "clicked", "rated")), addressed=True)
MEMBER = Service(frozenset(("text", "image", "mixed", "voice", "file", "video", "opened", "clicked", "rated")))

CAPABILITIES = Capabilities(
    text_bytes=TEXT_BYTES,
    rates=((60, 30), (3600, 1000)),
    promise=Promise.KEYED,
    carries=KINDS,
    needs_route=True,
    answers={"stream": ROOM, "welcome": ROOM},
    serves={"内部群": GROUP, "成员": MEMBER},
    window=URL_LIFE,
    budget=2,
)


class AibotChannel(CallbackDoor):
    """One AI bot. `called` is its name as groups see it."""

    def __init__(
        self, *, name: str, corp: str, called: str, gate: Gate, transport: Transport, limits: Limits,
        clock: Clock, attachments: Attachments, downloads: Downloads, file_key: bytes, path: str = "",
    ) -> None:  # fmt: skip
        super().__init__(gate)
        self.door = f"aibot:{name}"
        self.path = path
        self.capabilities = CAPABILITIES
        self._corp = corp
        self._called = called
        self._transport = transport
        self._limits = limits
        self._clock = clock
        self._attachments = attachments
        self._downloads = downloads
        self._file_key = file_key

    def _open(self, signed: Signed, body: bytes, now: datetime) -> Received:
        self._gate.check_fresh(signed, body, now)
        encrypted = word(parse_json(body), "encrypt")
        plain = parse_json(self._gate.open(signed, encrypted))
        if stream := aibot_events.stream_asked(plain):
            return Received(None, signed.nonce, signed.timestamp, stream)
        event = aibot_events.parse(aibot_events.Callback(plain, self.door, self._corp, self._called, now))
        stream = stream_of(event.id) if event.route.passive == "stream" else ""
        return Received(event, signed.nonce, signed.timestamp, stream, fingerprint(encrypted))

    def seal(self, received: Received, answer: Answer, now: datetime) -> bytes:
        """The encrypted answer: a stream for words, a welcome, or the card that replaces the clicked one."""
        said = _passive(received, answer, self._attachments)
        if said is None:
            return b""
        encrypted = self._gate.codec.encrypt(dump_json(said))
        timestamp = int(now.timestamp())
        signature = self._gate.codec.sign(str(timestamp), received.nonce, encrypted)
        return sealed_json(encrypted, signature, timestamp, received.nonce)

    async def send(self, delivery: Delivery) -> str:
        """Say it by the message's own one-use address; returns "". SendError when it did not work."""
        if delivery.update:
            raise SendError(Fault.REFUSED, "智能机器人的卡片只能在点击的当次应答里更新")
        if not delivery.route.url:
            raise _unrouted(delivery)
        try:
            await self._send(delivery)
        except CallError as error:
            failure = send_error(error)
            # The address works once: refused after a try that may have arrived, that try did.
            if not (delivery.unknown and failure.fault == Fault.REFUSED):
                raise failure from None
        except RedisError as error:
            raise SendError(Fault.BUSY, f"Redis: {type(error).__name__}") from None
        return ""

    async def _send(self, delivery: Delivery) -> None:
        payload = _content(delivery.content, feedback_of(delivery.id.rpartition(":")[0]))
        now = self._clock.now()
        if wait := await self._limits.take(delivery.to.key, CAPABILITIES.rates, now):
            raise SendError(Fault.LIMITED, "这个会话的发送额度已用完", after=wait)
        await self._transport.post("aibot/response", delivery.route.url, {}, payload)

    def fetch(self, media: Media) -> AbstractAsyncContextManager[Incoming]:
        """What somebody sent, deciphered."""
        return by_url(self._downloads, media, lambda: self._file_key)

    async def close(self) -> None:
        """Nothing to let go of: the HTTP session is the composition root's."""


def _unrouted(delivery: Delivery) -> SendError:
    if delivery.unknown:
        return SendError(Fault.REFUSED, "可能已经送达，但回复地址已过期，无法确认，不再重发")
    return SendError(Fault.UNROUTED, "智能机器人只能在有人说话后的 1 小时内回复一次，等对方再说话")


def _content(content: Content, feedback: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(content, Card):
        return {"msgtype": "template_card", "template_card": cards.to_json(content, cards.AIBOT)}
    words = instead(content, marked=True).body
    if len(words.encode()) > TEXT_BYTES:
        raise SendError(Fault.REFUSED, f"文字超过 {TEXT_BYTES} 字节")
    return {"msgtype": "markdown", "markdown": {"content": words, **feedback}}


def feedback_of(event: str) -> dict[str, Any]:
    """Asks for a thumb on what is said about an event; the event's id comes back with it (WeCom doc 101031)."""
    return {"feedback": {"id": event}} if 0 < len(event.encode()) <= FEEDBACK_BYTES else {}


def _passive(received: Received, answer: Answer, attachments: Attachments) -> dict[str, Any] | None:
    """The plaintext of the answer; None for an empty one."""
    event = received.event
    if event is None or isinstance(event, Message) or event.route.passive == "stream":
        # Only the first answer may ask for a thumb, not those to polls.
        return _streamed(_stream_id(event, answer), answer, attachments, feedback_of(event.id) if event else {})
    if not answer.contents:
        return None
    return _update(event, answer) if event.route.passive == "update" else _welcome(answer)


def _stream_id(event: Event | None, answer: Answer) -> str:
    return answer.stream or (stream_of(event.id) if event and answer.contents else "")


def _streamed(
    stream: str, answer: Answer, attachments: Attachments, feedback: Mapping[str, Any]
) -> dict[str, Any] | None:
    if not stream:
        return None
    pictures, unseen = _pictures(answer, attachments)
    card, words = _card_and_words(answer, unseen)
    shown = {"id": stream, "finish": answer.finished, "content": clip(words, TEXT_BYTES), **pictures, **feedback}
    if card is None:
        return {"msgtype": "stream", "stream": shown}
    # A bubble is not to be empty beside its card.
    shown["content"] = shown["content"] or card.title
    template = cards.to_json(card, cards.AIBOT)
    return {"msgtype": "stream_with_template_card", "stream": shown, "template_card": template}


def _pictures(answer: Answer, attachments: Attachments) -> tuple[dict[str, Any], list[str]]:
    """The pictures of a finished stream, and words for those that are not here any more."""
    items, unseen = [], []
    for content in answer.contents if answer.finished else ():
        if isinstance(content, Image):
            try:
                items.append(_picture(attachments.read(content.file)))
            except FileNotFoundError:
                unseen.append(instead(content, marked=True).body)
    return ({"msg_item": items} if items else {}), unseen


def _picture(raw: bytes) -> dict[str, Any]:
    md5 = hashlib.md5(raw, usedforsecurity=False).hexdigest()
    return {"msgtype": "image", "image": {"base64": base64.b64encode(raw).decode(), "md5": md5}}


def _welcome(answer: Answer) -> dict[str, Any]:
    """The one place where an AI bot speaks plain text."""
    card, _ = _card_and_words(answer, ())
    words = "\n".join(in_words(content) for content in answer.contents if not isinstance(content, Card))
    if card is not None and not words:
        return {"msgtype": "template_card", "template_card": cards.to_json(card, cards.AIBOT)}
    said = [words, cards.to_text(card)] if card else [words]
    return {"msgtype": "text", "text": {"content": clip("\n".join(said), TEXT_BYTES)}}


def _update(event: Event, answer: Answer) -> dict[str, Any] | None:
    """The card in place of the clicked one: for all who see it, but what one person submitted for that person alone."""
    card, _ = _card_and_words(answer, ())
    if card is None:
        return None
    only = {"userids": [event.member]} if card.submit else {}
    shown = cards.to_json(card, cards.AIBOT, update=True)
    return {"response_type": "update_template_card", **only, "template_card": shown}


def _card_and_words(answer: Answer, more: Iterable[str]) -> tuple[Card | None, str]:
    """The one card an answer can carry, and everything else but pictures in words."""
    shown = [content for content in answer.contents if isinstance(content, Card)]
    others = [content for content in answer.contents if not isinstance(content, Card | Image)]
    said = [instead(content, marked=True).body for content in others]
    return (shown[0] if shown else None), "\n".join([*said, *more, *map(cards.to_text, shown[1:])])
