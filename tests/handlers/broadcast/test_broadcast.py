"""What goes out by the clock, what is held back, and who hears of that."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.types.events import Conversation, Tick
from handlers.broadcast.tables import broadcasts, pauses
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import START, Seen, Stage

SHANGHAI = ZoneInfo("Asia/Shanghai")
PLACE = """[wecom]
corp_id = "ww6d75797500000001"
[[channels]]
kind = "app"
name = "助手"
agent_id = 1
secret = "env:A"
token = "env:B"
aes_key = "env:C"
[[channels]]
kind = "webhook"
name = "推送"
key = "env:D"
[[channels]]
kind = "aibot"
name = "小助手"
mode = "url"
token = "env:E"
aes_key = "env:F"
[[groups]]
name = "内测群"
id = "wr1"
doors = ["aibot:小助手", "webhook:推送"]
[[people]]
name = "群管"
userid = "admin01"
roles = ["管理员"]
[[people]]
name = "小美"
userid = "mei01"
roles = ["店员"]
[[people]]
name = "阿宁"
userid = "ning01"
roles = ["店员"]
"""
GROUP = Conversation("webhook:推送", "group", "wr1")
HEARD = Conversation("aibot:小助手", "group", "wr1")
BOSS = Conversation("app:助手", "direct", "admin01")
MEI = Conversation("app:助手", "direct", "mei01")


def entry(name: str = "早安", to: str = 'groups = ["内测群"]', send: str = '"早上好"', more: str = "") -> str:
    return f'[[schedule]]\nname = "{name}"\nat = "每天 10:00"\n{to}\nsend = {send}\n{more}\n'


async def due(stage: Stage, name: str = "早安", late: timedelta = timedelta(0), missed: bool = False) -> Sequence[Seen]:
    """The Tick of an entry comes, whether its time was just now or a while ago."""
    stage.now += timedelta(seconds=1)
    moment = stage.now - late
    tick = Tick(
        id=f"tick:schedule.{name}:{moment.isoformat()}",
        conversation=Conversation("scheduler", "direct", f"schedule.{name}"),
        at=moment,
        received_at=stage.now,
        name=f"schedule.{name}",
        due=moment,
        data={"missed": "1"} if missed else {},
    )
    return await stage.happen(tick)


def told(seen: Sequence[Seen]) -> list[tuple[str, str]]:
    return [(one.where.native, one.words) for one in seen]


async def states(stage: Stage) -> list[tuple[str, str]]:
    rows = await stage.database.read(sa.select(broadcasts).order_by(broadcasts.c.id))
    return [(row.state, row.kind) for row in rows]


async def test_a_group_is_told_through_the_door_that_may_speak_unasked(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + entry(send='"早上好，{group}，今天{weekday}"'))
    (seen,) = await due(stage)
    assert (seen.where, seen.words) == (GROUP, "早上好，内测群，今天星期一")
    assert await states(stage) == [("sent", "")]


async def test_people_are_told_one_by_one_by_their_role_and_each_only_once(make_stage: MakeStage) -> None:
    both = 'roles = ["店员"]\nmembers = ["小美"]'
    stage = await make_stage(PLACE + entry(to=both, send='"{nickname}，开店啦"'))
    assert told(await due(stage)) == [("mei01", "小美，开店啦"), ("ning01", "阿宁，开店啦")]


async def test_one_of_several_texts_is_said_and_the_same_to_everybody(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + entry(to='roles = ["店员"]', send='["甲", "乙", "丙"]', more="any_hour = true"))
    said = set()
    for _ in range(30):
        await _forget(stage)
        first, second = told(await due(stage))
        assert first[1] == second[1]
        said.add(first[1])
        stage.now += timedelta(minutes=1)
    assert said == {"甲", "乙", "丙"}


async def _forget(stage: Stage) -> None:
    await stage.database.write(lambda connection: connection.execute(sa.delete(broadcasts)))


async def test_two_a_day_and_five_a_week_and_administrators_hear_once_a_day_of_the_rest(
    make_stage: MakeStage,
) -> None:
    stage = await make_stage(PLACE + entry())
    sent = []
    for _ in range(4):
        sent.append([where for where, _ in told(await due(stage))])
        stage.now += timedelta(hours=1)
    assert sent == [["wr1"], ["wr1"], ["admin01"], []]
    (note,) = [one.words for one in stage.seen if one.where == BOSS]
    assert "今天 12:00那次没有发给" in note and "内测群：今天已经发了 2 条，最多 2 条" in note
    assert any("最多 2 条" in tried.note for tried in stage.traces[2].tried)
    for day in (1, 2, 3):
        stage.now = START + timedelta(days=day)
        await due(stage)
        await due(stage)
    assert (await states(stage)).count(("sent", "")) == 5
    assert ("held", "week") in await states(stage)
    # A week later the first of them no longer count.
    stage.now = START + timedelta(days=7)
    assert told(await due(stage)) == [("wr1", "早上好")]


async def test_nobody_is_disturbed_at_night_unless_that_is_wanted(make_stage: MakeStage) -> None:
    loud = entry("元旦", more="any_hour = true")
    stage = await make_stage(PLACE + entry() + loud)
    stage.now = datetime(2026, 11, 23, 23, 0, tzinfo=SHANGHAI)
    assert [where for where, _ in told(await due(stage))] == ["admin01"]
    assert await states(stage) == [("held", "quiet")]
    assert told(await due(stage, "元旦")) == [("wr1", "早上好")]


async def test_quiet_hours_go_by_the_clocks_of_those_who_are_told(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + entry(more='timezone = "America/New_York"'))
    # 10:00 in Shanghai is 21:00 in New York, 12:00 is 23:00.
    assert told(await due(stage)) == [("wr1", "早上好")]
    stage.now += timedelta(hours=2)
    await due(stage)
    assert await states(stage) == [("sent", ""), ("held", "quiet")]


async def test_marketing_is_at_most_two_in_five(make_stage: MakeStage) -> None:
    caps = "[broadcast]\nper_day = 9\nper_week = 20\n"
    stage = await make_stage(PLACE + caps + entry() + entry("上新", more="marketing = true"))
    became = []
    for name in ("上新", "早安", "上新", "早安", "上新", "上新", "早安", "上新", "早安", "上新"):
        await due(stage, name)
        stage.now += timedelta(minutes=5)
        became.append((name, (await states(stage))[-1][0]))
    shares = [
        sum(name == "上新" for name, state in became[: at + 1] if state == "sent")
        / max(1, sum(state == "sent" for _, state in became[: at + 1]))
        for at in range(len(became))
        if became[at] == ("上新", "sent")
    ]
    assert shares and max(shares) <= 0.4
    assert became[0] == ("上新", "held") and became.count(("上新", "sent")) == 2


async def test_what_one_entry_said_counts_for_the_other(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + entry() + entry("晚安"))
    for name in ("早安", "晚安", "早安"):
        await due(stage, name)
    assert await states(stage) == [("sent", ""), ("sent", ""), ("held", "day")]


async def test_a_time_that_was_missed_is_not_made_up_and_administrators_hear(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + entry())
    (seen,) = await due(stage, late=timedelta(hours=2), missed=True)
    assert seen.where == BOSS and "今天 08:00那次没有发" in seen.words
    assert await states(stage) == [("missed", "missed")]


async def test_a_tick_that_waited_long_is_missed_or_made_up_as_its_entry_says(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + entry() + entry("补的", more='misfire = "补发"'))
    await due(stage, late=timedelta(hours=2))
    assert told(await due(stage, "补的", late=timedelta(hours=2))) == [("wr1", "早上好")]
    assert await states(stage) == [("missed", "missed"), ("sent", "")]


async def test_many_people_are_told_a_few_at_a_time(make_stage: MakeStage) -> None:
    crowd = "".join(f'[[people]]\nname = "店员{n}"\nuserid = "clerk{n}"\nroles = ["店员"]\n' for n in range(118))
    stage = await make_stage(PLACE + crowd + entry(to='roles = ["店员"]', send='["甲", "乙"]'))
    first = await due(stage)
    assert len(first) == 50
    later = await stage.forward(timedelta(minutes=1))
    assert len(later) == 70
    assert len({one.member for one in (*first, *later)}) == 120
    assert len({one.words for one in (*first, *later)}) == 1


async def test_nothing_is_said_where_the_bot_was_halted(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + entry())
    await stage.say("admin01", "停机", HEARD)
    await due(stage)
    assert await states(stage) == [("held", "halted")]
    await stage.say("admin01", "恢复", HEARD)
    assert told(await due(stage)) == [("wr1", "早上好")]


async def test_an_administrator_pauses_an_entry_and_lets_it_go_on(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + entry("早安打卡提醒"))
    assert "先不发了" in (await stage.say("admin01", "暂停 早安打卡提醒", BOSS))[0].words
    assert await due(stage, "早安打卡提醒") == []
    assert "已经暂停了（今天 10:00，群管）" in (await stage.say("admin01", "暂停早安打卡提醒", BOSS))[0].words
    assert "暂停中（今天 10:00，群管）" in (await stage.say("admin01", "定时", BOSS))[0].words
    assert "接着发，下次明天 10:00" in (await stage.say("admin01", "继续 早安打卡提醒", BOSS))[0].words
    assert told(await due(stage, "早安打卡提醒")) == [("wr1", "早上好")]
    (row,) = await stage.database.read(sa.select(pauses))
    assert (row.paused_by, row.resumed_by) == ("admin01", "admin01")
    assert (await stage.say("admin01", "定时", BOSS))[0].words == (
        "定时消息：\n· 早安打卡提醒：下次明天 10:00，发给内测群"
    )


async def test_a_name_that_is_only_alike_is_asked_about(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + entry("早安打卡提醒"))
    assert "是「暂停 早安打卡提醒」吗" in (await stage.say("admin01", "暂停 早安打卡", BOSS))[0].words
    assert len(await due(stage, "早安打卡提醒")) == 1


async def test_others_pause_nothing_and_their_words_are_their_own(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + entry("早安"))
    assert (await stage.say("mei01", "暂停 早安", MEI))[0].words == "「暂停」只有管理员能用。"
    await stage.say("mei01", "定时", MEI)
    assert stage.last.handler != "schedule"
    for said in ("继续", "暂停活动", "继续说", "暂停一下吧"):
        await stage.say("admin01", said, BOSS)
        assert stage.last.handler != "schedule", said
    assert await stage.database.read(sa.select(pauses)) == []


async def test_an_entry_that_is_gone_says_nothing(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + entry())
    assert await due(stage, "以前的") == []
    assert "没有" in stage.last.outcome.reason
