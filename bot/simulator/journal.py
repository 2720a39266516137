"""What happened: everything people said and saw, every delivery and every API call, in order."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, TextIO, TypeVar

from bot.simulator.clock import Clock

Card = Mapping[str, Any]
T = TypeVar("T")

Kind = Literal["said", "seen", "dropped", "duplicate", "repeat", "conflict", "refused"]
Passive = Literal["", "passive", "stream", "response_url", "card_update"]
Via = Passive | Literal["message_send", "webhook", "kf", "kf_event", "servicer", "reply", "push"]


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where it happened; `native` is the group's chat id or the member's userid in lower case."""

    door: str
    kind: Literal["group", "direct"]
    native: str


@dataclass(frozen=True, slots=True)
class Version:
    """How a record looked from `at` on; for all, or for the named viewers alone."""

    at: float
    text: str
    card: Card | None = None
    viewers: frozenset[str] = frozenset()
    via: Via = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that a person said or (not) saw.

    `kind`: said · seen · dropped (over a budget) · duplicate (enable_duplicate_check) · repeat (the same
    answer to the same callback again) · conflict (another answer to an answered callback) · refused.
    A stream's bubble and a card are one record each; `text` and `card` are its present state. `media` holds the media
    ids of a message and the MD5s of a stream's pictures; `feedback` is the id that a thumb on it brings back;
    `mentions` holds who is alerted in a group, `menu` what can be pressed in 微信客服: words by id.
    """

    number: int
    at: float
    kind: Kind
    door: str
    conversation: Conversation
    member: str
    via: Via = ""
    msgtype: str = ""
    text: str = ""
    card: Card | None = None
    msgid: str = ""
    answers: str | None = None
    stream: str | None = None
    finished: bool = True
    cut: bool = False
    recalled: bool = False
    media: tuple[str, ...] = ()
    feedback: str = ""
    mentions: tuple[str, ...] = ()
    menu: Mapping[str, str] | None = None
    reason: str = ""
    history: tuple[Version, ...] = ()

    def card_for(self, member: str) -> Card | None:
        """The card as this member sees it."""
        for version in reversed(self.history):
            if version.card is not None and (not version.viewers or member.lower() in version.viewers):
                return version.card
        return self.card


@dataclass(frozen=True, slots=True)
class Attempt:
    """One delivery of a callback. `outcome`: "" (in flight), ok, status, cut, unreachable, lost."""

    number: int
    at: float
    door: str
    msgid: str
    situation: str
    conversation: Conversation
    delivery: int
    copy: int = 0
    ended: float | None = None
    seconds: float = 0.0
    status: int = 0
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One API request. `fault` names what the simulator was told to do to it."""

    number: int
    at: float
    path: str
    body: Mapping[str, Any]
    ended: float | None = None
    seconds: float = 0.0
    status: int = 0
    errcode: int | None = None
    fault: str = ""


Entry = Record | Attempt | Call


class Journal:
    """An ordered list of frozen entries, by which tests judge."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: list[Entry] = []
        self._by_conversation: dict[Conversation, list[int]] = defaultdict(list)
        self._by_msgid: dict[str, list[int]] = defaultdict(list)
        self._by_path: dict[str, list[int]] = defaultdict(list)
        self._changed = asyncio.Event()
        self._watchers: list[Callable[[int], None]] = []

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    # Writing, by the simulator alone.

    def record(self, kind: Kind, conversation: Conversation, member: str, **details: Any) -> Record:
        """Append a record; a seen one starts its history."""
        at = self._clock.now()
        made = Record(len(self._entries), at, kind, conversation.door, conversation, member, **details)
        if kind == "seen":
            made = replace(made, history=(Version(at, made.text, made.card, via=made.via),))
        self._by_conversation[conversation].append(made.number)
        self._by_msgid[made.answers or made.msgid].append(made.number)
        return self._append(made)

    def attempt(self, conversation: Conversation, **details: Any) -> Attempt:
        made = Attempt(len(self._entries), self._clock.now(), conversation.door, conversation=conversation, **details)
        self._by_msgid[made.msgid].append(made.number)
        return self._append(made)

    def call(self, path: str, body: Mapping[str, Any]) -> Call:
        made = Call(len(self._entries), self._clock.now(), path, body)
        self._by_path[path].append(made.number)
        return self._append(made)

    def end(self, number: int, **details: Any) -> None:
        """A delivery or a call is over."""
        self.change(number, ended=self._clock.now(), **details)

    def change(self, number: int, **details: Any) -> None:
        """Put a changed copy in the place of an entry."""
        self._entries[number] = replace(self._entries[number], **details)
        self._touched(number)

    def show(self, number: int, version: Version, **details: Any) -> None:
        """A record looks different from now on."""
        old = self.at(number)
        state = {} if version.viewers else {"text": version.text, "card": version.card}
        self.change(number, history=(*old.history, version), **{**state, **details})

    def _append(self, entry: T) -> T:
        self._entries.append(entry)  # type: ignore[arg-type]
        self._touched(len(self._entries) - 1)
        return entry

    def _touched(self, number: int) -> None:
        self._changed.set()
        for tell in self._watchers:
            tell(number)

    # Reading.

    def at(self, number: int) -> Record:
        found = self._entries[number]
        assert isinstance(found, Record)
        return found

    def records(self, kind: Kind | None = None, conversation: Conversation | None = None) -> list[Record]:
        """Records in order, of one kind or all, in one conversation or everywhere."""
        numbers = range(len(self._entries)) if conversation is None else self._by_conversation.get(conversation, [])
        found = (self._entries[number] for number in numbers)
        return [entry for entry in found if isinstance(entry, Record) and kind in (None, entry.kind)]

    def seen(self, conversation: Conversation | None = None) -> list[Record]:
        """What people have seen, in its present state."""
        return self.records("seen", conversation)

    def texts(self, conversation: Conversation | None = None) -> list[str]:
        """The texts people have seen, without empty bubbles."""
        return [record.text for record in self.seen(conversation) if record.text]

    def answers_to(self, msgid: str) -> list[Record]:
        """Everything that came in answer to one callback, whatever became of it."""
        found = (self._entries[number] for number in self._by_msgid.get(msgid, []))
        return [entry for entry in found if isinstance(entry, Record) and entry.answers == msgid]

    def sent(self, msgid: str) -> list[Record]:
        """The records of one message/send, one a recipient."""
        found = (self._entries[number] for number in self._by_msgid.get(msgid, []))
        return [entry for entry in found if isinstance(entry, Record) and entry.answers is None]

    def attempts(self, msgid: str | None = None) -> list[Attempt]:
        """Deliveries in order, of one callback or all."""
        numbers = range(len(self._entries)) if msgid is None else self._by_msgid.get(msgid, [])
        found = (self._entries[number] for number in numbers)
        return [entry for entry in found if isinstance(entry, Attempt)]

    def calls(self, path: str | None = None) -> list[Call]:
        """API requests in order, to one path or all."""
        numbers = range(len(self._entries)) if path is None else self._by_path.get(path, [])
        found = (self._entries[number] for number in numbers)
        return [entry for entry in found if isinstance(entry, Call)]

    def inflight_at(self, moment: float, slack: float = 0.0) -> list[Attempt | Call]:
        """API requests and unanswered deliveries open at a time; `slack` allows for bytes still on their way."""
        exchanges = (entry for entry in self._entries if not isinstance(entry, Record))
        return [entry for entry in exchanges if entry.at <= moment + slack and _open_at(entry, moment - slack)]

    def entry(self, number: int) -> Entry:
        """Anything by its number; IndexError when there is no such thing."""
        if number < 0:
            raise IndexError(number)
        return self._entries[number]

    def watch(self, tell: Callable[[int], None]) -> None:
        """Tell the number of every entry that is new or changed, from now on."""
        self._watchers.append(tell)

    async def wait_for(self, predicate: Callable[["Journal"], T], within: float = 30.0) -> T:
        """Wait until the predicate over this journal holds; its value. TimeoutError otherwise."""
        async with asyncio.timeout(within):
            while not (found := predicate(self)):
                self._changed.clear()
                await self._changed.wait()
                # A burst of changes is looked at once; a long journal is not counted anew for each entry.
                await asyncio.sleep(0.005)
        return found

    def dump(self, out: TextIO) -> None:
        """One JSON object a line, in order."""
        for entry in self._entries:
            line = {"entry": type(entry).__name__.lower(), **asdict(entry)}
            out.write(json.dumps(line, ensure_ascii=False, default=sorted) + "\n")


def _open_at(entry: Attempt | Call, moment: float) -> bool:
    return entry.ended is None or entry.ended > moment
