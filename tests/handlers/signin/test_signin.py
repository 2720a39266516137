"""Signing in: once a day, streaks, luck, make-up cards; what is said about it."""

import asyncio
from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.database import Database
from bot.store.schema import combine
from bot.store.tables import SPINE
from bot.types.events import Conversation
from handlers.points.tables import TABLES as POINTS_TABLES
from handlers.points.tables import entries
from handlers.points.within import Within
from handlers.signin.settings import SignIn
from handlers.signin.standing import Standing, lock, make_up, sign_in
from handlers.signin.tables import TABLES, signins, standings
from handlers.signin.wordings import makeup_day
from tests.handlers.conftest import MakeStage
from tests.handlers.points.book import Book
from tests.handlers.stage import Stage

DOOR = Conversation("app:助手", "direct", "lin")
# Its pictures travel in answers only, so that calendars are told there.
TELLING = "aibot:小助手"
PLACE = """
[wecom]
corp_id = "ww1234567890abcdef"

[[channels]]
kind = "aibot"
name = "小助手"
mode = "url"
token = "env:WECOM_BOT_TOKEN"
aes_key = "env:WECOM_BOT_AES_KEY"
"""
RULES = """
[points]
{points}

[signin]
streak = {{ 3 = 20, 5 = 50 }}
{signin}
"""


async def opened(make_stage: MakeStage, points: str = "", signin: str = "") -> Stage:
    return await make_stage(PLACE + RULES.format(points=points, signin=signin))


async def say(stage: Stage, text: str, member: str = "lin", door: str = "app:助手") -> str:
    where = Conversation(door, "direct", member)
    return "\n".join(seen.words for seen in await stage.say(member, text, where))


async def given_points(stage: Stage) -> list[tuple[str, int]]:
    rows = await stage.database.read(sa.select(entries.c.source, entries.c.amount).order_by(entries.c.id))
    return [(row.source, row.amount) for row in rows]


async def test_signing_in_brings_points_once_a_day(make_stage: MakeStage) -> None:
    stage = await opened(make_stage)
    assert await say(stage, "签到") == "签到成功，+5 积分，连续 1 天。再连签 2 天多得 20。"
    assert await say(stage, "我要签到！") == "今天签过啦，连续 1 天，明天再来。"
    assert await given_points(stage) == [("签到", 5)]


@pytest.mark.parametrize("text", ["签到", "簽到", "我要签到", "签到啦～", "qiandao", "签个到", "【签到】", "每日签到"])
async def test_there_are_many_ways_to_say_it(make_stage: MakeStage, text: str) -> None:
    assert "签到成功" in await say(await opened(make_stage), text)


@pytest.mark.parametrize("text", ["签到有bug", "怎么签到不了", "签字", "我去签收", "千岛湖"])
async def test_what_is_something_else_signs_nobody_in(make_stage: MakeStage, text: str) -> None:
    stage = await opened(make_stage)
    await say(stage, text)
    assert await given_points(stage) == []


async def test_streaks_bring_more_when_they_are_reached(make_stage: MakeStage) -> None:
    stage = await opened(make_stage)
    said = []
    for _ in range(5):
        said.append(await say(stage, "签到"))
        await stage.forward(timedelta(days=1))
    assert "连签 3 天，再得 20！" in said[2]
    assert "连签 5 天，再得 50！" in said[4]
    assert [amount for source, amount in await given_points(stage) if source == "连签"] == [20, 50]


async def test_a_missed_day_begins_anew_and_may_reach_it_again(make_stage: MakeStage) -> None:
    stage = await opened(make_stage)
    for gap in (1, 1, 2, 1, 1):
        await say(stage, "签到")
        await stage.forward(timedelta(days=gap))
    assert [amount for source, amount in await given_points(stage) if source == "连签"] == [20]
    await say(stage, "签到")
    assert Counter(source for source, _ in await given_points(stage))["连签"] == 2
    assert "连续 3 天" in (await say(stage, "签到日历", door=TELLING))


async def test_a_day_begins_when_the_manager_says(make_stage: MakeStage) -> None:
    stage = await opened(make_stage, points='day_begins = "04:00"')
    await say(stage, "签到")
    await stage.forward(timedelta(hours=17, minutes=30))
    assert await say(stage, "签到") == "11月23日签过啦，连续 1 天，明天再来。"
    await stage.forward(timedelta(hours=1))
    assert "连续 2 天" in await say(stage, "签到")


async def test_who_signs_in_after_midnight_is_told_for_which_day(make_stage: MakeStage) -> None:
    stage = await opened(make_stage, points='day_begins = "04:00"')
    await stage.forward(timedelta(hours=15))
    assert (await say(stage, "签到")).startswith("签到成功（算 11月23日 的），+5")


async def test_a_missed_day_can_be_made_up_for(make_stage: MakeStage) -> None:
    stage = await opened(make_stage)
    for gap in (1, 2):
        await say(stage, "签到")
        await stage.forward(timedelta(days=gap))
    await say(stage, "签到")
    assert await say(stage, "补签") == "补好了 11月25日，现在连续 4 天。连签 3 天，再得 20！这个月还能补 1 次。"
    assert await say(stage, "补签") == "最近 7 天没有漏签，不用补。"
    assert await given_points(stage) == [("签到", 5), ("签到", 5), ("签到", 5), ("连签", 20)]


async def test_a_day_can_be_named(make_stage: MakeStage) -> None:
    stage = await opened(make_stage)
    await say(stage, "签到")
    await stage.forward(timedelta(days=4))
    assert "补好了 11月24日，现在连续 0 天" in await say(stage, "补签 24号")
    assert "补好了 11月26日" in await say(stage, "补签昨天")
    assert await say(stage, "补签前天") == "这个月的 2 次补签都用完了。"
    assert await say(stage, "补签 11月23日") == "11月23日 已经签过了，不用补。"
    assert await say(stage, "补签 22号") == "只能补 11月23日 到 11月26日 之间漏掉的日子。"


async def test_a_card_may_cost_points(make_stage: MakeStage) -> None:
    stage = await opened(make_stage, signin="card_cost = 8")
    await say(stage, "签到")
    await stage.forward(timedelta(days=2))
    assert await say(stage, "补签") == "补签一次要 8 积分，还差 3。"
    await say(stage, "签到")
    assert "用了 8 积分" in await say(stage, "补签")
    assert ("补签", -8) in await given_points(stage)


async def test_cards_come_back_with_the_month(make_stage: MakeStage) -> None:
    stage = await opened(make_stage, signin="cards = 1")
    await say(stage, "签到")
    await stage.forward(timedelta(days=5))
    assert "补好了" in await say(stage, "补签")
    assert "都用完了" in await say(stage, "补签")
    await stage.forward(timedelta(days=4))
    assert "补好了" in await say(stage, "补签")


async def test_nobody_makes_up_for_days_before_their_first(make_stage: MakeStage) -> None:
    stage = await opened(make_stage)
    assert await say(stage, "补签") == "最近 7 天没有漏签，不用补。"
    await say(stage, "签到")
    assert await say(stage, "补签昨天") == "最近 7 天没有漏签，不用补。"


async def test_where_there_are_no_cards_nothing_is_made_up(make_stage: MakeStage) -> None:
    stage = await opened(make_stage, signin="cards = 0")
    assert await say(stage, "补签") == "这里不能补签。"


async def test_luck_has_odds_that_everybody_can_read(make_stage: MakeStage) -> None:
    stage = await opened(make_stage, signin='lucky = { 1 = "30%", 10 = "0.5%" }')
    rules = await say(stage, "签到规则")
    assert "手气：30% 多得 1、0.5% 多得 10。" in rules
    assert "连续 3 天多得 20。" in rules


def test_luck_keeps_its_odds() -> None:
    rules = SignIn.model_validate({"lucky": {"1": "30%", "10": "5%"}})
    chance = Random(7)
    drawn = Counter(rules.luck(chance) for _ in range(20_000))
    assert abs(drawn[1] / 20_000 - 0.30) < 0.01
    assert abs(drawn[10] / 20_000 - 0.05) < 0.005
    assert set(drawn) == {0, 1, 10}


async def test_what_is_certain_always_comes(make_stage: MakeStage) -> None:
    stage = await opened(make_stage, signin='lucky = { 2 = "100%" }')
    assert await say(stage, "签到") == "签到成功，+5 积分，连续 1 天。手气不错，再得 2！"
    assert await given_points(stage) == [("签到", 5), ("手气", 2)]


async def test_the_limit_of_a_day_is_told(make_stage: MakeStage) -> None:
    stage = await opened(make_stage, points="daily = 5", signin='lucky = { 2 = "100%" }')
    assert await say(stage, "签到") == "签到成功，+5 积分，连续 1 天。今天的积分已经到上限了。"


async def test_the_calendar_tells_what_was_signed_and_what_was_missed(make_stage: MakeStage) -> None:
    stage = await opened(make_stage)
    assert await say(stage, "签到日历") == "还没签到过，发「签到」开始。"
    for gap in (1, 1, 3, 1):
        await say(stage, "签到")
        await stage.forward(timedelta(days=gap))
    assert await say(stage, "签到日历", door=TELLING) == (
        "11月签到 4 天，连续 1 天，最长 3 天，一共 4 天。\n签了：23-25、28 日\n"
        "漏了：26-27 日（这个月还能补 2 次，发「补签」）"
    )


TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("补签昨天", date(2026, 11, 22)),
        ("补签 前天", date(2026, 11, 21)),
        ("我要补签20号", date(2026, 11, 20)),
        ("补签11月20日", date(2026, 11, 20)),
        ("补一下签 30号", date(2026, 10, 30)),
        ("补签12月31日", date(2025, 12, 31)),
        ("补签2月30日", None),
        ("补签卡怎么用", None),
        ("补签", None),
    ],
)
def test_the_day_that_is_meant(text: str, day: date | None) -> None:
    assert makeup_day(text, TODAY) == day


# Streaks against a count of the days themselves.


def runs(days: set[date]) -> dict[date, int]:
    """How many days in a row end with each day."""
    found: dict[date, int] = {}
    for day in sorted(days):
        found[day] = found.get(day - timedelta(days=1), 0) + 1
    return found


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 8), st.booleans()), max_size=25))
def test_streaks_are_what_the_days_say(steps: list[tuple[int, int, bool]]) -> None:
    asyncio.run(_play(steps))


async def _play(steps: list[tuple[int, int, bool]]) -> None:
    database = await Database.memory()
    try:
        await database.alter(combine([*SPINE, *POINTS_TABLES, *TABLES]).create_all)
        book, today, signed = Book.of(database), TODAY, set[date]()
        rewarded = Counter[int]()
        for ahead, back, makes_up in steps:
            today += timedelta(days=ahead)
            day = today - timedelta(days=back) if makes_up else today
            if day in signed or (makes_up and (not signed or day < min(signed))):
                continue
            before, whole = await book.do(lambda within, day=day, today=today: _sign(within, day, today))
            rewarded.update(length for length in (2, 3, 5) if before < length <= whole)
            longer = max(runs(signed).values(), default=0)
            signed.add(day)
            assert whole == _run_with(day, signed)
            assert max(runs(signed).values()) >= longer
        await _same(database, signed)
        assert all(rewarded[length] >= 1 for length in (2, 3, 5) if max(runs(signed).values(), default=0) >= length)
    finally:
        await database.close()


def _run_with(day: date, signed: set[date]) -> int:
    """The length of the row of days that a day is in."""
    end = day
    while end + timedelta(days=1) in signed:
        end += timedelta(days=1)
    return runs(signed)[end]


async def _sign(within: Within, day: date, today: date) -> tuple[int, int]:
    standing = await lock(within, "key")
    if day == today and day.isoformat() > standing.last_day:
        after, before = await sign_in(within, standing, day)
        return before, after.streak
    after, before, whole = await make_up(within, standing, day, today)
    assert after.longest >= whole
    return before, whole


async def _same(database: Database, signed: set[date]) -> None:
    rows = await database.read(sa.select(signins))
    assert {date.fromisoformat(row.day): row.streak for row in rows} == runs(signed)
    kept = [Standing(**row._asdict()) for row in await database.read(sa.select(standings))]
    if signed:
        assert (kept[0].total, kept[0].last_day) == (len(signed), max(signed).isoformat())
        assert kept[0].streak == runs(signed)[max(signed)]
        assert kept[0].longest == max(runs(signed).values())
