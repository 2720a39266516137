"""Every API call with requests that WeCom takes and requests that it refuses: page, request, error code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest

from .conftest import Company
from .listener import silent

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One request: `page` is where WeCom documents the rule."""

    id: str
    page: str
    request: Body
    errcode: int = 0
    query: Mapping[str, str] = field(default_factory=dict)


def rows(*them: Row) -> list[Any]:
    return [pytest.param(row, id=f"{row.id}-{row.errcode}") for row in them]


CORP, SECRET = "ww1111222233334444", "s3cret"

GETTOKEN = rows(
    Row("right corp and secret", "doc/91039", {"corpid": CORP, "corpsecret": SECRET}),
    Row("extra parameters are ignored", "doc/91039", {"corpid": CORP, "corpsecret": SECRET, "debug": "1"}),
    Row("the second app", "doc/91039", {"corpid": CORP, "corpsecret": "other"}),
    Row("another corp", "doc/91039", {"corpid": "ww9", "corpsecret": SECRET}, 40013),
    Row("no corp", "doc/91039", {"corpsecret": SECRET}, 40013),
    Row("corp in other case", "doc/91039", {"corpid": CORP.upper(), "corpsecret": SECRET}, 40013),
    Row("wrong secret", "doc/91039", {"corpid": CORP, "corpsecret": "wrong"}, 40001),
    Row("no secret", "doc/91039", {"corpid": CORP}, 41004),
    Row("empty secret", "doc/91039", {"corpid": CORP, "corpsecret": ""}, 41004),
)


@pytest.mark.parametrize("row", GETTOKEN)
async def test_gettoken(company: Company, row: Row) -> None:
    company.wecom.add_app("副手", 1000003, secret="other")
    found = await company.get("gettoken", **row.request)
    assert found["errcode"] == row.errcode
    assert ("access_token" in found) is (row.errcode == 0)


def message(msgtype: str = "text", payload: Any = None, **more: Any) -> Body:
    whole = {"touser": "li.na", "agentid": 1000002, "msgtype": msgtype, msgtype: payload, **more}
    return {name: value for name, value in whole.items() if value is not None}


def text(**more: Any) -> Body:
    return message("text", {"content": "今晚 20:00 开赛"}, **more)


def card(card_type: str, **fields: Any) -> Body:
    return message("template_card", {"card_type": card_type, **fields})


URL = {"type": 1, "url": "https://example.com"}
TITLE = {"title": "今晚玩什么？"}
BUTTONS = [{"text": "好", "key": "yes"}, {"text": "不", "key": "no", "style": 2}]
OPTIONS = [{"id": "a", "text": "谁是卧底"}, {"id": "b", "text": "成语接龙"}]
BOX = {"question_key": "game", "mode": 0, "option_list": OPTIONS}
SUBMIT = {"text": "投票", "key": "vote"}
SELECTS = [{"question_key": "q", "title": "城市", "option_list": OPTIONS}]
ARTICLE = {"title": "周报", "url": "https://example.com"}

SEND = rows(
    Row("text to one", "doc/90236", text()),
    Row("text to several, one unknown", "doc/90236", text(touser="li.na|nobody")),
    Row("userid in other case", "doc/90236", text(touser="LI.NA")),
    Row("text to all", "doc/90236", text(touser="@all")),
    Row("text to a party", "doc/90236", text(touser="", toparty="1")),
    Row("text to a tag", "doc/90236", text(touser="", totag="7")),
    Row("text beyond 2048 bytes is cut", "doc/90236", message("text", {"content": "长" * 1000})),
    Row("confidential text", "doc/90236", text(safe=1)),
    Row("duplicate check", "doc/90236", text(enable_duplicate_check=1, duplicate_check_interval=600)),
    Row("markdown of 2048 bytes", "doc/90236", message("markdown", {"content": "a" * 2048})),
    Row("textcard", "doc/90236", message("textcard", {"title": "t", "description": "d", "url": "u"})),
    Row("eight articles", "doc/90236", message("news", {"articles": [ARTICLE] * 8})),
    Row("image", "doc/90236", message("image", {"media_id": "media-1"})),
    Row("file", "doc/90236", message("file", {"media_id": "media-2"})),
    Row("voice", "doc/90236", message("voice", {"media_id": "media-3"})),
    Row("video", "doc/90236", message("video", {"media_id": "media-4", "title": "t"})),
    Row("nobody addressed", "doc/90236", text(touser=""), 40063),
    Row("unknown user", "doc/90236", text(touser="nobody"), 81013),
    Row("member out of sight", "doc/90236", text(touser="hidden"), 81013),
    Row("more than 1000 users", "doc/90236", text(touser="|".join(map(str, range(1001)))), 40035),
    Row("touser as a list", "doc/90236", text(touser=["li.na"]), 40035),
    Row("no agent", "doc/90236", text(agentid=None), 40056),
    Row("another agent", "doc/90236", text(agentid=1000009), 40056),
    Row("agent as a word", "doc/90236", text(agentid="1000002"), 40056),
    Row("no msgtype", "doc/90236", {"touser": "li.na", "agentid": 1000002, "text": {"content": "x"}}, 40008),
    Row("unknown msgtype", "doc/90236", message("poem", {"content": "x"}), 40008),
    Row("empty text", "doc/90236", message("text", {"content": ""}), 44004),
    Row("no payload", "doc/90236", message("text"), 44004),
    Row("markdown beyond 2048 bytes", "doc/90236", message("markdown", {"content": "a" * 2049}), 45002),
    Row("nine articles", "doc/90236", message("news", {"articles": [ARTICLE] * 9}), 45008),
    Row("no articles", "doc/90236", message("news", {"articles": []}), 44004),
    Row("article without url", "doc/90236", message("news", {"articles": [{"title": "t"}]}), 40063),
    Row("textcard without url", "doc/90236", message("textcard", {"title": "t", "description": "d"}), 44004),
    Row("unknown media", "doc/90236", message("image", {"media_id": "media-99"}), 40007),
    Row("media of another kind", "doc/90236", message("image", {"media_id": "media-2"}), 40007),
    Row("interval beyond 4 hours", "doc/90236", text(duplicate_check_interval=14401), 40035),
    Row("safe markdown", "doc/90236", message("markdown", {"content": "a"}, safe=1), 40035),
    Row("duplicate check neither 0 nor 1", "doc/90236", text(enable_duplicate_check=2), 40035),
    Row("half a surrogate pair", "doc/90236", message("text", {"content": "\ud83d"}), 40033),
)

CARDS = rows(
    Row("text_notice", "doc/90236", card("text_notice", main_title=TITLE, card_action=URL)),
    Row("text_notice with sub title", "doc/90236", card("text_notice", sub_title_text="下雨", card_action=URL)),
    Row(
        "text_notice with menu",
        "doc/90236",
        card(
            "text_notice",
            main_title=TITLE,
            card_action=URL,
            task_id="t1",
            action_menu={"desc": "更多", "action_list": [{"text": "不再提醒", "key": "mute"}]},
        ),
    ),
    Row("news_notice", "doc/90236", card("news_notice", main_title=TITLE, card_action=URL, card_image={"url": "u"})),
    Row(
        "button_interaction",
        "doc/90236",
        card("button_interaction", main_title=TITLE, button_list=BUTTONS, task_id="t"),
    ),
    Row(
        "link button",
        "doc/90236",
        card(
            "button_interaction",
            main_title=TITLE,
            task_id="t",
            button_list=[{"text": "看", "type": 1, "url": "https://example.com"}],
        ),
    ),
    Row(
        "vote_interaction",
        "doc/90236",
        card("vote_interaction", main_title=TITLE, checkbox=BOX, submit_button=SUBMIT, task_id="t"),
    ),
    Row(
        "multiple_interaction",
        "doc/90236",
        card("multiple_interaction", main_title=TITLE, select_list=SELECTS, submit_button=SUBMIT, task_id="t"),
    ),
    Row(
        "six lines",
        "doc/90236",
        card(
            "text_notice",
            main_title=TITLE,
            card_action=URL,
            horizontal_content_list=[{"keyname": "k", "value": "v"}] * 6,
        ),
    ),
    Row(
        "quote without url",
        "doc/90236",
        card("text_notice", main_title=TITLE, card_action=URL, quote_area={"type": 1}),
        40058,
    ),
    Row("no card", "doc/90236", message("template_card", {}), 44004),
    Row("unknown card type", "doc/90236", card("poem"), 40058),
    Row("text_notice without action", "doc/90236", card("text_notice", main_title=TITLE), 40058),
    Row(
        "text_notice leading nowhere",
        "doc/90236",
        card("text_notice", main_title=TITLE, card_action={"type": 0}),
        40058,
    ),
    Row("text_notice without words", "doc/90236", card("text_notice", card_action=URL), 40058),
    Row(
        "menu without task_id",
        "doc/90236",
        card(
            "text_notice",
            main_title=TITLE,
            card_action=URL,
            action_menu={"desc": "更多", "action_list": [{"text": "不再提醒", "key": "mute"}]},
        ),
        40058,
    ),
    Row("news_notice without picture", "doc/90236", card("news_notice", main_title=TITLE, card_action=URL), 40058),
    Row(
        "news_notice too wide",
        "doc/90236",
        card("news_notice", main_title=TITLE, card_action=URL, card_image={"url": "u", "aspect_ratio": 3}),
        40058,
    ),
    Row("no buttons", "doc/90236", card("button_interaction", main_title=TITLE, button_list=[], task_id="t"), 40058),
    Row(
        "seven buttons",
        "doc/90236",
        card(
            "button_interaction",
            main_title=TITLE,
            task_id="t",
            button_list=[{"text": "好", "key": str(n)} for n in range(7)],
        ),
        40058,
    ),
    Row(
        "two buttons of one key",
        "doc/90236",
        card("button_interaction", main_title=TITLE, task_id="t", button_list=[BUTTONS[0], BUTTONS[0]]),
        40058,
    ),
    Row(
        "key beyond 1024 bytes",
        "doc/90236",
        card("button_interaction", main_title=TITLE, task_id="t", button_list=[{"text": "好", "key": "k" * 1025}]),
        40058,
    ),
    Row("no task_id", "doc/90236", card("button_interaction", main_title=TITLE, button_list=BUTTONS), 40058),
    Row(
        "task_id in Chinese",
        "doc/90236",
        card("button_interaction", main_title=TITLE, button_list=BUTTONS, task_id="任务"),
        40058,
    ),
    Row(
        "task_id of 129 bytes",
        "doc/90236",
        card("button_interaction", main_title=TITLE, button_list=BUTTONS, task_id="t" * 129),
        40058,
    ),
    Row(
        "vote without options",
        "doc/90236",
        card(
            "vote_interaction",
            main_title=TITLE,
            submit_button=SUBMIT,
            task_id="t",
            checkbox={"question_key": "q", "option_list": []},
        ),
        40058,
    ),
    Row(
        "21 options",
        "doc/90236",
        card(
            "vote_interaction",
            main_title=TITLE,
            submit_button=SUBMIT,
            task_id="t",
            checkbox={"question_key": "q", "option_list": [{"id": str(n), "text": "x"} for n in range(21)]},
        ),
        40058,
    ),
    Row(
        "vote without submit", "doc/90236", card("vote_interaction", main_title=TITLE, checkbox=BOX, task_id="t"), 40058
    ),
    Row(
        "four selections",
        "doc/90236",
        card(
            "multiple_interaction",
            main_title=TITLE,
            submit_button=SUBMIT,
            task_id="t",
            select_list=[{**SELECTS[0], "question_key": str(n)} for n in range(4)],
        ),
        40058,
    ),
    Row(
        "seven lines",
        "doc/90236",
        card("text_notice", main_title=TITLE, card_action=URL, horizontal_content_list=[{"keyname": "k"}] * 7),
        40058,
    ),
    Row(
        "a bot's jump in an app",
        "doc/90236",
        card("text_notice", main_title=TITLE, card_action=URL, jump_list=[{"type": 3, "title": "t", "question": "q"}]),
        40058,
    ),
    Row(
        "replace_text when new",
        "doc/94888",
        card("button_interaction", main_title=TITLE, button_list=BUTTONS, task_id="t", replace_text="已点"),
        40058,
    ),
)


@pytest.mark.parametrize("row", SEND + CARDS)
async def test_message_send(company: Company, row: Row) -> None:
    for kind in ("image", "file", "voice", "video"):
        company.wecom.media.keep(kind)
    found = await company.post("message/send", row.request)
    assert found["errcode"] == row.errcode, found["errmsg"]
    assert ("msgid" in found) is (row.errcode == 0)
    assert bool(company.wecom.journal.seen()) is (row.errcode == 0)


UPDATE = rows(
    Row("grey the buttons", "doc/94888", {"userids": ["li.na"], "button": {"replace_name": "已投票"}}),
    Row("for all", "doc/94888", {"atall": 1, "button": {"replace_name": "已投票"}}),
    Row("for a party", "doc/94888", {"partyids": [1], "button": {"replace_name": "已投票"}}),
    Row(
        "another card",
        "doc/94888",
        {
            "userids": ["li.na"],
            "template_card": {"card_type": "text_notice", "main_title": {"title": "结束"}, "card_action": URL},
        },
    ),
    Row(
        "interactive card with replace_text",
        "doc/94888",
        {
            "userids": ["li.na"],
            "template_card": {
                "card_type": "button_interaction",
                "main_title": TITLE,
                "button_list": BUTTONS,
                "replace_text": "已点",
            },
        },
    ),
    Row("a person without the card", "doc/94888", {"userids": ["wang.wu"], "button": {"replace_name": "已投票"}}),
    Row("nobody", "doc/94888", {"button": {"replace_name": "已投票"}}, 40063),
    Row("neither button nor card", "doc/94888", {"userids": ["li.na"]}, 40058),
    Row("empty label", "doc/94888", {"userids": ["li.na"], "button": {"replace_name": ""}}, 40058),
    Row("broken card", "doc/94888", {"userids": ["li.na"], "template_card": {"card_type": "text_notice"}}, 40058),
    Row(
        "unknown code",
        "doc/94888",
        {"userids": ["li.na"], "response_code": "x", "button": {"replace_name": "a"}},
        40058,
    ),
    Row("another agent", "doc/94888", {"userids": ["li.na"], "agentid": 1, "button": {"replace_name": "a"}}, 40056),
    Row("userids as a word", "doc/94888", {"userids": "li.na", "button": {"replace_name": "a"}}, 40035),
)


def vote(**more: Any) -> Body:
    fields = {"main_title": TITLE, "checkbox": BOX, "submit_button": SUBMIT, "task_id": "poll-1"}
    return {**card("vote_interaction", **fields), **more}


@pytest.mark.parametrize("row", UPDATE)
async def test_update_template_card(company: Company, row: Row) -> None:
    sent = await company.post("message/send", vote())
    body = {"agentid": 1000002, "response_code": sent["response_code"], **row.request}
    found = await company.post("message/update_template_card", body)
    assert found["errcode"] == row.errcode, found["errmsg"]
    changed = len(company.wecom.journal.seen()[0].history) == 2
    assert changed is (row.errcode == 0 and found["invaliduser"] == [])


RECALL = rows(
    Row("own message", "doc/94867", {"msgid": "own"}),
    Row("own message again", "doc/94867", {"msgid": "own"}),
    Row("unknown fields are ignored", "doc/94867", {"msgid": "own", "reason": "typo"}),
    Row("no msgid", "doc/94867", {}, 40063),
    Row("empty msgid", "doc/94867", {"msgid": ""}, 40063),
    Row("unknown msgid", "doc/94867", {"msgid": "x"}, 40058),
    Row("msgid as a number", "doc/94867", {"msgid": 7}, 40063),
)


@pytest.mark.parametrize("row", RECALL)
async def test_recall(company: Company, row: Row) -> None:
    sent = await company.send("发错了")
    body = {**row.request, **({"msgid": sent["msgid"]} if row.request.get("msgid") == "own" else {})}
    found = await company.post("message/recall", body)
    assert found["errcode"] == row.errcode
    assert company.wecom.journal.seen()[0].recalled is (row.errcode == 0)


USER = rows(
    Row("a member", "doc/90196", {"userid": "li.na"}),
    Row("in other case", "doc/90196", {"userid": "Li.Na"}),
    Row("another member", "doc/90196", {"userid": "wang.wu"}),
    Row("no userid", "doc/90196", {}, 40063),
    Row("beyond 64 bytes", "doc/90196", {"userid": "a" * 65}, 40003),
    Row("nobody", "doc/90196", {"userid": "nobody"}, 60111),
    Row("out of sight", "doc/90196", {"userid": "hidden"}, 60011),
)


@pytest.mark.parametrize("row", USER)
async def test_user_get(company: Company, row: Row) -> None:
    found = await company.get("user/get", access_token=company.token, **row.request)
    assert found["errcode"] == row.errcode
    assert ("name" in found) is (row.errcode == 0)


PNG, JPG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"


def form(content: bytes = PNG, disposition: str = 'name="media"; filename="价目表.png"') -> Body:
    head = f"--b\r\nContent-Disposition: form-data; {disposition}\r\nContent-Type: image/png\r\n\r\n"
    return {"raw": head.encode() + content + b"\r\n--b--\r\n", "type": "multipart/form-data; boundary=b"}


IMAGE, FILE = {"type": "image"}, {"type": "file"}
UPLOAD = rows(
    Row("a PNG", "doc/90253", form(), query=IMAGE),
    Row("a JPG", "doc/90253", form(JPG + b"12345"), query=IMAGE),
    Row("any file", "doc/90253", form(b"a,b\r\n1,2\r\n"), query=FILE),
    Row("a picture as a file", "doc/90253", form(), query=FILE),
    Row("six bytes", "doc/90253", form(b"123456"), query=FILE),
    Row("a voice", "doc/90253", form(b"#!AMR\n123"), query={"type": "voice"}),
    Row("a picture of 10 MB", "doc/90253", form(PNG.ljust(10 << 20, b"x")), query=IMAGE),
    Row("no type", "doc/90253", form(), 40004),
    Row("unknown type", "doc/90253", form(), 40004, {"type": "poem"}),
    Row("a GIF as an image", "doc/90253", form(b"GIF89a12"), 40004, IMAGE),
    Row("an MP3 as a voice", "doc/90253", form(b"ID3456"), 40004, {"type": "voice"}),
    Row("five bytes", "doc/90253", form(b"12345"), 44001, FILE),
    Row("another field", "doc/90253", form(PNG, 'name="file"; filename="a.png"'), 44001, IMAGE),
    Row("no form", "doc/90253", {"raw": PNG, "type": "image/png"}, 44001, IMAGE),
    Row("a picture beyond 10 MB", "doc/90253", form(PNG.ljust((10 << 20) + 1, b"x")), 45001, IMAGE),
    Row("a file beyond 20 MB", "doc/90253", form(b"x" * ((20 << 20) + 1)), 45001, FILE),
    Row("a voice beyond 2 MB", "doc/90253", form(b"#!AMR".ljust((2 << 20) + 1, b"x")), 45001, {"type": "voice"}),
    Row("an encoded name", "doc/90253", form(PNG, "name=\"media\"; filename*=utf-8''%E4%BB%B7.png"), 40035, IMAGE),
    Row("no name", "doc/90253", form(PNG, 'name="media"'), 40035, IMAGE),
)


@pytest.mark.parametrize("row", UPLOAD)
async def test_media_upload(company: Company, row: Row) -> None:
    url, query = f"{company.wecom.url}/cgi-bin/media/upload", {"access_token": company.token, **row.query}
    headers = {"Content-Type": row.request["type"]}
    async with company.http.post(url, params=query, data=BytesIO(row.request["raw"]), headers=headers) as response:
        found = await response.json()
    assert found["errcode"] == row.errcode, found["errmsg"]
    assert {"type", "media_id", "created_at"} <= set(found) if row.errcode == 0 else "media_id" not in found


MEDIA = rows(
    Row("a picture", "doc/90254", {"media_id": "media-1"}),
    Row("unknown fields are ignored", "doc/90254", {"media_id": "media-1", "debug": "1"}),
    Row("a range", "doc/90254", {"media_id": "media-1"}, query={"Range": "bytes=2-4"}),
    Row("no id", "doc/90254", {}, 40063),
    Row("an empty id", "doc/90254", {"media_id": ""}, 40063),
    Row("an unknown id", "doc/90254", {"media_id": "media-9"}, 40007),
)


@pytest.mark.parametrize("row", MEDIA)
async def test_media_get(company: Company, row: Row) -> None:
    company.wecom.media.keep("image", b"0123456789", "a.png")
    url, query = f"{company.wecom.url}/cgi-bin/media/get", {"access_token": company.token, **row.request}
    async with company.http.get(url, params=query, headers=row.query) as response:
        if row.errcode:
            assert (await response.json())["errcode"] == row.errcode
            return
        assert (response.status, await response.read()) == ((206, b"234") if row.query else (200, b"0123456789"))
        assert response.headers["Content-Disposition"] == 'attachment; filename="a.png"'


async def test_media_live_for_three_days(frozen: Company) -> None:
    """doc/90253."""
    kept = frozen.wecom.media.keep("image", b"0123456789")
    image = message("image", {"media_id": kept.id})
    frozen.clock.moment += 3 * 24 * 3600 - 7000
    frozen.token = str((await frozen.get("gettoken", corpid=CORP, corpsecret=SECRET))["access_token"])
    assert (await frozen.post("message/send", image))["errcode"] == 0
    frozen.clock.moment += 7001
    assert (await frozen.post("message/send", image))["errcode"] == 40007


GET_CALLS = ("getcallbackip", "get_api_domain_ip", "user/get", "media/get")
POST_CALLS = ("message/send", "message/update_template_card", "message/recall")


@pytest.mark.parametrize("path", (*GET_CALLS, *POST_CALLS, "media/upload"))
@pytest.mark.parametrize(
    ("trouble", "errcode"),
    [
        ("missing", 41001),
        ("empty", 41001),
        ("unknown", 40014),
        ("forgotten", 40014),
        ("expired", 42001),
        ("of old", 42001),
    ],
)
async def test_the_token_is_checked(frozen: Company, path: str, trouble: str, errcode: int) -> None:
    """doc/90313: each call wants a token that lives."""
    tokens = {"missing": {}, "empty": {"access_token": ""}, "unknown": {"access_token": "x"}}
    if trouble == "forgotten":
        frozen.wecom.forget_tokens()
    if trouble == "expired":
        frozen.wecom.expire_tokens()
    if trouble == "of old":
        frozen.clock.moment += 7200
    query = tokens.get(trouble, {"access_token": frozen.token})
    url = f"{frozen.wecom.url}/cgi-bin/{path}"
    method = "GET" if path in GET_CALLS else "POST"
    async with frozen.http.request(method, url, params=query, json={} if method == "POST" else None) as response:
        assert (await response.json())["errcode"] == errcode


@pytest.mark.parametrize("path", ["getcallbackip", "get_api_domain_ip"])
@pytest.mark.parametrize("query", [{}, {"debug": "1"}, {"lang": "zh"}, {"a": ""}, {"b": "二"}, {"c": "3"}])
async def test_address_lists(company: Company, path: str, query: Mapping[str, str]) -> None:
    """doc/90238, doc/92520: no permission is needed beyond a token, and other parameters do not matter."""
    found = await company.get(path, access_token=company.token, **query)
    assert found == {"errcode": 0, "errmsg": "ok", "ip_list": ["127.0.0.1"]}


@pytest.mark.parametrize("path", POST_CALLS)
@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"x"', b"null", b"\xff\xfe"])
async def test_a_body_must_be_a_json_object(company: Company, path: str, raw: bytes) -> None:
    """doc/90313."""
    url = f"{company.wecom.url}/cgi-bin/{path}"
    async with company.http.post(url, params={"access_token": company.token}, data=raw) as response:
        assert (await response.json())["errcode"] == 40035


RESPONSE = rows(
    Row("markdown", "doc/101138", message("markdown", {"content": "**结果** 见下表"})),
    Row("markdown of 20480 bytes", "doc/101138", message("markdown", {"content": "a" * 20480})),
    Row("markdown with feedback", "doc/101138", message("markdown", {"content": "好", "feedback": {"id": "fb-1"}})),
    Row("text_notice", "doc/101138", card("text_notice", main_title=TITLE, card_action=URL)),
    Row("buttons", "doc/101138", card("button_interaction", main_title=TITLE, button_list=BUTTONS, task_id="t")),
    Row(
        "a jump that asks the bot",
        "doc/101032",
        card(
            "text_notice",
            main_title=TITLE,
            card_action=URL,
            jump_list=[{"type": 3, "title": "继续", "question": "还有呢"}],
        ),
    ),
    Row(
        "selection without task_id",
        "doc/101032",
        card("multiple_interaction", main_title=TITLE, select_list=SELECTS, submit_button=SUBMIT),
    ),
    Row("text", "doc/101138", text(), 40008),
    Row("stream", "doc/101138", message("stream", {"id": "s", "finish": True, "content": "x"}), 40008),
    Row("nothing", "doc/101138", {}, 40008),
    Row("empty markdown", "doc/101138", message("markdown", {"content": ""}), 44004),
    Row("markdown beyond 20480 bytes", "doc/101138", message("markdown", {"content": "a" * 20481}), 45002),
    Row(
        "feedback beyond 256 bytes",
        "doc/101138",
        message("markdown", {"content": "好", "feedback": {"id": "f" * 257}}),
        40058,
    ),
    Row("broken card", "doc/101138", card("text_notice"), 40058),
    Row(
        "a file line",
        "doc/101032",
        card(
            "text_notice",
            main_title=TITLE,
            card_action=URL,
            horizontal_content_list=[{"keyname": "k", "type": 2, "media_id": "m"}],
        ),
        40058,
    ),
    Row("unknown code", "doc/101138", message("markdown", {"content": "好"}), 40058, {"response_code": "x"}),
)


@pytest.mark.parametrize("row", RESPONSE)
async def test_aibot_response(company: Company, row: Row) -> None:
    listener = await company.listen(company.bot, silent)
    asked = await company.wecom.mention(company.bot, "wrG1", "li.na", "结果呢")
    await asked.delivered()
    url = row.query or {"response_code": listener.heard[0]["response_url"].partition("response_code=")[2]}
    found = await company.post("aibot/response", row.request, **url)
    assert found["errcode"] == row.errcode, found["errmsg"]
    assert bool(company.wecom.journal.answers_to(asked.msgid)) is (row.errcode == 0)
