"""A visit to a set-up: what the steps need, ready to use."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout
from redis.asyncio import Redis

from bot.channels import by_path
from bot.channels.settings import CHANNELS, WECOM
from bot.cli.doctor.listener import Listener, listen
from bot.cli.doctor.request import Surface, surface_of
from bot.cli.doctor.setup import Setup
from bot.settings import SERVER
from bot.store.redis import connect
from bot.store.settings import STORE
from bot.types.declarations import Section
from bot.types.fields import Listening
from bot.types.ports import Clock
from bot.wecom.transport import Patience, Transport

# Who the people are belongs to the directory's own section; only their userids are read here.
PEOPLE: Section[tuple[Any, ...]] = Section("people", tuple, tuple)
GLANCE = ClientTimeout(total=3.0)
WILDCARDS = frozenset(("0.0.0.0", "::", "*"))


@dataclass(frozen=True, slots=True)
class Health:
    """What answers where the bot should listen: nobody, the bot, or something else."""

    somebody: bool
    is_bot: bool
    wrong: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """`listener` is ours while no bot runs; `base` is where callbacks are heard on this machine.

    `surfaces` are the doors that are called back, those with usable keys; `redis` is there when several processes may
    share it.
    """

    setup: Setup
    surfaces: Sequence[Surface]
    session: ClientSession
    transport: Transport
    clock: Clock
    health: Health
    listener: Listener | None
    base: str
    redis: Redis | None

    @property
    def corp(self) -> str:
        """The corp id."""
        return self.setup.config[WECOM].corp_id

    @property
    def api(self) -> str:
        """WeCom's API."""
        return self.setup.config[WECOM].api

    @property
    def data(self) -> Path:
        """The folder of the stores."""
        return self.setup.config.base / self.setup.config[STORE].data

    @property
    def public(self) -> str:
        """What the bot is reached by from outside; empty when the configuration does not say."""
        return self.setup.config[SERVER].public_url or ""

    @property
    def people(self) -> Sequence[str]:
        """The userids that the configuration names."""
        return [person.userid for person in self.setup.config[PEOPLE]]

    @property
    def sound(self) -> Sequence[Any]:
        """The doors with usable keys."""
        return sound(self.setup)


def sound(setup: Setup) -> Sequence[Any]:
    """The doors with usable keys."""
    doors: tuple[Any, ...] = setup.config[CHANNELS]
    return tuple(doors)


def surfaces_of(setup: Setup) -> Sequence[Surface]:
    """The doors that are called back, those with usable keys."""
    return [surface_of(door, setup.config[WECOM].corp_id) for door in sound(setup) if is_called_back(door)]


def is_called_back(door: Any) -> bool:
    """Whether WeCom calls a URL of this door's."""
    return hasattr(door, "token") and getattr(door, "mode", "url") == "url"


@asynccontextmanager
async def visiting(setup: Setup, clock: Clock) -> AsyncIterator[Visit]:
    """Look who listens, and listen in the bot's place when nobody does."""
    listening, surfaces = setup.config[SERVER].listen, surfaces_of(setup)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(ClientSession())
        health = await _health(session, local(listening))
        listener = None
        if not health.somebody:
            here = listen(by_path(surfaces), listening.host, listening.port)
            listener = await stack.enter_async_context(here)
        base = local(Listening(listening.host, listener.address[1] if listener else listening.port))
        transport = Transport(session, patience=Patience(connect=5.0, answer=10.0))
        redis = _redis(setup)
        if redis is not None:
            stack.push_async_callback(redis.aclose)
        yield Visit(setup, surfaces, session, transport, clock, health, listener, base, redis)


def _redis(setup: Setup) -> Redis | None:
    """What processes elsewhere share with this one; None when there can be none."""
    store = setup.config[STORE]
    if not store.redis.is_set or store.is_embedded:
        return None
    return connect(store.redis_url(), patience=3.0)


def local(listening: Listening) -> str:
    """The address of this machine's own port."""
    host = "127.0.0.1" if listening.host in WILDCARDS else listening.host
    return f"http://[{host}]:{listening.port}" if ":" in host else f"http://{host}:{listening.port}"


async def _health(session: ClientSession, base: str) -> Health:
    if base.endswith(":0"):
        return Health(False, False)
    try:
        async with session.get(f"{base}/healthz", timeout=GLANCE) as response:
            said = await response.json(content_type=None)
    except (ClientError, TimeoutError, OSError) as error:
        return Health(not isinstance(error, ClientConnectorError), False)
    except ValueError:
        return Health(True, False)
    is_bot = isinstance(said, dict) and "wrong" in said
    return Health(True, is_bot, tuple(map(str, said["wrong"])) if is_bot else ())
