"""What may follow when a message has words that are not wanted here, in the words that managers write."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

import regex
from pydantic import PlainValidator

from bot.types.fields import parse_duration, text_of, wrong
from handlers.directory import ADMIN
from handlers.times import spoken_duration


class Effect(StrEnum):
    """What may follow, mildest first; the values are what managers write."""

    ALERT = "通知"
    MASK = "打码"
    REMIND_PRIVATELY = "私下提醒"
    REMIND = "提醒"
    REFUSE = "不回答"
    ASK_OWNER = "通知群主"
    DEDUCT = "扣积分"
    EXCLUDE = "禁止参加活动"


@dataclass(frozen=True, slots=True)
class Act:
    """An effect; for an alert the role or team that is told, and how many points, or for how long."""

    effect: Effect
    whom: str = ""
    amount: int = 0
    lasting: timedelta = timedelta(0)

    def __str__(self) -> str:
        if self.effect in MEASURED:
            return f"{self.effect} {self.amount or spoken_duration(self.lasting)}"
        return f"{self.effect}:{self.whom}" if self.whom else self.effect.value


# What needs a number beside it, and how that is written.
MEASURED: Mapping[Effect, str] = {
    Effect.DEDUCT: "扣多少写在后面，1 到 1000000，如 “扣积分 5”",
    Effect.EXCLUDE: "多久写在后面，最多 30 天，如 “禁止参加活动 24h”",
}
MOST_DEDUCTED = 1_000_000
LONGEST_EXCLUSION = timedelta(days=30)

# What no interface of WeCom offers, or offers only where no door of ours is (protocol notes, section 9.3).
IMPOSSIBLE: Mapping[str, str] = {
    "删除": "企业微信不让机器人删除或撤回别人的话；最接近的办法：“不回答”“通知群主”",
    "禁言": "企业微信没有禁言的接口；最接近的办法：“不回答”“通知群主”",
    "移出群": "企业微信只让应用把人移出应用自己建的群，现在还没有这样的入口；最接近的办法：“通知群主”，请群主移出",
    "拉黑": "企业微信没有拉黑的接口；最接近的办法：“通知群主”，请群主移出",
}
# Other words for the same things.
ALSO: Mapping[str, str] = {
    **dict.fromkeys(("撤回", "删", "删掉", "delete", "remove", "recall"), "删除"),
    **dict.fromkeys(("mute", "timeout", "静音"), "禁言"),
    **dict.fromkeys(("踢", "踢人", "踢出", "移除", "kick"), "移出群"),
    **dict.fromkeys(("封禁", "封号", "ban", "block user"), "拉黑"),
    **dict.fromkeys(("扣分", "减分", "扣", "points"), "扣积分"),
    **dict.fromkeys(("禁玩", "禁止游戏", "禁赛", "停玩", "禁止参加"), "禁止参加活动"),
    **dict.fromkeys(("警告", "warn", "公开提醒"), "提醒"),
    **dict.fromkeys(("私聊提醒", "单独提醒"), "私下提醒"),
    **dict.fromkeys(("拦截", "忽略", "不理", "block", "refuse"), "不回答"),
    **dict.fromkeys(("遮盖", "屏蔽", "mask", "replace"), "打码"),
    **dict.fromkeys(("告诉", "alert", "notify", "通知管理员"), "通知"),
}

_MEASURE = regex.compile(r"\s*(?P<what>[^\s:：\d]+)\s*[:：]?\s*(?P<much>\S.*?)?\s*")
_ACT = regex.compile(r"\s*(?P<what>[^\s:：]+(?: user)?)\s*(?:[:：]\s*(?P<whom>\S.*?))?\s*")


def parse_act(text: str) -> Act:
    """What `"提醒"` or `"扣积分 5"` means; ValueError (Chinese, with the cure) for what cannot be done."""
    if measured := _measured(text):
        return measured
    found = _ACT.fullmatch(text)
    what = found["what"] if found else ""
    plain = ALSO.get(what.lower(), what)
    if plain in IMPOSSIBLE:
        raise ValueError(IMPOSSIBLE[plain])
    if plain != what or plain not in set(Effect):
        meant = f"；是不是想写 “{plain}”？" if plain in set(Effect) else ""
        raise ValueError(f"没有“{text.strip()[:20]}”这个动作，可以写：{'、'.join(Effect)}{meant}")
    whom = found["whom"] or "" if found else ""
    if whom and plain != Effect.ALERT:
        raise ValueError(f'“{plain}”后面不写名字，直接写 "{plain}"；要告诉谁，写 "通知:{whom}"')
    return Act(Effect(plain), whom or (ADMIN if plain == Effect.ALERT else ""))


def _measured(text: str) -> Act | None:
    """An act with a number beside it; None for every other one."""
    found = _MEASURE.fullmatch(text)
    plain = ALSO.get(found["what"].lower(), found["what"]) if found else ""
    if found is None or plain not in MEASURED:
        return None
    effect, much = Effect(plain), found["much"] or ""
    if effect is Effect.DEDUCT:
        amount = regex.fullmatch(r"(\d{1,7})\s*(?:个|分|积分)?", much)
        if amount and 1 <= int(amount[1]) <= MOST_DEDUCTED:
            return Act(effect, amount=int(amount[1]))
        raise ValueError(MEASURED[effect])
    if not much:
        raise ValueError(MEASURED[effect])
    lasting = parse_duration(much.replace("个小时", "小时"))
    if not timedelta(0) < lasting <= LONGEST_EXCLUSION:
        raise ValueError(MEASURED[effect])
    return Act(effect, lasting=lasting)


def _act(value: object) -> Act:
    if isinstance(value, Act):
        return value
    try:
        return parse_act(text_of(value, '动作要加引号，如 do = ["提醒", "通知"]'))
    except ValueError as error:
        raise wrong(str(error)) from None


Acts = Annotated[Act, PlainValidator(_act)]
