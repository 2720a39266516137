"""What people see of a bot's passive answers: one answer a callback, one bubble a stream, cards that change."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.simulator.answers import Answer, Situation, Stream
from bot.simulator.cards import TaskIds, title
from bot.simulator.clock import Clock
from bot.simulator.doors import App, Door
from bot.simulator.errors import BadAnswer, Refused
from bot.simulator.journal import Conversation, Journal, Record, Version, Via
from bot.simulator.limits import Budget


@dataclass(frozen=True, slots=True)
class Callback:
    """One thing to deliver. Retries and copies are the same callback; a stream poll has an `origin`."""

    door: Door
    msgid: str
    conversation: Conversation
    member: str
    situation: Situation
    plain: str = field(repr=False)
    said_at: float
    task_id: str = ""
    stream: str = ""
    card: int | None = None
    origin: str = ""

    @property
    def answers(self) -> str:
        """The msgid of what the person did."""
        return self.origin or self.msgid

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.door.id, self.member.lower(), self.answers)

    def poll(self, stream: str, number: int) -> "Callback":
        """The n-th request for the stream that answers this message (doc/100719)."""
        msgid = f"{self.msgid}-poll-{number}"
        said = json.loads(self.plain)
        kept = {name: said[name] for name in ("aibotid", "chatid", "chattype", "from") if name in said}
        plain = json.dumps({"msgid": msgid, **kept, "msgtype": "stream", "stream": {"id": stream}}, ensure_ascii=False)
        return replace(self, msgid=msgid, plain=plain, situation=Situation.STREAM, stream=stream, origin=self.msgid)


@dataclass(slots=True)
class Bubble:
    """A stream on people's screens."""

    stream: str
    record: int
    key: tuple[str, str, str]
    with_card: bool = False
    closed: asyncio.Event = field(default_factory=asyncio.Event)


class Screen:
    """Shows valid answers and journals what became of each."""

    def __init__(self, journal: Journal, clock: Clock, tasks: TaskIds, budget: Budget) -> None:
        self._journal = journal
        self._clock = clock
        self._task_ids = tasks
        self._budget = budget
        self._answered: dict[tuple[str, str, str], Answer] = {}
        self._bubbles: dict[tuple[str, str], Bubble] = {}
        self._bubble_of: dict[tuple[str, str, str], Bubble] = {}

    def bubble(self, callback: Callback) -> Bubble | None:
        """The stream that answers a callback."""
        return self._bubble_of.get(callback.key)

    def show(self, callback: Callback, answer: Answer) -> Bubble | None:
        """Show an answer; the bubble if this opened one that must be polled. BadAnswer if it does not fit."""
        if callback.situation is Situation.STREAM:
            self._refresh(self._bubbles[(callback.door.id, callback.stream)], answer, callback)
            return None
        if (earlier := self._answered.get(callback.key)) is not None:
            self._again(callback, earlier, answer)
            return None
        opened = self._first(callback, answer)
        self._answered[callback.key] = answer
        return opened

    def refuse(self, callback: Callback, reason: str) -> None:
        self._journal.record(
            "refused", callback.conversation, callback.member, answers=callback.answers, via="passive", reason=reason
        )

    def _first(self, callback: Callback, answer: Answer) -> Bubble | None:
        if answer.is_update:
            self._update(callback, answer)
            return None
        if answer.stream and (callback.door.id, answer.stream.id) in self._bubbles:
            raise BadAnswer("stream.id belongs to another message")
        self._claim(callback, answer)
        self._budget.take(callback.conversation, self._clock.now())
        if answer.stream is None:
            self._put(callback, answer.msgtype, "passive", text=answer.text, cut=answer.cut, card=answer.card)
            return None
        return self._open(callback, answer, answer.stream)

    def _open(self, callback: Callback, answer: Answer, stream: Stream) -> Bubble | None:
        shown = self._put(
            callback,
            "stream",
            "stream",
            text=stream.content,
            stream=stream.id,
            finished=stream.finished,
            media=stream.pictures,
            feedback=stream.feedback,
        )
        bubble = Bubble(stream.id, shown.number, callback.key)
        self._bubbles[(callback.door.id, stream.id)] = bubble
        self._bubble_of[callback.key] = bubble
        if answer.card is not None:
            self._put_card(bubble, answer.card, callback)
        if stream.finished:
            bubble.closed.set()
            return None
        return bubble

    def _again(self, callback: Callback, earlier: Answer, answer: Answer) -> None:
        """WeCom shows one answer a callback; another one to a copy or a retry must not say anything else."""
        same_bubble = answer.stream and earlier.stream and answer.stream.id == earlier.stream.id
        bubble = self._bubble_of.get(callback.key)
        if same_bubble and bubble and not bubble.closed.is_set():
            self._refresh(bubble, replace(answer, card=None), callback)
            self._other(callback, "repeat", answer)
        else:
            self._other(callback, "repeat" if self._says_the_same(bubble, earlier, answer) else "conflict", answer)

    def _says_the_same(self, bubble: Bubble | None, earlier: Answer, answer: Answer) -> bool:
        """Also what a stream showed before: from a process that slept while another one finished the stream."""
        if answer == earlier:
            return True
        if bubble is None or answer.stream is None or answer.stream.id != bubble.stream:
            return False
        shown = self._journal.at(bubble.record)
        before = {"", *(version.text for version in shown.history)}
        return answer.text == shown.text or (answer.text in before and not answer.stream.finished)

    def _other(self, callback: Callback, kind: Any, answer: Answer) -> None:
        self._journal.record(
            kind,
            callback.conversation,
            callback.member,
            msgtype=answer.msgtype,
            text=answer.text,
            card=answer.card,
            answers=callback.answers,
            via="passive",
            stream=answer.stream.id if answer.stream else None,
        )

    def _refresh(self, bubble: Bubble, answer: Answer, callback: Callback) -> None:
        stream = answer.stream
        if stream is None or bubble.closed.is_set():
            return
        if answer.card is not None:
            self._claim(callback, answer)
            self._put_card(bubble, answer.card, callback)
        shown = self._journal.at(bubble.record)
        if (stream.content, stream.finished) != (shown.text, shown.finished):
            version = Version(self._clock.now(), stream.content, via="stream")
            self._journal.show(bubble.record, version, finished=stream.finished, media=stream.pictures)
        if stream.finished:
            bubble.closed.set()

    def _put_card(self, bubble: Bubble, card: Mapping[str, Any], callback: Callback) -> None:
        if bubble.with_card:
            raise BadAnswer("a second card with one stream")
        bubble.with_card = True
        self._put(callback, "template_card", "stream", text=title(card), card=card)

    def _claim(self, callback: Callback, answer: Answer) -> None:
        try:
            self._task_ids.claim(callback.door.id, answer.card)
        except Refused as error:
            raise BadAnswer(str(error)) from error

    def _put(self, callback: Callback, msgtype: str, via: Via, **details: Any) -> Record:
        return self._journal.record(
            "seen",
            callback.conversation,
            callback.member,
            msgtype=msgtype,
            via=via,
            answers=callback.answers,
            **details,
        )

    def _update(self, callback: Callback, answer: Answer) -> None:
        """Replace the clicked card: an app's for the one who clicked, a bot's for all or for those named."""
        if callback.card is None:
            raise BadAnswer("there is no card to update")
        old = self._journal.at(callback.card)
        viewers = frozenset() if isinstance(callback.door, App) else answer.viewers
        card = replaced(old.card or {}, answer.card, answer.replace_name)
        version = Version(self._clock.now(), title(card), card, viewers, "card_update")
        self._journal.show(callback.card, version)


def replaced(old: Mapping[str, Any], new: Mapping[str, Any] | None, replace_name: str) -> dict[str, Any]:
    """The card after an update: its task_id stays (doc/94888)."""
    if new is None:
        return {**old, "replace_text": replace_name}
    kept = {"task_id": old["task_id"]} if "task_id" in old else {}
    return {**new, **kept}
