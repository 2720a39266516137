"""The stage: a simulated company with the people and groups of the configuration, and the bot at work in it."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.app import Running, Wiring, load_config, running
from bot.cli.failure import Failure, explained
from bot.cli.tour.doors import app_of, at_home, build, connect, furnish, on_sockets, secrets, with_counter
from bot.config import Config
from bot.simulator import AiBot, App, Conversation, Door, Group, Member, Posted, Record, ShiftedClock, Timing, WeCom
from bot.store.tables import events
from bot.types.fields import Listening

STRANGER = Member("demo.guest", "访客")
WITHIN, QUIET, LOOK = 10.0, 0.4, 0.05


@dataclass(frozen=True, slots=True)
class Stage:
    """Who and what is there. `guest` asks, `staff` of `team` helps, `group` is where it happens."""

    wecom: WeCom
    bot: Running
    app: App
    robot: AiBot
    group: Group
    guest: Member
    staff: Member
    team: str
    clock: ShiftedClock

    @property
    def room(self) -> Conversation:
        """The group's conversation."""
        return Conversation(self.robot.id, "group", self.group.id)

    @property
    def desk(self) -> Conversation:
        """The staff member's chat with the app."""
        return Conversation(self.app.id, "direct", self.staff.key)

    async def ask(self, text: str, copies: int = 0) -> Posted:
        """The guest asks the bot in the group; WeCom delivers it so many more times at once."""
        return await self.wecom.mention(self.robot, self.group.id, self.guest.userid, text, copies=copies)

    def seen(self, place: Conversation, after: int = -1) -> list[Record]:
        """What people have seen in a place since a record, finished and with something in it."""
        shown = self.wecom.journal.seen(place)
        return [one for one in shown if one.number > after and one.finished and (one.text or one.card)]

    async def heard(self, place: Conversation, after: int) -> list[Record]:
        """The same, once there is something and nothing more comes; what there is when the time is up."""
        shown = await self._more(place, after, 0, WITHIN)
        while shown and len(more := await self._more(place, after, len(shown), QUIET)) > len(shown):
            shown = more
        return shown

    async def cards(self, after: int) -> list[Record]:
        """The cards that somebody got in a chat with the app since a record, once there is one."""

        def shown() -> list[Record]:
            seen = self.wecom.journal.seen()
            return [one for one in seen if one.number >= after and one.card and one.conversation.door == self.app.id]

        with suppress(TimeoutError):
            await self.wecom.journal.wait_for(lambda _: shown(), WITHIN)
        return shown()

    async def _more(self, place: Conversation, after: int, known: int, within: float) -> list[Record]:
        with suppress(TimeoutError):
            await self.wecom.journal.wait_for(lambda _: len(self.seen(place, after)) > known, within)
        return self.seen(place, after)

    async def trace(self, text: str) -> sa.Row[Any] | None:
        """The stored record of the newest message with these words."""
        newest = sa.select(events).where(events.c.text == text).order_by(events.c.received_at.desc()).limit(1)
        return next(iter(await self.bot.database.read(newest)), None)

    @property
    def zone(self) -> ZoneInfo:
        """The timezone of the people."""
        zone: ZoneInfo = self.bot.config.values["bot"].timezone
        return zone

    def name(self, userid: str) -> str:
        """A person's name."""
        return self.wecom.directory.member(userid).name


@dataclass(frozen=True, slots=True)
class SameTime:
    """The simulated company's time, for the bot in it."""

    clock: ShiftedClock

    def now(self) -> datetime:
        """The moment, aware."""
        return datetime.fromtimestamp(self.clock.now(), UTC)


@asynccontextmanager
async def staged(path: str, seed: int) -> AsyncIterator[Stage]:
    """The stage for a configuration; its data lies in a folder that goes away with it, its [store] is not touched."""
    with explained(), tempfile.TemporaryDirectory(prefix="qunban-demo-", ignore_cleanup_errors=True) as data:
        loaded = load_config(path, {})
        environ = secrets(loaded)
        config = with_counter(loaded, environ)
        clock = ShiftedClock()
        async with WeCom(clock=clock, seed=seed, timing=Timing().scaled(0.2)) as wecom:
            doors = build(config, wecom)
            _people(config, wecom, doors)
            adjust = _adjusted(wecom, Path(data), environ)
            wiring = Wiring(environ=environ, clock=SameTime(clock), adjust=adjust)
            async with running(path, wiring) as bot:
                connect(config, wecom, doors, "http://{}:{}/cb/".format(*bot.address))
                await _connected(wecom, on_sockets(config, doors))
                yield _cast(config, wecom, bot, doors, clock)


async def _connected(wecom: WeCom, bots: Sequence[AiBot]) -> None:
    """Wait for the long connections: what is said before would be lost."""
    for _ in range(round(WITHIN / LOOK)):
        if all(wecom.sockets.is_connected(bot) for bot in bots):
            return
        await asyncio.sleep(LOOK)
    raise Failure("演示里的长连接没有连上；原因见日志")


def _adjusted(wecom: WeCom, data: Path, environ: Mapping[str, str]) -> Callable[[Config], Config]:
    """The configuration with the simulated platform, a free port and stores of its own."""

    def adjust(config: Config) -> Config:
        values = dict(at_home(config, environ).values)
        platform = {"corp_id": wecom.corp_id, "api": wecom.url, "socket": wecom.socket_url}
        values["wecom"] = values["wecom"].model_copy(update=platform)
        values["server"] = values["server"].model_copy(update={"listen": Listening("127.0.0.1", 0)})
        values["store"] = type(values["store"])(data=str(data))
        return replace(config, values=values)

    return adjust


def _cast(config: Config, wecom: WeCom, bot: Running, doors: Mapping[str, Door], clock: ShiftedClock) -> Stage:
    """Who plays which part; whoever has no role is the guest."""
    guest = next((person.userid for person in config.values["people"] if not person.roles), STRANGER.userid)
    team, staff = _staff(config)
    place, robot = _place(config, doors)
    app = app_of(doors)
    if app is None:
        raise Failure('演示里的客服要用一个自建应用，请在 config.toml 的 [[channels]] 里留一个 kind = "app"')
    group, find = wecom.directory.group(place.id), wecom.directory.member
    assert group is not None
    return Stage(wecom, bot, app, robot, group, find(guest), find(staff), team, clock)


def _people(config: Config, wecom: WeCom, doors: Mapping[str, Door]) -> None:
    """Everybody, in all groups; who is in a team serves customers."""
    for person in (*config.values["people"], STRANGER):
        wecom.add_member(person.userid, person.name)
    teams = {team.name for team in config.values["teams"]}
    furnish(config, wecom, doors, [one.userid for one in config.values["people"] if teams & set(one.roles)])


def _staff(config: Config) -> tuple[str, str]:
    """The first team that has somebody, and the userid of the first one in it."""
    for team in config.values["teams"]:
        for person in config.values["people"]:
            if team.name in person.roles:
                return team.name, person.userid
    raise Failure("演示要用到一个有人的客服组，请看 config.toml 的 [[teams]] 和 [[people]] 的 roles")


def _place(config: Config, doors: Mapping[str, Door]) -> tuple[Any, AiBot]:
    """The first group that an AI bot is in, and that bot."""
    if found := next(_places(config, doors), None):
        return found
    raise Failure("演示要用到一个有智能机器人的群，请看 config.toml 的 [[groups]] doors")


def _places(config: Config, doors: Mapping[str, Door]) -> Iterator[tuple[Any, AiBot]]:
    """The groups that an AI bot is in, each with its first one."""
    for group in config.values["groups"]:
        robots = (robot for name in group.doors if isinstance(robot := doors.get(name), AiBot))
        if robot := next(robots, None):
            yield group, robot
