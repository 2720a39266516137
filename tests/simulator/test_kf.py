"""微信客服 as WeCom has it: hints, pages, the budget, codes that work once, and states that only go some ways."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from bot.simulator import Errcode, Kf, KfAccount, KfDisorder, SimulatorError, WeCom

from .conftest import FAST, MovedClock
from .listener import Listener, silent


@dataclass
class Shop:
    """A company with one account, a servicer and two customers, as an app sees it."""

    wecom: WeCom
    door: Kf
    account: KfAccount
    http: aiohttp.ClientSession
    clock: MovedClock
    listener: Listener
    token: str = ""
    numbers: dict[str, int] = field(default_factory=dict)

    async def log_in(self) -> None:
        query = {"corpid": self.wecom.corp_id, "corpsecret": "kf-s3cret"}
        async with self.http.get(f"{self.wecom.url}/cgi-bin/gettoken", params=query) as response:
            self.token = (await response.json())["access_token"]

    async def pass_time(self, seconds: float) -> None:
        self.clock.moment += seconds
        await self.log_in()

    async def call(self, path: str, **body: Any) -> dict[str, Any]:
        url = f"{self.wecom.url}/cgi-bin/kf/{path}"
        params = {"access_token": self.token}
        async with self.http.post(url, params=params, json={"open_kfid": "wkShop", **body}) as response:
            return dict(await response.json())

    async def send(self, text: str = "您好", to: str = "wmLin", **more: Any) -> int:
        body = {"touser": to, "msgtype": "text", "text": {"content": text}, **more}
        return int((await self.call("send_msg", **body))["errcode"])

    async def state(self) -> int:
        return int((await self.call("service_state/get", external_userid="wmLin"))["service_state"])

    async def change(self, state: int, servicer: str | None = None) -> dict[str, Any]:
        person = {"servicer_userid": servicer} if servicer else {}
        return await self.call("service_state/trans", external_userid="wmLin", service_state=state, **person)

    async def last(self) -> dict[str, Any]:
        """The newest item."""
        return dict((await self.call("sync_msg"))["msg_list"][-1])

    async def said(self, text: str = "在吗") -> None:
        await self.wecom.kf.say(self.account, "wmLin", text)


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    clock = MovedClock()
    async with AsyncExitStack() as stack:
        wecom = await stack.enter_async_context(WeCom(timing=FAST, clock=clock))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        door = wecom.add_kf("客服", secret="kf-s3cret")
        wecom.add_member("Mei01", "小美")
        wecom.add_member("ning01", "阿宁")
        wecom.add_customer("wmLin", "小林")
        wecom.add_customer("wmlin", "小琳")
        account = wecom.kf.open_account(door, "wkShop", "客服中心", servicers=["mei01", "ning01"])
        listener = Listener(door, wecom.corp_id, silent)
        stack.push_async_callback(await listener.start())
        wecom.connect(door, listener.url)
        made = Shop(wecom, door, account, http, clock, listener)
        await made.log_in()
        yield made


async def test_a_hint_holds_nothing_but_a_token_and_the_account(shop: Shop) -> None:
    asked = await shop.wecom.kf.say(shop.account, "wmLin", "什么时候发货？")
    (attempt,) = await asked.delivered()
    (hint,) = shop.listener.heard
    assert attempt.outcome == "ok" and set(hint) == {
        *("ToUserName", "CreateTime", "MsgType", "Event", "Token", "OpenKfId")
    }
    found = await shop.call("sync_msg", token=hint["Token"])
    (item,) = found["msg_list"]
    assert (item["text"], item["origin"], item["external_userid"]) == ({"content": "什么时候发货？"}, 3, "wmLin")
    assert (item["msgid"], found["has_more"]) == (asked.msgid, 0)


async def test_pages_follow_their_cursors_and_may_come_empty(shop: Shop) -> None:
    shop.wecom.kf.disorder = KfDisorder(page=1, empty_pages=0.4)
    await shop.wecom.kf.say_all(shop.account, [("wmLin", str(n)) for n in range(10)])
    await shop.wecom.settle()
    token, cursor, more, heard, empty = shop.listener.heard[-1]["Token"], "", 1, [], 0
    while more:
        page = await shop.call("sync_msg", token=token, cursor=cursor, limit=1000)
        cursor, more = page["next_cursor"], page["has_more"]
        heard += [item["text"]["content"] for item in page["msg_list"]]
        empty += more and not page["msg_list"]
    assert heard == [str(n) for n in range(10)] and empty
    assert (await shop.call("sync_msg", token=token, cursor=cursor))["msg_list"] == []


async def test_tokens_end_and_pulls_without_one_are_few(shop: Shop) -> None:
    await shop.said()
    await shop.wecom.settle()
    await shop.pass_time(601)
    found = await shop.call("sync_msg", token=shop.listener.heard[-1]["Token"])
    assert found["errcode"] == Errcode.KF_BAD_TOKEN
    codes = [(await shop.call("sync_msg"))["errcode"] for _ in range(21)]
    assert codes == [0] * 20 + [Errcode.TOO_OFTEN]


async def test_what_is_older_than_three_days_is_gone(shop: Shop) -> None:
    await shop.said("很久以前")
    await shop.pass_time(4 * 24 * 3600)
    await shop.said("现在")
    assert [item["text"]["content"] for item in (await shop.call("sync_msg"))["msg_list"]] == ["现在"]


async def test_five_messages_go_out_for_each_of_the_customers(shop: Shop) -> None:
    assert await shop.send() == Errcode.BAD_EXTERNAL_USERID
    await shop.said()
    assert await shop.send() == Errcode.KF_STATE, "WeCom's own rules receive first"
    assert (await shop.change(1))["errcode"] == 0 == (await shop.change(1))["errcode"]
    assert [await shop.send() for _ in range(6)] == [0] * 5 + [Errcode.KF_TOO_MANY]
    await shop.said("还在吗")
    assert await shop.send() == 0
    await shop.pass_time(48 * 3600 + 1)
    assert await shop.send() == Errcode.KF_ENDED, "the session went with its window"
    assert [record.text for record in shop.wecom.journal.seen()] == ["您好"] * 6


async def test_a_used_msgid_is_refused(shop: Shop) -> None:
    await shop.said()
    await shop.change(1)
    assert [await shop.send(msgid="out-1") for _ in range(2)] == [0, Errcode.BAD_FIELD]
    assert await shop.send(msgid="x" * 33) == Errcode.BAD_FIELD


async def test_a_welcome_goes_once_and_within_20_seconds(shop: Shop) -> None:
    await shop.wecom.kf.enter(shop.account, "wmLin", "poster1", "a=1")
    event = (await shop.last())["event"]
    assert (event["scene"], event["scene_param"], event["external_userid"]) == ("poster1", "a=1", "wmLin")
    welcome = {"code": event["welcome_code"], "msgtype": "text", "text": {"content": "欢迎"}}
    assert [(await shop.call("send_msg_on_event", **welcome))["errcode"] for _ in range(2)] == [0, Errcode.BAD_FIELD]
    await shop.wecom.kf.enter(shop.account, "wmLin")
    assert "welcome_code" not in (await shop.last())["event"]
    await shop.wecom.kf.enter(shop.account, "wmlin")
    late = (await shop.last())["event"]["welcome_code"]
    await shop.pass_time(21)
    assert (await shop.call("send_msg_on_event", **{**welcome, "code": late}))["errcode"] == Errcode.BAD_FIELD


async def test_a_person_serves_alone_and_the_session_comes_back_new(shop: Shop) -> None:
    await shop.said("转人工")
    assert "msg_code" in await shop.change(2)
    assert (await shop.send(), (await shop.change(1))["errcode"]) == (Errcode.KF_STATE, Errcode.KF_STATE)
    await shop.wecom.kf.take(shop.account, "wmLin", "mei01")
    taken = (await shop.last())["event"]
    assert (taken["change_type"], taken["new_servicer_userid"]) == (1, "Mei01")
    said = {"code": taken["msg_code"], "msgtype": "text", "text": {"content": "小美为您服务"}}
    assert (await shop.call("send_msg_on_event", **said))["errcode"] == 0
    await shop.wecom.kf.answer(shop.account, "wmLin", "您好，我是小美")
    item = await shop.last()
    assert (item["origin"], item["servicer_userid"], item["text"]["content"]) == (5, "Mei01", "您好，我是小美")
    assert await shop.send() == Errcode.KF_STATE
    await shop.wecom.kf.end(shop.account, "wmLin")
    assert ((await shop.last())["event"]["change_type"], await shop.state()) == (3, 4)
    assert (await shop.change(1))["errcode"] == await shop.send() == Errcode.KF_ENDED
    await shop.said("谢谢")
    assert await shop.state() == 0


async def test_only_those_who_receive_can_be_given_a_customer(shop: Shop) -> None:
    await shop.said()
    assert (await shop.change(3, "stranger"))["errcode"] == Errcode.KF_NO_SERVICER
    await shop.wecom.kf.receive(shop.account, "mei01", receiving=False)
    assert (await shop.last())["event"]["status"] == 2
    assert (await shop.change(3, "mei01"))["errcode"] == Errcode.KF_NO_SERVICER
    assert "msg_code" in await shop.change(3, "ning01")
    assert "msg_code" not in await shop.change(3, "ning01")


async def test_a_message_may_be_taken_and_still_fail(shop: Shop) -> None:
    await shop.said()
    await shop.change(1)
    shop.wecom.kf.fail_next(shop.account, "wmLin", 10)
    assert await shop.send(msgid="out-1") == 0
    event = (await shop.last())["event"]
    assert (event["event_type"], event["fail_msgid"], event["fail_type"]) == ("msg_send_fail", "out-1", 10)
    assert not shop.wecom.journal.seen()


async def test_menus_bring_back_the_item_and_its_words(shop: Shop) -> None:
    await shop.said()
    await shop.change(1)
    items = [{"type": "click", "click": {"id": f"k{n}", "content": f"第{n}项"}} for n in (1, 2)]
    menu = {"msgtype": "msgmenu", "msgmenu": {"head_content": "请选", "list": items}}
    assert (await shop.call("send_msg", touser="wmLin", **menu))["errcode"] == 0
    (seen,) = shop.wecom.journal.seen()
    await shop.wecom.kf.press(shop.account, seen, "k2")
    assert (await shop.last())["text"] == {"content": "第2项", "menu_id": "k2"}
    with pytest.raises(SimulatorError):
        await shop.wecom.kf.press(shop.account, seen, "k3")
    many = {"msgtype": "msgmenu", "msgmenu": {"list": [dict(items[0])] * 51}}
    assert (await shop.call("send_msg", touser="wmLin", **many))["errcode"] == Errcode.KF_MENU_ITEMS


async def test_names_are_told_of_those_who_wrote_lately(shop: Shop) -> None:
    await shop.said()
    found = await shop.call("customer/batchget", external_userid_list=["wmLin", "wmlin", "wmNobody"])
    assert [one["nickname"] for one in found["customer_list"]] == ["小林"]
    assert found["invalid_external_userid"] == ["wmlin", "wmNobody"]


async def test_other_apps_have_no_business_here(shop: Shop) -> None:
    other = shop.wecom.kf.open_account(shop.wecom.add_kf("别的", secret="other"), "wkOther")
    assert (await shop.call("sync_msg", open_kfid="wkOther"))["errcode"] == Errcode.KF_NOT_GRANTED
    assert (await shop.call("sync_msg", open_kfid="wkNone"))["errcode"] == Errcode.KF_NO_ACCOUNT
    assert (await shop.call("sync_msg", open_kfid=""))["errcode"] == Errcode.KF_BAD_ID
    listed = (await shop.call("account/list"))["account_list"]
    granted = {one["open_kfid"]: one["manage_privilege"] for one in listed}
    assert granted == {"wkShop": True, "wkOther": False} and other.name == "wkOther"
