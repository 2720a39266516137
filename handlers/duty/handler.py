"""The roster in the app's chat: who is on duty, leave, and swaps, in the words of staff."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import regex

from bot.types.actions import Reply, Text
from bot.types.context import Context
from bot.types.events import Clicked, Event, Message, Tick
from bot.types.outcome import Outcome, answered, silent
from bot.types.ports import Member
from handlers import audit
from handlers.desk.tickets import of_owner
from handlers.directory import ADMIN, Team
from handlers.duty import words
from handlers.duty.away import Away, away_at, away_between
from handlers.duty.leaving import Leaving, Said
from handlers.duty.roster import Duty
from handlers.duty.sayings import KEYS, Saying, read
from handlers.duty.swapping import Exchange, Swapping
from nlp.normalise import bare

ONE_DAY = timedelta(days=1)
WEEK = 7
MOST_DAYS = 14

_TASK = regex.compile(r"duty-(\d{1,18})-\d{1,9}")


@dataclass(frozen=True, slots=True)
class Rota:
    """Hears what staff say about the roster at the desk, the answers on cards of swaps, and their clocks."""

    duty: Duty
    leaving: Leaving
    swapping: Swapping
    name: str = "duty"
    hears: tuple[str, ...] = ("message", "clicked:duty", "tick:duty")

    @classmethod
    def of(cls, duty: Duty) -> "Rota":
        """The handler of a roster."""
        leaving = Leaving(duty)
        return cls(duty, leaving, Swapping(duty, leaving))

    def claims(self, message: Message) -> bool:
        """Whether it is one of the plain commands."""
        return message.conversation.door == self.duty.desk and bare(message.text) in KEYS

    async def prepare(self, event: Event) -> Saying | int | None:
        """What is said, or the number of the swap that the event is about."""
        match event:
            case Message() if event.conversation.door == self.duty.desk and event.conversation.place == "direct":
                return read(event.text, event.at, self.duty.ids, self.duty.calendar)
            case Tick():
                return int(event.data["swap"])
            case Clicked():
                found = _TASK.fullmatch(event.task)
                return int(found[1]) if found else None
        return None

    async def decide(self, event: Event, prepared: Saying | int | None, context: Context) -> Outcome | None:
        """Answered for staff; None for everybody else, whose words these are not."""
        if isinstance(prepared, Saying):
            return await self._hear(prepared, context)
        if isinstance(event, Message):
            return None
        found = await self.swapping.lock(prepared, context) if prepared is not None else None
        if found is None:
            return silent(reason="没有这个换班", rule="拒绝")
        if isinstance(event, Tick):
            return await self.swapping.expire(found, context)
        return await self.swapping.press(found, event.key, context) if isinstance(event, Clicked) else None

    async def _hear(self, saying: Saying, context: Context) -> Outcome | None:
        if not self.duty.teams_of(context.member) and ADMIN not in context.member.roles:
            return None
        if not saying.leads and not saying.clear:
            return None
        if not (saying.leads and saying.clear) and await of_owner(context):
            # Who serves somebody writes to them.
            return None
        if saying.kind == "show":
            return await self._show(saying, context) if saying.clear else None
        said = await self._do(saying, context)
        return answered(_say(said.words), *said.told, reason=f"{context.member.id} {saying.kind}", rule=saying.kind)

    async def _do(self, saying: Saying, context: Context) -> Said:
        match saying.kind:
            case "leave" | "back":
                return await self._leave(saying, context)
            case "withdraw":
                return await self.swapping.withdraw(context.member, context)
        return await self._swap(saying, context)

    async def _leave(self, saying: Saying, context: Context) -> Said:
        what = "请假" if saying.kind == "leave" else "销假"
        person = self._person(saying.names[0]) if saying.names else context.member
        if why := await self._may(person, what, context):
            return Said(why)
        if saying.kind == "back":
            return await self.leaving.end(person, saying.times, context)
        if not saying.times or not saying.clear or len(saying.names) > 1:
            return Said(words.HELP_LEAVE)
        return await self.leaving.take(person, saying.times, context)

    async def _swap(self, saying: Saying, context: Context) -> Said:
        names, days = [self._person(name) for name in saying.names], [when.first for when in saying.times]
        is_whole = all(when.first == when.last for when in saying.times)
        if not saying.clear or not is_whole or len(names) not in (1, 2) or len(days) not in (1, 2):
            return Said(words.HELP_SWAP)
        person, other = names if len(names) == 2 else (context.member, names[0])
        if other.id == context.member.id and len(names) == 2:
            person, other = other, person
        if why := await self._may(person, "换班", context):
            return Said(why)
        wanted = Exchange(person, other, days[0], days[1] if len(days) == 2 else None)
        return await self.swapping.ask(wanted, context, at_once=person.id != context.member.id)

    async def _may(self, person: Member, what: str, context: Context) -> str:
        """Why the event's member may not do it for somebody; "" when they may."""
        teams = self.duty.teams_of(person)
        if not teams:
            return words.NOT_IN_TEAM.format(name=person.name or person.id)
        if person.id == context.member.id or self._leads(context.member, teams):
            return ""
        await audit.record(context, f"给{person.name or person.id}{what}", allowed=False, why="不是管理员或组长")
        return words.ONLY_FOR_ONESELF.format(what=what)

    def _leads(self, member: Member, teams: Sequence[Team]) -> bool:
        heads = {name for team in teams for name in (*team.lead, *team.manager)}
        return ADMIN in member.roles or member.name in heads

    def _person(self, name: str) -> Member:
        return self.duty.directory.member(self.duty.desk, self.duty.ids[name])

    async def _show(self, saying: Saying, context: Context) -> Outcome:
        """Who is on duty, and the shifts of some days: this week's from today on, where no others are asked for."""
        today = context.now.astimezone(self.duty.calendar.timezone).date()
        first, last = today, today + (WEEK - 1 - today.weekday()) * ONE_DAY
        if saying.times:
            first, last = saying.times[0].first, min(saying.times[0].last, saying.times[0].first + MOST_DAYS * ONE_DAY)
        teams = list(self.duty.teams_of(context.member)) or list(self.duty.teams.values())
        now = [] if saying.times else [await self._now(team, context) for team in teams]
        lines = [*now, *await self._days(teams, first, last, context)]
        return answered(_say("\n".join(lines) or words.NO_SHIFTS), reason="看值班", rule="值班")

    async def _now(self, team: Team, context: Context) -> str:
        away = await away_at(context.transaction, context.now)
        people, warning = self.duty.scheduled(team, context.now, away), self.duty.warning(team, context.now, away)
        return words.on_now(team.name, people, warning, bool(people))

    async def _days(self, teams: Sequence[Team], first: date, last: date, context: Context) -> Sequence[str]:
        zone, lines = self.duty.calendar.timezone, []
        away = await away_between(
            context.transaction,
            datetime.combine(first, time(0), zone),
            datetime.combine(last + ONE_DAY, time(0), zone),
        )
        for ahead in range((last - first).days + 1):
            day = first + ahead * ONE_DAY
            stints = [words.stint(one) for team in teams for one in self.duty.stints(team, day, away)]
            lines += [words.day(day), *stints] if stints else []
        plain = [team for team in teams if not self.duty.shifts[team.name]]
        return [*lines, *(line for team in plain for line in self._leave_of(team, away, context.now))]

    def _leave_of(self, team: Team, away: Away, now: datetime) -> Iterator[str]:
        """The leave to come in a team without shifts."""
        names = {member.id: member.name for member in self.duty.members(team)}
        for leave in away.leaves:
            if leave.person in names and leave.ends > now:
                when = words.between(leave.begins, leave.ends, leave.whole, self.duty.calendar.timezone)
                yield f"  请假：{names[leave.person]} {when}"


def _say(body: str) -> Reply:
    return Reply(content=Text(body=body, fixed=False))
