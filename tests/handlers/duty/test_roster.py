"""Who is on duty: shifts, rotation, leave, swaps, and nobody at all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.types.ports import Services
from handlers.directory import TEAMS, Roster
from handlers.duty.away import Away, Leave, Swap
from handlers.duty.roster import Duty
from handlers.duty.shifts import Shift
from scheduler.calendar import WorkCalendar
from tests.handlers.stage import read

CALENDAR = WorkCalendar()
PEOPLE = "".join(
    f'[[people]]\nname="{name}"\nuserid="{id}"\nroles=["售后组"]\n' for name, id in zip("甲乙丙丁", "abcd", strict=True)
)
ABOVE = '[[people]]\nname="组长"\nuserid="lead"\n[[people]]\nname="管"\nuserid="admin"\nroles=["管理员"]\n'
TEAM = '[[teams]]\nname="售后组"\n'


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CALENDAR.timezone)


def roster(folder: Path, *shifts: str, team: str = 'hours="工作日 09:00-18:00"') -> Duty:
    """The roster of a team of 甲乙丙丁 (a, b, c, d) with some shifts."""
    path = folder / "config.toml"
    written = "".join(f'[[shifts]]\nname="班{number}"\nteam="售后组"\n{shift}\n' for number, shift in enumerate(shifts))
    path.write_text(PEOPLE + ABOVE + TEAM + f"{team}\n" + written, encoding="utf-8")
    config = read(path)
    return Duty.of(config, Services(Roster.of(config), CALENDAR, "app:助手"))


def on(duty: Duty, moment: str, away: Away = Away(), level: int = 0) -> str:  # noqa: B008 - frozen
    return "".join(one.id for one in duty.on(duty.teams["售后组"], at(moment), away, level))


def warned(duty: Duty, moment: str, away: Away = Away()) -> str:  # noqa: B008 - frozen
    return duty.warning(duty.teams["售后组"], at(moment), away)


WEEKLY = 'people=["甲","乙","丙"]\nrotate="每周"\nsince=2026-11-23'
DAILY = 'people=["甲","乙"]\nrotate="每天"\nsince=2026-11-23'
NIGHT = 'people=["甲","乙","丙"]\nhours="每天 22:00-06:00"\nrotate="每天"\nsince=2026-11-23'
DAY = 'people=["丁"]\nhours="每天 06:00-22:00"'


@pytest.mark.parametrize(
    ("shifts", "moment", "who"),
    [
        ([WEEKLY], "2026-11-23 09:00", "a"),
        ([WEEKLY], "2026-11-27 17:59", "a"),
        ([WEEKLY], "2026-11-30 09:00", "b"),
        ([WEEKLY], "2026-12-07 09:00", "c"),
        ([WEEKLY], "2026-12-14 09:00", "a"),
        ([WEEKLY + "\nsize=2"], "2026-11-23 09:00", "ab"),
        ([WEEKLY + "\nsize=2"], "2026-11-30 09:00", "ca"),
        ([DAILY], "2026-11-23 09:00", "a"),
        ([DAILY], "2026-11-24 09:00", "b"),
        # Friday is the fifth day, Monday the sixth: the weekend does not count.
        ([DAILY], "2026-11-27 09:00", "a"),
        ([DAILY], "2026-11-30 09:00", "b"),
        ([NIGHT, DAY], "2026-11-23 23:00", "a"),
        # Past midnight it is still the shift of the day before.
        ([NIGHT, DAY], "2026-11-24 05:59", "a"),
        ([NIGHT, DAY], "2026-11-24 06:00", "d"),
        ([NIGHT, DAY], "2026-11-24 22:00", "b"),
        (
            ['people=["甲"]\nhours="工作日 09:00-13:00"', 'people=["乙"]\nhours="工作日 12:00-18:00"'],
            "2026-11-23 12:30",
            "ab",
        ),
        (['people=["甲"]', 'people=["甲","乙"]'], "2026-11-23 12:30", "ab"),
        ([], "2026-11-23 12:30", "abcd"),
    ],
)
def test_who_is_on_duty(tmp_path: Path, shifts: Sequence[str], moment: str, who: str) -> None:
    assert on(roster(tmp_path, *shifts), moment) == who


def test_before_it_begins_a_shift_has_nobody_and_the_whole_team_is_called(tmp_path: Path) -> None:
    duty = roster(tmp_path, WEEKLY)
    assert on(duty, "2026-11-20 10:00") == "abcd"
    assert "排班没有盖住" in warned(duty, "2026-11-20 10:00")


def leave(who: str, begins: str, ends: str, whole: bool = True) -> Away:
    return Away(leaves=(Leave(who, at(begins), at(ends), whole),))


def test_who_is_on_leave_is_not_called_and_of_a_shift_without_anybody_the_rest_is(tmp_path: Path) -> None:
    duty = roster(tmp_path, WEEKLY + "\nsize=2")
    day_off = leave("a", "2026-11-24 00:00", "2026-11-25 00:00")
    assert on(duty, "2026-11-24 10:00", day_off) == "b"
    assert on(duty, "2026-11-25 10:00", day_off) == "ab"
    both = replace(day_off, leaves=(*day_off.leaves, replace(day_off.leaves[0], person="b")))
    assert on(duty, "2026-11-24 10:00", both) == "cd"
    assert "请假" in warned(duty, "2026-11-24 10:00", both)
    all_of_them = Away(leaves=tuple(replace(day_off.leaves[0], person=one) for one in "abcd"))
    assert on(duty, "2026-11-24 10:00", all_of_them) == "abcd"


def test_a_day_of_leave_is_a_day_of_the_roster_and_an_afternoon_goes_by_the_clock(tmp_path: Path) -> None:
    duty = roster(tmp_path, NIGHT, DAY, team='hours="每天 全天"')
    tuesday = leave("a", "2026-11-24 00:00", "2026-11-25 00:00")
    assert on(duty, "2026-11-24 01:00", tuesday) == "a"
    monday = leave("a", "2026-11-23 00:00", "2026-11-24 00:00")
    assert "请假" in warned(duty, "2026-11-24 01:00", monday)
    early = leave("a", "2026-11-23 20:00", "2026-11-24 00:00", whole=False)
    assert on(duty, "2026-11-23 23:00", early) == "bcd"
    assert on(duty, "2026-11-24 00:30", early) == "a"


def test_a_swap_exchanges_what_two_people_have_on_that_day(tmp_path: Path) -> None:
    duty = roster(tmp_path, NIGHT, DAY)
    swapped = Away(swaps=(Swap(date(2026, 11, 23), "a", "d"),))
    assert on(duty, "2026-11-23 12:00", swapped) == "a"
    assert on(duty, "2026-11-23 23:00", swapped) == "d"
    assert on(duty, "2026-11-24 05:00", swapped) == "d"
    assert on(duty, "2026-11-24 12:00", swapped) == "d"
    again = replace(swapped, swaps=(*swapped.swaps, Swap(date(2026, 11, 23), "d", "a")))
    assert on(duty, "2026-11-23 23:00", again) == "a"


def test_levels_ask_the_lead_the_manager_and_at_last_the_administrators(tmp_path: Path) -> None:
    duty = roster(tmp_path, team='lead="组长"\nmanager=["管"]')
    assert on(duty, "2026-11-23 10:00", level=1) == "lead"
    assert on(duty, "2026-11-23 10:00", level=2) == "admin"
    off = leave("lead", "2026-11-23 00:00", "2026-11-24 00:00")
    assert on(duty, "2026-11-23 10:00", off, level=1) == "admin"
    assert [one.id for one in duty.staff(duty.teams["售后组"])] == [*"abcd", "lead", "admin"]
    plain = roster(tmp_path)
    assert on(plain, "2026-11-23 10:00", level=1) == on(plain, "2026-11-23 10:00", level=2) == "admin"


def test_a_closed_team_needs_nobody(tmp_path: Path) -> None:
    assert warned(roster(tmp_path, WEEKLY), "2026-11-23 20:00") == ""


def test_the_first_gap_is_found_where_leave_makes_one(tmp_path: Path) -> None:
    duty = roster(tmp_path, WEEKLY)
    team, week = duty.teams["售后组"], (at("2026-11-23 00:00"), at("2026-11-29 00:00"))
    assert duty.first_gap(team, *week, Away()) is None
    gap = duty.first_gap(team, *week, leave("a", "2026-11-25 13:00", "2026-11-25 18:00", whole=False))
    assert gap == at("2026-11-25 13:00")
    assert duty.first_gap(team, *week, leave("a", "2026-11-25 00:00", "2026-11-26 00:00")) == at("2026-11-25 09:00")


@given(
    st.integers(2, 6),
    st.integers(1, 3),
    st.sampled_from(["每天", "每周"]),
    st.dates(date(2026, 1, 1), date(2026, 6, 1)),
)
def test_a_rotation_gives_everybody_as_many_turns(count: int, size: int, turn: str, since: date) -> None:
    names = [str(number) for number in range(count)]
    raw: dict[str, Any] = {"name": "班", "team": "组", "people": names, "rotate": turn, "since": since}
    shift = Shift.model_validate({**raw, "size": min(size, count - 1)})
    step = timedelta(days=1 if turn == "每天" else 7)
    days = [since + step * number for number in range(count)]
    turns = [name for day in days for name in shift.on(day, None, CALENDAR)]
    assert {turns.count(name) for name in names} == {shift.size}


def test_the_teams_are_those_of_the_settings(tmp_path: Path) -> None:
    duty = roster(tmp_path)
    assert list(duty.teams) == [team.name for team in read(tmp_path / "config.toml")[TEAMS]]
    assert [team.name for team in duty.teams_of(duty.directory.member("app:助手", "a"))] == ["售后组"]


IDS = st.sampled_from("abcd")
# In quarters of an hour from Monday on.
QUARTERS = st.integers(0, 14 * 96).map(lambda quarter: at("2026-11-23 00:00") + quarter * timedelta(minutes=15))
DAYS_AHEAD = st.integers(0, 13)
LEAVES = st.builds(
    lambda who, day, days, whole, hours: Leave(
        who,
        at("2026-11-23 00:00") + timedelta(days=day) + (timedelta(0) if whole else timedelta(hours=hours)),
        at("2026-11-23 00:00") + timedelta(days=day + days) + (timedelta(0) if whole else timedelta(hours=hours)),
        whole,
    ),
    IDS, DAYS_AHEAD, st.integers(1, 3), st.booleans(), st.integers(0, 23),
)  # fmt: skip
SWAPS = st.builds(
    lambda day, one, other: Swap(date(2026, 11, 23) + timedelta(days=day), one, other), DAYS_AHEAD, IDS, IDS
)


@pytest.fixture(scope="module")
def duty(tmp_path_factory: pytest.TempPathFactory) -> Duty:
    return roster(tmp_path_factory.mktemp("roster"), NIGHT, DAY, WEEKLY, team='hours="每天 全天"')


@given(st.lists(LEAVES, max_size=6), st.lists(SWAPS, max_size=6), QUARTERS)
def test_somebody_always_answers_and_nobody_on_leave_while_another_is_there(
    duty: Duty, leaves: list[Leave], swaps: list[Swap], now: datetime
) -> None:
    away, team = Away(tuple(leaves), tuple(swaps)), duty.teams["售后组"]
    ids = [one.id for one in duty.on(team, now, away)]
    assert ids
    assert len(set(ids)) == len(ids)
    scheduled = {one.id for one in duty.scheduled(team, now, away)}
    assert bool(duty.warning(team, now, away)) == (not scheduled)
    gone = {leave.person for leave in leaves if not leave.whole and leave.begins <= now < leave.ends}
    assert not gone & scheduled
    if set("abcd") - {leave.person for leave in leaves if leave.begins <= now < leave.ends}:
        assert not gone & set(ids)


@given(st.lists(SWAPS, max_size=8), DAYS_AHEAD)
def test_swaps_give_every_shift_to_somebody_and_nothing_is_lost(duty: Duty, swaps: list[Swap], ahead: int) -> None:
    day, away = date(2026, 11, 23) + timedelta(days=ahead), Away(swaps=tuple(swaps))
    assert sorted(away.placed("abcd", day)) == list("abcd")
    planned = [len(stint.on) for stint in duty.stints(duty.teams["售后组"], day)]
    assert [len(stint.on) for stint in duty.stints(duty.teams["售后组"], day, away)] == planned
    undone = Away(swaps=(*swaps, *reversed(swaps)))
    assert list(undone.placed("abcd", day)) == list("abcd")
