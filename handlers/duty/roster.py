"""The roster (值班表): who of a team is on duty."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.types.declarations import Settings
from bot.types.hours import Hours
from bot.types.ports import Calendar, Directory, Member, Services
from handlers.directory import ADMIN, PEOPLE, TEAMS, Team
from handlers.duty.away import Away
from handlers.duty.shifts import SHIFTS, Shift

NOBODY_AWAY = Away()
ONE_DAY = timedelta(days=1)
LEAD, MANAGER = 1, 2


@dataclass(frozen=True, slots=True)
class Stint:
    """A shift on one day: its name, when it is, who has it and who of them is on leave."""

    shift: str
    hours: Hours | None
    on: tuple[Member, ...]
    away: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """The shifts of all teams, and those behind the first line. `away` is what SQL knows: `away_at`."""

    directory: Directory
    calendar: Calendar
    teams: Mapping[str, Team]
    shifts: Mapping[str, Sequence[Shift]]
    ids: Mapping[str, str]
    desk: str = ""

    @classmethod
    def of(cls, settings: Settings, services: Services) -> "Duty":
        """The roster that the settings describe."""
        teams = {team.name: team for team in settings[TEAMS]}
        shifts = {name: [one for one in settings[SHIFTS] if one.team == name] for name in teams}
        ids = {person.name: person.userid for person in settings[PEOPLE]}
        return cls(services.directory, services.calendar, teams, shifts, ids, services.desk)

    def on(self, team: Team, now: datetime, away: Away = NOBODY_AWAY, level: int = 0) -> tuple[Member, ...]:
        """Who answers for a team at a level now: 0 the first line, 1 the lead, 2 the manager.

        Never empty for a team with people: where nobody is on duty it is everybody in the team (`warning` says so), and
        where no lead or manager is named, or none is there, whoever stands above them, at last the administrators.
        """
        if level >= LEAD:
            return self._above(team, now, away, level) or self.directory.with_role(ADMIN) or self.members(team)
        return self.scheduled(team, now, away) or self._there(team, now, away) or self.members(team)

    def members(self, team: Team) -> tuple[Member, ...]:
        """Everybody in a team, on duty or not."""
        return self.directory.with_role(team.name)

    def staff(self, team: Team) -> tuple[Member, ...]:
        """Everybody who may work for a team: its members, its leads and its managers."""
        above = self._named((*team.lead, *team.manager))
        return tuple({member.id: member for member in (*self.members(team), *above)}.values())

    def scheduled(self, team: Team, now: datetime, away: Away = NOBODY_AWAY) -> tuple[Member, ...]:
        """Who is on duty now by the shifts, leave and swaps; perhaps nobody. Without shifts it is everybody there."""
        if not self.shifts[team.name]:
            return self._there(team, now, away)
        on = {
            member.id: member
            for shift in self.shifts[team.name]
            if (day := self._day(shift, team, now)) is not None
            for member in self._on(shift, team, day, away)
            if not away.has(member.id, now, day, self.calendar)
        }
        return tuple(on.values())

    def is_open(self, team: Team, now: datetime) -> bool:
        """Whether a team is at work."""
        return team.hours is None or team.hours.covers(now, self.calendar)

    def warning(self, team: Team, now: datetime, away: Away = NOBODY_AWAY) -> str:
        """What to tell the lead when a team is at work and nobody is on duty (Chinese); "" when somebody is."""
        if not self.is_open(team, now) or self.scheduled(team, now, away):
            return ""
        is_gap = not self.scheduled(team, now, replace(away, leaves=()))
        why = "排班没有盖住现在" if is_gap else "排到的人都请假了"
        return f"{team.name}现在没有人值班（{why}），先通知了全组；发「值班」看排班。"

    def stints(self, team: Team, day: date, away: Away = NOBODY_AWAY) -> Iterator[Stint]:
        """The shifts of a team that begin on a day."""
        for shift in self.shifts[team.name]:
            hours = shift.hours or team.hours
            if hours is not None and not any(span.days.cover(day, self.calendar) for span in hours.spans):
                continue
            people = self._on(shift, team, day, away)
            gone = tuple(one for one in people if self._is_off(one, day, hours, away))
            yield Stint(shift.name, hours, tuple(one for one in people if one not in gone), gone)

    def first_gap(self, team: Team, begins: datetime, ends: datetime, away: Away) -> datetime | None:
        """The first moment of a time at which the team is at work and nobody is on duty; None when there is none."""
        return next((one for one in self._edges(team, begins, ends, away) if self.warning(team, one, away)), None)

    def heads(self, team: Team) -> tuple[Member, ...]:
        """Who is told of a team's matters: its leads, otherwise its managers, otherwise the administrators."""
        return self._named(team.lead) or self._named(team.manager) or self.directory.with_role(ADMIN)

    def teams_of(self, member: Member) -> Sequence[Team]:
        """The teams that somebody is in or stands above."""
        return [team for team in self.teams.values() if any(one.id == member.id for one in self.staff(team))]

    def _above(self, team: Team, now: datetime, away: Away, level: int) -> tuple[Member, ...]:
        """The leads or managers who are there, or else those above them."""
        ladder = [team.lead, team.manager][min(level, MANAGER) - 1 :]
        there = (tuple(one for one in self._named(names) if self._is_there(one, now, away)) for names in ladder)
        return next((people for people in there if people), ())

    def _there(self, team: Team, now: datetime, away: Away) -> tuple[Member, ...]:
        """Everybody in a team who is not on leave."""
        return tuple(one for one in self.members(team) if self._is_there(one, now, away))

    def _is_there(self, member: Member, now: datetime, away: Away) -> bool:
        return not away.has(member.id, now, None, self.calendar)

    def _named(self, names: Sequence[str]) -> tuple[Member, ...]:
        return tuple(self.directory.member(self.desk, self.ids[name]) for name in names if name in self.ids)

    def _day(self, shift: Shift, team: Team, now: datetime) -> date | None:
        """The day of the shift that goes on now."""
        hours = shift.hours or team.hours
        return now.astimezone(self.calendar.timezone).date() if hours is None else hours.day_of(now, self.calendar)

    def _on(self, shift: Shift, team: Team, day: date, away: Away) -> tuple[Member, ...]:
        """Who has a shift on a day, swaps included."""
        names = shift.on(day, shift.hours or team.hours, self.calendar)
        ids = [self.ids[name] for name in names if name in self.ids]
        return tuple(self.directory.member(self.desk, id) for id in dict.fromkeys(away.placed(ids, day)))

    def _is_off(self, member: Member, day: date, hours: Hours | None, away: Away) -> bool:
        """Whether somebody is on leave at the beginning of each of a day's hours."""
        begins = [span.on(day)[0] for span in hours.spans] if hours else [_midnight(day)]
        starts = [one.replace(tzinfo=self.calendar.timezone) for one in begins]
        return all(away.has(member.id, one, day, self.calendar) for one in starts)

    def _edges(self, team: Team, begins: datetime, ends: datetime, away: Away) -> Sequence[datetime]:
        """The moments of a time at which who is on duty may change."""
        kinds = [team.hours, *(shift.hours for shift in self.shifts[team.name])]
        spans = [span for hours in kinds if hours for span in hours.spans]
        first, days = begins.astimezone(self.calendar.timezone).date(), (ends - begins).days + 2
        walls = [edge for ahead in range(-1, days) for span in spans for edge in span.on(first + ahead * ONE_DAY)]
        edges = [wall.replace(tzinfo=self.calendar.timezone) for wall in walls]
        edges += [begins, *(edge for leave in away.leaves for edge in (leave.begins, leave.ends))]
        return sorted(edge for edge in edges if begins <= edge < ends)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)
