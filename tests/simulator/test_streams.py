"""What an AI bot in URL mode may answer, and how its streams grow (doc/101031, doc/100719)."""

import base64
import hashlib
from dataclasses import replace
from typing import Any

import pytest

from bot.simulator import Limits, SimulatorError

from .conftest import FAST, Company
from .listener import Said, in_turn, silent, slowly, stream


def picture(raw: bytes) -> dict[str, str]:
    return {"base64": base64.b64encode(raw).decode(), "md5": hashlib.md5(raw).hexdigest()}


PNG = picture(b"\x89PNG\r\n\x1a\n")
NOTICE = {
    "card_type": "text_notice",
    "main_title": {"title": "投票已结束"},
    "card_action": {"type": 1, "url": "https://example.com"},
}


async def test_a_mention_is_heard_with_the_bots_name(company: Company) -> None:
    listener = await company.listen(company.bot, in_turn(stream("s-1", "48 小时内发出")))
    asked = await company.wecom.mention(company.bot, "wrG1", "li.na", "什么时候发货？", quote="公告")
    await asked.delivered()
    heard = listener.heard[0]
    assert heard["text"] == {"content": "@小助手 什么时候发货？"}
    assert (heard["chattype"], heard["chatid"], heard["from"]) == ("group", "wrG1", {"userid": "li.na"})
    assert heard["quote"] == {"msgtype": "text", "text": {"content": "公告"}}
    assert heard["response_url"].startswith(company.wecom.url)
    assert company.wecom.journal.texts(asked.conversation) == ["48 小时内发出"]


async def test_a_stream_is_polled_until_it_is_finished(company: Company) -> None:
    listener = await company.listen(
        company.bot, in_turn(stream("s-1", "正在", False), stream("s-1", "正在想", False), stream("s-1", "想好了"))
    )
    asked = await company.wecom.direct(company.bot, "li.na", "出题")
    await company.wecom.settle()
    assert [said["msgtype"] for said in listener.heard] == ["text", "stream", "stream"]
    assert len({said["msgid"] for said in listener.heard}) == 3
    (bubble,) = company.wecom.journal.answers_to(asked.msgid)
    assert (bubble.text, bubble.finished, bubble.via) == ("想好了", True, "stream")
    assert [version.text for version in bubble.history] == ["正在", "正在想", "想好了"]


@pytest.mark.parametrize("timing", [replace(FAST, stream_lives=0.6)])
async def test_polling_ends_when_the_streams_time_is_over(company: Company) -> None:
    await company.listen(company.bot, in_turn(stream("s-1", "还在想", False)))
    asked = await company.wecom.direct(company.bot, "li.na", "出题")
    await company.wecom.settle(2)
    (bubble,) = company.wecom.journal.answers_to(asked.msgid)
    assert (bubble.text, bubble.finished) == ("还在想", False)


async def test_polling_goes_on_after_a_failed_poll(company: Company) -> None:
    calls: list[int] = []

    async def brain(said: Said) -> Any:
        calls.append(1)
        return stream("s-1", str(len(calls)), len(calls) > 3) if len(calls) != 2 else 1 / 0

    await company.listen(company.bot, brain)
    asked = await company.wecom.direct(company.bot, "li.na", "出题")
    await company.wecom.settle()
    assert company.wecom.journal.texts(asked.conversation) == ["4"]


async def test_a_duplicate_of_a_streamed_message_shares_the_bubble(company: Company) -> None:
    await company.listen(
        company.bot, in_turn(stream("s-1", "一", False), stream("s-1", "一二", False), stream("s-1", "一二三"))
    )
    asked = await company.wecom.direct(company.bot, "li.na", "数数", copies=1)
    await company.wecom.settle()
    assert company.wecom.journal.texts(asked.conversation) == ["一二三"]
    assert [record.kind for record in company.wecom.journal.answers_to(asked.msgid)] == ["seen", "repeat"]


async def test_another_stream_for_a_duplicate_is_a_conflict(company: Company) -> None:
    await company.listen(company.bot, in_turn(stream("s-1", "一"), stream("s-2", "一")))
    asked = await company.wecom.direct(company.bot, "li.na", "数数", copies=1)
    await company.wecom.settle()
    assert [record.kind for record in company.wecom.journal.answers_to(asked.msgid)] == ["seen", "conflict"]


@pytest.mark.parametrize(("late", "kind"), [("", "repeat"), ("一", "conflict")])
async def test_a_finished_stream_that_is_opened_again_says_nothing_else(company: Company, late: str, kind: str) -> None:
    await company.listen(company.bot, in_turn(stream("s-1", "一二"), stream("s-1", late, False)))
    asked = await company.wecom.direct(company.bot, "li.na", "数数", copies=1)
    await company.wecom.settle()
    assert [record.kind for record in company.wecom.journal.answers_to(asked.msgid)] == ["seen", kind]


async def test_a_card_may_come_once_with_a_stream(company: Company) -> None:
    with_card = {**stream("s-1", "看卡片", False), "msgtype": "stream_with_template_card", "template_card": NOTICE}
    await company.listen(company.bot, in_turn(with_card, with_card, stream("s-1", "好了")))
    asked = await company.wecom.direct(company.bot, "li.na", "结果")
    await company.wecom.settle()
    kinds = [(record.kind, record.msgtype) for record in company.wecom.journal.answers_to(asked.msgid)]
    assert kinds == [("seen", "stream"), ("seen", "template_card"), ("refused", "")]
    assert company.wecom.journal.texts(asked.conversation) == ["好了", "投票已结束"]


ANSWERS: list[tuple[str, Any, str]] = [
    ("finished stream", stream("s-1", "好"), "seen"),
    ("20480 bytes", stream("s-1", "a" * 20480), "seen"),
    ("a picture at the end", stream("s-1", "图", msg_item=[{"msgtype": "image", "image": PNG}]), "seen"),
    ("feedback", stream("s-1", "好", feedback={"id": "fb-1"}), "seen"),
    ("card", {"msgtype": "template_card", "template_card": NOTICE}, "seen"),
    (
        "stream and card",
        {**stream("s-1", "好"), "msgtype": "stream_with_template_card", "template_card": NOTICE},
        "seen",
    ),
    ("text", {"msgtype": "text", "text": {"content": "好"}}, "refused"),
    ("markdown", {"msgtype": "markdown", "markdown": {"content": "好"}}, "refused"),
    ("no stream id", {"msgtype": "stream", "stream": {"finish": True, "content": "好"}}, "refused"),
    ("finish as a word", {"msgtype": "stream", "stream": {"id": "s", "finish": "true", "content": "好"}}, "refused"),
    ("20481 bytes", stream("s-1", "a" * 20481), "refused"),
    ("a picture too early", stream("s-1", "图", False, msg_item=[{"msgtype": "image", "image": PNG}]), "refused"),
    ("a wrong md5", stream("s", "图", msg_item=[{"msgtype": "image", "image": {**PNG, "md5": "0"}}]), "refused"),
    ("a GIF", stream("s", "图", msg_item=[{"msgtype": "image", "image": picture(b"GIF89a")}]), "refused"),
    ("eleven pictures", stream("s-1", "图", msg_item=[{"msgtype": "image", "image": PNG}] * 11), "refused"),
    ("feedback beyond 256 bytes", stream("s-1", "好", feedback={"id": "f" * 257}), "refused"),
    ("broken card", {"msgtype": "template_card", "template_card": {"card_type": "text_notice"}}, "refused"),
    ("not JSON", "success", "refused"),
]


async def test_a_stream_shows_its_pictures_when_it_is_finished(company: Company) -> None:
    done = stream("s-1", "好了", msg_item=[{"msgtype": "image", "image": PNG}])
    await company.listen(company.bot, in_turn(stream("s-1", "等等", False), done))
    asked = await company.wecom.direct(company.bot, "li.na", "出题")
    await company.wecom.settle()
    (bubble,) = company.wecom.journal.answers_to(asked.msgid)
    assert (bubble.text, bubble.media) == ("好了", (PNG["md5"],))


async def test_a_thumb_brings_back_the_feedback_id_of_the_first_answer(company: Company) -> None:
    begun = stream("s-1", "等等", False, feedback={"id": "fb-1"})
    listener = await company.listen(company.bot, in_turn(begun, stream("s-1", "好了"), None))
    await company.wecom.mention(company.bot, "wrG1", "li.na", "出题")
    await company.wecom.settle()
    (bubble,) = company.wecom.journal.seen()
    await (await company.wecom.thumb(bubble, 2, "wang.wu", content="不对", reasons=(1, 3))).delivered()
    heard = listener.heard[-1]
    assert heard["event"]["feedback_event"] == {
        "id": "fb-1",
        "type": 2,
        "content": "不对",
        "inaccurate_reason_list": [1, 3],
    }
    assert (heard["chatid"], heard["from"]) == ("wrG1", {"userid": "wang.wu"})


async def test_only_the_first_answer_may_ask_for_feedback(company: Company) -> None:
    late = stream("s-1", "好了", feedback={"id": "fb-1"})
    await company.listen(company.bot, in_turn(stream("s-1", "等等", False), late, stream("s-1", "好了")))
    asked = await company.wecom.direct(company.bot, "li.na", "出题")
    await company.wecom.settle()
    assert [record.kind for record in company.wecom.journal.answers_to(asked.msgid)] == ["seen", "refused"]
    (bubble,) = company.wecom.journal.seen()
    with pytest.raises(SimulatorError, match="no feedback"):
        await company.wecom.thumb(bubble, 1)


@pytest.mark.parametrize(("kind", "reasons"), [(0, ()), (4, ()), (1, (1,)), (2, (5,))])
async def test_wecom_has_no_such_thumb(company: Company, kind: int, reasons: tuple[int, ...]) -> None:
    await company.listen(company.bot, in_turn(stream("s-1", "好", feedback={"id": "fb-1"})))
    await (await company.wecom.direct(company.bot, "li.na", "在吗")).delivered()
    with pytest.raises(SimulatorError, match="kind is"):
        await company.wecom.thumb(company.wecom.journal.seen()[0], kind, reasons=reasons)


@pytest.mark.parametrize(("answer", "kind"), [pytest.param(a, k, id=f"{n}-{k}") for n, a, k in ANSWERS])
async def test_an_answer_to_a_message(company: Company, answer: Any, kind: str) -> None:
    await company.listen(company.bot, in_turn(answer))
    asked = await company.wecom.direct(company.bot, "li.na", "在吗")
    await asked.delivered()
    assert {record.kind for record in company.wecom.journal.answers_to(asked.msgid)} == {kind}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"msgtype": "text", "text": {"content": "你好，发送「帮助」查看玩法"}}, "seen"),
        ({"msgtype": "template_card", "template_card": NOTICE}, "seen"),
        (stream("s-1", "你好"), "refused"),
        ({"msgtype": "text", "text": {"content": ""}}, "refused"),
    ],
)
async def test_a_welcome(company: Company, answer: Any, kind: str) -> None:
    await company.listen(company.bot, in_turn(answer))
    opened = await company.wecom.enter_chat(company.bot, "li.na")
    await opened.delivered()
    assert [record.kind for record in company.wecom.journal.answers_to(opened.msgid)] == [kind]


@pytest.mark.parametrize(
    "spoiled",
    [{"nonce": "another"}, {"timestamp": "1700000000"}, {"msgsignature": "0" * 40}, {"encrypt": None}],
    ids=lambda spoiled: next(iter(spoiled)),
)
async def test_a_spoiled_envelope_is_refused(company: Company, spoiled: dict[str, Any]) -> None:
    listener = await company.listen(company.bot, silent)

    async def brain(said: Said) -> Any:
        return listener.seal(stream("s-1", "好"), listener.requests[-1]["nonce"], **spoiled)

    listener.brain = brain
    asked = await company.wecom.direct(company.bot, "li.na", "在吗")
    await asked.delivered()
    assert [record.kind for record in company.wecom.journal.answers_to(asked.msgid)] == ["refused"]


async def test_a_stream_id_belongs_to_one_message(company: Company) -> None:
    await company.listen(company.bot, in_turn(stream("same", "好")))
    await (await company.wecom.direct(company.bot, "li.na", "一")).delivered()
    second = await company.wecom.direct(company.bot, "li.na", "二")
    await second.delivered()
    (answer,) = company.wecom.journal.answers_to(second.msgid)
    assert (answer.kind, answer.reason) == ("refused", "stream.id belongs to another message")


async def respond(company: Company, said: Said, content: str) -> object:
    body = {"msgtype": "markdown", "markdown": {"content": content}}
    async with company.http.post(said["response_url"], json=body) as response:
        return (await response.json())["errcode"]


async def test_response_url_works_once(company: Company) -> None:
    listener = await company.listen(company.bot, silent)
    asked = await company.wecom.mention(company.bot, "wrG1", "li.na", "结果")
    await asked.delivered()
    said = listener.heard[0]
    assert [await respond(company, said, ""), await respond(company, said, "**结果**")] == [44004, 0]
    assert await respond(company, said, "再说一遍") == 40058
    (answer,) = company.wecom.journal.answers_to(asked.msgid)
    assert (answer.text, answer.via, answer.conversation) == ("**结果**", "response_url", asked.conversation)


async def test_response_url_works_for_an_hour(frozen: Company) -> None:
    listener = await frozen.listen(frozen.bot, silent)
    for text in ("一", "二"):
        await (await frozen.wecom.direct(frozen.bot, "li.na", text)).delivered()
    frozen.clock.moment += 3600
    assert await respond(frozen, listener.heard[0], "还来得及") == 0
    frozen.clock.moment += 1
    assert await respond(frozen, listener.heard[1], "晚了") == 40058


@pytest.mark.parametrize("limits", [Limits(bot_per_minute=2)])
async def test_too_many_messages_to_one_conversation(frozen: Company) -> None:
    listener = await frozen.listen(frozen.bot, silent)
    for number in range(3):
        await (await frozen.wecom.direct(frozen.bot, "li.na", str(number))).delivered()
    assert [await respond(frozen, said, "好") for said in listener.heard] == [0, 0, 45009]
    frozen.clock.moment += 60
    assert await respond(frozen, listener.heard[2], "好") == 0


async def test_a_fourth_message_in_interaction_must_wait(company: Company) -> None:
    await company.listen(company.bot, slowly(1.0, lambda said: None))
    for number in range(3):
        await company.wecom.direct(company.bot, "li.na", str(number))
    with pytest.raises(SimulatorError, match="open interactions"):
        await company.wecom.direct(company.bot, "li.na", "四")
    assert await company.wecom.direct(company.bot, "wang.wu", "一")


async def test_files_can_be_fetched_for_five_minutes(frozen: Company) -> None:
    listener = await frozen.listen(frozen.bot, silent)
    await (await frozen.wecom.share(frozen.bot, "li.na", "file", b"x" * 40, "表.xlsx")).delivered()
    url = listener.heard[0]["file"]["url"]
    async with frozen.http.get(url) as response:
        assert len(await response.read()) == 64
        assert response.content_disposition is not None
        assert response.content_disposition.filename == "表.xlsx"
    frozen.clock.moment += 301
    async with frozen.http.get(url) as response:
        assert response.status == 404


async def test_other_kinds_of_messages_arrive(company: Company) -> None:
    listener = await company.listen(company.bot, silent)
    wecom, bot = company.wecom, company.bot
    for act in (
        wecom.mix(bot, "li.na", ["看图", b"png"], group="wrG1"),
        wecom.dictate(bot, "li.na", "说的话"),
        wecom.share(bot, "li.na", "image"),
        wecom.share(bot, "li.na", "video"),
        wecom.rate(bot, "li.na", "fb-1", 2),
        wecom.bot_event(bot, "li.na", "never_seen_event", {"a": 1}),
        wecom.talk_raw(bot, "li.na", {"msgtype": "hologram"}),
    ):
        await (await act).delivered()
    types = [said.get("event", {}).get("eventtype") or said["msgtype"] for said in listener.heard]
    assert types == ["mixed", "voice", "image", "video", "feedback_event", "never_seen_event", "hologram"]
    assert listener.heard[0]["mixed"]["msg_item"][0]["text"]["content"] == "@小助手 "


async def test_outsiders_cannot_mention(company: Company) -> None:
    company.wecom.add_member("zhao", "赵")
    with pytest.raises(SimulatorError, match="not both in group"):
        await company.wecom.mention(company.bot, "wrG1", "zhao", "在吗")
