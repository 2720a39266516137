"""A real Chromium, driven through the DevTools protocol over one WebSocket."""

import asyncio
import base64
import json
import os
import shutil
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.waiting import until

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
CURE = (
    "没有找到 Chromium，这些测试要用一个真的浏览器。请先装一个：Debian/Ubuntu 用 apt install chromium fonts-noto-cjk，"
    "macOS 用 brew install --cask chromium；装在别处就写 CHROMIUM=/path/to/chromium make test-page"
)
WITHIN = 15.0


def find() -> str:
    """Where Chromium is; the test fails with the cure where there is none."""
    named = [os.environ["CHROMIUM"]] if os.environ.get("CHROMIUM") else NAMES
    found = next((path for name in named if (path := shutil.which(name))), None)
    return found or pytest.fail(CURE, pytrace=False)


class Tab:
    """One tab. What goes wrong in the page is kept in `complaints`."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._numbers = count(1)
        self._session = ""
        self.complaints: deque[str] = deque(maxlen=100)

    async def hear(self) -> None:
        """Take what the browser says, until it says no more."""
        async for message in self._socket:
            said = json.loads(message.data)
            if waiting := self._answers.pop(said.get("id", 0), None):
                waiting.set_result(said)
            elif said.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded"):
                self.complaints.append(json.dumps(said["params"], ensure_ascii=False))

    async def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """One command of the protocol; AssertionError when the browser refuses it."""
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        command = {"id": number, "method": method, "params": params}
        await self._socket.send_json(command | ({"sessionId": self._session} if self._session else {}))
        answer = await asyncio.wait_for(self._answers[number], WITHIN)
        assert "error" not in answer, (method, answer)
        result: dict[str, Any] = answer["result"]
        return result

    async def open(self, url: str) -> None:
        """A new, empty profile's tab at an address."""
        target = await self.ask("Target.createTarget", url="about:blank")
        found = await self.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = found["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            await self.ask(f"{domain}.enable")
        await self.ask("Page.navigate", url=url)

    async def run(self, script: str) -> Any:
        """The value of an expression; `$` and `$$` find elements."""
        tools = "const $ = (s) => document.querySelector(s), $$ = (s) => [...document.querySelectorAll(s)];"
        whole = f"(async () => {{ {tools} return (\n{script}\n); }})()"
        found = await self.ask("Runtime.evaluate", expression=whole, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in found, (script, found["exceptionDetails"])
        return found["result"].get("value")

    async def until(self, script: str, within: float = WITHIN) -> None:
        """Wait until an expression holds."""
        loop = asyncio.get_running_loop()
        end = loop.time() + within
        while not await self.run(f"!!({script})"):
            assert loop.time() < end, f"waited in vain for {script}\n" + "\n".join(self.complaints)
            await asyncio.sleep(0.05)

    async def click(self, script: str) -> None:
        """Click in the middle of an element, as a finger does."""
        await self.until(script)
        place = (
            f"(() => {{ const e = {script}; e.scrollIntoView({{block: 'center'}}); "
            "const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        x, y = await self.run(place)
        for kind in ("mousePressed", "mouseReleased"):
            await self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    async def type(self, text: str) -> None:
        """Type into what has the focus."""
        await self.ask("Input.insertText", text=text)

    async def key(self, name: str) -> None:
        """Press a key."""
        code = {"Enter": 13, "Tab": 9, "ArrowRight": 39}[name]
        text = {"text": "\r"} if name == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            more = text if kind == "keyDown" else {}
            await self.ask("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code, **more)

    async def look(self, width: int, height: int, scheme: str, mobile: bool = False) -> None:
        """The size of the screen, and whether people like it dark. Nothing moves: what is looked at is finished."""
        await self.ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile
        )
        features = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
        await self.ask(
            "Emulation.setEmulatedMedia",
            features=[{"name": name, "value": value} for name, value in features.items()],
        )

    async def shoot(self, form: str = "webp") -> bytes:
        """A picture of what is on the screen: webp, small enough for a document, or png."""
        quality = {"quality": 90} if form == "webp" else {}
        shot = await self.ask("Page.captureScreenshot", format=form, **quality)
        return base64.b64decode(shot["data"])


@asynccontextmanager
async def browsing(url: str, folder: Path) -> AsyncIterator[Tab]:
    """A headless Chromium with an empty profile, at an address; gone afterwards."""
    command = [
        find(), "--headless=new", "--remote-debugging-port=0", f"--user-data-dir={folder}", "--no-first-run",
        "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--hide-scrollbars", "--lang=zh-CN", *(["--no-sandbox"] if os.geteuid() == 0 else []),
        "about:blank",
    ]  # fmt: skip
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*command, stdout=quiet, stderr=quiet)
    try:
        async with aiohttp.ClientSession() as http, http.ws_connect(await _address(folder), max_msg_size=0) as socket:
            tab = Tab(socket)
            hearing = asyncio.create_task(tab.hear())
            await tab.open(url)
            yield tab
            hearing.cancel()
    finally:
        process.terminate()
        await process.wait()


async def _address(folder: Path) -> str:
    """Where the browser listens, as it writes into its profile."""
    port = folder / "DevToolsActivePort"
    await until(lambda: port.exists() and "\n" in port.read_text(), WITHIN * 2)
    number, path = port.read_text().split("\n")[:2]
    return f"ws://127.0.0.1:{number}{path}"
