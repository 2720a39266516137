"""Customers of 微信客服 and the people who serve them, through the whole bot."""

from datetime import timedelta
from pathlib import Path

import pytest

from handlers.desk.words import ASK_SCORE
from tests.kf.shop import Shop, shop
from tests.kf.test_pages import Time
from tests.waiting import until


async def take(place: Shop, member: str = "mei01") -> None:
    """A member of the staff takes the customer's ticket."""
    await place.told(member, 1)
    card = next(record for record in reversed(place.wecom.journal.seen(place.desk(member))) if record.card)
    await place.wecom.click(card, "take", member)
    await place.wecom.settle()


async def closed(place: Shop) -> bool:
    return (await place.events("turned"))[-1].reason.endswith("结束")


async def test_words_of_staff_are_relayed_and_the_sixth_is_held_until_the_customer_speaks(tmp_path: Path) -> None:
    async with shop(tmp_path) as place:
        await place.say("转人工")
        await place.sees(1)
        await take(place)
        for number in range(1, 7):
            await place.wecom.say(place.app, "mei01", f"第{number}句")
            await place.wecom.settle()
        assert await place.sees(5) == [
            *("已转给售后组（#1），5 分钟内会有人接。等的时候可以继续问我。", "客服小美为您服务。\n第1句"),
            *("客服小美：第2句", "客服小美：第3句", "客服小美：第4句"),
        ]
        told = await place.told("mei01", 4)
        assert "这是最后一条" in told[1] and "「客服小美：第5句」没有发出去" in told[2]
        assert "「客服小美：第6句」没有发出去" in told[3]
        held = await place.rows("held")
        assert len(held) == 2 and not await place.rows("dead")
        await place.say("好的")
        assert (await place.sees(6))[5] == "客服小美：第5句\n客服小美：第6句"
        await until(lambda: not_held(place))
        assert len(place.wecom.journal.calls("/cgi-bin/kf/send_msg")) == 7, "one try to find the session new, six sent"


async def not_held(place: Shop) -> bool:
    return not await place.rows("held")


async def test_a_person_answers_in_their_own_client_and_the_customer_comes_back_to_the_bot(tmp_path: Path) -> None:
    async with shop(tmp_path, handover="native") as place:
        await place.wecom.kf.receive(place.account, "ning01", receiving=False)
        await place.say("转人工")
        assert await place.sees(1) == ["已转人工（#1），接下来由客服回复您。"]
        assert place.seen()[0].via == "kf_event"
        await until(lambda: place.account.sessions["wmLin"].servicer == "mei01")
        await place.wecom.kf.answer(place.account, "wmLin", "您好，我是小美")
        await place.say("天王盖地虎")
        await until(lambda: len_of(place, "served", 1))
        await until(lambda: len_of(place, "message", 2))
        assert [row.reason for row in await place.events("message")][1] == "#1 小林 在微信客服里由人工接待"
        await place.wecom.kf.end(place.account, "wmLin")
        ended = "小美结束了这次人工服务，接下来由我继续。还需要人工就发「转人工」。"
        assert (await place.sees(3))[2] == f"{ended}\n{ASK_SCORE}"
        await place.say("天王盖地虎")
        assert (await place.sees(4))[3] == "宝塔镇河妖"
        assert not place.wecom.journal.texts(place.desk("mei01")), "nothing of it went through the desk"


async def len_of(place: Shop, topic: str, count: int) -> bool:
    return len(await place.events(topic)) >= count


async def test_a_customer_waits_in_the_pool_until_somebody_takes_them(tmp_path: Path) -> None:
    async with shop(tmp_path, handover="pool") as place:
        await place.say("转人工")
        assert "正在排队" in (await place.sees(1))[0]
        await place.wecom.kf.take(place.account, "wmLin", "ning01")
        assert (await place.sees(2))[1] == "客服阿宁为您服务。"
        await place.say("结束人工")
        assert (await place.sees(3))[2] == f"好的，人工服务已结束，接下来由我继续。\n{ASK_SCORE}"
        assert place.account.sessions["wmLin"].state == 4
        await place.say("天王盖地虎")
        assert (await place.sees(4))[3] == "宝塔镇河妖"


async def test_when_nobody_receives_the_team_is_called_to_the_desk(tmp_path: Path) -> None:
    async with shop(tmp_path, handover="native") as place:
        for userid in ("mei01", "ning01"):
            await place.wecom.kf.receive(place.account, userid, receiving=False)
        await place.say("转人工")
        assert "客服现在都不在线，已通知售后组" in (await place.sees(1))[0]
        await take(place)
        await place.wecom.say(place.app, "mei01", "我来了")
        assert (await place.sees(2))[1] == "客服小美为您服务。\n我来了"


async def test_who_leaves_a_customer_waiting_is_reminded_once_then_the_bot_answers_again(tmp_path: Path) -> None:
    clock = Time()
    async with shop(tmp_path, handover="native", wiring={"clock": clock}) as place:
        await place.say("转人工")
        await place.sees(1)
        await until(lambda: len_of(place, "turned", 1))
        owner = place.account.sessions["wmLin"].servicer
        clock.ahead = timedelta(minutes=11)
        (late,) = await place.told(owner, 1)
        assert late.startswith("#1 小林 在微信客服里等您回复 11 分钟") and "已经超时" in late
        clock.ahead = timedelta(hours=2, minutes=32)
        assert (await place.told(owner, 2))[1] == "#1 小林 等您太久，已交还机器人。"
        assert (await place.sees(2))[1] == "抱歉，客服一直没能回复，这次先结束了。您可以继续问我，或再发「转人工」。"
        assert place.account.sessions["wmLin"].state == 4


async def test_the_bot_keeps_quiet_where_a_person_serves_already(tmp_path: Path) -> None:
    async with shop(tmp_path) as place:
        await place.say("在吗")
        await place.sees(1)
        session = place.account.sessions["wmLin"]
        session.state, session.servicer = type(session.state)(3), "mei01"
        await place.say("天王盖地虎")
        await until(lambda: len_of(place, "turned", 1))
        await place.say("天王盖地虎")
        await until(lambda: len_of(place, "message", 3))
        assert [row.outcome for row in await place.events("message")] == ["answered", "answered", "silent"]
        assert len(place.texts()) == 1


async def test_what_did_not_arrive_is_told_to_the_staff(tmp_path: Path) -> None:
    async with shop(tmp_path) as place:
        await place.say("在吗")
        await place.sees(1)
        place.wecom.kf.fail_next(place.account, "wmLin", 10)
        await place.say("天王盖地虎")
        assert await place.told("mei01", 1) == ["小林：一条消息没有发出去。客户拒收"]
        (dead,) = await place.rows("dead")
        assert dead.error == "客户拒收"


async def test_what_could_not_arrive_goes_out_when_the_customer_speaks_again(tmp_path: Path) -> None:
    async with shop(tmp_path) as place:
        for arrived in range(2):
            place.wecom.kf.fail_next(place.account, "wmLin", 5)
            await place.say("天王盖地虎")
            await place.sees(arrived)
            await until(lambda: is_held(place))
        await place.say("天王盖地虎")
        assert await place.sees(3) == ["宝塔镇河妖"] * 3
        await until(lambda: not_held(place))
        assert not await place.rows("dead")


async def test_what_is_told_not_to_have_arrived_while_its_answer_hangs_goes_out_too(tmp_path: Path) -> None:
    async with shop(tmp_path) as place:
        await place.say("天王盖地虎")
        await place.sees(1)
        place.wecom.faults.half_answer("/cgi-bin/kf/send_msg", times=1, held=True)
        place.wecom.kf.fail_next(place.account, "wmLin", 5)
        await place.say("天王盖地虎")
        await until(lambda: len_of(place, "undelivered", 1))
        place.wecom.faults.clear()
        assert await place.sees(2) == ["宝塔镇河妖"] * 2
        await until(lambda: is_settled(place))
        assert not await place.rows("dead")


@pytest.mark.parametrize("trouble", ["late", "half"])
async def test_what_did_not_arrive_before_it_was_known_to_be_taken_goes_out_too(tmp_path: Path, trouble: str) -> None:
    async with shop(tmp_path) as place:
        await place.say("天王盖地虎")
        await place.sees(1)
        sending = "/cgi-bin/kf/send_msg"
        if trouble == "late":
            place.wecom.faults.late_answer(1.0, sending, times=1)
        else:
            place.wecom.faults.half_answer(sending, times=1)
        place.wecom.kf.fail_next(place.account, "wmLin", 5)
        await place.say("天王盖地虎")
        await until(lambda: len_of(place, "undelivered", 1))
        await until(lambda: is_settled(place))
        await place.say("天王盖地虎")
        assert await place.sees(3) == ["宝塔镇河妖"] * 3
        await until(lambda: not_held(place))
        assert not await place.rows("dead")


async def is_settled(place: Shop) -> bool:
    """Whether nothing is under way."""
    return not [row for state in ("ready", "waiting", "sending") for row in await place.rows(state)]


async def is_held(place: Shop) -> bool:
    return bool(await place.rows("held"))
