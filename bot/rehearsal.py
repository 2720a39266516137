"""What the bot would answer, without a server and without leaving a trace."""

from asyncio import Task, create_task
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, islice
from random import Random
from time import perf_counter

import sqlalchemy as sa

from bot.blank import Blank, blank
from bot.brain import Brain, Decided
from bot.transaction import EventTransaction
from bot.types.actions import Reply, words_of
from bot.types.context import Context, Trace, Tried
from bot.types.events import Conversation, Message
from bot.types.ports import Clock, Thread

# Questions in hand: the model has the next one while one is answered. More would be encoded together, which is slower.
AHEAD = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What would have been answered; `tried` is the way there. `handler` and `answer` are None when nothing is said."""

    text: str
    handler: str | None
    answer: str | None
    score: float | None
    runner_up: str | None
    reason: str
    ms: float
    rule: str = ""
    tried: Sequence[Tried] = field(default=())


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What the handlers found, and the seconds that it took after the question before was ready."""

    found: Mapping[str, object]
    seconds: float


class Rehearsal:
    """Asks a brain; every question comes from a new member, and nothing is kept."""

    def __init__(
        self, brain: Brain, store: Blank, conversation: Conversation, clock: Clock, seed: str, at: datetime | None
    ) -> None:
        self._brain = brain
        self._store = store
        self._conversation = conversation
        self._clock = clock
        self._seed = seed
        self._at = at
        self._numbers = count(1)
        self._prepared = 0.0

    async def __call__(self, text: str) -> Rehearsed:
        """The answer to one question."""
        return await anext(self.all([text]))

    async def all(self, texts: Iterable[str], numbers: Iterable[int] | None = None) -> AsyncGenerator[Rehearsed, None]:
        """The answers to many questions, in order; while one is answered, the model looks at the next.

        `ms` is what each added to the time of them all. Their `numbers` decide chance; by default they go on counting.
        """
        async for message, prepared in self._ahead(map(self._message, texts, numbers or self._numbers)):
            began = perf_counter()
            trace = Trace()
            decided = await self._decide(message, prepared.found, trace)
            seconds = prepared.seconds + perf_counter() - began
            yield _rehearsed(message.text, decided, trace, round(seconds * 1000, 3))

    async def _ahead(self, messages: Iterator[Message]) -> AsyncIterator[tuple[Message, "_Prepared"]]:
        """Messages with what the handlers prepared, in order."""
        waiting: deque[tuple[Message, Task[_Prepared]]] = deque()
        try:
            while True:
                for message in islice(messages, AHEAD - len(waiting)):
                    waiting.append((message, create_task(self._prepare(message))))
                if not waiting:
                    return
                message, prepared = waiting.popleft()
                yield message, await prepared
        finally:
            for _, task in waiting:
                task.cancel()

    async def _prepare(self, message: Message) -> "_Prepared":
        began = perf_counter()
        found = await self._brain.prepare(message)
        before, self._prepared = self._prepared, perf_counter()
        return _Prepared(found, self._prepared - max(began, before))

    def _message(self, text: str, number: int) -> Message:
        now = self._at or self._clock.now()
        member = f"somebody{number}"
        direct = Conversation(self._conversation.door, "direct", member)
        where = self._conversation if self._conversation.place == "group" else direct
        return Message(id=f"ask:{number}", conversation=where, member=member, at=now, received_at=now, text=text)

    async def _decide(self, message: Message, prepared: Mapping[str, object], trace: Trace) -> Decided:
        context = Context(
            now=message.at,
            chance=Random(f"{self._seed}:{message.id}"),
            transaction=EventTransaction(self._store, message.id, message.at, 1),
            conversation=message.conversation,
            thread=Thread(message.thread),
            member=self._brain.directory.member(message.conversation.door, message.member),
            group=self._brain.directory.group(message.conversation),
            trace=trace,
            rehearsal=True,
        )
        try:
            return await self._brain.decide(message, prepared, context)
        finally:
            await self._store.undo()


@dataclass(frozen=True, slots=True)
class Rehearsals:
    """A brain that may be asked any number of times, side by side: each time on a store of its own."""

    brain: Brain
    schema: sa.MetaData
    conversation: Conversation
    clock: Clock
    seed: str
    at: datetime | None

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Rehearsal]:
        """One of them."""
        async with blank(self.schema) as store:
            yield Rehearsal(self.brain, store, self.conversation, self.clock, self.seed, self.at)


def _rehearsed(text: str, decided: Decided, trace: Trace, ms: float) -> Rehearsed:
    outcome = decided.outcome
    said = [words_of(action.content) for action in outcome.actions if isinstance(action, Reply)]
    return Rehearsed(
        text=text,
        handler=decided.handler or None,
        answer="\n".join(said) or None,
        score=outcome.score,
        runner_up=_runner_up(trace, outcome.rule),
        reason=outcome.reason,
        ms=ms,
        rule=outcome.rule,
        tried=trace.tried,
    )


def _runner_up(trace: Trace, winner: str) -> str | None:
    """The best-scored thing that was considered and did not win."""
    others = [tried for tried in trace.tried if tried.score is not None and tried.rule and tried.rule != winner]
    best = max(others, key=lambda tried: tried.score or 0.0, default=None)
    return best.rule if best else None
