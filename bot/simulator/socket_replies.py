"""What a bot says on its long connection: replies, welcomes, card updates, pushes (doc/101463)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.simulator import answers, cards
from bot.simulator.answers import STREAM_BYTES, Asked, Situation
from bot.simulator.cards import TaskIds
from bot.simulator.clock import Clock
from bot.simulator.doors import AiBot
from bot.simulator.errors import BadAnswer, Errcode, Refused
from bot.simulator.journal import Conversation, Journal, Record, Version, Via
from bot.simulator.limits import Budget
from bot.simulator.media import MediaKind, MediaStore
from bot.simulator.messages import Content, required
from bot.simulator.people import Directory
from bot.simulator.screen import Callback, Screen
from bot.simulator.timing import Timing

Body = Mapping[str, Any]

REPLY_WITHIN = 24 * 3600
FEEDBACK_BYTES = 256
FILES: Mapping[str, MediaKind] = {"file": "file", "image": "image", "voice": "voice", "video": "video"}


@dataclass(frozen=True, slots=True)
class Heard:
    """A callback that was handed over under a req_id."""

    callback: Callback
    at: float


@dataclass(frozen=True, slots=True)
class Bubble:
    """A stream that people see; `began`: its first frame."""

    record: int
    answers: str
    began: float


class Replies:
    """Takes what a bot says, and shows it. A frame that is refused shows nothing and costs nothing."""

    def __init__(
        self, clock: Clock, journal: Journal, directory: Directory, media: MediaStore, screen: Screen,
        task_ids: TaskIds, budget: Budget, timing: Timing, corp_id: str,
    ) -> None:  # fmt: skip
        self._clock = clock
        self._journal = journal
        self._directory = directory
        self._media = media
        self._screen = screen
        self._task_ids = task_ids
        self._budget = budget
        self._timing = timing
        self._corp_id = corp_id
        self._heard: dict[str, Heard] = {}
        self._used: set[str] = set()
        self._spoken: set[Conversation] = set()
        self._bubbles: dict[tuple[str, str], Bubble] = {}

    def heard(self, req_id: str, heard: Heard) -> None:
        """From now on the bot may answer under this req_id."""
        self._heard[req_id] = heard
        if heard.callback.situation is Situation.MESSAGE:
            self._spoken.add(heard.callback.conversation)

    def forget(self) -> None:
        """All req_ids become invalid: 846605."""
        self._heard.clear()

    # The commands.

    def respond(self, bot: AiBot, req_id: str, body: Body) -> Body:
        """aibot_respond_msg: within 24 hours of a message, as often as the budget allows."""
        callback = self._callback(bot, req_id, (Situation.MESSAGE,), REPLY_WITHIN)
        if body.get("msgtype") == "stream":
            self._stream(callback, body.get("stream"))
            return {}
        self._show(callback.conversation, callback.member, body, "reply", callback.answers)
        return {}

    def welcome(self, bot: AiBot, req_id: str, body: Body) -> Body:
        """aibot_respond_welcome_msg: once, within 5 seconds of enter_chat."""
        return self._once(bot, req_id, (Situation.ENTER_CHAT,), body)

    def update(self, bot: AiBot, req_id: str, body: Body) -> Body:
        """aibot_respond_update_msg: once, within 5 seconds of a click."""
        return self._once(bot, req_id, (Situation.CLICK, Situation.MENU), body)

    def push(self, bot: AiBot, req_id: str, body: Body) -> Body:
        """aibot_send_msg: where somebody has spoken to the bot before."""
        place, member = self._place(bot, body)
        if place not in self._spoken:
            raise Refused(Errcode.BAD_CHAT, "invalid chatid: nobody has spoken to the bot there")
        self._show(place, member, body, "push", None)
        return {}

    # How.

    def _callback(self, bot: AiBot, req_id: str, situations: tuple[Situation, ...], within: float) -> Callback:
        heard = self._heard.get(req_id)
        if heard is None or heard.callback.door.id != bot.id or heard.callback.situation not in situations:
            raise Refused(Errcode.BAD_REQ_ID, "invalid req_id")
        if self._clock.now() > heard.at + within:
            raise Refused(Errcode.BAD_REQ_ID, "req_id is too old")
        return heard.callback

    def _once(self, bot: AiBot, req_id: str, situations: tuple[Situation, ...], body: Body) -> Body:
        callback = self._callback(bot, req_id, situations, self._timing.answer_within)
        if req_id in self._used:
            raise Refused(Errcode.BAD_REQ_ID, "req_id was used before")
        asked = Asked(callback.situation, self._corp_id, callback.member, callback.task_id)
        try:
            self._screen.show(callback, answers.from_json(json.dumps(body, ensure_ascii=False), asked))
        except BadAnswer as error:
            self._screen.refuse(callback, str(error))
            raise Refused(Errcode.BAD_FIELD, str(error)) from None
        self._used.add(req_id)
        return {}

    def _stream(self, callback: Callback, stream: object) -> None:
        name = required(stream, "id")
        content, finished, feedback = _stream_of(stream)
        known = self._bubbles.get((callback.door.id, name))
        if known is None:
            self._open(callback, name, content, finished, feedback)
            return
        if known.answers != callback.answers or feedback:
            raise Refused(Errcode.BAD_FIELD, "stream.id belongs to another message, or feedback came late")
        if self._clock.now() > known.began + self._timing.stream_lives:
            raise Refused(Errcode.STREAM_OVER, "stream message can not be updated after 6 minutes")
        self._refresh(callback, self._journal.at(known.record), content, finished)

    def _open(self, callback: Callback, name: str, content: str, finished: bool, feedback: str) -> None:
        self._pay(callback.conversation)
        shown = self._journal.record(
            "seen", callback.conversation, callback.member, msgtype="stream", via="stream", text=content, stream=name,
            finished=finished, feedback=feedback, answers=callback.answers,
        )  # fmt: skip
        self._bubbles[(callback.door.id, name)] = Bubble(shown.number, callback.answers, self._clock.now())

    def _refresh(self, callback: Callback, shown: Record, content: str, finished: bool) -> None:
        """A finished stream stays as it is."""
        if shown.finished:
            self._journal.record(
                "repeat" if content == shown.text else "conflict", callback.conversation, callback.member,
                msgtype="stream", via="stream", text=content, stream=shown.stream, answers=callback.answers,
            )  # fmt: skip
            return
        self._pay(callback.conversation)
        self._journal.show(shown.number, Version(self._clock.now(), content, via="stream"), finished=finished)

    def _pay(self, place: Conversation) -> None:
        if not self._budget.take(place, self._clock.now()):
            raise Refused(Errcode.TOO_OFTEN, "too many messages to this conversation")

    def _show(self, place: Conversation, member: str, body: Body, via: Via, to: str | None) -> None:
        read = CONTENTS.get(str(body.get("msgtype")))
        if read is None:
            raise Refused(Errcode.BAD_MSGTYPE, f"{body.get('msgtype')} cannot be said here")
        content = read(body, self._media)
        self._check_budget(place, content)
        self._journal.record(
            "seen", place, member, msgtype=str(body["msgtype"]), via=via, text=content.text, card=content.card,
            media=content.media, feedback=content.feedback, answers=to,
        )  # fmt: skip

    def _check_budget(self, place: Conversation, content: Content) -> None:
        self._pay(place)
        self._task_ids.claim(place.door, content.card)

    def _place(self, bot: AiBot, body: Body) -> tuple[Conversation, str]:
        chat, kind = body.get("chatid"), body.get("chat_type", 0)
        if not isinstance(chat, str) or not chat or kind not in (0, 1, 2):
            raise Refused(Errcode.BAD_FIELD, "chatid or chat_type is wrong")
        group = self._directory.group(chat)
        if group is not None and bot.id in group.bots and kind != 1:
            return Conversation(bot.id, "group", group.id), ""
        person = self._directory.find(chat)
        if person is None or kind == 2:
            raise Refused(Errcode.BAD_CHAT, "invalid chatid")
        return Conversation(bot.id, "direct", person.key), person.userid


def _stream_of(stream: object) -> tuple[str, bool, str]:
    """Content, whether it is finished, and the id of the feedback that it asks for."""
    assert isinstance(stream, Mapping)
    content, finished = stream.get("content", ""), stream.get("finish", False)
    if not isinstance(content, str) or type(finished) is not bool or stream.get("msg_item"):
        raise Refused(Errcode.BAD_FIELD, "stream: content, finish or msg_item is not taken here")
    if len(content.encode()) > STREAM_BYTES:
        raise Refused(Errcode.TOO_LONG, f"stream.content is longer than {STREAM_BYTES} bytes")
    return content, finished, _feedback(stream)


def _feedback(said: Mapping[str, Any]) -> str:
    feedback = said.get("feedback")
    if feedback is None:
        return ""
    name = required(feedback, "id")
    if len(name.encode()) > FEEDBACK_BYTES:
        raise Refused(Errcode.BAD_FIELD, f"feedback.id is longer than {FEEDBACK_BYTES} bytes")
    return name


def _markdown(body: Body, media: MediaStore) -> Content:
    text = required(body.get("markdown"), "content")
    if len(text.encode()) > STREAM_BYTES:
        raise Refused(Errcode.TOO_LONG, f"markdown.content is longer than {STREAM_BYTES} bytes")
    return Content(text, feedback=_feedback(body["markdown"]))


def _card(body: Body, media: MediaStore) -> Content:
    card = cards.validate(body.get("template_card"), app=False)
    return Content(cards.title(card), card=card, feedback=_feedback(card))


def _file(body: Body, media: MediaStore) -> Content:
    kind = FILES[str(body["msgtype"])]
    found = media.check(required(body.get(kind), "media_id"), kind)
    return Content(f"[{kind}] {found.filename}".strip(), media=(found.id,))


CONTENTS: Mapping[str, Callable[[Body, MediaStore], Content]] = {
    "markdown": _markdown,
    "template_card": _card,
    **dict.fromkeys(FILES, _file),
}
