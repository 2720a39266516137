"""Draws in chat: at once and on a day, for members, by managers, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.types.actions import Card
from bot.types.events import Conversation
from handlers.draws.export import publication
from handlers.draws.tables import entries, rounds, stocks
from handlers.draws.verification import Verdict, verify
from handlers.points.audit import prove
from handlers.points.tables import entries as book
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import START, Stage

PLACE = """
[wecom]
corp_id = "ww1234567890abcdef"

[[channels]]
kind = "app"
name = "助手"
agent_id = 1000002
secret = "env:A"
token = "env:B"
aes_key = "env:C"

[[channels]]
kind = "aibot"
name = "小助手"
mode = "url"
token = "env:D"
aes_key = "env:E"

[[channels]]
kind = "webhook"
name = "推送"
key = "env:F"

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
doors = ["aibot:小助手", "webhook:推送"]

[points]
"""
WHEEL = """
[[draws]]
name = "转盘"
cost = 10
per_day = 3
prizes = [
  { name = "5 积分", points = 5, weight = 3, stock = "不限" },
  { name = "小样", weight = 1, stock = 2 },
  { name = "谢谢参与", weight = 6, nothing = true },
]
"""
PARTY = """
[[draws]]
name = "年终大奖"
at = "2026-11-25 20:00"
prizes = [{ name = "香水", stock = 1 }, { name = "20 积分", points = 20, stock = 2 }]
"""
GROUP = Conversation("aibot:小助手", "group", "wrAAAAAAAAAAAAAAAAAAAAAAAAAAAA01")

# What is done at once by many is tried on both stores elsewhere.
pytestmark = pytest.mark.parametrize("pair", ["embedded"], indirect=True)


async def say(stage: Stage, text: str, member: str = "lin", where: Conversation | None = None) -> str:
    place = where or Conversation("app:助手", "direct", member)
    seen = await stage.say(member, text, place)
    return "\n".join(one.words for one in seen if one.where == place)


async def give(stage: Stage, member: str, points: int) -> None:
    assert "已给" in await say(stage, f"发积分 {member} {points}", "boss")


async def judged(stage: Stage, name: str) -> Verdict:
    return verify(await publication(stage.database, name))


@pytest.fixture
async def wheel(make_stage: MakeStage) -> Stage:
    stage = await make_stage(PLACE + WHEEL)
    await give(stage, "小林", 45)
    return stage


async def test_the_commitment_is_published_before_the_first_entry(wheel: Stage) -> None:
    said = await say(wheel, "抽奖")
    assert said.startswith("「转盘」第 1 轮开始了，先公布承诺：\n")
    kept = (await wheel.database.read(sa.select(rounds)))[0]
    assert kept.commitment in said
    assert kept.seed not in said
    assert await wheel.database.read(sa.select(entries)) == []


async def test_a_draw_costs_answers_at_once_and_has_a_limit(wheel: Stage) -> None:
    await say(wheel, "抽奖")
    said = [await say(wheel, text) for text in ("抽奖", "抽奖 转盘", "我要抽奖！", "抽个奖")]
    assert ["第 1 轮" in one for one in said[:3]] == [True] * 3, said
    assert said[3] == "今天的 3 次用完了，明天再来。"
    paid = await wheel.database.read(sa.select(book.c.amount).where(book.c.kind == "spend"))
    assert [row.amount for row in paid] == [-10, -10, -10]
    assert (await prove(wheel.database)).holds


async def test_who_has_too_few_points_does_not_draw(wheel: Stage) -> None:
    await say(wheel, "抽奖")
    assert await say(wheel, "抽奖", "wang") == "一次要 10 积分，还差 10。"
    assert await wheel.database.read(sa.select(entries)) == []


async def test_the_seed_is_shown_when_the_day_is_over_and_everything_can_be_computed_again(wheel: Stage) -> None:
    for text in ("抽奖", "抽奖", "抽奖"):
        await say(wheel, text)
    before = await judged(wheel, "转盘")
    assert (before.holds, before.entries, before.pending) == (True, 0, 2)
    assert (await publication(wheel.database, "转盘")).rounds[0].seed is None
    await wheel.forward(timedelta(days=1))
    after = await judged(wheel, "转盘")
    assert (after.holds, after.rounds, after.entries, after.pending) == (True, 1, 2, 0)
    # The next one begins with its commitment, too.
    assert (await say(wheel, "抽奖")).startswith("「转盘」第 2 轮开始了，先公布承诺：\n")
    assert "第 2 轮 1 号" in await say(wheel, "抽奖")


async def test_a_moment_between_two_milliseconds_proves_itself_too(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + WHEEL.replace("cost = 10\n", "") + PARTY)
    stage.now = START.replace(microsecond=999_600)
    for text in ("抽奖 转盘", "抽奖 转盘", "抽奖 年终大奖", "抽奖 年终大奖"):
        await say(stage, text)
    stage.now = datetime(2026, 11, 25, 12, 0, 0, 600, UTC)
    for text in ("抽奖规则 转盘", "抽奖规则 年终大奖"):
        await say(stage, text)
    await stage.forward(timedelta(seconds=1))
    found = [await judged(stage, name) for name in ("转盘", "年终大奖")]
    assert [(one.faults, one.entries) for one in found] == [((), 1), ((), 1)]


async def test_a_round_that_nobody_entered_goes_on(wheel: Stage) -> None:
    await say(wheel, "抽奖规则")
    await wheel.forward(timedelta(days=3))
    assert len(await wheel.database.read(sa.select(rounds))) == 1
    assert "第 1 轮 1 号" in await say(wheel, "抽奖")


async def test_odds_and_what_is_left_are_there_to_read(wheel: Stage) -> None:
    told = (await say(wheel, "抽奖规则")).splitlines()
    assert told[:4] == [
        "「转盘」10 积分一次；每天 3 次",
        "· 5 积分：机会 30%",
        "· 小样：机会 10%，还有 2 份",
        "· 谢谢参与：机会 60%",
    ]
    assert told[4] == "种子 明天 00:00公布，换新的"
    assert told[5].startswith("第 1 轮已有 0 人次，承诺 ")


async def test_a_thing_that_was_won_is_handed_out_for_a_code(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + '[[draws]]\nname="盲盒"\nlimit=1\nprizes=[{name="小样", weight=1, stock=1}]\n')
    await say(stage, "抽奖 盲盒")
    told = await say(stage, "抽奖 盲盒")
    code = told.partition("兑换码 ")[2][:9]
    assert told == f"抽中了「小样」！兑换码 {code}，等工作人员确认。第 1 轮 1 号。"
    card = next(seen for seen in stage.seen if isinstance(seen.content, Card))
    assert card.member == "boss"
    assert f"兑换码：{code}" in card.words
    assert await say(stage, "我的奖品") == f"最近 1 个：\n11月23日 盲盒「小样」：等发放，兑换码 {code}"
    await stage.press("boss", "已发放", Conversation("app:助手", "direct", "boss"))
    assert stage.seen[-1].words == "「小样」已经发放，注意查收。"
    assert await say(stage, "我的奖品") == "最近 1 个：\n11月23日 盲盒「小样」：已发放"
    assert await say(stage, "抽奖 盲盒", "wang") == "「盲盒」的奖品都发完了。"


async def test_a_prize_is_found_again_behind_any_number_of_blanks(make_stage: MakeStage) -> None:
    blank = '{name="谢谢参与", weight=1000000, nothing=true}, {name="大奖", weight=1, stock=1}'
    prizes = f'{{name="小样", weight=1000000, stock=1}}, {blank}'
    stage = await make_stage(PLACE + f'[[draws]]\nname="盲盒"\nlimit=999\nprizes=[{prizes}]\n')
    while "小样" not in await say(stage, "抽奖 盲盒"):
        pass
    for _ in range(51):
        await say(stage, "抽奖 盲盒")
    told = await say(stage, "我的奖品")
    assert "盲盒「小样」：等发放" in told
    assert "谢谢参与" not in told


async def test_codes_are_not_told_in_groups(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + '[[draws]]\nname="盲盒"\nlimit=1\nprizes=[{name="小样", weight=1, stock=1}]\n')
    await say(stage, "抽奖", "lin", GROUP)
    assert await say(stage, "抽奖", "lin", GROUP) == ("抽中了「小样」！兑换码请单聊我发「我的奖品」看。第 1 轮 1 号。")
    assert (await say(stage, "我的奖品", "lin", GROUP)).endswith("等发放（兑换码单聊里看）")
    assert "等发放，兑换码 " in await say(stage, "我的奖品")


# On a day


@pytest.fixture
async def party(make_stage: MakeStage) -> Stage:
    return await make_stage(PLACE + PARTY)


async def test_members_enter_and_it_is_drawn_when_it_is_time(party: Stage) -> None:
    await say(party, "抽奖")
    for number, member in enumerate(("lin", "wang", "zhao", "qian", "sun"), 1):
        said = await say(party, "抽奖 年终大奖", member, GROUP)
        assert said.startswith(f"「年终大奖」报上了，你是 {number} 号，11月25日（周三）20:00开奖。承诺 ")
    assert await say(party, "参加年终大奖") == "「年终大奖」每人 1 次，你已经用完了。"
    seen = await party.forward(timedelta(days=3))
    told = next(one.words for one in seen if one.where.native == GROUP.native)
    kept = (await party.database.read(sa.select(rounds)))[0]
    assert told.startswith("「年终大奖」开奖了，5 人次参加：\n香水：")
    assert f"种子 {kept.seed}" in told
    won = [row for row in await party.database.read(sa.select(entries)) if row.prize]
    assert len({row.member for row in won}) == 3
    granted = await party.database.read(sa.select(book.c.amount).where(book.c.source == "抽奖"))
    assert [row.amount for row in granted] == [20, 20]
    assert (await judged(party, "年终大奖")).holds
    assert await say(party, "抽奖 年终大奖", "late") == "「年终大奖」已经结束了。"
    assert await say(party, "抽奖规则 年终大奖", "late") == told


async def test_a_winner_in_a_chat_of_their_own_hears_of_it(party: Stage) -> None:
    await say(party, "抽奖")
    await say(party, "抽奖")
    seen = await party.forward(timedelta(days=3))
    told = next(one.words for one in seen if one.member == "lin")
    assert told.startswith("恭喜，「年终大奖」开奖，你中了「香水」！兑换码 ")


async def test_a_manager_has_it_drawn(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + PARTY.replace("2026-11-25 20:00", "手动"))
    await say(stage, "抽奖")
    assert await say(stage, "开奖 年终大奖", "boss") == "「年终大奖」还没有人报名，不能开奖。"
    await say(stage, "抽奖", "wang")
    assert await say(stage, "开奖 年终大奖") == "「开奖」只有管理员能用。"
    assert (await say(stage, "开奖 年终大奖", "boss")).startswith("「年终大奖」开奖了，1 人次参加：\n香水：")
    assert await say(stage, "开奖 年终大奖", "boss") == "「年终大奖」现在没有要开的奖。"
    assert (await judged(stage, "年终大奖")).holds


async def test_a_manager_stops_it_and_lets_it_go_on(party: Stage) -> None:
    await say(party, "抽奖")
    await say(party, "抽奖")
    assert await say(party, "暂停活动 年终大奖") == "「暂停活动」只有管理员能用。"
    assert (await say(party, "暂停活动 年终大奖", "boss")).startswith("好的，「年终大奖」先停了。")
    assert await say(party, "抽奖", "wang") == "「年终大奖」暂停中，等管理员恢复。"
    await party.forward(timedelta(days=3))
    assert (await party.database.read(sa.select(rounds)))[0].closed_at is None
    assert await say(party, "继续活动 年终大奖", "boss") == "「年终大奖」接着来。"
    await party.forward(timedelta(seconds=1))
    assert (await party.database.read(sa.select(rounds)))[0].closed_at is not None


async def test_where_members_are_is_kept_no_longer_than_they_have_to_be_told_there(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + WHEEL.replace("cost = 10\n", "") + PARTY)
    places = sa.select(entries.c.place).distinct()
    for text in ("抽奖 转盘", "抽奖 转盘"):
        await say(stage, text)
    assert [row.place for row in await stage.database.read(places)] == [""]
    for member in ("lin", "lin", "wang", "zhao", "qian", "sun"):
        await say(stage, "抽奖 年终大奖", member)
    assert len(await stage.database.read(places)) == 6
    await stage.until(datetime(2026, 11, 25, 12, 0, tzinfo=UTC))
    assert [row.place for row in await stage.database.read(places)] == [""]


# What is said


async def test_there_are_many_ways_to_say_it(wheel: Stage) -> None:
    for text in ("抽奖", "抽个奖", "我要抽奖", "来抽奖！", "choujiang", "抽讲", "抽奖 转盘", "参加转盘"):
        await say(wheel, text, "wang")
        assert wheel.last.outcome.rule == "draw", text


async def test_what_is_something_else_is_left_to_others(wheel: Stage) -> None:
    for text in ("抽奖有bug", "抽奖什么时候能办一次线下的", "抽烟", "报名表在哪", "参加聚会", "开奖", "暂停"):
        await say(wheel, text)
        assert wheel.last.handler != "draws", text


async def test_a_name_that_is_only_alike_is_asked_for(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + WHEEL + PARTY)
    assert await say(stage, "抽奖 年中大奖") == "没有「年中大奖」，是「年终大奖」吗？是的话发「抽奖 年终大奖」。"
    assert await say(stage, "抽奖 火箭") == "没有叫「火箭」的抽奖；发「抽奖规则」看有哪些。"
    assert await say(stage, "抽奖") == "有几个可以抽，发其中一句：\n· 抽奖 转盘（10 积分一次）\n· 抽奖 年终大奖"


async def test_points_are_called_what_the_community_calls_them(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE.replace("[points]", '[points]\nname = "金币"') + WHEEL + PARTY)
    assert "· 抽奖 转盘（10 金币一次）" in await say(stage, "抽奖")


async def test_a_draw_may_be_for_one_group(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + PARTY.replace("at =", 'groups = "甲群"\nat ='))
    assert await say(stage, "抽奖") == "「年终大奖」不在这里，请到甲群。"
    assert "先公布承诺" in await say(stage, "抽奖", "lin", GROUP)


async def test_prizes_never_run_below_nothing(make_stage: MakeStage) -> None:
    prizes = 'prizes=[{name="小样", weight=1, stock=3}]'
    stage = await make_stage(PLACE + f'[[draws]]\nname="盲盒"\nlimit=9\n{prizes}\n')
    await say(stage, "抽奖")
    said = [await say(stage, "抽奖", f"m{number}") for number in range(5)]
    assert [("抽中了" in one) for one in said] == [True, True, True, False, False]
    assert [(row.offered, row.left) for row in await stage.database.read(sa.select(stocks))] == [(3, 0)]
