"""What is won goes to its winner: points through the ledger, things as a code that staff hand out for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from bot.types.actions import Action, Notify, Text
from bot.types.context import Context
from bot.types.events import Conversation
from bot.types.ports import Timer
from handlers.directory import ADMIN
from handlers.draws import words
from handlers.draws.fairness import Prize
from handlers.draws.rounds import HAND, WHERE, Round
from handlers.draws.settings import Draw
from handlers.draws.tables import entries
from handlers.points.accounts import numbered
from handlers.points.ledger import Ledger
from handlers.points.members import people
from handlers.shop.redemptions import Redemption
from handlers.shop.ruling import Counter

# The source of what draws give and take, as members read it.
SOURCE = "抽奖"
# So many winners a transaction: each has an account that others write to, too.
MOST_HANDED = 40
SOON = timedelta(seconds=1)


def event_of(draw: str, round: int, number: int) -> str:
    """What an entry's prize is known by, so that it is handed out once."""
    return f"draw:{draw}:{round}:{number}"


@dataclass(frozen=True, slots=True)
class Won:
    """A prize and whose it is. `spent`: the ledger's entry that paid for the chance, 0 for none."""

    prize: Prize
    number: int
    key: str
    member: str
    place: str
    day: str
    cost: int
    spent: int


@dataclass(frozen=True, slots=True)
class Handing:
    """Hands prizes out."""

    ledger: Ledger
    counter: Counter

    async def hand(
        self, managers: Sequence[str], of: Round, won: Won, context: Context
    ) -> tuple[str, Sequence[Action]]:  # fmt: skip
        """What the winner is told of how they get it, and the cards for staff with the roles of `managers`."""
        if won.prize.points:
            await self._grant(of, won, context)
        if won.prize.points or won.prize.nothing:
            return "", ()
        draft = Redemption(
            code=self.counter.codes(), event=event_of(of.draw, of.number, won.number), member_key=won.key,
            source=of.draw, item=won.prize.name, cost=won.cost, spent=won.spent, at=context.now, day=won.day,
            place=won.place,
        )  # fmt: skip
        made, cards = await self.counter.make(draft, managers, context)
        is_private = Conversation.parse(won.place).place == "direct"
        told = f"兑换码 {made.code}，等工作人员确认。" if is_private else "兑换码请单聊我发「我的奖品」看。"
        return told, cards

    async def _grant(self, of: Round, won: Won, context: Context) -> None:
        await self.ledger.grant(
            context, won.member, won.prize.points, source=SOURCE, event=event_of(of.draw, of.number, won.number),
            reason=f"{of.draw}：{won.prize.name}", limited=False,
        )  # fmt: skip

    async def rest(self, managers: Sequence[str], of: Round, context: Context) -> Sequence[Action]:
        """Hand out prizes of a round that was drawn, some at a time; again soon where there are more."""
        mine = entries.c.draw == of.draw, entries.c.round == of.number
        waiting = sa.select(entries).where(*mine, entries.c.handed.is_(False)).order_by(entries.c.number)
        rows = (await context.transaction.execute(waiting.limit(MOST_HANDED))).all()
        keys = [row.member_key for row in rows]
        directory = self.counter.services.directory
        known = await people(context.transaction, keys, directory, context.conversation.door) if keys else {}
        actions: list[Action] = []
        for row in rows:
            prize, person = of.prize(row.prize), known[row.member_key]
            if prize is not None and person.id:
                cost = await self._paid(row.spent, context)
                won = Won(prize, row.number, row.member_key, person.id, row.place, row.day, cost, row.spent)
                told, cards = await self.hand(managers, of, won, context)
                actions += [*cards, *_congratulate(of, won, told)]
        ids = [row.id for row in rows]
        if ids:
            await context.transaction.execute(sa.update(entries).where(entries.c.id.in_(ids)).values(handed=True))
        # Who they are in the chat where they entered is kept until then, and no longer.
        settled = *mine, entries.c.handed.is_(True), entries.c.place != ""
        await context.transaction.execute(sa.update(entries).where(*settled).values(place=""))
        if len(rows) == MOST_HANDED:
            await hand_soon(of, context)
        return actions

    async def _paid(self, spent: int, context: Context) -> int:
        """What a chance cost by the entry of the ledger that paid for it, whatever it costs today."""
        entry = await numbered(context.transaction, spent) if spent else None
        return -entry.amount if entry else 0


def staff_of(draw: Draw | None) -> Sequence[str]:
    """Who hands out what was won: the roles of a draw, administrators where it is in the configuration no more."""
    return draw.managers if draw else (ADMIN,)


async def hand_soon(of: Round, context: Context) -> None:
    """The next winners in a moment, in a transaction of their own."""
    data = {"draw": of.draw, "round": str(of.number)}
    due = context.now + SOON
    id = f"{HAND}:{of.draw}:{of.number}"
    await context.transaction.set_timer(Timer(id=id, name=HAND, conversation=WHERE, due=due, data=data))


def _congratulate(of: Round, won: Won, told: str) -> Sequence[Action]:
    """In a group everybody hears who won; in a chat of their own the winner does."""
    place = Conversation.parse(won.place)
    if place.place != "direct":
        return ()
    text = Text(body=words.lucky(of, won.prize, told), fixed=False)
    return (Notify(to=place, member=won.member, content=text),)
