"""A place where members earn points: a real book, the real judge, one transaction an act."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from bot.store.database import Database
from bot.types.context import Context, Trace
from bot.types.events import Conversation
from bot.types.ports import Member, Services, Thread
from handlers.directory import Roster
from handlers.fairplay import holds
from handlers.fairplay.holds import Review
from handlers.fairplay.judging import FairJudge
from handlers.fairplay.ruling import Ruling, Settled
from handlers.fairplay.settings import FairPlay
from handlers.points.ledger import Ledger
from handlers.points.results import Capped, Granted, Held
from handlers.points.within import Outside
from scheduler.calendar import WorkCalendar
from tests.handlers.points.book import SHANGHAI, Book

GROUP = Conversation("aibot:小助手", "group", "wrG1")


@dataclass
class Square:
    """Members who earn, and a manager who rules."""

    book: Book
    judged: Ledger
    ruling: Ruling

    @classmethod
    def of(cls, database: Database, points: dict[str, Any] | None = None, **limits: object) -> "Square":
        book = Book.of(database, **(points or {}))
        judge = FairJudge(FairPlay.model_validate(limits), book.ledger.days)
        judged = Ledger(book.ledger.rules, book.ledger.days, judge)
        services = Services(Roster([], []), WorkCalendar(SHANGHAI))
        return cls(book, judged, Ruling(book.ledger, services))

    async def earn(self, member: str, event: str, **wish: Any) -> Granted | Held | Capped:
        """A member does something that is rewarded."""

        async def work(within: Outside) -> Granted | Held | Capped:
            context = self.context(within, member)
            known = {"source": "签到", "amount": 5, **wish}
            return await self.judged.grant(context, member, known.pop("amount"), event=event, **known)

        return await self.book.do(work)

    async def rule(self, verdict: str, number: int) -> Settled | None:
        """A manager rules on an open review; None for any other."""

        async def work(within: Outside) -> Settled | None:
            context = self.context(within, "boss")
            review = await holds.lock(context, number)
            if review is None or not review.is_open:
                return None
            return await self.ruling.settle(review, verdict, "boss", "", context)

        return await self.book.do(work)

    async def waiting(self) -> Sequence[Review]:
        return await self.book.do(lambda within: holds.waiting(within.transaction, 1000))

    def context(self, within: Outside, member: str) -> Context:
        return Context(
            now=within.now, chance=Random(1), transaction=within.transaction, conversation=GROUP,
            thread=Thread("t"), member=Member(member), group=None, trace=Trace(),
        )  # fmt: skip
