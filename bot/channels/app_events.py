"""What a self-built app hears, as events (messages: WeCom doc 90239, events: 90240)."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.channels.identity import event_id, moment
from bot.types.events import Clicked, Conversation, Event, Media, Message, Noticed, Opened, Route
from bot.wecom.envelope import Element, child, leaves, text, texts

CODE_LIFE = timedelta(hours=72)
MEDIA_LIFE = timedelta(days=3)
_ANSWERABLE = frozenset(
    ("subscribe", "enter_agent", "LOCATION", "click", "view", "view_miniprogram", "scancode_waitmsg")
)


_ENVELOPE = frozenset(
    ("ToUserName", "FromUserName", "CreateTime", "MsgType", "Event", "AgentID", "MsgId", "ChangeType", "ResponseCode")
)
MOST_DETAILS = 100

IN_ANSWER = Route(passive="reply")
BY_LANE = Route()


class Callback:
    """A decrypted callback of an app: who, when, where. `reply` is the route of what may be answered in words."""

    __slots__ = ("body", "corp", "door", "member", "received_at", "reply")

    def __init__(
        self, body: dict[str, list[Element]], door: str, corp: str, received_at: datetime, reply: Route = IN_ANSWER
    ) -> None:
        self.reply = reply
        self.body = body
        self.door = door
        self.corp = corp
        self.received_at = received_at
        self.member = self["FromUserName"].lower()

    def __getitem__(self, name: str) -> str:
        found = self.body.get(name)
        return found[0] if found and isinstance(found[0], str) else ""

    def event(self, route: Route) -> dict[str, Any]:
        """What every event of this callback has."""
        return {
            "id": event_id(self.door, self.corp, self._facts()),
            "conversation": Conversation(self.door, "direct", self.member),
            "member": self.member,
            "at": moment(self["CreateTime"], self.received_at),
            "received_at": self.received_at,
            "route": route,
        }

    def _facts(self) -> tuple[str, ...]:
        """Message: who, when, which. Event: all it says but the code, in an order of its own."""
        if number := self["MsgId"]:
            return "message", self["AgentID"], self.member, self["CreateTime"], number
        said = sorted(leaf for leaf in leaves(self.body) if leaf[0] != "/ResponseCode")
        return "event", *(part for leaf in said for part in leaf)


def parse(callback: Callback) -> Event:
    """The event of a callback; kinds that we do not know are `Noticed`."""
    kind = callback["MsgType"]
    if kind == "event":
        name = callback["Event"] or "unknown"
        return _EVENTS.get(name, _notice)(callback, name)
    if kind in _MESSAGES and callback.member:
        return _message(callback, kind)
    return Noticed(name=kind or callback["InfoType"] or "unknown", **callback.event(Route()))


def _message(callback: Callback, kind: str) -> Message:
    words, media = _MESSAGES[kind](callback)
    return Message(form=kind, text=words.strip(), media=media, **callback.event(callback.reply))


def _words(callback: Callback) -> tuple[str, tuple[Media, ...]]:
    return callback["Content"], ()


def _media(callback: Callback) -> tuple[str, tuple[Media, ...]]:
    form, number, url = callback["MsgType"], callback["MediaId"], callback["PicUrl"]
    return "", (Media(form, media_id=number, url=url, expires_at=callback.received_at + MEDIA_LIFE),)


def _place(callback: Callback) -> tuple[str, tuple[Media, ...]]:
    return callback["Label"], ()


def _link(callback: Callback) -> tuple[str, tuple[Media, ...]]:
    return "\n".join(filter(None, (callback["Title"], callback["Description"], callback["Url"]))), ()


_MESSAGES: Mapping[str, Callable[[Callback], tuple[str, tuple[Media, ...]]]] = {
    "text": _words,
    "image": _media,
    "voice": _media,
    "video": _media,
    "file": _media,
    "location": _place,
    "link": _link,
}


def _opened(callback: Callback, name: str) -> Event:
    return Opened(how=name, **callback.event(callback.reply))


def _pressed_menu(callback: Callback, name: str) -> Event:
    return Clicked(key=callback["EventKey"], **callback.event(callback.reply))


def _pressed_card(callback: Callback, name: str) -> Event:
    code = callback["ResponseCode"]
    route = Route(
        passive="update" if name == "template_card_event" else callback.reply.passive,
        code=code,
        expires_at=callback.received_at + CODE_LIFE if code else None,
    )
    return Clicked(
        task=callback["TaskId"],
        key=callback["EventKey"],
        card=callback["CardType"],
        selected=_selected(callback.body),
        **callback.event(route),
    )


def _selected(body: dict[str, list[Element]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    chosen = child(body, "SelectedItems")
    items = chosen.get("SelectedItem", []) if isinstance(chosen, dict) else []
    return tuple((text(item, "QuestionKey"), texts(child(item, "OptionIds"), "OptionId")) for item in items)


def _notice(callback: Callback, name: str) -> Event:
    route = callback.reply if name in _ANSWERABLE else BY_LANE
    changed = callback["ChangeType"]
    data = _details(callback.body)
    return Noticed(name=f"{name}.{changed}" if changed else name, data=data, **callback.event(route))


def _details(body: dict[str, list[Element]]) -> dict[str, str]:
    """What an event says besides who, when and what: `"ScanCodeInfo.ScanType"` → words, repeated ones joined."""
    found: dict[str, str] = {}
    for path, words in leaves({name: items for name, items in body.items() if name not in _ENVELOPE}):
        name = path.removeprefix("/").replace("/", ".")
        if words and len(found) < MOST_DETAILS:
            found[name] = f"{found[name]},{words}" if name in found else words
    return found


_EVENTS: Mapping[str, Callable[[Callback, str], Event]] = {
    "subscribe": _opened,
    "enter_agent": _opened,
    "click": _pressed_menu,
    "template_card_event": _pressed_card,
    "template_card_menu_event": _pressed_card,
}
