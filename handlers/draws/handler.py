"""抽奖, 抽奖规则, 我的奖品; 开奖, 暂停活动, 继续活动 by managers."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bot.types.actions import Action, Reply, Text
from bot.types.context import Context
from bot.types.events import Event, Message
from bot.types.outcome import Outcome, answered
from handlers import audit
from handlers.draws import words
from handlers.draws.deciding import Deciding
from handlers.draws.entering import Answer, Entrance, elsewhere
from handlers.draws.fairness import SCHEDULED
from handlers.draws.handing import event_of
from handlers.draws.rounds import latest, left_of, lock, pause_of, ring
from handlers.draws.settings import Draw, of_name
from handlers.draws.tables import entries, pauses
from handlers.draws.wordings import ORDERS
from handlers.naming import Named, Naming
from handlers.points.members import known_key
from handlers.shop.redemptions import of_events
from handlers.spoken import Said, Spoken

MOST_LISTED = 10


@dataclass(frozen=True, slots=True)
class DrawTalk:
    """Answers members, obeys managers."""

    draws: Sequence[Draw]
    entrance: Entrance
    deciding: Deciding
    spoken: Spoken
    naming: Naming
    name: str = "draws"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> Named | None:
        """What is wanted, of which draw."""
        return self._read(event.text) if isinstance(event, Message) and event.text else None

    def claims(self, message: Message) -> bool:
        """Whether it is about a draw."""
        return self._read(message.text) is not None

    def _read(self, text: str) -> Named | None:
        named = self.naming.find(text)
        if named is not None and named.name:
            return named
        said: Said | None = self.spoken.find(text)
        return Named(said.command) if said is not None else named

    async def decide(self, event: Event, prepared: Named | None, context: Context) -> Outcome | None:
        """None for what is about something else, and in groups that go without."""
        if prepared is None or not isinstance(event, Message) or not event.member:
            return None
        if context.group is not None and not context.group.has("draws"):
            return None
        if prepared.command in ORDERS:
            return await self._order(prepared, event, context)
        answer = {"draw": self._enter, "rules": self._rules, "mine": self._mine}[prepared.command]
        body, actions = await answer(prepared, event, context)
        reason = f"{words.VERBS.get(prepared.command, '我的奖品')} {prepared.name}".strip()
        return _say(body, reason, prepared.command, *actions)

    # Members

    async def _enter(self, asked: Named, event: Message, context: Context) -> Answer:
        draw = of_name(self.draws, asked.name)
        if asked.near or asked.written:
            return self._unclear(asked), ()
        if draw is None:
            here = await self._going(context)
            if len(here) != 1:
                unit = self.entrance.ledger.rules.name
                return (words.choose(here, unit) if here else await self._none(context)), ()
            draw = here[0]
        return await self.entrance.enter(draw, event, context)

    async def _rules(self, asked: Named, event: Message, context: Context) -> Answer:
        if asked.near or asked.written:
            return self._unclear(asked), ()
        draw = of_name(self.draws, asked.name)
        told = [await self._told(one, context) for one in ([draw] if draw else await self._going(context))]
        return "\n\n".join(told) or await self._none(context), ()

    async def _told(self, draw: Draw, context: Context) -> str:
        if refusal := elsewhere(draw, context):
            return refusal
        of, _ = await self.entrance.rounds.ready(context, draw)
        if of is None:
            return await self._over(draw, context)
        left = await left_of(context.transaction, of)
        zone, unit = self.entrance.ledger.days.timezone, self.entrance.ledger.rules.name
        return words.rules_of(draw, of, left, unit, context.now, zone)

    async def _over(self, draw: Draw, context: Context) -> str:
        """Nothing more can be won: because of the time, or who won."""
        last = await latest(context.transaction, draw.name)
        if last is not None and last.way == SCHEDULED and not last.is_open:
            return await self.deciding.result(last, context)
        return await self.entrance.closed(draw, context) or words.EMPTY.format(name=draw.name)

    async def _mine(self, asked: Named, event: Message, context: Context) -> Answer:
        key = await known_key(context.transaction, context.member.id)
        mine = entries.c.member_key == key, entries.c.prize != ""
        last = sa.select(entries).where(*mine).order_by(entries.c.id.desc()).limit(MOST_LISTED)
        prizes = [
            (row, event_of(row.draw, row.round, row.number)) for row in (await context.transaction.execute(last)).all()
        ]
        known = await of_events(context.transaction, [event for _, event in prizes])
        codes, days = {one.event: one for one in known}, self.entrance.ledger.days
        rows = [(row.draw, row.prize, days.of(row.at), codes.get(event)) for row, event in prizes]
        return words.mine(rows, context.conversation.place == "direct"), ()

    async def _going(self, context: Context) -> Sequence[Draw]:
        """The draws for this member here that go on now."""
        rounds = self.entrance.rounds
        return [one for one in self.draws if not elsewhere(one, context) and rounds.is_running(one, context.now)]

    async def _none(self, context: Context) -> str:
        """Why there is nothing: because of the place, or the time."""
        others = [refusal for draw in self.draws if (refusal := elsewhere(draw, context))]
        return others[0] if len(others) == len(self.draws) and others else words.NONE

    def _unclear(self, asked: Named) -> str:
        if not asked.name:
            return words.UNKNOWN.format(written=asked.written)
        return words.DID_YOU_MEAN.format(written=asked.written, name=asked.name, verb=words.VERBS[asked.command])

    # Managers

    async def _order(self, asked: Named, event: Message, context: Context) -> Outcome | None:
        managed = [draw for draw in self.draws if context.member.roles & set(draw.managers)]
        verb = words.VERBS[asked.command]
        draw = of_name(self.draws, asked.name)
        if not managed or (draw is not None and draw not in managed):
            if draw is None:
                return None
            await audit.record(context, event.text[:200], allowed=False, why="没有权限")
            said = words.ONLY_MANAGERS.format(verb=verb, who="、".join(draw.managers))
            return _say(said, "没有权限", "拒绝")
        if draw is None or asked.near:
            body = self._unclear(asked) if asked.written else words.NAME_IT.format(verb=verb, name=managed[0].name)
            return _say(body, "没说清是哪一个", asked.command)
        do = {"open": self._open, "pause": self._pause, "resume": self._resume}[asked.command]
        body, actions = await do(draw, context)
        await audit.record(context, f"{verb} {draw.name}")
        who = context.member.name or context.member.id
        return _say(body, f"{who} {verb} {draw.name}", asked.command, *actions)

    async def _open(self, draw: Draw, context: Context) -> Answer:
        of = await lock(context, draw.name)
        if of is None or not of.is_open or of.way != SCHEDULED:
            instant = not draw.scheduled
            return (words.NOT_SCHEDULED if instant else words.ALREADY).format(name=draw.name), ()
        if not of.entries:
            return words.NOBODY_IN.format(name=draw.name), ()
        actions, said = await self.deciding.draw(draw, of, context)
        return said, actions

    async def _pause(self, draw: Draw, context: Context) -> Answer:
        await lock(context, draw.name)
        if await pause_of(context.transaction, draw.name):
            return words.STOPPED_BEFORE.format(name=draw.name), ()
        row = {"draw": draw.name, "paused_by": context.member.id, "paused_at": context.now}
        await context.transaction.execute(insert(pauses).on_conflict_do_nothing(), row)
        return words.STOPPED.format(name=draw.name), ()

    async def _resume(self, draw: Draw, context: Context) -> Answer:
        of = await lock(context, draw.name)
        if not await pause_of(context.transaction, draw.name):
            return words.NOT_STOPPED.format(name=draw.name), ()
        await context.transaction.execute(sa.delete(pauses).where(pauses.c.draw == draw.name))
        if of is not None and of.is_open:
            of = await self.entrance.rounds.follow(context, draw, of)
        if of is not None and of.is_open:
            await ring(context, of)
        return words.GOES_ON.format(name=draw.name), ()


def _say(body: str, reason: str, rule: str, *more: Action) -> Outcome:
    return answered(Reply(content=Text(body=body, fixed=False)), *more, reason=reason, rule=rule)
