"""What follows from what was found: for the member, for staff, and in the records."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.types.events import Conversation
from handlers.moderation.handler import Moderation
from handlers.moderation.tables import finds
from nlp.moderation.filter import Filter
from tests.handlers.conftest import MakeStage
from tests.handlers.moderation.conftest import COMMUNITY, OTHER_ROOM, ROOM, RULE, Community, desk, to
from tests.handlers.stage import Stage

AD = "在家刷单日结，想做的来"


async def kept(stage: Stage) -> list[sa.Row]:  # type: ignore[type-arg]
    return list(await stage.database.read(sa.select(finds).order_by(finds.c.id)))


async def test_who_writes_an_ad_is_reminded_and_gets_no_other_answer(community_with: Community) -> None:
    stage = await community_with(RULE)
    seen = await stage.say("lin", AD, ROOM)
    assert to(seen, "lin") == ["这类内容不适合发在这里，请别再发啦。误会了请告诉我们，发「转人工」就行。"]
    assert (stage.last.handler, stage.last.outcome.rule) == ("moderation cases", "新的")
    (found,) = await kept(stage)
    assert (found.member, found.rule, found.judgement, found.done) == ("lin", "广告", "block", "提醒、不回答")


async def test_administrators_get_a_card_with_the_evidence(community_with: Community) -> None:
    stage = await community_with(RULE)
    seen = await stage.say("lin", AD, ROOM)
    (card,) = to(seen, "admin01")
    assert card.splitlines() == [
        "#1 疑似广告",
        "请看一下：误判了，还是已经处理",
        "在家【刷单】日结，想做的来",
        "谁：lin",
        "在哪：内测群",
        "词：刷单（原词）",
        "以前：没有过",
        "做了：提醒、不回答",
        "[误判][处理][加入白名单]",
    ]
    assert to(seen, "mei01") == []


async def test_other_words_are_answered_as_always(community_with: Community) -> None:
    stage = await community_with(RULE)
    await stage.say("lin", "什么时候发货", ROOM)
    assert stage.last.handler == "fallback"
    assert await kept(stage) == []


async def test_a_rule_that_only_records_says_nothing_to_anybody(community_with: Community) -> None:
    stage = await community_with(RULE.replace("执行", "只记录"))
    seen = await stage.say("lin", AD, ROOM)
    assert [one.member for one in seen] == ["lin"]
    assert stage.last.handler == "fallback"
    (found,) = await kept(stage)
    assert (found.mode, found.counts, found.done) == ("只记录", False, "")


async def test_staff_may_say_it(community_with: Community) -> None:
    stage = await community_with(RULE)
    await stage.say("mei01", AD, ROOM)
    assert await kept(stage) == []


async def test_nobody_is_exempt_where_the_rule_says_so(community_with: Community) -> None:
    stage = await community_with(RULE + 'exempt = "无"\n')
    await stage.say("mei01", AD, ROOM)
    assert len(await kept(stage)) == 1


async def test_a_rule_of_one_group_leaves_the_others_alone(community_with: Community) -> None:
    stage = await community_with(RULE + 'groups = "伙伴群"\n')
    await stage.say("lin", AD, ROOM)
    await stage.say("lin", AD, OTHER_ROOM)
    assert [one.group_name for one in await kept(stage)] == ["伙伴群"]


async def test_a_rule_sleeps_outside_its_hours(community_with: Community) -> None:
    stage = await community_with(RULE + 'hours = "20:00-08:00"\n')
    await stage.say("lin", AD, ROOM)
    assert await kept(stage) == []
    await stage.forward(timedelta(hours=11))
    await stage.say("lin", AD, ROOM)
    assert len(await kept(stage)) == 1


async def test_a_group_is_reminded_once_in_a_while(community_with: Community) -> None:
    stage = await community_with(RULE + 'cooldown = "5m"\n')
    assert to(await stage.say("lin", AD, ROOM), "lin")
    assert to(await stage.say("wang", "刷单吗", ROOM), "wang") == []
    assert to(await stage.say("wang", "刷单吗", OTHER_ROOM), "wang")
    await stage.forward(timedelta(minutes=6))
    assert to(await stage.say("lin", AD, ROOM), "lin")
    assert len(await kept(stage)) == 4


async def test_a_private_reminder_goes_to_the_app(community_with: Community) -> None:
    stage = await community_with(RULE + 'do = ["私下提醒", "不回答"]\nremind = "别发广告"\n')
    seen = await stage.say("lin", AD, ROOM)
    assert [(one.where, one.words) for one in seen] == [
        (desk("lin"), "您刚才在「内测群」里说的话：\n别发广告"),
    ]


async def test_without_an_app_a_bot_on_a_long_connection_reminds_in_private(make_stage: MakeStage) -> None:
    bot = 'kind = "aibot"\nname = "小助手"\n'
    community = COMMUNITY.replace(bot, f'{bot}mode = "socket"\nbot_id = "b"\nsecret = "env:E"\n')
    alone = community.replace('token = "env:D"\naes_key = "env:E"\n', "")
    app = alone[alone.index('[[channels]]\nkind = "app"') : alone.index('[[channels]]\nkind = "aibot"')]
    stage = await make_stage(alone.replace(app, "") + RULE + 'do = "私下提醒"\nremind = "别发广告"\n')
    await stage.say("lin", "你好", Conversation("aibot:小助手", "direct", "lin"))
    seen = await stage.say("lin", AD, ROOM)
    assert [one.where.place for one in seen if "别发广告" in one.words] == ["direct"]


async def test_masked_words_are_hidden_from_those_who_answer(community_with: Community) -> None:
    reply = '[[replies]]\nname = "发货"\nany = "发货"\nreply = "48 小时内"\n'
    stage = await community_with(RULE + 'do = "打码"\n' + reply)
    await stage.say("lin", "转人工", desk("lin"))
    await stage.press("admin01", "接单", desk("admin01"))
    seen = await stage.say("lin", "不给发货我就去刷单", desk("lin"))
    assert to(seen, "admin01") == ["#1 lin：不给发货我就去**"]


async def test_who_goes_on_climbs_the_ladder_and_comes_down_with_time(community_with: Community) -> None:
    ladder = 'do = "提醒"\ncooldown = "0s"\nladder = [{ after = 3, within = "24h", do = "通知群主" }]\n'
    stage = await community_with(RULE + ladder)
    for where in (ROOM, OTHER_ROOM):
        assert to(await stage.say("lin", AD, where), "ning01") == []
    (card,) = to(await stage.say("lin", "代开发票啦", ROOM), "ning01")
    assert "请在“内测群”里处理" in card
    assert "以前：30 天内 2 次" in card
    await stage.forward(timedelta(hours=25))
    seen = await stage.say("lin", "加薇信聊", ROOM)
    assert to(seen, "ning01") == []


async def test_a_word_of_middling_weight_goes_to_people_and_holds_nobody_up(
    community_with: Community, tmp_path: Path
) -> None:
    (tmp_path / "words.csv").write_text("词,类别,严重程度\n跑分,fraud,2\n日结,ad,1\n", "utf-8")
    stage = await community_with('[[moderation]]\nname = "词表"\nwords = "words.csv"\nmode = "执行"\n')
    seen = await stage.say("lin", "跑分吗", ROOM)
    assert "疑似诈骗" in to(seen, "admin01")[0]
    assert any(decided.handler == "fallback" for decided in stage.decided)
    seen = await stage.say("lin", "日结", ROOM)
    assert to(seen, "admin01") == []
    assert [(row.judgement, row.counts) for row in await kept(stage)] == [("review", False), ("audit", False)]


async def test_a_broken_filter_lets_people_be_answered_and_is_counted(community_with: Community) -> None:
    stage = await community_with(RULE)
    moderation = next(handler for handler in stage.brain.handlers if isinstance(handler, Moderation))

    def breaks() -> Filter:
        raise ZeroDivisionError

    handlers = [replace(one, filter=breaks) if one is moderation else one for one in stage.brain.handlers]
    stage.brain = replace(stage.brain, handlers=handlers)
    await stage.say("lin", AD, ROOM)
    assert stage.last.handler == "fallback"
    (row,) = await kept(stage)
    assert (row.judgement, row.text, row.counts) == ("fault", "", False)


async def test_while_a_person_serves_it_is_recorded_and_told_and_the_words_go_to_them(
    community_with: Community,
) -> None:
    stage = await community_with(RULE + 'do = ["提醒", "通知:管理员"]\n')
    await stage.say("lin", "转人工", desk("lin"))
    await stage.press("mei01", "接单", desk("mei01"))
    seen = await stage.say("lin", AD, desk("lin"))
    assert to(seen, "lin") == []
    assert to(seen, "mei01") == [f"#1 lin：{AD}"]
    (card,) = to(seen, "admin01")
    assert "做了：只记录" in card


async def test_a_halted_bot_says_nothing_and_still_tells_staff(community_with: Community) -> None:
    stage = await community_with(RULE)
    await stage.say("admin01", "停机", ROOM)
    seen = await stage.say("lin", AD, ROOM)
    assert to(seen, "lin") == []
    assert len(to(seen, "admin01")) == 1
