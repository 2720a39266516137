"""The numbers of the desk in a period: in all, by team, by day, by hour, by reason. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain
from typing import TypeVar

from handlers.reporting.cases import Case
from handlers.reporting.figures import Scores, Share, Spread
from handlers.reporting.period import Period
from handlers.reporting.threads import Talk

Key = TypeVar("Key")

HOURS = 24
NO_REASON = "没写原因"


@dataclass(frozen=True, slots=True)
class Line:
    """The numbers of some tickets.

    `taken`: until somebody took them; `answered`: until the first words; `next`: until each later answer; `resolved`:
    until their end. `settled`: how many threads the bot did alone, of all; None where that cannot be said.
    """

    name: str
    tickets: int = 0
    taken: Spread = field(default_factory=Spread)
    taken_on_time: Share = field(default_factory=Share)
    answered: Spread = field(default_factory=Spread)
    next: Spread = field(default_factory=Spread)
    next_on_time: Share = field(default_factory=Share)
    resolved: Spread = field(default_factory=Spread)
    resolved_on_time: Share = field(default_factory=Share)
    reopened: Share = field(default_factory=Share)
    given_up: int = 0
    scores: Scores = field(default_factory=Scores)
    settled: Share | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """The report: `reasons` are names with counts, the most frequent first. `team`: only of that one; "" of all."""

    period: Period
    made_at: datetime
    team: str
    total: Line
    teams: Sequence[Line]
    days: Sequence[Line]
    hours: Sequence[Line]
    reasons: Sequence[tuple[str, int]]


def summary(
    period: Period, made_at: datetime, cases: Sequence[Case], talks: Sequence[Talk], team: str = "",
    teams: Sequence[str] = (),
) -> Summary:  # fmt: skip
    """The numbers of a period; `teams` in the order of the configuration, others that had tickets behind them.

    Threads have no team: of one team alone nothing is said of them.
    """
    known = None if team else talks
    local = [(case, case.opened_at.astimezone(period.zone)) for case in cases]
    names = [team] if team else list(dict.fromkeys([*teams, *(case.team for case in cases)]))
    began = [(talk, talk.began_at.astimezone(period.zone)) for talk in talks]
    on_days = {day: [talk for talk, at in began if at.date() == day] for day in period.days}
    at_hours = {hour: [talk for talk, at in began if at.hour == hour] for hour in range(HOURS)}
    by_day: Mapping[date, list[Case]] = _grouped((at.date(), case) for case, at in local)
    by_hour: Mapping[int, list[Case]] = _grouped((at.hour, case) for case, at in local)
    by_team: Mapping[str, list[Case]] = _grouped((case.team, case) for case in cases)
    by_reason: Mapping[str, list[Case]] = _grouped((case.reason or NO_REASON, case) for case in cases)
    return Summary(
        period=period, made_at=made_at, team=team, total=line(team or "全部", cases, known),
        teams=[line(name, by_team.get(name, ())) for name in names],
        days=[line(day.isoformat(), by_day.get(day, ()), None if team else on_days[day]) for day in period.days],
        hours=[line(f"{hour:02}", by_hour.get(hour, ()), None if team else at_hours[hour]) for hour in range(HOURS)],
        reasons=sorted(((name, len(found)) for name, found in by_reason.items()), key=lambda one: (-one[1], one[0])),
    )  # fmt: skip


def line(name: str, cases: Sequence[Case], talks: Sequence[Talk] | None = None) -> Line:
    """The numbers of some tickets and threads."""
    ended = [case for case in cases if case.resolved is not None or case.reopened]
    return Line(
        name=name, tickets=len(cases), taken=_spread(cases, lambda case: case.taken),
        taken_on_time=Share.of(case.taken_on_time for case in cases),
        answered=_spread(cases, lambda case: case.answered),
        next=Spread.of(chain.from_iterable(case.next for case in cases)),
        next_on_time=Share.of(chain.from_iterable(case.next_on_time for case in cases)),
        resolved=_spread(cases, lambda case: case.resolved),
        resolved_on_time=Share.of(case.resolved_on_time for case in cases),
        reopened=Share.of(case.reopened for case in ended), given_up=sum(case.given_up for case in cases),
        scores=Scores.of(case.score for case in cases if case.score is not None),
        settled=None if talks is None else Share.of(talk.is_settled for talk in talks),
    )  # fmt: skip


def _spread(cases: Sequence[Case], of: Callable[[Case], timedelta | None]) -> Spread:
    return Spread.of(took for case in cases if (took := of(case)) is not None)


def _grouped(keyed: Iterable[tuple[Key, Case]]) -> Mapping[Key, list[Case]]:
    groups: dict[Key, list[Case]] = {}
    for key, case in keyed:
        groups.setdefault(key, []).append(case)
    return groups
