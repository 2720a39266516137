"""Every capability, and the order in which handlers are asked. A new capability is one line in each list."""

from collections.abc import Sequence

from bot.types.declarations import Capability
from handlers import (
    broadcast,
    checkin,
    desk,
    dialogue,
    directory,
    drawing,
    draws,
    duty,
    escalating,
    fairplay,
    fallback,
    feedback,
    games,
    gaps,
    gate,
    halt,
    help,
    kb,
    keyword,
    moderation,
    mood,
    notices,
    points,
    reporting,
    rules,
    screening,
    serving,
    shop,
    signin,
    status,
    understand,
    welcome,
)

CAPABILITIES: Sequence[Capability] = (
    directory.CAPABILITY,
    serving.CAPABILITY,
    screening.CAPABILITY,
    moderation.CAPABILITY,
    halt.CAPABILITY,
    status.CAPABILITY,
    broadcast.CAPABILITY,
    mood.CAPABILITY,
    escalating.CAPABILITY,
    gate.CAPABILITY,
    duty.CAPABILITY,
    desk.CAPABILITY,
    drawing.CAPABILITY,
    reporting.CAPABILITY,
    points.CAPABILITY,
    fairplay.CAPABILITY,
    signin.CAPABILITY,
    checkin.CAPABILITY,
    shop.CAPABILITY,
    draws.CAPABILITY,
    games.CAPABILITY,
    help.CAPABILITY,
    dialogue.CAPABILITY,
    keyword.CAPABILITY,
    understand.CAPABILITY,
    fallback.CAPABILITY,
    gaps.CAPABILITY,
    kb.CAPABILITY,
    rules.CAPABILITY,
    welcome.CAPABILITY,
    notices.CAPABILITY,
    feedback.CAPABILITY,
)

ORDER: Sequence[str] = (
    "moderation",  # what is not wanted here: recorded and told always; may be all that is answered
    "allowances",  # 白名单
    "duty",  # 值班, 请假, 换班, by staff in the app; the answers to swaps
    "desk input",  # what staff write to the app
    "halt",  # 停机, 恢复
    "status",  # 配置, 状态
    "campaigns",  # 暂停活动, 继续活动, 完成名单, by managers
    "schedule",  # 暂停, 继续, 定时
    "desk pictures",  # what could not be shown before goes with whatever is answered
    "mood",  # noted, never answered; people hear of what is urgent
    "escalating",  # has the last word on what those below make of a message: a person is called or offered
    "gate",  # halted, or owned by a person: nothing below answers
    "fair play",  # 待确认积分; 确认积分, 驳回积分 by managers
    "admissions",  # 允许参加, by managers
    "points",  # 我的积分, 积分榜; 发积分 by managers
    "signin",  # 签到, 补签, 签到日历
    "checkin",  # 打卡, 补打卡, 打卡进度
    "draws",  # 抽奖, 抽奖规则, 我的奖品; 开奖, 暂停活动 by managers
    "shop",  # 兑换, 我的兑换; 核销, 待发放 by those who hand things out
    "commands",  # 帮助, 规则
    "escalation",  # 转人工
    "score",  # how a service was, while that is asked
    "games",  # 答题, 成语接龙; moves of a game that is on, unless something else was asked since
    "dialogue",  # a choice or form that waits for these words
    "keyword",
    "understand",
    "forms",  # what nobody else understood, while a form is open
    "guesses",  # what nobody else understood, while a game is on
    "fallback",
    # One handler for each of the other kinds of event:
    "welcome",
    "moderation cases",  # what people are to look at, and their ruling
    "desk",
    "call button",  # 转人工 under what was not understood
    "desk watch",  # what WeCom tells of those who serve in its own client
    "desk files",
    "desk delay",  # what staff wrote goes out when it can be taken back no longer
    "desk switch",
    "draw rounds",  # seeds are shown and new ones taken; what is due is drawn
    "redemptions",  # 已发放, 拒绝 on the cards of what waits to be handed out
    "fair play reviews",  # 确认, 驳回 on the cards of rewards that wait
    "points keeping",  # the book: sealed and expired at night
    "pictures",  # drawn on a thread, sent when they are there
    "reports",  # the numbers of the desk, for those who manage
    "game clock",  # games that begin after what goes out by the clock
    "broadcast",  # what goes out by the clock
    "checkin clock",  # who has not checked in hears of it; who was absent, who has finished
    "screening",  # administrators hear of what was not said
    "notices",
    "feedback",
    "holidays",  # administrators hear that the next year's days off are not known yet
    "retention",
)
