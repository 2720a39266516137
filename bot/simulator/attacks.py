"""What strangers and broken senders do to a callback URL; every attack returns the HTTP status it met (0: cut)."""

import base64
import json
import random
from dataclasses import replace

from bot.simulator.callbacks import Courier
from bot.simulator.clock import Clock
from bot.simulator.crypto import Request, XmlEnvelope, envelope, signed
from bot.simulator.doors import App, Door, Kf

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
WORDS = "攻击者的话"


class Attacks:
    """Hostile and malformed requests to a door's URL. None of them may ever be answered with words."""

    def __init__(self, corp_id: str, clock: Clock, chance: random.Random, courier: Courier) -> None:
        self._corp_id = corp_id
        self._clock = clock
        self._chance = chance
        self._courier = courier

    async def forged_signature(self, door: Door) -> int:
        """A message whose signature is of somebody without the token."""
        request = self._valid(door)
        return await self._knock(door, replace(request, params={**request.params, "msg_signature": "0" * 40}))

    async def other_body(self, door: Door) -> int:
        """One message's signature over another message's ciphertext."""
        return await self._knock(door, replace(self._valid(door), body=self._valid(door).body))

    async def wrong_receiveid(self, door: Door, receiveid: str = "wwsomebodyelse0000") -> int:
        """Another company's message, encrypted with this key."""
        other = envelope(door, self._corp_id, self._chance, receiveid)
        return await self._knock(door, other.wrap(self._plain(door), self._now(), self._nonce()))

    async def stale(self, door: Door, seconds: float = 3600) -> int:
        """A message with a correct signature over an old time (or one to come, if negative)."""
        timestamp = str(int(self._clock.now() - seconds))
        return await self._knock(door, self._wrap(door, timestamp, self._nonce()))

    async def reused_nonce(self, door: Door) -> tuple[int, int]:
        """Two different messages under one nonce; the status of each."""
        nonce = self._nonce()
        first = await self._knock(door, self._wrap(door, self._now(), nonce))
        return first, await self._knock(door, self._wrap(door, self._now(), nonce))

    async def oversized(self, door: Door, size: int = 8 * 1024 * 1024) -> int:
        """A body far beyond what WeCom sends."""
        return await self._knock(door, replace(self._valid(door), body=b"x" * size))

    async def no_query(self, door: Door) -> int:
        """A body without signature, time and nonce."""
        return await self._knock(door, replace(self._valid(door), params={}))

    async def dtd(self, door: Door) -> int:
        """An entity bomb around an otherwise correct envelope."""
        request = self._valid(door)
        return await self._knock(door, replace(request, body=BOMB.encode() + request.body))

    async def inner_dtd(self, door: Door) -> int:
        """An entity bomb inside a correctly encrypted message."""
        return await self.signed_plain(door, f"{BOMB}<xml><MsgType>text</MsgType><Content>&b;</Content></xml>")

    async def signed_plain(self, door: Door, plain: str) -> int:
        """Any plaintext, correctly encrypted and signed."""
        return await self._knock(door, self._courier.seal(door, plain))

    async def signed_junk(self, door: Door, encrypted: str | None = None) -> int:
        """A correct signature over something that is no ciphertext; random blocks by default."""
        junk = encrypted if encrypted is not None else base64.b64encode(self._chance.randbytes(64)).decode()
        around, timestamp, nonce = self._courier.envelope(door), self._now(), self._nonce()
        params = signed(around.seal, timestamp, nonce, junk)
        kind = "text/xml" if isinstance(around, XmlEnvelope) else "application/json"
        return await self._knock(door, Request(params, around.body(junk), kind))

    async def malformed(self, door: Door) -> dict[str, int]:
        """Broken bodies of several sorts, by name."""
        bodies = {
            "empty": b"",
            "text": b"hello",
            "cut": self._valid(door).body[:-12],
            "other format": b'{"encrypt": 1}' if isinstance(door, App | Kf) else b"<xml></xml>",
            "no ciphertext": b"<xml><ToUserName>x</ToUserName></xml>" if isinstance(door, App | Kf) else b"{}",
            "bytes": bytes(range(256)),
            "deep": b"[" * 100_000,
        }
        return {name: await self._knock(door, replace(self._valid(door), body=body)) for name, body in bodies.items()}

    async def replayed(self, door: Door, request: Request) -> int:
        """Somebody sends recorded bytes again."""
        return await self._knock(door, request)

    def record(self, door: Door, plain: str | None = None) -> Request:
        """Bytes that could have been recorded on the wire, to send with `replayed`."""
        return self._courier.seal(door, plain or self._plain(door))

    def _valid(self, door: Door) -> Request:
        return self._wrap(door, self._now(), self._nonce())

    def _wrap(self, door: Door, timestamp: str, nonce: str) -> Request:
        return self._courier.envelope(door).wrap(self._plain(door), timestamp, nonce)

    async def _knock(self, door: Door, request: Request) -> int:
        return await self._courier.knock(door, request)

    def _now(self) -> str:
        return str(int(self._clock.now()))

    def _nonce(self) -> str:
        return str(self._chance.getrandbits(40))

    def _plain(self, door: Door) -> str:
        """A message that a bot would answer if it took it."""
        number = str(self._chance.getrandbits(56))
        if isinstance(door, Kf):
            return (
                f"<xml><ToUserName>{self._corp_id}</ToUserName><CreateTime>{self._now()}</CreateTime>"
                "<MsgType>event</MsgType><Event>kf_msg_or_event</Event><Token>mallory</Token><OpenKfId>wk</OpenKfId></xml>"
            )
        if isinstance(door, App):
            return (
                f"<xml><ToUserName>{self._corp_id}</ToUserName><FromUserName>mallory</FromUserName>"
                f"<CreateTime>{self._now()}</CreateTime><MsgType>text</MsgType><Content>{WORDS}</Content>"
                f"<MsgId>{number}</MsgId><AgentID>{door.agent_id}</AgentID></xml>"
            )
        said = {"msgid": number, "aibotid": door.bot_id, "chattype": "single", "from": {"userid": "mallory"}}
        return json.dumps({**said, "msgtype": "text", "text": {"content": WORDS}}, ensure_ascii=False)
