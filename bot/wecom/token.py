"""Access tokens: one per (corp, secret), shared by all processes through Redis (WeCom doc 91039).

gettoken is itself limited, so that one caller at a time asks for a token, and failures are remembered for a while.
"""

import asyncio
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from redis.asyncio import Redis

from bot.types.ports import Clock
from bot.wecom.errors import CallError, NotSent, WeComError
from bot.wecom.transport import Transport

EARLY = timedelta(minutes=5)
LIFE = timedelta(hours=2)
# The others wait so long for one that died while it asked. Another may join one that asks slowly: that does no harm.
LOCK = timedelta(seconds=5)
# Seconds to wait for one's turn and for what the others get.
PATIENCE = 30.0
GLANCE = 0.05
# Seconds to leave gettoken alone after the first failure in a row, the second, …
BACK_OFF = (1, 5, 30)
BACK_OFF_CONFIGURATION = (1, 30, 300)
TRANSIENT = -1

_UNLOCK = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and when to stop using it."""

    value: str = field(repr=False)
    until: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed gettoken: nobody asks again before `until`."""

    code: int
    why: str
    tries: int
    until: datetime


class Tokens:
    """The tokens of one (corp, secret)."""

    def __init__(
        self, transport: Transport, redis: Redis, clock: Clock, api: str, corp: str, secret: str, prefix: str = "qb"
    ) -> None:
        name = hashlib.sha256(f"{corp}\0{secret}".encode()).hexdigest()[:32]
        self._transport = transport
        self._redis = redis
        self._unlock = redis.register_script(_UNLOCK)
        self._clock = clock
        self._url = f"{api}/cgi-bin/gettoken"
        self._credentials = {"corpid": corp, "corpsecret": secret}
        self._key = f"{prefix}:token:{name}"
        self._mutex = asyncio.Lock()
        self._held: Token | None = None

    async def get(self, refused: str = "") -> str:
        """A token in force, other than the one that WeCom `refused`; CallError when there is none to be had."""
        if (token := self._held) and self._is_good(token, refused):
            return token.value
        async with self._mutex:
            if not (self._held and self._is_good(self._held, refused)):
                self._held = await self._find(refused)
            return self._held.value

    def _is_good(self, token: Token, refused: str) -> bool:
        return token.value != refused and token.until > self._clock.now()

    async def _find(self, refused: str) -> Token:
        """The token that some process got, or a new one got by this process alone."""
        owner = secrets.token_hex(8)
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while True:
            if (token := await self._shared()) and self._is_good(token, refused):
                return token
            await self._refuse_early()
            if await self._redis.set(f"{self._key}:lock", owner, nx=True, px=LOCK):
                break
            if asyncio.get_running_loop().time() > deadline:
                raise NotSent("gettoken", "另一个进程一直没有取到 access_token")
            await asyncio.sleep(GLANCE)
        try:
            return await self._locked(refused)
        finally:
            await self._unlock(keys=[f"{self._key}:lock"], args=[owner])

    async def _locked(self, refused: str) -> Token:
        """Looks once more: the last holder may have got one between our look and our lock."""
        if (token := await self._shared()) and self._is_good(token, refused):
            return token
        try:
            return await self._fetch(refused)
        except CallError as error:
            await self._remember(error)
            raise

    async def _shared(self) -> Token | None:
        found = await self._redis.get(self._key)
        if found is None:
            return None
        kept: dict[str, Any] = json.loads(found)
        return Token(kept["value"], datetime.fromisoformat(kept["until"]))

    async def _fetch(self, refused: str) -> Token:
        answer = await self._transport.get("gettoken", self._url, self._credentials)
        value, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(value, str) or not value:
            raise WeComError(-1, "答复里没有 access_token", "gettoken")
        if value == refused:
            raise WeComError(40014, "得到的仍是刚被拒绝的 access_token", "gettoken")
        life = timedelta(seconds=seconds) if isinstance(seconds, int) and 0 < seconds <= 86400 else LIFE
        token = Token(value, self._clock.now() + max(life - EARLY, life / 2))
        kept = json.dumps({"value": token.value, "until": token.until.isoformat()})
        await self._redis.set(self._key, kept, px=life)
        await self._redis.delete(f"{self._key}:failure")
        return token

    async def _refuse_early(self) -> None:
        """Raises the last failure again while nobody should ask."""
        failure = await self._failure()
        if failure and failure.until > self._clock.now():
            raise WeComError(failure.code, failure.why, "gettoken")

    async def _failure(self) -> Failure | None:
        found = await self._redis.get(f"{self._key}:failure")
        if found is None:
            return None
        kept: dict[str, Any] = json.loads(found)
        return Failure(kept["code"], kept["why"], kept["tries"], datetime.fromisoformat(kept["until"]))

    async def _remember(self, error: CallError) -> None:
        before = await self._failure()
        tries = before.tries + 1 if before else 0
        code, why = (error.code, error.message) if isinstance(error, WeComError) else (TRANSIENT, error.why)
        waits = BACK_OFF if code == TRANSIENT else BACK_OFF_CONFIGURATION
        until = self._clock.now() + timedelta(seconds=waits[min(tries, len(waits) - 1)])
        kept = json.dumps({"code": code, "why": why, "tries": tries, "until": until.isoformat()})
        await self._redis.set(f"{self._key}:failure", kept, ex=2 * waits[-1])
