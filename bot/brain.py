"""What the bot knows and does under one state of its configuration; swapped whole when that changes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeGuard

from bot.types.actions import Content, Link, Markdown, Text
from bot.types.context import Context
from bot.types.declarations import Claiming, Handler, Masking, Reviewing
from bot.types.events import Conversation, Event, Message
from bot.types.outcome import Kind, Outcome
from bot.types.ports import Directory

# WeCom's times are whole seconds.
SECOND = timedelta(seconds=1)

Screen = Callable[[str], str | None]

UNHEARD = Outcome(kind=Kind.SILENT, reason="没有处理这类事件的功能")


@dataclass(frozen=True, slots=True)
class Decided:
    """An outcome and the name of the handler that gave it."""

    handler: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Screened:
    """What may be said: the content, or the safe sentence because of a `word`; None waits until screening works."""

    content: Content | None
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brain:
    """Handlers in their visible order, who is who, and what may not be said.

    `screen` names the word that a text may not contain, or None; `instead` is said in its place.
    Lines that one person sends within `together` of the first are one message.
    """

    handlers: Sequence[Handler]
    directory: Directory
    screen: Screen
    instead: str
    hash: str
    stale_after: timedelta = timedelta(minutes=10)
    together: timedelta = timedelta()

    def hearers(self, topic: str) -> Sequence[Handler]:
        """The handlers of a topic, in order."""
        return [handler for handler in self.handlers if topic in handler.hears]

    def is_open(self, event: Event) -> bool:
        """Whether its sender may be about to go on: words that no handler claims, answered whenever we like."""
        return bool(self.together) and self._is_line(event) and not self._is_claimed(event)

    def joins(self, first: Event, said: Event, event: Event) -> bool:
        """Whether an event goes on with what was `said` since `first`; one that a handler claims must not lose that."""
        in_time = (
            event.received_at - first.received_at <= self.together and event.at - first.at <= self.together + SECOND
        )
        if not in_time or event.thread != first.thread or not self._is_line(event):
            return False
        return not self._is_claimed(event) or self._is_claimed(joined([said, event]))

    def _is_line(self, event: Event) -> bool:
        if not isinstance(event, Message) or event.route.passive or event.media or event.quote:
            return False
        member = self.directory.member(event.conversation.door, event.member)
        return bool(event.text.strip()) and not member.is_staff

    def _is_claimed(self, event: Event) -> bool:
        claiming = (handler for handler in self.hearers(event.topic) if _is_claiming(handler))
        return isinstance(event, Message) and any(handler.claims(event) for handler in claiming)

    async def prepare(self, event: Event) -> Mapping[str, object]:
        """What each handler makes of the event before any transaction."""
        prepared: dict[str, object] = {}
        for handler in self.hearers(event.topic):
            prepared[handler.name] = await handler.prepare(event)
            event = _masked(event, handler, prepared[handler.name])
        return prepared

    async def decide(self, event: Event, prepared: Mapping[str, Any], context: Context) -> Decided:
        """The first outcome that ends the event, with the actions of those before it that let others speak.

        Those who were asked on the way may have another word on it.
        """
        said: tuple[Any, ...] = ()
        asked: list[Handler] = []
        for handler in self.hearers(event.topic):
            asked.append(handler)
            outcome = await handler.decide(event, prepared[handler.name], context)
            event = _masked(event, handler, prepared[handler.name])
            if outcome is None:
                continue
            said += outcome.actions
            if not outcome.more:
                decided = Decided(handler.name, replace(outcome, actions=said))
                return await _reviewed(decided, asked, event, prepared, context)
        return Decided("", replace(UNHEARD, actions=said))

    def screened(self, content: Content, to: Conversation) -> Screened:
        """The content as it may be said there: staff read what customers write and what was blocked as it is.

        A fault of our own never silences what a manager wrote.
        """
        if self.directory.is_for_staff(to):
            return Screened(content)
        try:
            word = self.screen(_words(content))
        except Exception:  # noqa: BLE001 - whatever breaks in screening, the fixed texts still go out
            return Screened(content if content.fixed or not _words(content) else None)
        return Screened(content) if word is None else Screened(Text(body=self.instead, fixed=True), word)


async def _reviewed(
    decided: Decided, asked: Sequence[Handler], event: Event, prepared: Mapping[str, Any], context: Context
) -> Decided:
    """What becomes of a decision; who makes something else of it has decided."""
    for handler in reversed(asked):
        if not _is_reviewing(handler):
            continue
        before = decided.outcome
        outcome = await handler.review(event, prepared, decided.handler, before, context)
        if outcome is not None:
            by = decided.handler if outcome.kind == before.kind else handler.name
            decided = Decided(by, outcome)
    return decided


def _masked(event: Event, handler: Handler, prepared: object) -> Event:
    """The event as it reads to those behind a handler."""
    return handler.masked(event, prepared) if _is_masking(handler) else event


# Asked of every handler for each message, and `isinstance` takes 60 us with a protocol.
def _is_masking(handler: Handler) -> TypeGuard[Masking]:
    return hasattr(handler, "masked")


def _is_reviewing(handler: Handler) -> TypeGuard[Reviewing]:
    return hasattr(handler, "review")


def _is_claiming(handler: Handler) -> TypeGuard[Claiming]:
    return hasattr(handler, "claims")


def joined(events: Sequence[Event]) -> Event:
    """The last of some lines, saying them all."""
    last = events[-1]
    if len(events) == 1 or not isinstance(last, Message):
        return last
    return replace(last, text="\n".join(event.text for event in events if isinstance(event, Message)))


def _words(content: Content) -> str:
    """What is screened: cards are made of checked parts, files are the managers' own."""
    match content:
        case Text() | Markdown():
            return content.body
        case Link():
            return f"{content.title}\n{content.desc}"
        case _:
            return ""
