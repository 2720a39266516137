"""The ruling on rewards that wait: granted under their original occasion, or refused; members hear of both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.types.actions import Notify, Text
from bot.types.context import Context
from bot.types.events import Conversation
from bot.types.ports import Services
from handlers.directory import privately
from handlers.fairplay import holds, words
from handlers.fairplay.holds import Hold, Review
from handlers.fairplay.tables import GONE, GRANTED, REFUSED
from handlers.points.ledger import Ledger
from handlers.points.members import Person, people
from handlers.points.orders import record
from handlers.points.results import Granted

CONFIRMED, DENIED = "确认", "驳回"


@dataclass(frozen=True, slots=True)
class Settled:
    """What was ruled on, and what its members hear."""

    settled: Sequence[Hold]
    told: Sequence[Notify]


@dataclass(frozen=True, slots=True)
class Ruling:
    """Ends reviews. `private`: the door that may speak to a member unasked, "" for none."""

    ledger: Ledger
    services: Services
    private: str = ""

    async def settle(self, review: Review, verdict: str, by: str, why: str, context: Context) -> Settled:
        """End an open, locked review. `by`: who ruled, "" for nobody; `why`: what those refused hear, "" the rules."""
        waiting = await holds.of(context.transaction, review)
        found = await self.people_of(waiting, context)
        told: list[Notify] = []
        for key, mine in groupby(sorted(waiting, key=lambda one: one.member_key), key=lambda one: one.member_key):
            told += await self._settle(list(mine), found[key], verdict, by, why, context)
        state = GRANTED if verdict == CONFIRMED else REFUSED
        await holds.change(context.transaction, review, state=state, ruled_by=by, ended_at=context.now)
        for name in (holds.ASK, holds.DUE):
            await context.transaction.cancel_timer(f"{name}:{review.id}")
        what = f"{verdict} {review.label} {words.items(waiting)}"
        await record(context.transaction, context.now, by or "system", what, why=why or words.reasons(waiting))
        return Settled(waiting, told)

    async def people_of(self, waiting: Sequence[Hold], context: Context) -> Mapping[str, Person]:
        """Whose rewards they are."""
        keys = list(dict.fromkeys(one.member_key for one in waiting))
        return await people(context.transaction, keys, self.services.directory, self.services.desk)

    async def _settle(
        self, mine: Sequence[Hold], person: Person, verdict: str, by: str, why: str, context: Context
    ) -> Sequence[Notify]:
        """One member's part of it."""
        if not person.id:
            for one in mine:
                await holds.end(context.transaction, one, GONE, context.now)
            return []
        unit, name = self.ledger.rules.name, self._called(mine[-1], person)
        if verdict == CONFIRMED:
            balance = 0
            for one in mine:
                balance = await self._grant(one, person, by, context)
            return self._tell(mine[-1], person, words.granted(unit, mine, balance, name))
        for one in mine:
            await holds.end(context.transaction, one, REFUSED, context.now)
        return self._tell(mine[-1], person, words.refused(unit, mine, why or words.reasons(mine), name))

    async def _grant(self, one: Hold, person: Person, by: str, context: Context) -> int:
        """Give what waited, on the word of `by`; the limits of its day counted it already. The balance after it."""
        made = await self.ledger.grant(
            context, person.id, one.amount, source=one.source, event=one.event, reason=one.reason, actor=by,
            judged=True, limited=False,
        )  # fmt: skip
        assert isinstance(made, Granted)
        await holds.end(context.transaction, one, GRANTED, context.now, made.entry.id)
        return made.account.balance

    def _called(self, one: Hold, person: Person) -> str:
        """Among others a member is called by name."""
        is_alone = not one.place or Conversation.parse(one.place).place == "direct"
        return "" if is_alone else f"{person.name}，"

    def _tell(self, one: Hold, person: Person, said: str) -> Sequence[Notify]:
        """Where it was earned, or to the member alone where it was earned nowhere."""
        to = Conversation.parse(one.place) if one.place else privately(self.private, person.id)
        return [Notify(to=to, member=person.id, content=Text(body=said, fixed=False))] if to else []
