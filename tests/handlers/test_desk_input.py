"""What staff write at the desk: how it is read, how it waits, and who is refused."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot.config import ConfigError
from bot.types.actions import Card, Text
from bot.types.events import Conversation
from handlers.audit import audit
from handlers.desk.canned import Canned
from handlers.desk.grammar import Grammar, Order, moment
from handlers.desk.tables import messages, tickets
from handlers.desk.unsent import PATIENCE, Unsent, next_at, ready, unsent
from tests.handlers.conftest import SHIPPED, MakeStage
from tests.handlers.stage import Stage, read

GROUP = Conversation("aibot:小助手", "group", "wrMuyuNeiceQun0000000000000001")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
GRAMMAR = Grammar(frozenset({"阿宁", "小美", "售后组", "售后"}), has_canned=True)


def desk(member: str) -> Conversation:
    return Conversation("app:助手", "direct", member)


@pytest.fixture
async def slow(make_stage: MakeStage) -> Stage:
    """The shipped community, where what staff write can be taken back for five seconds."""
    return await make_stage(SHIPPED.read_text("utf-8"))


async def served(stage: Stage, *customers: str) -> None:
    """小美 has these customers in hand, the last one current."""
    for customer in customers:
        await stage.say(customer, "转人工", desk(customer))
        await stage.press("mei01", "接单", desk("mei01"))


async def refused(stage: Stage) -> Sequence[tuple[str, str, int]]:
    rows = await stage.database.read(sa.select(audit).where(audit.c.allowed.is_(False)).order_by(audit.c.id))
    return [(row.who, row.what, row.ticket) for row in rows]


def seen_by(stage: Stage, member: str) -> Sequence[str]:
    return [one.words for one in stage.seen if one.member == member]


# How it is read


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("您好", Order("say", body="您好")),
        ("＃12：您好", Order("say", 12, "您好")),
        ("#12", Order("switch", 12)),
        ("#12 结束。", Order("close", 12)),
        ("关闭 #3", Order("close", 3)),
        ("接单12", Order("take", 12)),
        ("我的工单", Order("list")),
        ("切换到 #2", Order("switch", 2)),
        ("#3 撤回", Order("recall", 3)),
        ("转给 阿宁", Order("give", to="阿宁")),
        ("转给阿宁处理一下", Order("give", body="处理一下", to="阿宁")),
        ("转给 售后组：要退款", Order("give", body="要退款", to="售后组")),
        ("#12 转给 小美 客户要发票", Order("give", 12, "客户要发票", "小美")),
        ("转给 阿宁 #12", Order("give", 12, to="阿宁")),
        ("转给 阿寜", Order("give", to="阿寜")),
        ("备注：老会员", Order("note", body="老会员")),
        ("//老会员", Order("note", body="老会员")),
        ("／快递 SF123", Order("canned", body="SF123", to="快递")),
        ("/", Order("canned")),
    ],
)
def test_these_are_orders(text: str, order: Order) -> None:
    assert GRAMMAR.read(text, NOW) == order


@pytest.mark.parametrize(
    "text",
    [
        "备注栏里写一下", "稍后给您回复", "稍后30分钟给您答复", "转给财务处理了，请您等通知", "转给售后组看过了没问题",
        "切换到英文界面", "撤回的话要重新下单", "结束以后再说", "接单的同事会联系您", "工单号是 20261123",
    ],
)  # fmt: skip
def test_these_are_words_for_the_customer(text: str) -> None:
    assert GRAMMAR.read(text, NOW) == Order("say", body=text)


def test_a_slash_is_only_a_slash_where_there_are_no_canned_replies() -> None:
    assert Grammar().read("/快递", NOW).kind == "say"
    assert Grammar().read("/", NOW).kind == "canned"


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30分钟", 30),
        ("30m", 30),
        ("半小时", 30),
        ("半小时后", 30),
        ("1小时后提醒我", 60),
        ("10:30", 30),
        ("三十分钟", 30),
    ],
)
def test_moments_are_read_to_their_end(text: str, minutes: int) -> None:
    assert moment(text, NOW) == NOW + timedelta(minutes=minutes)
    assert GRAMMAR.read(f"稍后 {text}", NOW).until == NOW + timedelta(minutes=minutes)


@given(st.text(alphabet="#＃12 接单转给阿宁稍后结束备注/撤回切换工单，：\n", max_size=30))
def test_any_text_is_read_and_only_orders_lose_their_words(text: str) -> None:
    order = GRAMMAR.read(text, NOW)
    if order.kind == "say":
        assert text.strip().endswith(order.body)


def test_canned_replies_fill_names_and_name_the_nearest() -> None:
    canned = Canned({"快递": "{nickname}，在路上", "退款": "三天到", "Hi": "您好"})
    assert canned.text(canned.find("hi"), {}) == "您好"
    assert canned.text("快递", {"nickname": "小林"}) == "小林，在路上"
    assert canned.text("快递", {"nickname": ""}) == "在路上"
    assert canned.near("快递单号") == ["快递"]
    assert not canned.near("天气")


# What waits, as values


def one(id: int, due: int, here: bool = True) -> Unsent:
    return Unsent(id, 1, "mei01", Text(body=str(id)) if here else None, NOW + timedelta(seconds=due))


def test_what_is_due_goes_in_order_and_a_picture_holds_up_what_follows_it() -> None:
    assert [said.id for said in ready([one(1, 0), one(2, 3)], NOW)] == [1]
    assert ready([one(1, 0, here=False), one(2, 0)], NOW) == []
    assert [said.id for said in ready([one(1, 0, here=False), one(2, 0)], NOW + PATIENCE)] == [2]


def test_there_is_always_a_next_look_while_something_could_go() -> None:
    assert next_at([one(1, 5), one(2, 7)], NOW) == NOW + timedelta(seconds=5)
    assert next_at([one(1, 5, here=False), one(2, 7)], NOW) == NOW + timedelta(seconds=5) + PATIENCE
    assert next_at([one(1, -60, here=False), one(2, 7)], NOW) == NOW + timedelta(seconds=7)
    assert next_at([one(1, -60, here=False)], NOW) is None


# In the community


async def test_words_wait_in_sql_and_go_out_by_a_timer(slow: Stage) -> None:
    await served(slow, "lin01")
    assert await slow.say("mei01", "您好", desk("mei01")) == []
    assert len(await slow.database.read(sa.select(unsent))) == 1
    tick = await slow.due(slow.now + timedelta(seconds=6))
    assert tick is not None and (tick.name, tick.conversation, tick.data) == (
        "unsent.due",
        desk("mei01"),
        {"ticket": "1"},
    )
    slow.now = tick.due
    (seen,) = await slow.happen(tick)
    assert (seen.member, seen.words) == ("lin01", "客服小美：您好")
    assert await slow.happen(replace(tick, id="again")) == [], "a second ring finds nothing"
    assert not await slow.database.read(sa.select(unsent))


async def test_what_was_taken_back_is_not_written_down_as_said(slow: Stage) -> None:
    await served(slow, "lin01")
    await slow.say("mei01", "说错了", desk("mei01"))
    await slow.say("mei01", "撤回", desk("mei01"))
    await slow.say("mei01", "说对了", desk("mei01"))
    await slow.forward(timedelta(seconds=6))
    rows = await slow.database.read(sa.select(messages.c.body).where(messages.c.side == "staff"))
    assert [row.body for row in rows] == ["说对了"]
    assert "客服小美：说错了" not in seen_by(slow, "lin01")


async def test_only_what_was_written_for_the_last_one_is_taken_back(slow: Stage) -> None:
    await served(slow, "lin01", "man01")
    await slow.say("mei01", "#1 给小林", desk("mei01"))
    await slow.say("mei01", "给小满", desk("mei01"))
    (said,) = await slow.say("mei01", "撤回", desk("mei01"))
    assert "没有发给 #2 小满" in said.words
    await slow.forward(timedelta(seconds=6))
    assert "客服小美：给小林" in seen_by(slow, "lin01")
    assert not [words for words in seen_by(slow, "man01") if "给小满" in words]


@pytest.mark.parametrize("leaves", ["button", "customer", "lead"])
async def test_what_was_written_goes_out_before_the_ticket_leaves_its_owner(leaves: str, slow: Stage) -> None:
    await served(slow, "lin01")
    await slow.say("mei01", "最后一句", desk("mei01"))
    if leaves == "button":
        await slow.press("mei01", "结束服务", desk("mei01"))
    elif leaves == "customer":
        await slow.say("lin01", "结束人工", desk("lin01"))
    else:
        await slow.say("zhou01", "接单 #1", desk("zhou01"))
    said = seen_by(slow, "lin01")
    (spoken,) = [at for at, words in enumerate(said) if words == "客服小美：最后一句"]
    assert any(word in said[spoken + 1] for word in ("接下来由我继续", "客服周店长为您服务"))
    assert await slow.forward(timedelta(seconds=10)) == []
    assert not await slow.database.read(sa.select(unsent))


async def test_an_owner_whose_words_still_wait_does_not_lose_the_ticket(slow: Stage) -> None:
    await served(slow, "lin01")
    await slow.forward(timedelta(minutes=30) - timedelta(seconds=2))
    await slow.say("mei01", "来了", desk("mei01"))
    await slow.forward(timedelta(seconds=8))
    (row,) = await slow.database.read(sa.select(tickets.c.state, tickets.c.owner))
    assert (row.state, row.owner) == ("waiting", "mei01")
    assert "客服小美：来了" in seen_by(slow, "lin01")


async def test_in_a_group_the_answer_names_who_asked(community: Stage) -> None:
    await community.say("lin01", "转人工", GROUP)
    await community.say("mei01", "接单", desk("mei01"))
    for words in ("您好", "请说"):
        await community.say("mei01", words, desk("mei01"))
        await community.say("lin01", "嗯", GROUP)
    assert [words for words in seen_by(community, "lin01") if "小美" in words] == [
        "小林，客服小美为您服务。\n您好", "客服小美回复 小林：请说",
    ]  # fmt: skip


async def test_taking_by_words_gives_a_card_that_ends_the_service(community: Stage) -> None:
    await community.say("lin01", "转人工", desk("lin01"))
    seen = await community.say("mei01", "接单", desk("mei01"))
    live = [
        one.content for one in seen if isinstance(one.content, Card) and one.member == "mei01" and not one.content.done
    ]
    assert [card.title for card in live] == ["#1 小林 · 您在服务"]
    await community.press("mei01", "结束服务", desk("mei01"))
    (row,) = await community.database.read(sa.select(tickets.c.state))
    assert row.state == "resolved"


async def test_refusals_are_written_down(community: Stage) -> None:
    await served(community, "lin01")
    for who, said in (("ning01", "#1 您好"), ("ning01", "关闭 #1"), ("ning01", "#7 在吗"), ("man01", "接单 #1"),
                      ("mei01", "转给 财务部")):  # fmt: skip
        await community.say(who, said, desk(who))
        assert community.last.outcome.rule == "拒绝"
    assert await refused(community) == [
        ("ning01", "写给客户", 1), ("ning01", "结束", 1), ("ning01", "写给客户", 7), ("man01", "接单", 1),
        ("mei01", "转给", 1),
    ]  # fmt: skip
    assert not [words for words in seen_by(community, "lin01") if "您好" in words]


async def test_a_switch_to_what_others_serve_is_refused(community: Stage) -> None:
    await served(community, "lin01", "man01")
    (card,) = await community.say("mei01", "切换", desk("mei01"))
    assert isinstance(card.content, Card)
    assert await community.click("ning01", card.content.task, "1", desk("ning01")) == []
    assert await community.click("lin01", card.content.task, "2", desk("lin01")) == []
    assert [(who, what) for who, what, _ in await refused(community)] == [("ning01", "切换"), ("lin01", "切换")]
    (changed,) = await community.click("mei01", card.content.task, "1", desk("mei01"))
    assert "现在回复 #1 小林" in changed.words and not changed.fresh


async def test_a_canned_reply_is_screened_like_all_words(make_stage: MakeStage) -> None:
    text = SHIPPED.read_text("utf-8").replace('"在"     = "', '"在"     = "包治百病，')
    with pytest.raises(ConfigError) as caught:
        await make_stage(text)
    (finding,) = caught.value.errors
    assert finding.key == "desk.canned.在" and "包治" in finding.message


@pytest.mark.parametrize(
    ("toml", "key", "told"),
    [
        ('[desk]\nsend_delay = "2m"', "desk.send_delay", '"0s"'),
        ('[desk]\nsend_delay = 5', "desk.send_delay", "要带单位"),
        ('[desk]\ncanned = { "快 递" = "好" }', "desk.canned", "没有空格"),
        ('[desk]\ncanned = { "快递" = "" }', "desk.canned.快递", "不能是空的"),
        ('[desk]\ncanned = { "快递" = "{name}好" }', "desk.canned.快递", "{nickname}"),
        ('[desk]\nnotes = [""]', "desk.notes[0]", "不能是空的"),
    ],
)  # fmt: skip
def test_broken_settings_are_named_with_their_cure(toml: str, key: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(toml, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read(path)
    (finding,) = caught.value.errors
    assert finding.key.startswith(key) and told in finding.message


def test_times_are_kept_in_utc() -> None:
    until = GRAMMAR.read("稍后 半小时", NOW).until
    assert until is not None and until.astimezone(UTC) == datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
