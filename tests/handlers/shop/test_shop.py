"""The shop in chat: lists, redemptions, codes, the card for staff, and what comes back."""

import pytest
import sqlalchemy as sa

from bot.types.actions import Card
from bot.types.events import Conversation
from handlers.points.audit import prove
from handlers.points.tables import entries as book
from handlers.shop.redemptions import GIVEN
from handlers.shop.tables import redemptions, stocks
from handlers.shop.wordings import Ruling, ruling
from tests.handlers.conftest import MakeStage
from tests.handlers.draws.test_draws import GROUP, PLACE, give, say
from tests.handlers.stage import Stage

SHOP = """
[[shop]]
name = "保温杯"
cost = 20
stock = 2
limit = 1
about = "500 毫升"

[[shop]]
name = "小样"
cost = 5
stock = 3
per_day = 2
"""
CLERKS = """
[[people]]
name = "小美"
userid = "mei"
roles = ["店员"]

[[people]]
name = "阿宁"
userid = "host"
roles = ["主持"]

[[shop]]
name = "保温杯"
cost = 20
stock = 2
managers = ["店员"]

[[shop]]
name = "小样"
cost = 5
stock = 3

[[draws]]
name = "转盘"
limit = 1
managers = ["主持"]
prizes = [{ name = "香水", weight = 1, stock = 5 }]
"""
DESK = Conversation("app:助手", "direct", "boss")

# What is done at once by many is tried on both stores elsewhere.
pytestmark = pytest.mark.parametrize("pair", ["embedded"], indirect=True)


@pytest.fixture
async def stage(make_stage: MakeStage) -> Stage:
    stage = await make_stage(PLACE + SHOP)
    await give(stage, "小林", 40)
    return stage


def code_in(said: str) -> str:
    return said.partition("兑换码 ")[2][:9]


async def test_what_there_is_can_be_listed(stage: Stage) -> None:
    assert await say(stage, "兑换") == (
        "可以兑换：\n· 保温杯：20 积分，还有 2 份（每人 1 份；500 毫升）\n· 小样：5 积分，还有 3 份（每天 2 份）\n"
        "你有 40 积分。要换就发「兑换 保温杯」。"
    )


async def test_points_are_paid_and_a_code_is_given(stage: Stage) -> None:
    said = await say(stage, "兑换 保温杯")
    code = code_in(said)
    assert said == f"换到了「保温杯」，花了 20 积分，还有 20。兑换码 {code}，等工作人员确认。"
    card = next(seen for seen in stage.seen if isinstance(seen.content, Card))
    assert (card.member, card.where) == ("boss", DESK)
    assert card.words == (
        f"#1 待发放：保温杯\n发给对方后按「已发放」；拒绝会退回积分\n谁：小林（lin）\n怎么来的：花了 20 积分\n"
        f"兑换码：{code}\n[已发放][拒绝]"
    )
    assert await say(stage, "我的兑换") == f"最近 1 个：\n11月23日 保温杯：等发放，兑换码 {code}"
    await stage.press("boss", "已发放", DESK)
    assert "（群管：已发放）" in stage.seen[-2].words
    assert (stage.seen[-1].member, stage.seen[-1].words) == ("lin", "「保温杯」已经发放，注意查收。")
    assert await say(stage, "我的兑换") == "最近 1 个：\n11月23日 保温杯：已发放"


async def test_what_is_refused_comes_back_points_and_stock(stage: Stage) -> None:
    await say(stage, "兑换 保温杯")
    await stage.press("boss", "拒绝", DESK)
    assert stage.seen[-1].words == "「保温杯」没有办成，20 积分已退回。有疑问请找管理员。"
    assert "还有 2 份" in await say(stage, "兑换")
    assert "你有 40 积分" in await say(stage, "兑换")
    kinds = await stage.database.read(sa.select(book.c.kind, book.c.amount).order_by(book.c.id))
    assert [tuple(row) for row in kinds] == [("earn", 40), ("spend", -20), ("undo", 20)]
    assert (await prove(stage.database)).holds
    # It is as if it had not been: the limit of one is free again.
    assert "换到了" in await say(stage, "兑换 保温杯")


async def test_only_the_first_ruling_counts(stage: Stage) -> None:
    await say(stage, "兑换 保温杯")
    card = next(seen.content for seen in stage.seen if isinstance(seen.content, Card))
    for key in ("give", "refuse", "refuse"):
        await stage.click("boss", card.task, key, DESK)
    rows = await stage.database.read(sa.select(redemptions))
    assert [(row.state, row.ruled_by) for row in rows] == [(GIVEN, "boss")]
    assert "你有 20 积分" in await say(stage, "兑换")


async def test_who_has_no_card_cannot_rule(stage: Stage) -> None:
    await say(stage, "兑换 保温杯")
    card = next(seen.content for seen in stage.seen if isinstance(seen.content, Card))
    await stage.click("lin", card.task, "give", Conversation("app:助手", "direct", "lin"))
    assert stage.last.outcome.rule == "拒绝"
    assert [row.state for row in await stage.database.read(sa.select(redemptions))] == ["waiting"]


async def test_staff_may_rule_by_the_code(stage: Stage) -> None:
    code = code_in(await say(stage, "兑换 保温杯"))
    other = code_in(await say(stage, "兑换 小样"))
    assert await say(stage, "待发放", "boss") == (
        f"等发放的（最早的 2 个）：\n#1 小林：保温杯，{code}\n#2 小林：小样，{other}\n发了就「核销 兑换码」。"
    )
    assert await say(stage, f"核销 {code}") == "核销、拒绝只有管理员能用。"
    assert await say(stage, f"核销{code.lower()}", "boss") == f"#1 已发放：小林的「保温杯」（{code}）。"
    assert await say(stage, f"核销 {code}", "boss") == "#1「保温杯」群管已经发放过了。"
    assert await say(stage, f"拒绝 {other} 没货了", "boss") == "#2 已拒绝：小林的「小样」，5 积分已退回。"
    assert stage.seen[-1].words == "「小样」没有办成（没货了），5 积分已退回。有疑问请找管理员。"
    assert await say(stage, "核销 AAAA-AAAA", "boss") == "没有这个兑换码：AAAA-AAAA，请再看一遍。"


async def test_nobody_hands_out_or_refuses_what_others_look_after(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + CLERKS)
    await give(stage, "小林", 40)
    cup, sample = code_in(await say(stage, "兑换 保温杯")), code_in(await say(stage, "兑换 小样"))
    prize = code_in(await say(stage, "抽奖 转盘") + await say(stage, "抽奖 转盘"))
    assert await say(stage, "待发放", "mei") == (
        f"等发放的（最早的 1 个）：\n#1 小林：保温杯，{cup}\n发了就「核销 兑换码」。"
    )
    assert await say(stage, f"核销 {sample}", "mei") == "#2「小样」只有管理员能处理。"
    assert await say(stage, f"拒绝 {prize} 没货了", "mei") == "#3「香水」只有主持、管理员能处理。"
    rows = await stage.database.read(sa.select(redemptions.c.state))
    assert [row.state for row in rows] == ["waiting", "waiting", "waiting"]
    assert "#3 小林：香水" in await say(stage, "待发放", "host")
    assert await say(stage, f"核销 {prize}", "host") == f"#3 已发放：小林的「香水」（{prize}）。"
    assert await say(stage, f"核销 {cup}", "mei") == f"#1 已发放：小林的「保温杯」（{cup}）。"
    assert await say(stage, f"核销 {sample}", "boss") == f"#2 已发放：小林的「小样」（{sample}）。"


async def test_nobody_rules_on_their_own(stage: Stage) -> None:
    await give(stage, "群管", 40)
    code = code_in(await say(stage, "兑换 小样", "boss"))
    assert not any(isinstance(seen.content, Card) for seen in stage.seen)
    assert await say(stage, f"核销 {code}", "boss") == "自己换的要请别人来确认。"


async def test_limits_and_stock_hold(stage: Stage) -> None:
    assert "换到了" in await say(stage, "兑换 小样")
    assert "换到了" in await say(stage, "换小样")
    assert await say(stage, "兑换小样") == "「小样」每人每天换 2 份，明天再来。"
    assert "换到了" in await say(stage, "兑换 保温杯")
    assert await say(stage, "兑换 保温杯") == "「保温杯」每人一共换 1 份，你已经换到了。"
    await give(stage, "群管", 20)
    assert "换到了" in await say(stage, "兑换 小样", "boss")
    assert await say(stage, "兑换 小样", "boss") == "「小样」换完了。"
    taken = await stage.database.read(sa.select(stocks.c.item, stocks.c.taken).order_by(stocks.c.item))
    assert {row.item: row.taken for row in taken} == {"保温杯": 1, "小样": 3}


async def test_who_has_too_few_points_takes_nothing(stage: Stage) -> None:
    assert await say(stage, "兑换 保温杯", "wang") == "「保温杯」要 20 积分，还差 20。"
    assert [row.taken for row in await stage.database.read(sa.select(stocks))] == [0]
    assert await stage.database.read(sa.select(redemptions)) == []


async def test_a_name_that_is_only_alike_buys_nothing(stage: Stage) -> None:
    assert await say(stage, "兑换 保温壶") == "没有「保温壶」，是「保温杯」吗？是的话发「兑换 保温杯」。"
    assert await say(stage, "兑换 火箭") == "没有「火箭」可以换；发「兑换」看有什么。"
    assert await stage.database.read(sa.select(redemptions)) == []


async def test_what_is_something_else_is_left_to_others(stage: Stage) -> None:
    for text in ("换货", "换 个颜色", "想换一双鞋", "兑换失败了怎么办啊", "拒绝", "发放时间", "待发放"):
        await say(stage, text)
        assert stage.last.handler != "shop", text


async def test_codes_are_not_told_in_groups(stage: Stage) -> None:
    assert "兑换码请单聊我发「我的兑换」看" in await say(stage, "兑换 小样", "lin", GROUP)
    assert (await say(stage, "我的兑换", "lin", GROUP)).endswith("等发放（兑换码单聊里看）")
    assert await say(stage, "待发放", "boss", GROUP) == (
        "等发放的（最早的 1 个）：\n#1 小林：小样\n兑换码单聊里看。发了就「核销 兑换码」。"
    )


async def test_points_are_called_what_they_are_called_and_only_what_was_paid_comes_back(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + 'name = "贝壳"\n' + CLERKS)
    await give(stage, "小林", 40)
    await say(stage, "兑换 小样")
    await say(stage, "抽奖 转盘")
    await say(stage, "抽奖 转盘")
    cards = [seen.words.splitlines()[1] for seen in stage.seen if isinstance(seen.content, Card)]
    assert cards == ["发给对方后按「已发放」；拒绝会退回贝壳", "发给对方后按「已发放」"]
    assert "花了的贝壳会退回" in await say(stage, "核销", "boss")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("核销 K7QF-3MXA", Ruling("given", "K7QF-3MXA")),
        ("核销k7qf3mxa。", Ruling("given", "K7QF-3MXA")),
        ("拒绝 K7QF-3MXA 地址不对", Ruling("refused", "K7QF-3MXA", "地址不对")),
        ("拒絕 K7QF-3MXA iPhone壳沒貨，請換一個", Ruling("refused", "K7QF-3MXA", "iPhone壳沒貨,請換一個")),
        ("拒绝兑换码k7qf３mxa：Straße 5", Ruling("refused", "K7QF-3MXA", "Straße 5")),
        ("核销", Ruling("given")),
        ("拒绝", None),
        ("拒绝 K7QF", None),
    ],
)
def test_rulings_are_read(text: str, found: Ruling | None, pair: str) -> None:
    assert ruling(text) == found
