"""Forms: what an intent needs is asked for, and then it is done. Their talk is in `tests/dialogs/forms.toml`."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.types.actions import Text
from bot.types.events import Conversation
from bot.types.outcome import Kind
from bot.types.ports import Shelf
from handlers.dialogue import dialogues
from handlers.understand.forms import MOST_TRIES
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import Stage, read, think

# What the stores do with a form is tested in `test_forms_again.py`.
pytestmark = pytest.mark.parametrize("pair", ["embedded"], indirect=True)

LIN = Conversation("app:助手", "direct", "lin01")
GROUP = Conversation("aibot:小助手", "group", "wrAAAAAAAAAAAAAAAAAAAAAAAAAAAA01")
COMPANY = """
[understand]
model = "none"

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
token = "env:D"
aes_key = "env:E"

[[groups]]
name = "甲群"
id = "wrAAAAAAAAAAAAAAAAAAAAAAAAAAAA01"
doors = ["aibot:小助手"]

[[people]]
name = "小美"
userid = "mei01"
roles = ["售后组"]

[[teams]]
name = "售后组"

[[replies]]
name = "道谢"
exact = "谢谢"
reply = "不客气～"
"""
REPAIR = """
[[intents]]
name = "报修"
examples = ["我要报修", "东西坏了帮我登记一下", "登记维修", "帮我约个维修师傅", "机器坏了要修"]
ask = { order_no = "订单号是？", "到家时间" = "师傅哪天几点上门？", "问题" = "哪里坏了？" }
reply = "登记好了：{order_no}，{到家时间}，{问题}。"
then = "转人工"

[[slots]]
name = "order_no"
kind = "订单号"
regex = 'SO\\d{6,12}'

[[slots]]
name = "到家时间"
kind = "时间"
"""
KINDS = """
[[intents]]
name = "登记"
examples = ["我要登记", "帮我登记", "登记一下信息", "填个登记表", "办个登记"]
ask = { KEY = "请填" }
reply = "登记：{KEY}"

[[slots]]
name = "KEY"
MORE
"""


async def said(stage: Stage, text: str, where: Conversation = LIN, member: str = "lin01") -> str:
    """What the member reads after saying something."""
    return "\n".join(seen.words for seen in await stage.say(member, text, where) if seen.member == member)


@pytest.fixture
async def repair(make_stage: MakeStage) -> Stage:
    return await make_stage(COMPANY + REPAIR)


async def reload(stage: Stage, folder: Path, toml: str) -> None:
    """The same bot, after its configuration was saved anew, or after it was started again."""
    path = folder / "again.toml"
    path.write_text(toml, encoding="utf-8")
    stage.brain = think(read(path), Shelf())


async def test_an_intent_is_recognised_in_other_words(repair: Stage) -> None:
    assert "订单号是？" in await said(repair, "家里的机器坏了，想登记维修")
    assert repair.last.handler == "understand"
    assert repair.last.outcome.rule == "报修"
    assert repair.last.outcome.score is not None


async def test_small_talk_is_no_intent(repair: Stage) -> None:
    await said(repair, "今天天气真不错")
    assert repair.last.handler == "fallback"


async def test_values_are_kept_in_the_trace(repair: Stage) -> None:
    await said(repair, "我要报修 SO123456 明天下午三点")
    await said(repair, "屏幕不亮")
    notes = [tried.note for tried in repair.traces[-1].tried if tried.handler == "forms"]
    assert "order_no=SO123456；到家时间=2026-11-24T15:00；问题=屏幕不亮" in notes


async def test_what_a_customer_wrote_is_not_taken_for_the_managers_words(repair: Stage) -> None:
    await said(repair, "我要报修 SO123456 明天下午三点")
    (shown, *_) = await repair.say("lin01", "屏幕不亮", LIN)
    assert isinstance(shown.content, Text)
    assert not shown.content.fixed


async def test_a_description_is_taken_as_it_is_and_a_question_is_answered(
    make_stage: MakeStage, tmp_path: Path
) -> None:
    (tmp_path / "faq.toml").write_text('[[faq]]\nquestion = "修一次要多少钱？"\nanswer = "检测免费"\n', "utf-8")
    stage = await make_stage(COMPANY + '[faq]\nfiles = ["faq.toml"]\n' + REPAIR)
    await said(stage, "我要报修 SO123456 明天下午三点")
    answer = await said(stage, "修一次要多少钱？")
    assert answer == "检测免费\n（「报修」还差问题，发来就接着办；不办了发「取消」）"
    assert "登记好了" in await said(stage, "屏幕不亮，声音也没有")


async def test_after_some_tries_the_form_rests_and_words_go_elsewhere(repair: Stage) -> None:
    await said(repair, "我要报修")
    for number in range(MOST_TRIES):
        last = await said(repair, f"123{number}")
    assert "先放一放" in last
    assert await said(repair, "谢谢") == "不客气～"
    assert "到家时间" in await said(repair, "找到了，SO123456") or "师傅哪天" in repair.seen[-1].words


async def test_a_form_rests_when_its_time_is_over_even_before_its_clock_rang(repair: Stage) -> None:
    await said(repair, "我要报修")
    repair.now += timedelta(minutes=11)
    await said(repair, "123")
    assert repair.last.handler == "fallback"


async def test_an_answer_winds_the_clock_anew(repair: Stage) -> None:
    await said(repair, "我要报修")
    await repair.forward(timedelta(minutes=8))
    await said(repair, "SO123456")
    assert not await repair.forward(timedelta(minutes=8))
    (word,) = await repair.forward(timedelta(minutes=3))
    assert "还差到家时间、问题" in word.words


async def test_a_finished_or_cancelled_form_has_no_clock(repair: Stage) -> None:
    await said(repair, "我要报修")
    await said(repair, "取消")
    assert await repair.forward(timedelta(hours=1)) == []


async def test_a_form_survives_a_restart(repair: Stage, tmp_path: Path) -> None:
    await said(repair, "我要报修 SO123456")
    await reload(repair, tmp_path, COMPANY + REPAIR)
    assert "哪里坏了？" in await said(repair, "明天下午三点")
    await reload(repair, tmp_path, COMPANY + REPAIR)
    assert "登记好了：SO123456，11月24日（周二）15:00，漏水。" in await said(repair, "漏水")


async def test_a_slot_that_is_asked_for_no_more_is_forgotten(repair: Stage, tmp_path: Path) -> None:
    await said(repair, "我要报修 SO123456")
    shorter = REPAIR.replace('order_no = "订单号是？", ', "").replace("{order_no}，", "")
    await reload(repair, tmp_path, COMPANY + shorter.replace('name = "order_no"', 'name = "另一个"'))
    assert "哪里坏了？" in await said(repair, "明天下午三点")
    assert "登记好了：11月24日（周二）15:00，漏水。" in await said(repair, "漏水")


async def test_a_value_that_would_be_read_otherwise_now_is_asked_for_again(repair: Stage, tmp_path: Path) -> None:
    await said(repair, "我要报修 SO123456")
    await reload(repair, tmp_path, COMPANY + REPAIR.replace(r"SO\d{6,12}", r"HY\d{8}"))
    assert "订单号是？" in await said(repair, "明天下午三点")
    assert "哪里坏了？" in await said(repair, "HY12345678")


async def test_a_form_whose_intent_is_gone_ends_quietly(repair: Stage, tmp_path: Path) -> None:
    await said(repair, "我要报修")
    await reload(repair, tmp_path, COMPANY + REPAIR.replace('name = "报修"', 'name = "维修"'))
    assert await said(repair, "谢谢") == "不客气～"
    assert await repair.database.read(sa.select(dialogues)) == []


async def test_a_form_that_needs_nothing_more_is_done(repair: Stage, tmp_path: Path) -> None:
    await said(repair, "我要报修 SO123456 明天下午三点")
    shorter = REPAIR.replace(', "问题" = "哪里坏了？"', "").replace("，{问题}", "")
    await reload(repair, tmp_path, COMPANY + shorter)
    assert "登记好了：SO123456" in await said(repair, "漏水")


async def test_calling_a_person_drops_the_form_and_tells_them(repair: Stage) -> None:
    await said(repair, "我要报修 SO123456")
    seen = await repair.say("lin01", "转人工", LIN)
    card = next(one for one in seen if one.member == "mei01")
    assert "已填：报修：order_no SO123456" not in card.words
    assert "已填：报修：订单号 SO123456" in card.words
    assert await repair.database.read(sa.select(dialogues)) == []


async def test_at_a_door_that_only_answers_the_form_works_as_well(repair: Stage) -> None:
    assert "订单号是？" in await said(repair, "我要报修", GROUP)
    assert "师傅哪天" in await said(repair, "SO123456", GROUP)
    assert "哪里坏了" in await said(repair, "后天上午十点", GROUP)
    (only,) = [seen for seen in await repair.say("lin01", "漏水", GROUP) if seen.member == "lin01"]
    assert "登记好了" in only.words
    assert "已转给售后组" in only.words
    assert repair.last.outcome.kind == Kind.ESCALATED


async def test_a_group_without_the_feature_has_no_intents(make_stage: MakeStage) -> None:
    company = COMPANY.replace('doors = ["aibot:小助手"]', 'doors = ["aibot:小助手"]\nfeatures = ["escalation"]')
    stage = await make_stage(company + REPAIR)
    await said(stage, "我要报修", GROUP)
    assert stage.last.handler == "fallback"


@pytest.mark.parametrize(("limit", "where"), [('groups = ["甲群"]', LIN), ('hours = "12:00-13:00"', LIN)])
async def test_an_intent_works_only_where_and_when_it_should(
    make_stage: MakeStage, limit: str, where: Conversation
) -> None:
    stage = await make_stage(COMPANY + REPAIR.replace('then = "转人工"', limit))
    await said(stage, "我要报修", where)
    assert stage.last.handler == "fallback"


async def test_an_intent_in_its_group_works(make_stage: MakeStage) -> None:
    stage = await make_stage(COMPANY + REPAIR.replace('then = "转人工"', 'groups = ["甲群"]'))
    assert "订单号是？" in await said(stage, "我要报修", GROUP)


async def test_an_intent_cools_down_after_it_was_done(make_stage: MakeStage) -> None:
    toml = KINDS.replace("KEY", "text").replace("MORE", 'kind = "文字"').replace("reply", 'cooldown = "1h"\nreply')
    stage = await make_stage(COMPANY + toml)
    await said(stage, "我要登记")
    assert "登记：你好" in await said(stage, "你好")
    assert await said(stage, "我要登记") == ""
    await stage.forward(timedelta(hours=1))
    assert "请填" in await said(stage, "我要登记")


async def test_an_intent_without_questions_is_done_at_once(make_stage: MakeStage) -> None:
    toml = '[[intents]]\nname = "夸夸"\nexamples = ["夸夸我", "表扬我一下", "说点好听的", "给我点鼓励", "夸我两句"]\n'
    stage = await make_stage(COMPANY + toml + 'reply = "{nickname}，你真棒！"\n')
    assert await said(stage, "夸我几句嘛") == "你真棒！"


async def test_people_are_told_what_was_collected(make_stage: MakeStage) -> None:
    stage = await make_stage(COMPANY + REPAIR.replace('then = "转人工"', 'then = "通知:售后组"'))
    await said(stage, "我要报修 SO123456 明天下午三点")
    seen = await stage.say("lin01", "漏水", LIN)
    (told,) = [one.words for one in seen if one.member == "mei01"]
    assert told == "lin01：报修：订单号 SO123456，到家时间 11月24日（周二）15:00，问题 漏水"
    assert stage.last.outcome.kind == Kind.ANSWERED


@pytest.mark.parametrize(
    ("key", "more", "wrong", "right", "kept"),
    [
        ("电话", "", "12345", "021-6234 5678", "021-62345678"),
        ("手机号", "", "021-62345678", "138 0013 8000", "13800138000"),
        ("日期", "", "昨天", "下周一", "11月30日（周一）"),
        ("买的日子", 'kind = "日期"\nwhen = "以前"', "明天", "上周五", "11月20日（周五）"),
        ("金额", "", "不少", "三百五", "350 元"),
        ("预算", 'kind = "金额"\nmin = 100\nmax = 500', "600块", "一百二十块", "120 元"),
        ("数量", "", "好多", "三件", "3件"),
        ("人数", 'kind = "数量"\nmax = 10', "12", "两位", "2位"),
        ("邮箱", "", "abc@", "A@b.cn", "a@b.cn"),
        ("姓名", "", "？", "我叫王芳", "王芳"),
        ("称呼", "", "？", "小林", "小林"),
        ("是否", "", "随便", "好的", "是"),
        ("会员号", "kind = \"编号\"\nregex = 'HY\\d{8}'", "HY1234", "hy１２３４５６７８", "HY12345678"),
        ("颜色", 'kind = "选项"\nchoices = ["黑色", "白色"]', "红的", "要白色的", "白色"),
        ("型号", 'kind = "产品"\nchoices = ["Pro 2", "Air"]', "max", "PRO2", "Pro 2"),
    ],
)
async def test_each_kind_of_slot_takes_what_fits_and_says_why_not(
    make_stage: MakeStage, key: str, more: str, wrong: str, right: str, kept: str
) -> None:
    toml = KINDS.replace("MORE", more) if more else KINDS.partition("[[slots]]")[0]
    stage = await make_stage(COMPANY + toml.replace("{ KEY =", f'{{ "{key}" =').replace("KEY", key))
    assert "请填" in await said(stage, "我要登记")
    again = await said(stage, wrong)
    assert "请填" in again
    assert again != "请填"
    assert await said(stage, right) == f"登记：{kept}"


async def test_the_product_may_be_a_word_of_the_faq(make_stage: MakeStage, tmp_path: Path) -> None:
    (tmp_path / "faq.toml").write_text(
        'words = ["净澈面霜"]\n[[faq]]\nquestion = "净澈面霜多少钱？"\nanswer = "99 元"\n', "utf-8"
    )
    toml = KINDS.partition("[[slots]]")[0].replace("KEY", "product")
    stage = await make_stage(COMPANY + '[faq]\nfiles = ["faq.toml"]\n' + toml)
    await said(stage, "我要登记")
    assert await said(stage, "就是那个净澈面霜") == "登记：净澈面霜"


async def test_choices_are_listed_with_the_question(make_stage: MakeStage) -> None:
    toml = KINDS.replace("KEY", "颜色").replace("MORE", 'kind = "选项"\nchoices = ["黑色", "白色"]')
    stage = await make_stage(COMPANY + toml.replace("{ 颜色 =", '{ "颜色" ='))
    assert await said(stage, "我要登记") == "请填\n1. 黑色\n2. 白色"
    assert await said(stage, "2") == "登记：白色"


async def test_no_is_an_answer_where_yes_or_no_was_asked(make_stage: MakeStage) -> None:
    stage = await make_stage(COMPANY + KINDS.partition("[[slots]]")[0].replace("KEY", "confirm"))
    await said(stage, "我要登记")
    assert await said(stage, "不用了") == "登记：否"


async def test_a_form_that_nobody_answers_is_swept(repair: Stage) -> None:
    await said(repair, "我要报修")
    rows = await repair.database.read(sa.select(dialogues.c.expires_at))
    assert rows[0].expires_at - repair.now < timedelta(days=2)


async def test_no_keyword_takes_an_answer_away(make_stage: MakeStage) -> None:
    stage = await make_stage(COMPANY.replace('exact = "谢谢"', "regex = '(?i)so.*'") + REPAIR)
    await said(stage, "我要报修")
    assert "师傅哪天" in await said(stage, "SO123456")
