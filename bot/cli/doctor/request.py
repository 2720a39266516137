"""A URL verification as it came from WeCom, and why it could not be answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from bot.channels import by_path
from bot.channels.gate import Gate, Signed, refused
from bot.cli.doctor import diagnoses
from bot.cli.doctor.diagnosis import Diagnosis
from bot.wecom.crypto import Codec
from bot.wecom.errors import CallbackError, ForgedCallback, MisdirectedCallback

ASKED = ("msg_signature", "timestamp", "nonce", "echostr")


@dataclass(frozen=True, slots=True)
class Surface:
    """A door that is called back, with its keys. `address` is its URL path, `path` a further one, or empty.

    `receiver`: the receiveid that it expects.
    """

    door: str
    path: str
    codec: Codec
    receiver: str

    @property
    def address(self) -> str:
        """Its URL path: `/cb/kind/name`."""
        return f"/cb/{self.door.replace(':', '/', 1)}"

    @property
    def kind(self) -> str:
        """What kind of door it is."""
        return self.door.partition(":")[0]

    def echo(self, query: Mapping[str, str]) -> str:
        """The bare text that proves the URL is ours; Refused, as at the door itself."""
        try:
            return Gate(self.codec).echo(query)
        except CallbackError as error:
            raise refused(error) from None

    def is_signed(self, query: Mapping[str, str]) -> bool:
        """Whether this door's token signed a query."""
        signed = Signed.read(query)
        try:
            self.codec.verify(signed.signature, signed.timestamp, signed.nonce, query["echostr"])
        except ForgedCallback:
            return False
        return True


def surface_of(door: Any, corp: str) -> Surface:
    """The surface of a door that is called back, by its settings."""
    receiver = "" if door.kind == "aibot" else corp
    codec = Codec(door.token.reveal(), door.aes_key.reveal(), receiver)
    return Surface(f"{door.kind}:{door.name}", door.path, codec, receiver)


def target_of(written: str) -> str:
    """The path and query in what somebody copied: a whole address, or a line of a gateway's log."""
    words = written.replace('"', " ").split()
    found = next((word for word in words if "msg_signature=" in word or "/cb" in word), words[0] if words else "")
    parts = urlsplit(found)
    return parts.path + (f"?{parts.query}" if parts.query else "")


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges requests by the doors' keys."""

    surfaces: Sequence[Surface]

    def surface_of(self, target: str) -> Surface | None:
        """The surface that a request was for."""
        return by_path(self.surfaces).get(unquote(target.partition("?")[0]))

    def door_of(self, target: str) -> str:
        """The door that a request was for; empty when there is none."""
        surface = self.surface_of(target)
        return surface.door if surface else ""

    def examine(self, target: str) -> Sequence[Diagnosis]:
        """What is wrong with a URL verification; nothing when its echo can be given back."""
        path, _, rest = target.partition("?")
        query = dict(parse_qsl(rest, keep_blank_values=True))
        surface = self.surface_of(target)
        if surface is None:
            listed = "、".join(one.address for one in self.surfaces)
            return (diagnoses.PATH_UNKNOWN.having(f"来的是 {unquote(path)}，有的是 {listed}"),)
        if not query:
            return (diagnoses.QUERY_LOST.having("来的只有路径（用浏览器打开的话，也是这样）"),)
        if not all(query.get(name) for name in ASKED):
            return (diagnoses.STRANGER.having("缺 " + "、".join(name for name in ASKED if not query.get(name))),)
        return self._ask(surface, query)

    def _ask(self, surface: Surface, query: Mapping[str, str]) -> Sequence[Diagnosis]:
        try:
            Gate(surface.codec).echo(query)
        except ForgedCallback:
            return (self._forged(surface, query),)
        except MisdirectedCallback as error:
            return (_misdirected(surface, error.receiver),)
        except CallbackError:
            return (diagnoses.AES_KEY_WRONG.having(surface.door),)
        return ()

    def _forged(self, surface: Surface, query: Mapping[str, str]) -> Diagnosis:
        healed = {**query, "echostr": query["echostr"].replace(" ", "+")}
        if healed != query and surface.is_signed(healed):
            return diagnoses.QUERY_PLUS
        owner = next((one for one in self.surfaces if one.is_signed(query)), None)
        if owner is None:
            return diagnoses.TOKEN_WRONG.having(surface.door)
        mixed = diagnoses.DOORS_MIXED if owner.kind == surface.kind else diagnoses.KIND_MIXED
        return mixed.having(f"这是 {owner.door} 的，URL 应填 {owner.address}，却填了 {surface.address}")


def _misdirected(surface: Surface, receiver: str) -> Diagnosis:
    if not receiver or not surface.receiver:
        whose = "应用" if receiver else "智能机器人"
        return diagnoses.KIND_MIXED.having(f"{whose}的请求到了 {surface.address}")
    if not (receiver.isascii() and receiver.isalnum()):
        return diagnoses.AES_KEY_WRONG.having(surface.door)
    return diagnoses.RECEIVER_WRONG.having(f"来的是 {receiver}，配置里是 {surface.receiver}")
