"""The mechanism that all games share: matches begin, go on, ring and end; one at a time in a conversation."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.types.context import Context
from bot.types.ports import Timer
from handlers.fairplay.barring import barred
from handlers.games import words
from handlers.games.game import Game, Step, Turn
from handlers.games.match import Match, drop, keep, lock
from handlers.games.settings import LONGEST, Games
from handlers.points.ledger import Ledger
from handlers.points.members import key_of, known_key, remember, unnamed
from handlers.points.results import Short

# What games bring and cost, as members and `[points] caps` know it.
SOURCE = "游戏"
RING = "games.ring"
# Nobody reads what is asked and answers it within so long: such an answer is for what was asked before.
READING = timedelta(seconds=1)
MOST_PLAYERS = 200


@dataclass(frozen=True)
class Playing:
    """Plays `games`, by their titles. `ledger` is None where nothing brings points."""

    games: Mapping[str, Game[Any]]
    rules: Games
    ledger: Ledger | None

    @cached_property
    def unit(self) -> str:
        """What points are called."""
        return self.ledger.rules.name if self.ledger else "积分"

    @cached_property
    def _forms(self) -> Mapping[str, TypeAdapter[Any]]:
        return {title: TypeAdapter(game.state) for title, game in self.games.items()}

    def leads(self, match: Match, context: Context) -> bool:
        """Whether the event's member may decide for all who play."""
        is_manager = bool(context.member.roles & set(self.rules.managers))
        return is_manager or _alone(context) or context.member.id == match.begun_by

    def is_long_over(self, match: Match, context: Context) -> bool:
        """Whether its clock must have rung where nobody heard it: while there were no games."""
        return context.now - max(match.asked_at, match.moved_at) > LONGEST + self.rules.idle

    async def begin(self, game: Game[Any], event: str, context: Context) -> str:
        """Begin a match, unless one is on; `event` names it for ever."""
        other, before = await lock(context), ""
        if other is not None and not self.is_long_over(other, context):
            return words.IS_ON.format(title=other.game)
        if other is not None:
            before = await self.end(other, words.IDLE.format(title=other.game), context) + "\n\n"
        match = Match(
            conversation=context.conversation.key, id=event, game=game.title, state="null", scores={}, names={},
            begun_by=context.member.id, begun_at=context.now, moved_at=context.now, asked_at=context.now,
        )  # fmt: skip
        match = await self._with_player(match, context) if _alone(context) else match
        step: Step[Any] = game.begin(self._turn(match, None, context, leads=True))
        return before + await self._take(game, match, step, context, unwound=True)

    async def move(self, match: Match, text: str, heard_at: datetime, context: Context, last: bool) -> str | None:
        """What becomes of somebody's words; None when they are no move. `match` is locked."""
        found = await self._state(match, context)
        if found is None:
            return None
        game, state = found
        players = await self._with_player(match, context)
        leads = self.leads(match, context)
        step = game.move(self._turn(players, state, context, text=text, leads=leads, last=last))
        if step is None:
            return None
        if why := await barred(context, context.member.id):
            return why
        if match.rings > 1 and not _alone(context) and heard_at < match.asked_at + READING:
            return words.LATE
        if len(players.scores) > MOST_PLAYERS:
            return words.FULL.format(most=MOST_PLAYERS)
        if step.cost and (short := await self._pay(step.cost, match, context)):
            return short
        await remember(context.transaction, await key_of(context, context.member.id), context.member.name)
        return await self._take(game, players, step, context)

    async def ring(self, match: Match, due: datetime, context: Context) -> str | None:
        """The time is over: for what was asked, or for a match that nobody plays; None when it only goes on."""
        found = await self._state(match, context)
        if found is None:
            return None
        game, state = found
        since = match.asked_at if match.timed else context.now
        if max(since - match.moved_at, context.now - due) >= self.rules.idle:
            return await self.end(match, words.IDLE.format(title=match.game), context)
        if not match.timed:
            await self._wind(match, match.moved_at + self.rules.idle, context)
            return None
        step = game.ring(self._turn(match, state, context))
        return await self._take(game, match, step, context, unwound=True)

    async def end(self, match: Match, said: str, context: Context) -> str:
        """End a locked match: what it brought is given, and told after what is said."""
        gains = await self._reward(match, context)
        await drop(context)
        await context.transaction.cancel_timer(_clock(context))
        return "\n".join(filter(None, (said, words.table(match, _alone(context), self.unit, gains))))

    async def join(self, match: Match, context: Context) -> str:
        """Somebody wants to play; `match` is locked."""
        if why := await barred(context, context.member.id):
            return why
        if len(match.scores) >= MOST_PLAYERS and context.member.id not in match.scores:
            return words.FULL.format(most=MOST_PLAYERS)
        match = await self._with_player(match, context)
        await keep(match, context)
        return words.JOINED.format(name=match.names[context.member.id], count=len(match.scores))

    async def _take(
        self, game: Game[Any], match: Match, step: Step[Any], context: Context, unwound: bool = False
    ) -> str:
        """Write a step down, and wind the clock where the step asks for it or it is `unwound`."""
        state = self._forms[game.title].dump_json(step.state).decode()
        match = match.after(step, state, context.now)
        if step.over:
            return await self.end(match, step.say, context)
        if step.wait is not None:
            await self._wind(replace(match, timed=True), context.now + step.wait, context)
        elif unwound:
            await self._wind(replace(match, timed=False), match.moved_at + self.rules.idle, context)
        else:
            await keep(match, context)
        return step.say

    async def _wind(self, match: Match, due: datetime, context: Context) -> None:
        match = replace(match, rings=match.rings + 1)
        await keep(match, context)
        timer = Timer(
            id=_clock(context), name=RING, conversation=context.conversation, due=due,
            member=context.conversation.native if _alone(context) else "", data=ring_of(match),
        )  # fmt: skip
        await context.transaction.set_timer(timer)

    async def _state(self, match: Match, context: Context) -> tuple[Game[Any], Any] | None:
        """The game of a match and its state; None, and the match is gone, where there is no such game any more."""
        game = self.games.get(match.game)
        try:
            if game is not None:
                return game, self._forms[match.game].validate_json(match.state)
            context.trace.add("games", match.game, note="配置里没有这个游戏了，不再玩")
        except ValidationError:
            context.trace.add("games", match.game, note="这一局是旧版本的，不再玩")
        await drop(context)
        return None

    def _turn(self, match: Match, state: Any, context: Context, **more: Any) -> Turn[Any]:
        return Turn(
            state=state, scores=match.scores, names=match.names, chance=context.chance, alone=_alone(context),
            by=context.member.id, **more,
        )  # fmt: skip

    async def _with_player(self, match: Match, context: Context) -> Match:
        """The match in which the event's member plays; nothing is written."""
        name = context.member.name or match.names.get(context.member.id, "")
        if not name:
            name = unnamed(await known_key(context.transaction, context.member.id))
        return match.joined(context.member.id, name, context.now)

    async def _pay(self, cost: int, match: Match, context: Context) -> str:
        """Take what a step costs; why not, or ""."""
        if self.ledger is None:
            return ""
        event = f"{match.id}:{context.now.isoformat()}"
        paid = await self.ledger.spend(context, context.member.id, cost, source=SOURCE, event=event, reason=match.game)
        if not isinstance(paid, Short):
            return ""
        return words.TOO_POOR.format(cost=cost, unit=self.unit, missing=paid.missing)

    async def _reward(self, match: Match, context: Context) -> Mapping[str, object]:
        """Give what a match brought, once for ever, and to each as much as the day still allows."""
        found = await self._state(match, context)
        if found is None or self.ledger is None:
            return {}
        game, state = found
        worth = game.rewards(self._turn(match, state, context))
        return {
            member: await self.ledger.grant(
                context, member, amount, source=SOURCE, event=f"game:{match.id}", reason=match.game
            )
            for member, amount in worth.items()
            if amount > 0
        }


def ring_of(match: Match) -> Mapping[str, str]:
    """What the clock of a match brings when it rings for what was asked last."""
    return {"match": match.id, "ring": str(match.rings)}


def _alone(context: Context) -> bool:
    return context.conversation.place == "direct"


def _clock(context: Context) -> str:
    return f"games:{context.conversation.key}"
