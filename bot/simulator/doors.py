"""The doors through which a company's own program talks to WeCom."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class App:
    """A self-built app: XML callbacks, message/send (doc/90235)."""

    name: str
    agent_id: int
    secret: str
    token: str
    aes_key: str
    kind: ClassVar[str] = "app"

    @property
    def id(self) -> str:
        return f"app:{self.name}"


@dataclass(frozen=True, slots=True)
class AiBot:
    """An AI bot (doc/101039): JSON callbacks, answers in the HTTP response; with a `secret` on the long connection."""

    name: str
    token: str
    aes_key: str
    bot_id: str
    secret: str = ""
    kind: ClassVar[str] = "aibot"

    @property
    def id(self) -> str:
        return f"aibot:{self.name}"


@dataclass(frozen=True, slots=True)
class Webhook:
    """消息推送 of one group: it only speaks, behind a key (doc/99110)."""

    name: str
    group: str
    key: str
    kind: ClassVar[str] = "webhook"

    @property
    def id(self) -> str:
        return f"webhook:{self.name}"


@dataclass(frozen=True, slots=True)
class Kf:
    """The app that may call 微信客服: XML callbacks that only hint, sync_msg and send_msg (doc/94638)."""

    name: str
    secret: str
    token: str
    aes_key: str
    agent_id: int = 1000015
    kind: ClassVar[str] = "kf"

    @property
    def id(self) -> str:
        return f"kf:{self.name}"


Door = App | AiBot | Kf
