"""What became of a changed configuration, and alarms, for the people who look after the bot."""

import asyncio
import hashlib
import logging
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from bot.inbox import Inbox, InboxUnavailable
from bot.types.events import Conversation, Signal
from bot.types.ports import Clock

log = logging.getLogger(__name__)

WHERE = Conversation("system", "direct", "reload")
SIGNAL = "notices.reload"
ALARM = "notices.alarm"
SHOWN = 3
# What is built once, when the process starts.
RESTART = ("server", "store", "wecom", "channels")
LONGEST_LIST = 8


class Loaded(Protocol):
    """A configuration as far as the news are concerned."""

    @property
    def hash(self) -> str: ...

    @property
    def path(self) -> Path: ...

    @property
    def files(self) -> tuple[Path, ...]: ...

    @property
    def values(self) -> Mapping[str, Any]: ...


class News:
    """Puts what happened into the inbox; a handler decides whom to tell, and when.

    Remembers what the files of the configuration in use looked like, to name those that changed.
    """

    def __init__(self, inbox: Inbox, clock: Clock, current: Loaded) -> None:
        self._inbox = inbox
        self._clock = clock
        self._current = current
        self._looks = looks(current.files)

    async def taken(self, changed: Loaded) -> None:
        """The changed configuration is in use now."""
        now = await asyncio.to_thread(looks, changed.files)
        what = "；".join(changes(self._current, changed, _differing(self._looks, now)))
        self._current, self._looks = changed, now
        same = f"配置没有错了，和原来的一样（{changed.hash}）。"
        await self._tell(f"新配置已生效（{changed.hash}）：{what}。" if what else same, changed.hash)

    async def refused(self, errors: Sequence[object]) -> None:
        """The changed configuration cannot be used; what is wrong, each with file and line."""
        shown = "\n".join(map(str, errors[:SHOWN]))
        rest = f"\n还有 {len(errors) - SHOWN} 处，全部见 qunban check。" if len(errors) > SHOWN else ""
        text = f"刚保存的配置有错，没有生效，还在用原来的（{self._current.hash}）：\n{shown}{rest}"
        await self._tell(text, f"{self._current.hash}:{_digest(text.encode())}")

    async def _tell(self, text: str, digest: str) -> None:
        await self._put(WHERE, SIGNAL, f"reload:{digest}", {"text": text, "digest": digest})

    async def alarm(self, about: str, text: str) -> None:
        """Something that managers should look at; of several about one thing in quick succession the last is told."""
        now = self._clock.now()
        data = {"text": text, "digest": _digest(f"{now} {text}".encode())}
        await self._put(Conversation("system", "direct", about), ALARM, f"alarm:{about}", data)

    async def _put(self, where: Conversation, name: str, id: str, data: dict[str, str]) -> None:
        now = self._clock.now()
        unique = f"{id}:{int(now.timestamp() * 1000)}"
        try:
            await self._inbox.put(Signal(id=unique, conversation=where, at=now, received_at=now, name=name, data=data))
        except InboxUnavailable as error:
            log.warning("nobody is told %s: %s", name, error)


def changes(before: Loaded, after: Loaded, files: Iterable[Path]) -> Iterable[str]:
    """What differs, section by section with counts, then the other files that changed."""
    for key, value in after.values.items():
        old = before.values.get(key)
        if old != value:
            said = _counted(key, old, value) if isinstance(value, tuple) else f"[{key}] 改了"
            yield said + ("，重启后才生效" if key in RESTART else "")
    names = [os.path.relpath(path, after.path.parent) for path in files if path != after.path]
    if names:
        more = f" 等 {len(names)} 个文件" if len(names) > LONGEST_LIST else ""
        yield "、".join(names[:LONGEST_LIST]) + more + " 改了"


def _counted(key: str, before: object, after: Sequence[Any]) -> str:
    old, new = _named(before if isinstance(before, tuple) else ()), _named(after)
    counts = (
        ("新增", len(new.keys() - old.keys())),
        ("去掉", len(old.keys() - new.keys())),
        ("改了", sum(old[name] != new[name] for name in new.keys() & old.keys())),
    )
    told = "，".join(f"{what} {count} 条" for what, count in counts if count) or "换了次序"
    return f"[[{key}]] {told}（共 {len(after)} 条）"


def _named(entries: Sequence[Any]) -> Mapping[str, Any]:
    return {str(getattr(entry, "name", at)): entry for at, entry in enumerate(entries)}


def looks(files: Iterable[Path]) -> Mapping[Path, str]:
    """What each file holds, as a digest; files that cannot be read are left out."""
    found: dict[Path, str] = {}
    for path in files:
        try:
            found[path] = _digest(path.read_bytes())
        except OSError as error:
            log.debug("not readable: %s", error)
    return found


def _differing(before: Mapping[Path, str], after: Mapping[Path, str]) -> Sequence[Path]:
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
