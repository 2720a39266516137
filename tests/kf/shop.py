"""A shop with 微信客服 in a simulated WeCom, and the bot that serves it, over HTTP."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bot.app import Running, Wiring, running
from bot.simulator import App, Conversation, Kf, KfAccount, Limits, Posted, Record, Timing, WeCom
from bot.store.tables import events, outbox
from tests.scenarios.town import stores_of

OPEN_KFID = "wkShop1"
STAFF = {"mei01": "小美", "ning01": "阿宁"}
CUSTOMERS = {"wmLin": "小林", "wmlin": "小琳", "wmZhou": "小周"}
ENVIRON = ("WECOM_APP_SECRET", "WECOM_APP_TOKEN", "WECOM_APP_AES_KEY", "KF_SECRET", "KF_TOKEN", "KF_AES_KEY")
NO_MORE: Mapping[str, object] = {}
CONFIG = """
[server]
listen = "127.0.0.1:{port}"
[wecom]
corp_id = "{corp}"
api = "{api}"
[[channels]]
kind = "app"
name = "助手"
agent_id = 1000002
secret = "env:WECOM_APP_SECRET"
token = "env:WECOM_APP_TOKEN"
aes_key = "env:WECOM_APP_AES_KEY"
[[channels]]
kind = "kf"
name = "客服"
open_kfid = "wkShop1"
handover = "{handover}"
secret = "env:KF_SECRET"
token = "env:KF_TOKEN"
aes_key = "env:KF_AES_KEY"
[[people]]
name = "小美"
userid = "mei01"
roles = ["售后组"]
[[people]]
name = "阿宁"
userid = "ning01"
roles = ["售后组"]
[[teams]]
name = "售后组"
[desk]
send_delay = "0s"
[[welcome]]
name = "进店"
doors = ["kf:客服"]
first = "欢迎光临，{{nickname}}"
[[replies]]
name = "暗号"
exact = "天王盖地虎"
reply = "宝塔镇河妖"
{more}
"""


@dataclass(frozen=True, slots=True)
class Shop:
    """The simulated WeCom and the bot; most customers are 小林."""

    wecom: WeCom
    app: App
    door: Kf
    account: KfAccount
    bot: Running
    config: Path

    def chat(self, customer: str = "wmLin") -> Conversation:
        """A customer's chat with the account."""
        return self.account.place(customer)

    def desk(self, member: str) -> Conversation:
        """A member's chat with the app."""
        return Conversation(self.app.id, "direct", member)

    async def say(self, text: str, customer: str = "wmLin") -> Posted:
        return await self.wecom.kf.say(self.account, customer, text)

    def seen(self, customer: str = "wmLin") -> Sequence[Record]:
        return self.wecom.journal.seen(self.chat(customer))

    def texts(self, customer: str = "wmLin") -> Sequence[str]:
        return [record.text for record in self.seen(customer)]

    async def sees(self, count: int, customer: str = "wmLin") -> Sequence[str]:
        """What a customer has seen, when it is so many."""
        await self.wecom.journal.wait_for(lambda _: len(self.texts(customer)) >= count, 60)
        return self.texts(customer)

    async def told(self, member: str, count: int) -> Sequence[str]:
        """What a member of the staff has seen in the app, when it is so many."""
        place = self.desk(member)
        await self.wecom.journal.wait_for(lambda journal: len(journal.texts(place)) >= count, 60)
        return self.wecom.journal.texts(place)

    async def rows(self, state: str) -> Sequence[sa.Row[tuple[str, str]]]:
        query = sa.select(outbox.c.id, outbox.c.error).where(outbox.c.state == state).order_by(outbox.c.seq)
        return await self.bot.database.read(query)

    async def events(self, topic: str) -> Sequence[sa.Row[tuple[str, str, str]]]:
        query = sa.select(events.c.text, events.c.outcome, events.c.reason).where(events.c.topic == topic)
        return await self.bot.database.read(query.order_by(events.c.decided_at))


def secrets(app: App, door: Kf) -> Mapping[str, str]:
    values = (app.secret, app.token, app.aes_key, door.secret, door.token, door.aes_key)
    return dict(zip(ENVIRON, values, strict=True))


def open_shop(wecom: WeCom) -> tuple[App, Kf, KfAccount]:
    """The doors, the people and the account."""
    app, door = wecom.add_app("助手", 1000002, secret="QunbanTestSecret"), wecom.add_kf("客服", secret="QunbanKfSecret")
    for userid, name in STAFF.items():
        wecom.add_member(userid, name)
    for customer, name in CUSTOMERS.items():
        wecom.add_customer(customer, name)
    return app, door, wecom.kf.open_account(door, OPEN_KFID, "客服中心", servicers=STAFF)


@asynccontextmanager
async def shop(
    folder: Path, *, handover: str = "relay", more: str = "", wiring: Mapping[str, object] = NO_MORE,
) -> AsyncIterator[Shop]:  # fmt: skip
    """Everybody at work, on stores of their own."""
    limits = Limits(kf_pulls_without_token=1000)
    async with WeCom(seed=1, timing=Timing().scaled(0.2), limits=limits) as wecom:
        app, door, account = open_shop(wecom)
        config = folder / "config.toml"
        written = CONFIG.format(
            port=0, corp=wecom.corp_id, api=wecom.url, handover=handover, more=more + stores_of(folder)
        )
        config.write_text(written, "utf-8")
        async with running(config, Wiring(environ=secrets(app, door), **wiring)) as bot:  # type: ignore[arg-type]
            host, port = bot.address
            wecom.connect(app, f"http://{host}:{port}/cb/app")
            wecom.connect(door, f"http://{host}:{port}/cb/kf")
            yield Shop(wecom, app, door, account, bot, config)
