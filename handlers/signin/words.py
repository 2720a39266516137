"""What is said about signing in, in Chinese."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from handlers.points.results import Capped, Granted, Held
from handlers.signin.settings import SignIn
from handlers.signin.standing import Day, Standing

ONE = timedelta(days=1)

NO_CARDS = "这里不能补签。"
NO_CARDS_LEFT = "这个月的 {cards} 次补签都用完了。"
NOTHING_MISSED = "最近 {days} 天没有漏签，不用补。"
NOT_THEN = "只能补 {first} 到 {last} 之间漏掉的日子。"
SIGNED_THEN = "{day} 已经签过了，不用补。"
CHECKED = "这次的{unit}要核对一下，核对好了就到账，连续天数照算。"
TOO_POOR = "补签一次要 {cost} {unit}，还差 {missing}。"


def signed(rules: SignIn, unit: str, opening: str, streak: int, gains: Sequence[object], other_day: date | None) -> str:
    """A sign-in, and what it brought: the base, luck, streaks, in the order in which they were given."""
    of = f"（算 {_day(other_day)} 的）" if other_day else ""
    base, *more = gains
    parts = [f"{opening}{of}，{_gain(base, unit)}" if _gain(base, unit) else f"{opening}{of}", f"连续 {streak} 天"]
    lines = ["，".join(parts) + "。", *(_more(one, unit) for one in more if isinstance(one, Granted))]
    if any(isinstance(one, Capped) for one in gains):
        lines.append(f"今天的{unit}已经到上限了。")
    if any(isinstance(one, Held) for one in gains):
        lines.append(CHECKED.format(unit=unit))
    title = next((one.title for one in reversed(gains) if isinstance(one, Granted) and one.title), "")
    lines += [f"升为「{title}」了！"] if title else []
    ahead = rules.next_streak(streak)
    if ahead and len(lines) == 1:
        lines.append(f"再连签 {ahead[0] - streak} 天多得 {ahead[1]}。")
    return "".join(lines)


def again(streak: int, today: date, other_day: bool) -> str:
    """Somebody signs in once more."""
    which = f"{_day(today)}" if other_day else "今天"
    return f"{which}签过啦，连续 {streak} 天，明天再来。"


def made_up(unit: str, day: date, streak: int, left: int, spent: int, gains: Sequence[object]) -> str:
    """A day was made up for."""
    cost = f"，用了 {spent} {unit}" if spent else ""
    more = [_more(one, unit) for one in gains if isinstance(one, Granted)]
    more += [CHECKED.format(unit=unit)] if any(isinstance(one, Held) for one in gains) else []
    said = f"补好了 {_day(day)}{cost}，现在连续 {streak} 天。"
    return "".join([said, *more, f"这个月还能补 {left} 次。"])


def calendar(standing: Standing, today: date, days: Sequence[Day], missed: Sequence[date], left: int) -> str:
    """The month so far, in words."""
    if not standing.total:
        return "还没签到过，发「签到」开始。"
    head = f"{today.month}月签到 {len(days)} 天，连续 {standing.streak_on(today)} 天，"
    head += f"最长 {standing.longest} 天，一共 {standing.total} 天。"
    lines = [head]
    if days:
        lines.append(f"签了：{_runs([one.day for one in days])} 日")
    if missed:
        hint = f"（这个月还能补 {left} 次，发「补签」）" if left else ""
        lines.append(f"漏了：{_runs(missed)} 日{hint}")
    return "\n".join(lines)


def hint(rules: SignIn, unit: str, standing: Standing, today: date, missed: int, left: int) -> str:
    """What to do next, in a few words; "" when there is nothing."""
    if standing.last_day < today.isoformat():
        return "今天还没签，发「签到」"
    if missed and left:
        return f"漏了 {missed} 天，还能补 {min(missed, left)} 天，发「补签」"
    streak = standing.streak_on(today)
    ahead = rules.next_streak(streak)
    return f"再连签 {ahead[0] - streak} 天，多得 {ahead[1]} {unit}" if ahead else ""


def rules_of(rules: SignIn, unit: str, begins: str) -> str:
    """The rules, with the odds."""
    lines = [f"每天发「签到」得 {rules.points} {unit}。"]
    lines += [f"连续 {days} 天多得 {more}。" for days, more in sorted(rules.streak.items())]
    if rules.lucky:
        odds = "、".join(f"{odds:g}% 多得 {more}" for more, odds in sorted(rules.lucky.items()))
        lines.append(f"手气：{odds}。")
    if rules.cards:
        cost = f"，一次 {rules.card_cost} {unit}" if rules.card_cost else ""
        within = f"{rules.makeup_within.days} 天以内，每月 {rules.cards} 次{cost}"
        lines.append(f"漏了可以「补签」：{within}；连续照算，不补发{unit}。")
    lines += [f"每天从 {begins} 算起。"] if begins != "00:00" else []
    return "\n".join(lines)


def day_name(day: date) -> str:
    """A day as people write it."""
    return _day(day)


def _gain(base: object, unit: str) -> str:
    return f"+{base.amount} {unit}" if isinstance(base, Granted) else ""


def _more(made: Granted, unit: str) -> str:
    return f"{made.entry.reason}，再得 {made.amount}！"


def _runs(days: Sequence[date]) -> str:
    return "、".join(f"{a.day}" if a == b else f"{a.day}-{b.day}" for a, b in _spans(days))


def _spans(days: Sequence[date]) -> Iterator[tuple[date, date]]:
    first = last = None
    for day in days:
        if last is not None and day == last + ONE:
            last = day
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = day
    if first is not None and last is not None:
        yield first, last


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
