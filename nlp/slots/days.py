"""Days in Chinese: 明天, 下周一, 12 月 3 号, 三天后, 月底, 周末, 2026-12-01."""

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import regex

from nlp.slots.numerals import NUMBER, integer, spelled

# Where a day without its year or month is looked for.
Toward = Literal["future", "past", "any"]
IsWorkday = Callable[[date], bool]
# Nobody makes appointments beyond; and the date type ends somewhere.
FARTHEST = 100_000

_WEEK = "一二三四五六日"
_WEEKDAY = r"(?P<weekday>[一二三四五六日天]|[1-7](?!\d))"
_WORDS: Mapping[str, tuple[int, int]] = {
    "大前天": (-3, -3),
    "前天": (-2, -2),
    **dict.fromkeys(("昨天", "昨日", "昨儿个", "昨儿", "昨"), (-1, -1)),
    **dict.fromkeys(("今天", "今日", "今儿个", "今儿", "今", "本日", "当天"), (0, 0)),
    **dict.fromkeys(("明天", "明日", "明儿个", "明儿", "明"), (1, 1)),
    "后天": (2, 2),
    "大后天": (3, 3),
    **dict.fromkeys(("今明两天", "今明"), (0, 1)),
    **dict.fromkeys(("明后两天", "明后天", "明后"), (1, 2)),
}
_PART = "早|晚|上午|下午|中午|凌晨|傍晚|夜"
_WORD = regex.compile(
    "(?P<word>"
    + "|".join(
        word if len(word) > 1 and word not in ("今明", "明后") else rf"{word}(?={_PART}|两天)"
        for word in sorted(_WORDS, key=len, reverse=True)
    )
    + ")"
)
_FIGURES = "[零〇一二三四五六七八九]"
_YEAR = rf"(?:(?P<year>\d{{4}}|\d{{2}}|{_FIGURES}{{4}}|{_FIGURES}{{2}})|(?P<said>[今明后去前]))年的?"
_DATE = regex.compile(rf"(?:{_YEAR}|(?<!年))\s?(?P<month>{NUMBER})\s?月份?\s?(?P<day>{NUMBER})\s?(?:日|号|(?![\d个]))")
_ISO = regex.compile(r"(?<!\d)(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)")
_CLOSED = regex.compile(r"(?<!\d)(?P<year>20\d{2})(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d)")
_SLASH = regex.compile(r"(?<![\d/])(?P<month>\d{1,2})/(?P<day>\d{1,2})(?![\d/])")
_OF_MONTH = regex.compile(
    rf"(?<!月)(?:(?P<which>上|这|本|下下|下|当)个?月的?)?\s?(?P<day>{NUMBER})\s?(?:号|日)"
    r"(?!楼|线|店|色|口|门|机|电|仓|柜|链|套|产|商|字|碗|桌|馆|院|厅|用|常|期|记|霜|元)"
)
_IN_MONTH = regex.compile(
    rf"(?:(?P<which>上|这|本|下下|下|当)个?|(?P<month>{NUMBER}))?月(?P<part>底|末|初|中旬|上旬|下旬|中)"
)
_IN_YEAR = regex.compile(r"(?P<said>今|明|去)?年(?P<part>底|末|初)")
_MONTH = regex.compile(r"(?P<which>上|这|本|下下|下)个?月(?![\d零一二三四五六七八九十底末初中上下])")
_OF_WEEK = regex.compile(rf"(?P<which>(?:[上下]+|这|本)个?)?(?:周|星期|礼拜)(?:{_WEEKDAY}|(?P<end>末))")
_A_WEEK = regex.compile(r"(?P<which>[上下]+|这|本)个?(?:周|星期|礼拜)")
_SPAN = regex.compile(
    rf"再?过?(?P<count>{NUMBER}|半)个?(?P<half>半)?个?(?P<unit>工作日|天|日|星期|礼拜|周|月|年)(?P<more>半)?"
    r"(?P<way>之后|以后|后(?!面|台|续)|之内|以内|内|之前|以前|前(?!面|台|后))"
)
_PASSING = regex.compile(rf"再?过(?P<count>{NUMBER}|半)个?(?P<half>半)?个?(?P<unit>工作日|天|星期|礼拜|周|月|年)")
_NEXT_WORKDAY = regex.compile(r"(?:下一?个|最近的?)工作日")
_FEASTS: Mapping[str, tuple[int, int]] = {
    "元旦": (1, 1),
    "情人节": (2, 14),
    **dict.fromkeys(("妇女节", "三八节"), (3, 8)),
    **dict.fromkeys(("劳动节", "五一"), (5, 1)),
    **dict.fromkeys(("儿童节", "六一"), (6, 1)),
    **dict.fromkeys(("618", "六一八"), (6, 18)),
    **dict.fromkeys(("国庆节", "国庆"), (10, 1)),
    **dict.fromkeys(("双十一", "双11"), (11, 11)),
    **dict.fromkeys(("双十二", "双12"), (12, 12)),
    "平安夜": (12, 24),
    **dict.fromkeys(("圣诞节", "圣诞"), (12, 25)),
}
_FEAST = regex.compile(
    r"(?<![\d.])(?:(?P<said>今|明|去)年的?)?(?P<feast>"
    + "|".join(sorted(_FEASTS, key=len, reverse=True))
    + r")(?![\d.]|[点月日号个])(?:那天|当天)?"
)
_BACK = ("之前", "以前", "前")
_WITHIN = ("之内", "以内", "内")
_YEARS: Mapping[str, int] = {"前": -2, "去": -1, "今": 0, "明": 1, "后": 2}
_MONTHS: Mapping[str, int] = {"上": -1, "这": 0, "本": 0, "当": 0, "下": 1, "下下": 2}
_PARTS: Mapping[str, tuple[int, int]] = {
    "初": (1, 10),
    "上旬": (1, 10),
    "中": (11, 20),
    "中旬": (11, 20),
    "下旬": (21, 31),
}


@dataclass(frozen=True, slots=True)
class Days:
    """Days from `first` to `last`, both included. `weekly`: a bare weekday, which a week later is meant as well."""

    first: date
    last: date
    weekly: bool = False


@dataclass(frozen=True, slots=True)
class Today:
    """What days are counted from, and in which direction those without a year lie."""

    day: date
    toward: Toward = "future"
    is_workday: IsWorkday | None = None

    def nearest(self, candidates: Iterator[date]) -> date | None:
        """The first of some days, in order of time, in the direction; for `any` the nearest."""
        days = list(candidates)
        ahead = next((day for day in days if day >= self.day), None)
        behind = next((day for day in reversed(days) if day <= self.day), None)
        if self.toward == "future" or behind is None:
            return ahead
        if self.toward == "past" or ahead is None:
            return behind
        return ahead if ahead - self.day <= self.day - behind else behind

    def shifted(self, days: int) -> date | None:
        """So many days later; None out of all reason."""
        return self.day + timedelta(days=days) if abs(days) <= FARTHEST else None

    def months_on(self, months: int, day: int | None = None) -> date | None:
        """The same day of another month, or its last one; `day` names another day, which must be in that month."""
        year, month = divmod(self.day.year * 12 + self.day.month - 1 + months, 12)
        if not 1 <= year <= 9998:
            return None
        last = monthrange(year, month + 1)[1]
        return date(year, month + 1, min(self.day.day, last)) if day is None else _date(year, month + 1, day)


def days_at(text: str, at: int, today: Today) -> tuple[Days, int] | None:
    """The day or days that begin at a place of a folded text, and where the words for them end: the longest reading."""
    best: tuple[Days, int] | None = None
    for pattern, read in _RULES:
        found = pattern.match(text, at)
        if found and (best is None or found.end() > best[1]):
            days = read(found, today)
            best = (days, found.end()) if days is not None else best
    return best


def _date(year: int, month: int, day: int) -> date | None:
    if not (1 <= year <= 9998 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def _one(day: date | None) -> Days | None:
    return None if day is None else Days(day, day)


def _word(found: "regex.Match[str]", today: Today) -> Days | None:
    first, last = (today.shifted(days) for days in _WORDS[found["word"]])
    return Days(first, last) if first and last else None


def _dated(found: "regex.Match[str]", today: Today) -> Days | None:
    month, day = integer(found["month"]), integer(found["day"])
    if month is None or day is None:
        return None
    groups = found.groupdict()
    year = _year(groups.get("year"), groups.get("said"), today)
    return _one(_date(year, month, day) if year else _yearly(month, day, today))


def _year(written: str | None, said: str | None, today: Today) -> int | None:
    if said:
        return today.day.year + _YEARS[said]
    if not written:
        return None
    year = int(spelled(written))
    return year + 2000 if len(written) == 2 else year


def _yearly(month: int, day: int, today: Today) -> date | None:
    # 29 February comes every fourth year, once in eight.
    years = (_date(today.day.year + step, month, day) for step in range(-8, 9))
    return today.nearest(one for one in years if one is not None)


def _of_month(found: "regex.Match[str]", today: Today) -> Days | None:
    day = integer(found["day"])
    if day is None:
        return None
    if found["which"]:
        return _one(today.months_on(_MONTHS[found["which"]], day))
    months = (today.months_on(step, day) for step in range(-2, 3))
    return _one(today.nearest(one for one in months if one is not None))


def _in_month(found: "regex.Match[str]", today: Today) -> Days | None:
    first = _first_of_month(found, today)
    if first is None:
        return None
    last = monthrange(first.year, first.month)[1]
    if found["part"] in ("底", "末"):
        return _one(first.replace(day=last))
    begins, ends = _PARTS[found["part"]]
    days = Days(first.replace(day=begins), first.replace(day=min(ends, last)))
    is_past = not (found["which"] or found["month"]) and today.toward == "future" and days.last < today.day
    later = today.months_on(1, 1) if is_past else None
    return Days(later.replace(day=begins), later.replace(day=min(ends, 28))) if later else days


def _first_of_month(found: "regex.Match[str]", today: Today) -> date | None:
    if found["month"] is None:
        return today.months_on(_MONTHS[found["which"] or "本"], 1)
    month = integer(found["month"])
    if month is None or not 1 <= month <= 12:
        return None
    # The end of this month is still to come, whatever the day.
    if month == today.day.month:
        return today.day.replace(day=1)
    return _yearly(month, 1, today)


def _in_year(found: "regex.Match[str]", today: Today) -> Days | None:
    year = today.day.year + _YEARS[found["said"] or "今"]
    if found["part"] in ("底", "末"):
        return _one(_date(year, 12, 31))
    return Days(date(year, 1, 1), date(year, 1, 31))


def _month(found: "regex.Match[str]", today: Today) -> Days | None:
    first = today.months_on(_MONTHS[found["which"]], 1)
    return Days(first, first.replace(day=monthrange(first.year, first.month)[1])) if first else None


def _monday(which: str, today: Today) -> date | None:
    weeks = which.count("下") - which.count("上")
    return today.shifted(7 * weeks - today.day.weekday())


def _of_week(found: "regex.Match[str]", today: Today) -> Days | None:
    which = found["which"] or ""
    monday = _monday(which, today)
    if monday is None:
        return None
    if found["end"]:
        return Days(monday + timedelta(days=5), monday + timedelta(days=6))
    weekday = found["weekday"].replace("天", "日")
    place = _WEEK.index(weekday) if weekday in _WEEK else int(weekday) - 1
    if which:
        return _one(monday + timedelta(days=place))
    nearest = today.nearest(monday + timedelta(days=place + 7 * week) for week in (-1, 0, 1))
    return Days(nearest, nearest, weekly=True) if nearest else None


def _a_week(found: "regex.Match[str]", today: Today) -> Days | None:
    monday = _monday(found["which"], today)
    return Days(monday, monday + timedelta(days=6)) if monday else None


def _span(found: "regex.Match[str]", today: Today) -> Days | None:
    groups = found.groupdict()
    way = groups.get("way") or "后"
    count = 0 if found["count"] == "半" else integer(found["count"])
    halves = 2 * (count or 0) + (found["count"] == "半") + bool(groups["half"] or groups.get("more"))
    if count is None or not halves or halves > FARTHEST:
        return None
    end = _moved(halves * (-1 if way in _BACK else 1), found["unit"], today)
    if end is None:
        return None
    return Days(min(today.day, end), max(today.day, end)) if way in _WITHIN else _one(end)


def _moved(halves: int, unit: str, today: Today) -> date | None:
    """So many half units from today; half a month is fifteen days."""
    whole, half = halves // 2, halves % 2
    match unit:
        case "工作日":
            return _workdays(whole, today)
        case "天" | "日":
            return today.shifted(whole) if not half else None
        case "月":
            on = today.months_on(whole)
            return on + timedelta(days=15) if on and half else on
        case "年":
            return today.months_on(6 * halves)
    return today.shifted(7 * whole + 3 * half)


def _workdays(count: int, today: Today) -> date | None:
    is_workday, day, step = today.is_workday, today.day, timedelta(days=1 if count > 0 else -1)
    if is_workday is None or abs(count) > 1000:
        return None
    left = abs(count)
    while left:
        day += step
        left -= is_workday(day)
    return day


def _next_workday(found: "regex.Match[str]", today: Today) -> Days | None:
    return _one(_workdays(1, today))


def _feast(found: "regex.Match[str]", today: Today) -> Days | None:
    month, day = _FEASTS[found["feast"]]
    if found["said"]:
        return _one(_date(today.day.year + _YEARS[found["said"]], month, day))
    return _one(_yearly(month, day, today))


_RULES: tuple[tuple["regex.Pattern[str]", Callable[["regex.Match[str]", Today], Days | None]], ...] = (
    (_WORD, _word),
    (_DATE, _dated),
    (_ISO, _dated),
    (_CLOSED, _dated),
    (_SLASH, _dated),
    (_OF_MONTH, _of_month),
    (_IN_MONTH, _in_month),
    (_IN_YEAR, _in_year),
    (_MONTH, _month),
    (_OF_WEEK, _of_week),
    (_A_WEEK, _a_week),
    (_SPAN, _span),
    (_PASSING, _span),
    (_NEXT_WORKDAY, _next_workday),
    (_FEAST, _feast),
)
