"""What a violation costs a member, and how it is given back."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.store.retention import sweep
from bot.types.events import Conversation
from handlers.fairplay.tables import bars
from handlers.moderation.effects import parse_act
from handlers.moderation.listed import read_action
from handlers.moderation.tables import KEEP, TABLES, allowed, finds
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


async def test_who_was_wronged_several_times_in_one_case_hears_of_it_once(community_with: Community) -> None:
    stage = await community_with(RULES.replace("扣积分 5", "扣积分 2"))
    await stage.say("lin", "签到", ROOM)
    for _ in range(3):
        await stage.say("lin", "刷单日结", ROOM)
    await stage.say("mei", "刷单日结", ROOM)
    lifted = await stage.press("admin01", "误判", desk("admin01"))
    assert [(seen.member, seen.words) for seen in lifted if "抱歉" in seen.words] == [
        ("lin", "你在「内测群」里说的话，之前是误判，抱歉：6 积分还给你了，现在 8，活动可以参加了。"),
        ("mei", "你在「内测群」里说的话，之前是误判，抱歉：活动可以参加了。"),
    ]
    assert not await stage.database.read(sa.select(bars))


async def test_who_is_still_kept_out_for_something_else_is_not_told_otherwise(community_with: Community) -> None:
    stage = await community_with(RULES)
    await stage.say("lin", "签到", ROOM)
    await stage.say("lin", "刷单日结", ROOM)
    await stage.say("lin", "代开发票", ROOM)
    lifted = await stage.press("admin01", "误判", desk("admin01"))
    assert to(lifted, "lin") == ["你在「内测群」里说的话，之前是误判，抱歉：3 积分还给你了，现在 3。"]
    assert "不能参加" in to(await stage.say("lin", "签到", ROOM), "lin")[0]


async def test_who_has_less_loses_what_there_is_and_who_has_nothing_only_hears_the_rest(
    community_with: Community,
) -> None:
    stage = await community_with(RULES)
    assert to(await stage.say("mei", "刷单日结", ROOM), "mei") == ["别发广告哦。\n1 天里不能参加活动。"]
    await stage.say("lin", "签到", ROOM)
    await stage.say("lin", "刷单日结", ROOM)
    assert "扣 3 积分，现在 0；" in to(await stage.say("lin", "代开发票", ROOM), "lin")[0]
    assert await amounts(stage) == [("签到", 8), ("违规", -5), ("违规", -3)]


async def forget(stage: Stage) -> None:
    """So long goes by that nothing is left of what was found."""
    stage.now += KEEP + timedelta(days=1)
    await stage.database.write(lambda connection: sweep(connection, TABLES, stage.now))


async def test_a_violation_after_all_others_are_forgotten_costs_points_of_its_own(community_with: Community) -> None:
    stage = await community_with(RULES)
    for left in (3, 6):
        await stage.say("lin", "签到", ROOM)
        assert f"扣 5 积分，现在 {left}" in to(await stage.say("lin", "刷单日结", ROOM), "lin")[0]
        await forget(stage)
    assert await amounts(stage) == [("签到", 8), ("违规", -5), ("签到", 8), ("违规", -5)]


async def test_a_phrase_is_allowed_though_an_older_case_is_forgotten(community_with: Community) -> None:
    stage = await community_with(RULES)
    for text in ("刷单日结", "代开发票联系我"):
        await stage.say("lin", text, ROOM)
        await stage.press("admin01", "加入白名单", desk("admin01"))
        await forget(stage)
    kept = await stage.database.read(sa.select(allowed.c.phrase).order_by(allowed.c.id))
    assert len(kept) == 2


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
    (said,) = [seen.words for seen in stage.seen if seen.where == ROOM and "抱歉" in seen.words]
    assert re.fullmatch("成员[0-9a-f]{4}，之前是误判，抱歉：活动可以参加了。", said)


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


@pytest.mark.parametrize(
    "order",
    ["允许参加 小王", "允许参加小王", "允許參加小王。", "恢復參加活動@小王", "允许参加：@小王", "允许参加, 小王"],
)
async def test_a_customer_who_never_took_part_is_let_in_by_what_they_call_themselves(
    community_with: Community, order: str
) -> None:
    stage = await community_with(RULES)
    stage.nicknames["wmXiaowang"] = "小王"
    await stage.say("wmXiaowang", "刷单日结", ROOM)
    assert to(await stage.say("admin01", order, desk("admin01")), "admin01") == ["小王 又能参加活动了，本人会知道。"]
    assert "签到成功" in to(await stage.say("wmXiaowang", "签到", ROOM), "wmXiaowang")[0]


async def test_a_manager_sees_who_is_kept_out_but_not_where_all_can_read_it(community_with: Community) -> None:
    stage = await community_with(RULES)
    assert to(await stage.say("admin01", "禁止名单", desk("admin01")), "admin01") == ["现在没有人被禁止参加活动。"]
    stage.nicknames["wmXiaowang"] = "小王"
    await stage.say("wmXiaowang", "刷单日结", ROOM)
    told = "现在不能参加活动的：\n小王（wmXiaowang），还有 1 天\n要让谁现在就参加，发「允许参加 名字或账号」。"
    assert to(await stage.say("admin01", "禁止名單", desk("admin01")), "admin01") == [told]
    assert to(await stage.say("admin01", "谁不能参加活动？", ROOM), "admin01") == ["名单不在群里说，请单独发给我。"]
    await stage.say("lin", "禁止名单", desk("lin"))
    assert stage.last.handler != "admissions"


async def test_who_has_no_name_is_let_in_by_what_the_list_shows(community_with: Community) -> None:
    stage = await community_with(RULES)
    await stage.say("wmNameless", "刷单日结", ROOM)
    (told,) = to(await stage.say("admin01", "禁止名单", desk("admin01")), "admin01")
    shown = told.splitlines()[1].removesuffix("，还有 1 天")
    said = to(await stage.say("admin01", f"允许参加 {shown}", desk("admin01")), "admin01")
    assert said == [f"{shown} 又能参加活动了，本人会知道。"]
    assert "签到成功" in to(await stage.say("wmNameless", "签到", ROOM), "wmNameless")[0]


async def test_a_question_about_taking_part_is_no_order(community_with: Community) -> None:
    stage = await community_with(RULES)
    for text in (
        "允许参加活动吗", "允许参加活动", "允许参加几次", "允许参加的人", "允许参加抽奖吗？", "允许参加了",
        "恢复参加活动了", "允许参加过一次", "允许参加两次",
    ):  # fmt: skip
        await stage.say("admin01", text, desk("admin01"))
        assert stage.last.handler != "admissions", text
