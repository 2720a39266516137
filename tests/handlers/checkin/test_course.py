"""The days of a campaign and how somebody stands in it; what people say about it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.types.days import LocalDays
from bot.types.hours import Hours
from handlers.checkin.about import is_about
from handlers.checkin.announced import Once, Times
from handlers.checkin.course import Course, needed, progress
from handlers.checkin.wordings import (
    WAYS,
    is_plain,
    letters,
    makeup_day,
    pausing,
    shown_in,
    team_in,
    without_name,
)
from handlers.spoken import Spoken
from nlp.sounds import Sounds
from scheduler.calendar import WorkCalendar

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 11, 23)
DAYS = [MONDAY + timedelta(days=ahead) for ahead in range(7)]


def course(hours: str = "", last: date = date(2026, 11, 29), begins: time = time(0)) -> Course:
    open_at = Hours.parse(hours) if hours else None
    return Course.of(MONDAY, last, open_at, LocalDays(ZONE, begins), WorkCalendar(ZONE), timedelta(minutes=10))


def at(day: int, clock: str) -> datetime:
    return datetime.combine(date(2026, 11, day), time.fromisoformat(clock), ZONE)


def test_days_on_which_it_never_opens_are_none() -> None:
    assert course().days == tuple(DAYS)
    assert course("工作日 06:00-22:00").days == tuple(DAYS[:5])
    assert course("周六 09:00-12:00").days == (DAYS[5],)


def test_it_is_open_in_its_hours_from_the_first_day_to_the_last() -> None:
    made = course("06:00-22:00")
    open_at = [made.is_open(at(*one)) for one in ((22, "12:00"), (23, "05:59"), (23, "06:00"), (29, "21:59"))]
    assert open_at == [False, False, True, True]
    assert not made.has_begun(at(23, "05:59"))
    assert made.has_begun(at(23, "06:00"))
    assert not made.is_over(at(29, "21:59"))
    assert made.is_over(at(29, "22:00"))


def test_a_day_is_closed_when_nothing_of_it_can_arrive_any_more() -> None:
    made = course("06:00-08:00, 20:00-22:00")
    assert list(made.closed(at(23, "22:09"))) == []
    assert list(made.closed(at(23, "22:10"))) == [MONDAY]
    assert list(course(begins=time(4)).closed(at(24, "04:09"))) == []
    assert list(course(begins=time(4)).closed(at(24, "04:10"))) == [MONDAY]


def test_a_night_belongs_to_the_day_before_where_days_begin_later() -> None:
    made = course(begins=time(4))
    assert made.today(at(24, "03:59")) == MONDAY
    assert made.today(at(23, "03:59")) is None


def test_reminders_come_at_their_times_while_people_can_check_in() -> None:
    made = Times((time(20), time(12)), course("工作日 06:00-19:00"))
    assert [moment.astimezone(ZONE) for moment in made.moments()] == [at(day, "12:00") for day in range(23, 28)]


@pytest.mark.parametrize(
    ("clock", "due"), [("22:30", (29, "22:30")), ("09:00", (30, "09:00")), ("22:05", (30, "22:05"))]
)
def test_the_list_comes_the_first_time_that_all_is_over(clock: str, due: tuple[int, str]) -> None:
    (moment,) = Once(time.fromisoformat(clock), course("06:00-22:00")).moments()
    assert moment == at(*due).astimezone(UTC)


def test_a_streak_ends_with_a_missed_day_but_not_with_today() -> None:
    done = {DAYS[0], DAYS[1], DAYS[3]}
    found = progress(DAYS, (), done, DAYS[4])
    assert (found.total, found.streak, found.longest, list(found.missed)) == (3, 1, 2, [DAYS[2]])
    assert progress(DAYS, (), done, DAYS[5]).streak == 0


def test_nobody_misses_a_day_that_is_free() -> None:
    found = progress(DAYS, {DAYS[2]}, {DAYS[0], DAYS[1], DAYS[3]}, DAYS[4])
    assert (found.streak, found.longest, list(found.missed)) == (3, 3, [])
    assert needed(DAYS, {DAYS[2]}, None) == 6
    assert (needed(DAYS, {DAYS[2]}, 7), needed(DAYS, {DAYS[2]}, 5)) == (6, 5)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("打卡 今天读了五页", "今天读了五页"),
        ("打卡：读了", "读了"),
        ("打卡 读了", "读了"),
        ("打卡读了", None),
        ("读完第一章，打卡！", "读完第一章"),
        ("今天没空，就不打卡", None),
        ("#打卡# 第一章读完", "第一章读完"),
        ("打卡第3天，跑了五公里", "第3天，跑了五公里"),
        ("打卡今天跑了五公里", "今天跑了五公里"),
        ("今日打卡，早睡成功", "早睡成功"),
        ("跑了五公里 打卡", "跑了五公里"),
        ("跑了五公里#打卡", "跑了五公里"),
        ("打卡机在哪里买的", None),
        ("打卡怎么没有给我积分", None),
        ("打卡功能坏掉了", None),
        ("打卡吗", None),
        ("打卡 怎么没有给我积分", None),
        ("打卡：规则是什么", None),
        ("打卡，能不能补昨天的", None),
        ("打卡 今天学了微积分是什么意思，做了三题", "今天学了微积分是什么意思，做了三题"),
        ("打卡积分没到账", None),
        ("打卡我想退出活动", None),
        ("打卡图片发不出去", None),
        ("打卡帮我取消报名", None),
        ("打卡今天忘记了", None),
        ("打卡提醒我收不到", None),
        ("打卡的人真不少呀", None),
        ("打卡学了微积分第三章", "学了微积分第三章"),
        ("我昨天忘了打卡", None),
        ("打卡", None),
        ("今天天气不错", None),
    ],
)
def test_what_is_shown_is_told_from_what_is_only_about_it(text: str, shown: str | None) -> None:
    said = shown_in(text)
    assert (None if said is None or is_about(said) else said) == shown


def test_names_days_teams_and_orders_are_read() -> None:
    assert without_name("打卡 晨读 读了五页", ["晨读", "夜跑"]) == ("晨读", "打卡 读了五页")
    assert without_name("打卡「晨读」：读了五页", ["晨读"]) == ("晨读", "打卡 读了五页")
    assert without_name("打卡 读了五页", ["晨读"]) == ("", "打卡 读了五页")
    assert makeup_day("补打卡 昨天", DAYS[1]) == DAYS[0]
    assert makeup_day("补打卡11月23日", DAYS[3]) == DAYS[0]
    assert makeup_day("补打卡要多少分", DAYS[3]) is None
    assert team_in("我要加入 红队！", ["红队", "蓝队"]) == "红队"
    assert team_in("加入群聊", ["红队"]) == ""
    assert [pausing(text) for text in ("暂停", "继续活动", "暂停一下")] == ["pause", "resume", ""]
    assert letters("读了，五 页～😊") == 4


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("打卡", "checkin"),
        ("我要打卡啦～", "checkin"),
        ("今日打卡！", "checkin"),
        ("打个卡", "checkin"),
        ("打咔进度", "progress"),
        ("帮我查一下打卡记录", "progress"),
        ("打卡规责", "rules"),
        ("忘记打卡了", "makeup"),
        ("补打咔", "makeup"),
        ("daka guize", "rules"),
        ("大咖", ""),
        ("签到", ""),
        ("补签", ""),
        ("打卡机", ""),
    ],
)
def test_commands_are_heard_in_other_words_and_misspelt(text: str, command: str, spoken: Spoken) -> None:
    said = "checkin" if is_plain(text) else getattr(spoken.find(text), "command", "")
    assert said == command


@pytest.fixture(scope="module")
def spoken() -> Spoken:
    return Spoken(WAYS, Sounds.load)


def test_long_texts_are_read_in_no_time() -> None:
    for text in ("-" * 200_000 + "打卡", " " * 200_000 + "打", "打卡" * 100_000, "晨读" * 50_000 + " " * 100_000):
        shown_in(text)
        without_name(text, ["晨读"])
        assert not is_plain(text)
