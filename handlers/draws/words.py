"""What is said about draws, in Chinese."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from handlers.draws.fairness import SCHEDULED, Prize
from handlers.draws.rounds import Round
from handlers.draws.settings import Draw
from handlers.shop.redemptions import Redemption
from handlers.shop.words import state_of
from handlers.times import spoken_moment

NONE = "现在没有抽奖。"
UNKNOWN = "没有叫「{written}」的抽奖；发「抽奖规则」看有哪些。"
DID_YOU_MEAN = "没有「{written}」，是「{name}」吗？是的话发「{verb} {name}」。"
NOT_HERE = "「{name}」不在这里，{where}。"
PAUSED = "「{name}」暂停中，等管理员恢复。"
NOT_YET = "「{name}」{when}开始。"
OVER = "「{name}」已经结束了。"
EMPTY = "「{name}」的奖品都发完了。"
COUNTED = "这一次已经算过了，是「{name}」的 {number} 号。"
DAILY = "今天的 {most} 次用完了，明天再来。"
LIMIT = "「{name}」每人 {most} 次，你已经用完了。"
TOO_POOR = "一次要 {cost} {unit}，还差 {missing}。"
ONLY_MANAGERS = "「{verb}」只有{who}能用。"
NAME_IT = "哪一个？写上名字，比如「{verb} {name}」。"
NOT_SCHEDULED = "「{name}」是当场出结果的，不用开奖。"
NOBODY_IN = "「{name}」还没有人报名，不能开奖。"
ALREADY = "「{name}」现在没有要开的奖。"
STOPPED = "好的，「{name}」先停了。发「继续活动 {name}」接着来。"
STOPPED_BEFORE = "「{name}」已经暂停了。发「继续活动 {name}」接着来。"
GOES_ON = "「{name}」接着来。"
NOT_STOPPED = "「{name}」没有暂停。"
MOST_NAMED = 30
VERBS: Mapping[str, str] = {
    "draw": "抽奖", "rules": "抽奖规则", "open": "开奖", "pause": "暂停活动", "resume": "继续活动",
}  # fmt: skip


def committed(draw: Draw, of: Round) -> str:
    """A round has just begun: its commitment comes before the first entry."""
    return (
        f"「{draw.name}」第 {of.number} 轮开始了，先公布承诺：\n{of.commitment}\n再发一次「抽奖 {draw.name}」就能抽。"
    )


def won(draw: Draw, of: Round, prize: Prize, unit: str, balance: int | None, more: str) -> str:
    """What came of an instant draw; `more` on how it is handed out."""
    head = f"{prize.name}～" if prize.nothing else f"抽中了「{prize.name}」！"
    left = f"还有 {balance} {unit}，" if balance is not None else ""
    return f"{head}{more}{left}第 {of.number} 轮 {of.entries} 号。"


def entered(draw: Draw, of: Round, now: datetime, zone: ZoneInfo) -> str:
    """Somebody entered a scheduled draw."""
    when = f"{spoken_moment(of.closes_at, now, zone)}开奖" if of.closes_at else "等管理员开奖"
    return f"「{draw.name}」报上了，你是 {of.entries} 号，{when}。承诺 {of.commitment[:12]}…（「抽奖规则」里有全部）"


def choose(draws: Sequence[Draw], unit: str) -> str:
    """There are several."""
    lines = [f"· 抽奖 {draw.name}{f'（{draw.cost} {unit}一次）' if draw.cost else ''}" for draw in draws]
    return "\n".join(["有几个可以抽，发其中一句：", *lines])


def rules_of(draw: Draw, of: Round, left: Mapping[str, int], unit: str, now: datetime, zone: ZoneInfo) -> str:
    """Odds and what is left, limits, and the commitment."""
    scheduled = of.way == SCHEDULED
    lines = [f"「{draw.name}」{'；'.join(_limits(draw, scheduled, unit))}", *_odds(of, left)]
    if scheduled:
        lines.append(f"{spoken_moment(of.closes_at, now, zone)}开奖" if of.closes_at else "等管理员开奖")
    elif of.closes_at:
        lines.append(f"种子 {spoken_moment(of.closes_at, now, zone)}公布，换新的")
    lines.append(f"第 {of.number} 轮已有 {of.entries} 人次，承诺 {of.commitment}")
    return "\n".join(lines)


def _limits(draw: Draw, scheduled: bool, unit: str) -> Sequence[str]:
    parts = [f"{draw.cost} {unit}一次" if draw.cost else "免费"]
    parts += [f"每天 {draw.per_day} 次"] if draw.per_day else []
    whole = draw.whole(scheduled)
    parts += [f"每人 {whole} 次"] if whole else []
    return parts


def _odds(of: Round, left: Mapping[str, int]) -> Sequence[str]:
    """One line a prize; of what is left each has its share by weight."""
    whole = sum(prize.weight for prize in of.prizes if left.get(prize.name, 1) > 0)
    lines = []
    for prize in of.prizes:
        count = left.get(prize.name)
        rest = "" if count is None else f"还有 {count} 份" if count else "发完了"
        odds = f"机会 {percent(prize.weight / whole)}" if prize.weight and whole and count != 0 else ""
        lines.append(f"· {prize.name}：{'，'.join(filter(None, (odds, rest)))}".removesuffix("："))
    return lines


def percent(share: float) -> str:
    """A share as people read it: `33.3%`, `5%`, `0.0012%`."""
    return f"{share * 100:.3g}%"


def mine(rows: Sequence[tuple[str, str, date, Redemption | None]], is_private: bool) -> str:
    """A member's last prizes: the draw, the prize, the day, and what became of it."""
    if not rows:
        return "还没有中过奖，发「抽奖」试试。"
    lines = [
        f"{day.month}月{day.day}日 {draw}「{prize}」{f'：{state_of(of, is_private)}' if of else ''}"
        for draw, prize, day, of in rows
    ]
    return "\n".join([f"最近 {len(rows)} 个：", *lines])


def announced(of: Round, names: Sequence[tuple[str, str]]) -> str:
    """The winners of a scheduled draw, the seed, and how to do it again."""
    lines = [f"{prize}：{name}" for prize, name in names[:MOST_NAMED]]
    more = [f"……共 {len(names)} 位"] if len(names) > MOST_NAMED else []
    told = lines or ["没有人报名，没有开出来。"]
    return "\n".join(
        [f"「{of.draw}」开奖了，{of.entries} 人次参加：", *told, *more, f"种子 {of.seed}", "中奖的发「我的奖品」。"]
    )


def gone(of: Round, owed: Sequence[int], unit: str) -> str:
    """Administrators hear of a scheduled draw that people are in and that is in the configuration no more.

    `owed`: the ids of the ledger's entries that paid for it and were not undone.
    """
    more = f"……全部看 qunban draw owed {of.draw}" if len(owed) > MOST_NAMED else ""
    ids = "、".join(map(str, owed[:MOST_NAMED])) + more
    paid = f"，{len(owed)} 次花的{unit}还没退（编号 {ids}）" if owed else ""
    at = "at 写还没到的时间" if of.closes_at else 'at = "手动"'
    back = f"不办了，请一笔一笔退给大家，如「撤销{unit} {owed[0]}」。" if owed else "不办了，就不用管。"
    return f"「{of.draw}」不在配置里了，不会开奖：{of.entries} 人次报了名{paid}。还要开，请把它写回配置，{at}；{back}"


def lucky(of: Round, prize: Prize, more: str) -> str:
    """A winner of a scheduled draw hears of it."""
    return f"恭喜，「{of.draw}」开奖，你中了「{prize.name}」！{more}"
