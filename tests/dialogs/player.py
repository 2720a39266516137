"""Plays dialogs on a stage and says where they go another way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.config import Config
from bot.types.events import Conversation
from bot.types.fields import parse_duration
from handlers.directory import DOORS, GROUPS, PEOPLE, TEAMS
from scheduler.calendar import SHANGHAI
from tests.dialogs.script import FORMS, Dialog, Line, fits, turns
from tests.handlers.stage import Seen

DESK = "助手"


class Acting(Protocol):
    """Where dialogs are played: everything that happens answers with what people see because of it."""

    async def say(self, member: str, text: str, where: Conversation, form: str = "text") -> Sequence[Seen]: ...

    async def enter(self, member: str, where: Conversation) -> Sequence[Seen]: ...

    async def press(self, member: str, label: str, where: Conversation) -> Sequence[Seen]: ...

    async def forward(self, duration: timedelta) -> Sequence[Seen]: ...

    async def until(self, moment: datetime) -> Sequence[Seen]: ...


@dataclass(frozen=True, slots=True)
class Places:
    """Names in dialogs → people and conversations of a configuration."""

    people: Mapping[str, str]
    teams: Mapping[str, Sequence[str]]
    groups: Mapping[str, Conversation]
    doors: Mapping[str, str]

    @classmethod
    def of(cls, config: Config) -> "Places":
        """The names that a configuration gives; others are userids as they are written."""
        people = {person.name: person.userid for person in config[PEOPLE]}
        teams = {
            team.name: [person.name for person in config[PEOPLE] if team.name in person.roles] for team in config[TEAMS]
        }
        groups = {group.name: Conversation(group.doors[0], "group", group.id) for group in config[GROUPS]}
        doors = {door.name: f"{door.kind}:{door.name}" for door in config[DOORS]}
        return cls(people, teams, groups, doors)

    def member(self, who: str) -> str:
        """The id of a person."""
        return self.people.get(who, who)

    def conversation(self, who: str, where: str) -> Conversation:
        """Where a person speaks: a group, or the direct chat at a door."""
        if where in self.groups:
            return self.groups[where]
        return Conversation(self.doors[where or DESK], "direct", self.member(who))


@dataclass(slots=True)
class Player:
    """Plays one dialog."""

    stage: Acting
    places: Places
    speaker: tuple[str, str] = ("", "")

    async def play(self, dialog: Dialog) -> list[str]:
        """What went another way than written, in words; empty when nothing did."""
        wrong: list[str] = []
        for happens, expected in turns(dialog.lines):
            seen = list(await self._act(happens))
            wrong += [f"{happens.written}\n    {one}" for one in self._compare(expected, seen)]
        return wrong

    async def _act(self, line: Line) -> Sequence[Seen]:
        if line.kind == "时间":
            moment = datetime.strptime(line.what, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
            return await self.stage.until(moment)
        if line.kind == "过了":
            return await self.stage.forward(parse_duration(line.what))
        self.speaker = (line.who, line.where)
        member, where = self.places.member(line.who), self.places.conversation(line.who, line.where)
        if line.kind == "按":
            return await self.stage.press(member, line.what, where)
        if line.kind == "打开":
            return await self.stage.enter(member, where)
        form = FORMS[line.what] if line.kind == "发来" else "text"
        return await self.stage.say(member, "" if line.kind == "发来" else line.what, where, form)

    def _compare(self, expected: Sequence[Line], seen: list[Seen]) -> list[str]:
        wrong = []
        for line in expected:
            for who in self._viewers(line):
                if why := self._strike_off(line, who, seen):
                    wrong.append(why)
        if not any(line.kind == "其余" for line in expected):
            wrong += [f"没写到：{self._shown(one)}" for one in seen]
        return wrong

    def _viewers(self, line: Line) -> Sequence[str]:
        if line.kind == "其余" or line.what == "（不说话）":
            return ()
        return self.places.teams.get(line.who, [line.who]) if line.who else [self.speaker[0]]

    def _strike_off(self, line: Line, who: str, seen: list[Seen]) -> str:
        """Take what a line expects from what was seen; the complaint when it is not there."""
        where = self.speaker[1] if line.kind == "机器人" else line.where
        place, member = self.places.conversation(who, where), self.places.member(who)
        fresh = line.kind != "的卡片"
        mine = [one for one in seen if (one.where, one.member, one.fresh) == (place, member, fresh)]
        found = next((one for one in mine if fits(line.what, one.words)), None)
        if found is None:
            instead = "；".join(one.words for one in mine) or "什么也没有"
            return f"应当 {line.written}\n    却是 {instead}"
        seen.remove(found)
        return ""

    def _shown(self, one: Seen) -> str:
        return f"{one.member} @ {one.where.native}：{one.words}"
