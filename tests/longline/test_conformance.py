"""Clients that are not ours on the simulator's long connection: recorded and, where they are installed, in person.

Each of them plays the same script; so does our own, in `test_script.py`.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse

from bot.simulator import AiBot, Timing, WeCom
from tests.longline.recorder import Recorder, recorded, written
from tests.waiting import until

HERE = Path(__file__).parent
VECTORS = HERE / "vectors"
BOT, SECRET = "aib-conformance", "secret-of-nobody"
LITTLE, MUCH = bytes(range(256)) * 3, bytes(range(256)) * 2600
CLIENTS = ("node", "python")
KEEP = "AIBOT_SDK_KEEP"


@asynccontextmanager
async def town() -> AsyncIterator[tuple[WeCom, AiBot]]:
    async with WeCom(seed=7, timing=Timing().scaled(0.5)) as wecom:
        bot = wecom.add_bot("小助手", bot_id=BOT, secret=SECRET)
        wecom.add_member("li.na", "李娜")
        wecom.add_group("wrG1", "内测群", members=["li.na"], bots=[bot])
        yield wecom, bot


async def play(wecom: WeCom, bot: AiBot, content: bytes) -> None:
    """The script: everything that people do with the bot, each after the answer to the last."""
    journal = wecom.journal
    await until(lambda: wecom.sockets.is_connected(bot), 60)
    await wecom.enter_chat(bot, "li.na")
    await journal.wait_for(lambda _: journal.texts(), 60)
    asked = await wecom.mention(bot, "wrG1", "li.na", "出题")
    seen = await journal.wait_for(lambda _: len(journal.seen(asked.conversation)) == 3 and journal.seen(), 60)
    card = next(record for record in seen if record.card)
    await wecom.click(card, "a", "li.na")
    await journal.wait_for(lambda _: (journal.at(card.number).card or {}).get("replace_text"), 60)
    sent = await wecom.share(bot, "li.na", "file", content, "作业.pdf")
    await journal.wait_for(lambda _: journal.answers_to(sent.msgid), 60)


def judge(wecom: WeCom, content: bytes) -> None:
    """What people have seen when the script is over."""
    journal = wecom.journal
    welcome, stream, card, push, file = journal.seen()
    assert (welcome.text, welcome.via) == ("欢迎", "passive")
    assert (stream.text, stream.finished, stream.feedback) == ("听到：@小助手 出题", True, "fb-1")
    assert [version.text for version in stream.history] == ["想一想…", stream.text]
    assert (card.card or {})["main_title"] == {"title": "选好了"}
    assert (push.text, push.via, push.conversation.kind) == ("**主动**", "push", "group")
    assert file.text == "[file] copy-作业.pdf"
    assert wecom.media.find(file.media[0]).content == content
    assert not journal.records("refused")
    assert {call.errcode for call in journal.calls()} == {0}


# Recorded


@pytest.mark.parametrize("client", CLIENTS)
async def test_what_was_recorded_of_them_is_taken_and_acknowledged_the_same_way(client: str) -> None:
    lines = (VECTORS / f"{client}.jsonl").read_text("utf-8").splitlines()
    vectors = [json.loads(line) for line in lines]
    async with town() as (wecom, bot), ClientSession() as session, session.ws_connect(wecom.socket_url) as line:

        async def played() -> None:
            await play(wecom, bot, LITTLE)
            await wecom.sockets.kick(bot)

        playing = asyncio.create_task(played())
        echo = Echo(line, vectors)
        await echo.run()
        await playing
        judge(wecom, LITTLE)
    assert echo.heard == [shape(vector["frame"]) for vector in vectors if vector["from"] == "wecom"]


class Echo:
    """Says again what a client said, with the names that this run of the simulator gives.

    `heard` holds the shapes of what WeCom said, in the places where the client heard it.
    """

    def __init__(self, line: ClientWebSocketResponse, vectors: Sequence[Mapping[str, Any]]) -> None:
        self.heard: list[object] = []
        self._line = line
        self._vectors = vectors
        self._names: dict[str, str] = {}

    async def run(self) -> None:
        """Play the transcript to its end."""
        for vector in self._vectors:
            if vector["from"] == "bot":
                await self._line.send_str(self._renamed(vector["frame"]))
            else:
                self._hear(vector["frame"], await self._line.receive_json(timeout=10))

    def _renamed(self, frame: object) -> str:
        said = json.dumps(frame, ensure_ascii=False)
        for theirs, ours in self._names.items():
            said = said.replace(theirs, ours)
        return said

    def _hear(self, expected: Mapping[str, Any], frame: Mapping[str, Any]) -> None:
        self.heard.append(shape(frame))
        for name in ("req_id", "msgid", "upload_id", "media_id"):
            if (theirs := found(expected, name)) and (ours := found(frame, name)):
                self._names[theirs] = ours


def shape(value: Any) -> object:
    """What remains of a frame when its own names and times are taken away."""
    if isinstance(value, Mapping):
        return {name: shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return value if isinstance(value, int) and value < 1_000_000 else type(value).__name__


def found(frame: Mapping[str, Any], name: str) -> str:
    """A value of a frame, wherever it stands."""
    for key, value in frame.items():
        if key == name:
            return str(value)
        if isinstance(value, Mapping) and (deeper := found(value, name)):
            return deeper
    return ""


# In person


def command(client: str) -> list[str]:
    """How a client is started; skips where it is not installed."""
    folder = os.environ.get("AIBOT_SDK_AT")
    if not folder:
        pytest.skip("AIBOT_SDK_AT names no folder with the clients (see tests/longline/vectors/README.md)")
    if client == "node":
        return ["node", str(HERE / "clients" / "node.mjs")]
    return [str(Path(folder) / "venv" / "bin" / "python"), str(HERE / "clients" / "python.py")]


@pytest.mark.parametrize("client", CLIENTS)
async def test_clients_that_are_not_ours_play_the_script(client: str) -> None:
    program, content = command(client), LITTLE if KEEP in os.environ else MUCH
    async with town() as (wecom, bot), recorded(wecom.socket_url) as recorder:
        process = await asyncio.create_subprocess_exec(
            *program, recorder.url, BOT, SECRET, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        try:
            await play(wecom, bot, content)
            judge(wecom, content)
            await wecom.sockets.kick(bot)
            await asyncio.sleep(1.5)
            assert not wecom.sockets.is_connected(bot), "it came back although somebody else has the bot"
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            out, err = await process.communicate()
        steps = out.decode().split("\n")[:-1]
        assert err == b""
        assert steps == [
            "done subscribe", "done welcome", "done stream", "done card", "done push", "done update",
            f"done download 作业.pdf {len(content)}", "done file", "done disconnected",
        ]  # fmt: skip
        keep(recorder, client)


def keep(recorder: Recorder, client: str) -> None:
    """Write the transcript anew when AIBOT_SDK_KEEP says so."""
    if KEEP in os.environ:
        VECTORS.mkdir(exist_ok=True)
        (VECTORS / f"{client}.jsonl").write_text(written(recorder.frames), "utf-8")
