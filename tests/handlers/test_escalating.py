"""People are called without being asked for: once, for a reason that staff read, and never where nobody can come."""

import tomllib
from collections.abc import Sequence
from datetime import timedelta
from importlib import resources
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.app import load_config
from bot.cli.check import examine
from bot.config.finding import Finding
from bot.types.actions import Card
from bot.types.events import Conversation
from bot.types.outcome import Kind
from handlers.desk.tables import messages, tickets
from handlers.escalating.topics import Topics
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import Seen, Stage

CONFIG = """
[[channels]]
kind = "app"
name = "助手"
agent_id = 1
secret = "env:A"
token = "env:B"
aes_key = "env:C"
[[people]]
name = "小美"
userid = "mei01"
roles = ["售后组"]
[[people]]
name = "老陈"
userid = "chen01"
roles = ["法务组"]
[[people]]
name = "小林"
userid = "lin01"
[[teams]]
name = "售后组"
hours = "工作日 09:00-18:00"
[[teams]]
name = "法务组"
[[replies]]
name = "包邮"
any = ["包邮"]
reply = "满 99 元包邮。"
[[intents]]
name = "办退款"
examples = ["我要办退款", "帮我办一下退款", "申请退款登记", "给我办退款", "退款登记一下"]
ask = { amount = "退多少钱？" }
reply = "退 {amount}，已登记。"
[[intents]]
name = "订座"
examples = ["我要订座", "帮我订个座位", "给我留个位子", "想订座", "订一张桌子"]
ask = { number = "几位？" }
reply = "订好了。"
"""
TOUCHING = tomllib.loads(Path(__file__).with_name("touching.toml").read_text("utf-8"))
ANGRY, ANGRY_TOO = "服务太差了，垃圾，再也不买了", "垃圾，恶心死了"
URGENT = "着急，马上联系我，快点！"


async def said(stage: Stage, text: str, member: str = "lin01") -> Sequence[Seen]:
    return await stage.say(member, text, Conversation("app:助手", "direct", member))


async def reasons(stage: Stage) -> list[tuple[str, str]]:
    rows = await stage.database.read(sa.select(tickets.c.team, tickets.c.reason).order_by(tickets.c.id))
    return [(row.team, row.reason) for row in rows]


def heard(seen: Sequence[Seen], member: str = "lin01") -> str:
    return "\n".join(one.words for one in seen if one.member == member)


async def test_who_is_angry_twice_gets_a_person(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    await said(stage, ANGRY)
    assert await reasons(stage) == []
    seen = await said(stage, ANGRY_TOO)
    assert await reasons(stage) == [("售后组", "看来生气")]
    assert heard(seen).startswith("抱歉让您不愉快了。\n已转给售后组")
    assert stage.last.outcome.kind == Kind.ESCALATED
    assert stage.last.handler == "escalating"


async def test_anger_that_is_long_ago_is_over(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    await said(stage, ANGRY)
    await stage.forward(timedelta(minutes=11))
    await said(stage, ANGRY_TOO)
    assert await reasons(stage) == []


async def test_whose_question_was_answered_is_only_offered_a_person(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    await said(stage, f"{ANGRY}，包邮吗")
    seen = await said(stage, f"{ANGRY_TOO}，包邮吗")
    assert heard(seen) == "满 99 元包邮。\n抱歉让您不愉快了。\n需要的话发「转人工」，请售后组帮您看看。"
    assert stage.last.handler == "keyword"
    assert await reasons(stage) == []
    assert heard(await said(stage, f"{ANGRY}，包邮吗")) == "满 99 元包邮。"


async def test_who_is_in_a_hurry_gets_a_person_while_there_are_any(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    seen = await said(stage, URGENT)
    assert await reasons(stage) == [("售后组", "看来着急")]
    assert [one for one in seen if one.member == "mei01" and one.words.startswith("看来着急")] == []


async def test_after_hours_a_hurry_calls_nobody_but_is_told(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    await stage.forward(timedelta(hours=10))
    seen = await said(stage, URGENT)
    assert await reasons(stage) == []
    assert heard(seen, "mei01").startswith("看来着急")


async def test_moods_are_left_alone_where_the_manager_wants_it(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG + '[escalation]\nangry = "不管"\nurgent = "提议"\n')
    await said(stage, ANGRY)
    await said(stage, ANGRY_TOO)
    assert "请售后组帮您看看" in heard(await said(stage, URGENT, "man01"), "man01")
    assert await reasons(stage) == []


async def test_a_topic_calls_at_once_and_says_something_kind(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    seen = await said(stage, "我真的不想活了")
    assert heard(seen).startswith("我很担心您。")
    assert "已转给售后组（#1）" in heard(seen)
    assert await reasons(stage) == [("售后组", "轻生：说到“不想活了”")]


async def test_a_topic_follows_the_managers_choice(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG + '[escalation.topics]\n"法律和曝光" = "提议"\n"被骗" = "不管"\n')
    assert "需要的话发「转人工」" in heard(await said(stage, "我要找律师"))
    assert "转" not in heard(await said(stage, "我被骗了", "man01"), "man01")
    assert await reasons(stage) == []


async def test_people_are_not_called_again_soon_but_read_why_on_the_ticket(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    await said(stage, "我要找律师")
    await said(stage, "我被骗了")
    assert await reasons(stage) == [("售后组", "法律和曝光：说到“找律师”")]
    notes = await stage.database.read(sa.select(messages.c.body).where(messages.c.side == "note"))
    assert "（被骗：说到“我被骗了”）" in [row.body for row in notes]


GRAVER = (
    CONFIG.replace('hours = "工作日 09:00-18:00"', 'lead = "老陈"')
    + """
[[escalate]]
name = "曝光"
any = ["记者"]
level = "组长"
"""
)


async def test_a_graver_cause_calls_those_above_to_the_ticket_that_is_open(make_stage: MakeStage) -> None:
    stage = await make_stage(GRAVER)
    await said(stage, "转人工")
    seen = await said(stage, "包邮吗，不说我找记者了")
    assert heard(seen) == "满 99 元包邮。"
    assert "级别：组长" in heard(seen, "chen01") and not heard(seen, "mei01")
    seen = await said(stage, "记者朋友到了")
    assert not heard(seen, "chen01")
    (level,) = await stage.database.read(sa.select(tickets.c.level))
    assert level == (1,)


async def test_while_the_score_may_be_given_a_cause_is_written_on_the_ticket_and_calls_nobody(
    make_stage: MakeStage,
) -> None:
    stage, desk = await make_stage(GRAVER), Conversation("app:助手", "direct", "mei01")
    await said(stage, "转人工")
    await stage.press("mei01", "接单", desk)
    await stage.press("mei01", "结束服务", desk)
    seen = await said(stage, "不满意，我找记者了")
    assert not heard(seen, "chen01")
    assert await stage.database.read(sa.select(tickets.c.state, tickets.c.level)) == [("resolved", 0)]


async def test_what_is_about_a_life_calls_again_after_a_ticket_was_closed(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    await said(stage, "转人工")
    await stage.press("mei01", "关闭", Conversation("app:助手", "direct", "mei01"))
    await said(stage, "我要找律师")
    assert len(await reasons(stage)) == 1
    await said(stage, "我真的不想活了")
    assert len(await reasons(stage)) == 2 or "不想活了" in (await reasons(stage))[0][1]


async def test_without_people_nothing_is_promised(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG.replace('roles = ["售后组"]', "").replace('roles = ["法务组"]', ""))
    for text in ("我要找律师", "不想活了", ANGRY, ANGRY_TOO, URGENT, "叽里咕噜", "呜哩哇啦", "稀里哗啦"):
        assert "转" not in heard(await said(stage, text)), text
    assert await reasons(stage) == []


async def test_staff_are_never_called_for_staff(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    await said(stage, "我要找律师", "chen01")
    assert await reasons(stage) == []


async def test_a_rule_calls_its_team_with_its_words(make_stage: MakeStage) -> None:
    rule = 'any = ["合同", "盖章"]\nnone = ["模板"]\nteam = "法务组"\nsay = "合同的事请法务来。"\n'
    stage = await make_stage(CONFIG + '[[escalate]]\nname = "合同"\n' + rule)
    await said(stage, "合同模板有吗", "man01")
    assert await reasons(stage) == []
    seen = await said(stage, "合同什么时候盖章")
    assert heard(seen).startswith("合同的事请法务来。\n已转给法务组")
    assert await reasons(stage) == [("法务组", "合同（含“合同”）")]
    assert any(one.handler == "escalating" and one.rule == "合同" for one in stage.traces[-1].tried)


VIP = """
[[members]]
who = ["小林", "LiNa-08"]
tags = ["VIP"]
[[escalate]]
name = "大客户"
tags = ["VIP"]
when = ["没听懂", "不满"]
"""


async def test_a_tagged_member_gets_a_person_at_the_first_miss(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG + VIP)
    await said(stage, "叽里咕噜", "man01")
    await said(stage, "包邮吗")
    assert await reasons(stage) == []
    await said(stage, "叽里咕噜")
    await said(stage, f"{ANGRY}，包邮吗", "lina-08")
    assert await reasons(stage) == [("售后组", "大客户（没听懂，VIP）"), ("售后组", "大客户（不满，VIP）")]


async def test_who_calls_themselves_like_a_special_member_is_not_one(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG + VIP)
    await said(stage, "叽里咕噜", "小林")
    assert await reasons(stage) == []


async def test_a_rule_for_an_intent_comes_before_its_form(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG + '[[escalate]]\nname = "退款找人"\nintents = ["办退款"]\n')
    seen = await said(stage, "我要办退款")
    assert heard(seen).startswith("已转给售后组")
    assert await reasons(stage) == [("售后组", "退款找人（办退款）")]


async def test_an_answer_that_is_sure_is_said_before_a_rule_calls(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG + '[[escalate]]\nname = "大件"\nany = ["大件"]\n')
    assert heard(await said(stage, "大件包邮吗")).startswith("满 99 元包邮。\n已转给售后组")


async def test_the_first_rule_that_holds_decides(make_stage: MakeStage) -> None:
    rules = """
[[escalate]]
name = "甲"
any = ["大件"]
do = "提议"
[[escalate]]
name = "乙"
any = ["大件包邮"]
"""
    stage = await make_stage(CONFIG + rules)
    assert "需要的话发「转人工」" in heard(await said(stage, "大件包邮吗"))
    assert await reasons(stage) == []


async def test_a_rule_keeps_its_hours(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG + '[[escalate]]\nname = "夜里"\nany = ["大件"]\nhours = "22:00-06:00"\n')
    await said(stage, "大件呢", "man01")
    assert await reasons(stage) == []
    await stage.forward(timedelta(hours=13))
    await said(stage, "大件呢")
    assert await reasons(stage) == [("售后组", "夜里（含“大件”）")]


async def test_a_form_that_was_given_up_calls_where_the_manager_wants_it(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG + '[escalation]\nforms = "转人工"\n')
    await said(stage, "我要办退款")
    for _ in range(3):
        await said(stage, "呜哩哇啦咚咚锵")
    assert await reasons(stage) == [("售后组", "表单填不下去")]


@pytest.mark.parametrize(("text", "is_costly"), [("我要办退款", True), ("我要订座", False)])
async def test_who_leaves_a_form_about_money_is_offered_a_person(
    make_stage: MakeStage, text: str, is_costly: bool
) -> None:
    stage = await make_stage(CONFIG)
    await said(stage, text)
    seen = await stage.forward(timedelta(minutes=11))
    assert ("请售后组帮您看看" in heard(seen)) is is_costly
    assert "先放一放" in heard(seen)


async def test_who_leaves_a_form_about_money_may_get_a_person(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG + '[escalation]\nforms = "转人工"\n')
    await said(stage, "我要办退款")
    seen = await stage.forward(timedelta(minutes=11))
    assert await reasons(stage) == [("售后组", "「办退款」没填完")]
    assert "已转给售后组" in heard(seen)


async def test_none_of_the_choices_counts_as_not_understood(make_stage: MakeStage, tmp_path: Path) -> None:
    questions = ["怎么改收货地址", "怎么改收货电话", "怎么改收货时间"]
    rows = ["问题,回答", *(f"{one},在「我的」里改" for one in questions)]
    (tmp_path / "faq.csv").write_text("\n".join(rows), "utf-8")
    stage = await make_stage(CONFIG + '[faq]\nfiles = "faq.csv"\n')
    for times in range(3):
        assert heard(await said(stage, "怎么改收货")).startswith("您是想问：")
        seen = await said(stage, "都不是")
        assert ("我试了几次" in heard(seen)) is (times == 2)
    assert await reasons(stage) == [("售后组", "连续 3 次没听懂")]


async def test_after_misses_can_be_switched_off(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG + "[escalation]\nafter_misses = 0\n")
    for text in ("叽里咕噜", "呜哩哇啦", "稀里哗啦", "噼里啪啦"):
        await said(stage, text)
    assert await reasons(stage) == []


async def test_the_offer_is_a_card_that_another_person_may_press_for_themselves(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    await said(stage, "叽里咕噜")
    card = (await said(stage, "呜哩哇啦"))[0].content
    assert isinstance(card, Card)
    await stage.click("man01", card.task, "call", Conversation("app:助手", "direct", "man01"))
    rows = await stage.database.read(sa.select(tickets.c.member, tickets.c.reason))
    assert [tuple(row) for row in rows] == [("man01", "客户点了「转人工」")]


def test_topics_are_known_by_their_own_examples_and_no_others() -> None:
    shipped = Topics.load()
    data = tomllib.loads(resources.files("handlers.escalating").joinpath("topics.toml").read_text("utf-8"))
    for entry in data["topic"]:
        touched = [(text, shipped.touched(text, False)) for text in entry["others"]]
        assert [text for text, found in touched if found] == []
        for phrase in entry["any"]:
            found = shipped.touched(f"你好，{phrase}。", False)
            assert found is not None, phrase


def test_messages_touch_their_topic() -> None:
    shipped = Topics.load()
    found = {text: shipped.touched(text, False) for texts in TOUCHING["topics"].values() for text in texts}
    wanted = {text: name for name, texts in TOUCHING["topics"].items() for text in texts}
    assert len(wanted) >= 75
    assert [text for text, one in found.items() if one is None or one.topic.name != wanted[text]] == []


def test_ordinary_words_touch_no_topic() -> None:
    shipped = Topics.load()
    assert len(TOUCHING["ordinary"]) >= 50
    found = {text: shipped.touched(text, False) for text in TOUCHING["ordinary"]}
    assert {text: one.how for text, one in found.items() if one} == {}


async def test_what_is_meant_in_other_words_offers_a_person(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    seen = await said(stage, "再不处理我就去法院告你们")
    assert "需要的话发「转人工」" in heard(seen)
    assert await reasons(stage) == []


FAULTS: Sequence[tuple[str, str, str]] = [
    ('name = "甲"\nwhen = "生气"\n', "when", "没有叫“生气”的情况"),
    ('name = "甲"\nintents = "办退宽"\n', "intents", "是不是想写 办退款？"),
    ('name = "甲"\ntags = "VIP"\n', "tags", "标签写在 [[members]] 里"),
    ('name = "甲"\nany = "合同"\ngroups = "没有的群"\n', "groups", "没有叫“没有的群”的群"),
    ('name = "甲"\nany = "合同"\nteam = "财务组"\n', "team", "没有叫“财务组”的小组"),
    ('name = "甲"\nany = "合同"\nlevel = "组长"\n', "level", "还没有组长，会先叫一线"),
    ('name = "甲"\nany = "合同模板"\nnone = "模板"\n', "none", "永远轮不到"),
    ('name = "甲"\nany = "退"\n', "any", "只有一个字"),
    ('name = "甲"\n', "escalate[0]", "还没写什么时候转"),
    ('name = "甲"\nany = "合同"\ndo = "叫人"\n', "do", "转人工"),
]


@pytest.mark.parametrize(("rule", "key", "cure"), FAULTS, ids=[cure for _, _, cure in FAULTS])
def test_what_is_wrong_in_a_rule_is_told_with_the_cure(rule: str, key: str, cure: str, tmp_path: Path) -> None:
    found = [one for one in problems(tmp_path, CONFIG + "[[escalate]]\n" + rule) if key in one.key]
    assert [one.message for one in found if cure in one.message], found


SHADOWS: Sequence[tuple[str, str, bool]] = [
    ('any = "合同"\n', 'any = ["合同模板", "签合同"]\n', True),
    ('any = "合同"\nnone = "模板"\n', 'any = "签合同"\n', False),
    ('when = ["不满", "着急"]\n', 'when = "不满"\nhours = "09:00-18:00"\n', True),
    ('when = "不满"\nhours = "09:00-18:00"\n', 'when = "不满"\n', False),
    ('tags = "VIP"\n', 'tags = "VIP"\nany = "合同"\n', True),
    ('tags = "VIP"\nany = "合同"\n', 'tags = "VIP"\n', False),
    ('intents = "订座"\n', 'any = "订座"\n', False),
]


@pytest.mark.parametrize(("first", "second", "is_shadowed"), SHADOWS)
def test_a_rule_that_comes_too_late_is_named(first: str, second: str, is_shadowed: bool, tmp_path: Path) -> None:
    members = '[[members]]\nwho = "小林"\ntags = "VIP"\n'
    rules = f'[[escalate]]\nname = "甲"\n{first}[[escalate]]\nname = "乙"\n{second}'
    told = [one.message for one in problems(tmp_path, CONFIG + members + rules) if one.key == "escalate[1].name"]
    assert bool(told) is is_shadowed
    assert all("先由“甲”管了" in message for message in told)


def test_a_topic_or_member_that_is_not_there_is_named(tmp_path: Path) -> None:
    text = CONFIG + '[escalation.topics]\n"法律和爆光" = "不管"\n[[members]]\nwho = ["小赵", "wmX1"]\ntags = "VIP"\n'
    told = "\n".join(one.message for one in problems(tmp_path, text))
    assert "没有叫“法律和爆光”的话题。是不是想写 法律和曝光？" in told
    assert "[[people]] 里没有叫“小赵”的人" in told
    assert "wmX1" not in told


def problems(folder: Path, text: str) -> Sequence[Finding]:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    errors, warnings = examine(path, load_config)
    return [*errors, *warnings]


KFID = "wkAJ2GCAAAZSfhHCt7IFSvLKtMPxyAAA"
KF = """
[[channels]]
kind = "kf"
name = "客服"
open_kfid = "KFID"
secret = "env:D"
token = "env:E"
aes_key = "env:F"
handover = "relay"
""".replace("KFID", KFID)


async def test_who_presses_where_cards_stay_as_they_are_is_answered_in_words(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG + KF)
    where = Conversation("kf:客服", "direct", f"{KFID}/wmA")
    await stage.say("wmA", "叽里咕噜", where)
    card = (await stage.say("wmA", "呜哩哇啦", where))[0].content
    assert isinstance(card, Card)
    assert heard(await stage.click("wmA", card.task, "call", where), "wmA").startswith("已转给售后组（#1）")


async def test_a_tag_of_a_userid_is_not_one_of_a_customer_of_that_name(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG + KF + VIP)
    for member in ("LINA-08", "lina-08"):
        await stage.say(member, "叽里咕噜", Conversation("kf:客服", "direct", f"{KFID}/{member}"))
    assert await reasons(stage) == []
    await stage.say("LiNa-08", "叽里咕噜", Conversation("kf:客服", "direct", f"{KFID}/LiNa-08"))
    assert await reasons(stage) == [("售后组", "大客户（没听懂，VIP）")]
