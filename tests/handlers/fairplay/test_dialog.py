"""Rewards that look wrong, as members and managers see them: from the sign-in to the card and what follows."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.types.events import Conversation
from handlers.fairplay.commands import as_text, listed
from handlers.fairplay.holds import ASK
from handlers.fairplay.settings import Rule
from handlers.points.members import members
from handlers.points.tables import entries as book
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import Seen, Stage

COMMUNITY = """
[[channels]]
kind = "app"
name = "助手"
agent_id = 1
secret = "env:A"
token = "env:B"
aes_key = "env:C"

[[people]]
name = "群管"
userid = "boss"
roles = ["管理员"]

[[people]]
name = "小林"
userid = "lin"

[points]
[signin]
streak = { 5 = 20 }
[fairplay]
"""
DAY = timedelta(days=1)


@pytest.fixture
async def stage(make_stage: MakeStage) -> Stage:
    return await make_stage(COMMUNITY)


def app(member: str) -> Conversation:
    return Conversation("app:助手", "direct", member)


async def say(stage: Stage, text: str, member: str = "lin") -> str:
    return "\n".join(seen.words for seen in await stage.say(member, text, app(member)) if seen.member == member)


async def signed_like_a_machine(stage: Stage) -> tuple[str, list[Seen]]:
    """Four days, and the fifth in the same second of the day: what is said to that, and who sees what then."""
    start = stage.now
    for day in range(4):
        await stage.until(start + day * DAY)
        await say(stage, "签到")
    await stage.until(start + 4 * DAY)
    said = await say(stage, "签到")
    return said, list(await stage.forward(timedelta(minutes=1)))


async def test_a_sign_in_by_the_clock_waits_and_a_manager_confirms_it(stage: Stage) -> None:
    said, asked = await signed_like_a_machine(stage)
    assert said == "签到成功，连续 5 天。这次的积分要核对一下，核对好了就到账，连续天数照算。"
    tried = [(one.rule, one.note) for trace in stage.traces for one in trace.tried if one.handler == "fair play"]
    assert (Rule.CLOCK, "签到 5 先核对：连着 5 天都在 10:00:00 签到，前后不差一两秒") in tried
    assert "有 20 积分" in await say(stage, "我的积分")
    assert [seen.member for seen in asked] == ["boss"]
    assert asked[0].words == (
        "#1 有 2 笔要核对\n确认就到账，驳回就不发；本人都会知道\n"
        "连着 5 天都在 10:00:00 签到，前后不差一两秒\n"
        "谁：小林\n什么：签到 5、连签 20\n为什么：每天分秒不差\n不处理：11月30日（周一）10:00 自动确认\n[确认][驳回]"
    )
    pressed = await stage.press("boss", "确认", app("boss"))
    assert [(seen.member, seen.words.splitlines()[-1]) for seen in pressed] == [
        ("boss", "（已确认）"),
        ("lin", "核对好了，签到 5、连签 20 到账，现在 45 积分。"),
    ]
    rows = await stage.database.read(sa.select(book.c.source, book.c.actor).order_by(book.c.id))
    boss = await stage.database.read(sa.select(members.c.member_key).where(members.c.id == "boss"))
    assert [(row.source, row.actor) for row in rows[-3:]] == [
        ("签到", ""),
        ("签到", boss[0].member_key),
        ("连签", boss[0].member_key),
    ]
    assert await say(stage, "积分明细") == (
        "最近 6 笔，现在 45 积分：\n11月27日 连签（连签 5 天） +20\n11月27日 签到 +5\n11月26日 签到 +5\n"
        "11月25日 签到 +5\n11月24日 签到 +5\n11月23日 签到 +5"
    )
    again = await stage.click("boss", "fairplay-1-1", "refuse", app("boss"))
    assert [seen.words.splitlines()[-1] for seen in again] == ["（群管：已确认）"]
    assert await say(stage, "待确认积分") == "没有在核对的积分。"


async def test_a_manager_refuses_with_a_reason_and_the_member_hears_it(stage: Stage) -> None:
    await signed_like_a_machine(stage)
    assert await say(stage, "待确认积分", "boss") == (
        "#1 小林：签到 5、连签 20（每天分秒不差），11月30日（周一）10:00 自动确认\n"
        "发「确认积分 编号」，或「驳回积分 编号 理由」。"
    )
    assert await say(stage, "在核对的积分") == "在核对的积分：签到 5、连签 20。核对好了会告诉你，连续天数照算。"
    seen = await stage.say("boss", "驳回积分 1 用了自动签到", app("boss"))
    assert [(one.member, one.words) for one in seen] == [
        ("boss", "#1 已驳回，签到 5、连签 20 不发了，本人会知道。"),
        ("lin", "签到 5、连签 20 积分没有通过核对：用了自动签到。觉得不对，请发「转人工」。"),
    ]
    assert "有 20 积分" in await say(stage, "我的积分")
    assert await say(stage, "确认积分 1", "boss") == "没有 #1，发「待确认积分」看看有哪些。"
    await stage.until(stage.now + DAY)
    assert "连续 6 天" in await say(stage, "签到")


async def test_operators_list_what_waits_and_what_became_of_it(stage: Stage) -> None:
    await signed_like_a_machine(stage)
    names, zone = {"lin": "小林"}, ZoneInfo("Asia/Shanghai")

    async def told(everything: bool) -> list[str]:
        return [as_text(row, zone, "确认") for row in await listed(stage.database, names, everything)]

    why = "每天分秒不差：连着 5 天都在 10:00:00 签到，前后不差一两秒"
    assert await told(False) == [
        f"#1  2026-11-27 10:00  小林  连签 20  {why}  （2026-11-30 10:00 自动确认）",
        f"#1  2026-11-27 10:00  小林  签到 5  {why}  （2026-11-30 10:00 自动确认）",
    ]
    await stage.press("boss", "驳回", app("boss"))
    assert await told(False) == []
    assert (await told(True))[1] == f"#1  2026-11-27 10:00  小林  签到 5  {why}  （已驳回，boss）"


async def test_what_nobody_rules_on_is_confirmed_after_three_days(stage: Stage) -> None:
    await signed_like_a_machine(stage)
    seen = await stage.forward(3 * DAY)
    assert [(one.member, one.words) for one in seen] == [("lin", "核对好了，签到 5、连签 20 到账，现在 45 积分。")]
    late = await stage.click("boss", "fairplay-1-1", "refuse", app("boss"))
    assert [one.words.splitlines()[-1] for one in late] == ["（到期自动确认）"]


async def test_only_managers_rule_and_nobody_on_what_is_theirs(stage: Stage) -> None:
    await signed_like_a_machine(stage)
    assert await say(stage, "确认积分 1") == "确认和驳回积分只有管理员能做。"
    stranger = await stage.click("lin", "fairplay-1-1", "confirm", app("lin"))
    assert list(stranger) == []
    start = stage.now
    for day in range(5):
        await stage.until(start + day * DAY)
        await say(stage, "签到", "boss")
    assert await say(stage, "确认积分 2", "boss") == (
        "#2 里有你自己的，请别的管理员来定；没人定的话，12月4日（周五）10:01 自动确认。"
    )


async def test_a_group_of_robots_is_one_card_and_more_of_it_one_line(make_stage: MakeStage) -> None:
    stage = await make_stage(COMMUNITY)
    start = stage.now
    for day in range(3):
        await stage.until(start + day * DAY + timedelta(minutes=7 * day))
        for n in range(6):
            await say(stage, "签到", f"robot{n}")
    asked = list(await stage.forward(timedelta(minutes=1)))
    assert [one.member for one in asked] == ["boss"]
    assert "有 3 笔要核对" in asked[0].words
    assert "为什么：新账号一起行动" in asked[0].words
    await stage.until(start + 3 * DAY + timedelta(minutes=30))
    for n in range(6):
        await say(stage, "签到", f"robot{n}")
    more = await stage.forward(timedelta(minutes=1))
    assert [one.words.partition("：")[0] for one in more] == ["#1 又多了，现在 9 笔"]


async def test_what_comes_while_managers_are_being_asked_is_not_told_a_second_time(make_stage: MakeStage) -> None:
    stage = await make_stage(COMMUNITY.replace("[points]", '[points]\nname = "贝壳"'))
    start = stage.now
    for day in range(3):
        await stage.until(start + day * DAY + timedelta(minutes=7 * day))
        for n in range(6 if day < 2 else 5):
            await say(stage, "签到", f"robot{n}")
    # The timer has been taken, and what it brings is not decided yet.
    tick = await stage.due(stage.now + timedelta(minutes=1), ASK)
    assert tick is not None
    await say(stage, "签到", "robot5")
    stage.now = tick.due
    asked = await stage.happen(replace(tick, received_at=stage.now))
    assert [one.words.partition("\n")[0] for one in asked] == ["#1 有 3 笔要核对"]
    assert list(await stage.forward(timedelta(hours=2))) == []
    pressed = await stage.press("boss", "确认", app("boss"))
    assert pressed[0].words.startswith("#1 贝壳核对\n")


async def test_a_member_hears_of_what_a_manager_gives_takes_and_takes_back(stage: Stage) -> None:
    told = []
    for order in ("发积分 小林 20 活动积极", "扣积分 小林 5 重复了", "撤销积分 1", "撤销积分 1"):
        seen = await stage.say("boss", order, app("boss"))
        told += [one.words for one in seen if one.member == "lin"]
    assert told == [
        "管理员给了你 20 积分（活动积极），现在 20。",
        "管理员扣了你 5 积分（重复了），现在 15。",
        "管理员撤销了发放的 +20 积分（活动积极），现在 -5。",
    ]
    assert len(await stage.say("boss", "发积分 群管 5", app("boss"))) == 1
    outside = await stage.say("boss", "发积分 wmAAAAAAAAAAAAAAAAAAAAAAAAAAAA01 5", app("boss"))
    assert {one.member for one in outside} == {"boss"}
