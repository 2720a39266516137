"""WeCom: the simulated company, its API server, and everything that people can do in it."""

import random
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from aiohttp import ClientError, web

from bot.simulator.acts import AppActs, BotActs, Clicks
from bot.simulator.api import Api
from bot.simulator.attacks import Attacks
from bot.simulator.callbacks import Courier, Disorder
from bot.simulator.cards import TaskIds
from bot.simulator.clock import Clock, SystemClock
from bot.simulator.crypto import Envelope, signed
from bot.simulator.doors import AiBot, App, Door, Kf, Webhook
from bot.simulator.errors import SimulatorError
from bot.simulator.faults import Faults
from bot.simulator.journal import Journal
from bot.simulator.kf import KfHouse
from bot.simulator.limits import Budget, Limits
from bot.simulator.media import MediaStore
from bot.simulator.office import PostOffice
from bot.simulator.people import Customer, Directory, Group, Member, keys
from bot.simulator.responses import Responses
from bot.simulator.screen import Screen
from bot.simulator.sending import Sending
from bot.simulator.socket import Switchboard
from bot.simulator.socket_replies import Replies
from bot.simulator.socket_uploads import PATH as MEDIA_PATH
from bot.simulator.socket_uploads import Uploads, Vault
from bot.simulator.tasks import Tasks
from bot.simulator.timing import Timing
from bot.simulator.tokens import Tokens
from bot.simulator.webhook import Webhooks

TOKEN = "QunbanToken"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


class WeCom(AppActs, BotActs, Clicks):
    """A company in WeCom, on loopback. `async with WeCom() as wecom:` runs it; `wecom.url` is its API."""

    def __init__(
        self,
        corp_id: str = "ww1111222233334444",
        *,
        clock: Clock | None = None,
        seed: int = 0,
        timing: Timing | None = None,
        limits: Limits | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.corp_id = corp_id
        self.clock = clock or SystemClock()
        self._timing = timing or Timing()
        self._limits = limits or Limits()
        self._host, self._port = host, port
        self._doors: dict[str, Door] = {}
        self._tasks = Tasks()
        self._build(seed)

    def _build(self, seed: int) -> None:
        """Put the parts together; each has chance of its own, so one does not disturb another."""
        clock, limits = self.clock, self._limits
        self._ids = random.Random(f"{seed} echoes")
        codes, wire = random.Random(f"{seed} codes"), random.Random(f"{seed} wire")
        self.journal = Journal(clock)
        self.directory = Directory()
        self.media = MediaStore(clock)
        self.faults = Faults(random.Random(f"{seed} faults"))
        task_ids, bot_budget = TaskIds(), Budget(limits.bot_per_minute, limits.bot_per_hour)
        self._screen = Screen(self.journal, clock, task_ids, bot_budget)
        self._courier = Courier(
            self.corp_id, clock, wire, self.journal, self._screen, self._tasks, self._timing, limits
        )
        self._tokens = Tokens(self.corp_id, clock, codes, limits.tokens_per_minute)
        member_budget = Budget(limits.member_per_minute, limits.member_per_hour)
        self._sending = Sending(
            clock, codes, self.journal, self.directory, self.media, task_ids, member_budget, self._courier.urls
        )
        self._responses = Responses(clock, codes, self.journal, task_ids, bot_budget)
        push_budget = Budget(limits.webhook_per_minute, limits.webhook_per_minute * 60)
        replies = Replies(
            clock, self.journal, self.directory, self.media, self._screen, task_ids, bot_budget, self._timing,
            self.corp_id,
        )  # fmt: skip
        uploads = Uploads(clock, random.Random(f"{seed} uploads"), self.media, limits)
        self.sockets = Switchboard(
            clock, random.Random(f"{seed} sockets"), self.journal, self.faults, self._tasks, self._timing, limits,
            replies, uploads,
        )  # fmt: skip
        vault = Vault(random.Random(f"{seed} vault"), self.media)
        self.webhooks = Webhooks(clock, random.Random(f"{seed} webhooks"), self.journal, self.media, push_budget)
        self.kf = KfHouse(
            self.corp_id, clock, seed, self.journal, self.directory, self.media, self._courier, self._tasks, limits
        )
        self._api = Api(
            clock,
            self.journal,
            self.directory,
            self._tokens,
            self._sending,
            self._responses,
            self.media,
            self.faults,
            limits,
            self._envelope,
            self.webhooks,
            {"/": self.sockets.handle, f"{MEDIA_PATH}/{{name}}": vault.download},
            self.kf.calls,
        )
        self._office = PostOffice(
            self.corp_id,
            lambda: self.url,
            clock,
            random.Random(f"{seed} ids"),
            self.journal,
            self.directory,
            self.media,
            self._courier,
            self.sockets,
            vault,
            self._screen,
            self._responses,
            self._tasks,
            self._timing,
            limits,
        )
        self.attacks = Attacks(self.corp_id, clock, random.Random(f"{seed} attacks"), self._courier)

    # Life.

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            self._runner = web.AppRunner(self._api.application(), access_log=None, shutdown_timeout=0.2)
            await self._runner.setup()
            stack.push_async_callback(self._runner.cleanup)
            await self._listen()
            await self._courier.open()
            stack.push_async_callback(self._courier.close)
            stack.push_async_callback(self._tasks.close)
            stack.callback(self.faults.clear)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def _listen(self) -> None:
        self._site = web.TCPSite(self._runner, self._host, self._port)
        await self._site.start()
        self._port = self._runner.addresses[0][1]

    @property
    def url(self) -> str:
        """The API's base address: what a bot is given in place of https://qyapi.weixin.qq.com."""
        return f"http://{self._host}:{self._port}"

    @property
    def socket_url(self) -> str:
        """Where AI bots' long connections go: what a bot is given in place of wss://openws.work.weixin.qq.com."""
        return f"ws://{self._host}:{self._port}/"

    async def settle(self, within: float = 30.0) -> None:
        """Wait until everything people did is delivered, or given up, and all streams are over."""
        await self._tasks.settle(within)

    # The company.

    def add_app(
        self,
        name: str = "助手",
        agent_id: int = 1000002,
        *,
        secret: str = "app-secret",
        token: str = TOKEN,
        aes_key: str = AES_KEY,
        callback: str | None = None,
    ) -> App:
        """A self-built app. Without a callback it hears nothing and may send no interactive cards."""
        app = App(name, agent_id, secret, token, aes_key)
        self._tokens.add(app)
        self._add_door(app, callback)
        return app

    def add_bot(
        self,
        name: str = "小助手",
        *,
        token: str = TOKEN,
        aes_key: str = AES_KEY,
        bot_id: str | None = None,
        secret: str = "",
        callback: str | None = None,
    ) -> AiBot:
        """An AI bot: in URL mode, or with a `secret` on the long connection (`socket_url`)."""
        bot = AiBot(name, token, aes_key, bot_id or f"aib{len(self._doors) + 1:02}", secret)
        self._add_door(bot, callback)
        if secret:
            self.sockets.add(bot)
        return bot

    def add_kf(
        self,
        name: str = "客服",
        *,
        secret: str = "kf-secret",
        token: str = TOKEN,
        aes_key: str = AES_KEY,
        callback: str | None = None,
    ) -> Kf:
        """The app that may call 微信客服; its accounts are opened with `kf.open_account`."""
        door = Kf(name, secret, token, aes_key)
        self._tokens.add(door)
        self._add_door(door, callback)
        return door

    def add_webhook(self, group: str, name: str = "推送", *, key: str | None = None) -> Webhook:
        """消息推送 in a group of members; a customer in it is a SimulatorError."""
        found = self.directory.group(group)
        if found is None or found.customers:
            raise SimulatorError(f"group {group} does not exist, or has customers: no webhook there (doc/99110)")
        return self.webhooks.add(Webhook(name, group, key or self.webhooks.new_key()))

    def _add_door(self, door: Door, callback: str | None) -> None:
        if door.id in self._doors:
            raise SimulatorError(f"{door.id} exists")
        self._doors[door.id] = door
        self.connect(door, callback)

    def connect(self, door: Door, callback: str | None) -> None:
        """Set or take away the URL where the door's callbacks go."""
        if callback is None:
            self._courier.urls.pop(door.id, None)
        else:
            self._courier.urls[door.id] = callback

    def add_member(
        self,
        userid: str,
        name: str = "",
        *,
        visible: bool = True,
        parties: Iterable[int] = (),
        tags: Iterable[int] = (),
    ) -> Member:
        """A member of the company; not visible: outside the apps' 可见范围."""
        return self.directory.add_member(Member(userid, name or userid, visible, frozenset(parties), frozenset(tags)))

    def add_customer(self, external_userid: str, name: str = "") -> Customer:
        """A person outside the company."""
        return self.directory.add_customer(Customer(external_userid, name or external_userid))

    def add_group(
        self,
        group: str,
        name: str = "",
        *,
        members: Iterable[str] = (),
        bots: Iterable[AiBot] = (),
        customers: Iterable[str] = (),
    ) -> Group:
        """A group chat; an AI bot and a customer in one group are a SimulatorError, as they are in WeCom."""
        inside = frozenset(bot.id for bot in bots)
        return self.directory.add_group(Group(group, name or group, keys(members), inside, frozenset(customers)))

    # Orders to the platform.

    @property
    def disorder(self) -> Disorder:
        """How untidy the deliveries are; assign another one to change it."""
        return self._courier.disorder

    @disorder.setter
    def disorder(self, disorder: Disorder) -> None:
        self._courier.disorder = disorder

    def trust_only(self, *addresses: str) -> None:
        """Set 企业可信IP: calls from elsewhere get 60020."""
        self._api.trusted_ips = frozenset(addresses)

    def disable_app(self, app: App) -> None:
        """Switch an app off in the console."""
        self._api.agents.disabled.add(app.agent_id)

    def expire_tokens(self) -> None:
        """All access tokens end now: 42001."""
        self._tokens.expire()

    def forget_tokens(self) -> None:
        """All access tokens become invalid: 40014."""
        self._tokens.forget()

    async def refuse_connections(self) -> None:
        """Stop listening: callers get connection errors."""
        self._api.accepting = self.sockets.accepting = False
        self.sockets.drop_all()
        await self._site.stop()

    async def accept_connections(self) -> None:
        """Listen again, at the same address."""
        self._api.accepting = self.sockets.accepting = True
        await self._listen()

    async def verify(self, door: Door) -> bool:
        """Save the callback URL in the console: WeCom asks it to decrypt an echo within a second (doc/90238)."""
        echo = str(self._ids.getrandbits(62))
        seal = self._envelope(door.id).seal
        encrypted = seal.encrypt(echo)
        params = signed(seal, str(int(self.clock.now())), str(self._ids.getrandbits(40)), encrypted)
        params["echostr"] = encrypted
        try:
            return await self._courier.get(door, params) == (200, echo.encode())
        except (ClientError, TimeoutError):
            return False

    def _envelope(self, door: str) -> Envelope:
        return self._courier.envelope(self.door(door))

    @property
    def doors(self) -> Sequence[Door]:
        """All doors, in the order in which they were added."""
        return tuple(self._doors.values())

    def door(self, door: str) -> Door:
        """A door by its id, or a SimulatorError."""
        if found := self._doors.get(door):
            return found
        raise SimulatorError(f"no door {door}")
