"""What a 微信客服 account hears, as events (messages: WeCom doc 94670, events in them: 94670, callbacks: 94699).

An item of a page names its account and its customer itself, an event does so in its `event` object.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.channels.identity import event_id, moment
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
    Route,
    Served,
    Turned,
    Undelivered,
)
from bot.wecom.envelope import listed, word

CODE_LIFE = timedelta(seconds=20)
SERVING_CODE_LIFE = timedelta(hours=48)
MEDIA_LIFE = timedelta(days=3)
# Between a card's task and the key of its button, in the id of a menu's item; tasks have no such sign.
PRESSED = "!"
SERVICER = "5"
SECRETS = frozenset(("welcome_code", "msg_code"))

_Change = Literal["taken", "passed", "ended", "reopened", ""]
_CHANGES: Mapping[str, _Change] = {"1": "taken", "2": "passed", "3": "ended", "4": "reopened"}
_FAILURES: Mapping[str, str] = {
    "0": "原因不明",
    "1": "客服账号已被删除",
    "2": "应用已被关闭",
    "4": "距客户上次说话超过 48 小时",
    "5": "会话已经结束",
    "6": "客户没有再说话，已发满 5 条",
    "7": "没有绑定视频号",
    "8": "企业没有认证：先在管理后台完成企业认证",
    "9": "没有绑定视频号，企业也没有认证",
    "10": "客户拒收",
    "11": "企业微信里没有成员登录过，请至少一人登录",
    "12": "这类消息不能由服务商的客服组件发送",
}
# What can go out when the customer speaks again: the window, the session and the budget begin anew.
_LATER = frozenset(("4", "5", "6"))


def place_of(door: str, open_kfid: str, customer: str) -> Conversation:
    """The conversation of a customer with an account; both ids byte for byte."""
    return Conversation(door, "direct", f"{open_kfid}/{customer}")


def ids_of(place: Conversation) -> tuple[str, str]:
    """The account and the customer of a conversation."""
    open_kfid, _, customer = place.native.partition("/")
    return open_kfid, customer


class Item:
    """One item of a page: who, when, with which account. `nickname`: what the customer calls themselves."""

    __slots__ = ("account", "body", "corp", "customer", "door", "event", "names", "received_at")

    def __init__(
        self, body: object, door: str, corp: str, open_kfid: str, received_at: datetime, names: Mapping[str, str]
    ) -> None:
        self.body = body
        self.event = body.get("event") if isinstance(body, dict) else None
        self.door = door
        self.corp = corp
        self.received_at = received_at
        self.names = names
        about = self.event if self.kind == "event" else body
        self.account = word(about, "open_kfid") or open_kfid
        self.customer = word(about, "external_userid")

    @property
    def kind(self) -> str:
        return word(self.body, "msgtype")

    @property
    def at(self) -> datetime:
        return moment(word(self.body, "send_time"), self.received_at)

    def word(self, *path: str) -> str:
        return word(self.body, *path)

    def detail(self, name: str) -> str:
        """A field of the event object."""
        return word(self.event, name)

    def common(self, route: Route | None = None) -> dict[str, Any]:
        """What every event of this item has."""
        return {
            "id": self.id_of(self.word("msgid")),
            "conversation": place_of(self.door, self.account, self.customer),
            "member": self.customer,
            "at": self.at,
            "received_at": self.received_at,
            "route": route or Route(),
            "nickname": self.names.get(self.customer, ""),
        }

    def id_of(self, msgid: str) -> str:
        """The id of the event of a message of this customer: a recall names the message alone."""
        return event_id(self.door, self.corp, (self.account, self.customer, msgid or self._said()))

    def _said(self) -> str:
        return json.dumps(self.body, sort_keys=True, ensure_ascii=False)


def is_known(item: Item) -> bool:
    """Whether this kind of item is one that we read."""
    return item.detail("event_type") in _EVENTS if item.kind == "event" else item.kind in _FORMS


def parse(item: Item) -> Event:
    """The event of an item; never fails. What nobody knows is a message without words, or `Noticed`."""
    if item.kind == "event":
        name = item.detail("event_type")
        return _EVENTS.get(name, _notice)(item, name)
    if not item.customer:
        return Noticed(name=item.kind or "unknown", data=_details(item.body), **item.common())
    words, media = _FORMS.get(item.kind, _unread)(item, item.kind)
    if item.word("origin") == SERVICER:
        staff = item.word("servicer_userid").lower()
        return Served(staff=staff, form=item.kind, text=words.strip(), media=media, **item.common())
    if pressed := _pressed(item):
        return pressed
    return Message(form=item.kind or "unknown", text=words.strip(), media=media, **item.common())


def _pressed(item: Item) -> Event | None:
    """A press on a card that was shown as a menu; the items of other menus are said in words."""
    task, sign, key = item.word("text", "menu_id").partition(PRESSED)
    return Clicked(task=task, key=key, card="msgmenu", **item.common()) if sign and task else None


Reading = tuple[str, tuple[Media, ...]]


def _words(item: Item, form: str) -> Reading:
    return item.word("text", "content"), ()


def _media(item: Item, form: str) -> Reading:
    until = item.at + MEDIA_LIFE
    return "", (Media(form, media_id=item.word(form, "media_id"), expires_at=until),)


def _place(item: Item, form: str) -> Reading:
    return _lines(item, form, "name", "address"), ()


def _link(item: Item, form: str) -> Reading:
    return _lines(item, form, "title", "desc", "url"), ()


def _title(item: Item, form: str) -> Reading:
    return _lines(item, form, "title", "nickname", "name", "product_name", "order_id"), ()


def _card(item: Item, form: str) -> Reading:
    return _lines(item, form, "userid"), ()


def _menu(item: Item, form: str) -> Reading:
    """A menu that staff sent: its words, one item a line."""
    items = [_menu_item(one) for one in listed(item.body, form, "list")]
    return "\n".join(filter(None, (item.word(form, "head_content"), *items, item.word(form, "tail_content")))), ()


def _menu_item(item: object) -> str:
    return word(item, word(item, "type"), "content")


def _merged(item: Item, form: str) -> Reading:
    """A forwarded bundle: who said what, one a line."""
    said = [_merged_line(one) for one in listed(item.body, form, "item")]
    return "\n".join(filter(None, (item.word(form, "title"), *said))), ()


def _merged_line(item: object) -> str:
    try:
        content = json.loads(word(item, "msg_content") or "null")
    except (ValueError, RecursionError):
        content = None
    kind = word(item, "msgtype")
    words = word(content, kind, "content") or word(content, "content") or f"［{kind}］"
    return f"{word(item, 'sender_name')}：{words}"


def _unread(item: Item, form: str) -> Reading:
    return "", ()


def _lines(item: Item, form: str, *fields: str) -> str:
    return "\n".join(filter(None, (item.word(form, field) for field in fields)))


_FORMS: Mapping[str, Callable[[Item, str], Reading]] = {
    "text": _words,
    "image": _media,
    "voice": _media,
    "video": _media,
    "file": _media,
    "location": _place,
    "link": _link,
    "business_card": _card,
    "miniprogram": _title,
    "msgmenu": _menu,
    "channels": _title,
    "channels_shop_product": _title,
    "channels_shop_order": _title,
    "merged_msg": _merged,
}


def _opened(item: Item, name: str) -> Event:
    code = item.detail("welcome_code")
    route = Route(code=code, expires_at=item.at + CODE_LIFE) if code else Route()
    return Opened(how=name, scene=item.detail("scene"), param=item.detail("scene_param"), **item.common(route))


def _undelivered(item: Item, name: str) -> Event:
    kind = item.detail("fail_type")
    why = _FAILURES.get(kind, f"企业微信的 fail_type {kind}")
    return Undelivered(of=item.detail("fail_msgid"), why=why, later=kind in _LATER, **item.common())


def _duty(item: Item, name: str) -> Event:
    """Here 1 receives and 2 has stopped; where servicers are listed it is 0 and 1."""
    return Duty(
        staff=item.detail("servicer_userid").lower(),
        receiving=item.detail("status") == "1",
        suspended=item.detail("status") != "1" and item.detail("stop_type") == "1",
        **item.common(),
    )


def _turned(item: Item, name: str) -> Event:
    change, code = _CHANGES.get(item.detail("change_type"), ""), item.detail("msg_code")
    life = CODE_LIFE if change == "ended" else SERVING_CODE_LIFE
    return Turned(
        change=change,
        staff=item.detail("new_servicer_userid").lower(),
        before=item.detail("old_servicer_userid").lower(),
        **item.common(Route(code=code, expires_at=item.at + life) if code else Route()),
    )


def _recalled(item: Item, name: str) -> Event:
    of = item.id_of(item.detail("recall_msgid"))
    return Recalled(of=of, staff=item.detail("servicer_userid").lower(), **item.common())


def _notice(item: Item, name: str) -> Event:
    return Noticed(name=name or "unknown", data=_details(item.event), **item.common())


_EVENTS: Mapping[str, Callable[[Item, str], Event]] = {
    "enter_session": _opened,
    "msg_send_fail": _undelivered,
    "servicer_status_change": _duty,
    "session_status_change": _turned,
    "user_recall_msg": _recalled,
    "servicer_recall_msg": _recalled,
    "reject_customer_msg_switch_change": _notice,
}


def _details(said: object) -> dict[str, str]:
    """The plain fields of an object, codes left out."""
    return {name: word(said, name) for name in said if name not in SECRETS} if isinstance(said, dict) else {}
