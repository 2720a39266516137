"""The judgement over a run, by the simulator's journal; the outbox is asked only what it admits to be in doubt."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from bot.app import load_config
from bot.decision import APOLOGY, LATE
from bot.simulator import Attempt, Call, Conversation, Journal, Posted, Record
from bot.store.database import Database
from bot.store.settings import STORE
from bot.store.tables import outbox
from bot.types.actions import Text, load_content
from tests.faults.company import Company
from tests.faults.desk import Desk
from tests.faults.load import Asked
from tests.faults.victim import Death

# A message sent so many seconds after another one arrived after it, even at a bot that has just been started.
APART = 2.0
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
    lost_on_the_way: int = 0
    late: int = 0
    uncertain: int = 0
    in_flight: int = 0
    unwelcomed: int = 0
    served: int = 0

    def __str__(self) -> str:
        figures = {name: value for name, value in vars(self).items() if name != "faults"}
        return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in figures.items())


async def judge(
    company: Company, asked: Sequence[Asked], desk: Desk, deaths: Sequence[Death], elsewhere: Sequence[Conversation],
    apart: float = APART,
) -> Verdict:  # fmt: skip
    """Everything that is wrong with what people saw. `apart`: seconds within which a bot hears what it is sent."""
    journal = company.wecom.journal
    rows = await outbox_of(company)
    verdict = Verdict(messages=len(asked))
    verdict.duplicates = sum(attempt.copy > 0 for attempt in journal.attempts())
    verdict.retries = sum(attempt.delivery > 1 for attempt in journal.attempts())
    verdict.uncertain = sum(row.state in IN_DOUBT for row in rows)
    judge = _Judge(journal, rows, verdict, apart)
    judge.strays(asked, [*desk.conversations, *elsewhere])
    judge.answers(asked)
    judge.order(asked)
    judge.doubts(deaths)
    verdict.served = sum(not one.missed for one in desk.rounds)
    verdict.faults += desk.faults(judge.accepted, judge.is_excused)
    return verdict


async def outbox_of(company: Company) -> list[sa.Row[Any]]:
    """The rows of the outbox, read beside the bot."""
    store = load_config(company.config, company.environ)[STORE]
    database = await Database.open(store.sql_url(company.home / store.data))
    try:
        return await database.read(sa.select(outbox).order_by(outbox.c.seq))
    finally:
        await database.close()


class _Judge:
    def __init__(self, journal: Journal, rows: Sequence[sa.Row[Any]], verdict: Verdict, apart: float) -> None:
        self._journal = journal
        self._rows = rows
        self._verdict = verdict
        self._apart = apart
        self._attempts: dict[str, list[Attempt]] = defaultdict(list)
        for attempt in journal.attempts():
            self._attempts[attempt.msgid.partition("-poll-")[0]].append(attempt)

    def strays(self, asked: Sequence[Asked], elsewhere: Sequence[Conversation]) -> None:
        """Nothing may be seen that nobody asked for, and no answer may be refused, dropped or contradict another."""
        expected = {(one.conversation, text) for one in asked for text in one.line.answer}
        for record in self._journal.records():
            if record.kind in ("refused", "dropped", "conflict"):
                self._fault(f"{record.kind}: {record.conversation} {record.text[:40]!r} {record.reason}")
            known = record.conversation in elsewhere or (record.conversation, record.text) in expected
            if record.kind == "seen" and record.text and (not known or record.text in (APOLOGY, LATE)):
                self._fault(f"stray: {record.conversation} {record.via} {record.text[:60]!r}")

    def answers(self, asked: Sequence[Asked]) -> None:
        """Every accepted message has each part of its answer once."""
        for one in asked:
            seen = [self._seen(one, text) for text in one.line.answer]
            self._verdict.answered += all(seen)
            self._verdict.never_accepted += not self._was_written(one)
            self._verdict.lost_on_the_way += self._was_written(one) and not self.accepted(one.posted)
            for text, found in zip(one.line.answer, seen, strict=True):
                if len(found) > 1:
                    self._fault(f"twice: {one.conversation} {text[:40]!r} {[record.via for record in found]}")
                if not found and self.accepted(one.posted):
                    self._miss(one, text)
            firsts = [found[0].number for found in seen if found]
            if firsts != sorted(firsts) and not self._was_lost(one):
                self._fault(f"parts out of order: {one.conversation} {one.line.text}")

    def _miss(self, asked: Asked, text: str) -> None:
        """An answer that nobody saw: excused when it broke off and WeCom did not ask for it again."""
        lane = _lane(asked.conversation)
        states = {row.state for row in self._rows if row.lane == lane and _words(row) == text}
        if asked.line.kind == "opening" and "dead" in states:
            self._verdict.unwelcomed += 1
        elif self._asked_again(asked) or not (states & set(IN_DOUBT) or self._was_lost(asked)):
            self._fault(f"lost: {asked.conversation} {asked.line.kind} {text[:40]!r}")
        elif not states & set(IN_DOUBT):
            self._verdict.lost_on_the_way += 1

    def _asked_again(self, asked: Asked) -> bool:
        """Whether WeCom got something, if only silence, on a delivery or poll after the last that had broken off."""
        attempts = self._attempts[asked.posted.msgid]
        broken = max((attempt.ended or attempt.at for attempt in attempts if attempt.outcome != "ok"), default=0)
        return any(attempt.outcome == "ok" and 0 < broken < attempt.at for attempt in attempts)

    def _seen(self, asked: Asked, text: str) -> list[Record]:
        return [record for record in self._journal.seen(asked.conversation) if record.text == text]

    def accepted(self, posted: Posted) -> bool:
        """Whether an answer of the bot, perhaps an empty one, reached WeCom."""
        return any(attempt.outcome == "ok" for attempt in self._attempts[posted.msgid])

    def _was_written(self, asked: Asked) -> bool:
        """Whether the bot answered at all, with 200."""
        return any(attempt.status == 200 for attempt in self._attempts[asked.posted.msgid])

    def _was_lost(self, asked: Asked) -> bool:
        """Whether the network lost an answer that the bot had written."""
        return any(attempt.outcome == "lost" for attempt in self._attempts[asked.posted.msgid])

    def in_doubt(self, conversation: Conversation) -> bool:
        """Whether the bot admits that something may not have arrived there."""
        return any(row.state in IN_DOUBT and row.lane == _lane(conversation) for row in self._rows)

    def is_excused(self, conversation: Conversation) -> bool:
        """Whether the bot admits that something did not arrive there: in doubt, or with no way left to say it."""
        held = any(row.state == "held" and row.lane == _lane(conversation) for row in self._rows)
        spent = any(record.via == "response_url" for record in self._journal.seen(conversation))
        return self.in_doubt(conversation) or (held and spent)

    def doubts(self, deaths: Sequence[Death]) -> None:
        """Only what was in flight when the bot died may be in doubt."""
        in_flight = [entry for death in deaths for entry in self._journal.inflight_at(death.at, SLACK)]
        self._verdict.in_flight = len(in_flight)
        places = Counter(_lane(entry.conversation) for entry in in_flight if isinstance(entry, Attempt))
        places += Counter(self._called(entry) for entry in in_flight if isinstance(entry, Call))
        for lane, times in Counter(row.lane for row in self._rows if row.state in IN_DOUBT).items():
            if times > places[lane]:
                self._fault(f"{times} in doubt at {lane}, {places[lane]} were in flight")

    def _called(self, call: Call) -> str:
        """The lane of a call: its recipient, or whose message it answers."""
        if recipient := call.body.get("touser"):
            return f"app:助手|direct|{recipient}"
        return ""

    def order(self, asked: Sequence[Asked]) -> None:
        """Answers stand in the order in which their messages surely arrived.

        A stream has its place from its first empty bubble on; what leaves by response_url, because nobody asked for
        the stream in time, comes late, and so does a text with which an answer broke off: WeCom asks for it again.
        """
        places: dict[Conversation, list[Asked]] = defaultdict(list)
        for one in asked:
            seen = self._seen(one, one.line.answer[0])
            if self.accepted(one.posted) and seen and seen[0].via != "response_url":
                places[one.conversation].append(one)
            self._verdict.late += bool(seen) and seen[0].via == "response_url"
        for conversation, ones in places.items():
            shown = sorted(ones, key=lambda one: self._seen(one, one.line.answer[0])[0].number)
            for earlier, later in pairwise(shown):
                if self._surely_before(later, earlier) and not self._broke_off(later):
                    told = " before ".join(map(self._told, (later, earlier)))
                    self._fault(f"out of order: {conversation} {told}")

    def _broke_off(self, asked: Asked) -> bool:
        """Whether what people saw in a callback's answer may have been in an earlier one, too, that broke off."""
        seen = self._seen(asked, asked.line.answer[0])[0]
        broken = (one for one in self._attempts[asked.posted.msgid] if one.outcome in ("lost", "cut"))
        return seen.via == "passive" and any(one.at < seen.at for one in broken)

    def _told(self, asked: Asked) -> str:
        """A line with all that became of it, in Unix seconds."""
        attempts = [
            f"{one.at:.2f}-{one.ended or 0:.2f} {one.delivery}/{one.copy} {one.outcome}"
            for one in self._attempts[asked.posted.msgid]
        ]
        seen = self._seen(asked, asked.line.answer[0])[0]
        return f"{asked.line.kind} {asked.line.text} ({', '.join(attempts)}; seen {seen.at:.2f} by {seen.via})"

    def _surely_before(self, one: Asked, other: Asked) -> bool:
        """Whether the bot had one before the other was under way at all."""
        accepted = [attempt for attempt in self._attempts[one.posted.msgid] if attempt.outcome == "ok"]
        begun = min(attempt.at for attempt in self._attempts[other.posted.msgid])
        return any(attempt.at + self._apart <= begun or (attempt.ended or begun) < begun for attempt in accepted)

    def _fault(self, what: str) -> None:
        self._verdict.faults.append(what)


def _words(row: sa.Row[Any]) -> str:
    content = load_content(row.content)
    return content.body if isinstance(content, Text) else ""


def _lane(conversation: Conversation) -> str:
    """A conversation as the outbox names it."""
    return f"{conversation.door}|{conversation.kind}|{conversation.native}"
