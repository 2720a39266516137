"""Answers to callbacks, as WeCom's side opens them."""

from collections.abc import Sequence
from typing import Any

import pytest

from bot.channels.door import Answer, Received
from bot.channels.identity import stream_of
from bot.types.actions import Button, Card, Content, Text
from tests.channels.sealing import (
    CORP,
    NOW,
    SECONDS,
    aibot_channel,
    app_channel,
    from_app,
    from_bot,
    unsealed_json,
    unsealed_xml,
)

APP, BOT = app_channel(), aibot_channel()
TAKEN = Card(
    task="desk-42",
    title="转人工",
    desc="李娜在等",
    fields=(("问题", "怎么退款"),),
    buttons=(Button("take", "接单"), Button("close", "关闭", 3)),
    done="王五已接单",
)
NOTICE = Card(task="desk-43", title="已关闭", desc="谢谢", url="https://e.cn/1")


def app_received(**fields: str) -> Received:
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    plain = f"<xml><FromUserName>Li.Na</FromUserName><CreateTime>{SECONDS}</CreateTime>{inside}</xml>"
    return from_app(plain, nonce="n]]>&1").opened(APP)


def app_message() -> Received:
    return app_received(MsgType="text", Content="hi", MsgId="1")


def app_click() -> Received:
    return app_received(MsgType="event", Event="template_card_event", TaskId="desk-42", ResponseCode="RC")


def bot_received(**fields: Any) -> Received:
    return from_bot({"msgid": "1", "from": {"userid": "Li.Na"}, **fields}, nonce="n1").opened(BOT)


def bot_message() -> Received:
    return bot_received(msgtype="text", text={"content": "hi"})


def bot_event(name: str) -> Received:
    return bot_received(msgtype="event", event={"eventtype": name})


def said(received: Received, *contents: Content, **how: Any) -> dict[str, Any]:
    return unsealed_json(BOT.seal(received, Answer(contents, **how), NOW), "n1")


HOSTILE = ["签到成功，+5 分", "]]>", "a]]>b]]>c", "<xml>&amp;", "\x0b]]\x00>", "👨‍👩‍👧‍👦", "]" * 50, "\ufffe"]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_an_app_answers_in_words(words: str) -> None:
    answer = unsealed_xml(APP.seal(app_message(), Answer((Text(body=words),)), NOW))
    assert answer.pop("Content") == ["".join(letter for letter in words if letter >= " " and letter != "\ufffe")]
    assert answer == {
        "ToUserName": ["li.na"],
        "FromUserName": [CORP],
        "CreateTime": [str(SECONDS)],
        "MsgType": ["text"],
    }


def test_several_texts_are_one_answer_and_fit() -> None:
    answer = unsealed_xml(APP.seal(app_message(), Answer((Text(body="一"), Text(body="二"))), NOW))
    assert answer["Content"] == ["一\n二"]
    (content,) = unsealed_xml(APP.seal(app_message(), Answer((Text(body="字" * 1000),)), NOW))["Content"]
    assert len(content.encode()) <= 2048 and content.endswith("…")


def test_a_clicked_card_is_replaced_and_its_buttons_are_grey() -> None:
    answer = unsealed_xml(APP.seal(app_click(), Answer((TAKEN,)), NOW))
    assert answer["MsgType"] == ["update_template_card"]
    assert answer["TemplateCard"] == [
        {
            "CardType": ["button_interaction"],
            "ButtonList": [
                {"Text": ["接单"], "Style": ["1"], "Key": ["take"]},
                {"Text": ["关闭"], "Style": ["3"], "Key": ["close"]},
            ],
            "TaskId": ["desk-42"],
            "MainTitle": [{"Title": ["转人工"], "Desc": ["李娜在等"]}],
            "HorizontalContentList": [{"KeyName": ["问题"], "Value": ["怎么退款"]}],
            "ReplaceText": ["王五已接单"],
        }
    ]


def test_a_clicked_card_may_become_a_notice_or_only_grey() -> None:
    notice = unsealed_xml(APP.seal(app_click(), Answer((NOTICE,)), NOW))["TemplateCard"][0]
    assert notice["CardType"] == ["text_notice"]
    assert notice["CardAction"] == [{"Type": ["1"], "Url": ["https://e.cn/1"]}]
    grey = unsealed_xml(APP.seal(app_click(), Answer((Card(task="desk-42", title="", done="已接单"),)), NOW))
    assert (grey["MsgType"], grey["Button"]) == (["update_button"], [{"ReplaceName": ["已接单"]}])


def test_a_message_is_answered_with_a_stream() -> None:
    received = bot_message()
    assert received.event is not None
    assert said(received, Text(body="第一"), Text(body="第二")) == {
        "msgtype": "stream",
        "stream": {
            "id": stream_of(received.event.id),
            "finish": True,
            "content": "第一\n第二",
            "feedback": {"id": received.event.id},
        },
    }


def test_a_stream_begins_empty_and_its_polls_get_the_words() -> None:
    received = bot_message()
    begun = said(received, stream=received.stream, finished=False)["stream"]
    assert received.event is not None and begun.pop("feedback") == {"id": received.event.id}
    assert begun == {"id": received.stream, "finish": False, "content": ""}
    poll = bot_received(msgtype="stream", stream={"id": received.stream})
    assert said(poll, Text(body="好了"), stream=poll.stream) == {
        "msgtype": "stream",
        "stream": {"id": received.stream, "finish": True, "content": "好了"},
    }


def test_a_stream_may_carry_one_card() -> None:
    answer = said(bot_message(), Text(body="看这个"), NOTICE, TAKEN)
    assert answer["msgtype"] == "stream_with_template_card"
    assert answer["template_card"]["main_title"]["title"] == "已关闭"
    assert answer["stream"]["content"] == "看这个\n转人工\n李娜在等\n问题：怎么退款\n（王五已接单）"
    assert said(bot_message(), NOTICE)["stream"]["content"] == "已关闭"


def test_a_long_stream_fits() -> None:
    content = said(bot_message(), Text(body="字" * 10_000))["stream"]["content"]
    assert len(content.encode()) <= 20480 and content.endswith("…")


def test_a_welcome_is_words_or_a_card() -> None:
    welcome = bot_event("enter_chat")
    assert said(welcome, Text(body="你好")) == {"msgtype": "text", "text": {"content": "你好"}}
    assert said(welcome, NOTICE)["msgtype"] == "template_card"
    assert said(welcome, NOTICE, Text(body="你好"))["text"]["content"] == "你好\n已关闭\n谢谢\nhttps://e.cn/1"


def test_a_bots_clicked_card_is_replaced_under_its_task() -> None:
    answer = said(bot_event("template_card_event"), TAKEN)
    assert answer["response_type"] == "update_template_card" and "msgtype" not in answer
    assert (answer["template_card"]["task_id"], answer["template_card"]["replace_text"]) == ("desk-42", "王五已接单")
    assert said(bot_event("template_card_event"), NOTICE)["template_card"]["task_id"] == "desk-43"


@pytest.mark.parametrize(
    "received", [app_message(), app_click(), bot_message(), bot_event("enter_chat"), bot_event("template_card_event")]
)
def test_nothing_to_say_is_an_empty_body(received: Received) -> None:
    channel = APP if received.event and received.event.conversation.channel == "app" else BOT
    assert channel.seal(received, Answer(), NOW) == b""


@pytest.mark.parametrize("contents", [(Text(body="x"),), ()])
def test_words_do_not_answer_a_bots_click(contents: Sequence[Text]) -> None:
    assert BOT.seal(bot_event("template_card_event"), Answer(contents), NOW) == b""
