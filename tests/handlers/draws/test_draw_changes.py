"""What managers change or take out while people are in a draw: nothing paid is forgotten."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.app import jobs_of
from handlers.draws.tables import entries, rounds
from handlers.shop.tables import redemptions
from tests.handlers.conftest import MakeStage
from tests.handlers.draws.test_draw_commands import run
from tests.handlers.draws.test_draws import PARTY, PLACE, WHEEL, give, judged, say
from tests.handlers.stage import Seen, Stage, read

pytestmark = pytest.mark.parametrize("pair", ["embedded"], indirect=True)
PAID = PARTY + "cost = 10\n"
GONE = "draws.gone"


async def entered(make_stage: MakeStage, text: str, *members: str) -> Stage:
    """A stage where somebody has asked for the party, and these are in."""
    stage = await make_stage(PLACE + text)
    await say(stage, "抽奖")
    for member in members:
        assert "报上了" in await say(stage, "抽奖", member)
    return stage


async def is_drawn(stage: Stage) -> bool:
    return (await stage.database.read(sa.select(rounds)))[-1].closed_at is not None


async def edit(stage: Stage, make_stage: MakeStage, text: str) -> None:
    """The configuration is another from now on."""
    stage.brain = (await make_stage(PLACE + text)).brain


async def strike(stage: Stage, folder: Path, name: str = "draws.turn") -> Sequence[Seen]:
    """The clock comes to when the draw of the configuration is due; what people see because of it."""
    (job,) = (job for job in jobs_of(read(folder / "config.toml")) if job.name.startswith(name))
    at = job.trigger.get_next_fire_time(None, stage.now + timedelta(seconds=1))
    assert at is not None
    await stage.until(at)
    return await stage.happen(job.tick(at, at))


@pytest.mark.parametrize("at", ["2026-11-25 21:00", "手动"])
async def test_a_draw_that_is_put_off_is_not_drawn_before(make_stage: MakeStage, at: str) -> None:
    stage = await entered(make_stage, PARTY, "lin")
    await edit(stage, make_stage, PARTY.replace("2026-11-25 20:00", at))
    await stage.until(datetime(2026, 11, 25, 12, 30, tzinfo=UTC))
    assert not await is_drawn(stage)
    await stage.until(datetime(2026, 11, 25, 13, 0, tzinfo=UTC))
    assert await is_drawn(stage) == (at != "手动")


async def test_a_draw_that_goes_on_is_drawn_when_the_configuration_says(make_stage: MakeStage) -> None:
    stage = await entered(make_stage, PARTY, "lin")
    await say(stage, "暂停活动 年终大奖", "boss")
    await stage.until(datetime(2026, 11, 25, 12, 30, tzinfo=UTC))
    await edit(stage, make_stage, PARTY.replace("20:00", "21:00"))
    await say(stage, "继续活动 年终大奖", "boss")
    await stage.forward(timedelta(seconds=2))
    assert not await is_drawn(stage)
    await stage.until(datetime(2026, 11, 25, 13, 0, tzinfo=UTC))
    assert await is_drawn(stage)


@pytest.mark.parametrize("before", ["手动", "2026-11-25 21:00"])
async def test_a_draw_that_gets_a_time_or_an_earlier_one_is_drawn_then(
    make_stage: MakeStage, tmp_path: Path, before: str
) -> None:
    stage = await entered(make_stage, PARTY.replace("2026-11-25 20:00", before), "lin")
    await edit(stage, make_stage, PARTY)
    await strike(stage, tmp_path)
    assert not await is_drawn(stage)
    await stage.until(datetime(2026, 11, 25, 11, 59, tzinfo=UTC))
    await strike(stage, tmp_path)
    assert await is_drawn(stage)


async def test_what_is_owed_does_not_depend_on_the_configuration_of_the_day(make_stage: MakeStage) -> None:
    many = PARTY.replace("stock = 1 }", "stock = 45 }")
    stage = await entered(make_stage, many, *(f"m{number}" for number in range(45)))
    await stage.until(datetime(2026, 11, 25, 12, 0, tzinfo=UTC))
    handed = sa.select(sa.func.count().label("many")).select_from(entries).where(entries.c.handed.is_(False))
    assert (await stage.database.read(handed))[0].many == 5
    await edit(stage, make_stage, "")
    await stage.forward(timedelta(seconds=1))
    assert (await stage.database.read(handed))[0].many == 0
    told = {seen.member for seen in stage.seen if seen.words.startswith("恭喜，「年终大奖」开奖")}
    assert told == {f"m{number}" for number in range(45)}
    assert len(await stage.database.read(sa.select(redemptions))) == 45


async def test_a_thing_shows_what_was_paid_for_it_then(make_stage: MakeStage) -> None:
    paid = PARTY + "cost = 10\n"
    stage = await make_stage(PLACE + paid)
    await give(stage, "小林", 45)
    for _ in range(2):
        await say(stage, "抽奖")
    await edit(stage, make_stage, paid.replace("10", "30"))
    await stage.until(datetime(2026, 11, 25, 12, 0, tzinfo=UTC))
    assert [row.cost for row in await stage.database.read(sa.select(redemptions))] == [10]


async def test_an_instant_draw_that_gets_a_day_says_its_new_commitment_first(
    make_stage: MakeStage, tmp_path: Path
) -> None:
    stage = await make_stage(PLACE + WHEEL.replace("cost = 10\n", "") + PARTY)
    for _ in range(2):
        await say(stage, "抽奖 转盘")
    await edit(stage, make_stage, PARTY.replace("年终大奖", "转盘"))
    await strike(stage, tmp_path)
    assert await is_drawn(stage)
    assert (await say(stage, "抽奖")).startswith("「转盘」第 2 轮开始了，先公布承诺：\n")
    assert "报上了，你是 1 号" in await say(stage, "抽奖")


# Nobody is in yet


async def test_what_nobody_entered_follows_the_prizes(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + PARTY)
    assert "· 香水：还有 1 份" in await say(stage, "抽奖规则")
    await edit(stage, make_stage, PARTY.replace("stock = 1 }", "stock = 5 }"))
    assert "· 香水：还有 5 份" in await say(stage, "抽奖规则")
    for member in ("lin", "wang", "zhao", "qian", "sun", "li", "wu"):
        assert "报上了" in await say(stage, "抽奖", member)
    await stage.until(datetime(2026, 11, 25, 12, 0, tzinfo=UTC))
    won = [row.prize for row in await stage.database.read(sa.select(entries)) if row.prize]
    assert (won.count("香水"), won.count("20 积分")) == (5, 2)
    assert (await judged(stage, "年终大奖")).holds


async def test_what_nobody_entered_may_become_an_instant_draw(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + WHEEL.replace("cost = 10", 'at = "手动"').replace(
        '{ name = "5 积分", points = 5, weight = 3, stock = "不限" },', ""
    ).replace("weight = 1, ", "").replace('{ name = "谢谢参与", weight = 6, nothing = true },', ""))  # fmt: skip
    await say(stage, "抽奖规则")
    await edit(stage, make_stage, WHEEL.replace("cost = 10\n", ""))
    assert "第 2 轮开始了" in await say(stage, "抽奖")
    assert "第 2 轮 1 号" in await say(stage, "抽奖")
    assert (await judged(stage, "转盘")).holds


async def test_who_is_in_keeps_the_prizes_that_they_entered_for(make_stage: MakeStage) -> None:
    stage = await entered(make_stage, PARTY, "lin")
    await edit(stage, make_stage, PARTY.replace("stock = 1 }", "stock = 5 }"))
    assert "· 香水：还有 1 份" in await say(stage, "抽奖规则")
    assert len(await stage.database.read(sa.select(rounds))) == 1


@pytest.mark.parametrize(("at", "drawn"), [("2026-11-25 20:00", "11月25日（周三）20:00开奖"), ("手动", "等管理员开奖")])
async def test_a_round_that_people_are_in_goes_on_as_it_was_when_the_draw_becomes_an_instant_one(
    make_stage: MakeStage, at: str, drawn: str
) -> None:
    stage = await entered(make_stage, PARTY.replace("2026-11-25 20:00", at), "lin")
    await edit(stage, make_stage, WHEEL.replace("转盘", "年终大奖").replace("cost = 10\n", ""))
    told = (await say(stage, "抽奖规则")).splitlines()
    assert "每人 1 次" in told[0]
    assert told[-2] == drawn
    assert await say(stage, "抽奖") == "「年终大奖」每人 1 次，你已经用完了。"
    assert "报上了，你是 2 号" in await say(stage, "抽奖", "wang")


# Taken out


async def paid(make_stage: MakeStage, text: str = PAID, times: int = 2) -> Stage:
    """A stage where 小林 paid for the party so many times."""
    stage = await make_stage(PLACE + text)
    await give(stage, "小林", 10 * times + 25)
    for _ in range(times + 1):
        await say(stage, "抽奖")
    return stage


async def test_administrators_hear_once_of_a_draw_that_people_are_in_and_that_is_gone(
    make_stage: MakeStage, tmp_path: Path
) -> None:
    stage = await paid(make_stage)
    await edit(stage, make_stage, "")
    assert [(one.member, one.words) for one in await strike(stage, tmp_path, GONE)] == [
        (
            "boss",
            "「年终大奖」不在配置里了，不会开奖：2 人次报了名，2 次花的积分还没退（编号 2、3）。"
            "还要开，请把它写回配置，at 写还没到的时间；不办了，请一笔一笔退给大家，如「撤销积分 2」。",
        )
    ]
    assert await strike(stage, tmp_path, GONE) == []
    await say(stage, "撤销积分 2", "boss")
    assert "你有 35 积分" in await say(stage, "我的积分")
    assert await stage.until(datetime(2026, 11, 25, 12, 0, tzinfo=UTC)) == []
    # Written back with another time, it goes on; taken out again, it is told again, without what was given back.
    await edit(stage, make_stage, PAID.replace("11-25", "11-27"))
    assert await strike(stage, tmp_path, GONE) == []
    await edit(stage, make_stage, "")
    assert "1 次花的积分还没退（编号 3）" in (await strike(stage, tmp_path, GONE))[0].words
    await edit(stage, make_stage, PAID.replace("11-25", "11-27"))
    await say(stage, "抽奖规则")
    await stage.until(datetime(2026, 11, 27, 12, 0, tzinfo=UTC))
    assert await is_drawn(stage)
    assert (await judged(stage, "年终大奖")).holds


async def test_a_draw_by_hand_that_is_gone_is_told(make_stage: MakeStage, tmp_path: Path) -> None:
    stage = await paid(make_stage, PAID.replace("2026-11-25 20:00", "手动"))
    await edit(stage, make_stage, "")
    told = (await strike(stage, tmp_path, GONE))[0].words
    assert "编号 2、3" in told
    assert '还要开，请把它写回配置，at = "手动"；' in told


async def test_a_draw_that_is_gone_is_told_once_there_is_somebody_to_tell(
    make_stage: MakeStage, tmp_path: Path
) -> None:
    stage = await paid(make_stage)
    await edit(stage, make_stage, "")
    stage.brain = (await make_stage(PLACE.replace('roles = ["管理员"]', ""))).brain
    assert await strike(stage, tmp_path, GONE) == []
    await edit(stage, make_stage, "")
    assert "编号 2、3" in (await strike(stage, tmp_path, GONE))[0].words


async def test_a_draw_that_was_paused_over_its_time_and_is_gone_is_told(make_stage: MakeStage, tmp_path: Path) -> None:
    stage = await paid(make_stage)
    await say(stage, "暂停活动 年终大奖", "boss")
    await stage.until(datetime(2026, 11, 25, 12, 30, tzinfo=UTC))
    await edit(stage, make_stage, "")
    assert "编号 2、3" in (await strike(stage, tmp_path, GONE))[0].words


async def test_all_that_is_owed_is_listed_for_operators(
    make_stage: MakeStage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stage = await paid(make_stage, times=32)
    await edit(stage, make_stage, "")
    told = (await strike(stage, tmp_path, GONE))[0].words
    assert "32 次花的积分还没退（编号 2、3、" in told
    assert "31……全部看 qunban draw owed 年终大奖）" in told
    await say(stage, "撤销积分 2", "boss")
    assert await run(stage, "draw owed 年终大奖") == 0
    listed = capsys.readouterr().out.splitlines()
    assert listed == [*(f"{id}  10  小林 lin" for id in range(3, 34)), "「年终大奖」31 笔没退"]
    assert await run(stage, "draw owed 没有") == 0
    assert capsys.readouterr().out == "「没有」没有要退的\n"
