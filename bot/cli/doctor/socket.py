"""The long connection of an AI bot: connected once, and given up at once."""

import asyncio
from dataclasses import dataclass

from aiohttp import ClientSession
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.cli.doctor import diagnoses
from bot.cli.doctor.answers import diagnose
from bot.cli.doctor.diagnosis import Diagnosis, Result, judged, passed, skipped
from bot.leases import is_held
from bot.wecom.errors import WeComError
from bot.wecom.socket import SUBSCRIBE, Bot, End, Ended, Frame, Pace, Socket

BAD_BOT = 853000
PACE = Pace(connect=5.0, answer=5.0)
BUSY = "机器人开着，正用着这条连接；再连一次会把它挤下线"


@dataclass(frozen=True, slots=True)
class SocketExamination:
    """One bot's connection. `running`: a bot of ours is at work here; `redis` knows about those elsewhere, if any."""

    session: ClientSession
    bot: Bot
    door: str
    running: bool
    redis: Redis | None

    async def examine(self) -> Result:
        """WeCom takes the bot's id and secret. Not asked while one of ours is connected, who would be thrown out."""
        if self.running or await self._is_held():
            return skipped(BUSY)
        ended = await self._connect()
        return passed() if ended is None else judged([_diagnosis(ended)])

    async def _is_held(self) -> bool:
        try:
            return self.redis is not None and await is_held(self.redis, self.door)
        except (RedisError, OSError):
            return False

    async def _connect(self) -> Ended | None:
        """How the connection ended; None when it stood."""
        up = asyncio.Event()

        async def stands() -> None:
            up.set()

        connection = asyncio.create_task(Socket(self.session, self.bot, PACE).run(_unheard, stands, stands))
        standing = asyncio.create_task(up.wait())
        await asyncio.wait((connection, standing), return_when=asyncio.FIRST_COMPLETED)
        ended = None if up.is_set() else connection.result()
        for task in (connection, standing):
            task.cancel()
        await asyncio.wait((connection, standing))
        return ended


def _unheard(frame: Frame) -> None:
    """What comes within this moment is not ours to answer; WeCom delivers it again."""


def _diagnosis(ended: Ended) -> Diagnosis:
    if ended.how != End.REFUSED:
        return diagnoses.SOCKET_UNREACHABLE.having(ended.why)
    if ended.code == BAD_BOT:
        return diagnoses.SOCKET_SECRET.having(ended.why)
    return diagnose(WeComError(ended.code, ended.why, SUBSCRIBE))
