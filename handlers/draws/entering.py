"""A member enters a draw: everything that may stand against it, the price, the entry, and what comes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bot.types.actions import Action
from bot.types.context import Context
from bot.types.events import Message
from bot.types.ports import Executing
from handlers.draws import words
from handlers.draws.fairness import SCHEDULED, Ticket, prize_of, public_name
from handlers.draws.handing import SOURCE, Handing, Won
from handlers.draws.rounds import Entering, Round, Rounds, add, has_any, left_of, lock, pause_of, take
from handlers.draws.settings import Draw
from handlers.draws.tables import entries
from handlers.fairplay.barring import barred
from handlers.points.ledger import Ledger
from handlers.points.members import key_of, remember
from handlers.points.results import Short
from handlers.times import spoken_moment

Answer = tuple[str, Sequence[Action]]


@dataclass(frozen=True, slots=True)
class Entrance:
    """Lets members in, one after the other."""

    ledger: Ledger
    rounds: Rounds
    handing: Handing

    async def enter(self, draw: Draw, event: Message, context: Context) -> Answer:
        """What the member is told, and what goes out besides."""
        if refusal := elsewhere(draw, context):
            return refusal, ()
        # What follows is read behind the guard of the draw: a pause, and the same event twice, at once are seen, too.
        await lock(context, draw.name)
        if refusal := await self._kept_out(draw, context):
            return refusal, ()
        of, is_new = await self.rounds.ready(context, draw)
        if of is None:
            return words.EMPTY.format(name=draw.name), ()
        if is_new:
            return words.committed(draw, of), ()
        same = sa.select(entries.c.number).where(entries.c.event == event.id)
        if number := (await context.transaction.execute(same)).scalar():
            return words.COUNTED.format(name=draw.name, number=number), ()
        key = await key_of(context, context.member.id)
        await remember(context.transaction, key, context.member.name)
        day = self.ledger.days.of(min(event.at, context.now)).isoformat()
        if refusal := await self._limited(draw, of, key, day, context):
            return refusal, ()
        return await self._pay_and_enter(draw, of, key, day, event, context)

    async def _pay_and_enter(
        self, draw: Draw, of: Round, key: str, day: str, event: Message, context: Context
    ) -> Answer:  # fmt: skip
        left = await left_of(context.transaction, of)
        if not has_any(left, of.prizes):
            return words.EMPTY.format(name=draw.name), ()
        spent, balance = 0, None
        if draw.cost:
            paid = await self.ledger.spend(
                context, context.member.id, draw.cost, source=SOURCE, event=f"draw:{event.id}", reason=draw.name
            )
            unit = self.ledger.rules.name
            if isinstance(paid, Short):
                return words.TOO_POOR.format(cost=draw.cost, unit=unit, missing=paid.missing), ()
            spent, balance = paid.entry.id, paid.account.balance
        who = Entering(key, public_name(key, draw.name), event.id, context.conversation.key, day, spent)
        if of.way == SCHEDULED:
            of = await add(context, of, who, None)
            return words.entered(draw, of, context.now, self.ledger.days.timezone), ()
        return await self._draw(draw, of, who, left, balance, context)

    async def _draw(
        self, draw: Draw, of: Round, who: Entering, left: Mapping[str, int], balance: int | None, context: Context
    ) -> Answer:
        """`left` is read once: somebody else may draw meanwhile, and then this comes to nothing when it commits."""
        prize = prize_of(of.seed, of.number, Ticket(of.entries + 1, who.member), of.prizes, left)
        assert prize is not None
        await take(context.transaction, of, prize.name)
        of = await add(context, of, who, prize)
        won = Won(prize, of.entries, who.key, context.member.id, who.place, who.day, draw.cost, who.spent)
        told, cards = await self.handing.hand(draw.managers, of, won, context)
        shown = balance + prize.points if balance is not None else None
        return words.won(draw, of, prize, self.ledger.rules.name, shown, told), cards

    async def _kept_out(self, draw: Draw, context: Context) -> str:
        """Why this member may not enter now, whatever the round is; "" when they may."""
        return await self.closed(draw, context) or await barred(context, context.member.id)

    async def closed(self, draw: Draw, context: Context) -> str:
        """Why nobody may enter now; "" when nothing is in the way."""
        zone = self.ledger.days.timezone
        if await pause_of(context.transaction, draw.name):
            return words.PAUSED.format(name=draw.name)
        begins, ends = draw.begins(zone), draw.ends(zone)
        if begins and context.now < begins:
            return words.NOT_YET.format(name=draw.name, when=spoken_moment(begins, context.now, zone))
        return words.OVER.format(name=draw.name) if ends and context.now >= ends else ""

    async def _limited(self, draw: Draw, of: Round, key: str, day: str, context: Context) -> str:
        where, scheduled = context.transaction, of.way == SCHEDULED
        if most := draw.whole(scheduled):
            used = await _count(where, key, draw.name, of.number if scheduled else 0)
            if used >= most:
                return words.LIMIT.format(name=draw.name, most=most)
        if draw.per_day and await _count(where, key, draw.name, 0, day) >= draw.per_day:
            return words.DAILY.format(most=draw.per_day)
        return ""


def elsewhere(draw: Draw, context: Context) -> str:
    """Why a draw is not for this member here; "" when it is."""
    if draw.groups and (context.group is None or context.group.name not in draw.groups):
        return words.NOT_HERE.format(name=draw.name, where=f"请到{'、'.join(draw.groups)}")
    if draw.roles and not context.member.roles & set(draw.roles):
        return words.NOT_HERE.format(name=draw.name, where=f"只给{'、'.join(draw.roles)}")
    return ""


async def _count(where: Executing, key: str, draw: str, round: int, day: str = "") -> int:
    """How often a member entered: in a round or, with 0, in all, on one day or ever."""
    mine = [entries.c.member_key == key, entries.c.draw == draw]
    mine += [*([entries.c.round == round] if round else []), *([entries.c.day == day] if day else [])]
    return int((await where.execute(sa.select(sa.func.count()).select_from(entries).where(*mine))).scalar_one())
