"""The door `app`: a self-built app (自建应用) that talks with members 1:1 (WeCom doc 90238–90241, 90236, 94888)."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from redis.exceptions import RedisError

from bot.channels import app_events
from bot.channels.app_messages import TEXT_BYTES, article, payload
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
from bot.channels.gate import Gate, Signed, fingerprint
from bot.channels.incoming import by_id
from bot.types.actions import Card, Content, File, Image, Link, Text
from bot.types.events import Media
from bot.types.ports import Clock
from bot.wecom import cards
from bot.wecom.client import Client
from bot.wecom.envelope import encrypted_of, parse_xml, sealed_xml, xml
from bot.wecom.errors import STALE_MEDIA, CallError, WeComError
from bot.wecom.limits import Limits
from bot.wecom.media import Media as Uploads
from bot.wecom.shown import ShownCards
from bot.wecom.text import clip

LONGEST_CHECK = timedelta(hours=4)
# A retry needs a moment to reach WeCom; an identical message sent this shortly before the first try is taken for it.
TRAVEL = timedelta(seconds=0.5)

CAPABILITIES = Capabilities(
    text_bytes=TEXT_BYTES,
    rates=((60, 30), (3600, 1000)),
    promise=Promise.KEYED,
    carries=frozenset(("text", "markdown", "link", "image", "file", "card")),
    # A picture has to be uploaded first, which may take longer than a callback waits.
    answers={"reply": Room(frozenset(("text", "link")), contents=1)},
    serves={
        "成员": Service(
            frozenset(("text", "image", "voice", "video", "location", "link", "opened", "clicked")), starts=True
        )
    },
)


class AppChannel(CallbackDoor):
    """One app. `agent_id` as in the console; `client` calls with the app's own token, `media` uploads for it."""

    def __init__(
        self, *, name: str, corp: str, agent_id: int, gate: Gate, client: Client, media: Uploads, limits: Limits,
        clock: Clock, path: str = "", passive: bool = True, shown: ShownCards | None = None,
    ) -> None:  # fmt: skip
        super().__init__(gate)
        self.door = f"app:{name}"
        self.path = path
        self.capabilities = CAPABILITIES
        self._corp = corp
        self._agent_id = agent_id
        self._client = client
        self._media = media
        self._limits = limits
        self._clock = clock
        self._shown = shown
        self._reply = app_events.IN_ANSWER if passive else app_events.BY_LANE

    def _open(self, signed: Signed, body: bytes, now: datetime) -> Received:
        self._gate.check_fresh(signed, body, now)
        encrypted = encrypted_of(body)
        plain = parse_xml(self._gate.open(signed, encrypted))
        event = app_events.parse(app_events.Callback(plain, self.door, self._corp, now, self._reply))
        return Received(event, signed.nonce, signed.timestamp, fingerprint=fingerprint(encrypted))

    def seal(self, received: Received, answer: Answer, now: datetime) -> bytes:
        """The encrypted passive reply: texts as one, or the card that replaces the clicked one."""
        said = self._passive(answer)
        if said is None or received.event is None:
            return b""
        sent = {"ToUserName": received.event.member, "FromUserName": self._corp, "CreateTime": int(now.timestamp())}
        encrypted = self._gate.codec.encrypt(xml("xml", {**sent, **said}).encode())
        timestamp = str(int(now.timestamp()))
        signature = self._gate.codec.sign(timestamp, received.nonce, encrypted)
        return sealed_xml(encrypted, signature, timestamp, received.nonce)

    def _passive(self, answer: Answer) -> dict[str, Any] | None:
        words = "\n".join(content.body for content in answer.contents if isinstance(content, Text))
        if words:
            return {"MsgType": "text", "Content": clip(words, TEXT_BYTES)}
        link = next((content for content in answer.contents if isinstance(content, Link)), None)
        if link is not None:
            return article(link)
        card = next((content for content in answer.contents if isinstance(content, Card)), None)
        if card is None:
            return None
        if card.done and not card.title:
            return {"MsgType": "update_button", "Button": {"ReplaceName": card.done}}
        shown = cards.to_xml(cards.to_json(card, cards.APP, update=True))
        return {"MsgType": "update_template_card", "TemplateCard": shown}

    async def send(self, delivery: Delivery) -> str:
        """Send to one member; returns WeCom's msgid, "" for an update. SendError when it did not work."""
        if delivery.to.place != "direct":
            raise SendError(Fault.REFUSED, "自建应用只能发给成员，不能发到群里")
        try:
            return await (self._update(delivery) if delivery.update else self._send(delivery))
        except CallError as error:
            raise send_error(error) from None
        except RedisError as error:
            raise SendError(Fault.BUSY, f"Redis: {type(error).__name__}") from None

    async def _send(self, delivery: Delivery) -> str:
        code = await self._code(delivery)
        if code is not None:
            return await self._replace(delivery, code)
        media_id = await self._media_id(delivery.content)
        check = self._duplicate_check(delivery) if delivery.unknown else {}
        now = self._clock.now()
        if wait := await self._limits.take(f"{self.door}:{delivery.to.native}", CAPABILITIES.rates, now):
            raise SendError(Fault.LIMITED, "这位成员的发送额度已用完", after=wait)
        try:
            answer = await self._say(delivery, media_id, check)
        except WeComError as error:
            if error.code != STALE_MEDIA or not media_id:
                raise
            answer = await self._say(delivery, await self._media_id(delivery.content, refused=media_id), check)
        _check_recipient(answer)
        await self._keep_code(delivery, str(answer.get("response_code", "")))
        return str(answer.get("msgid", ""))

    async def _say(self, delivery: Delivery, media_id: str, check: Mapping[str, int]) -> dict[str, Any]:
        to = {"touser": delivery.to.native, "agentid": self._agent_id}
        sent = {**to, **payload(delivery.content, media_id), **check}
        return await self._client.call("message/send", sent, delivery.may_send)

    async def _media_id(self, content: Content, refused: str = "") -> str:
        """The media id of a picture or file; "" for all that has none."""
        if not isinstance(content, Image | File):
            return ""
        return await self._media.id_of(content.type, content.file, refused)

    def _duplicate_check(self, delivery: Delivery) -> dict[str, int]:
        """Lets WeCom drop this one if the first try arrived; older messages with the same words do not count."""
        now = self._clock.now()
        age = now - (delivery.first_tried_at or now)
        if age >= LONGEST_CHECK:
            raise SendError(Fault.REFUSED, "可能已经送达，但过了 4 小时，企业微信已无法查重，不再重发")
        return {"enable_duplicate_check": 1, "duplicate_check_interval": _whole_seconds(age + TRAVEL)}

    async def _code(self, delivery: Delivery) -> str | None:
        """What replaces the card that the member has of this task; None for what is sent anew, as notices are."""
        card = delivery.content
        if self._shown is None or not isinstance(card, Card) or not (card.buttons or card.submit):
            return None
        return await self._shown.code(self.door, delivery.to.native, card.task)

    async def _keep_code(self, delivery: Delivery, code: str) -> None:
        if self._shown is not None and code and isinstance(delivery.content, Card):
            await self._shown.keep(self.door, delivery.to.native, delivery.content.task, code)

    async def _replace(self, delivery: Delivery, code: str) -> str:
        """Put the card in the place of the one that the member has: WeCom takes no second card of one task."""
        if not code and not delivery.unknown:
            raise SendError(Fault.REFUSED, "这张卡片已经换过一次，没人按它就不能再换")
        if code:
            await self._update(replace(delivery, route=replace(delivery.route, code=code)))
        if self._shown is not None and isinstance(delivery.content, Card):
            await self._shown.used(self.door, delivery.to.native, delivery.content.task)
        return ""

    async def _update(self, delivery: Delivery) -> str:
        if not delivery.route.code or not isinstance(delivery.content, Card):
            raise SendError(Fault.REFUSED, "卡片的更新凭证已经没有了")
        card = cards.to_json(delivery.content, cards.APP, update=True)
        replacing = {
            "userids": [delivery.member or delivery.to.native],
            "agentid": self._agent_id,
            "response_code": delivery.route.code,
            "template_card": card,
        }
        try:
            await self._client.call("message/update_template_card", replacing)
        except CallError as error:
            failure = send_error(error)
            # The code works once: refused after a try that may have arrived, that try did.
            if not (delivery.unknown and failure.fault == Fault.REFUSED):
                raise failure from None
        return ""

    def fetch(self, media: Media) -> AbstractAsyncContextManager[Incoming]:
        """What a member sent."""
        return by_id(self._client, media)

    async def close(self) -> None:
        """Nothing to let go of: the HTTP session is the composition root's."""


def _check_recipient(answer: Mapping[str, Any]) -> None:
    """WeCom says 0 even when the one recipient did not get it."""
    if answer.get("unlicenseduser"):
        raise SendError(Fault.REFUSED, "成员没有接口许可：在管理后台「应用管理」的接口许可里为他激活")
    if answer.get("invaliduser"):
        raise SendError(Fault.REFUSED, "成员不存在，或不在应用的可见范围内：在管理后台「可见范围」里加上他", 81013)


def _whole_seconds(duration: timedelta) -> int:
    return max(1, -(-duration // timedelta(seconds=1)))
