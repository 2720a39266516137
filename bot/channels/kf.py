"""The door `kf`: 微信客服 accounts of one app (WeCom doc 94638, 94669, 94670, 94677, 95122)."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from redis.exceptions import RedisError

from bot.channels.callback import CallbackDoor
from bot.channels.door import (
    Answer,
    Capabilities,
    Delivery,
    Fault,
    Incoming,
    Inlet,
    Promise,
    Received,
    SendError,
    Service,
    Unstored,
    message_id,
)
from bot.channels.faults import is_listed, send_error
from bot.channels.gate import Gate, Signed, fingerprint
from bot.channels.identity import event_id, moment
from bot.channels.incoming import by_id
from bot.channels.kf_events import ids_of, place_of
from bot.channels.kf_messages import HEAD_BYTES, TEXT_BYTES, payload
from bot.channels.kf_pull import Kinds, Names, Puller
from bot.channels.kf_sessions import BOT, ENDED, NOT_NOW, OVER, PERSON, POOL, Sessions
from bot.types.actions import Content, File, Handover, Image, Text
from bot.types.events import Conversation, Media, Noticed, Route, Turned
from bot.types.ports import Clock
from bot.wecom.client import Client
from bot.wecom.envelope import encrypted_of, parse_xml, text
from bot.wecom.errors import STALE_MEDIA, CallError, WeComError
from bot.wecom.media import Media as Uploads
from bot.wecom.text import clip

log = logging.getLogger(__name__)

TOO_MANY, TOO_LATE = 95001, 95002
# WeCom publishes no code for a msgid that was used before: a complaint about a field, or one that is not published.
COMPLAINTS = (40035, 40058)

CAPABILITIES = Capabilities(
    text_bytes=TEXT_BYTES,
    rates=(),
    promise=Promise.KEYED,
    carries=frozenset(("text", "image", "file", "card", "handover")),
    keeps_route=True,
    answers={},
    serves={
        "客户": Service(
            frozenset(
                (
                    *("text", "image", "voice", "video", "file", "location", "link", "business_card", "miniprogram"),
                    *("channels", "merged_msg", "opened", "clicked"),
                )
            )
        )
    },
    window=timedelta(hours=48),
    budget=5,
    picture_bytes=2 << 20,
)


class KfChannel(CallbackDoor):
    """The accounts of one app. `client` calls with the app's own token, `media` uploads for it."""

    def __init__(
        self, *, name: str, corp: str, accounts: Sequence[str], gate: Gate, client: Client, media: Uploads,
        clock: Clock, chance: Random, path: str = "",
    ) -> None:  # fmt: skip
        super().__init__(gate)
        self.door = f"kf:{name}"
        self.path = path
        self.capabilities = CAPABILITIES
        self._corp = corp
        self._client = client
        self._media = media
        self._clock = clock
        self._sessions = Sessions(client)
        self._inlet: Inlet | None = None
        self._failing: dict[str, str] = dict.fromkeys(accounts, "还没有取过消息")
        names, kinds = Names(client, clock), Kinds()
        self._pullers = {
            open_kfid: Puller(
                door=self.door, corp=corp, open_kfid=open_kfid, client=client, clock=clock, names=names, kinds=kinds,
                chance=chance,
            )
            for open_kfid in accounts
        }  # fmt: skip

    # Callbacks.

    def _open(self, signed: Signed, body: bytes, now: datetime) -> Received:
        self._gate.check_fresh(signed, body, now)
        encrypted = encrypted_of(body)
        plain = parse_xml(self._gate.open(signed, encrypted))
        if text(plain, "Event") == "kf_msg_or_event":
            self._hint(text(plain, "OpenKfId"), text(plain, "Token"))
            return Received(None, signed.nonce, signed.timestamp)
        said = {name: text(plain, name) for name in plain}
        event = Noticed(
            id=event_id(self.door, self._corp, [part for pair in sorted(said.items()) for part in pair]),
            name=said.get("Event", "") or said.get("MsgType", "") or "unknown",
            conversation=Conversation(self.door, "direct", "/"),
            at=moment(said.get("CreateTime", ""), now),
            received_at=now,
            data={name: words for name, words in said.items() if words and name != "Token"},
        )
        return Received(event, signed.nonce, signed.timestamp, fingerprint=fingerprint(encrypted))

    def _hint(self, open_kfid: str, token: str) -> None:
        puller = self._pullers.get(open_kfid)
        if puller is None:
            log.warning("%s: hint for an account that the configuration does not name: %s", self.door, open_kfid)
        else:
            puller.hint(token)

    def seal(self, received: Received, answer: Answer, now: datetime) -> bytes:
        """Nothing: hints are only received."""
        return b""

    # Pulling.

    async def hear(self, inlet: Inlet) -> None:
        """Pull all accounts until cancelled."""
        self._inlet = inlet

        async def told(open_kfid: str, failed: str) -> None:
            await self._note(inlet, open_kfid, failed)

        async with asyncio.TaskGroup() as tasks:
            for puller in self._pullers.values():
                tasks.create_task(puller.follow(inlet, told))

    async def _note(self, inlet: Inlet, open_kfid: str, failed: str) -> None:
        """Tell when pulling begins to fail, or fails for another reason, and when all works again."""
        before = self._failing.pop(open_kfid, "")
        if failed:
            self._failing[open_kfid] = failed
            if failed != before:
                await inlet.lost(failed, self._clock.now())
        elif before and not self._failing:
            await inlet.connected()

    def fetch(self, media: Media) -> AbstractAsyncContextManager[Incoming]:
        """What a customer sent. FetchError, there or within."""
        return by_id(self._client, media)

    # Sending.

    async def send(self, delivery: Delivery) -> str:
        """Send to one customer; returns the message's own id. SendError when it did not work."""
        if delivery.update:
            # A menu stays as it was; what it led to is said in words.
            return ""
        try:
            if isinstance(delivery.content, Handover):
                return await self._hand_over(delivery, delivery.content)
            return await self._send(delivery)
        except CallError as error:
            return self._settled(delivery, error)
        except Unstored as error:
            raise SendError(Fault.BUSY, str(error)) from None
        except RedisError as error:
            raise SendError(Fault.BUSY, f"Redis: {type(error).__name__}") from None

    def _settled(self, delivery: Delivery, error: CallError) -> str:
        """The id of a message that had arrived before, or its failure."""
        if isinstance(error, WeComError):
            if delivery.unknown and (error.code in COMPLAINTS or not is_listed(error.code)):
                return _own_id(delivery)
            if error.code in (TOO_MANY, TOO_LATE, OVER):
                raise SendError(Fault.UNROUTED, _WAITING[error.code], error.code) from None
        raise send_error(error) from None

    async def _send(self, delivery: Delivery) -> str:
        if delivery.route.code and self._is_in_force(delivery) and await self._said_on_event(delivery):
            return _own_id(delivery)
        media_id = await self._media_id(delivery.content)
        try:
            await self._say(delivery, media_id)
        except WeComError as error:
            if error.code == STALE_MEDIA and media_id:
                await self._say(delivery, await self._media_id(delivery.content, refused=media_id))
            elif error.code == NOT_NOW:
                await self._take_over(delivery)
                await self._say(delivery, media_id)
            else:
                raise
        return _own_id(delivery)

    async def _say(self, delivery: Delivery, media_id: str) -> None:
        open_kfid, customer = ids_of(delivery.to)
        to = {"touser": customer, "open_kfid": open_kfid, "msgid": _own_id(delivery)}
        await self._client.call("kf/send_msg", {**to, **payload(delivery.content, media_id)})

    def _is_in_force(self, delivery: Delivery) -> bool:
        until = delivery.route.expires_at
        return until is None or self._clock.now() < until

    async def _said_on_event(self, delivery: Delivery) -> bool:
        """Whether the words went out on the event's own code; when it was used, they go as others do."""
        try:
            await self._on_event(delivery.route.code, delivery.content, _own_id(delivery))
        except WeComError as error:
            used = error.code in COMPLAINTS or not is_listed(error.code)
            if not used:
                raise
            # The code works once: refused after a try that may have arrived, that try did.
            return delivery.unknown
        return True

    async def _on_event(self, code: str, content: Content, msgid: str) -> None:
        """One message on a code; at some states these are words alone."""
        await self._client.call("kf/send_msg_on_event", {"code": code, "msgid": msgid, **payload(content)})

    async def _media_id(self, content: Content, refused: str = "") -> str:
        """The media id of a picture or file; "" for all that has none."""
        if not isinstance(content, Image | File):
            return ""
        return await self._media.id_of(content.type, content.file, refused)

    async def _take_over(self, delivery: Delivery) -> None:
        """Make the session the bot's own; SendError when somebody else has it."""
        open_kfid, customer = ids_of(delivery.to)
        try:
            await self._sessions.change(open_kfid, customer, BOT)
        except WeComError as error:
            if error.code != NOT_NOW:
                raise
            session = await self._sessions.of(open_kfid, customer)
            if session.state == PERSON:
                await self._tell(delivery, "found", session.servicer)
            who = "人工正在接待" if session.state == PERSON else "客户在等人工接入"
            raise SendError(Fault.REFUSED, f"{who}，机器人的话没有发", error.code) from None

    # Handing over.

    async def _hand_over(self, delivery: Delivery, handover: Handover) -> str:
        open_kfid, customer = ids_of(delivery.to)
        if handover.to == "end":
            code = await self._ended(open_kfid, customer)
        else:
            found = await self._given(delivery, handover)
            if found is None:
                await self._tell(delivery, "nobody")
                return await self._otherwise(delivery, handover.otherwise)
            staff, code = found
            if staff:
                await self._tell(delivery, "taken", staff)
        await self._last_words(delivery, code, handover.words)
        return ""

    async def _given(self, delivery: Delivery, handover: Handover) -> tuple[str, str] | None:
        """Who has the customer now ("" for the pool), and the code for one message; None when nobody receives."""
        open_kfid, customer = ids_of(delivery.to)
        try:
            if handover.to == "staff":
                return await self._sessions.give(open_kfid, customer, handover.staff)
            is_open = await self._sessions.receiving(open_kfid)
            return ("", await self._sessions.change(open_kfid, customer, POOL)) if is_open else None
        except WeComError as error:
            if error.code != NOT_NOW:
                raise
            # It is there already: a servicer was quicker, or this is done twice.
            return (await self._sessions.of(open_kfid, customer)).servicer, ""

    async def _ended(self, open_kfid: str, customer: str) -> str:
        try:
            return await self._sessions.change(open_kfid, customer, ENDED)
        except WeComError as error:
            if error.code != OVER:
                raise
            return ""

    async def _last_words(self, delivery: Delivery, code: str, words: str) -> None:
        """Say the words that go with a change; the change has been made, whatever becomes of them."""
        if not code or not words:
            return
        try:
            await self._on_event(code, Text(body=clip(words, HEAD_BYTES)), _own_id(delivery))
        except CallError as error:
            log.warning("%s: words on a change of state not said: %s", delivery.id, error)

    async def _otherwise(self, delivery: Delivery, words: str) -> str:
        if not words:
            return ""
        return await self._send(replace(delivery, content=Text(body=words), route=Route()))

    async def _tell(self, delivery: Delivery, change: Literal["taken", "found", "nobody"], staff: str = "") -> None:
        """Let the desk know what WeCom tells nobody: changes that are made by API."""
        if self._inlet is None:
            raise Unstored("not hearing yet")
        now = self._clock.now()
        open_kfid, customer = ids_of(delivery.to)
        event = Turned(
            id=event_id(self.door, self._corp, (change, open_kfid, customer, delivery.id)),
            conversation=place_of(self.door, open_kfid, customer),
            member=customer,
            at=now,
            received_at=now,
            change=change,
            staff=staff.lower(),
        )
        await self._inlet.put([event])

    async def close(self) -> None:
        """Nothing to let go of: the HTTP session is the composition root's."""


_WAITING: Mapping[int, str] = {
    TOO_MANY: "对方没有再说话，5 条已发满，等对方开口就发出",
    TOO_LATE: "距对方上次说话超过 48 小时，等对方开口就发出",
    OVER: "会话已经结束，等对方开口就发出",
}


def _own_id(delivery: Delivery) -> str:
    return message_id(delivery.id, delivery.undelivered)
