"""The numbers of a week, from the records, on both kinds of database."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.store.database import Database
from handlers.reporting.figures import Share, Spread
from handlers.reporting.gathering import Gathering
from handlers.reporting.handler import dump_summary, load_summary
from handlers.reporting.period import Period
from handlers.reporting.summary import Line, Summary
from handlers.reporting.wording import as_message, as_object, as_text
from scheduler.calendar import WorkCalendar
from tests.handlers.reporting.community import CONFIG, ROOM, ZONE, Week, a_week
from tests.handlers.stage import read

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
WEEK = Period.week("2026-W47", ZONE)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def gathering(tmp_path: Path) -> Gathering:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, "utf-8")
    return Gathering.of(read(path), WorkCalendar(ZONE))


async def told(week: Week, database: Database, gathering: Gathering, team: str = "", period: Period = WEEK) -> Summary:
    await week.store(database)
    return await gathering.summary(database.read, period, NOW, team)


def named(lines: Sequence[Line], name: str) -> Line:
    return next(one for one in lines if one.name == name)


async def test_only_what_was_opened_in_the_week_counts(database: Database, gathering: Gathering) -> None:
    found = await told(a_week(), database, gathering)
    assert found.total.tickets == 7
    assert [(one.name, one.tickets) for one in found.teams] == [("售后组", 5), ("售前组", 2)]
    assert [one.tickets for one in found.days] == [2, 0, 2, 0, 2, 0, 1]
    assert {one.name: one.tickets for one in found.hours if one.tickets} == {
        "09": 1,
        "10": 3,
        "14": 1,
        "17": 1,
        "20": 1,
    }


async def test_waiting_counts_in_open_hours_only(database: Database, gathering: Gathering) -> None:
    found = await told(a_week(), database, gathering)
    after = named(found.teams, "售后组")
    # 3 and 6 minutes; and from 17:58 to 09:04 the next day, which is 2 and 4 of them.
    assert after.taken == Spread(3, 6 * MINUTE, 6 * MINUTE)
    assert after.answered == Spread(3, 7 * MINUTE, 8 * MINUTE)
    assert after.resolved == Spread(3, 60 * MINUTE, 90 * MINUTE)
    assert after.resolved_on_time == Share(2, 4)


async def test_a_promise_is_kept_broken_or_never_came_due(database: Database, gathering: Gathering) -> None:
    found = await told(a_week(), database, gathering)
    # Kept once; broken by those taken after 6 minutes and by the one that nobody took; who left early is not counted.
    assert named(found.teams, "售后组").taken_on_time == Share(1, 4)
    assert named(found.teams, "售前组").taken_on_time == Share(2, 2)
    assert found.total.given_up == 1


async def test_later_answers_count_from_the_first_unanswered_words(database: Database, gathering: Gathering) -> None:
    found = await told(a_week(), database, gathering)
    assert found.total.next == Spread(1, 12 * MINUTE, 12 * MINUTE)
    assert found.total.next_on_time == Share(0, 1)


async def test_scores_and_reopened_tickets_count(database: Database, gathering: Gathering) -> None:
    found = await told(a_week(), database, gathering)
    assert (found.total.scores.count, found.total.scores.mean) == (4, 3.0)
    assert found.total.reopened == Share(1, 5)
    assert found.reasons == [("客户要求", 5), ("没写原因", 1), ("看来生气", 1)]


async def test_the_bot_settled_what_it_answered_without_people(database: Database, gathering: Gathering) -> None:
    week = a_week()
    week.talk("11-16 10:10", f"{ROOM}|wmA", "keyword")
    week.talk("11-16 10:20", f"{ROOM}|wmA", "fallback")
    week.talk("11-16 11:00", f"{ROOM}|wmB", "fallback")
    week.talk("11-16 11:00", f"{ROOM}|wm2", "keyword")
    week.talk("11-16 11:01", f"{ROOM}|wm2", "escalation", "escalated")
    week.talk("11-16 11:00", f"{ROOM}|wmC", "gate", "silent")
    week.talk("11-16 11:00", "app:助手|direct|mei01", "keyword", where="app:助手|direct|mei01")
    week.talk("11-16 11:00", f"{ROOM}|MEI01", "keyword")
    week.talk("11-15 23:00", f"{ROOM}|wmD", "keyword")
    found = await told(week, database, gathering)
    assert found.total.settled == Share(1, 3)
    assert [one.settled for one in found.days[:2]] == [Share(1, 3), Share(0, 0)]
    assert {one.name: one.settled for one in found.hours if one.settled and one.settled.all} == {
        "10": Share(1, 1),
        "11": Share(0, 2),
    }


async def test_of_one_team_only_its_tickets_count(database: Database, gathering: Gathering) -> None:
    week = a_week()
    week.talk("11-16 10:10", f"{ROOM}|wmA", "keyword")
    found = await told(week, database, gathering, "售前组")
    assert (found.total.name, found.total.tickets, [one.name for one in found.teams]) == ("售前组", 2, ["售前组"])
    assert found.total.settled is None


async def test_a_team_that_left_the_configuration_is_still_told(database: Database, gathering: Gathering) -> None:
    week = Week()
    week.ticket("11-21 03:00", team="老团队", taken_at=90, answered_at=91)
    found = await told(week, database, gathering)
    assert [(one.name, one.tickets) for one in found.teams] == [("售后组", 0), ("售前组", 0), ("老团队", 1)]
    assert (found.total.taken.median, found.total.taken_on_time) == (90 * MINUTE, Share())


async def test_holidays_and_make_up_workdays_count_as_people_work(database: Database, gathering: Gathering) -> None:
    week = Week()
    # 30 September to 8 October 2026: the National Day holiday lies between; 10 October is a Saturday that people work.
    week.ticket("09-30 17:50", taken_at=8 * 24 * 60 - 530 + 12)
    week.ticket("10-10 09:00", taken_at=20)
    autumn = Period.between(date(2026, 9, 28), date(2026, 10, 11), ZONE)
    found = await told(week, database, gathering, period=autumn)
    assert found.total.taken == Spread(2, 21 * MINUTE, 22 * MINUTE)


async def test_without_tickets_there_is_still_a_report(database: Database, gathering: Gathering) -> None:
    found = await told(Week(), database, gathering)
    assert list(as_text(found)) == ["客服 11月16日（周一）到11月22日（周日）", "这段时间没有工单。"]
    assert as_message(found) == "客服周报 11月16日（周一）到11月22日（周日）\n这段时间没有工单。"
    assert as_object(found)["total"]["first_response"] == {
        "count": 0, "median": None, "p90": None, "on_time": {"some": 0, "all": 0, "rate": None},
    }  # fmt: skip


async def test_a_report_survives_its_way_through_the_inbox(database: Database, gathering: Gathering) -> None:
    week = a_week()
    week.talk("11-16 10:10", f"{ROOM}|wmA", "keyword")
    found = await told(week, database, gathering)
    assert load_summary(dump_summary(found)) == found


async def test_the_table_reads_so(database: Database, gathering: Gathering) -> None:
    week = a_week()
    week.talk("11-16 10:10", f"{ROOM}|wmA", "keyword")
    week.talk("11-17 10:10", f"{ROOM}|wmB", "fallback")
    golden = (Path(__file__).parent / "week.txt").read_text("utf-8")
    assert "\n".join(as_text(await told(week, database, gathering))) + "\n" == golden


async def test_the_message_reads_so(database: Database, gathering: Gathering) -> None:
    week = a_week()
    week.talk("11-16 10:10", f"{ROOM}|wmA", "keyword")
    assert as_message(await told(week, database, gathering)).split("\n") == [
        "客服周报 11月16日（周一）到11月22日（周日）",
        "工单 7 个，1 个没人接",
        "首次响应 3分，九成在 6分内，按时 50%",
        "后续回复 12分，按时 0%",
        "解决 45分，重开 20%",
        "评分 3.0（1.6–4.4，4 人）",
        "机器人办成 100%（1 个会话里 1 个）",
        "转人工最多：客户要求 5、没写原因 1、看来生气 1",
        "· 售后组：5 个，首次响应 6分，按时 25%，评分 3.5",
        "· 售前组：2 个，首次响应 2分，按时 100%，评分 2.5",
    ]
