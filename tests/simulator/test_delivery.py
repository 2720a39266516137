"""How callbacks reach the bot, and what becomes of its answers (doc/90238)."""

from dataclasses import replace

import pytest

from bot.simulator import Disorder, SimulatorError
from bot.simulator.journal import Journal

from .conftest import FAST, Company
from .listener import in_turn, silent, slowly, status, text_reply


def outcomes(journal: Journal, msgid: str) -> list[str]:
    return [attempt.outcome for attempt in journal.attempts(msgid)]


async def test_a_callback_is_heard_decrypted_and_answered(company: Company) -> None:
    listener = await company.listen(company.app, in_turn(lambda said: text_reply(said, f"收到：{said['Content']}")))
    asked = await company.wecom.say(company.app, "li.na", "签到 ]]> <b>")
    await asked.delivered()
    assert listener.heard[0]["FromUserName"] == "li.na"
    assert listener.heard[0]["MsgId"] == asked.msgid
    assert [(record.text, record.via) for record in company.wecom.journal.answers_to(asked.msgid)] == [
        ("收到：签到 ]]> <b>", "passive")
    ]


async def test_an_error_status_brings_the_same_message_three_times(company: Company) -> None:
    listener = await company.listen(company.app, in_turn(status(500)))
    asked = await company.wecom.say(company.app, "li.na", "在吗")
    assert [attempt.status for attempt in await asked.delivered()] == [500, 500, 500]
    assert {said["MsgId"] for said in listener.heard} == {asked.msgid}
    assert len({request["nonce"] for request in listener.requests}) == 3
    assert company.wecom.journal.texts(asked.conversation) == []


async def test_identical_retries_repeat_the_bytes(company: Company) -> None:
    company.wecom.disorder = Disorder(identical_retries=True)
    listener = await company.listen(company.app, in_turn(status(503)))
    await (await company.wecom.say(company.app, "li.na", "在吗")).delivered()
    assert len(listener.requests) == 3
    assert len({request["msg_signature"] for request in listener.requests}) == 1


@pytest.mark.parametrize("timing", [replace(FAST, answer_within=0.25)])
async def test_a_slow_answer_is_cut_and_never_seen(company: Company) -> None:
    await company.listen(company.app, slowly(0.4, lambda said: text_reply(said, "太迟")))
    asked = await company.wecom.say(company.app, "li.na", "在吗")
    await asked.delivered()
    assert outcomes(company.wecom.journal, asked.msgid) == ["cut", "cut", "cut"]
    assert company.wecom.journal.answers_to(asked.msgid) == []


async def test_the_second_delivery_can_succeed(company: Company) -> None:
    await company.listen(company.app, in_turn(status(502), lambda said: text_reply(said, "来了")))
    asked = await company.wecom.say(company.app, "li.na", "在吗")
    await asked.delivered()
    assert outcomes(company.wecom.journal, asked.msgid) == ["status", "ok"]
    assert company.wecom.journal.texts(asked.conversation) == ["来了"]


async def test_nobody_listening_is_unreachable(company: Company) -> None:
    asked = await company.wecom.say(company.app, "li.na", "在吗")
    await asked.delivered()
    assert outcomes(company.wecom.journal, asked.msgid) == ["unreachable"] * 3


async def test_a_lost_answer_is_asked_for_again(company: Company) -> None:
    company.wecom.disorder = Disorder(lost_answers=1.0)
    listener = await company.listen(company.app, in_turn(lambda said: text_reply(said, "好")))
    asked = await company.wecom.say(company.app, "li.na", "在吗")
    await asked.delivered()
    assert len(listener.heard) == 3
    assert company.wecom.journal.answers_to(asked.msgid) == []


async def test_the_same_answer_to_a_duplicate_is_a_repeat(company: Company) -> None:
    await company.listen(company.app, slowly(0.05, lambda said: text_reply(said, "一次")))
    asked = await company.wecom.say(company.app, "li.na", "在吗", copies=2)
    await company.wecom.settle()
    kinds = sorted(record.kind for record in company.wecom.journal.answers_to(asked.msgid))
    assert kinds == ["repeat", "repeat", "seen"]
    assert company.wecom.journal.texts(asked.conversation) == ["一次"]


async def test_another_answer_to_a_duplicate_is_a_conflict(company: Company) -> None:
    await company.listen(company.app, in_turn(lambda said: text_reply(said, "甲"), lambda said: text_reply(said, "乙")))
    asked = await company.wecom.say(company.app, "li.na", "在吗", copies=1)
    await company.wecom.settle()
    assert [record.kind for record in company.wecom.journal.answers_to(asked.msgid)] == ["seen", "conflict"]


async def test_random_duplicates_come_by_seed(company: Company) -> None:
    company.wecom.disorder = Disorder(duplicate_rate=0.5, duplicate_copies=1, duplicate_within=0.01)
    listener = await company.listen(company.app, silent)
    for number in range(20):
        await company.wecom.say(company.app, "li.na", str(number))
    await company.wecom.settle()
    assert 20 < len(listener.heard) < 40


async def test_first_deliveries_of_one_conversation_keep_their_order(company: Company) -> None:
    listener = await company.listen(company.app, silent)
    for number in range(50):
        await company.wecom.say(company.app, "li.na", str(number))
    await company.wecom.settle()
    assert [said["Content"] for said in listener.heard] == [str(number) for number in range(50)]


async def test_slow_answers_do_not_hold_up_the_next_message(company: Company) -> None:
    listener = await company.listen(company.app, slowly(1.0, lambda said: None))
    for number in range(5):
        await company.wecom.say(company.app, "li.na", str(number))
    await company.wecom.journal.wait_for(lambda journal: len(journal.attempts()) == 5, 3.0)
    await company.wecom.settle()
    assert len(listener.heard) == 5


@pytest.mark.parametrize("timing", [replace(FAST, retry_after=0.5)])
async def test_a_retry_may_come_after_a_later_message(company: Company) -> None:
    company.wecom.disorder = Disorder(shuffle=0.05)
    listener = await company.listen(company.app, in_turn(status(500), None))
    first = await company.wecom.say(company.app, "li.na", "一")
    await company.wecom.say(company.app, "li.na", "二")
    await first.delivered()
    await company.wecom.settle()
    assert [said["Content"] for said in listener.heard] == ["一", "二", "一"]


async def test_deliveries_in_flight_are_known(company: Company) -> None:
    await company.listen(company.app, slowly(0.5, lambda said: None))
    asked = await company.wecom.say(company.app, "li.na", "在吗")
    await company.wecom.journal.wait_for(lambda journal: journal.attempts(asked.msgid))
    now = company.wecom.clock.now()
    await company.wecom.settle()
    assert [entry.msgid for entry in company.wecom.journal.inflight_at(now)] == [asked.msgid]  # type: ignore[union-attr]
    assert company.wecom.journal.inflight_at(now + 1) == []


async def test_the_callback_url_can_be_verified(company: Company) -> None:
    await company.listen(company.app, silent)
    assert await company.wecom.verify(company.app)
    company.wecom.connect(company.app, "http://127.0.0.1:9/")
    assert not await company.wecom.verify(company.app)


async def test_unknown_people_cannot_act(company: Company) -> None:
    with pytest.raises(SimulatorError, match="no member"):
        await company.wecom.say(company.app, "nobody", "在吗")


async def test_an_app_without_a_url_hears_nothing(company: Company) -> None:
    company.wecom.connect(company.app, None)
    asked = await company.wecom.say(company.app, "li.na", "在吗")
    assert [attempt.outcome for attempt in await asked.delivered()] == ["unreachable"] * 3


async def test_people_out_of_sight_cannot_type(company: Company) -> None:
    with pytest.raises(SimulatorError, match="visible range"):
        await company.wecom.say(company.app, "hidden", "在吗")


async def test_copies_do_not_overtake_earlier_messages(company: Company) -> None:
    listener = await company.listen(company.app, silent)
    for number in range(9):
        await company.wecom.say(company.app, "li.na", str(number), copies=2)
    await company.wecom.settle()
    first_heard = list(dict.fromkeys(said["Content"] for said in listener.heard))
    assert first_heard == [str(number) for number in range(9)]


async def test_a_customer_cannot_be_in_a_group_with_a_bot(company: Company) -> None:
    company.wecom.add_customer("wmA1", "顾客")
    with pytest.raises(SimulatorError, match="customers"):
        company.wecom.add_group("wrG2", bots=[company.bot], customers=["wmA1"])
    assert company.wecom.add_group("wrG3", members=["li.na"], customers=["wmA1"])
