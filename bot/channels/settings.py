"""What a manager writes about WeCom: `[wecom]` and `[[channels]]`."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, Field, model_validator

from bot.channels.aibot import CAPABILITIES as AIBOT
from bot.channels.aibot_socket import CAPABILITIES as AIBOT_SOCKET
from bot.channels.app import CAPABILITIES as APP
from bot.channels.door import Capabilities
from bot.channels.kf import CAPABILITIES as KF
from bot.channels.webhook import CAPABILITIES as WEBHOOK_DOOR
from bot.types.declarations import Section, Settled
from bot.types.fields import DoorName, HttpUrl, Name, Secret, SocketUrl, wrong

CORP_ID = "ww 或 wx 开头的 18 位字母和数字（管理后台“我的企业”最下方的企业 ID）"


def _corp_id(text: str) -> str:
    if text and not (len(text) == 18 and text[:2] in ("ww", "wx") and _is_plain(text)):
        raise wrong(f"企业 ID 应为 {CORP_ID}")
    return text


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isalnum()


def _shaped(fits: Callable[[str], bool], cure: str) -> AfterValidator:
    """Checks a secret's shape once its value is known; the value itself is never shown."""

    def check(secret: Secret) -> Secret:
        if secret.is_set and not fits(secret.reveal()):
            raise wrong(f"环境变量 {secret.name} 的值不对：{cure}")
        return secret

    return AfterValidator(check)


Token = Annotated[
    Secret, _shaped(lambda value: 3 <= len(value) <= 32 and _is_plain(value), "Token 应为 3 到 32 位字母和数字")
]
AesKey = Annotated[
    Secret, _shaped(lambda value: len(value) == 43 and _is_plain(value), "EncodingAESKey 应为 43 位字母和数字")
]
AppSecret = Annotated[
    Secret,
    _shaped(lambda value: value.isascii() and value.isprintable() and " " not in value, "Secret 里不能有空格和换行"),
]


WEBHOOK = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…"


def _is_key(value: str) -> bool:
    return 8 <= len(value) <= 128 and value.isascii() and value.replace("-", "").replace("_", "").isalnum()


def _key_in(query: str) -> str:
    return parse_qs(query).get("key", [""])[0]


def _is_webhook(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and _is_key(_key_in(parts.query))


WebhookKey = Annotated[Secret, _shaped(_is_key, f"key 是消息推送地址里 key= 后面的那一段（{WEBHOOK}）")]
WebhookUrl = Annotated[Secret, _shaped(_is_webhook, f"应为消息推送的整个地址（{WEBHOOK}）")]


def _api(url: str) -> str:
    return url.rstrip("/")


def _path(text: str) -> str:
    if text and not (text.startswith("/") and len(text) > 1 and not any(letter in "{}?# %" for letter in text)):
        raise wrong('回调路径以 / 开头，不含空格和 ? # % { }，如 "/cb/app"')
    return text


Path = Annotated[str, AfterValidator(_path)]


def _bot_id(text: str) -> str:
    if not (1 <= len(text) <= 128 and text.isascii() and text.isprintable() and " " not in text):
        raise wrong("bot_id 是智能机器人页面上的 Bot ID，不含空格")
    return text


BotId = Annotated[str, AfterValidator(_bot_id)]
# What a mode of an AI bot has no use for.
IDLE: Mapping[str, frozenset[str]] = {
    "url": frozenset(("bot_id", "secret")),
    "socket": frozenset(("token", "aes_key", "path")),
}


def _unwritten() -> Secret:
    return Secret("", None)


class Wecom(Settled):
    """`[wecom]`: the company, where its API is, and where AI bots' long connections go."""

    corp_id: Annotated[str, AfterValidator(_corp_id)] = ""
    api: Annotated[HttpUrl, AfterValidator(_api)] = "https://qyapi.weixin.qq.com"
    socket: SocketUrl = "wss://openws.work.weixin.qq.com"


class AppDoor(Settled):
    """A self-built app (自建应用). `path` is a further URL path for its callback.

    `passive`: short answers travel in the answer to the callback; otherwise everything goes through message/send.
    """

    kind: Literal["app"]
    name: DoorName
    agent_id: Annotated[int, Field(strict=True, ge=1)]
    passive: bool = True
    secret: AppSecret
    token: Token
    aes_key: AesKey
    path: Path = ""

    @property
    def capabilities(self) -> Capabilities:
        """What it carries, and what it does where."""
        return APP


class AibotDoor(Settled):
    """An AI bot (智能机器人). `shown_as` is its name in groups where that is not `name`.

    `mode`: callbacks to a URL (`token`, `aes_key`) or a long connection (`bot_id`, `secret`); what only the other mode
    needs may stay in the file and is not looked at.
    """

    kind: Literal["aibot"]
    name: DoorName
    mode: Literal["url", "socket"] = "url"
    shown_as: Name | None = None
    token: Token = Field(default_factory=_unwritten)
    aes_key: AesKey = Field(default_factory=_unwritten)
    bot_id: BotId = ""
    secret: AppSecret = Field(default_factory=_unwritten)
    path: Path = ""

    @model_validator(mode="before")
    @classmethod
    def _only_what_the_mode_needs(cls, written: Any) -> Any:
        if not isinstance(written, Mapping):
            return written
        idle = IDLE.get(str(written.get("mode", "url")), frozenset())
        return {key: value for key, value in written.items() if key not in idle}

    @property
    def capabilities(self) -> Capabilities:
        """What it carries, and what it does where."""
        return AIBOT_SOCKET if self.mode == "socket" else AIBOT

    @property
    def lacking(self) -> str:
        """The first key that the mode needs and that is not written; "" when all are."""
        if self.mode == "socket":
            return "bot_id" if not self.bot_id else "" if self.secret.name else "secret"
        return "token" if not self.token.name else "" if self.aes_key.name else "aes_key"


def _open_kfid(text: str) -> str:
    if not (text.startswith("wk") and 4 <= len(text) <= 64 and _is_plain(text.replace("-", "").replace("_", ""))):
        raise wrong("open_kfid 是 wk 开头的一串字母和数字（管理后台「微信客服」里账号的链接，或 qunban doctor 列出的）")
    return text


OpenKfId = Annotated[str, AfterValidator(_open_kfid)]
KfHandover = Literal["native", "pool", "relay"]


class KfAccount(Settled):
    """One 微信客服 account of a door; what it does not say, its door says."""

    open_kfid: OpenKfId
    name: Name | None = None
    handover: KfHandover | None = None


class KfDoor(Settled):
    """微信客服: one account (`open_kfid`) or several (`accounts`) that one app may call.

    `handover`: how customers get to a person. `native`: somebody who receives answers in WeCom's own client; `pool`:
    whoever takes them there; `relay`: through the desk, within five messages for each of the customer's.
    """

    kind: Literal["kf"]
    name: DoorName
    secret: AppSecret
    token: Token
    aes_key: AesKey
    open_kfid: OpenKfId | None = None
    accounts: tuple[KfAccount, ...] = ()
    handover: KfHandover = "native"
    path: Path = ""

    @property
    def capabilities(self) -> Capabilities:
        """What it carries, and what it does where."""
        return KF

    def handovers(self) -> Mapping[str, KfHandover]:
        """How customers of each account get to a person, by open_kfid."""
        one = (KfAccount(open_kfid=self.open_kfid),) if self.open_kfid else ()
        return {account.open_kfid: account.handover or self.handover for account in (*one, *self.accounts)}


class WebhookDoor(Settled):
    """消息推送 of one internal group: `key`, or the whole `url` that the group shows."""

    kind: Literal["webhook"]
    name: DoorName
    key: WebhookKey | None = None
    url: WebhookUrl | None = None
    path: ClassVar[str] = ""

    @property
    def capabilities(self) -> Capabilities:
        """What it carries, and what it does where."""
        return WEBHOOK_DOOR

    def reached(self, api: str) -> tuple[str, str]:
        """Where the API is, and the key; LookupError when it has no value."""
        if self.url is None:
            return api, self.key.reveal() if self.key else ""
        parts = urlsplit(self.url.reveal())
        return f"{parts.scheme}://{parts.netloc}", _key_in(parts.query)


Door = Annotated[AppDoor | AibotDoor | KfDoor | WebhookDoor, Field(discriminator="kind")]

WECOM: Section[Wecom] = Section("wecom", Wecom, Wecom)
CHANNELS: Section[tuple[AppDoor | AibotDoor | KfDoor | WebhookDoor, ...]] = Section("channels", tuple[Door, ...], tuple)
