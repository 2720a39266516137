"""What looks wrong about a reward, rule by rule, and just not; no store, no clock."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.types.days import LocalDays
from handlers.fairplay.rules import BEATS, Act, Seen, judge
from handlers.fairplay.settings import FairPlay, Rule

NOW = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
DAYS = LocalDays(ZoneInfo("Asia/Shanghai"))
DAY, HOUR, MINUTE, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
TWELVE = "一二三四五六七八九十甲乙"


def acts(*ago: timedelta, source: str = "签到") -> Sequence[Act]:
    return [Act(NOW - one, source) for one in ago]


def paces(*pauses: float) -> Sequence[Act]:
    at, made = NOW, []
    for pause in pauses:
        at -= timedelta(seconds=pause)
        made.append(Act(at, "游戏"))
    return made


CASES: Sequence[tuple[str, dict[str, Any], dict[str, Any], str]] = (
    ("nothing is known of a member", {}, {}, ""),
    ("the same second twice", {"before": acts(timedelta(0))}, {}, "离上一次签到才 0 秒，最少隔 1 秒"),
    ("a second apart", {"before": acts(SECOND)}, {}, ""),
    ("another source in the same second", {"before": acts(timedelta(0), source="打卡")}, {}, ""),
    (
        "sooner than a source may",
        {"before": acts(9 * MINUTE)},
        {"cooldowns": {"签到": "10m"}},
        "离上一次签到才 9 分钟，最少隔 10 分钟",
    ),
    ("as late as a source must", {"before": acts(10 * MINUTE)}, {"cooldowns": {"签到": "10m"}}, ""),
    ("another source's own time", {"before": acts(MINUTE)}, {"cooldowns": {"打卡": "10m"}}, ""),
    ("a short text", {"words": "打卡！！！"}, {}, "只写了 2 个字（“打卡！！！”），最少 5 个"),
    ("marks and emoji count for nothing", {"words": "打 卡 🎉🎉🎉。。。"}, {}, "只写了 2 个字"),
    ("a text that is long enough", {"words": "今天跑步了"}, {}, ""),
    ("no text where none earns", {"words": ""}, {"letters": 50}, ""),
    ("the same words by three", {"words": TWELVE, "alike": 3, "digest": "d"}, {}, ""),
    (
        "the same words by four",
        {"words": TWELVE, "alike": 4, "digest": "d"},
        {},
        "1 天里 4 个账号写了一样的“一二三四五六七八九十甲乙”",
    ),
    ("a streak as long as they are here", {"streak": 5, "known_since": date(2026, 11, 23)}, {}, ""),
    ("a streak with days made up for", {"streak": 36, "known_since": date(2026, 11, 23)}, {}, ""),
    (
        "a streak longer than any make-up",
        {"streak": 37, "known_since": date(2026, 11, 23)},
        {},
        "算成连续 37 天，可他来了才 5 天",
    ),
    (
        "five days to the second",
        {"before": acts(*(n * DAY for n in (1, 2, 3, 4)))},
        {},
        "连着 5 天都在 10:00:00 签到，前后不差一两秒",
    ),
    ("within a second of it", {"before": acts(DAY, 2 * DAY + SECOND, 3 * DAY, 4 * DAY)}, {}, "连着 5 天"),
    ("two seconds off", {"before": acts(DAY, 2 * DAY + 2 * SECOND, 3 * DAY, 4 * DAY)}, {}, ""),
    ("four days only", {"before": acts(DAY, 2 * DAY, 3 * DAY)}, {}, ""),
    ("a day missing", {"before": acts(DAY, 2 * DAY, 4 * DAY, 5 * DAY)}, {}, ""),
    ("another source on one day", {"before": [*acts(DAY, 2 * DAY, 3 * DAY), *acts(4 * DAY, source="打卡")]}, {}, ""),
    ("not the first of its day", {"before": acts(MINUTE, *(n * DAY for n in (1, 2, 3, 4)))}, {}, ""),
    ("twenty to the beat", {"before": paces(*[20] * (BEATS - 1))}, {}, "最近 20 次游戏，每次都隔 20 秒，不差一秒"),
    ("a second off the beat", {"before": paces(*[20] * 18, 21)}, {}, "最近 20 次游戏"),
    ("two seconds off the beat", {"before": paces(*[20] * 18, 22)}, {}, ""),
    ("nineteen to the beat", {"before": paces(*[20] * (BEATS - 2))}, {}, ""),
    ("ten in a minute", {"before": paces(*[5.9, 7, 4, 6, 9, 5, 4, 8, 9])}, {}, ""),
    ("eleven in a minute", {"before": paces(*[5, 7, 4, 6, 5, 5, 4, 8, 7, 5])}, {}, "一分钟里 11 次，最多 10 次"),
    ("as many as are allowed", {"before": paces(*[5, 7, 4, 6, 5, 5, 4, 8, 7, 5])}, {"flood": 11}, ""),
    ("up for a day and a half", {"busy_since": NOW - 36 * HOUR}, {}, "1 天 12 小时里没有停过 3 小时"),
    ("up for a day", {"busy_since": NOW - 35 * HOUR}, {}, ""),
    ("two others at the same moments", {"companions": frozenset("ab"), "key": "c"}, {}, ""),
    (
        "three others at the same moments",
        {"companions": frozenset("abd"), "key": "c"},
        {},
        "4 个新账号（不到 7 天），最近 3 次都在前后 10 秒里做一样的事",
    ),
)


@pytest.mark.parametrize(("seen", "limits", "why"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_each_rule_names_its_evidence(seen: dict[str, Any], limits: dict[str, Any], why: str) -> None:
    source = "游戏" if any(one.source == "游戏" for one in seen.get("before", ())) else "签到"
    found = judge(Seen(act=Act(NOW, source), **seen), FairPlay.model_validate(limits), DAYS)
    assert [one.evidence.startswith(why) and bool(why) for one in found] == ([True] if why else [])


@pytest.mark.parametrize("case", [case for case in CASES if case[3]], ids=lambda case: case[0])
def test_each_rule_can_be_switched_off(case: tuple[str, dict[str, Any], dict[str, Any], str]) -> None:
    _, seen, limits, _ = case
    source = "游戏" if any(one.source == "游戏" for one in seen.get("before", ())) else "签到"
    known = Seen(act=Act(NOW, source), **seen)
    (found,) = judge(known, FairPlay.model_validate(limits), DAYS)
    assert judge(known, FairPlay.model_validate({**limits, "without": [found.rule.value]}), DAYS) == []


def test_what_several_share_is_one_subject() -> None:
    seen = Seen(act=Act(NOW, "签到"), companions=frozenset("abd"), key="c")
    assert [one.about for one in judge(seen, FairPlay(), DAYS)] == [
        ("together:a", "together:b", "together:c", "together:d")
    ]
    assert {rule.value for rule in Rule} == {
        "隔得太近", "写得太短", "多个账号写的一样", "连续天数对不上", "每天分秒不差", "间隔分秒不差", "一分钟里太多",
        "一直没休息", "新账号一起行动",
    }  # fmt: skip
