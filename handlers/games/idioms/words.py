"""What is said in 成语接龙."""

from collections.abc import Mapping, Sequence

from handlers.games.idioms.settings import Chain
from handlers.games.words import IN_GROUPS
from handlers.times import spoken_duration

UNKNOWN = "「{said}」不在我的成语词典里，换一个。"
USED = "「{said}」已经说过了，换一个。"
HINT = "提示：「{begin}□□」。"
NOTHING_FOLLOWS = "「{last}」后面没有能接的了。"
GO_ON = "大家还在接呢，让别人试试。"

_BY: Mapping[str, str] = {
    "同字": "用「{last}」开头",
    "同音": "开头和「{last}」同音",
    "谐音": "开头和「{last}」同音，声调不论",
}


def opening(rules: Chain, first: str, alone: bool, unit: str) -> str:
    """The rules in two lines, and the first idiom; `unit`: what points are called, "" where there are none."""
    hint = f"「提示」花 {rules.hint} {unit}" if rules.hint and unit else "想不出来说「提示」"
    how = f"成语接龙开始：四个字的成语，每个等 {spoken_duration(rules.wait)}，{hint}"
    ends = f"，「认输」结束；接满 {rules.rounds} 个算你赢。" if alone else f"，接满 {rules.rounds} 个结束。{IN_GROUPS}"
    return f"{how}{ends}\n{'我先来' if alone else '从这个开始'}：「{first}」，{_by(rules, first)}。"


def next_one(rules: Chain, said: str) -> str:
    """An idiom was right, and the next one is wanted."""
    return f"「{said}」接上了，下一个{_by(rules, said)}。"


def answer(rules: Chain, mine: str) -> str:
    """The bot's idiom."""
    return f"「{mine}」，{_by(rules, mine)}。"


def wanted(rules: Chain, last: str, said: str) -> str:
    """An idiom that does not follow."""
    return f"「{said}」接不上，要{_by(rules, last)}。"


def enough(said: str, alone: bool, name: str) -> str:
    """As many idioms as were wanted."""
    return f"「{said}」，接满了，你赢啦！" if alone else f"「{said}」，接满了，{name}收尾！"


def dead_end(said: str, alone: bool, name: str) -> str:
    """An idiom that no other can follow."""
    return f"「{said}」我接不上，你赢啦！" if alone else f"「{said}」后面没有能接的了，{name}收尾！"


def bot_wins(mine: str) -> str:
    """The bot said what nothing can follow."""
    return f"「{mine}」，后面没有能接的了，这一局我赢。"


def time_is_up(possible: Sequence[str]) -> str:
    """Nobody found the next one."""
    return f"时间到，{_could(possible)}"


def given_up(possible: Sequence[str]) -> str:
    """Somebody gave up."""
    return f"好的，{_could(possible)}"


def _could(possible: Sequence[str]) -> str:
    return f"其实可以接「{possible[0]}」。" if possible else "这个真没有能接的。"


def _by(rules: Chain, last: str) -> str:
    return _BY[rules.link].format(last=last[-1])
