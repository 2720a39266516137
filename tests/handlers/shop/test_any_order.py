"""Whatever happens in whatever order: nothing runs below nothing, nobody has more than they may, and points add up."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.database import Database
from bot.store.schema import combine
from bot.store.tables import SPINE
from handlers.draws.export import publication
from handlers.draws.fairness import INSTANT, Ticket, prize_of, public_name
from handlers.draws.rounds import Entering, Rounds, add, left_of, take
from handlers.draws.settings import Draw
from handlers.draws.tables import TABLES as DRAW_TABLES
from handlers.draws.verification import verify
from handlers.points.audit import prove
from handlers.points.results import Short
from handlers.points.tables import TABLES as POINTS_TABLES
from handlers.points.within import Within
from handlers.shop import redemptions
from handlers.shop.redemptions import GIVEN, REFUSED, WAITING, Redemption
from handlers.shop.tables import TABLES as SHOP_TABLES
from tests.handlers.points.book import Book

COST = 3


@dataclass(frozen=True)
class Step:
    """Something that happens: somebody earns, buys or draws; staff rule; the manager changes what there is."""

    kind: str
    member: str
    amount: int


STEPS = st.lists(
    st.builds(
        Step,
        kind=st.sampled_from(["earn", "earn", "buy", "buy", "give", "refuse", "offer", "draw", "draw", "days"]),
        member=st.sampled_from(["a", "b"]),
        amount=st.integers(1, 6),
    ),
    max_size=30,
)


class Market:
    """The rows of the shop and of a draw, with a plain count of both beside them."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.offered = 3
        self.largest = 3
        self.had: list[Redemption] = []
        self.drawn = Counter[str]()
        self.rounds = Rounds(book.ledger.days, lambda: f"{len(self.drawn):064x}")

    async def do(self, number: int, step: Step) -> None:
        match step.kind:
            case "earn":
                await self.book.do(lambda within: self._earn(within, step, number))
            case "buy":
                await self.book.do(lambda within: self._buy(within, step, number))
            case "give" | "refuse":
                await self._rule(step)
            case "offer":
                self.offered = step.amount - 1
                self.largest = max(self.largest, self.offered)
            case "draw":
                await self.book.do(lambda within: self._draw(within, step, number))
            case "days":
                self.book.now += timedelta(hours=7 * step.amount)

    async def _earn(self, within: Within, step: Step, number: int) -> None:
        await self.book.ledger.grant(within, step.member, step.amount, source="签到", event=f"{number}")

    async def _buy(self, within: Within, step: Step, number: int) -> None:
        if not await redemptions.take(within.transaction, "杯", self.offered):
            assert self.taken() >= self.offered
            return
        paid = await self.book.ledger.spend(within, step.member, COST, source="兑换", event=f"{number}")
        if isinstance(paid, Short):
            await redemptions.put_back(within.transaction, "杯")
            return
        draft = Redemption(
            code=f"{number}", event=f"{number}", member_key=paid.entry.member_key, item="杯", cost=COST,
            spent=paid.entry.id, at=within.now, day="", place="",
        )  # fmt: skip
        self.had.append(await redemptions.write(within, draft))

    async def _rule(self, step: Step) -> None:
        waits = [at for at, one in enumerate(self.had) if one.state == WAITING]
        if not waits:
            return
        at = waits[step.amount % len(waits)]
        state = GIVEN if step.kind == "give" else REFUSED

        async def work(within: Within) -> Redemption:
            locked = await redemptions.lock(within, self.had[at].id)
            assert locked is not None
            return await redemptions.rule(within, self.book.ledger, locked, state, "staff")

        self.had[at] = await self.book.do(work)

    def taken(self) -> int:
        return sum(one.state != REFUSED for one in self.had)

    def draw(self) -> Draw:
        prizes = [{"name": "杯", "weight": 2, "stock": self.offered}, {"name": "无", "weight": 3, "nothing": True}]
        return Draw.model_validate({"name": "转盘", "limit": 9, "prizes": prizes})

    async def _draw(self, within: Within, step: Step, number: int) -> None:
        of, _ = await self.rounds.ready(within, self.draw())
        if of is None:
            return
        ticket = Ticket(of.entries + 1, public_name(step.member, "转盘"))
        prize = prize_of(of.seed, of.number, ticket, of.prizes, await left_of(within.transaction, of))
        assert prize is not None
        assert of.way == INSTANT
        assert await take(within.transaction, of, prize.name)
        who = Entering(step.member, ticket.member, f"{number}", "", "")
        await add(within, of, who, prize)
        self.drawn[prize.name] += 1


@settings(max_examples=8, deadline=None)
@given(STEPS)
def test_any_row_of_steps_keeps_the_shop_and_the_draw_honest(steps: list[Step]) -> None:
    asyncio.run(_play(steps))


async def _play(steps: list[Step]) -> None:
    database = await Database.memory()
    try:
        await database.alter(combine([*SPINE, *POINTS_TABLES, *SHOP_TABLES, *DRAW_TABLES]).create_all)
        market = Market(Book.of(database))
        for number, step in enumerate(steps):
            await market.do(number, step)
            taken = await market.book.do(lambda within: redemptions.taken_of(within.transaction, "杯"))
            assert taken == market.taken()
            assert 0 <= taken <= market.largest
            assert market.drawn["杯"] <= market.largest
        proof = await prove(database)
        earned = sum(step.amount for step in steps if step.kind == "earn")
        assert (proof.holds, proof.balance) == (True, earned - COST * market.taken())
        verdict = verify(await publication(database, "转盘"))
        assert verdict.holds, verdict.faults
        assert verdict.entries + verdict.pending == sum(market.drawn.values())
    finally:
        await database.close()
