"""What a violation costs a member, and how it is given back."""

import pytest
import sqlalchemy as sa

from bot.types.events import Conversation
from handlers.fairplay.tables import bars
from handlers.moderation.effects import parse_act
from handlers.moderation.listed import read_action
from handlers.moderation.tables import finds
from handlers.points.tables import entries, orders
from tests.handlers.moderation.conftest import OTHER_ROOM, ROOM, Community, desk, to
from tests.handlers.stage import Stage

RULES = """
[points]
[signin]
points = 8
[[moderation]]
name = "广告"
words = ["刷单", "代开发票"]
mode = "执行"
do = ["提醒", "扣积分 5", "禁止参加活动 24小时"]
remind = ["别发广告哦。"]
cooldown = "0s"
"""


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("扣积分 5", "扣积分 5"), ("扣分:10", "扣积分 10"), ("扣 20 积分", "扣积分 20"), ("扣积分5分", "扣积分 5"),
        ("禁止参加活动 24小时", "禁止参加活动 1 天"), ("禁玩:2h", "禁止参加活动 2 小时"),
        ("禁止参加活动 3个小时", "禁止参加活动 3 小时"), ("禁赛 7天", "禁止参加活动 7 天"),
    ],
)  # fmt: skip
def test_effects_with_a_number_are_read_as_managers_write_them(written: str, read: str) -> None:
    assert str(parse_act(written)) == read


@pytest.mark.parametrize(
    "written", ["扣积分", "扣积分 0", "扣积分 很多", "禁止参加活动", "禁玩 90天", "扣积分 9999999"]
)
def test_effects_whose_number_is_missing_or_too_large_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match="写在后面"):
        parse_act(written)


def test_a_list_that_asks_for_points_gets_the_nearest_thing() -> None:
    listed = read_action("扣分+禁玩")
    assert [str(act) for act in listed.acts] == ["通知:管理员"]
    assert listed.impossible == ("扣积分", "禁止参加活动")


async def amounts(stage: Stage) -> list[tuple[str, int]]:
    rows = await stage.database.read(sa.select(entries.c.source, entries.c.amount).order_by(entries.c.id))
    return [(row.source, row.amount) for row in rows]


async def test_a_violation_costs_points_and_the_right_to_take_part_until_it_was_a_mistake(
    community_with: Community,
) -> None:
    stage = await community_with(RULES)
    await stage.say("lin", "签到", ROOM)
    seen = await stage.say("lin", "刷单日结", ROOM)
    assert to(seen, "lin") == ["别发广告哦。\n扣 5 积分，现在 3；1 天里不能参加活动。"]
    assert "做了：提醒、扣积分 5、禁止参加活动 1 天" in to(seen, "admin01")[0]
    said = to(await stage.say("lin", "签到", ROOM), "lin")
    assert said == ["你暂时不能参加活动，1 天后就可以了。有误会请发「转人工」。"]
    lifted = await stage.press("admin01", "误判", desk("admin01"))
    assert [(seen.where, seen.words) for seen in lifted if seen.member == "lin"] == [
        (desk("lin"), "你在「内测群」里说的话，之前是误判，抱歉：5 积分还给你了，现在 8，活动可以参加了。")
    ]
    assert "签过啦" in to(await stage.say("lin", "签到", ROOM), "lin")[0]
    assert await amounts(stage) == [("签到", 8), ("违规", -5), ("撤销", 5)]
    assert not await stage.database.read(sa.select(bars))


async def test_who_has_less_loses_what_there_is_and_who_has_nothing_only_hears_the_rest(
    community_with: Community,
) -> None:
    stage = await community_with(RULES)
    assert to(await stage.say("mei", "刷单日结", ROOM), "mei") == ["别发广告哦。\n1 天里不能参加活动。"]
    await stage.say("lin", "签到", ROOM)
    await stage.say("lin", "刷单日结", ROOM)
    assert "扣 3 积分，现在 0；" in to(await stage.say("lin", "代开发票", ROOM), "lin")[0]
    assert await amounts(stage) == [("签到", 8), ("违规", -5), ("违规", -3)]


async def test_what_staff_have_in_hand_costs_nothing(community_with: Community) -> None:
    stage = await community_with(RULES)
    await stage.say("lin", "签到", ROOM)
    await stage.say("admin01", "停机", desk("admin01"))
    await stage.say("lin", "刷单日结", ROOM)
    assert await amounts(stage) == [("签到", 8)]
    assert not await stage.database.read(sa.select(bars))


async def test_what_is_recorded_as_done_is_what_happened(community_with: Community) -> None:
    deducts = RULES.replace('"提醒", ', "").replace('cooldown = "0s"', 'cooldown = "5m"')
    reminds = '[[moderation]]\nname = "闲话"\nwords = "日结"\nmode = "执行"\ndo = "提醒"\ncooldown = "5m"\n'
    stage = await community_with(deducts + reminds)
    await stage.say("lin", "签到", ROOM)
    await stage.say("lin", "刷单日结", ROOM)
    await stage.say("lin", "代开发票日结", ROOM)
    await stage.say("lin", "代开发票", ROOM)
    found = await stage.database.read(sa.select(finds.c.rule, finds.c.done).order_by(finds.c.id))
    assert [(row.rule, row.done) for row in found] == [
        ("广告", "扣积分 5、禁止参加活动 1 天"), ("闲话", "提醒"),
        ("广告", "扣积分 3、禁止参加活动 1 天"), ("闲话", ""), ("广告", "禁止参加活动 1 天"),
    ]  # fmt: skip
    assert "做了：禁止参加活动 1 天" in to(await stage.say("mei", "刷单", OTHER_ROOM), "admin01")[0]


async def test_who_can_be_told_only_in_the_group_is_called_by_name_there(community_with: Community) -> None:
    stage = await community_with(RULES)
    outside = "wmAAAAAAAAAAAAAAAAAAAAAAAAAAAA01"
    await stage.say(outside, "刷单日结", ROOM)
    await stage.press("admin01", "误判", desk("admin01"))
    await stage.say(outside, "你好", ROOM)
    assert [seen.words for seen in stage.seen if seen.where == ROOM and "抱歉" in seen.words] == [
        f"{outside}，之前是误判，抱歉：活动可以参加了。"
    ]


async def test_what_was_said_in_private_is_made_good_where_it_was_said(community_with: Community) -> None:
    stage = await community_with(RULES)
    bot = Conversation("aibot:小助手", "direct", "lin")
    await stage.say("lin", "刷单日结", bot)
    await stage.press("admin01", "误判", desk("admin01"))
    await stage.say("lin", "你好", bot)
    assert [(seen.where, seen.words) for seen in stage.seen if "误判，抱歉" in seen.words] == [
        (bot, "之前是误判，抱歉：活动可以参加了。")
    ]


async def test_a_manager_lets_somebody_in_again_after_the_case_was_handled(community_with: Community) -> None:
    stage = await community_with(RULES)
    await stage.say("lin", "刷单日结", ROOM)
    await stage.press("admin01", "处理", desk("admin01"))
    assert "误判" not in to(await stage.click("admin01", "moderation-1-1", "mistake", desk("admin01")), "admin01")[0]
    await stage.say("lin", "允许参加 lin", desk("lin"))
    assert "不能参加" in to(await stage.say("lin", "签到", ROOM), "lin")[0]
    seen = await stage.say("admin01", "允许参加 lin", desk("admin01"))
    assert [(one.where, one.words) for one in seen] == [
        (desk("admin01"), "lin 又能参加活动了，本人会知道。"),
        (desk("lin"), "管理员允许你参加活动了，现在就可以。"),
    ]
    assert "签到成功" in to(await stage.say("lin", "签到", ROOM), "lin")[0]
    again = await stage.say("admin01", "恢复参加活动 @lin", desk("admin01"))
    assert [one.words for one in again] == ["lin 没有被禁止参加活动。"]
    assert "没找到「没来过」" in to(await stage.say("admin01", "允许参加 没来过", desk("admin01")), "admin01")[0]
    done = await stage.database.read(sa.select(orders.c.who, orders.c.what).order_by(orders.c.id))
    assert [tuple(row) for row in done] == [("admin01", "允许参加 lin"), ("admin01", "恢复参加活动 @lin")]
