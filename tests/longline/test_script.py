"""Our own client plays the script that the foreign ones play."""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import ClientSession
from redis.asyncio import Redis

from bot.clock import SystemClock
from bot.simulator import AiBot, WeCom
from bot.wecom.limits import Limits
from bot.wecom.sealed import file_key, unsealed
from bot.wecom.socket import Bot, End, Frame, Socket
from bot.wecom.socket_upload import SocketUploads
from tests.longline.test_conformance import MUCH, judge, play, town


def card(task: str, title: str, **more: str) -> dict[str, Any]:
    buttons = [{"text": "甲", "style": 1, "key": "a"}]
    shown = {"task_id": task, "main_title": {"title": title}, "button_list": buttons, **more}
    return {"card_type": "button_interaction", **shown}


class Client:
    """Answers each kind of callback as the others do."""

    def __init__(self, socket: Socket, uploads: SocketUploads, session: ClientSession) -> None:
        self._socket = socket
        self._uploads = uploads
        self._session = session
        self._tasks: set[asyncio.Task[None]] = set()

    def heard(self, frame: Frame) -> None:
        kind = frame.body.get("event", {}).get("eventtype") or frame.body["msgtype"]
        kinds: Mapping[str, Callable[[Frame], Awaitable[None]]] = {
            "enter_chat": self._welcome, "text": self._answer, "template_card_event": self._update, "file": self._file,
        }  # fmt: skip
        task = asyncio.ensure_future(kinds[kind](frame))
        self._tasks.add(task)  # type: ignore[arg-type]

    async def _welcome(self, frame: Frame) -> None:
        said = {"msgtype": "text", "text": {"content": "欢迎"}}
        await self._socket.call("aibot_respond_welcome_msg", said, frame.req_id)

    async def _answer(self, frame: Frame) -> None:
        answer = functools.partial(self._socket.call, "aibot_respond_msg", req_id=frame.req_id)
        begun = {"id": frame.body["msgid"], "finish": False, "content": "想一想…", "feedback": {"id": "fb-1"}}
        ended = {"id": frame.body["msgid"], "finish": True, "content": f"听到：{frame.body['text']['content']}"}
        # All at once: they have to wait for each other's acknowledgement.
        await asyncio.gather(
            answer({"msgtype": "stream", "stream": begun}),
            answer({"msgtype": "stream", "stream": ended}),
            answer({"msgtype": "template_card", "template_card": card("quiz-1", "选一个")}),
        )
        pushed = {"chatid": frame.body["chatid"], "msgtype": "markdown", "markdown": {"content": "**主动**"}}
        await self._socket.call("aibot_send_msg", pushed)

    async def _update(self, frame: Frame) -> None:
        task = frame.body["event"]["template_card_event"]["task_id"]
        shown = card(task, "选好了", replace_text="已选")
        said = {"response_type": "update_template_card", "template_card": shown}
        await self._socket.call("aibot_respond_update_msg", said, frame.req_id)

    async def _file(self, frame: Frame) -> None:
        file = frame.body["file"]
        async with self._session.get(file["url"]) as response:
            pieces = unsealed(file_key(file["aeskey"]), response.content.iter_any())
            content = b"".join([piece async for piece in pieces])
        kept = await self._uploads.upload("", {"type": "file"}, "copy-作业.pdf", content)
        said = {"msgtype": "file", "file": {"media_id": kept["media_id"]}}
        await self._socket.call("aibot_respond_msg", said, frame.req_id)


async def nothing() -> None:
    """What there is to do when the connection is up."""


async def test_our_own_client_plays_the_script(redis: Redis) -> None:
    async with town() as (wecom, bot), ClientSession() as session:
        socket, clock = Socket(session, Bot(wecom.socket_url, bot.bot_id, bot.secret)), SystemClock()
        client = Client(socket, SocketUploads(socket, Limits(redis), clock, bot.id), session)
        running = asyncio.create_task(socket.run(client.heard, nothing, nothing))
        await script(wecom, bot)
        ended = await running
        assert ended.how == End.KICKED


async def script(wecom: WeCom, bot: AiBot) -> None:
    await play(wecom, bot, MUCH)
    judge(wecom, MUCH)
    await wecom.sockets.kick(bot)
