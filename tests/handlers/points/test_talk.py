"""What is said about points in chat: by members, by managers, by those who may not."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.types.events import Conversation, Tick
from handlers.points.audit import prove
from handlers.points.boards import BOOK
from handlers.points.tables import entries, orders, seals
from handlers.points.wordings import Order, Orders
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import Stage

PLACE = """
[wecom]
corp_id = "ww1234567890abcdef"

[[channels]]
kind = "aibot"
name = "小助手"
mode = "url"
token = "env:WECOM_BOT_TOKEN"
aes_key = "env:WECOM_BOT_AES_KEY"

[[people]]
name = "群管"
userid = "boss"
roles = ["管理员"]

[[people]]
name = "小林"
userid = "lin"

[[groups]]
name = "甲群"
id = "wrAAAAAAAAAAAAAAAAAAAAAAAAAAAA01"
features = ["faq"]

[signin]
"""
POINTS = """
[points]
levels = { 0 = "新朋友", 20 = "常客" }
expire = "60d"
"""
# Its pictures travel in answers only, so that boards are told there.
TELLING = Conversation("aibot:小助手", "direct", "lin")
GROUP = Conversation("aibot:小助手", "group", "wrAAAAAAAAAAAAAAAAAAAAAAAAAAAA01")


@pytest.fixture
async def stage(make_stage: MakeStage) -> Stage:
    return await make_stage(PLACE + POINTS)


async def say(stage: Stage, text: str, member: str = "lin", where: Conversation | None = None) -> str:
    place = where or Conversation("app:助手", "direct", member)
    return "\n".join(seen.words for seen in await stage.say(member, text, place))


async def test_a_member_asks_how_they_stand(stage: Stage) -> None:
    assert await say(stage, "我的积分") == "小林，你还没有积分，来签到就有。"
    await say(stage, "签到")
    assert await say(stage, "查一下我的积分") == (
        "小林，你有 5 积分，总榜第 1 名（共 1 人）。\n「新朋友」，再得 15 就是「常客」。"
    )


async def test_what_is_about_to_expire_is_told_in_time(stage: Stage) -> None:
    await say(stage, "签到")
    await stage.forward(timedelta(days=29))
    assert "过期" not in await say(stage, "我的积分")
    await stage.forward(timedelta(days=2))
    assert "其中 5 到 1月22日 没用就过期。" in await say(stage, "我的积分")


async def test_a_member_sees_what_came_and_went(stage: Stage) -> None:
    assert await say(stage, "积分明细") == "还没有积分记录。"
    await say(stage, "签到")
    await say(stage, "发积分 小林 20 活动积极", "boss")
    assert await say(stage, "积分明细") == (
        "最近 2 笔，现在 25 积分：\n11月23日 发放（活动积极） +20\n11月23日 签到 +5"
    )


async def test_the_board_has_names_and_ones_own_place(stage: Stage) -> None:
    assert await say(stage, "积分榜") == "积分榜还是空的，来当第一个。"
    await say(stage, "签到", "stranger")
    await say(stage, "发积分 小林 20", "boss")
    board = await say(stage, "积分榜", "boss", TELLING)
    assert board.startswith("积分榜\n1. 小林 20\n2. 成员")
    assert board.endswith("你还没上榜。")
    assert (await say(stage, "本周积分榜", where=TELLING)).startswith("本周积分榜\n1. 小林 20")
    assert (await say(stage, "月榜", where=TELLING)).startswith("11月积分榜\n")


async def test_a_manager_gives_and_takes_back(stage: Stage) -> None:
    said = await say(stage, "发积分 小林 20 活动积极", "boss")
    assert said == "已给小林 20 积分（活动积极），现在 20，升为「常客」。发错了回「撤销积分 1」。"
    assert await say(stage, "撤销", "boss") == "已撤销小林的 +20 积分（发放），现在 0。"
    assert await say(stage, "撤销积分 1", "boss") == "这笔已经撤销过了，小林现在 0 积分。"
    assert (await prove(stage.database)).holds


async def test_names_are_found_in_the_characters_that_somebody_writes(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE.replace('name = "小林"', 'name = "陈姐"') + POINTS)
    stage.nicknames["wmchan"] = "陳小姐"
    await say(stage, "签到", "wmchan")
    assert "陳小姐" in await say(stage, "發積分 陳小姐 20", "boss")
    assert "陈姐" in await say(stage, "發積分 陳姐 20", "boss")


async def test_a_manager_takes_points_away(stage: Stage) -> None:
    await say(stage, "发积分 小林 20", "boss")
    assert "不够扣" in await say(stage, "扣积分 小林 50 刷屏", "boss")
    assert (await say(stage, "扣积分 小林 5 刷屏", "boss")).startswith("已扣小林 5 积分（刷屏），现在 15。")


@pytest.mark.parametrize("text", ["发积分 小林 20", "给小林发20积分", "撤销积分 1", "扣积分 小林 5"])
async def test_others_are_refused_and_it_is_written_down(stage: Stage, text: str) -> None:
    await say(stage, "发积分 小林 20", "boss")
    assert await say(stage, text) == "发积分、撤销只有管理员能用。"
    rows = await stage.database.read(sa.select(orders).order_by(orders.c.id))
    assert [(row.who, row.allowed) for row in rows] == [("boss", True), ("lin", False)]
    assert len(await stage.database.read(sa.select(entries))) == 1


async def test_an_incomplete_order_is_explained(stage: Stage) -> None:
    assert await say(stage, "发积分", "boss") == "这样发：发积分 小林 20 活动积极（名字、数量、理由）。"
    assert (await say(stage, "发积分 小不点 20", "boss")).startswith("没找到「小不点」")
    assert (await say(stage, "发积分 小林 99999", "boss")).startswith("一次最多发 1000")
    assert await say(stage, "撤销积分", "boss") == "没有可以撤销的；要撤销以前的，写上编号，比如「撤销积分 17」。"
    assert await say(stage, "撤销积分 77", "boss") == "没有 77 号这笔积分。"


async def test_a_plain_undo_of_something_else_is_left_to_others(stage: Stage) -> None:
    await say(stage, "撤销", "boss")
    assert stage.last.handler != "points"
    await say(stage, "撤销")
    assert stage.last.handler != "points"


async def test_a_group_without_points_hears_nothing_of_them(stage: Stage) -> None:
    for text in ("我的积分", "签到", "发积分 小林 20"):
        await say(stage, text, "boss", GROUP)
        assert stage.last.handler not in ("points", "signin")


async def test_points_may_be_called_something_else(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + '[points]\nname = "小屿币"\n')
    assert (await say(stage, "签到")).startswith("签到成功，+5 小屿币")
    assert (await say(stage, "我的小屿币")).startswith("小林，你有 5 小屿币")
    assert (await say(stage, "发小屿币 小林 5", "boss")).startswith("已给小林 5 小屿币")


async def test_without_the_sections_nothing_is_heard(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE.replace("[signin]", ""))
    for text in ("我的积分", "签到"):
        await say(stage, text)
        assert stage.last.handler not in ("points", "signin")


async def night(stage: Stage) -> str:
    stage.now += timedelta(seconds=1)
    known = {"id": f"night-{stage.now}", "conversation": BOOK, "at": stage.now, "received_at": stage.now}
    await stage.happen(Tick(**known, name="points.night", due=stage.now))
    return stage.last.outcome.reason


async def test_at_night_the_day_is_sealed_and_the_old_goes(stage: Stage) -> None:
    await say(stage, "签到")
    await stage.forward(timedelta(days=1))
    assert await night(stage) == "2026-11-23 封存 1 笔，0 人的积分有到期的"
    assert await night(stage) == "没有要封存的，0 人的积分有到期的"
    await stage.forward(timedelta(days=61))
    assert (await night(stage)).endswith("1 人的积分有到期的")
    assert (await say(stage, "积分明细")).startswith("最近 2 笔，现在 0 积分：\n1月24日 过期 -5")
    assert len(await stage.database.read(sa.select(seals))) == 2
    assert (await prove(stage.database)).holds


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("发积分 小林 20 活动积极", Order("give", "小林", 20, "活动积极")),
        ("发积分 @小林 20", Order("give", "小林", 20)),
        ("发积分小林20分", Order("give", "小林", 20)),
        ("发积分 lin02 20", Order("give", "lin02", 20)),
        ("扣积分 m12 +5 3月", Order("take", "m12", 5, "3月")),
        ("发积分 小林20 3月的活动", Order("give", "小林", 20, "3月的活动")),
        ("给小林发20积分，带新人", Order("give", "小林", 20, "带新人")),
        ("奖励小林 30 积分", Order("give", "小林", 30)),
        ("發積分 小林 ２０", Order("give", "小林", 20)),
        ("發積分 陳小姐 20 幫忙", Order("give", "陳小姐", 20, "幫忙")),
        ("給 @陳小姐 發 20 積分（幫忙）", Order("give", "陳小姐", 20, "幫忙")),
        ("扣积分 小林 5 刷屏", Order("take", "小林", 5, "刷屏")),
        ("发积分 20 小林", Order("give")),
        ("撤销积分 17", Order("undo", number=17)),
        ("撤销17", Order("undo", number=17, sure=False)),
        ("发积分怎么发", None),
        ("积分怎么来", None),
        ("给我发点积分吧", None),
        ("给小林 20 块钱", None),
    ],
)
def test_orders_are_read(text: str, order: Order | None) -> None:
    assert Orders().read(text) == order
