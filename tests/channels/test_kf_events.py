"""Every kind of message and event of 微信客服, as it is read from a page (WeCom doc 94670)."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.kf_events import Item, is_known, parse
from bot.types.events import (
    Clicked,
    Conversation,
    Duty,
    Event,
    Media,
    Message,
    Noticed,
    Opened,
    Recalled,
    Served,
    Turned,
    Undelivered,
    dump_event,
    load_event,
)

AT = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
SECONDS = int(AT.timestamp())
PLACE = Conversation("kf:客服", "direct", "wkShop/wmLin")


def read(body: Any) -> Event:
    event = parse(Item(body, "kf:客服", "ww1", "wkShop", AT + timedelta(seconds=1), {"wmLin": "小林"}))
    assert load_event(dump_event(event)) == event
    return event


def message(msgtype: str, payload: Any, **more: Any) -> dict[str, Any]:
    head = {"msgid": "m1", "open_kfid": "wkShop", "external_userid": "wmLin", "send_time": SECONDS, "origin": 3}
    return {**head, "msgtype": msgtype, msgtype: payload, **more}


def event(name: str, **details: Any) -> dict[str, Any]:
    about = {"event_type": name, "open_kfid": "wkShop", "external_userid": "wmLin", **details}
    return {"msgid": "e1", "send_time": SECONDS, "origin": 4, "msgtype": "event", "event": about}


MERGED = [
    {
        "sender_name": "老周",
        "msgtype": "text",
        "msg_content": json.dumps({"text": {"content": "几点开门"}}),
        "send_time": 1,
    },
    {
        "sender_name": "小林",
        "msgtype": "image",
        "msg_content": json.dumps({"image": {"media_id": "x"}}),
        "send_time": 2,
    },
    {"sender_name": "小王", "msgtype": "text", "msg_content": "不是 JSON", "send_time": 3},
]
MENU = {
    "head_content": "请选",
    "list": [
        {"type": "click", "click": {"id": "1", "content": "发货"}},
        {"type": "view", "view": {"content": "官网", "url": "u"}},
    ],
    "tail_content": "谢谢",
}  # fmt: skip
WORDS: dict[str, tuple[Any, str]] = {
    "text": ({"content": " 在吗 "}, "在吗"),
    "location": ({"latitude": 23.1, "longitude": 113.3, "name": "门店", "address": "人民路 1 号"}, "门店\n人民路 1 号"),
    "link": ({"title": "新品", "desc": "看看", "url": "https://e.cn", "pic_url": "p"}, "新品\n看看\nhttps://e.cn"),
    "business_card": ({"userid": "Mei01"}, "Mei01"),
    "miniprogram": ({"title": "商城", "appid": "wx1", "pagepath": "p", "thumb_media_id": "t"}, "商城"),
    "msgmenu": (MENU, "请选\n发货\n官网\n谢谢"),
    "channels": ({"sub_type": 1, "nickname": "沐屿", "title": "直播"}, "直播\n沐屿"),
    "channels_shop_product": ({"product_id": "1", "title": "面霜", "nickname": "沐屿"}, "面霜\n沐屿"),
    "channels_shop_order": ({"order_id": "SO1", "product_name": "面霜"}, "面霜\nSO1"),
    "merged_msg": ({"title": "聊天记录", "item": MERGED}, "聊天记录\n老周：几点开门\n小林：［image］\n小王：［text］"),
}


@pytest.mark.parametrize("msgtype", WORDS)
def test_words_of_every_kind_of_message_are_read(msgtype: str) -> None:
    payload, words = WORDS[msgtype]
    found = read(message(msgtype, payload))
    assert isinstance(found, Message)
    assert (found.form, found.text, found.conversation, found.member) == (msgtype, words, PLACE, "wmLin")
    assert (found.at, found.nickname, found.media) == (AT, "小林", ())


@pytest.mark.parametrize("msgtype", ["image", "voice", "video", "file"])
def test_files_can_be_fetched_for_three_days(msgtype: str) -> None:
    found = read(message(msgtype, {"media_id": "MEDIA1"}))
    assert isinstance(found, Message)
    until = AT + timedelta(days=3)
    assert (found.form, found.text, found.media) == (
        msgtype,
        "",
        (Media(msgtype, media_id="MEDIA1", expires_at=until),),
    )


def test_a_pressed_item_is_its_words_or_the_button_of_its_card() -> None:
    said = read(message("text", {"content": "我要进群", "menu_id": "join"}))
    assert isinstance(said, Message) and said.text == "我要进群"
    pressed = read(message("text", {"content": "接单", "menu_id": "desk-12-1!take"}))
    assert isinstance(pressed, Clicked) and (pressed.task, pressed.key) == ("desk-12-1", "take")


def test_words_of_a_servicer_are_not_the_customers() -> None:
    found = read(message("text", {"content": "您好"}, origin=5, servicer_userid="Mei01"))
    assert isinstance(found, Served)
    assert (found.staff, found.text, found.conversation, found.member) == ("mei01", "您好", PLACE, "wmLin")
    picture = read(message("image", {"media_id": "M"}, origin=5, servicer_userid="Mei01"))
    assert isinstance(picture, Served) and picture.form == "image" and picture.media[0].media_id == "M"


def test_a_customer_who_enters_brings_scene_and_code() -> None:
    found = read(event("enter_session", scene="poster1", scene_param="a=1", welcome_code="WC"))
    assert isinstance(found, Opened)
    assert (found.how, found.scene, found.param) == ("enter_session", "poster1", "a=1")
    assert (found.route.code, found.route.expires_at) == ("WC", AT + timedelta(seconds=20))
    again = read(event("enter_session", scene="poster1"))
    assert isinstance(again, Opened) and again.route.code == "" and "WC" not in repr(found)


LATER = (4, 5, 6)


@pytest.mark.parametrize("fail_type", [*range(13), 99])
def test_what_did_not_arrive_says_why_and_whether_it_may_go_later(fail_type: int) -> None:
    found = read(event("msg_send_fail", fail_msgid="out-1", fail_type=fail_type))
    assert isinstance(found, Undelivered)
    assert (found.of, found.later, found.conversation) == ("out-1", fail_type in LATER, PLACE) and found.why


def test_servicers_begin_and_stop_to_receive() -> None:
    begins = read(event("servicer_status_change", servicer_userid="Mei01", status=1, external_userid=""))
    stops = read(event("servicer_status_change", servicer_userid="Mei01", status=2, stop_type=1, external_userid=""))
    assert isinstance(begins, Duty) and isinstance(stops, Duty)
    assert (begins.staff, begins.receiving, begins.suspended) == ("mei01", True, False)
    assert (stops.receiving, stops.suspended, stops.conversation.native) == (False, True, "wkShop/")


CHANGES: dict[int, tuple[dict[str, str], tuple[str, str, str], timedelta | None]] = {
    1: ({"new_servicer_userid": "Mei01", "msg_code": "C"}, ("taken", "mei01", ""), timedelta(hours=48)),
    2: ({"old_servicer_userid": "Mei01", "new_servicer_userid": "Ning01"}, ("passed", "ning01", "mei01"), None),
    3: ({"old_servicer_userid": "Mei01", "msg_code": "C"}, ("ended", "", "mei01"), timedelta(seconds=20)),
    4: ({"old_servicer_userid": "Mei01", "new_servicer_userid": "Mei01"}, ("reopened", "mei01", "mei01"), None),
}


@pytest.mark.parametrize("change", CHANGES)
def test_sessions_change_hands(change: int) -> None:
    details, expected, life = CHANGES[change]
    found = read(event("session_status_change", change_type=change, **details))
    assert isinstance(found, Turned)
    assert (found.change, found.staff, found.before) == expected
    assert found.route.expires_at == (AT + life if life else None) and bool(found.route.code) == bool(life)


def test_a_recall_names_the_event_of_the_message() -> None:
    said = read(message("text", {"content": "错了"}))
    mine = read(event("user_recall_msg", recall_msgid="m1"))
    theirs = read(event("servicer_recall_msg", recall_msgid="m1", servicer_userid="Mei01"))
    assert isinstance(mine, Recalled) and isinstance(theirs, Recalled)
    assert (mine.of, mine.staff) == (said.id, "") and (theirs.of, theirs.staff) == (said.id, "mei01")


def test_refusals_are_kept_with_what_they_say() -> None:
    found = read(event("reject_customer_msg_switch_change", servicer_userid="mei01", reject_switch=1))
    assert isinstance(found, Noticed) and found.topic == "noticed:reject_customer_msg_switch_change"
    assert found.data["reject_switch"] == "1"


UNKNOWN: tuple[Any, ...] = (
    *(event("brand_new", secret_thing="x", welcome_code="WC"), message("sticker", {"media_id": "M"}), {}, None, [], 7),
    *(message("text", None), message("text", {"content": {"a": 1}}), message("merged_msg", {"item": "x"})),
    *({"msgtype": "event"}, {"msgtype": "event", "event": []}),
    *(message("image", []), message("msgmenu", {"list": [None, 3]})),
)  # fmt: skip


@pytest.mark.parametrize("body", UNKNOWN)
def test_what_nobody_knows_is_kept_and_never_an_exception(body: Any) -> None:
    found = read(body)
    assert isinstance(found, Noticed | Message) and "WC" not in dump_event(found).decode()


def test_unknown_kinds_are_told_from_known_ones() -> None:
    known = [message(msgtype, {}) for msgtype in (*WORDS, "image", "voice", "video", "file")]
    known += [event(name) for name in ("enter_session", "msg_send_fail", "session_status_change", "user_recall_msg")]
    assert all(is_known(Item(body, "kf:客服", "ww1", "wkShop", AT, {})) for body in known)
    strange = [event("brand_new"), message("sticker", {})]
    assert not any(is_known(Item(body, "kf:客服", "ww1", "wkShop", AT, {})) for body in strange)
    sticker = read(message("sticker", {"media_id": "M"}))
    assert isinstance(sticker, Message) and (sticker.form, sticker.text) == ("sticker", ""), "the customer is answered"


def test_ids_differ_by_account_customer_and_message_byte_for_byte() -> None:
    base = message("text", {"content": "在吗"})
    others = [{**base, "msgid": "M1"}, {**base, "external_userid": "wmlin"}, {**base, "open_kfid": "wkOther"}]
    assert len({read(body).id for body in (base, *others)}) == 4
    assert read(base).id == read({**base, "send_time": SECONDS + 1}).id
