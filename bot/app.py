"""The composition root: the only file that knows every part.

`serve` is the bot; `rehearsals` ask it questions without running it; `records` opens what it has written.
"""

import asyncio
import logging
import os
import secrets
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import ClientSession

from bot.brain import Brain
from bot.budget import Budgets
from bot.calm import calmly, settle
from bot.changing import change as change
from bot.channels import build as build_channels
from bot.channels import by_path
from bot.channels import inspect as inspect_channels
from bot.channels.declared import facts
from bot.channels.door import Channel, Fetching, Hearing
from bot.channels.fitting import fitted, joined
from bot.channels.identity import stream_of
from bot.channels.sends import capabilities_of, sends_of
from bot.channels.settings import CHANNELS, WECOM
from bot.clock import SystemClock
from bot.config import Config, ConfigError, load, load_part
from bot.config.reload import watch
from bot.config.values import of_kind
from bot.duetimes import DueTimes
from bot.engine import Committed, Engine
from bot.fetches import Fetches
from bot.hearing import Hearings
from bot.hints import Hints
from bot.inbox import Inbox
from bot.lanes import Lanes
from bot.leases import Leases, post_of
from bot.life import Life
from bot.logs import LOG, set_up
from bot.logs import inspect as inspect_log
from bot.metrics import Metrics
from bot.moving import move
from bot.news import RESTART, News
from bot.outbox import Writer
from bot.passive import Passive
from bot.rehearsal import Rehearsals
from bot.retention import JOB, Retention
from bot.server import Server
from bot.settings import BOT, SERVER
from bot.status import CoreStatus
from bot.store.attachments import Folder
from bot.store.database import Database
from bot.store.received import Both, Received
from bot.store.schema import combine
from bot.store.settings import MEDIA, STORE
from bot.store.tables import SPINE, received
from bot.stores import Stores, open_stores, partition_count
from bot.timers import Timers
from bot.types.attachments import Attachments, Unkept
from bot.types.declarations import Command, Declared, Due, Handler, Section
from bot.types.events import Conversation, Rated
from bot.types.ports import Clock, Machine, Report, Services, Shelf
from bot.types.secret import Secret
from bot.types.workplace import Workplace
from bot.wecom.outside import outside_session
from handlers.broadcast.ahead import Ahead
from handlers.dialogue import dialogue
from handlers.directory import ADMIN, GROUPS, Roster
from handlers.drawing.settings import typeface_told as typeface_told
from handlers.feedback import ratings_of
from handlers.order import CAPABILITIES, ORDER
from handlers.screen import SCREENING, screen_of
from handlers.serving import HEADS, lacks, places
from handlers.understand.certainty import certainty_of
from handlers.understand.model import Standing, machine_of, standing
from nlp.encode.progress import silent
from scheduler.calendar import WorkCalendar as WorkCalendar
from scheduler.inspection import Holidays
from scheduler.inspection import holidays_told as holidays_told
from scheduler.jobs import Job, Jobs
from scheduler.reminding import Reminder, weekly
from scheduler.schedule import SCHEDULE, scheduled

log = logging.getLogger(__name__)
thumbs = ratings_of

SECTIONS: Sequence[Section[Any]] = (
    *(BOT, SERVER, LOG, STORE, MEDIA, WECOM, CHANNELS, SCHEDULE),
    *(section for capability in CAPABILITIES for section in capability.sections),
)
DECLARED: Sequence[Declared] = (*SPINE, *(table for capability in CAPABILITIES for table in capability.tables))
INSPECTORS = (
    *(inspect_channels, inspect_log, Holidays(SystemClock()).inspect, Ahead(SystemClock(), WorkCalendar).inspect),
    *(one.inspect for one in CAPABILITIES),
)


def _same(part: Any) -> Any:
    return part


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What the bot takes from its surroundings. Each `around_…` may put something around a part as it is built.

    `adjust` may change a checked configuration before it is used: the demo lives in a world of its own.
    `lease`: seconds after which a process that does not answer for its partitions loses them.
    """

    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    clock: Clock = field(default_factory=SystemClock)
    session: Callable[[], ClientSession] = ClientSession
    around_database: Callable[[Database], Database] = _same
    around_inbox: Callable[[Inbox], Inbox] = _same
    around_channel: Callable[[Channel], Channel] = _same
    adjust: Callable[[Config], Config] = _same
    lease: float = 10.0
    machine: Machine = field(default_factory=lambda: machine_of(os.environ))


@dataclass(slots=True)
class Running:
    """A bot at work: where it listens, and its present brain."""

    config: Config
    metrics: Metrics
    database: Database
    news: News
    address: tuple[str, int] = ("", 0)
    brain: Brain = field(init=False)
    jobs: Jobs = field(init=False)


def load_config(
    path: Path | str, environ: Mapping[str, str], need_secrets: bool = False, shelf: Shelf | None = None
) -> Config:
    """The checked configuration; ConfigError with all its problems. `shelf` keeps what the next one need not read."""
    return load(Path(path), SECTIONS, INSPECTORS, environ=environ, need_secrets=need_secrets, shelf=shelf)


def commands(here: Workplace) -> Sequence[Command]:
    """What capabilities bring to the command line."""
    return [command for one in CAPABILITIES for command in (*one.commands, *one.tools(here))]


def what_works(config: Config) -> tuple[Sequence[Sequence[str]], Sequence[str]]:
    """What works where, as rows of a table; then why the rest does not, and what the doors carry."""
    rows = [place.row for place in places(config)]
    carried = [f"{door.kind}:{door.name} {facts(door.capabilities)}" for door in config[CHANNELS]]
    return ([HEADS, *rows] if rows else []), [*lacks(config), *carried]


def told_apart(config: Config) -> str:
    """How well the FAQ tells questions that it answers from others, as a line; empty without a FAQ. Takes a second."""
    return certainty_of(config)


def build_brain(config: Config, shelf: Shelf, attachments: Attachments) -> Brain:
    """What the bot knows and does under a configuration. Slow (dictionary, index): keep it off the event loop.

    `shelf` keeps from one build to the next what is dear and has not changed.
    """
    directory, calendar = Roster.of(config), WorkCalendar(config[BOT].timezone)
    desk = next((f"app:{channel.name}" for channel in config[CHANNELS] if channel.kind == "app"), "")
    status = CoreStatus(version("qunban"), config.hash, SystemClock().now(), lambda now: holidays_told(config, now))
    doors = config[CHANNELS]
    services = Services(
        directory, calendar, desk, config[BOT].stale_after, shelf, attachments, sends_of(doors), status,
        Budgets(capabilities_of(doors)),
    )  # fmt: skip
    built = [handler for capability in CAPABILITIES for handler in capability.build(config, services)]
    built += [dialogue(built), Retention(kept_by(config)), Reminder(status.notice, directory, desk, ADMIN)]
    return Brain(
        handlers=ordered(built),
        directory=directory,
        screen=screen_of(config[SCREENING], shelf, calendar.timezone),
        instead=config[SCREENING].instead,
        hash=config.hash,
        stale_after=config[BOT].stale_after,
        together=config[BOT].together,
    )


def kept_by(config: Config) -> Sequence[Declared]:
    """The tables with their retention; how long what people send is kept is the manager's choice."""
    keep = config[MEDIA].keep
    return [replace(one, keep=keep) if one.table is received else one for one in DECLARED]


def ordered(handlers: Sequence[Handler]) -> Sequence[Handler]:
    """Handlers in the order of `handlers.order.ORDER`; KeyError for one that has no place there."""
    place = {name: at for at, name in enumerate(ORDER)}
    return sorted(handlers, key=lambda handler: place[handler.name])


async def run(path: Path | str, wiring: Wiring | None = None, verbose: bool = False) -> int:
    """Run the bot until SIGTERM or SIGINT, then finish what is in hand within 10 seconds; the exit status."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(path, _logging(wiring or Wiring(), verbose)) as bot:
        log.warning("已经在 %s:%d 听着，配置 %s", *bot.address, bot.config.hash)
        await stop.wait()
        log.warning("收到停止信号，做完手上的就停")
    return 0


def _logging(wiring: Wiring, verbose: bool) -> Wiring:
    """The wiring that also lets the log follow the configuration."""

    def adjust(config: Config) -> Config:
        adjusted = wiring.adjust(config)
        secrets = [secret.reveal() for _, secret in of_kind(Secret, adjusted.values) if secret.is_set]
        more = {"level": "debug"} if verbose else {}
        set_up(adjusted[LOG].model_copy(update=more), secrets)
        return adjusted

    return replace(wiring, adjust=adjust)


@asynccontextmanager
async def running(path: Path | str, wiring: Wiring) -> AsyncIterator[Running]:
    """The bot, at work inside the block. Raises ConfigError, AlreadyRunning, StoreDown."""
    shelf = Shelf(wiring.machine)
    config = wiring.adjust(load_config(path, wiring.environ, need_secrets=True, shelf=shelf))
    settle()
    async with AsyncExitStack() as stack:
        stores = await open_stores(
            config[STORE], config.base / config[STORE].data, stack, around=wiring.around_database, lease=wiring.lease
        )
        life, bot = await _assemble(config, stores, stack, wiring)
        async with asyncio.TaskGroup() as tasks:
            learning = tasks.create_task(asyncio.to_thread(calmly, build_brain, config, shelf, folder_of(config)))
            bot.address = await life.listen(tasks)
            bot.brain = await learning
            await life.work(tasks)
            await asyncio.to_thread(folder_of(config).sweep)
            reloading = tasks.create_task(_reload(Path(path), bot, wiring, shelf))
            try:
                yield bot
            finally:
                reloading.cancel()
                await life.end()


def model_of(config: Config) -> Standing:
    """How the model that understands is on this machine. Slow: it is loaded where it is there."""
    return standing(config, machine_of(os.environ))


def folder_of(config: Config) -> Folder:
    """Where the files are kept that replies carry."""
    return Folder(config.base / config[STORE].data / "attachments")


def received_of(config: Config) -> Received:
    """Where the files are kept that people sent."""
    return Received(config.base / config[STORE].data / "received")


async def _assemble(config: Config, stores: Stores, stack: AsyncExitStack, wiring: Wiring) -> tuple[Life, Running]:
    metrics, database, clock = Metrics(), stores.database, wiring.clock
    partitions = await partition_count(database)
    inbox = wiring.around_inbox(Inbox(stores.redis, stores.reader, partitions))
    session = await stack.enter_async_context(wiring.session())
    outside = await stack.enter_async_context(outside_session())
    built = build_channels(config, session, stores.redis, clock, Both(folder_of(config), received_of(config)), outside)
    channels = [wiring.around_channel(channel) for channel in built]
    owner = f"{os.getpid()}-{secrets.token_hex(4)}"
    posts = {channel.door: post_of(channel.door) for channel in channels if channel.capabilities.posted}
    await move(database, partitions, posts)
    leases = Leases(
        stores.redis, database, owner, partitions, posts=posts.values(), seconds=wiring.lease, alone=stores.alone
    )
    passive = Passive(database, clock, config[BOT].patience.total_seconds())
    hints = Hints(stores.redis)
    bot = Running(config, metrics, database, News(inbox, clock, config))
    lanes = Lanes(
        database=database, leases=leases, inbox=inbox, channels={channel.door: channel for channel in channels},
        clock=clock, tally=metrics, brain=lambda: bot.brain, join=joined,
    )  # fmt: skip
    fetching = {channel.door: channel for channel in channels if isinstance(channel, Fetching)}
    fetches = Fetches(
        database=database, leases=leases, channels=fetching, folder=received_of(config), clock=clock,
        partitions=partitions, tally=metrics, limits=lambda: bot.config[MEDIA], fetched=lanes.hint,
    )  # fmt: skip
    hearings = Hearings(
        channels=[channel for channel in channels if isinstance(channel, Hearing)], inbox=inbox, leases=leases,
        database=database, clock=clock, tally=metrics, tell=bot.news.alarm, is_idle=lanes.is_idle,
    )  # fmt: skip

    async def after(committed: Committed) -> None:
        await passive.decided(committed.event.id, committed.ready)
        lanes.hint()
        fetches.hint()
        metrics.heard(committed.event)
        if isinstance(committed.event, Rated):
            metrics.rated(committed.event.conversation.door, committed.event.verdict)
        if committed.event.route.passive and not stores.alone:
            await hints.tell(committed.event.id, committed.ready)

    engine = Engine(
        inbox=inbox, leases=leases, database=database, clock=clock, counts=metrics, brain=lambda: bot.brain,
        writer=Writer(partitions, {channel.door: channel.capabilities for channel in channels}, fitted),
        stream_of=lambda event: stream_of(event.id) if event.route.passive == "stream" else "", after=after,
    )  # fmt: skip
    timers = Timers(database=database, inbox=inbox, leases=leases, clock=clock)
    server = Server(inbox=inbox, passive=passive, database=database, leases=leases, clock=clock, metrics=metrics)
    bot.jobs = Jobs(jobs_of(config), DueTimes(database, inbox), clock)
    serving, listen = server.serving(by_path(channels)), config[SERVER].listen
    beside = [fetches.run] if stores.alone else [fetches.run, lambda: hints.hear(passive.decided, leases.look)]
    life = Life(engine, lanes, timers, leases, hearings, bot.jobs, serving, listen.host, listen.port, beside)
    return life, bot


def jobs_of(config: Config) -> Sequence[Job]:
    """What is due by the clock under a configuration."""
    zone = config[BOT].timezone
    nightly = Job.by_cron(JOB, "10 4 * * *", zone)
    wanted = [one for capability in CAPABILITIES for one in capability.due(config)]
    return nightly, weekly(zone), *(_job(one, zone) for one in wanted), *scheduled(config, zone)


def _job(due: Due, zone: ZoneInfo) -> Job:
    return Job.by_cron(due.name, due.cron, zone, grace=due.grace, misfire=due.misfire, conversation=due.conversation)


async def _reload(path: Path, bot: Running, wiring: Wiring, shelf: Shelf) -> None:
    """Swap the brain whenever the configuration changes and is right; a bad one changes nothing."""
    async for changed in watch(
        path,
        lambda: wiring.adjust(calmly(load_config, path, wiring.environ, need_secrets=True, shelf=shelf)),
        bot.config,
    ):
        if isinstance(changed, ConfigError):
            log.error("新配置有错，继续用原来的：\n%s", changed)
            await bot.news.refused(changed.errors)
            continue
        try:
            bot.brain = await asyncio.to_thread(calmly, build_brain, changed, shelf, folder_of(changed))
        except Exception:  # a fault of ours in building must not end the bot that runs
            log.exception("新配置用不上，继续用原来的")
            await bot.news.refused(["程序自己出了错，请把日志发给维护的人。"])
            continue
        fixed = [key for key in RESTART if changed.values.get(key) != bot.config.values.get(key)]
        bot.config = changed
        bot.jobs.plan(jobs_of(changed))
        log.warning("已换上新配置 %s", changed.hash)
        if fixed:
            log.warning("这几段要重启才生效：%s", "、".join(f"[{key}]" for key in fixed))
        await bot.news.taken(changed)


@asynccontextmanager
async def records(path: Path | str) -> AsyncIterator[tuple[Database, Config]]:
    """The stored records of a configuration, and what is needed of it; a bot may be running beside.

    The file may have been spoilt since: the bot runs on, and its records can be looked at.
    """
    config = load_part(path, (BOT, STORE, GROUPS), environ=os.environ)
    store = config[STORE]
    data = config.base / store.data
    database = await Database.open(store.sql_url(data))
    try:
        yield database, config
    finally:
        await database.close()


def rehearsals(
    path: Path | str, *, group: str = "", at: datetime | None = None, seed: int = 0, report: Report = silent
) -> Rehearsals:
    """What asks the bot of a configuration and keeps nothing; LookupError for a group that it does not name. Slow.

    It leaves no thread behind, so that processes may be forked that share it.
    """
    config = load_config(path, os.environ)
    place = _place(config, group)
    brain = calmly(build_brain, config, Shelf(machine_of(os.environ, patient=True, report=report)), Unkept())
    moment = at.replace(tzinfo=at.tzinfo or config[BOT].timezone) if at else None
    return Rehearsals(brain, combine(DECLARED), place, SystemClock(), str(seed), moment)


def _place(config: Config, group: str) -> Conversation:
    doors = [f"{channel.kind}:{channel.name}" for channel in config[CHANNELS]]
    if not group:
        return Conversation(doors[0] if doors else "app:助手", "direct", "somebody")
    named = next((entry for entry in config[GROUPS] if entry.name == group), None)
    if named is None:
        raise LookupError(f"配置里没有叫“{group}”的群")
    return Conversation(named.doors[0] if named.doors else "aibot:小助手", "group", named.id)
