"""The configuration's doors, in the simulated company."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zlib import crc32

from pydantic import TypeAdapter

from bot.app import SECTIONS
from bot.config import Config
from bot.config.values import of_kind
from bot.simulator import AiBot, App, Door, Kf, Webhook, WeCom
from bot.types.secret import Secret

KEY = "693a91f6-7aaa-4bc4-97a0-0ec2sifa5aaa"
# What the console would show; the configuration's secrets get these values, and its stores their own kind.
VALUES: Mapping[str, str] = {
    "secret": "QunbanDemoSecret", "token": "QunbanToken", "aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "key": KEY, "url": f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}",
    "redis": "embedded", "sql": "sqlite",
}  # fmt: skip
# An account for customers, where the configuration has none.
COUNTER: Mapping[str, Any] = {
    "kind": "kf", "name": "演示", "secret": "env:DEMO_SECRET", "token": "env:DEMO_TOKEN", "aes_key": "env:DEMO_AES_KEY",
    "handover": "relay", "accounts": ({"open_kfid": "wkQunbanDemo", "name": "在线客服"},),
}  # fmt: skip
CUSTOMERS: Mapping[str, str] = {"wmQunbanDemo01": "周女士", "wmQunbanDemo02": "陈先生"}


def secrets(config: Config) -> Mapping[str, str]:
    """An environment in which every secret of the configuration has the simulator's value."""
    own = {f"DEMO_{key.upper()}": key for key in VALUES}
    asked = {secret.name: str(path[-1]) for path, secret in of_kind(Secret, config.values) if secret.name}
    return {name: _value(key, name) for name, key in (own | asked).items()}


def _value(key: str, name: str) -> str:
    """What a secret's environment variable holds; doors are told apart by their secrets, groups by their keys."""
    return VALUES[key] + (f"{crc32(name.encode()):08x}" if key in ("secret", "key", "url") else "")


def at_home(config: Config, environ: Mapping[str, str]) -> Config:
    """The configuration with an account for customers, and with every 消息推送 at the simulated platform."""
    made = with_counter(config, environ)
    doors = tuple(_by_key(channel) for channel in made.values["channels"])
    return replace(made, values={**made.values, "channels": doors})


def _by_key(channel: Any) -> Any:
    """A whole address would lead to the real platform; a key goes where `[wecom]` says."""
    if getattr(channel, "url", None) is None:
        return channel
    return channel.model_copy(update={"url": None, "key": Secret(channel.url.name, _key(channel))})


def _key(channel: Any) -> str:
    """The key of a 消息推送, which its whole address holds too."""
    return _value("key", (channel.url or channel.key).name)


def with_counter(config: Config, environ: Mapping[str, str]) -> Config:
    """The configuration with an account for customers."""
    channels = config.values["channels"]
    if any(channel.kind == "kf" for channel in channels):
        return config
    section = next(section for section in SECTIONS if section.key == "channels")
    context = {"environ": environ, "base": Path()}
    made = TypeAdapter[Any](section.type).validate_python([COUNTER], context=context)
    return replace(config, values={**config.values, "channels": (*channels, *made)})


def build(config: Config, wecom: WeCom) -> Mapping[str, Door]:
    """The simulator's doors by the names that the configuration has for them."""
    return dict(_doors(config, wecom))


def _doors(config: Config, wecom: WeCom) -> Iterator[tuple[str, Door]]:
    keys = {"token": VALUES["token"], "aes_key": VALUES["aes_key"]}
    for channel in config.values["channels"]:
        name = f"{channel.kind}:{channel.name}"
        if channel.kind == "app":
            yield name, wecom.add_app(channel.name, channel.agent_id, secret=_secret(channel), **keys)
        if channel.kind == "kf":
            yield name, wecom.add_kf(channel.name, secret=_secret(channel), **keys)
        if channel.kind == "aibot":
            long = {"bot_id": channel.bot_id, "secret": _secret(channel)} if channel.mode == "socket" else {}
            yield name, wecom.add_bot(channel.shown_as or channel.name, **keys, **long)


def _secret(channel: Any) -> str:
    return _value("secret", channel.secret.name)


def connect(config: Config, wecom: WeCom, doors: Mapping[str, Door], callback: str) -> None:
    """Tell each door that calls back where; `callback` is the bot's address before `/kind/name`."""
    called_by = on_sockets(config, doors)
    for name, door in doors.items():
        if door not in called_by:
            kind, _, own = name.partition(":")
            wecom.connect(door, f"{callback}{kind}/{quote(own)}")


def on_sockets(config: Config, doors: Mapping[str, Door]) -> list[AiBot]:
    """The AI bots that connect by themselves."""
    named = {f"aibot:{one.name}" for one in config.values["channels"] if getattr(one, "mode", "") == "socket"}
    return [door for name, door in doors.items() if name in named and isinstance(door, AiBot)]


def furnish(config: Config, wecom: WeCom, doors: Mapping[str, Door], staff: list[str]) -> None:
    """Groups with what is in them, accounts with customers; everybody is a member of all groups."""
    members = [member.userid for member in wecom.directory.members()]
    for group in config.values["groups"]:
        inside = [door for name in group.doors if isinstance(door := doors.get(name), AiBot)]
        if inside:
            wecom.add_group(group.id, group.name, members=members, bots=inside)
        for channel in config.values["channels"]:
            if f"{channel.kind}:{channel.name}" in group.doors and channel.kind == "webhook":
                wecom.webhooks.add(Webhook(channel.name, group.id, _key(channel)))
    for customer, name in CUSTOMERS.items():
        wecom.add_customer(customer, name)
    for channel in config.values["channels"]:
        if isinstance(door := doors.get(f"{channel.kind}:{channel.name}"), Kf):
            names = {account.open_kfid: account.name for account in channel.accounts}
            for open_kfid in channel.handovers():
                wecom.kf.open_account(door, open_kfid, names.get(open_kfid) or channel.name, servicers=staff)


def app_of(doors: Mapping[str, Door]) -> App | None:
    """The first app: the desk."""
    return next((door for door in doors.values() if isinstance(door, App)), None)
