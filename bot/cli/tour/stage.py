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
from bot.store.tables import events, timers
from bot.types.fields import Listening

Card = Mapping[str, Any]
STRANGER = Member("demo.guest", "访客")
WITHIN, QUIET, LOOK = 30.0, 0.4, 0.05
# The timer of what staff wrote and may still take back.
HELD = "unsent.due"
WEEK = "一二三四五六日"


def anything(_: Record) -> bool:
    """Whatever comes."""
    return True


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
        return self.desk_of(self.staff.userid)

    def desk_of(self, userid: str) -> Conversation:
        """Somebody's chat with the app."""
        return Conversation(self.app.id, "direct", userid.lower())

    @property
    def now(self) -> datetime:
        """The moment in the simulated company."""
        return SameTime(self.clock).now()

    async def ask(self, text: str, copies: int = 0) -> Posted:
        """The guest asks the bot in the group; WeCom delivers it so many more times at once."""
        return await self.wecom.mention(self.robot, self.group.id, self.guest.userid, text, copies=copies)

    def seen(self, place: Conversation, after: int = -1) -> list[Record]:
        """What people have seen in a place since a record, finished and with something in it."""
        shown = self.wecom.journal.seen(place)
        return [one for one in shown if one.number > after and one.finished and (one.text or one.card)]

    async def heard(self, place: Conversation, after: int, wanted: Callable[[Record], bool] = anything) -> list[Record]:
        """The same, once something wanted is among it and nothing more comes; what there is when the time is up."""
        await self._wait(lambda: any(map(wanted, self.seen(place, after))), WITHIN)
        return await self._quiet(lambda: self.seen(place, after))

    async def soon(self, place: Conversation, after: int, wanted: Callable[[Record], bool]) -> list[Record]:
        """The same where the bot holds back for some seconds what staff wrote: they pass at once."""

        def is_there() -> bool:
            return any(map(wanted, self.seen(place, after)))

        for _ in range(round(WITHIN / QUIET)):
            if await self._wait(is_there, QUIET):
                break
            await self._skip()
        return await self._quiet(lambda: self.seen(place, after))

    async def _skip(self) -> None:
        held = sa.select(sa.func.min(timers.c.due)).where(timers.c.name == HELD)
        due = (await self.bot.database.read(held))[0][0]
        self.clock.advance(max((due - self.now).total_seconds(), 0.0) if due else 0.0)

    async def cards(self, after: int, within: float = WITHIN, but: Conversation | None = None) -> list[Record]:
        """The cards that people got in their chats with the app since a record, once there are some; but in one."""

        def shown() -> list[Record]:
            there = (one for one in self.wecom.journal.seen() if one.conversation.door == self.app.id)
            return [one for one in there if one.number >= after and one.card and one.conversation != but]

        await self._wait(lambda: bool(shown()), within)
        return await self._quiet(shown)

    async def face(self, card: Record, userid: str, wanted: Callable[[Card], bool]) -> Card:
        """A card as somebody sees it, once it is as wanted; as it is when the time is up."""

        def shown() -> Card:
            return self.wecom.journal.at(card.number).card_for(userid) or {}

        await self._wait(lambda: wanted(shown()), WITHIN)
        return shown()

    async def _quiet(self, look: Callable[[], list[Record]]) -> list[Record]:
        """What there is, when nothing more comes."""
        shown = look()
        while shown and await self._more(look, len(shown)):
            shown = look()
        return shown

    async def _more(self, look: Callable[[], list[Record]], known: int) -> bool:
        return await self._wait(lambda: len(look()) > known, QUIET)

    async def _wait(self, is_so: Callable[[], bool], within: float) -> bool:
        with suppress(TimeoutError):
            await self.wecom.journal.wait_for(lambda _: is_so(), within)
        return is_so()

    async def trace(self, text: str) -> sa.Row[Any] | None:
        """The stored record of the newest message with these words."""
        newest = sa.select(events).where(events.c.text == text).order_by(events.c.received_at.desc()).limit(1)
        return next(iter(await self.bot.database.read(newest)), None)

    @property
    def zone(self) -> ZoneInfo:
        """The timezone of the people."""
        zone: ZoneInfo = self.bot.config.values["bot"].timezone
        return zone

    def name(self, native: str) -> str:
        """The name of a member or customer, as a conversation names them."""
        directory, id = self.wecom.directory, native.rpartition("/")[2]
        found = directory.find(id) or directory.customer(id)
        return found.name if found else id

    def speaker(self, record: Record) -> str:
        """Who speaks for the bot where somebody saw something."""
        return self.robot.name if record.conversation == self.room else record.door.partition(":")[2]

    def spoken(self, moment: datetime) -> str:
        """A moment as people say it."""
        local = moment.astimezone(self.zone)
        return f"周{WEEK[local.weekday()]} {local:%H:%M}"


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
        # WeCom is quick, but does not lose patience with a bot on a busy machine.
        timing = replace(
            Timing().scaled(0.2), answer_within=Timing().answer_within, verify_within=Timing().verify_within
        )
        async with WeCom(clock=clock, seed=seed, timing=timing) as wecom:
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
