"""Checking in as people live it: proofs, once a day, made up for, in teams, with rewards and a certificate."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from bot.store.connection import Connection
from bot.store.tables import versions
from bot.transaction import EventTransaction
from bot.types.actions import Card, Image
from bot.types.events import Clicked, Message
from handlers.broadcast.tables import broadcasts
from handlers.fairplay.barring import bar
from handlers.points.tables import entries
from handlers.points.within import Outside
from tests.handlers.checkin.place import GROUP, NAME, OTHER, PLACE, PUSHED, app, call, campaign, say, tick
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import Seen, Stage

DAY = timedelta(days=1)
# Both databases play whole campaigns elsewhere.
pytestmark = pytest.mark.parametrize("pair", ["embedded"], indirect=True)
ALL = 'members = ["小林", "小满", "阿宁"]\n'


async def given(stage: Stage) -> list[tuple[str, int]]:
    rows = await stage.database.read(sa.select(entries.c.source, entries.c.amount).order_by(entries.c.id))
    return [(row.source, row.amount) for row in rows]


async def test_the_proof_comes_with_the_word_or_after_it_and_counts_once_a_day(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + campaign("points = 5\nmin_length = 4"))
    assert await say(stage, "打卡") == "写一写今天的记录吧，至少 4 个字，直接发就行。"
    assert await say(stage, "读了") == "再多写一点：至少 4 个字，现在 2 个。"
    done = "打卡成功，+5 积分：「晨读」第 1 天，打卡 1 天，连续 1 天。还差 4 天完成。"
    assert await say(stage, "读了五页书") == done
    assert await say(stage, "打卡 又读了五页书") == "「晨读」今天打过啦，连续 1 天，明天再来。"
    await stage.forward(DAY)
    assert "第 2 天，打卡 2 天，连续 2 天" in await say(stage, "读了五页书 打卡", where=GROUP)
    assert await given(stage) == [("打卡", 5), ("打卡", 5)]


async def test_who_asks_something_else_meanwhile_is_answered_and_who_gives_up_is_left_alone(
    make_stage: MakeStage,
) -> None:
    stage = await make_stage(PLACE + campaign())
    await say(stage, "打卡")
    await say(stage, "怎么才能看积分？")
    assert stage.last.handler != "dialogue"
    for text in ("你们周末几点关门呢", "如何预约，有点急", "积分没到账呀", "这本书好看吗"):
        await say(stage, text)
        assert stage.last.handler != "dialogue", text
    assert await say(stage, "算了") == "好，先不打了。想打卡再发「打卡」。"
    await say(stage, "今天天气真不错呀")
    assert stage.last.handler == "fallback"


async def test_what_is_written_when_it_was_asked_for_may_sound_like_a_question(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + campaign())
    for text in ("今天读完第三章，好开心呢", "什么都没落下，背了三十个单词", "可以坚持下来真不错"):
        await say(stage, "打卡")
        assert "打卡成功" in await say(stage, text), text
        await stage.forward(DAY)


async def test_a_picture_is_the_proof_where_that_is_wanted(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + campaign('proof = "图片"'))
    assert await say(stage, "打卡") == "发一张图片就算打卡，直接发就行。"
    await say(stage, "这就去拍")
    seen = await stage.say("lin01", "", app("lin01"), form="image")
    assert "打卡成功" in seen[0].words
    await stage.say("man01", "", app("man01"), form="image")
    assert "checkin" not in {one.handler for one in stage.decided[-2:]}
    assert "放在一条里" in await say(stage, "打卡", "ning01", GROUP)
    mixed = await stage.say("ning01", "打卡", GROUP, form="image")
    assert "打卡成功" in mixed[0].words


async def test_a_picture_checks_in_whatever_is_written_beside_it(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + campaign('proof = "图片"'))
    seen = await stage.say("lin01", "打卡 我的皮肤好点了吗", app("lin01"), form="image")
    assert "打卡成功" in seen[0].words
    seen = await stage.say("man01", "打卡 今天的提醒太晚了，规则怎么变了", app("man01"), form="image")
    assert "打卡成功" in seen[0].words
    await say(stage, "打卡", "ning01")
    seen = await stage.say("ning01", "好看吗？", app("ning01"), form="image")
    assert "打卡成功" in seen[0].words
    await say(stage, "打卡 规则怎么变了", "wu01")
    assert stage.last.handler != "checkin"


async def test_a_button_under_the_reminder_checks_in(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + campaign('proof = "按钮"\nremind = "20:00"\n' + ALL))
    assert "打卡成功" in await say(stage, "我要打卡啦", "man01")
    reminded = await tick(stage, "remind.2000")
    assert {(one.member, type(one.content)) for one in reminded} == {("lin01", Card), ("ning01", Card)}
    (after,) = await stage.press("lin01", "打卡", app("lin01"))
    assert (after.fresh, "打卡成功" in after.words, "（知道了）" in after.words) == (False, True, True)
    assert [one.member for one in await tick(stage, "remind.2000", due=stage.now)] == ["ning01"]


async def test_a_press_that_comes_after_the_report_does_not_check_in(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + campaign('proof = "按钮"\nhours = "06:00-21:00"\nremind = "20:00"\n' + ALL))
    await stage.until(stage.now.replace(hour=12, minute=0))
    await tick(stage, "remind.2000")
    pressed = [one.content for one in stage.seen if one.member == "man01" and isinstance(one.content, Card)][-1]
    known = stage._event("man01", app("man01"))
    stage.now = stage.now.replace(hour=14, minute=30)
    click = Clicked(**known, task=pressed.task, key=pressed.buttons[0].key)
    (after,) = await stage.happen(replace(click, received_at=stage.now))
    assert "刚才收到得太晚" in after.words
    assert "打卡 0 天" in await say(stage, "打卡进度", "man01")


async def test_only_those_missing_are_reminded_and_not_more_often_than_people_are_told_things(
    make_stage: MakeStage,
) -> None:
    stage = await make_stage(PLACE.replace("per_week = 20", "per_week = 2") + campaign('remind = "20:00"\n' + ALL))
    told = []
    for _ in range(3):
        await say(stage, "打卡 今天读了五页")
        seen = await tick(stage, "remind.2000")
        told.append(sorted(one.where.native for one in seen if "还没打卡" in one.words))
        await stage.forward(DAY)
    assert told == [["man01", "ning01"], ["man01", "ning01"], []]
    guarded = await stage.database.read(sa.select(versions.c.key).where(versions.c.key.startswith("checkin:")))
    # Whoever checks in while they are reminded is not reminded: both guard the same row.
    assert len(guarded) == 3
    rows = await stage.database.read(sa.select(broadcasts.c.schedule, broadcasts.c.state))
    assert {row.schedule for row in rows} == {"晨读 提醒"}
    assert [row.state for row in rows] == ["sent"] * 4 + ["held"] * 2
    assert "没有发给" in [one.words for one in stage.seen if one.member == "admin01"][-1]


async def test_a_crowd_is_reminded_a_part_at_a_time_and_who_may_not_take_part_is_not(make_stage: MakeStage) -> None:
    people = "".join(f'[[people]]\nname = "书友{at}"\nuserid = "s{at}"\nroles = ["书友"]\n' for at in range(120))
    stage = await make_stage(PLACE + people + campaign('remind = "20:00"\nroles = ["书友"]'))

    await stage.database.write(partial(_bar, stage, "s7"))
    await say(stage, "打卡 今天读了五页", "s3")
    first = await tick(stage, "remind.2000")
    await say(stage, "打卡 今天读了五页", later := sorted({f"s{at}" for at in range(120)} - _told(first))[-1])
    all_told = _told([*first, *await stage.forward(timedelta(minutes=2))])
    assert len(first) <= 50
    assert all_told == {f"s{at}" for at in range(120)} - {"s3", "s7", later}


async def _bar(stage: Stage, member: str, connection: Connection) -> None:
    await bar(Outside(stage.now, EventTransaction(connection, "test", stage.now, 1)), member, DAY, "test")


def _told(seen: Sequence[Seen]) -> set[str]:
    return {one.member for one in seen if "还没打卡" in one.words}


async def test_nobody_is_reminded_out_of_hours_or_too_late(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + campaign('hours = "06:00-11:00"\nremind = "10:30"\n' + ALL))
    due = stage.now
    await stage.forward(timedelta(hours=2))
    assert await tick(stage, "remind.1030", due=due) == []
    assert await say(stage, "打卡 今天读了五页") == "「晨读」打卡的时间是 06:00-11:00，这会儿还不行。"


async def test_what_was_said_in_time_counts_however_late_it_is_heard(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + campaign('hours = "06:00-10:05"\n' + ALL))
    said_at = stage.now + timedelta(minutes=4)
    await stage.forward(timedelta(minutes=9))
    late = Message(
        id="late", conversation=app("lin01"), member="lin01", at=said_at, received_at=stage.now, text="打卡 读了五页书"
    )
    assert "打卡成功" in (await stage.happen(late))[0].words


async def test_missed_days_are_made_up_for_with_cards_that_cost(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + campaign("points = 5\nstreak = { 3 = 20 }\ncards = 1\ncard_cost = 6\n" + ALL))
    await say(stage, "打卡 今天读了五页")
    await stage.forward(2 * DAY)
    assert await say(stage, "补打卡") == "补打卡一次要 6 积分，还差 1。"
    await say(stage, "打卡 今天读了五页")
    assert await say(stage, "补打卡 23号") == "11月23日 已经打过了，不用补。"
    made_up = "补好了 11月24日，用了 6 积分：「晨读」打卡 3 天，连续 3 天。连续打卡 3 天，再得 20！还能补 0 次。"
    assert await say(stage, "补打卡 昨天") == made_up + "还差 2 天完成。"
    await stage.forward(2 * DAY)
    assert await say(stage, "忘记打卡了") == "「晨读」的 1 次补打卡都用完了。"
    assert await given(stage) == [("打卡", 5), ("打卡", 5), ("补打卡", -6), ("连续打卡", 20)]


async def test_teams_are_named_or_chosen_once_and_count_together(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + campaign('teams = { "红队" = ["小林"], "蓝队" = [] }'))
    assert await say(stage, "加入蓝队") == "你已经在「红队」了，中途不换队。"
    assert await say(stage, "加入 蓝队", "man01") == "好，你在「蓝队」，一起加油！"
    await say(stage, "打卡 今天读了五页", "man01")
    assert "你在「蓝队」，第 1 名（蓝队 1 次、红队 0 次）。" in await say(stage, "打卡进度", "man01")
    assert "发「加入 蓝队」" in await say(stage, "我的打卡", "ning01")


async def test_nobody_joins_a_team_or_makes_up_around_the_rules_of_checking_in(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + campaign('groups = ["内测群"]\ncards = 2\nteams = { "红队" = [] }'))
    await stage.forward(DAY)
    for text in ("加入 红队", "补打卡"):
        assert "先在群里打一次卡" in await say(stage, text), text
    assert await say(stage, "加入 红队", "man01", GROUP) == "好，你在「红队」，一起加油！"
    await stage.database.write(partial(_bar, stage, "ning01"))
    assert "不能参加" in await say(stage, "加入 红队", "ning01", GROUP)
    await say(stage, "暂停活动", "admin01")
    assert "暂停中" in await say(stage, "加入 红队", where=GROUP)
    await say(stage, "继续活动", "admin01")
    await stage.forward(5 * DAY)
    assert "已经结束了" in await say(stage, "加入 红队", where=GROUP)


async def test_who_was_in_a_team_that_is_no_more_chooses_another(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + campaign('teams = { "红队" = [] }'))
    await say(stage, "加入 红队")
    stage.brain = (await make_stage(PLACE + campaign('teams = { "火队" = [] }'))).brain
    assert "发「加入 火队」" in await say(stage, "打卡进度")
    assert await say(stage, "加入 火队") == "好，你在「火队」，一起加油！"


async def test_nobody_is_absent_before_they_joined(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + campaign('teams = { "红队" = [] }'))
    await say(stage, "打卡 今天读了五页")
    await stage.forward(2 * DAY)
    await say(stage, "打卡 今天读了五页", "man01")
    assert "2 人里 1 人打了卡，缺 1 人：小林" in await say(stage, "打卡名单", "admin01")
    await stage.forward(DAY)
    told = [one.words for one in await tick(stage, "report") if one.member == "admin01"]
    assert told[-1].splitlines() == [
        "「晨读」11月23日（第 1 天）：1 人里 1 人打了卡，一个不缺。",
        "「晨读」11月24日（第 2 天）：1 人里 0 人打了卡，缺 1 人：小林",
        "「晨读」11月25日（第 3 天）：2 人里 1 人打了卡，缺 1 人：小林",
        "连着缺的：小林 2 天",
    ]
    await say(stage, "加入 红队", "ning01")
    await stage.forward(2 * DAY)
    told = [one.words for one in await tick(stage, "report") if one.member == "admin01"]
    assert told[0].splitlines()[-1] == "连着缺的：小林 4 天、小满 2 天、阿宁 2 天"


async def test_namesakes_are_two_and_who_has_no_name_is_not_called_by_a_key(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE.replace("per_week = 20", "per_week = 1") + campaign('remind = "20:00"'))
    for member in ("zhang1", "zhang2", "nameless9"):
        await say(stage, "打卡 今天读了五页", member)
    for member in ("zhang1", "zhang2"):
        await call(stage, member, "张伟")
    await stage.forward(DAY)
    reminded = {one.member: one.words for one in await tick(stage, "remind.2000") if one.member != "admin01"}
    assert reminded["zhang1"] == "张伟，今天的「晨读」还没打卡，别忘了哦～"
    assert reminded["nameless9"] == "今天的「晨读」还没打卡，别忘了哦～"
    await stage.forward(DAY)
    assert "· nameless9：" in (await tick(stage, "remind.2000"))[-1].words
    assert "张伟 2 天、张伟 2 天" in await say(stage, "打卡名单", "admin01")


async def test_who_finishes_has_the_reward_and_a_certificate_once(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + campaign("finish_days = 2\nfinish_points = 50\n" + ALL))
    await say(stage, "打卡 今天读了五页")
    assert await say(stage, "打卡证书") == "「晨读」还没完成：打卡 1 天，要 2 天。"
    await stage.forward(DAY)
    seen = await stage.say("lin01", "打卡 今天读了五页", GROUP)
    assert seen[0].words.endswith("完成「晨读」，再得 50！\n你完成了，一共打卡 2 天，真棒！证书这就发来。")
    assert [(one.where, type(one.content)) for one in seen[1:]] == [(app("lin01"), Image)]
    await stage.forward(DAY)
    assert "完成了" not in await say(stage, "打卡 今天读了五页")
    assert await given(stage) == [("打卡完成", 50)]


async def test_a_pause_takes_days_out_of_the_campaign_for_everybody(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + campaign('finish_points = 50\nremind = "20:00"\n' + ALL))
    assert await say(stage, "暂停活动") == "这个只有管理员能用。"
    await say(stage, "打卡 今天读了五页")
    await stage.forward(DAY)
    assert (await say(stage, "暂停活动", "admin01")).startswith("好的，「晨读」暂停了")
    assert await say(stage, "打卡 今天读了五页") == "「晨读」暂停中，这几天不算漏；恢复了再来。"
    assert await tick(stage, "remind.2000") == []
    for _ in range(3):
        await stage.forward(DAY)
        await tick(stage, "report")
    assert await say(stage, "继续 晨读", "admin01") == "「晨读」接着来，暂停过的日子不算漏。"
    await stage.forward(DAY)
    reported = [one.words for one in stage.seen if one.member == "admin01" and "人里" in one.words]
    assert reported == ["「晨读」11月23日（第 1 天）：3 人里 1 人打了卡，缺 2 人：小满、阿宁"]
    seen = await tick(stage, "report")
    assert "1 人完成（打卡满 1 天）。\n完成名单：小林 1" in seen[-1].words
    after = await stage.forward(timedelta(minutes=1))
    assert [type(one.content) for one in after] == [Image]
    assert await given(stage) == [("打卡完成", 50)]


async def test_managers_hear_of_every_day_once_and_the_group_who_has_finished(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + campaign('groups = ["内测群"]\nfinish_days = 2\ncertificate = false\n' + ALL))
    for _ in range(5):
        await say(stage, "打卡 今天读了五页", "man01", GROUP)
        await stage.forward(DAY)
        if stage.now.day != 26:
            await tick(stage, "report")
    await tick(stage, "report")
    told = [one.words for one in stage.seen if one.member == "admin01"]
    assert [text.count("人里") for text in told] == [1, 1, 2, 1, 0]
    assert "连着缺的：小林 5 天、阿宁 5 天" in told[-2]
    listed = [one for one in stage.seen if one.where == PUSHED]
    assert [one.words for one in listed] == ["「晨读」结束啦：3 人参加，1 人完成（打卡满 2 天）。\n完成名单：小满 5"]
    assert (await say(stage, "完成名单", "admin01")).endswith("完成名单：小满 5")
    assert await say(stage, "完成名单", "man01") == "这个只有管理员能用。"


async def test_it_takes_place_where_and_when_it_says_for_those_whom_it_names(make_stage: MakeStage) -> None:
    later = campaign('groups = ["内测群"]\nmembers = ["小林"]', "from = 2026-11-24\nuntil = 2026-11-25")
    stage = await make_stage(PLACE + later)
    assert await say(stage, "打卡") == "「晨读」11月24日开始，到时候见。"
    assert await say(stage, "打卡", "man01", GROUP) == "「晨读」这次只有报名的人参加，想来请找管理员。"
    await say(stage, "打卡", "man01")
    assert stage.last.handler == "fallback"
    await say(stage, "打卡", where=OTHER)
    assert stage.last.handler == "fallback"
    await stage.forward(3 * DAY)
    assert await say(stage, "打卡") == "「晨读」11月25日已经结束了，发「打卡进度」看看自己的。"


async def test_a_name_with_the_word_in_it_checks_in_as_well(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + campaign(name="晨读打卡", days="from = 2026-11-23\nuntil = 2026-11-24"))
    assert "至少 5 个字" in await say(stage, "晨读打卡")
    assert "「晨读打卡」第 1 天" in await say(stage, "晨读打卡 今天读了五页", "man01")
    assert "打卡 0 天" in await say(stage, "打卡进度", "ning01")
    await stage.forward(40 * DAY)
    await say(stage, "打卡")
    assert stage.last.handler == "fallback"
    assert "已经结束" in await say(stage, "打卡进度", "man01")


@pytest.mark.parametrize("proof", ["文字", "按钮"])
async def test_who_speaks_of_a_campaign_with_the_word_in_its_name_has_not_checked_in(
    make_stage: MakeStage, proof: str
) -> None:
    stage = await make_stage(PLACE + campaign(f'proof = "{proof}"', name="21天护肤打卡"))
    for text in (
        "我觉得21天护肤打卡挺好的", "21天护肤打卡的积分没到账", "麻烦取消我的21天护肤打卡报名",
        "21天护肤打卡怎么没有给我积分", "打卡 怎么没有给我积分", "「21天护肤打卡」的积分没到账",
        "【21天护肤打卡】挺好的吗",
    ):  # fmt: skip
        await say(stage, text)
        assert stage.last.handler != "checkin", text
    assert "第 1 天" in await say(stage, "21天护肤打卡今天敷了面膜")
    assert "第 1 天" in await say(stage, "今天敷了面膜 21天护肤打卡", "man01")
    assert "第 1 天" in await say(stage, "【21天护肤打卡】今天敷了面膜", "ning01")
    assert "第 1 天" in await say(stage, "「21天护肤打卡」：今天敷了面膜", "wu01")


async def test_who_joins_a_campaign_of_a_group_does_so_there(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + campaign('groups = ["内测群"]\nremind = "20:00"'))
    assert "先在群里打一次卡" in await say(stage, "打卡 今天读了五页")
    assert await tick(stage, "remind.2000") == []
    await say(stage, "打卡 今天读了五页", where=GROUP)
    await stage.forward(DAY)
    assert [one.where for one in await tick(stage, "remind.2000")] == [app("lin01")]
    assert "打卡成功" in await say(stage, "打卡 今天读了五页")


async def test_of_several_campaigns_one_is_named(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + campaign() + campaign('proof = "按钮"', name="早睡"))
    assert await say(stage, "打卡") == "打卡成功：「早睡」第 1 天，打卡 1 天，连续 1 天。还差 4 天完成。"
    assert await say(stage, "打卡进度") == "正在进行的有 「晨读」、「早睡」，请写上名字，比如「打卡进度 晨读」。"
    assert "「晨读」第 1 天" in await say(stage, f"打卡 {NAME} 今天读了五页书")
    assert "打卡 1 天" in await say(stage, "打卡进度 早睡")


async def test_one_person_s_message_reads_their_days_once_and_of_others_only_numbers(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + campaign('teams = { "红队" = ["小林"], "蓝队" = ["小满"] }\n' + ALL))
    await say(stage, "打卡 今天读了五页", "man01")
    asked: list[str] = []
    writer: Any = stage.database._side
    sa.event.listen(writer._writer, "before_cursor_execute", lambda *known: asked.append(" ".join(known[2].split())))
    assert "打卡成功" in await say(stage, "打卡 今天读了五页")
    mine = [one for one in asked if "FROM checkins" in one]
    assert len(mine) == 1
    assert "蓝队 1 次" in await say(stage, "打卡进度")
    assert ["count(" in one for one in asked if "FROM checkins" in one and one not in mine] == [True]
