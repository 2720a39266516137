"""What may follow when a message has words that are not wanted here, in the words that managers write."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import regex
from pydantic import PlainValidator

from bot.types.fields import text_of, wrong
from handlers.directory import ADMIN


class Effect(StrEnum):
    """What may follow, mildest first; the values are what managers write."""

    ALERT = "通知"
    MASK = "打码"
    REMIND_PRIVATELY = "私下提醒"
    REMIND = "提醒"
    REFUSE = "不回答"
    ASK_OWNER = "通知群主"


@dataclass(frozen=True, slots=True)
class Act:
    """An effect, and for an alert the role or team that is told."""

    effect: Effect
    whom: str = ""

    def __str__(self) -> str:
        return f"{self.effect}:{self.whom}" if self.whom else self.effect.value


# What no interface of WeCom offers, or offers only where no door of ours is (protocol notes, section 9.3).
IMPOSSIBLE: Mapping[str, str] = {
    "删除": "企业微信不让机器人删除或撤回别人的话；最接近的办法：“不回答”“通知群主”",
    "禁言": "企业微信没有禁言的接口；最接近的办法：“不回答”“通知群主”",
    "移出群": "企业微信只让应用把人移出应用自己建的群，现在还没有这样的入口；最接近的办法：“通知群主”，请群主移出",
    "拉黑": "企业微信没有拉黑的接口；最接近的办法：“通知群主”，请群主移出",
}
# What has to be built first.
MISSING: Mapping[str, str] = {
    "扣分": "积分功能还没有，扣不了分；现在能写：{can}",
    "禁玩": "游戏功能还没有，禁不了；现在能写：{can}",
}
# Other words for the same things.
ALSO: Mapping[str, str] = {
    **dict.fromkeys(("撤回", "删", "删掉", "delete", "remove", "recall"), "删除"),
    **dict.fromkeys(("mute", "timeout", "静音"), "禁言"),
    **dict.fromkeys(("踢", "踢人", "踢出", "移除", "kick"), "移出群"),
    **dict.fromkeys(("封禁", "封号", "ban", "block user"), "拉黑"),
    **dict.fromkeys(("扣积分", "减分", "points"), "扣分"),
    **dict.fromkeys(("禁止游戏", "禁赛", "停玩"), "禁玩"),
    **dict.fromkeys(("警告", "warn", "公开提醒"), "提醒"),
    **dict.fromkeys(("私聊提醒", "单独提醒"), "私下提醒"),
    **dict.fromkeys(("拦截", "忽略", "不理", "block", "refuse"), "不回答"),
    **dict.fromkeys(("遮盖", "屏蔽", "mask", "replace"), "打码"),
    **dict.fromkeys(("告诉", "alert", "notify", "通知管理员"), "通知"),
}

_ACT = regex.compile(r"\s*(?P<what>[^\s:：]+(?: user)?)\s*(?:[:：]\s*(?P<whom>\S.*?))?\s*")


def parse_act(text: str) -> Act:
    """What `"提醒"` or `"通知:售后组"` means; ValueError (Chinese, with the cure) for what cannot be done."""
    found = _ACT.fullmatch(text)
    what = found["what"] if found else ""
    plain = ALSO.get(what.lower(), what)
    if plain in IMPOSSIBLE:
        raise ValueError(IMPOSSIBLE[plain])
    if plain in MISSING:
        raise ValueError(MISSING[plain].format(can="、".join(Effect)))
    if plain != what or plain not in set(Effect):
        meant = f"；是不是想写 “{plain}”？" if plain in set(Effect) else ""
        raise ValueError(f"没有“{text.strip()[:20]}”这个动作，可以写：{'、'.join(Effect)}{meant}")
    whom = found["whom"] or "" if found else ""
    if whom and plain != Effect.ALERT:
        raise ValueError(f'“{plain}”后面不写名字，直接写 "{plain}"；要告诉谁，写 "通知:{whom}"')
    return Act(Effect(plain), whom or (ADMIN if plain == Effect.ALERT else ""))


def _act(value: object) -> Act:
    if isinstance(value, Act):
        return value
    try:
        return parse_act(text_of(value, '动作要加引号，如 do = ["提醒", "通知"]'))
    except ValueError as error:
        raise wrong(str(error)) from None


Acts = Annotated[Act, PlainValidator(_act)]
