"""What the clock and managers do: rounds end, scheduled draws are drawn, everybody hears who won."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.types.actions import Action, Notify, Text
from bot.types.context import Context
from bot.types.declarations import Due, Settings
from bot.types.events import Conversation, Event, Tick
from bot.types.outcome import Outcome, silent
from handlers.directory import ADMIN
from handlers.draws import words
from handlers.draws.fairness import SCHEDULED
from handlers.draws.handing import Handing, staff_of
from handlers.draws.missing import newly_gone, owed
from handlers.draws.rounds import HAND, TURN, WHERE, Round, Rounds, as_round, lock, pause_of
from handlers.draws.settings import DRAWS, Draw, of_name
from handlers.draws.tables import entries, rounds
from handlers.points.members import people

# Each morning, before what a day brings: which draws are in the configuration no more.
GONE, MORNING = "draws.gone", "0 9 * * *"
# More places than any community has groups.
MOST_PLACES = 50


@dataclass(frozen=True, slots=True)
class Deciding:
    """Draws what is due. `places`: groups by their ids, where they may be told something unasked."""

    draws: Sequence[Draw]
    places: Mapping[str, Conversation]
    rounds: Rounds
    handing: Handing
    name: str = "draw rounds"
    hears: tuple[str, ...] = ("tick:draws",)

    async def prepare(self, event: Event) -> None:
        """Nothing to prepare."""

    async def decide(self, event: Event, prepared: None, context: Context) -> Outcome | None:
        """Silent: nobody asked."""
        if not isinstance(event, Tick):
            return None
        if event.name == GONE:
            return silent(*await self._gone(context), reason="看了哪些抽奖从配置里拿掉了")
        name = event.data.get("draw") or event.name.partition("|")[2]
        draw = of_name(self.draws, name)
        if event.name != HAND:
            return await self._turn(draw, name, context)
        of = await _numbered(name, int(event.data["round"]), context)
        actions = await self.handing.rest(staff_of(draw), of, context) if of else ()
        return silent(*actions, reason=f"发了「{name}」的一些奖品")

    async def _turn(self, draw: Draw | None, name: str, context: Context) -> Outcome:
        before = await lock(context, name)
        if before is None or not before.is_open:
            return silent(reason=f"「{name}」没有开着的轮次")
        if draw is None:
            if before.way == SCHEDULED:
                return silent(reason=f"配置里没有「{name}」了，没有开奖")
            await self.rounds.close(context, before)
            return silent(reason=f"配置里没有「{name}」了，公布了种子")
        after = await self.rounds.follow(context, draw, before)
        if after.is_open and after.way == SCHEDULED:
            return await self._draw_due(draw, after, context)
        # The next round begins with who asks for it: they read its commitment.
        return silent(reason=f"「{name}」第 {after.number} 轮{'接着来' if after.is_open else '公布了种子'}")

    async def _gone(self, context: Context) -> Sequence[Action]:
        """Administrators hear of what people entered and nobody will draw, and whether they paid for it."""
        services, actions = self.handing.counter.services, list[Action]()
        admins = services.directory.with_role(ADMIN)
        if not services.desk or not admins:
            return ()
        for of in await newly_gone(context, {draw.name for draw in self.draws}):
            ids = [row.id for row in (await context.transaction.execute(owed(of.draw))).all()]
            told = Text(body=words.gone(of, ids, self.handing.ledger.rules.name), fixed=False)
            actions += [
                Notify(to=Conversation(services.desk, "direct", one.id), member=one.id, content=told) for one in admins
            ]
        return actions

    async def _draw_due(self, draw: Draw, of: Round, context: Context) -> Outcome:
        if of.closes_at is None or of.closes_at > context.now:
            return silent(reason=f"「{draw.name}」还没到开奖的时候")
        if await pause_of(context.transaction, draw.name):
            return silent(reason=f"「{draw.name}」暂停中，没有开奖", rule="暂停")
        actions, _ = await self.draw(draw, of, context)
        return silent(*actions, reason=f"「{draw.name}」开奖了", rule="开奖")

    async def draw(self, draw: Draw, of: Round, context: Context) -> tuple[Sequence[Action], str]:
        """Draw a locked round now: what goes out to others, and the announcement."""
        closed = await self.rounds.close(context, of)
        said = await self.result(closed, context)
        told = [Notify(to=place, content=Text(body=said, fixed=False)) for place in await self._groups(closed, context)]
        return [*told, *await self.handing.rest(draw.managers, closed, context)], said

    async def result(self, of: Round, context: Context) -> str:
        """Who won in a round that was drawn."""
        return words.announced(of, await self._names(of, context))

    async def _names(self, of: Round, context: Context) -> Sequence[tuple[str, str]]:
        """Prizes with the names of their winners, in the order in which they were drawn."""
        shown = of.results[: words.MOST_NAMED]
        mine = entries.c.draw == of.draw, entries.c.round == of.number
        query = sa.select(entries.c.number, entries.c.member_key).where(
            *mine, entries.c.number.in_([number for _, number, _ in shown])
        )
        keys = {row.number: row.member_key for row in (await context.transaction.execute(query)).all()}
        counter = self.handing.counter
        known = await people(
            context.transaction, list(keys.values()), counter.services.directory, context.conversation.door
        )
        named = [(prize, f"{known[keys[number]].name}（{number} 号）") for prize, number, _ in shown]
        return [*named, *(("", "") for _ in of.results[words.MOST_NAMED :])]

    async def _groups(self, of: Round, context: Context) -> Sequence[Conversation]:
        """The groups in which people entered, but for the one that is answered; once each."""
        mine = entries.c.draw == of.draw, entries.c.round == of.number, entries.c.place.contains("|group|")
        query = sa.select(entries.c.place).where(*mine).distinct().order_by(entries.c.place).limit(MOST_PLACES)
        ids = [Conversation.parse(row.place).native for row in (await context.transaction.execute(query)).all()]
        others = [id for id in dict.fromkeys(ids) if id != context.conversation.native]
        return [self.places[id] for id in others if id in self.places]


def due(settings: Settings) -> Iterable[Due]:
    """Each day at the hour of a scheduled draw: a round that began under another time, or none, is found then.

    And each morning, whatever the configuration has: draws that it has no more are found then.
    """
    yield Due(name=GONE, cron=MORNING, conversation=WHERE)
    for draw in settings[DRAWS]:
        if isinstance(draw.at, datetime):
            cron = f"{draw.at.minute} {draw.at.hour} * * *"
            yield Due(name=f"{TURN}|{draw.name}", cron=cron, conversation=WHERE)


async def _numbered(draw: str, number: int, context: Context) -> Round | None:
    query = sa.select(rounds).where(rounds.c.draw == draw, rounds.c.round == number)
    row = (await context.transaction.execute(query)).first()
    return None if row is None else as_round(row)
