"""What finishing a campaign brings: the reward in full, and a certificate that reaches whoever finished."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.types.actions import Image, Notify
from bot.types.events import Conversation
from handlers.points.tables import entries
from tests.handlers.checkin.place import DOORS, GROUP, PLACE, app, campaign, say, tick
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import Stage

DAY = timedelta(days=1)
KF = """[[channels]]
kind = "kf"
name = "客服"
open_kfid = "wkAJ2GCAAAZSfhHCt7IFSvLKtMPxyAAA"
secret = "env:G"
token = "env:H"
aes_key = "env:I"
"""
CUSTOMER = Conversation("kf:客服", "direct", "wkAJ2GCAAAZSfhHCt7IFSvLKtMPxyAAA/wmKe")
pytestmark = pytest.mark.parametrize("pair", ["embedded"], indirect=True)


async def finish_by_a_pause(stage: Stage) -> None:
    """Everything but the first day falls out of the campaign, so that one day was enough; then it is over."""
    await stage.forward(DAY)
    await say(stage, "暂停活动", "admin01")
    await stage.forward(4 * DAY)
    await say(stage, "继续活动 晨读", "admin01")
    await tick(stage, "report")


async def test_who_cannot_be_told_unasked_asks_for_the_certificate_that_the_end_brought(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + KF + campaign("finish_points = 50"))
    assert "打卡成功" in await say(stage, "打卡 今天读了五页", "wmKe", CUSTOMER)
    assert "打卡成功" in await say(stage, "打卡 今天读了五页")
    await finish_by_a_pause(stage)
    after = await stage.forward(timedelta(minutes=1))
    assert [(one.where, type(one.content)) for one in after] == [(app("lin01"), Image)]
    seen = await stage.say("wmKe", "打卡证书", CUSTOMER)
    assert [(one.where, type(one.content)) for one in seen[1:]] == [(CUSTOMER, Image)]


async def test_a_certificate_waits_for_a_week_and_is_said_where_no_pictures_are_shown(make_stage: MakeStage) -> None:
    robot = DOORS[DOORS.rindex("[[channels]]") :]
    silent = PLACE.replace(DOORS, DOORS[: DOORS.index("[[channels]]")] + robot).replace(', "webhook:推送"', "")
    stage = await make_stage(silent + campaign('finish_days = 1\ncommunity = "读书会"'))
    seen = await stage.say("lin01", "打卡 今天读了五页", GROUP)
    assert "证书这就发来" in seen[0].words
    (told,) = seen[1:]
    who = "完成证书\n小林\n坚持下来，完成了「晨读」"
    what = "2026年11月23日到2026年11月27日，打卡 1 / 5 天\n读书会 2026年11月23日"
    assert (told.where, told.words) == (GROUP, f"{who}\n{what}")
    (sent,) = stage.last.outcome.actions
    assert isinstance(sent, Notify)
    assert (stage.last.handler, sent.expires_at) == ("pictures", stage.now + 7 * DAY)


async def test_the_reward_for_finishing_is_given_in_full_whatever_a_day_may_bring(make_stage: MakeStage) -> None:
    place = PLACE.replace("[points]\n", "[points]\ndaily = 100\n")
    stage = await make_stage(place + campaign("points = 5\nfinish_days = 1\nfinish_points = 100"))
    assert "完成「晨读」，再得 100！" in await say(stage, "打卡 今天读了五页")
    rows = await stage.database.read(sa.select(entries.c.source, entries.c.amount).order_by(entries.c.id))
    assert [(row.source, row.amount) for row in rows] == [("打卡", 5), ("打卡完成", 100)]
