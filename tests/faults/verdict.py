"""The judgement over a run, by the simulator's journal; the outbox is asked only what it admits to be in doubt."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from bot.app import records
from bot.simulator import Attempt, Conversation, Journal, Record
from bot.store.tables import outbox
from tests.faults.company import Company
from tests.faults.load import Asked
from tests.faults.victim import Death

# A message sent so many seconds after another one arrived after it.
APART = 0.3
# An answer that left the bot this short a time before a kill may not have been noted as arrived.
SLACK = 0.5
IN_DOUBT = ("handed", "uncertain")


@dataclass
class Verdict:
    """What is wrong (`faults`), and the figures of the run."""

    faults: list[str] = field(default_factory=list)
    messages: int = 0
    duplicates: int = 0
    retries: int = 0
    answered: int = 0
    never_accepted: int = 0
    uncertain: int = 0
    in_flight: int = 0
    unwelcomed: int = 0

    def __str__(self) -> str:
        figures = {name: value for name, value in vars(self).items() if name != "faults"}
        return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in figures.items())


async def judge(company: Company, asked: Sequence[Asked], deaths: Sequence[Death] = ()) -> Verdict:
    """Everything that is wrong with what people saw."""
    journal = company.wecom.journal
    rows = await _outbox(company)
    verdict = Verdict(messages=len(asked))
    verdict.duplicates = sum(attempt.copy > 0 for attempt in journal.attempts())
    verdict.retries = sum(attempt.delivery > 1 for attempt in journal.attempts())
    verdict.uncertain = sum(row.state in IN_DOUBT for row in rows)
    verdict.in_flight = sum(len(journal.inflight_at(death.at, SLACK)) for death in deaths)
    judge = _Judge(journal, rows, verdict)
    judge.strays(asked)
    judge.answers(asked)
    judge.order(asked)
    if verdict.uncertain > verdict.in_flight:
        verdict.faults.append(f"{verdict.uncertain} in doubt, {verdict.in_flight} were in flight")
    return verdict


async def _outbox(company: Company) -> list[sa.Row[Any]]:
    async with records(company.config) as (database, _):
        return await database.read(sa.select(outbox).order_by(outbox.c.seq))


class _Judge:
    def __init__(self, journal: Journal, rows: Sequence[sa.Row[Any]], verdict: Verdict) -> None:
        self._journal = journal
        self._rows = rows
        self._verdict = verdict
        self._attempts: dict[str, list[Attempt]] = defaultdict(list)
        for attempt in journal.attempts():
            self._attempts[attempt.msgid].append(attempt)

    def strays(self, asked: Sequence[Asked]) -> None:
        """Nothing may be seen that nobody asked for, and no answer may be refused, dropped or contradict another."""
        expected = {(one.conversation, text) for one in asked for text in one.line.answer}
        for record in self._journal.records():
            if record.kind in ("refused", "dropped", "conflict"):
                self._fault(f"{record.kind}: {record.conversation} {record.text[:40]!r} {record.reason}")
            if record.kind == "seen" and record.text and (record.conversation, record.text) not in expected:
                self._fault(f"stray: {record.conversation} {record.via} {record.text[:60]!r}")

    def answers(self, asked: Sequence[Asked]) -> None:
        """Every accepted message has each part of its answer once."""
        for one in asked:
            seen = [self._seen(one, text) for text in one.line.answer]
            self._verdict.answered += all(seen)
            self._verdict.never_accepted += not self._accepted(one)
            for text, found in zip(one.line.answer, seen, strict=True):
                if len(found) > 1:
                    self._fault(f"twice: {one.conversation} {text[:40]!r} {[record.via for record in found]}")
                if not found and self._accepted(one) and not self._admitted(one, text):
                    self._fault(f"lost: {one.conversation} {one.line.kind} {text[:40]!r}")
            firsts = [found[0].number for found in seen if found]
            if firsts != sorted(firsts):
                self._fault(f"parts out of order: {one.conversation} {one.line.text}")

    def _seen(self, asked: Asked, text: str) -> list[Record]:
        return [record for record in self._journal.seen(asked.conversation) if record.text == text]

    def _accepted(self, asked: Asked) -> bool:
        """Whether an answer of the bot reached WeCom; one that the network lost is nobody's fault."""
        return any(attempt.outcome == "ok" for attempt in self._attempts[asked.posted.msgid])

    def _admitted(self, asked: Asked, text: str) -> bool:
        """Whether the bot itself says that this may not have arrived; a welcome may also come too late to be said."""
        states = {row.state for row in self._rows if row.lane == _lane(asked.conversation) and text in row.content}
        if asked.line.kind == "opening" and states & {*IN_DOUBT, "dead"}:
            self._verdict.unwelcomed += 1
            return True
        return bool(states & set(IN_DOUBT))

    def order(self, asked: Sequence[Asked]) -> None:
        """Answers stand in the order in which their messages surely arrived."""
        places: dict[Conversation, list[Asked]] = defaultdict(list)
        for one in asked:
            if self._accepted(one) and self._seen(one, one.line.answer[0]):
                places[one.conversation].append(one)
        for conversation, ones in places.items():
            shown = sorted(ones, key=lambda one: self._seen(one, one.line.answer[0])[0].number)
            for earlier, later in pairwise(shown):
                if self._surely_before(later, earlier):
                    self._fault(f"out of order: {conversation} {later.line.text} before {earlier.line.text}")

    def _surely_before(self, one: Asked, other: Asked) -> bool:
        """Whether the bot had one before the other was under way at all."""
        accepted = [attempt for attempt in self._attempts[one.posted.msgid] if attempt.outcome == "ok"]
        begun = min(attempt.at for attempt in self._attempts[other.posted.msgid])
        return any(attempt.at + APART <= begun or (attempt.ended or begun) < begun for attempt in accepted)

    def _fault(self, what: str) -> None:
        self._verdict.faults.append(what)


def _lane(conversation: Conversation) -> str:
    """A conversation as the outbox names it."""
    return f"{conversation.door}|{conversation.kind}|{conversation.native}"
