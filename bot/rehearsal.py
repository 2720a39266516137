"""What the bot would answer, without a server and without leaving a trace."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from time import perf_counter

from bot.brain import Brain, Decided
from bot.store.connection import Connection
from bot.store.database import Database
from bot.transaction import EventTransaction
from bot.types.actions import Reply, words_of
from bot.types.context import Context, Trace, Tried
from bot.types.events import Conversation, Message
from bot.types.ports import Clock, Thread


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


class _Undo(Exception):
    """Carries a decision out of a transaction that is not to be kept."""

    def __init__(self, decided: Decided) -> None:
        super().__init__()
        self.decided = decided


class Rehearsal:
    """Asks a brain; every question comes from a new member."""

    def __init__(
        self, brain: Brain, database: Database, conversation: Conversation, clock: Clock, seed: str, at: datetime | None
    ) -> None:
        self._brain = brain
        self._database = database
        self._conversation = conversation
        self._clock = clock
        self._seed = seed
        self._at = at
        self._asked = 0

    async def __call__(self, text: str) -> Rehearsed:
        """The answer to one question."""
        began = perf_counter()
        self._asked += 1
        trace = Trace()
        decided = await self._decide(self._message(text), trace)
        said = [words_of(action.content) for action in decided.outcome.actions if isinstance(action, Reply)]
        return Rehearsed(
            text=text,
            handler=decided.handler or None,
            answer="\n".join(said) or None,
            score=decided.outcome.score,
            runner_up=_runner_up(trace, decided.outcome.rule),
            reason=decided.outcome.reason,
            ms=round((perf_counter() - began) * 1000, 3),
            rule=decided.outcome.rule,
            tried=trace.tried,
        )

    def _message(self, text: str) -> Message:
        now = self._at or self._clock.now()
        member = f"somebody{self._asked}"
        direct = Conversation(self._conversation.door, "direct", member)
        where = self._conversation if self._conversation.place == "group" else direct
        return Message(id=f"ask:{self._asked}", conversation=where, member=member, at=now, received_at=now, text=text)

    async def _decide(self, message: Message, trace: Trace) -> Decided:
        prepared = await self._brain.prepare(message)

        async def rehearse(connection: Connection) -> None:
            context = Context(
                now=message.at,
                chance=Random(f"{self._seed}:{message.id}"),
                transaction=EventTransaction(connection, message.id, message.at, 1),
                conversation=message.conversation,
                thread=Thread(message.thread),
                member=self._brain.directory.member(message.conversation.door, message.member),
                group=self._brain.directory.group(message.conversation),
                trace=trace,
                rehearsal=True,
            )
            raise _Undo(await self._brain.decide(message, prepared, context))

        try:
            await self._database.write(rehearse)
        except _Undo as undo:
            return undo.decided
        raise AssertionError("a rehearsal is never kept")


def _runner_up(trace: Trace, winner: str) -> str | None:
    """The best-scored thing that was considered and did not win."""
    others = [tried for tried in trace.tried if tried.score is not None and tried.rule and tried.rule != winner]
    best = max(others, key=lambda tried: tried.score or 0.0, default=None)
    return best.rule if best else None
