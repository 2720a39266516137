"""What an AI bot hears, as events (messages: WeCom doc 100719, events: 101027)."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.channels.identity import event_id, moment
from bot.types.events import Clicked, Conversation, Event, Media, Message, Noticed, Opened, Rated, Route
from bot.wecom.envelope import listed, word
from bot.wecom.errors import CallbackError

URL_LIFE = timedelta(hours=1)
FILE_LIFE = timedelta(minutes=5)
_VERDICTS: Mapping[str, str] = {"1": "accurate", "2": "inaccurate", "3": "withdrawn"}
_REASONS: Mapping[str, str] = {"1": "不相关", "2": "不完整", "3": "不正确", "4": "数据分析有误"}
_FILES = ("image", "file", "video")


class Callback:
    """A decrypted callback of an AI bot: who, when, where. `called`: the bot's name as groups see it."""

    __slots__ = ("body", "called", "conversation", "corp", "door", "member", "received_at")

    def __init__(self, body: dict[str, Any], door: str, corp: str, called: str, received_at: datetime) -> None:
        self.body = body
        self.door = door
        self.corp = corp
        self.called = called
        self.received_at = received_at
        self.member = word(body, "from", "userid").lower()
        chat = word(body, "chatid")
        is_group = bool(chat) and word(body, "chattype") != "single"
        self.conversation = Conversation(door, "group" if is_group else "direct", chat if is_group else self.member)

    def word(self, *path: str) -> str:
        return word(self.body, *path)

    def event(self, route: Route) -> dict[str, Any]:
        """What every event of this callback has."""
        return {
            "id": event_id(self.door, self.corp, self._facts()),
            "conversation": self.conversation,
            "member": self.member,
            "at": moment(self.word("create_time"), self.received_at),
            "received_at": self.received_at,
            "route": route,
        }

    def route(self, passive: Literal["stream", "welcome", "update"]) -> Route:
        """How an event of this kind is answered."""
        url = self.word("response_url")
        return Route(passive=passive, url=url, expires_at=self.received_at + URL_LIFE if url else None)

    def _facts(self) -> tuple[str, ...]:
        kind = self.word("event", "eventtype") or self.word("msgtype")
        where = self.word("aibotid"), self.word("chatid"), self.member, kind
        number = self.word("msgid")
        return (*where, number) if number else (*where, *self._said())

    def _said(self) -> tuple[str, ...]:
        """What tells a callback without a msgid from the others of its kind."""
        at = ("event", self.word("event", "eventtype"))
        details = (self.word(*at, name) for name in ("task_id", "event_key", "id", "type"))
        return "without msgid", self.word("create_time"), _text(self.body), *details


def stream_asked(body: dict[str, Any]) -> str:
    """The stream that a poll asks for; "" when this is no poll. CallbackError when it names none."""
    if word(body, "msgtype") != "stream":
        return ""
    if name := word(body, "stream", "id"):
        return name
    raise CallbackError("stream without an id")


def parse(callback: Callback) -> Event:
    """The event of a callback; kinds that we do not know are `Noticed`. CallbackError when nobody sent it."""
    kind = callback.word("msgtype")
    if kind == "event":
        name = callback.word("event", "eventtype")
        return _EVENTS.get(name, _notice)(callback, name)
    if not callback.member:
        raise CallbackError("no from.userid")
    if kind in ("text", "voice", "mixed", *_FILES):
        return _message(callback, kind)
    return Noticed(name=kind or "unknown", **callback.event(callback.route("stream")))


def _message(callback: Callback, kind: str) -> Message:
    until = callback.received_at + FILE_LIFE
    return Message(
        form=kind,
        text=without_mention(_text(callback.body), callback.called),
        media=tuple(media for part in _parts(callback.body) for media in _media(part, until)),
        quote=_text(callback.body.get("quote")).strip(),
        **callback.event(callback.route("stream")),
    )


def _parts(said: object) -> list[Any]:
    """A message or a quotation as the single things it holds."""
    return listed(said, "mixed", "msg_item") if word(said, "msgtype") == "mixed" else [said]


def _text(said: object) -> str:
    """What can be read of a message or a quotation."""
    return "\n".join(filter(None, (_words(part) for part in _parts(said))))


def _words(part: object) -> str:
    kind = word(part, "msgtype")
    return word(part, kind, "content") if kind in ("text", "voice") else ""


def _media(part: object, until: datetime) -> tuple[Media, ...]:
    kind = word(part, "msgtype")
    if kind not in _FILES:
        return ()
    url, key = word(part, kind, "url"), word(part, kind, "aeskey")
    return (Media(kind, url=url, key=key, expires_at=until),)


def without_mention(text: str, called: str) -> str:
    """The words without the "@name" that groups put before them (or after)."""
    mention, text = f"@{called}", text.strip()
    while text.startswith(mention):
        text = text[len(mention) :].lstrip()
    return text.removesuffix(mention).rstrip()


def _entered(callback: Callback, name: str) -> Event:
    return Opened(how=name, **callback.event(callback.route("welcome")))


def _pressed(callback: Callback, name: str) -> Event:
    at = ("event", name)
    return Clicked(
        task=callback.word(*at, "task_id"),
        key=callback.word(*at, "event_key"),
        card=callback.word(*at, "card_type"),
        selected=_selected(listed(callback.body, *at, "selected_items", "selected_item")),
        **callback.event(callback.route("update")),
    )


def _selected(items: list[Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((word(item, "question_key"), _chosen(item)) for item in items)


def _chosen(item: object) -> tuple[str, ...]:
    return tuple(word(option) for option in listed(item, "option_ids", "option_id"))


def _rated(callback: Callback, name: str) -> Event:
    at = ("event", name)
    reasons = (_REASONS.get(word(reason), "") for reason in listed(callback.body, *at, "inaccurate_reason_list"))
    return Rated(
        feedback=callback.word(*at, "id"),
        verdict=_VERDICTS.get(callback.word(*at, "type"), ""),
        content="；".join(filter(None, (*reasons, callback.word(*at, "content")))),
        **callback.event(Route()),
    )


def _notice(callback: Callback, name: str) -> Event:
    said = callback.body.get("event")
    details = said.get(name) if isinstance(said, dict) else None
    found = {key: word(details, key) for key in details} if isinstance(details, dict) else {}
    data = {key: words for key, words in found.items() if words}
    return Noticed(name=name or "unknown", data=data, **callback.event(Route()))


_EVENTS: Mapping[str, Callable[[Callback, str], Event]] = {
    "enter_chat": _entered,
    "template_card_event": _pressed,
    "feedback_event": _rated,
}
