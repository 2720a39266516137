"""Reads which days and what times of the day a manager means."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, time

import regex

from bot.types.hours import DAYS_OFF, EVERY_DAY, WEEK, WEEKEND, WORKDAYS, Days
from scheduler.kinds import Eve, Kind, Lunar, Monthly, MonthlyWorkday, Once, Weekly, Yearly
from scheduler.lunar import MONTHS, day_name

LONGEST = 100
EXAMPLE = (
    '写成 "工作日 08:30"、"每天 09:00"、"每周一、三 10:00"、"每月1日 09:00"、"每月最后一天 18:00"、'
    '"农历 正月初一 08:00"、"除夕 20:00" 或 "2026-12-31 20:00"'
)


def read(text: str) -> tuple[Kind, tuple[time, ...]]:
    """The days and the times that a text names; ValueError (Chinese, with the cure) when it names none."""
    if len(text) > LONGEST:
        raise ValueError(f"时间太长，最多 {LONGEST} 个字")
    plain = regex.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()
    found = _WHOLE.fullmatch(plain)
    if found is None:
        raise ValueError(f"看不懂时间“{text}”：要有几点几分，{EXAMPLE}")
    times = tuple(sorted({_time(one) for one in _TIME.finditer(found["times"])}))
    return _kind(found["days"].strip()), times


_PART = "凌晨|早上|上午|中午|下午|晚上"
_TIME = regex.compile(
    rf"(?P<part>{_PART})?\s*"
    r"(?:(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2}))?|(?P<h2>\d{1,2})点(?:(?P<half>半)|(?P<m2>\d{1,2})分?)?)"
)
_ANY_TIME = rf"(?:{_PART})?\s*(?:\d{{1,2}}:\d\d(?::\d\d)?|\d{{1,2}}点(?:半|\d{{1,2}}分?)?)"
_WHOLE = regex.compile(rf"(?P<days>.*?)\s*(?P<times>{_ANY_TIME}(?:\s*[、,和]\s*{_ANY_TIME})*)")
_LATER = ("下午", "晚上")


def _time(found: "regex.Match[str]") -> time:
    hour = int(found["h"] or found["h2"])
    minute = 30 if found["half"] else int(found["m"] or found["m2"] or 0)
    if (found["part"] in _LATER and 1 <= hour < 12) or (found["part"] == "中午" and 1 <= hour <= 2):
        hour += 12
    second = int(found["s"] or 0)
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"没有 {found[0].strip()} 这个时刻，请写 00:00 到 23:59；半夜十二点写第二天的 00:00")
    return time(hour, minute, second)


_KINDS: Mapping[str, str] = {
    **dict.fromkeys(("", EVERY_DAY, "每日", "天天"), EVERY_DAY),
    **dict.fromkeys((WORKDAYS, "每个工作日"), WORKDAYS),
    **dict.fromkeys((DAYS_OFF, "节假日和周末"), DAYS_OFF),
    **dict.fromkeys((WEEKEND, "每周末", "每个周末"), WEEKEND),
}
_FESTIVALS: Mapping[str, tuple[int, int]] = {
    "春节": (1, 1), "元宵": (1, 15), "元宵节": (1, 15), "龙抬头": (2, 2), "端午": (5, 5), "端午节": (5, 5),
    "七夕": (7, 7), "七夕节": (7, 7), "中元节": (7, 15), "中秋": (8, 15), "中秋节": (8, 15), "重阳": (9, 9),
    "重阳节": (9, 9), "腊八": (12, 8), "腊八节": (12, 8), "北方小年": (12, 23), "南方小年": (12, 24),
}  # fmt: skip
_SOLAR: Mapping[str, tuple[int, int]] = {
    "元旦": (1, 1), "情人节": (2, 14), "妇女节": (3, 8), "劳动节": (5, 1), "青年节": (5, 4), "儿童节": (6, 1),
    "教师节": (9, 10), "国庆": (10, 1), "国庆节": (10, 1), "平安夜": (12, 24), "圣诞节": (12, 25),
}  # fmt: skip
_EVES = ("除夕", "大年三十", "年三十", "大年夜")
_WEEKLY = regex.compile(r"每?(?:周|星期|礼拜)(?P<which>.+)")
_RANGE = regex.compile(r"([一二三四五六日天])(?:\s*[-~到至]\s*(?:周|星期|礼拜)?([一二三四五六日天]))?")
_MONTHLY = regex.compile(r"每月\s*(?P<days>(?:初|第)?[\d、,和日号天 ]+)")
_NAMED = regex.compile(r"每年\s*(?P<day>.+)")
_YEARLY = regex.compile(r"(?:每年\s*)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]?")
_DATE = regex.compile(
    r"(?P<y>\d{4})(?:[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})|年(?P<m2>\d{1,2})月(?P<d2>\d{1,2})[日号]?)"
)
_LUNAR = regex.compile(r"(?:农历|阴历|旧历)\s*(?:每年\s*)?(?P<rest>.+)")
_LUNAR_MONTHS: Mapping[str, int] = {
    **{name: at for at, name in enumerate(MONTHS, 1)},
    "一月": 1,
    "十一月": 11,
    "十二月": 12,
    "每月": 0,
}
_LUNAR_DAYS: Mapping[str, int] = {
    **{day_name(number): number for number in range(1, 31)},
    **{"二十" + one: 20 + at for at, one in enumerate("一二三四五六七八九", 1)},
}


def _kind(text: str) -> Kind:
    for reads in _READERS:
        if (kind := reads(text)) is not None:
            return kind
    if text in ("清明", "清明节", "冬至", "立春"):
        raise ValueError(f"“{text}”按节气，每年不同天，请写日期，如 2027-04-05 09:00")
    if text == "小年":
        raise ValueError("“小年”南北不同：请写 北方小年（腊月廿三）或 南方小年（腊月廿四）")
    raise ValueError(f"看不懂“{text}”是哪些天，请{EXAMPLE}")


def _plain(text: str) -> Kind | None:
    return Weekly(Days(_KINDS[text])) if text in _KINDS else None


def _weekly(text: str) -> Kind | None:
    found = _WEEKLY.fullmatch(text)
    if found is None:
        return None
    chosen: set[int] = set()
    for piece in regex.split(r"[、,和]", found["which"]):
        one = _RANGE.fullmatch(regex.sub(r"^(?:周|星期|礼拜)", "", piece.strip()))
        if one is None:
            raise ValueError(f"看不懂“{text}”是星期几，请写 每周一、三 或 每周一到周五")
        first, last = (WEEK.index((letter or one[1]).replace("天", "日")) for letter in (one[1], one[2]))
        chosen.update((first + step) % 7 for step in range((last - first) % 7 + 1))
    return Weekly(Days(week=frozenset(chosen)))


def _monthly(text: str) -> Kind | None:
    match text.replace(" ", ""):
        case "每月最后一天" | "每月月底" | "月底":
            return Monthly(frozenset((-1,)))
        case "每月第一天" | "月初":
            return Monthly(frozenset((1,)))
        case "每月第一个工作日":
            return MonthlyWorkday(last=False)
        case "每月最后一个工作日":
            return MonthlyWorkday(last=True)
    found = _MONTHLY.fullmatch(text)
    if found is None:
        return None
    days = frozenset(int(one) for one in regex.findall(r"\d+", found["days"]))
    if not days or not days <= set(range(1, 32)):
        raise ValueError(f"“{text}”里没有这一天，请写 每月1日 到 每月31日，或 每月最后一天")
    return Monthly(days)


def _yearly(text: str) -> Kind | None:
    named = _NAMED.fullmatch(text)
    name = named["day"].strip() if named else text
    if name in _SOLAR:
        return Yearly(*_SOLAR[name])
    found = _YEARLY.fullmatch(text)
    if found is None:
        return None
    month, day = int(found["month"]), int(found["day"])
    # 2024 was a leap year.
    _date(2024, month, day, text)
    return Yearly(month, day)


def _once(text: str) -> Kind | None:
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    return Once(_date(int(found["y"]), int(found["m"] or found["m2"]), int(found["d"] or found["d2"]), text))


def _date(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"没有“{text}”这一天") from None


def _lunar(text: str) -> Kind | None:
    said = _LUNAR.fullmatch(text)
    named = _NAMED.fullmatch(text)
    name = said["rest"].strip() if said else named["day"].strip() if named else text
    if name in _EVES:
        return Eve()
    if name in _FESTIVALS:
        month, day = _FESTIVALS[name]
        return Lunar(month, frozenset((day,)))
    return _lunar_days(name) if said else None


def _lunar_days(text: str) -> Kind:
    plain = text.replace(" ", "")
    is_leap, rest = plain.startswith("闰"), plain.removeprefix("闰")
    month = next((name for name in sorted(_LUNAR_MONTHS, key=len, reverse=True) if rest.startswith(name)), None)
    names = regex.split(r"[、,和]", rest.removeprefix(month or "").removesuffix("日"))
    if month is None or not all(name in _LUNAR_DAYS for name in names):
        raise ValueError(f"看不懂农历“{text}”，请写 农历 正月初一、农历 八月十五、农历 腊月廿三 或 农历 每月初一、十五")
    return Lunar(_LUNAR_MONTHS[month], frozenset(_LUNAR_DAYS[name] for name in names), is_leap)


_READERS: tuple[Callable[[str], Kind | None], ...] = (_plain, _weekly, _monthly, _once, _yearly, _lunar)
