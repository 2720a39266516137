"""Every kind of message and event of an AI bot, as the event it becomes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.aibot_events import without_mention
from bot.channels.identity import stream_of
from bot.types.events import (
    Clicked,
    Conversation,
    Event,
    Media,
    Message,
    Noticed,
    Opened,
    Rated,
    Route,
    dump_event,
    load_event,
)
from tests.channels.sealing import CORP, NOW, SECONDS, aibot_channel, from_bot

CHANNEL = aibot_channel()
URL = "https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=RC"
DIRECT = Conversation("aibot:小助手", "direct", "li.na")
GROUP = Conversation("aibot:小助手", "group", "wrExample")
STREAM = Route(passive="stream", url=URL, expires_at=NOW + timedelta(hours=1))


def body(**fields: Any) -> dict[str, Any]:
    common = {
        "msgid": "CAIQabc", "aibotid": "aib01", "chattype": "single", "from": {"userid": "Li.Na"}, "response_url": URL,
    }  # fmt: skip
    return {**common, **fields}


def in_group(**fields: Any) -> dict[str, Any]:
    return body(chatid="wrExample", chattype="group", **fields)


def heard(plain: Any) -> Event:
    event = from_bot(plain).opened(CHANNEL).event
    assert event is not None
    return event


def sent(form: str, url: str, key: str = "") -> Media:
    """A file whose address lives for five minutes."""
    return Media(form, url=url, key=key, expires_at=NOW + timedelta(minutes=5))


TEXT = {"msgtype": "text", "text": {"content": "出题"}}
IMAGE = {"msgtype": "image", "image": {"url": "https://m/1"}}
MIXED = {
    "msgtype": "mixed",
    "mixed": {
        "msg_item": [
            {"msgtype": "text", "text": {"content": "@小助手 这个"}},
            IMAGE,
            {"msgtype": "text", "text": {"content": "怎么用？"}},
            {"msgtype": "hologram"},
        ]
    },
}
MESSAGES = [
    (body(**TEXT), DIRECT, {"form": "text", "text": "出题"}),
    (in_group(msgtype="text", text={"content": "@小助手 出题"}), GROUP, {"form": "text", "text": "出题"}),
    (in_group(msgtype="text", text={"content": "@小助手"}), GROUP, {"form": "text", "text": ""}),
    (
        in_group(**MIXED),
        GROUP,
        {"form": "mixed", "text": "这个\n怎么用？", "media": (sent("image", "https://m/1"),)},
    ),
    (
        body(msgtype="image", image={"url": "https://m/9", "aeskey": "AAEC"}),
        DIRECT,
        {"form": "image", "media": (sent("image", "https://m/9", "AAEC"),)},
    ),
    (body(**IMAGE), DIRECT, {"form": "image", "media": (sent("image", "https://m/1"),)}),
    (body(msgtype="voice", voice={"content": "我的快递到哪了"}), DIRECT, {"form": "voice", "text": "我的快递到哪了"}),
    (
        body(msgtype="file", file={"url": "https://m/2"}),
        DIRECT,
        {"form": "file", "media": (sent("file", "https://m/2"),)},
    ),
    (
        body(msgtype="video", video={"url": "https://m/3"}),
        DIRECT,
        {"form": "video", "media": (sent("video", "https://m/3"),)},
    ),
    (
        body(**TEXT, quote={"msgtype": "text", "text": {"content": " 上一题 "}}),
        DIRECT,
        {"text": "出题", "quote": "上一题"},
    ),
    (body(**TEXT, quote=MIXED), DIRECT, {"text": "出题", "quote": "@小助手 这个\n怎么用？"}),
    (body(**TEXT, quote=IMAGE), DIRECT, {"text": "出题"}),
    (body(**TEXT, quote={"msgtype": "voice", "voice": {"content": "喂"}}), DIRECT, {"text": "出题", "quote": "喂"}),
    (body(**TEXT, quote={"msgtype": "file", "file": {"url": "https://m/2"}}), DIRECT, {"text": "出题"}),
    (body(**TEXT, quote={"msgtype": "video", "video": {"url": "https://m/3"}}), DIRECT, {"text": "出题"}),
    (in_group(**TEXT, quote=IMAGE), GROUP, {"text": "出题"}),
]


@pytest.mark.parametrize(("plain", "conversation", "expected"), MESSAGES, ids=range(len(MESSAGES)))
def test_messages(plain: dict[str, Any], conversation: Conversation, expected: dict[str, Any]) -> None:
    event = heard(plain)
    assert event == Message(
        id=event.id, conversation=conversation, member="li.na", at=NOW, received_at=NOW, route=STREAM, **expected
    )
    assert load_event(dump_event(event)) == event


def happened(name: str, details: Any = None, **fields: Any) -> dict[str, Any]:
    event = {"eventtype": name, **({} if details is None else {name: details})}
    return body(msgtype="event", create_time=SECONDS - 1, event=event, **fields)


CARD = {"card_type": "button_interaction", "event_key": "take", "task_id": "desk-42"}
SELECTED = {
    "selected_item": [
        {"question_key": "q1", "option_ids": {"option_id": ["a", "b"]}},
        {"question_key": "q2", "option_ids": {"option_id": "c"}},
    ]
}
WELCOME = Route(passive="welcome", url=URL, expires_at=NOW + timedelta(hours=1))
EVENTS = [
    (happened("enter_chat"), Opened, DIRECT, {"how": "enter_chat"}, WELCOME),
    (
        happened("template_card_event", {**CARD, "selected_items": SELECTED}),
        Clicked,
        DIRECT,
        {
            "task": "desk-42",
            "key": "take",
            "card": "button_interaction",
            "selected": (("q1", ("a", "b")), ("q2", ("c",))),
        },
        Route(passive="update", url=URL, expires_at=NOW + timedelta(hours=1)),
    ),
    (
        happened("template_card_event", CARD, chatid="wrExample", chattype="group"),
        Clicked,
        GROUP,
        {"task": "desk-42", "key": "take", "card": "button_interaction"},
        Route(passive="update", url=URL, expires_at=NOW + timedelta(hours=1)),
    ),
    (
        happened("feedback_event", {"id": "fb-1", "type": 2, "content": "不对", "inaccurate_reason_list": [1, 3, 9]}),
        Rated,
        DIRECT,
        {"feedback": "fb-1", "verdict": "inaccurate", "content": "不相关；不正确；不对"},
        Route(),
    ),
    (
        happened("feedback_event", {"id": "fb-1", "type": 2, "inaccurate_reason_list": [2, 4]}),
        Rated,
        DIRECT,
        {"feedback": "fb-1", "verdict": "inaccurate", "content": "不完整；数据分析有误"},
        Route(),
    ),
    (
        happened("feedback_event", {"id": "fb-1", "type": 1}),
        Rated,
        DIRECT,
        {"feedback": "fb-1", "verdict": "accurate"},
        Route(),
    ),
    (
        happened("feedback_event", {"id": "fb-1", "type": 3}),
        Rated,
        DIRECT,
        {"feedback": "fb-1", "verdict": "withdrawn"},
        Route(),
    ),
    (happened("disconnected_event"), Noticed, DIRECT, {"name": "disconnected_event"}, Route()),
    (happened("enter_check_update"), Noticed, DIRECT, {"name": "enter_check_update"}, Route()),
    (
        happened("from_next_year", {"x": 1, "y": "二", "z": {"deep": 1}, "none": None}),
        Noticed,
        DIRECT,
        {"name": "from_next_year", "data": {"x": "1", "y": "二"}},
        Route(),
    ),
]


@pytest.mark.parametrize(("plain", "kind", "conversation", "expected", "route"), EVENTS, ids=range(len(EVENTS)))
def test_events(
    plain: dict[str, Any], kind: type[Event], conversation: Conversation, expected: dict[str, Any], route: Route
) -> None:
    event = heard(plain)
    at = datetime.fromtimestamp(SECONDS - 1, UTC)
    assert event == kind(
        id=event.id, conversation=conversation, member="li.na", at=at, received_at=NOW, route=route, **expected
    )


@pytest.mark.parametrize(
    ("plain", "name"),
    [
        (body(msgtype="hologram"), "hologram"),
        (body(), "unknown"),
        (body(msgtype=["text"]), "unknown"),
        (body(msgtype="event"), "unknown"),
        (body(msgtype="event", event="enter_chat"), "unknown"),
        ({"msgtype": "event", "event": {"eventtype": "x"}}, "x"),
    ],
)
def test_what_nobody_knows_is_noticed(plain: dict[str, Any], name: str) -> None:
    event = heard(plain)
    assert isinstance(event, Noticed) and event.name == name


NESTED: dict[str, Any] = {"msgtype": "text"}
for _ in range(300):
    NESTED = {"msgtype": "mixed", "mixed": {"msg_item": [NESTED]}}
ODD: list[Any] = [
    None,
    1,
    True,
    "x",
    [],
    {},
    [[]],
    {"content": {}},
    {"content": 5},
    {"msg_item": "x"},
    {"msg_item": [1]},
]


@pytest.mark.parametrize("odd", [*ODD, NESTED["mixed"]], ids=range(len(ODD) + 1))
@pytest.mark.parametrize("kind", ["text", "voice", "mixed", "image", "file", "video"])
def test_a_message_may_hold_anything(kind: str, odd: Any) -> None:
    event = heard(body(msgtype=kind, **{kind: odd}, quote=odd))
    assert isinstance(event, Message) and event.form == kind


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_an_event_may_hold_anything(odd: Any) -> None:
    for name in ("template_card_event", "feedback_event"):
        heard(happened(name, odd))
        heard(happened(name, {"selected_items": odd, "inaccurate_reason_list": odd, "type": odd}))
        heard(happened(name, {"selected_items": {"selected_item": odd}}))


def test_words_that_no_store_takes_are_gone() -> None:
    raw = '{"msgid":"1","from":{"userid":"li.na"},"msgtype":"text","text":{"content":"好\\u0000\\ud83d"}}'
    event = heard(raw)
    assert isinstance(event, Message) and event.text == "好"
    assert load_event(dump_event(event)) == event


@pytest.mark.parametrize(
    ("text", "called", "expected"),
    [
        ("@小助手 出题", "小助手", "出题"),
        ("@小助手\u2005出题", "小助手", "出题"),
        ("@小助手出题", "小助手", "出题"),
        (" @小助手  @小助手 出题 ", "小助手", "出题"),
        ("@QA Bot 2 hello", "QA Bot 2", "hello"),
        ("出题 @小助手", "小助手", "出题"),
        ("@小助手", "小助手", ""),
        ("@张三 @小助手 出题", "小助手", "@张三 @小助手 出题"),
        ("问一下@小助手怎么用", "小助手", "问一下@小助手怎么用"),
        ("a@b.com", "小助手", "a@b.com"),
    ],
)
def test_the_mention_of_the_bot_is_not_part_of_what_was_said(text: str, called: str, expected: str) -> None:
    assert without_mention(text, called) == expected


def test_the_name_in_groups_may_be_another() -> None:
    event = (
        from_bot(in_group(msgtype="text", text={"content": "@新品 小助手 出题"}))
        .opened(aibot_channel(called="新品 小助手"))
        .event
    )
    assert isinstance(event, Message) and event.text == "出题"


def test_a_poll_is_no_event() -> None:
    received = from_bot(body(msgtype="stream", stream={"id": "s-1"})).opened(CHANNEL)
    assert (received.event, received.stream, received.fingerprint) == (None, "s-1", "")


def test_a_retry_has_the_same_id_and_stream_however_it_is_sealed() -> None:
    first, later = (from_bot(body(**TEXT, response_url=url)).opened(CHANNEL) for url in (URL, f"{URL}2"))
    assert first.event is not None and later.event is not None
    assert first.event.id == later.event.id
    assert first.stream == later.stream == stream_of(first.event.id)
    assert first.fingerprint != later.fingerprint


def test_ids_differ_by_message_member_chat_bot_and_kind() -> None:
    plains = [
        body(**TEXT),
        body(**{**TEXT, "msgid": "2"}),
        body(**{**TEXT, "from": {"userid": "wang.wu"}}),
        in_group(**TEXT),
        body(**{**TEXT, "aibotid": "aib02"}),
        happened("enter_chat"),
        happened("template_card_event"),
    ]
    assert len({heard(plain).id for plain in plains}) == len(plains)
    assert heard(plains[0]).id.startswith(f"aibot:{CORP}:小助手:")


def test_without_a_msgid_all_that_was_said_counts() -> None:
    plain = {name: value for name, value in happened("enter_chat").items() if name != "msgid"}
    retried = {**plain, "response_url": "another"}
    assert heard(plain).id == heard(retried).id
    assert heard(plain).id != heard({**plain, "create_time": SECONDS}).id


def test_chat_ids_keep_their_case_and_member_ids_do_not() -> None:
    event = heard(body(chatid="wrExAmPlE", chattype="group", **TEXT))
    assert event.conversation.native == "wrExAmPlE" and event.member == "li.na"
