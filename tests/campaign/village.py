"""A simulated company with a campaign: members of different diligence, a manager, and time that can be moved."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from random import Random

import sqlalchemy as sa

from bot.app import Running, Wiring, running
from bot.simulator import AiBot, App, Conversation, Disorder, Record, Timing, WeCom
from handlers.points.members import members as keys
from handlers.points.tables import balances
from tests.campaign.judge import MANAGER, ZONE, Rules
from tests.longline.harbour import is_settled
from tests.tide import Tide, UnixTide
from tests.waiting import until

NAME, GROUP = "早读打卡", "wrZaodu1"
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩", "安宁"
BOOKS = ("论语", "诗经", "庄子", "史记", "红楼梦", "围城", "边城", "呐喊", "活着", "平凡的世界")
# WeCom waits as long as a busy machine needs.
TIMING = replace(Timing().scaled(0.1), answer_within=20.0, gap=0.02)
DISORDER = Disorder(duplicate_rate=0.15, duplicate_within=0.2)
CONFIG = """
[server]
listen = "127.0.0.1:0"
[store]
data = "data"
[wecom]
corp_id = "{corp}"
api = "{api}"
[understand]
model = "none"
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
token = "env:TOKEN"
aes_key = "env:AES_KEY"
[[channels]]
kind = "webhook"
name = "推送"
key = "env:PUSH_KEY"
[[groups]]
name = "读书群"
id = "wrZaodu1"
doors = ["aibot:小助手", "webhook:推送"]
[[people]]
name = "群管"
userid = "admin01"
roles = ["管理员"]
{people}
[points]
[[campaigns]]
name = "{name}"
from = {rules.first}
until = {last}
hours = "{rules.opens:%H:%M}-{rules.closes:%H:%M}"
proof = "文字"
min_length = {rules.least}
groups = ["读书群"]
roles = ["学员"]
remind = "{rules.remind:%H:%M}"
report = "21:50"
points = {rules.points}
streak = {{ 3 = 10, 7 = 20, 14 = 50 }}
finish_days = {rules.finish}
finish_points = {rules.reward}
cards = {rules.cards}
card_cost = {rules.cost}
makeup_within = "{rules.within}d"
community = "沐屿读书会"
"""


@dataclass
class Village:
    """The company; `bot` is at work between `open` and `close`."""

    wecom: WeCom
    app: App
    robot: AiBot
    tide: Tide
    rules: Rules
    members: Mapping[str, str]
    config: Path
    environ: Mapping[str, str]
    chance: Random
    bot: Running | None = None
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def open(self) -> None:
        """The bot starts."""
        self._stack = AsyncExitStack()
        wiring = Wiring(environ=dict(self.environ), clock=self.tide)
        self.bot = await self._stack.enter_async_context(running(self.config, wiring))
        host, port = self.bot.address
        self.wecom.connect(self.app, f"http://{host}:{port}/cb/app")
        self.wecom.connect(self.robot, f"http://{host}:{port}/cb/aibot")

    async def close(self) -> None:
        """The bot stops."""
        await self._stack.aclose()
        self.bot = None

    def now(self) -> datetime:
        return self.tide.now().astimezone(ZONE)

    async def at(self, day: date, clock: time, *, awake: bool = True) -> None:
        """Time passes until then; what is due meanwhile happens."""
        moment = datetime.combine(day, clock, ZONE)
        self.tide.advance((moment - self.tide.now()).total_seconds() + 1)
        if awake:
            await self.due()

    async def due(self) -> None:
        """What is due by now happens, and whoever is to hear of it does."""
        assert self.bot is not None
        await self.bot.jobs.turn()
        await self.quiet()

    async def quiet(self) -> None:
        """Everything that was heard is decided, and everything that was decided is sent."""
        bot = self.bot
        assert bot is not None
        await self.wecom.settle(60)

        async def is_quiet() -> bool:
            return await bot.news._inbox.depth() == 0 and await is_settled(bot)

        await until(is_quiet, 60)

    async def say(self, who: str, text: str) -> None:
        """A member says something where they usually speak, and has an answer."""
        number = int(who[-2:])
        if number % 3:
            posted = await self.wecom.mention(self.robot, GROUP, who, text)
        else:
            posted = await self.wecom.say(self.app, who, text)
        await posted.delivered()

    async def manage(self, text: str) -> None:
        """The manager says something to the app."""
        await (await self.wecom.say(self.app, MANAGER, text)).delivered()
        await self.quiet()

    def chat(self, who: str) -> Conversation:
        return Conversation(self.app.id, "direct", who)

    def seen(self, who: str) -> Sequence[Record]:
        """What somebody saw in their chat with the app."""
        return self.wecom.journal.seen(self.chat(who))

    def pushed(self) -> Sequence[str]:
        """What the group was told unasked."""
        return [record.text for record in self.wecom.journal.seen() if record.via == "webhook"]

    async def balances(self) -> Mapping[str, int]:
        """The points of each member, by the bot's own book."""
        assert self.bot is not None
        same = keys.c.member_key == balances.c.member_key
        query = sa.select(keys.c.id, balances.c.balance).join_from(keys, balances, same)
        return {row.id: row.balance for row in await self.bot.database.read(query)}


@asynccontextmanager
async def village(folder: Path, rules: Rules, count: int, seed: int) -> AsyncIterator[Village]:
    """Everybody but the bot."""
    tide = Tide(folder / "tide")
    begins = datetime.combine(rules.first, time(4), ZONE)
    tide.advance((begins - tide.now()).total_seconds())
    names = {f"m{at:02}": f"{SURNAMES[at % 15]}{GIVEN[at // 15]}" for at in range(count)}
    async with WeCom(seed=seed, timing=TIMING, clock=UnixTide(tide)) as wecom:
        wecom.disorder = DISORDER
        app, robot = wecom.add_app("助手", 1000002, secret="AppSecret"), wecom.add_bot("小助手")
        for userid, name in {**names, MANAGER: "群管"}.items():
            wecom.add_member(userid, name)
        wecom.add_group(GROUP, "读书群", members=[*names, MANAGER], bots=[robot])
        push = wecom.add_webhook(GROUP)
        config = folder / "config.toml"
        people = "\n".join(
            f'[[people]]\nname = "{name}"\nuserid = "{userid}"\nroles = ["学员"]' for userid, name in names.items()
        )
        config.write_text(
            CONFIG.format(
                corp=wecom.corp_id, api=wecom.url, people=people, rules=rules, last=rules.days[-1], name=NAME
            ),
            "utf-8",
        )
        environ = {
            "APP_SECRET": app.secret, "TOKEN": app.token, "AES_KEY": app.aes_key, "PUSH_KEY": push.key,
        }  # fmt: skip
        made = Village(wecom, app, robot, tide, rules, names, config, environ, Random(seed))
        await made.open()
        try:
            yield made
        finally:
            if made.bot is not None:
                await made.close()
