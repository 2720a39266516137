"""A small company in a simulated WeCom whose AI bot keeps a long connection."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.app import Running, Wiring, running
from bot.channels.aibot_socket import AibotSocketChannel
from bot.channels.door import Channel
from bot.simulator import AiBot, App, Conversation, Limits, Timing, WeCom
from bot.store.tables import connections, outbox
from bot.wecom.socket import Pace
from tests.longline.station import PACE
from tests.scenarios.town import stores_of
from tests.waiting import until

DOOR = "aibot:小助手"
GROUP = "wrNeice1"
SECRET = "QunbanSocketSecret"
# WeCom takes no more than some subscriptions a minute; tests have no time for that.
LIMITS = Limits(subscriptions_per_minute=10_000)
CONFIG = """
[server]
listen = "127.0.0.1:{port}"
[wecom]
corp_id = "{corp}"
api = "{api}"
socket = "{socket}"
[[channels]]
kind = "app"
name = "助手"
agent_id = 1000002
secret = "env:APP_SECRET"
token = "env:TOKEN"
aes_key = "env:AES_KEY"
[[channels]]
kind = "aibot"
name = "小助手"
mode = "socket"
bot_id = "{bot}"
secret = "env:BOT_SECRET"
token = "env:TOKEN"
aes_key = "env:AES_KEY"
[[groups]]
name = "内测群"
id = "wrNeice1"
doors = ["aibot:小助手"]
[[people]]
name = "群管"
userid = "admin01"
roles = ["管理员", "售后组"]
[[teams]]
name = "售后组"
[desk]
send_delay = "0s"
[[replies]]
name = "暗号"
exact = "天王盖地虎"
reply = "宝塔镇河妖"
{more}
"""


@dataclass
class Harbour:
    """The simulated WeCom, and the bots at work; `channel` is the newest one's."""

    wecom: WeCom
    app: App
    robot: AiBot
    config: Path
    environ: dict[str, str]
    port: int = 0
    pace: Pace = PACE
    channels: list[AibotSocketChannel] = field(default_factory=list)

    @property
    def home(self) -> Path:
        """The folder of the bot."""
        return self.config.parent

    @property
    def server(self) -> Path:
        """The folder of its private server."""
        return self.home / "data" / "redis"

    @property
    def address(self) -> str:
        """Where a bot listens that is a process of its own."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def room(self) -> Conversation:
        """The group, as the simulator names it."""
        return Conversation(self.robot.id, "group", GROUP)

    def chat(self, member: str) -> Conversation:
        """A member's chat with the AI bot."""
        return Conversation(self.robot.id, "direct", member)

    def url(self, bot: Running) -> str:
        """Where the AI bot's callbacks would go."""
        host, port = bot.address
        return f"http://{host}:{port}/cb/aibot"

    @asynccontextmanager
    async def bot(self, **wiring: Any) -> AsyncIterator[Running]:
        """One process of the bot, as far as it can be one here."""

        def paced(channel: Channel) -> Channel:
            if isinstance(channel, AibotSocketChannel):
                channel.socket.pace = self.pace
                self.channels.append(channel)
            return channel

        async with running(self.config, Wiring(environ=self.environ, around_channel=paced, **wiring)) as bot:
            host, port = bot.address
            self.wecom.connect(self.app, f"http://{host}:{port}/cb/app")
            yield bot

    async def says(self, to: Conversation, count: int = 1) -> Sequence[str]:
        """The first texts that people see somewhere."""
        await self.wecom.journal.wait_for(lambda journal: len(journal.texts(to)) >= count, 60)
        return self.wecom.journal.texts(to)

    async def connected(self) -> None:
        """Wait for the bot to be subscribed."""
        await until(lambda: self.wecom.sockets.is_connected(self.robot))

    async def ask(self, member: str = "li.na", text: str = "天王盖地虎") -> str:
        """What a member hears who says something in their own chat."""
        await self.connected()
        before = len(self.wecom.journal.texts(self.chat(member)))
        await self.wecom.direct(self.robot, member, text)
        return (await self.says(self.chat(member), before + 1))[-1]


async def is_settled(bot: Running) -> bool:
    """Whether nothing waits to be sent."""
    unsettled = "ready", "waiting", "sending", "handed"
    waiting = await bot.database.read(sa.select(outbox.c.seq).where(outbox.c.state.in_(unsettled)).limit(1))
    return not waiting


async def connection(bot: Running) -> sa.Row[Any]:
    """What is kept of the bot's long connection."""
    (row,) = await bot.database.read(sa.select(connections).where(connections.c.door == DOOR))
    return row


@asynccontextmanager
async def harbour(
    folder: Path, *, more: str = "", timing: Timing | None = None, port: int = 0
) -> AsyncIterator[Harbour]:
    """Everybody but the bot."""
    async with WeCom(seed=1, timing=timing or Timing(), limits=LIMITS) as wecom:
        app = wecom.add_app("助手", 1000002, secret="QunbanTestSecret")
        robot = wecom.add_bot("小助手", secret=SECRET)
        for member, name in (("li.na", "李娜"), ("wang.wu", "王五"), ("admin01", "群管")):
            wecom.add_member(member, name)
        wecom.add_group(GROUP, "内测群", members=["li.na", "wang.wu", "admin01"], bots=[robot])
        config = folder / "config.toml"
        known: dict[str, object] = {
            "port": port,
            "corp": wecom.corp_id,
            "api": wecom.url,
            "socket": wecom.socket_url,
            "bot": robot.bot_id,
        }
        config.write_text(CONFIG.format(**known, more=more + stores_of(folder)), "utf-8")
        environ = {"APP_SECRET": app.secret, "TOKEN": app.token, "AES_KEY": app.aes_key, "BOT_SECRET": SECRET}
        yield Harbour(wecom, app, robot, config, environ, port)
