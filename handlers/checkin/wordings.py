"""The words for check-ins: what somebody wants, of which campaign, and what they show with it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import regex

from handlers.checkin.about import LONGEST, goes_on
from handlers.signin.wordings import past_day
from nlp.normalise import bare

Command = Literal["checkin", "progress", "makeup", "rules", "team", "certificate"]

WAYS: Mapping[str, Sequence[str]] = {
    "checkin": (
        "打卡", "我要打卡", "我来打卡", "来打卡", "今日打卡", "今天打卡", "每日打卡", "打卡打卡", "打个卡", "打卡了",
        "打卡啦", "早起打卡", "早安打卡", "我打卡了", "打一下卡",
    ),
    "progress": (
        "打卡进度", "我的打卡", "打卡记录", "打卡情况", "打卡天数", "打卡几天了", "我打卡几天了", "打卡查询",
        "打卡日历", "我的打卡进度", "打卡进展", "打卡到第几天了", "连续打卡几天",
    ),
    "makeup": (
        "补打卡", "补一下打卡", "补个打卡", "我要补打卡", "补打卡机会", "忘打卡了", "忘记打卡了", "漏打卡了",
        "补打一次卡",
    ),
    "rules": ("打卡规则", "打卡怎么玩", "打卡说明", "怎么打卡", "打卡奖励", "打卡有什么奖励", "打卡要求", "如何打卡"),
    "certificate": ("打卡证书", "我的证书", "完成证书", "领证书", "打卡完成证书"),
}  # fmt: skip

ORDERS: Mapping[str, Sequence[str]] = {
    "pause": ("暂停活动", "活动暂停", "暂停打卡", "停止打卡", "先暂停打卡"),
    "resume": ("继续活动", "恢复活动", "活动继续", "继续打卡活动", "恢复打卡"),
    "finishers": ("完成名单", "打卡完成名单", "谁完成了打卡", "打卡完成情况", "完成的名单"),
    "absent": ("打卡名单", "缺席名单", "谁没打卡", "今天谁没打卡", "没打卡的人", "还有谁没打卡", "打卡统计"),
}  # fmt: skip
_PAUSING = regex.compile(r"\s*(?P<order>暂停|停止|继续|恢复)\s*(?:活动)?\s*")

_LEAD = r"(?:我要|我来|来|今日|今天|每日|早起|早安)?"
_BEFORE = regex.compile(rf"#?\s*{_LEAD}打卡#?(?P<mark>[\s:：,，。.!！~～\-—、|]*)(?P<rest>.*)", regex.DOTALL)
_OPENING, _CLOSING = '「『“"《【', '」』”"》】'
_APART = " \t\r\n:：,，。.!！~～-—、|#"
_MAKEUP = regex.compile(r"(?:我要|我想|帮我)?补(?:一?下)?打卡(?P<when>.{1,12})")
_TEAM = regex.compile(r"(?:我要|我想)?(?:加入|参加|选)\s*(?P<team>\S.{0,30}?)\s*[。！!~～]*")
SHORTEST = 4
_PLAIN = regex.compile(r"(?:我|要|来|也|今天|今日|早安|早起|每日)*打(?:个|一下|次)?卡(?:了|啦|喽|咯|哦|吧|呀|啊|喔)*")
_DAY = regex.compile(r"第\s*[\d一二三四五六七八九十百]{1,4}\s*天|day\s*\d{1,3}", regex.I)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants; `how`: why it was taken for that; `shown`: what they wrote as their proof."""

    command: Command
    how: str = ""
    shown: str = ""
    team: str = ""
    campaign: str = ""
    day: date | None = None


def shown_in(text: str) -> str | None:
    """What somebody wrote beside 打卡, their proof or something about it; None where 打卡 is no word of its own."""
    text = text.strip()
    found = _BEFORE.fullmatch(text)
    if found and (rest := found["rest"].strip()):
        is_apart = found["mark"] or _DAY.match(rest) or (letters(rest) >= SHORTEST and not goes_on(rest))
        return rest if is_apart else None
    before = text.rstrip(_APART).removesuffix("打卡")
    shown = before.rstrip(_APART)
    # Without a mark between the two 打卡 belongs to what is said: 忘了打卡.
    return shown if shown and len(shown) < len(before) < len(text) else None


def makeup_day(text: str, today: date) -> date | None:
    """The past day that 补打卡 … is about; None where the text is no such thing."""
    found = _MAKEUP.fullmatch(bare(text)) if len(text) <= LONGEST else None
    return None if found is None else past_day(found["when"], today)


def team_in(text: str, teams: Sequence[str]) -> str:
    """The team that somebody wants to be in; "" where the text is no such thing."""
    found = _TEAM.fullmatch(text.strip()) if len(text) <= LONGEST else None
    return next((team for team in teams if found and bare(team) == bare(found["team"])), "")


def letters(text: str) -> int:
    """How long a text is, without spaces, marks and emoji."""
    return len(bare(text))


def is_plain(text: str) -> bool:
    """Whether a text is 打卡 and nothing else, with the small words that people put around it."""
    return len(text) <= LONGEST and _PLAIN.fullmatch(bare(text)) is not None


def without_name(text: str, names: Sequence[str]) -> tuple[str, str]:
    """The campaign that a text names, "" for none, and the text without it."""
    for name in sorted(names, key=len, reverse=True):
        before, found, after = text.partition(name)
        if found:
            # What was around it stays apart: 打卡 名字 内容.
            return name, f"{before.rstrip(_OPENING + ' ')} {after.lstrip(_CLOSING + ' :：,，')}".strip()
    return "", text


def as_word(text: str, name: str) -> str:
    """A text with 打卡 in place of a campaign's name and of the marks that it is quoted with."""
    before, _, after = text.partition(name)
    return f"{before.rstrip(_OPENING)}打卡{after.lstrip(_CLOSING)}"


def pausing(text: str) -> str:
    """`pause` or `resume`, where that is all that a text without a campaign's name says; "" otherwise."""
    found = _PAUSING.fullmatch(text.strip()) if len(text) <= LONGEST else None
    return "" if found is None else "pause" if found["order"] in ("暂停", "停止") else "resume"
