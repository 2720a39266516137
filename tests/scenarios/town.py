"""A small company in a simulated WeCom, and the bot at work in it, over HTTP."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.app import Running, Wiring, running
from bot.simulator import AiBot, App, Conversation, Timing, WeCom

SECRETS = ("WECOM_APP_SECRET", "WECOM_APP_TOKEN", "WECOM_APP_AES_KEY", "WECOM_BOT_TOKEN", "WECOM_BOT_AES_KEY")
GROUP = "wrNeice1"
# WeCom is quick, but does not lose patience with a bot on a busy machine.
SWIFT = replace(Timing().scaled(0.2), answer_within=Timing().answer_within, verify_within=Timing().answer_within)
CONFIG = """
[server]
listen = "{listen}"
[wecom]
corp_id = "{corp}"
api = "{api}"
[bot]
patience = "{patience}"
[[channels]]
kind = "app"
name = "助手"
agent_id = 1000002
secret = "env:WECOM_APP_SECRET"
token = "env:WECOM_APP_TOKEN"
aes_key = "env:WECOM_APP_AES_KEY"
[[channels]]
kind = "aibot"
name = "小助手"
token = "env:WECOM_BOT_TOKEN"
aes_key = "env:WECOM_BOT_AES_KEY"
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


@dataclass(frozen=True, slots=True)
class Town:
    """The simulated WeCom, the bot and the file that a manager would edit."""

    wecom: WeCom
    bot: Running
    app: App
    robot: AiBot
    config: Path

    @property
    def url(self) -> str:
        """Where the bot listens."""
        host, port = self.bot.address
        return f"http://{host}:{port}"

    @property
    def room(self) -> Conversation:
        """The group, as the simulator names it."""
        return Conversation(self.robot.id, "group", GROUP)

    def chat(self, member: str) -> Conversation:
        """A member's chat with the app."""
        return Conversation(self.app.id, "direct", member)


def stores_of(folder: Path) -> str:
    """The `[store]` section that lies in a folder; its own stores when there is none."""
    section = folder / "store.toml"
    return section.read_text("utf-8") if section.exists() else ""


@asynccontextmanager
async def town(
    folder: Path,
    *,
    more: str = "",
    patience: str = "3s",
    listen: str = "127.0.0.1:0",
    timing: Timing | None = None,
    wiring: Mapping[str, object] = {},
) -> AsyncIterator[Town]:
    """Everybody at work, on the stores that `folder` names.

    `more` is added to the configuration; `wiring` to the bot's.
    """
    async with WeCom(seed=1, timing=timing or SWIFT) as wecom:
        app = wecom.add_app("助手", 1000002, secret="QunbanTestSecret")
        robot = wecom.add_bot("小助手")
        for member, name in (("li.na", "李娜"), ("wang.wu", "王五"), ("admin01", "群管")):
            wecom.add_member(member, name)
        wecom.add_group(GROUP, "内测群", members=["li.na", "wang.wu", "admin01"], bots=[robot])
        config = folder / "config.toml"
        settings = {"corp": wecom.corp_id, "api": wecom.url, "patience": patience, "listen": listen}
        config.write_text(CONFIG.format(**settings, more=more + stores_of(folder)), "utf-8")
        values = (app.secret, app.token, app.aes_key, robot.token, robot.aes_key)
        environ = dict(zip(SECRETS, values, strict=True))
        async with running(config, Wiring(environ=environ, **wiring)) as bot:  # type: ignore[arg-type]
            built = Town(wecom, bot, app, robot, config)
            wecom.connect(app, f"{built.url}/cb/app")
            wecom.connect(robot, f"{built.url}/cb/aibot")
            yield built
