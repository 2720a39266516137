"""Cases: the same words again are one case, and what staff press is the ruling on all of it."""

import re
from datetime import timedelta

import sqlalchemy as sa

from bot.types.actions import Card
from bot.types.events import Conversation
from handlers.moderation import cases as filing
from handlers.moderation.review import MOST_AN_HOUR
from handlers.moderation.tables import allowed, cases, finds
from tests.handlers.moderation.conftest import OTHER_ROOM, ROOM, RULE, Community, desk, to
from tests.handlers.stage import Stage

AD = "在家刷单日结三百，想做的扫码进群"
SAME = ("在家刷单！日结300，想做的扫码进群~", "在家刷单 日结五百 想做的扫码进群", "在家刷单日结三百想做的扫码进群了")
BOSS = desk("admin01")


async def rows(stage: Stage, table: sa.Table) -> list[sa.Row]:  # type: ignore[type-arg]
    return list(await stage.database.read(sa.select(table).order_by(table.c.id)))


def cards(stage: Stage, member: str) -> list[Card]:
    """The cards that a member got, newest last, without those that only changed."""
    seen = [one.content for one in stage.seen if one.member == member and one.fresh]
    return [content for content in seen if isinstance(content, Card)]


async def test_the_same_ad_in_many_groups_by_several_people_is_one_case(community_with: Community) -> None:
    stage = await community_with(RULE)
    rooms = [Conversation("aibot:小助手", "group", f"wr{number}") for number in range(5)]
    for number, room in enumerate(rooms):
        await stage.say(("lin", "wang", "zhao")[number % 3], (AD, *SAME)[number % 4], room)
    (case,) = await rows(stage, cases)
    assert {row.case_id for row in await rows(stage, finds)} == {case.id}
    assert len(cards(stage, "admin01")) == 1
    card, words = to(await stage.forward(timedelta(seconds=31)), "admin01")
    assert words == "#1 疑似广告又出现了：现在共 5 条，5 处，3 个账号。点原来那张卡片处理，一次全部算数。"
    assert "谁：3 个账号：wang、lin、zhao" in card
    assert {card.task for card in cards(stage, "admin01")} == {"moderation-1-1"}


async def test_what_goes_on_spreading_is_told_by_a_line_now_and_then(community_with: Community) -> None:
    stage = await community_with(RULE)
    told = []
    for number in range(24):
        await stage.say(f"lin{number}", AD, ROOM)
        told += to(await stage.forward(timedelta(minutes=1)), "admin01")
    counted = [re.search(r"现在共 (\d+) 条", text) for text in told if "又出现了" in text]
    assert [int(found[1]) for found in counted if found] == [2, 12, 22]
    assert sum("[误判]" in text for text in told) == 1


async def test_another_ad_is_another_case(community_with: Community) -> None:
    stage = await community_with(RULE)
    await stage.say("lin", AD, ROOM)
    await stage.say("lin", "专业代开发票，量大优惠，详情私聊我", ROOM)
    assert len(await rows(stage, cases)) == 2


async def test_the_same_person_going_on_in_one_place_is_no_news(community_with: Community) -> None:
    stage = await community_with(RULE)
    await stage.say("lin", AD, ROOM)
    await stage.say("lin", AD, ROOM)
    assert to(await stage.forward(timedelta(minutes=5)), "admin01") == []


async def test_a_mistake_clears_the_record_and_proposes_what_to_allow(community_with: Community) -> None:
    stage = await community_with(RULE)
    await stage.say("lin", "我的手机跑分多少", ROOM)
    seen = await stage.press("admin01", "误判", BOSS)
    card, words = to(seen, "admin01")
    assert "[加入白名单]" in card
    assert "误判" in card
    assert 'allow = ["跑分多少"]' in words
    (found,) = await rows(stage, finds)
    assert (found.member, found.name, found.text, found.counts) == ("", "", "", False)
    (case,) = await rows(stage, cases)
    assert (case.state, case.text) == ("wrong", "")


async def test_what_was_found_to_be_a_mistake_is_let_through_the_next_time(community_with: Community) -> None:
    stage = await community_with(RULE)
    await stage.say("lin", "我的手机跑分多少", ROOM)
    await stage.press("admin01", "误判", BOSS)
    seen = await stage.say("wang", "我的手机 跑分多少？！", ROOM)
    assert stage.last.handler == "fallback"
    assert to(seen, "admin01") == []


async def test_the_proposed_phrase_is_allowed_by_a_second_press(community_with: Community) -> None:
    stage = await community_with(RULE)
    await stage.say("lin", "我的手机跑分多少", ROOM)
    await stage.press("admin01", "误判", BOSS)
    card, words = to(await stage.press("admin01", "加入白名单", BOSS), "admin01")
    assert "谁：已清除" in card
    assert "从现在起放行" in words
    assert [row.phrase for row in await rows(stage, allowed)] == ["跑分多少"]


async def test_without_anything_to_allow_staff_hear_what_to_change(community_with: Community) -> None:
    stage = await community_with(RULE + '[[moderation]]\nname = "太长"\nlimits = { letters = 20 }\nmode = "执行"\n')
    await stage.say("lin", "跑分", ROOM)
    words = to(await stage.press("admin01", "误判", BOSS), "admin01")[1]
    assert "请从词表里删掉：[[moderation]] 第 1 条:4" in words
    await stage.say("lin", "啊" * 30, ROOM)
    words = to(await stage.press("admin01", "误判", BOSS), "admin01")[1]
    assert "就放宽 [[moderation]] “太长”" in words


async def test_an_allowed_phrase_holds_at_once_and_everywhere_and_is_on_record(community_with: Community) -> None:
    stage = await community_with(RULE)
    await stage.say("lin", "我的手机跑分多少", ROOM)
    seen = await stage.press("admin01", "加入白名单", BOSS)
    assert "（已加入白名单）" in to(seen, "admin01")[0]
    (row,) = await rows(stage, allowed)
    assert (row.phrase, row.allowed_by) == ("跑分多少", "admin01")
    await stage.say("wang", "安兔兔跑分多少啊", OTHER_ROOM)
    assert stage.last.handler == "fallback"
    await stage.say("wang", "安兔兔跑分多少，刷单吗", OTHER_ROOM)
    assert stage.last.handler == "moderation cases"


async def test_administrators_see_what_is_allowed_and_take_it_back(community_with: Community) -> None:
    stage = await community_with(RULE)
    assert "还没有" in to(await stage.say("admin01", "白名单", BOSS), "admin01")[0]
    await stage.say("lin", "我的手机跑分多少", ROOM)
    await stage.press("admin01", "加入白名单", BOSS)
    (listed,) = to(await stage.say("admin01", "白名单", BOSS), "admin01")
    assert listed.splitlines()[0] == "1. 跑分多少（群管，今天 10:00）"
    await stage.say("lin", "取消白名单 1", desk("lin"))
    assert (await rows(stage, allowed))[0].ended_at is None
    assert to(await stage.say("admin01", "取消白名单 #1", BOSS), "admin01") == ["“跑分多少”不再放行。"]
    assert (await rows(stage, allowed))[0].ended_by == "admin01"
    await stage.say("wang", "安兔兔跑分多少啊", OTHER_ROOM)
    assert stage.last.handler == "moderation cases"
    assert "没有 7" in to(await stage.say("admin01", "取消白名单 7", BOSS), "admin01")[0]


async def test_handled_leaves_the_record_and_a_new_one_is_said_to_come_again(community_with: Community) -> None:
    stage = await community_with(RULE)
    await stage.say("lin", AD, ROOM)
    assert "（已处理）" in to(await stage.press("admin01", "处理", BOSS), "admin01")[0]
    assert [row.member for row in await rows(stage, finds)] == ["lin"]
    seen = await stage.say("wang", AD, OTHER_ROOM)
    assert "和处理过的 #1 是同样的话，又来了" in to(seen, "admin01")[0]


async def test_who_comes_second_sees_who_ruled(community_with: Community) -> None:
    stage = await community_with(RULE + 'do = ["不回答", "通知:售后组"]\n')
    await stage.say("lin", AD, ROOM)
    await stage.press("mei01", "处理", desk("mei01"))
    assert "（小美：已处理）" in to(await stage.press("admin01", "误判", BOSS), "admin01")[0]
    assert (await rows(stage, cases))[0].ruled_by == "mei01"


async def test_nobody_rules_who_was_not_asked(community_with: Community) -> None:
    stage = await community_with(RULE)
    await stage.say("lin", AD, ROOM)
    assert await stage.click("lin", "moderation-1-1", "mistake", desk("lin")) == []
    assert await stage.click("mei01", "moderation-1-1", "mistake", desk("mei01")) == []
    assert (await rows(stage, cases))[0].state == "open"


async def test_a_ruling_on_a_case_that_is_gone_changes_nothing(community_with: Community) -> None:
    stage = await community_with(RULE)
    assert await stage.click("admin01", "moderation-99-1", "mistake", BOSS) == []
    assert await stage.click("admin01", "moderation-x", "mistake", BOSS) == []


async def test_a_bad_day_does_not_bury_staff_in_cards(community_with: Community) -> None:
    words = ["".join(chr(0x4E00 + (5 * number + at) * 101) for at in range(5)) for number in range(MOST_AN_HOUR + 3)]
    listed = ", ".join(f'"{word}"' for word in words)
    stage = await community_with(
        f'[[moderation]]\nname = "词"\nwords = [{listed}]\nmode = "执行"\ndo = ["不回答", "通知"]\n'
    )
    for word in words:
        await stage.say("lin", word, ROOM)
    assert len(await rows(stage, cases)) == len(words)
    assert len(cards(stage, "admin01")) == MOST_AN_HOUR
    await stage.say("wang", words[-1], ROOM)
    assert len(stage.seen) - sum(one.member in ("lin", "wang") for one in stage.seen) == MOST_AN_HOUR + 1


async def test_a_rule_that_only_records_shows_a_few_finds_to_judge(community_with: Community) -> None:
    stage = await community_with(RULE.replace("执行", "只记录") + "sample = 1\n")
    seen = await stage.say("lin", AD, ROOM)
    assert "做了：只记录" in to(seen, "admin01")[0]
    assert to(await stage.say("lin", "代开发票的来", ROOM), "admin01") == []
    await stage.forward(timedelta(days=1))
    assert to(await stage.say("wang", "加薇信聊聊", ROOM), "admin01")


async def test_the_owner_of_the_group_is_asked_to_see_to_it(community_with: Community) -> None:
    stage = await community_with(RULE + 'do = "通知群主"\n')
    seen = await stage.say("lin", AD, ROOM)
    (card,) = to(seen, "ning01")
    assert "请在“内测群”里处理" in card
    assert "谁：lin" in card
    assert "（已处理）" in to(await stage.press("ning01", "处理", desk("ning01")), "ning01")[0]
    seen = await stage.say("lin", "代开发票的来", OTHER_ROOM)
    assert "请在“伙伴群”里处理" in to(seen, "admin01")[0]


async def test_what_the_owner_says_themselves_administrators_see(community_with: Community) -> None:
    stage = await community_with(RULE + 'do = "通知群主"\n')
    seen = await stage.say("ning01", AD, ROOM)
    (card,) = to(seen, "admin01")
    assert "请看一下：误判了，还是已经处理" in card
    assert AD not in "".join(to(seen, "ning01"))


async def test_where_there_is_no_group_administrators_are_asked(community_with: Community) -> None:
    stage = await community_with(RULE + 'do = "通知群主"\n')
    (card,) = to(await stage.say("lin", AD, desk("lin")), "admin01")
    assert "请看一下：误判了，还是已经处理" in card


async def test_old_cases_are_left_in_peace(community_with: Community) -> None:
    stage = await community_with(RULE)
    await stage.say("lin", AD, ROOM)
    await stage.forward(filing.WINDOW + timedelta(hours=1))
    await stage.say("lin", AD, ROOM)
    assert len(await rows(stage, cases)) == 2
