"""消息推送 of a group (doc/99110): which messages its webhook takes, and which it refuses with which code."""

import base64
import hashlib
import json
from io import BytesIO
from typing import Any

import aiohttp
import pytest

from bot.simulator import SimulatorError, Webhook

from .conftest import Company

PNG = b"\x89PNG\r\n\x1a\n-----"
TITLE = {"title": "今晚上新"}
ARTICLE = {"title": "周报", "url": "https://example.com"}
LEADS = {"card_action": {"type": 1, "url": "https://example.com"}}
BUTTONS = {"button_list": [{"text": "好", "key": "yes"}], "task_id": "t"}
MENU = {"action_menu": {"desc": "更多", "action_list": [{"text": "不再提醒", "key": "mute"}]}, "task_id": "t"}


def picture(raw: bytes, md5: str = "") -> dict[str, str]:
    return {"base64": base64.b64encode(raw).decode(), "md5": md5 or hashlib.md5(raw).hexdigest()}


def card(card_type: str, **fields: Any) -> dict[str, Any]:
    return {"card_type": card_type, "main_title": TITLE, **LEADS, **fields}


@pytest.fixture
def company(frozen: Company) -> Company:
    return frozen


@pytest.fixture
def webhook(company: Company) -> Webhook:
    company.wecom.add_group("wrG9", members=["li.na"])
    return company.wecom.add_webhook("wrG9")


async def push(company: Company, key: str, msgtype: str, payload: Any) -> int:
    body = {name: value for name, value in (("msgtype", msgtype), (msgtype, payload)) if value is not None}
    url = f"{company.wecom.url}/cgi-bin/webhook/send"
    async with company.http.post(url, params={"key": key}, data=BytesIO(json.dumps(body).encode())) as response:
        return int((await response.json())["errcode"])


async def upload(company: Company, key: str, kind: str, content: bytes) -> dict[str, Any]:
    form = aiohttp.FormData()
    form.add_field("media", BytesIO(content), filename="a.bin", content_type="application/octet-stream")
    url = f"{company.wecom.url}/cgi-bin/webhook/upload_media"
    async with company.http.post(url, params={"key": key, "type": kind}, data=form) as response:
        return dict(await response.json())


@pytest.mark.parametrize(
    ("msgtype", "payload", "errcode"),
    [
        ("text", {"content": "比赛 10 分钟后开始"}, 0),
        ("text", {"content": "a" * 2048, "mentioned_list": ["li.na", "@all"], "mentioned_mobile_list": ["@all"]}, 0),
        ("text", {"content": "长" * 683}, 45002),
        ("text", {"content": ""}, 44004),
        ("text", None, 44004),
        ("text", {"content": "x", "mentioned_list": "li.na"}, 40058),
        ("markdown", {"content": "a" * 4096}, 0),
        ("markdown", {"content": "a" * 4097}, 45002),
        ("markdown_v2", {"content": "| a | b |"}, 0),
        ("markdown_v2", {"content": "长" * 1366}, 45002),
        ("image", picture(PNG), 0),
        ("image", picture(b"\xff\xd8\xff" + b"x" * ((2 << 20) - 3)), 0),
        ("image", picture(b"\xff\xd8\xff" + b"x" * ((2 << 20) - 2)), 40009),
        ("image", picture(b"GIF89a"), 40004),
        ("image", picture(PNG, md5="0" * 32), 40058),
        ("image", {"base64": "签到", "md5": "x"}, 40058),
        ("image", {"md5": "x"}, 44004),
        ("news", {"articles": [{**ARTICLE, "description": "看看", "picurl": "https://example.com/p.png"}] * 8}, 0),
        ("news", {"articles": [ARTICLE] * 9}, 45008),
        ("news", {"articles": []}, 44004),
        ("news", {"articles": [{"title": "没有链接"}]}, 44004),
        ("file", {"media_id": "media-99"}, 40007),
        ("voice", {}, 40007),
        ("template_card", card("text_notice"), 0),
        ("template_card", card("news_notice", card_image={"url": "https://example.com/p.png"}), 0),
        ("template_card", card("button_interaction", **BUTTONS), 40058),
        ("template_card", card("text_notice", **MENU), 40058),
        ("template_card", card("text_notice", card_action={}), 40058),
        ("stream", {"content": "x"}, 40008),
        (None, None, 40008),
    ],
)
async def test_each_kind_has_its_limits(
    company: Company, webhook: Webhook, msgtype: Any, payload: Any, errcode: int
) -> None:
    assert await push(company, webhook.key, msgtype, payload) == errcode
    seen = [record for record in company.wecom.journal.seen() if record.door == webhook.id]
    assert [record.msgtype for record in seen] == [msgtype] * (errcode == 0)


async def test_what_is_pushed_is_seen_in_the_group_with_who_is_alerted(company: Company, webhook: Webhook) -> None:
    await push(company, webhook.key, "text", {"content": "开会", "mentioned_list": ["li.na"]})
    await push(company, webhook.key, "markdown", {"content": "**开会** <@li.na> 1 <@ 2"})
    await push(company, webhook.key, "markdown_v2", {"content": "开会 <@li.na>"})
    records = company.wecom.journal.seen()
    assert [(one.conversation.native, one.via, one.mentions) for one in records] == [
        ("wrG9", "webhook", ("li.na",)),
        ("wrG9", "webhook", ("li.na",)),
        ("wrG9", "webhook", ()),
    ]


@pytest.mark.parametrize(("kind", "content"), [("file", b"x" * 6), ("voice", b"#!AMR\n-----")])
async def test_an_upload_is_good_for_its_own_webhook_alone(
    company: Company, webhook: Webhook, kind: str, content: bytes
) -> None:
    made = await upload(company, webhook.key, kind, content)
    assert made["errcode"] == 0 and made["type"] == kind
    assert await push(company, webhook.key, kind, {"media_id": made["media_id"]}) == 0
    company.wecom.add_group("wrG8", members=["li.na"])
    other = company.wecom.add_webhook("wrG8", "别的")
    assert await push(company, other.key, kind, {"media_id": made["media_id"]}) == 40007
    assert await push(company, webhook.key, "file" if kind == "voice" else "voice", made) == 40007
    company.clock.moment += 3 * 24 * 3600 + 1
    assert await push(company, webhook.key, kind, {"media_id": made["media_id"]}) == 40007


@pytest.mark.parametrize(
    ("kind", "content", "errcode"),
    [
        ("image", PNG, 40004),
        ("voice", b"not AMR at all", 40004),
        ("voice", b"#!AMR" + b"x" * (2 << 20), 45001),
        ("file", b"x" * 5, 44001),
    ],
)
async def test_uploads_have_their_limits(
    company: Company, webhook: Webhook, kind: str, content: bytes, errcode: int
) -> None:
    assert (await upload(company, webhook.key, kind, content))["errcode"] == errcode


async def test_twenty_a_minute_and_what_is_refused_costs_nothing(company: Company, webhook: Webhook) -> None:
    assert await push(company, webhook.key, "text", {"content": ""}) == 44004
    said = {"content": "通知"}
    assert [await push(company, webhook.key, "text", said) for _ in range(22)] == [0] * 20 + [45009] * 2
    company.clock.moment += 60
    assert await push(company, webhook.key, "text", said) == 0


async def test_a_key_that_is_wrong_removed_or_switched_off_is_told(company: Company, webhook: Webhook) -> None:
    said, webhooks = {"content": "通知"}, company.wecom.webhooks
    assert await push(company, "no-such-key", "text", said) == 93000
    assert await push(company, "", "text", said) == 93000
    webhooks.disable(webhook)
    assert await push(company, webhook.key, "text", said) == 93004
    webhooks.remove(webhook)
    assert await push(company, webhook.key, "text", said) == 93000
    assert (await upload(company, webhook.key, "file", b"x" * 6))["errcode"] == 93000
    webhooks.restore(webhook)
    assert await push(company, webhook.key, "text", said) == 0


async def test_the_journal_holds_no_key(company: Company, webhook: Webhook) -> None:
    await push(company, webhook.key, "text", {"content": "通知"})
    assert "key" not in company.wecom.journal.calls("/cgi-bin/webhook/send")[0].body


async def test_a_group_with_customers_has_no_webhook(company: Company) -> None:
    company.wecom.add_customer("wmC1")
    company.wecom.add_group("wrC", members=["li.na"], customers=["wmC1"])
    for group in ("wrC", "wrNowhere"):
        with pytest.raises(SimulatorError, match="webhook"):
            company.wecom.add_webhook(group)
