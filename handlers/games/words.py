"""What is said about games, in Chinese."""

from collections.abc import Mapping, Sequence

from handlers.games.match import Match
from handlers.points.results import Capped, Granted, Held

MOST_LISTED = 10

WAYS: Mapping[str, Sequence[str]] = {
    "stop": (
        "结束游戏", "停止游戏", "退出游戏", "游戏结束", "不玩了", "别玩了", "结束答题", "停止答题", "结束接龙",
    ),
    "score": ("比分", "看比分", "得分", "现在几分", "谁领先", "游戏排名"),
    "join": ("加入游戏", "我要参加", "我也玩", "我也来", "参加游戏", "算我一个"),
    "list": ("游戏", "小游戏", "玩游戏", "有什么游戏", "游戏列表", "怎么玩游戏"),
}  # fmt: skip

IN_GROUPS = "群里要 @我 我才听得到。"
IS_ON = "「{title}」正在玩，先玩完这一局，或请开局的人、管理员说「结束游戏」。"
NOT_YOURS = "「结束游戏」要由开局的人或{who}来说。"
NOT_TO_BEGIN = "「{title}」由{who}来开始。"
NOT_HERE = "「{title}」不在这里玩。"
STOPPED = "「{title}」就玩到这里。"
IDLE = "「{title}」好久没人玩，先到这里。"
LATE = "慢了一步，已经到下一个了。"
JOINED = "{name}加入了，现在 {count} 人。"
FULL = "这一局已经有 {most} 人，下一局再来。"
TOO_POOR = "要 {cost} {unit}，还差 {missing}。"
NO_GAMES = "这里还没有游戏。"
NOBODY = "没有人得分。"


def listed(titles: Sequence[str]) -> str:
    """The games that may be played here."""
    return "可以玩：" + "、".join(f"「{title}」" for title in titles) + "，说名字就开始。" if titles else NO_GAMES


def table(match: Match, alone: bool, unit: str, gains: Mapping[str, object] | None = None) -> str:
    """Who has how much; `gains`: and what it brought at the end."""
    if alone:
        return "".join(_alone(score, unit, (gains or {}).get(member)) for member, score in match.scores.items())
    ranked = sorted(match.scores.items(), key=lambda one: -one[1])
    if not any(score for _, score in ranked):
        return NOBODY
    lines = [
        f"{1 + sum(other > score for _, other in ranked)}. {match.names[member]} {score} 分"
        f"{_gain((gains or {}).get(member), unit)}"
        for member, score in ranked[:MOST_LISTED]
    ]
    more = [f"还有 {len(ranked) - MOST_LISTED} 人"] if len(ranked) > MOST_LISTED else []
    return "\n".join([*lines, *more])


def _alone(score: int, unit: str, gain: object) -> str:
    return f"你得了 {score} 分{_gain(gain, unit)}。"


def _gain(gain: object, unit: str) -> str:
    match gain:
        case Granted(cut=0):
            return f"，+{gain.amount} {unit}"
        case Granted():
            return f"，+{gain.amount} {unit}（今天玩游戏的上限到了）"
        case Capped():
            return "（今天玩游戏的上限到了）"
        case Held():
            return f"（{unit}等管理员确认）"
        case _:
            return ""
