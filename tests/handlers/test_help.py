"""帮助 and 规则: what is on, and only for whom it is."""

from datetime import timedelta

from bot.types.events import Conversation
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import Stage

PLAIN = """
[wecom]
corp_id = "ww1234567890abcdef"

[[channels]]
kind = "app"
name = "助手"
agent_id = 1000002
secret = "env:WECOM_APP_SECRET"
token = "env:WECOM_APP_TOKEN"
aes_key = "env:WECOM_APP_AES_KEY"

[[people]]
name = "群管"
userid = "boss"
roles = ["管理员"]
"""
COMMUNITY = """
[help]
intro = "我可以这样用："
rules = "不发广告。"

[[groups]]
name = "甲群"
id = "wrAAAAAAAAAAAAAAAAAAAAAAAAAAAA01"
features = ["faq", "checkin"]

[points]
name = "小屿币"
expire = "365d"
levels = { 0 = "新朋友", 100 = "常客" }

[signin]
points = 5
streak = { 7 = 20 }

[[campaigns]]
name = "晨读"
from = 2026-11-20
until = 2026-11-24

[[draws]]
name = "周年抽奖"
per_day = 1
prizes = [{ name = "面霜", stock = 2, weight = 1 }, { name = "谢谢参与", nothing = true, weight = 9 }]

[[draws]]
name = "周年大奖"
at = "手动"
prizes = [{ name = "礼盒", stock = 1 }]

[idioms]

[[shop]]
name = "小样"
cost = 50
stock = 10

[[schedule]]
name = "早安"
at = "每天 09:00"
members = ["群管"]
send = "早"
"""
GROUP = Conversation("aibot:小助手", "group", "wrAAAAAAAAAAAAAAAAAAAAAAAAAAAA01")
MEMBERS = [
    "我可以这样用：",
    "· 有问题直接问我",
    "· 「签到」每天得 5 小屿币，漏了「补签」，「签到日历」看这个月",
    "· 「打卡」参加「晨读」，「打卡进度」看自己打了几天",
    "· 「我的小屿币」「小屿币明细」「小屿币榜」看小屿币",
    "· 「抽奖」试手气，「抽奖规则」看机会多大",
    "· 「兑换」用小屿币换小样，「我的兑换」看兑换码",
    "· 「游戏」看能玩什么，说名字就开始",
    "· 「规则」看这里的规则",
]
MANAGERS = [
    "· 管理员：「停机」「恢复」管本群；「全部停机」「全部恢复」管所有地方；「状态」看现在怎样",
    "· 「发小屿币 小林 20 活动积极」给人加，发错了「撤销」",
    "· 「打卡名单」看谁没打卡，「完成名单」看谁完成了",
    "· 「开奖」马上开出",
    "· 「待发放」看要发的东西，「核销 兑换码」发出一份",
    "· 「定时」看接下来发什么，「暂停 名字」「继续 名字」管一条",
]

# Those of sign-ins and points stand below those of the house.
RULES = (
    "不发广告。\n\n"
    "签到\n每天发「签到」得 5 小屿币。\n连续 7 天多得 20。\n"
    "漏了可以「补签」：7 天以内，每月 2 次；连续照算，不补发小屿币。\n\n"
    "小屿币\n得到 365 天后过期，先得的先用。\n头衔：0 起「新朋友」、100 起「常客」。"
)


async def say(stage: Stage, text: str, member: str = "lin", where: Conversation | None = None) -> str:
    place = where or Conversation("app:助手", "direct", member)
    return "\n".join(seen.words for seen in await stage.say(member, text, place))


async def test_help_and_rules_name_what_is_on_here_for_whoever_asks(make_stage: MakeStage) -> None:
    stage = await make_stage(PLAIN + COMMUNITY)
    assert (await say(stage, "帮助")).split("\n") == MEMBERS
    assert (await say(stage, "帮助", "boss")).split("\n") == MEMBERS + MANAGERS
    assert (await say(stage, "帮助", where=GROUP)).split("\n") == [MEMBERS[at] for at in (0, 1, 3, 8)]
    assert await say(stage, "规则") == RULES
    assert await say(stage, "规则", where=GROUP) == "不发广告。"
    await stage.forward(timedelta(days=2))
    assert "打卡" not in await say(stage, "帮助")


async def test_where_nothing_is_on_nothing_is_named(make_stage: MakeStage) -> None:
    stage = await make_stage(PLAIN)
    assert await say(stage, "帮助") == "我是小助手，可以这样用我：\n· 有问题直接问我"
    assert await say(stage, "规则") == "这里还没有写规则，有问题直接问我。"
