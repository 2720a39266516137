"""What `check` says of the shifts: who is not in the team, and the hours of a team that no shift covers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from bot.types.declarations import Problem, Settings
from bot.types.hours import DAY, WEEK, Hours
from handlers.directory import PEOPLE, TEAMS, Team, unknown_people, unknown_teams
from handlers.duty.shifts import SHIFTS, Shift

# A Monday; any week does.
MONDAY = date(2024, 1, 1)
UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class DayKind:
    """A day of the week, with whether people work on it and on the one before: a calendar of two days."""

    day: date
    works: bool
    worked: bool
    timezone: ZoneInfo = UTC

    def is_workday(self, day: date) -> bool:
        return self.works if day == self.day else self.worked

    def __str__(self) -> str:
        """As managers call it."""
        name = f"周{WEEK[self.day.weekday()]}"
        if self.works == (self.day.weekday() < 5):
            return name
        return f"调休上班的{name}" if self.works else f"放假的{name}"


@dataclass(frozen=True, slots=True)
class Gap:
    """Minutes of a kind of day at which a team is at work and no shift is."""

    kind: DayKind
    begins: int
    ends: int

    def __str__(self) -> str:
        begins, ends = (f"{minute // 60:02}:{minute % 60:02}" for minute in (self.begins, self.ends))
        return f"{self.kind} {begins}-{ends}"


def inspect(settings: Settings) -> Iterable[Problem]:
    """What is wrong with the shifts."""
    shifts, teams = settings[SHIFTS], settings[TEAMS]
    for at, shift in enumerate(shifts):
        yield from unknown_teams(settings, [shift.team], ("shifts", at, "team"))
        yield from unknown_people(settings, shift.people, ("shifts", at, "people"))
        yield from _strangers(settings, shift, at)
    for team in teams:
        mine = [at for at, shift in enumerate(shifts) if shift.team == team.name]
        found = gaps(team, [shifts[at] for at in mine]) if mine else []
        if found:
            yield Problem(("shifts", mine[0], "team"), _told(team, found), warning=True)


def _strangers(settings: Settings, shift: Shift, at: int) -> Iterable[Problem]:
    """People of a shift who are not in its team, and who are in it twice."""
    roles = {person.name: person.roles for person in settings[PEOPLE]}
    is_team = any(team.name == shift.team for team in settings[TEAMS])
    for seat, name in enumerate(shift.people):
        if is_team and name in roles and shift.team not in roles[name]:
            cure = f"给他在 [[people]] 的 roles 加上“{shift.team}”，或从这一班去掉"
            yield Problem(("shifts", at, "people", seat), f"“{name}”不在{shift.team}里；{cure}", value=name)
        if name in shift.people[:seat] and shift.rotate is None:
            yield Problem(("shifts", at, "people", seat), f"“{name}”在这一班里写了两遍", value=name)


def _told(team: Team, found: Sequence[Gap]) -> str:
    more = f" 等 {len(found)} 段" if len(found) > 1 else ""
    hours = f"“{team.hours}”" if team.hours else "没有写 hours，就是全天"
    cure = "加一班，或改小组的 hours；不然那时会通知全组"
    return f"{team.name}的上班时间（{hours}）里，{found[0]}{more}没有人值班：{cure}"


def gaps(team: Team, shifts: Sequence[Shift]) -> Sequence[Gap]:
    """When a team is at work and none of its shifts is: ordinary days first, then worked weekends and days off."""
    always = Hours.parse("00:00-24:00")
    open, covered = team.hours or always, [shift.hours or team.hours or always for shift in shifts]
    found = [gap for kind in _kinds() for gap in _of_day(kind, open, covered)]
    seen: dict[str, Gap] = {}
    for gap in found:
        seen.setdefault(str(gap), gap)
    return list(seen.values())


def _kinds() -> Iterator[DayKind]:
    """Every kind of day, the ordinary week first."""
    week = [MONDAY + timedelta(days=ahead) for ahead in range(7)]
    usual = [DayKind(day, day.weekday() < 5, day.weekday() in (1, 2, 3, 4, 5)) for day in week]
    every = [DayKind(day, works, worked) for day in week for works in (True, False) for worked in (True, False)]
    yield from usual
    yield from (kind for kind in every if kind not in usual)


def _of_day(kind: DayKind, open: Hours, covered: Sequence[Hours]) -> Iterator[Gap]:
    """The gaps of one kind of day: between two edges nothing opens or closes, so that a look at the first is enough."""
    edges = sorted({0, DAY, *(e for one in (open, *covered) for span in one.spans for e in (span.begins, span.ends))})
    pieces = [(begins, ends, _is_gap(kind, begins, open, covered)) for begins, ends in pairwise(edges)]
    for is_gap, run in groupby(pieces, key=lambda piece: piece[2]):
        stretch = list(run)
        if is_gap:
            yield Gap(kind, stretch[0][0], stretch[-1][1])


def _is_gap(kind: DayKind, minute: int, open: Hours, covered: Sequence[Hours]) -> bool:
    return _covers(open, kind, minute) and not any(_covers(one, kind, minute) for one in covered)


def _covers(hours: Hours, kind: DayKind, minute: int) -> bool:
    return any(span.covers(kind.day, minute, kind) for span in hours.spans)
