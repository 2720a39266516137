"""What is said about campaigns, in Chinese."""

from collections.abc import Iterator, Sequence
from datetime import date

from handlers.checkin.course import ONE, Progress
from handlers.checkin.settings import Campaign
from handlers.points.results import Capped, Granted, Held

NOT_YET = "「{name}」{day}开始，到时候见。"
OVER = "「{name}」{day}已经结束了，发「打卡进度」看看自己的。"
PAUSED = "「{name}」暂停中，这几天不算漏；恢复了再来。"
NO_DAY = "今天不是「{name}」打卡的日子，{next}再来。"
CLOSED = "「{name}」打卡的时间是 {hours}，这会儿还不行。"
NOT_INVITED = "「{name}」这次只有报名的人参加，想来请找管理员。"
JOIN_IN_GROUP = "「{name}」在群里进行，先在群里打一次卡，以后在这里也行。"
SEVERAL = "正在进行的有 {names}，请写上名字，比如「{example} {first}」。"
AGAIN = "「{name}」今天打过啦，连续 {streak} 天，明天再来。"
AGAIN_LAST = "「{name}」今天打过啦，连续 {streak} 天。"
WRITE = "写一写今天的记录吧，至少 {least} 个字，直接发就行。"
TOO_SHORT = "再多写一点：至少 {least} 个字，现在 {now} 个。"
SHOW = "发一张图片就算打卡，直接发就行。"
SHOW_GROUP = "「{name}」要图片：在群里把「打卡」和图片放在一条里 @ 我，或者和我一对一发。"
PRESSED_LATE = "刚才收到得太晚，这一下没算；想打卡请发「打卡」。"
DROPPED = "好，先不打了。想打卡再发「打卡」。"

NO_CARDS = "「{name}」不能补打卡。"
NO_CARDS_LEFT = "「{name}」的 {cards} 次补打卡都用完了。"
NOTHING_MISSED = "「{name}」最近 {days} 天没有漏打卡，不用补。"
NOT_THEN = "只能补最近 {days} 天里漏掉的：{missed}。"
DONE_THEN = "{day} 已经打过了，不用补。"
TOO_POOR = "补打卡一次要 {cost} {unit}，还差 {missing}。"

IN_TEAM = "好，你在「{team}」，一起加油！"
STAYS = "你已经在「{team}」了，中途不换队。"
NO_CERTIFICATE = "「{name}」还没完成：打卡 {total} 天，要 {needed} 天。"
CERTIFICATE_COMING = "证书这就发来。"
NO_CERTIFICATES = "「{name}」没有证书。"

ONLY_MANAGERS = "这个只有{who}能用。"
WHICH = "哪一个？请写上名字：{names}。"
STOPPED = "好的，「{name}」暂停了：不收打卡、不提醒，这几天不算漏。发「继续活动 {name}」接着来。"
STOPPED_ALREADY = "「{name}」已经暂停了（{who}）。发「继续活动 {name}」接着来。"
GOES_ON = "「{name}」接着来，暂停过的日子不算漏。"
GOES_ON_ALREADY = "「{name}」没有暂停。"


def done(
    campaign: Campaign, unit: str, opening: str, number: int, now: Progress, left: int, gains: Sequence[object],
) -> str:  # fmt: skip
    """A check-in on the so-manieth day, and what it brought; `left`: how many days are missing to finish."""
    base, more = (gains[0], gains[1:]) if campaign.points else (None, gains)
    gained = f"，+{base.amount} {unit}" if isinstance(base, Granted) else ""
    said = f"{opening}{gained}：「{campaign.name}」第 {number} 天，打卡 {now.total} 天，连续 {now.streak} 天。"
    return said + _rewards(unit, gains, more) + _ahead(campaign, now, left)


def made_up(
    campaign: Campaign, unit: str, day: date, now: Progress, cards: int, left: int, gains: Sequence[object]
) -> str:
    """A day was made up for; `cards`: how many more may be."""
    cost = f"，用了 {campaign.card_cost} {unit}" if campaign.card_cost else ""
    said = f"补好了 {day_name(day)}{cost}：「{campaign.name}」打卡 {now.total} 天，连续 {now.streak} 天。"
    return f"{said}{_rewards(unit, gains, gains)}还能补 {cards} 次。" + (f"还差 {left} 天完成。" if left else "")


def finished(total: int) -> str:
    """The campaign is done."""
    return f"\n你完成了，一共打卡 {total} 天，真棒！"


def progress(
    campaign: Campaign, today: str, now: Progress, left: int, cards: int, team: str, teams: Sequence[tuple[str, int]]
) -> str:
    """How somebody stands."""
    head = f"「{campaign.name}」{today}：打卡 {now.total} 天，连续 {now.streak} 天，最长 {now.longest} 天，"
    lines = [head + (f"还差 {left} 天完成。" if left else "已经完成！")]
    if now.missed:
        hint = f"（还能补 {cards} 次，发「补打卡」）" if cards else ""
        lines.append(f"漏了：{days_name(now.missed)}{hint}")
    if team:
        place = next((at for at, (name, _) in enumerate(teams, 1) if name == team), 0)
        lines.append(f"你在「{team}」，第 {place} 名（{_standings(teams)}）。")
    elif teams:
        lines.append(f"你还没有队：发「加入 {teams[0][0]}」（{_standings(teams)}）。")
    return "\n".join(lines)


def rules_of(campaign: Campaign, unit: str, days: int, hours: str) -> str:
    """The rules."""
    return "\n".join(_rules(campaign, unit, days, hours))


def _rules(campaign: Campaign, unit: str, days: int, hours: str) -> Iterator[str]:
    how = {
        "文字": f"发「打卡 」加上今天的记录，至少 {campaign.min_length} 个字",
        "图片": "发「打卡」和一张图片",
        "按钮": "发「打卡」，或点提醒上的按钮",
    }[campaign.proof]
    when = f"，每天 {hours}" if hours else ""
    yield f"「{campaign.name}」：{day_name(campaign.since)}到{day_name(campaign.until)}，共 {days} 天{when}。{how}。"
    if campaign.finish_days:
        yield f"打卡满 {campaign.finish_days} 天就算完成。"
    if campaign.points:
        yield f"每天得 {campaign.points} {unit}。"
    yield from (f"连续 {length} 天多得 {more}。" for length, more in sorted(campaign.streak.items()))
    if campaign.finish_points:
        yield f"完成再得 {campaign.finish_points}。"
    if campaign.cards:
        cost = f"，一次 {campaign.card_cost} {unit}" if campaign.card_cost else ""
        yield f"漏了可以「补打卡」：{campaign.makeup_within.days} 天以内，一共 {campaign.cards} 次{cost}。"
    if campaign.teams:
        yield f"分队：{'、'.join(campaign.teams)}，比谁打卡多。"


def absent(
    campaign: Campaign, number: int, day: date, of: int, names: Sequence[str], again: Sequence[tuple[str, int]]
) -> str:
    """Who did not check in on a day; `again`: those who have missed several days in a row, and how many."""
    head = f"「{campaign.name}」{day_name(day)}（第 {number} 天）：{of} 人里 {of - len(names)} 人打了卡"
    if not names:
        return f"{head}，一个不缺。" if of else f"「{campaign.name}」{day_name(day)}：还没有人参加。"
    lines = [f"{head}，缺 {len(names)} 人：{_some(names)}"]
    if again:
        lines.append("连着缺的：" + "、".join(f"{name} {days} 天" for name, days in again[:MOST]))
    return "\n".join(lines)


def finishers(campaign: Campaign, wanted: int, of: int, rows: Sequence[tuple[str, int]], ended: bool) -> str:
    """Who has finished, with how many days each."""
    state = "结束啦" if ended else "到现在"
    head = f"「{campaign.name}」{state}：{of} 人参加，{len(rows)} 人完成（打卡满 {wanted} 天）。"
    return head + (f"\n完成名单：{_some([f'{name} {days}' for name, days in rows])}" if rows else "")


def team_totals(teams: Sequence[tuple[str, int]]) -> str:
    """How teams stand."""
    return f"分队：{_standings(teams)}。"


def day_name(day: date) -> str:
    """A day as people write it."""
    return f"{day.month}月{day.day}日"


def days_name(days: Sequence[date]) -> str:
    """Days as people write them, in a row where they are."""
    runs: list[list[date]] = []
    for day in days:
        if runs and runs[-1][-1] + ONE == day:
            runs[-1].append(day)
        else:
            runs.append([day])
    return "、".join(day_name(run[0]) if len(run) == 1 else f"{day_name(run[0])}–{day_name(run[-1])}" for run in runs)


MOST = 200


def _some(names: Sequence[str]) -> str:
    more = f" 等，看全部：qunban campaign show（共 {len(names)} 人）" if len(names) > MOST else ""
    return "、".join(names[:MOST]) + more


def _standings(teams: Sequence[tuple[str, int]]) -> str:
    return "、".join(f"{name} {total} 次" for name, total in teams)


def _rewards(unit: str, gains: Sequence[object], more: Sequence[object]) -> str:
    said = [f"{made.entry.reason}，再得 {made.amount}！" for made in more if isinstance(made, Granted)]
    if any(isinstance(made, Capped) for made in gains):
        said.append(f"今天的{unit}已经到上限了。")
    if any(isinstance(made, Held) for made in gains):
        said.append(f"{unit}等管理员确认后到账。")
    title = next((made.title for made in gains if isinstance(made, Granted) and made.title), "")
    return "".join(said) + (f"升为「{title}」了！" if title else "")


def _ahead(campaign: Campaign, now: Progress, left: int) -> str:
    if left <= 0:
        return ""
    length = min((one for one in campaign.streak if one > now.streak), default=None)
    more = f"再连着 {length - now.streak} 天多得 {campaign.streak[length]}，" if length else ""
    return f"{more}还差 {left} 天完成。"
