"""The doors to WeCom."""

from collections.abc import Iterable, Sequence
from random import Random
from typing import Protocol, TypeVar

from aiohttp import ClientSession
from redis.asyncio import Redis

from bot.channels.aibot import AibotChannel
from bot.channels.aibot_socket import AibotSocketChannel
from bot.channels.app import AppChannel
from bot.channels.door import Channel
from bot.channels.gate import Gate
from bot.channels.kf import KfChannel
from bot.channels.settings import CHANNELS, WECOM, AibotDoor, AppDoor, KfDoor, WebhookDoor, Wecom
from bot.channels.webhook import WebhookChannel
from bot.types.attachments import Attachments
from bot.types.declarations import Problem, Settings
from bot.types.ports import Clock
from bot.wecom.client import Client
from bot.wecom.crypto import Codec, decode_key
from bot.wecom.limits import Limits
from bot.wecom.media import Media
from bot.wecom.outside import Downloads
from bot.wecom.shown import ShownCards
from bot.wecom.socket import Bot, Socket
from bot.wecom.socket_upload import SocketUploads
from bot.wecom.token import Tokens
from bot.wecom.transport import Transport
from bot.wecom.webhook import Webhook


def build(
    settings: Settings, session: ClientSession, redis: Redis, clock: Clock, attachments: Attachments,
    outside: ClientSession | None = None,
) -> list[Channel]:  # fmt: skip
    """The channels of the configuration; LookupError when a secret has no value.

    `outside` visits the addresses that messages carry; without it only those of the API's own host.
    """
    builder = _Builder(settings[WECOM], session, redis, clock, attachments, outside)
    return [builder.build(door) for door in settings[CHANNELS]]


class _Builder:
    """Builds channels that share one transport and one set of budgets."""

    def __init__(
        self, wecom: Wecom, session: ClientSession, redis: Redis, clock: Clock, attachments: Attachments,
        outside: ClientSession | None,
    ) -> None:  # fmt: skip
        self._wecom = wecom
        self._session = session
        self._transport = transport = Transport(session)
        self._redis = redis
        self._clock = clock
        self._attachments = attachments
        self._limits = Limits(redis)
        self._downloads = Downloads(transport, Transport(outside) if outside else None, wecom.api)

    def build(self, door: AppDoor | AibotDoor | KfDoor | WebhookDoor) -> Channel:
        match door:
            case AppDoor():
                return self._app(door)
            case AibotDoor():
                return self._aibot_socket(door) if door.mode == "socket" else self._aibot(door)
            case KfDoor():
                return self._kf(door)
            case WebhookDoor():
                return self._webhook(door)

    def _app(self, door: AppDoor) -> Channel:
        corp, api, secret = self._wecom.corp_id, self._wecom.api, door.secret.reveal()
        tokens = Tokens(self._transport, self._redis, self._clock, api, corp, secret)
        client = Client(self._transport, tokens, api)
        return AppChannel(
            name=door.name,
            corp=corp,
            agent_id=door.agent_id,
            gate=Gate(Codec(door.token.reveal(), door.aes_key.reveal(), corp)),
            client=client,
            media=Media(client, self._redis, self._clock, f"{corp}:{door.agent_id}", self._attachments),
            limits=self._limits,
            clock=self._clock,
            path=door.path,
            passive=door.passive,
            shown=ShownCards(self._redis),
        )

    def _aibot(self, door: AibotDoor) -> Channel:
        return AibotChannel(
            name=door.name,
            corp=self._wecom.corp_id,
            called=door.shown_as or door.name,
            gate=Gate(Codec(door.token.reveal(), door.aes_key.reveal(), "")),
            transport=self._transport,
            limits=self._limits,
            clock=self._clock,
            attachments=self._attachments,
            downloads=self._downloads,
            file_key=decode_key(door.aes_key.reveal()),
            path=door.path,
        )

    def _aibot_socket(self, door: AibotDoor) -> AibotSocketChannel:
        socket = Socket(self._session, Bot(self._wecom.socket, door.bot_id, door.secret.reveal()))
        uploads = SocketUploads(socket, self._limits, self._clock, f"aibot:{door.name}")
        return AibotSocketChannel(
            name=door.name,
            corp=self._wecom.corp_id,
            called=door.shown_as or door.name,
            socket=socket,
            media=Media(uploads, self._redis, self._clock, f"aibot:{door.bot_id}", self._attachments),
            limits=self._limits,
            clock=self._clock,
            downloads=self._downloads,
            chance=Random(),
        )

    def _kf(self, door: KfDoor) -> KfChannel:
        corp, api, secret = self._wecom.corp_id, self._wecom.api, door.secret.reveal()
        client = Client(self._transport, Tokens(self._transport, self._redis, self._clock, api, corp, secret), api)
        return KfChannel(
            name=door.name,
            corp=corp,
            accounts=tuple(door.handovers()),
            gate=Gate(Codec(door.token.reveal(), door.aes_key.reveal(), corp)),
            client=client,
            media=Media(client, self._redis, self._clock, f"{corp}:kf:{door.name}", self._attachments),
            clock=self._clock,
            chance=Random(),
            path=door.path,
        )

    def _webhook(self, door: WebhookDoor) -> Channel:
        webhook = Webhook(self._transport, *door.reached(self._wecom.api))
        shared = f"webhook:{door.name}"
        media = Media(webhook, self._redis, self._clock, shared, self._attachments, path="webhook/upload_media")
        return WebhookChannel(
            name=door.name,
            webhook=webhook,
            media=media,
            limits=self._limits,
            clock=self._clock,
            attachments=self._attachments,
        )


class Placed(Protocol):
    """What is found at a URL path: `door` and `path` as a channel's."""

    @property
    def door(self) -> str: ...

    @property
    def path(self) -> str: ...


P = TypeVar("P", bound=Placed)


def by_path(channels: Sequence[P]) -> dict[str, P]:
    """Channels by the URL paths of their callbacks: `/cb/kind/name`, its own `path`, `/cb/kind` where that is clear."""
    kinds = [_kind(channel) for channel in channels]
    alone = {f"/cb/{_kind(channel)}": channel for channel in channels if kinds.count(_kind(channel)) == 1}
    named = {f"/cb/{channel.door.replace(':', '/', 1)}": channel for channel in channels}
    return alone | named | {channel.path: channel for channel in channels if channel.path}


def _kind(channel: Placed) -> str:
    return channel.door.partition(":")[0]


def inspect(settings: Settings) -> Iterable[Problem]:
    """What no single key of `[wecom]` and `[[channels]]` shows."""
    doors = settings[CHANNELS]
    if any(door.kind != "webhook" for door in doors) and not settings[WECOM].corp_id:
        yield Problem(("wecom", "corp_id"), "有了 [[channels]] 就要填写企业 ID（管理后台“我的企业”最下方）")
    seen: dict[str, int] = {}
    for number, door in enumerate(doors):
        if seen.setdefault(f"{door.kind}:{door.name}", number) != number:
            yield Problem(("channels", number, "name"), f"已经有一个叫 {door.name} 的 {door.kind}，换一个名字")
        if isinstance(door, AibotDoor) and door.lacking:
            yield Problem(("channels", number, door.lacking), f'mode = "{door.mode}" 缺少这一项，请补上')
        if isinstance(door, KfDoor):
            yield from _kf_problems(number, door, seen)
        if isinstance(door, WebhookDoor) and (door.key is None) == (door.url is None):
            yield Problem(("channels", number, "key"), "消息推送要写 key 或 url 其中一个，写成 env:名字")
        if door.path and seen.setdefault(door.path, number) != number:
            yield Problem(("channels", number, "path"), "这个回调路径已经用在别的入口上")


def _kf_problems(number: int, door: KfDoor, seen: dict[str, int]) -> Iterable[Problem]:
    """Accounts that are missing, written twice, or in the hands of two doors."""
    if (door.open_kfid is None) == (not door.accounts):
        hint = "微信客服要写一个 open_kfid，或在 accounts 里写几个账号，二选一"
        yield Problem(("channels", number, "open_kfid"), hint)
    named = [account.open_kfid for account in door.accounts]
    for at, open_kfid in enumerate(named):
        if named.index(open_kfid) != at:
            yield Problem(("channels", number, "accounts", at, "open_kfid"), "这个账号写了两次，留一个")
    for open_kfid in door.handovers():
        if seen.setdefault(open_kfid, number) != number:
            hint = f"账号 {open_kfid} 已经在别的入口里，一个账号只能由一个入口收发"
            yield Problem(("channels", number, "open_kfid"), hint)
