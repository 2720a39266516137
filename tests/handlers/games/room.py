"""A small community that plays: a group, a few people, and what they say to each other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.store.database import Database
from bot.types.events import Conversation, Message
from bot.types.ports import Services, Shelf
from handlers.directory import Roster
from handlers.games import handlers_of
from handlers.games.game import Game
from handlers.games.tables import matches
from handlers.points.tables import entries
from scheduler.calendar import WorkCalendar
from tests.handlers.stage import Stage, prompt, read, think

GROUP = Conversation("aibot:小助手", "group", "wrAAAAAAAAAAAAAAAAAAAAAAAAAAAA01")
PLACE = """
[wecom]
corp_id = "ww1234567890abcdef"

[[people]]
name = "群管"
userid = "boss"
roles = ["管理员"]

[[people]]
name = "小林"
userid = "lin"

[[people]]
name = "小满"
userid = "man"

[[groups]]
name = "甲群"
id = "wrAAAAAAAAAAAAAAAAAAAAAAAAAAAA01"
features = ["faq", "games", "points", "signin"]

[[groups]]
name = "乙群"
id = "wrAAAAAAAAAAAAAAAAAAAAAAAAAAAA02"
features = ["faq"]

[[replies]]
name = "退货"
any = ["退货"]
reply = "七天内可以退。"

[points]
"""
# Whoever reads what was asked and types an answer takes longer than this.
THINKING = timedelta(seconds=3)


@dataclass
class Room:
    """A stage on which people play in a group."""

    stage: Stage
    folder: Path
    shelf: Shelf

    @classmethod
    def of(cls, database: Database, folder: Path, shelf: Shelf, toml: str, *games: Game[Any]) -> "Room":
        """The room of a configuration; with `games` in place of its own where there are any."""
        room = cls(Stage(database, brain=None), folder, shelf)  # type: ignore[arg-type]
        room.furnish(toml, *games)
        return room

    def furnish(self, toml: str, *games: Game[Any], shelf: Shelf | None = None, place: str = PLACE) -> None:
        """Another configuration; or the same one, as after a restart: nothing but the database is the same.

        Only with a `shelf` of its own everything costly is made anew as well.
        """
        self.shelf = shelf or self.shelf
        path = self.folder / "config.toml"
        path.write_text(place + toml, encoding="utf-8")
        config = prompt(read(path))
        brain = think(config, self.shelf)
        if games:
            services = Services(Roster.of(config), WorkCalendar(ZoneInfo("Asia/Shanghai")), shelf=self.shelf)
            made = {one.name: one for one in handlers_of(games, config, services)}
            kept = [one for one in brain.handlers if one.name not in made]
            at = next(number for number, one in enumerate(kept) if one.name == "dialogue")
            last = next(number for number, one in enumerate(kept) if one.name == "fallback")
            handlers = [*kept[:at], made["games"], *kept[at:last], made["guesses"], *kept[last:]]
            brain = replace(brain, handlers=handlers)
        self.stage.brain = brain

    async def say(self, member: str, text: str, where: Conversation = GROUP) -> str:
        """Somebody says something, after a while; what is seen because of it."""
        self.stage.now += THINKING
        return _words(await self.stage.say(member, text, where))

    async def alone(self, member: str, text: str) -> str:
        """The same, in a chat with the bot alone."""
        return await self.say(member, text, Conversation("app:助手", "direct", member))

    async def at_once(self, member: str, text: str) -> str:
        """The same, without a while."""
        return _words(await self.stage.say(member, text, GROUP))

    async def wait(self, **more: float) -> str:
        """Time passes; what is seen meanwhile."""
        return _words(await self.stage.forward(timedelta(**more)))

    async def points(self) -> list[tuple[int, str]]:
        """The points that were given and taken, each with what for."""
        rows = await self.stage.database.read(sa.select(entries.c.amount, entries.c.source).order_by(entries.c.id))
        return [(row.amount, row.source) for row in rows]

    async def is_on(self) -> bool:
        """Whether any match is on."""
        return bool(await self.stage.database.read(sa.select(matches.c.id)))

    def message(self, member: str, text: str) -> Message:
        """What somebody says in the group at this very moment."""
        known = {"conversation": GROUP, "at": self.stage.now, "received_at": self.stage.now}
        return Message(id=f"same-{member}", member=member, text=text, **known)  # type: ignore[arg-type]


def _words(seen: Sequence[Any]) -> str:
    return "\n".join(one.words for one in seen)
