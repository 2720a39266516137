"""Every kind of message and event of a self-built app, as the event it becomes."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.door import Received
from bot.types.events import Clicked, Conversation, Event, Media, Message, Noticed, Opened, Route
from tests.channels.sealing import CORP, NOW, SECONDS, app_channel, from_app

CHANNEL = app_channel()
REPLY = Route(passive="reply")


def xml(**fields: object) -> str:
    """A decrypted callback of Li Na's; a field None is left out."""
    common = {"ToUserName": CORP, "FromUserName": "Li.Na", "CreateTime": SECONDS - 1, "AgentID": 1000002}
    return f"<xml>{inside({**common, **fields})}</xml>"


def inside(fields: dict[str, object]) -> str:
    return "".join(element(name, value) for name, value in fields.items() if value is not None)


def element(name: str, value: object) -> str:
    if isinstance(value, list):
        return "".join(element(name, item) for item in value)
    return f"<{name}>{inside(value) if isinstance(value, dict) else f'<![CDATA[{value}]]>'}</{name}>"


def heard(plain: str) -> Event:
    event = from_app(plain).opened(CHANNEL).event
    assert event is not None
    return event


def sent(form: str, media_id: str, url: str = "") -> Media:
    """A file that WeCom keeps for three days."""
    return Media(form, media_id, url, expires_at=NOW + timedelta(days=3))


MESSAGES = [
    ({"MsgType": "text", "Content": " 签到\n"}, {"form": "text", "text": "签到"}),
    ({"MsgType": "text", "Content": ""}, {"form": "text", "text": ""}),
    ({"MsgType": "text", "Content": "<b>&]] 1 < 2"}, {"form": "text", "text": "<b>&]] 1 < 2"}),
    (
        {"MsgType": "image", "PicUrl": "http://p/1", "MediaId": "M1"},
        {"form": "image", "media": (sent("image", "M1", "http://p/1"),)},
    ),
    ({"MsgType": "voice", "MediaId": "M2", "Format": "amr"}, {"form": "voice", "media": (sent("voice", "M2"),)}),
    ({"MsgType": "video", "MediaId": "M3", "ThumbMediaId": "T"}, {"form": "video", "media": (sent("video", "M3"),)}),
    ({"MsgType": "file", "MediaId": "M4"}, {"form": "file", "media": (sent("file", "M4"),)}),
    (
        {"MsgType": "location", "Location_X": "31.2", "Location_Y": "121.4", "Scale": 16, "Label": "上海市黄浦区"},
        {"form": "location", "text": "上海市黄浦区"},
    ),
    (
        {"MsgType": "link", "Title": "新品", "Description": "看看", "Url": "https://e.cn", "PicUrl": "http://p"},
        {"form": "link", "text": "新品\n看看\nhttps://e.cn"},
    ),
]


@pytest.mark.parametrize(
    ("fields", "expected"), MESSAGES, ids=[f"{n}-{m[0]['MsgType']}" for n, m in enumerate(MESSAGES)]
)
def test_messages(fields: dict[str, object], expected: dict[str, object]) -> None:
    event = heard(xml(**fields, MsgId=7300000000000000001))
    assert event == Message(
        id=event.id,
        conversation=Conversation("app:助手", "direct", "li.na"),
        member="li.na",
        at=datetime.fromtimestamp(SECONDS - 1, UTC),
        received_at=NOW,
        route=REPLY,
        **expected,  # type: ignore[arg-type]
    )


SELECTED = {
    "SelectedItem": [
        {"QuestionKey": "q1", "OptionIds": {"OptionId": ["a", "b"]}},
        {"QuestionKey": "q2", "OptionIds": {"OptionId": "c"}},
        {"QuestionKey": "q3"},
    ]
}
CARD = {"EventKey": "submit", "TaskId": "desk-42", "CardType": "vote_interaction", "ResponseCode": "RC"}
CODE = {"code": "RC", "expires_at": NOW + timedelta(hours=72)}
SCANNED = {"EventKey": "scan", "ScanCodeInfo": {"ScanType": "qrcode", "ScanResult": "https://e.cn/1"}}
SCANNED_DATA = {"EventKey": "scan", "ScanCodeInfo.ScanType": "qrcode", "ScanCodeInfo.ScanResult": "https://e.cn/1"}
PICTURES = {
    "EventKey": "photo",
    "SendPicsInfo": {"Count": 2, "PicList": {"item": [{"PicMd5Sum": "a1"}, {"PicMd5Sum": "b2"}]}},
}
PICTURES_DATA = {"EventKey": "photo", "SendPicsInfo.Count": "2", "SendPicsInfo.PicList.item.PicMd5Sum": "a1,b2"}
EVENTS = [
    ("subscribe", {"EventKey": ""}, Opened, {"how": "subscribe"}, REPLY),
    ("enter_agent", {"EventKey": ""}, Opened, {"how": "enter_agent"}, REPLY),
    ("click", {"EventKey": "help"}, Clicked, {"key": "help"}, REPLY),
    (
        "template_card_event",
        {**CARD, "SelectedItems": SELECTED},
        Clicked,
        {
            "task": "desk-42",
            "key": "submit",
            "card": "vote_interaction",
            "selected": (("q1", ("a", "b")), ("q2", ("c",)), ("q3", ())),
        },
        Route(passive="update", **CODE),
    ),
    (
        "template_card_menu_event",
        CARD,
        Clicked,
        {"task": "desk-42", "key": "submit", "card": "vote_interaction"},
        Route(passive="reply", **CODE),
    ),
    *(
        (name, fields, Noticed, {"name": name, "data": data}, REPLY)
        for name, fields, data in (
            ("view", {"EventKey": "https://e.cn"}, {"EventKey": "https://e.cn"}),
            ("view_miniprogram", {"EventKey": "pages/a"}, {"EventKey": "pages/a"}),
            (
                "LOCATION",
                {"Latitude": "31.2", "Longitude": "121.4", "Precision": "9", "AppType": "wxwork"},
                {"Latitude": "31.2", "Longitude": "121.4", "Precision": "9", "AppType": "wxwork"},
            ),
            ("scancode_waitmsg", SCANNED, SCANNED_DATA),
        )
    ),
    *(
        (name, fields, Noticed, {"name": name, "data": data}, Route())
        for name, fields, data in (
            ("unsubscribe", {"EventKey": ""}, {}),
            ("scancode_push", SCANNED, SCANNED_DATA),
            *((name, PICTURES, PICTURES_DATA) for name in ("pic_sysphoto", "pic_photo_or_album", "pic_weixin")),
            (
                "location_select",
                {
                    "EventKey": "where",
                    "SendLocationInfo": {"Location_X": "31.2", "Location_Y": "121.4", "Scale": 15, "Label": "黄浦区"},
                    "AppType": "wxwork",
                },
                {
                    "EventKey": "where",
                    "SendLocationInfo.Location_X": "31.2",
                    "SendLocationInfo.Location_Y": "121.4",
                    "SendLocationInfo.Scale": "15",
                    "SendLocationInfo.Label": "黄浦区",
                    "AppType": "wxwork",
                },
            ),
            (
                "open_approval_change",
                {"ApprovalInfo": {"ThirdNo": "201806010001", "OpenSpStatus": 1}},
                {"ApprovalInfo.ThirdNo": "201806010001", "ApprovalInfo.OpenSpStatus": "1"},
            ),
            ("share_agent_change", {}, {}),
            ("share_chain_change", {}, {}),
            ("inactive_alert", {"EffectTime": SECONDS}, {"EffectTime": str(SECONDS)}),
            ("close_inactive_agent", {}, {}),
            ("reopen_inactive_agent", {}, {}),
            ("low_active_alert", {"EffectTime": SECONDS}, {"EffectTime": str(SECONDS)}),
            ("low_active", {}, {}),
            ("active_restored", {}, {}),
            ("something_from_next_year", {"EventKey": "k", "ResponseCode": "RC"}, {"EventKey": "k"}),
            *(
                (
                    "batch_job_result",
                    {"BatchJob": {"JobId": "1", "JobType": job, "ErrCode": 0, "ErrMsg": "ok"}},
                    {
                        "BatchJob.JobId": "1",
                        "BatchJob.JobType": job,
                        "BatchJob.ErrCode": "0",
                        "BatchJob.ErrMsg": "ok",
                    },
                )
                for job in ("sync_user", "replace_user", "invite_user", "replace_party")
            ),
        )
    ),
    *(
        (
            "change_contact",
            {"FromUserName": "sys", "ChangeType": change, **fields},
            Noticed,
            {"name": f"change_contact.{change}", "data": {name: str(value) for name, value in fields.items()}},
            Route(),
        )
        for change, fields in (
            ("create_user", {"UserID": "li.na", "Name": "李娜", "Department": "1,2", "MainDepartment": 1}),
            ("update_user", {"UserID": "li.na", "NewUserID": "lina", "IsLeaderInDept": "1,0", "Status": 1}),
            ("delete_user", {"UserID": "li.na"}),
            ("create_party", {"Id": 2, "Name": "客服部", "ParentId": 1, "Order": 1}),
            ("update_party", {"Id": 2, "Name": "售后部", "ParentId": 1}),
            ("delete_party", {"Id": 2}),
            ("update_tag", {"TagId": 1, "AddUserItems": "li.na,wang.wu", "DelPartyItems": "2"}),
        )
    ),
    ("", {}, Noticed, {"name": "unknown"}, Route()),
]


@pytest.mark.parametrize(
    ("name", "fields", "kind", "expected", "route"), EVENTS, ids=[f"{n}-{event[0]}" for n, event in enumerate(EVENTS)]
)
def test_events(
    name: str, fields: dict[str, object], kind: type[Event], expected: dict[str, object], route: Route
) -> None:
    event = heard(xml(MsgType="event", Event=name, **fields))
    member = str(fields.get("FromUserName", "li.na"))
    assert event == kind(
        id=event.id,
        conversation=Conversation("app:助手", "direct", member),
        member=member,
        at=datetime.fromtimestamp(SECONDS - 1, UTC),
        received_at=NOW,
        route=route,
        **expected,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("plain", "name"),
    [
        (xml(MsgType="hologram", MsgId=1), "hologram"),
        (xml(MsgType="text", FromUserName=None, MsgId=1), "text"),
        (xml(InfoType="suite_ticket"), "suite_ticket"),
        ("<xml><a><b>1</b></a></xml>", "unknown"),
        ("<xml/>", "unknown"),
        ("<xml>words</xml>", "unknown"),
    ],
)
def test_what_nobody_knows_is_noticed(plain: str, name: str) -> None:
    event = heard(plain)
    assert isinstance(event, Noticed) and event.name == name and event.route == Route()


@pytest.mark.parametrize("seconds", ["", "soon", "-1", "1" * 30, "１２"])
def test_a_time_that_is_none_is_the_time_of_receipt(seconds: str) -> None:
    assert heard(xml(MsgType="text", MsgId=1, CreateTime=seconds)).at == NOW


def test_selected_items_may_be_anything() -> None:
    for items in ("words", {"SelectedItem": "words"}, {"SelectedItem": {"OptionIds": "words"}}):
        event = heard(xml(MsgType="event", Event="template_card_event", SelectedItems=items))
        assert isinstance(event, Clicked)


def ids(*plains: str) -> list[str]:
    return [heard(plain).id for plain in plains]


def test_a_retry_has_the_same_id_however_it_is_sealed() -> None:
    message = xml(MsgType="text", Content="hi", MsgId=1)
    click = xml(MsgType="event", Event="template_card_event", **CARD, SelectedItems=SELECTED)
    for plain in (message, click):
        first, later = from_app(plain), from_app(plain, timestamp=str(SECONDS + 300))
        assert first.body != later.body and first.query["nonce"] != later.query["nonce"]
        again = later.opened(CHANNEL, NOW + timedelta(minutes=5))
        assert again.event is not None and again.event.id == heard(plain).id


def test_element_order_and_a_fresh_response_code_do_not_change_an_id() -> None:
    one = xml(MsgType="event", Event="click", EventKey="a")
    other = xml(Event="click", EventKey="a", MsgType="event")
    assert len(set(ids(one, other))) == 1
    assert (
        len(set(ids(*(xml(MsgType="event", Event="template_card_event", **{**CARD, "ResponseCode": c}) for c in "ab"))))
        == 1
    )


def test_one_msgid_from_different_people_or_times_is_different_messages() -> None:
    base = {"MsgType": "voice", "MediaId": "M", "MsgId": 1}
    different = ids(
        xml(**base),
        xml(**base, FromUserName="wang.wu"),
        xml(**base, CreateTime=SECONDS),
        xml(**{**base, "MsgId": 2}),
        xml(**base, AgentID=1000003),
    )
    assert len(set(different)) == 5
    assert len(set(ids(xml(**base), xml(**base, FromUserName="LI.NA")))) == 1


def test_events_differ_in_any_field_that_tells_them_apart() -> None:
    base = {"MsgType": "event", "Event": "template_card_event", **CARD}
    different = ids(
        xml(**base),
        xml(**base, FromUserName="wang.wu"),
        xml(**base, CreateTime=SECONDS),
        xml(**{**base, "Event": "click"}),
        xml(**{**base, "EventKey": "other"}),
        xml(**{**base, "TaskId": "desk-43"}),
        xml(**base, SelectedItems=SELECTED),
        xml(**base, ChangeType="update_user"),
    )
    assert len(set(different)) == 8


def test_ids_name_channel_corp_and_door_and_no_person() -> None:
    found = heard(xml(MsgType="text", MsgId=1)).id
    assert found.startswith(f"app:{CORP}:助手:") and "li.na" not in found


def test_what_was_received_tells_nonce_and_ciphertext() -> None:
    first, second = (from_app(xml(MsgType="text", MsgId=1), nonce="n").opened(CHANNEL) for _ in range(2))
    assert isinstance(first, Received) and first.nonce == "n" and first.stream == ""
    assert first.fingerprint and first.fingerprint != second.fingerprint
