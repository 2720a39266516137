"""A company connected to a bot by the book: nothing is wrong with it until a test breaks one thing."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientTimeout

from bot.cli.dispatch import parser_of
from bot.cli.doctor import command, company, verifier, visit
from bot.simulator import AiBot, App, WeCom
from bot.simulator.clock import ShiftedClock
from tests.doctor.gateway import Gateway
from tests.ports import free_port

CONFIG = """
[server]
listen = "127.0.0.1:{port}"
public_url = "{public}"
[wecom]
corp_id = "{corp}"
api = "{api}"
socket = "{socket}"
[[channels]]
kind = "app"
name = "助手"
agent_id = {agent}
secret = "env:APP_SECRET"
token = "env:APP_TOKEN"
aes_key = "env:APP_AES_KEY"
[[channels]]
kind = "aibot"
name = "小助手"
token = "env:BOT_TOKEN"
aes_key = "env:BOT_AES_KEY"
{people}
{more}
"""
ADMIN = '[[people]]\nname = "群管"\nuserid = "admin01"\nroles = ["管理员"]'
BOT_KEY = "ZYXWVUTSRQPONMLKJIHGFEDCBA0123456789abcdefg"


@dataclass(kw_only=True)
class Clinic:
    """The simulated WeCom, the gateway in front of the bot, and what a manager wrote down; all may be changed."""

    wecom: WeCom
    clock: ShiftedClock
    gateway: Gateway
    app: App
    bot: AiBot
    port: int
    folder: Path
    environ: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]
    stack: AsyncExitStack
    settings: dict[str, Any] = field(default_factory=dict)

    def write(self, **changes: Any) -> Path:
        """Write the configuration down, with changes."""
        self.settings = {"people": ADMIN, "more": "", "socket": self.wecom.socket_url} | self.settings | changes
        path = self.folder / "config.toml"
        path.write_text(CONFIG.format(**self.settings), "utf-8")
        return path

    def say(self, **values: str) -> None:
        """Put values into the environment."""
        for name, value in values.items():
            self.environ.setenv(name, value)

    async def doctor(self, *words: str) -> tuple[int, str]:
        """`qunban doctor`: its exit status and what it printed."""
        self.capture.readouterr()
        arguments = parser_of(command()).parse_args([*words, "-c", str(self.folder / "config.toml")])
        status = await command().run(arguments)
        return status, self.capture.readouterr().out

    async def examine(self, *words: str) -> dict[str, Any]:
        """What `qunban doctor --json` says."""
        status, said = await self.doctor(*words, "--json")
        report: dict[str, Any] = json.loads(said)
        assert status == int(not report["ok"])
        return report

    async def found(self, *words: str) -> Sequence[str]:
        """The codes of all diagnoses, each once, in order."""
        steps = (await self.examine(*words))["steps"]
        return list(dict.fromkeys(one["code"] for step in steps for one in step["diagnoses"]))


@pytest.fixture
async def clinic(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Clinic]:
    """Everything connected as it should be."""
    clock = ShiftedClock()
    async with AsyncExitStack() as stack:
        wecom = await stack.enter_async_context(WeCom(seed=1, clock=clock))
        port = free_port()
        gateway = await stack.enter_async_context(Gateway(f"http://127.0.0.1:{port}"))
        app = wecom.add_app("助手", 1000002, secret="QunbanTestSecret", callback=f"{gateway.url}/cb/app/助手")
        bot = wecom.add_bot("小助手", token="BotToken", aes_key=BOT_KEY, callback=f"{gateway.url}/cb/aibot/小助手")
        wecom.add_member("admin01", "群管")
        clinic = Clinic(
            wecom=wecom, clock=clock, gateway=gateway, app=app, bot=bot, port=port, folder=tmp_path,
            environ=monkeypatch, capture=capsys, stack=stack,
        )  # fmt: skip
        # On a busy machine even a healthy bot needs more than a second now and then.
        monkeypatch.setattr(verifier, "IN_TIME", 20.0)
        for module, patience in ((verifier, "PATIENCE"), (visit, "GLANCE"), (company, "PATIENCE")):
            monkeypatch.setattr(module, patience, ClientTimeout(total=20.0))
        clinic.say(APP_SECRET=app.secret, APP_TOKEN=app.token, APP_AES_KEY=app.aes_key)
        clinic.say(BOT_TOKEN=bot.token, BOT_AES_KEY=bot.aes_key)
        clinic.write(
            port=port,
            public=gateway.url,
            corp=wecom.corp_id,
            api=wecom.url,
            socket=wecom.socket_url,
            agent=app.agent_id,
        )
        yield clinic
