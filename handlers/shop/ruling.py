"""Staff say what became of what members have a right to: on cards, and by its code."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import regex

from bot.types.actions import Action, Notify, Text, Update
from bot.types.context import Context
from bot.types.events import Clicked, Conversation, Event
from bot.types.outcome import Outcome, silent
from bot.types.ports import Services
from handlers import audit
from handlers.points.ledger import Ledger
from handlers.points.members import Person, people
from handlers.shop import words
from handlers.shop.card import GIVE, REFUSE, STATES, card_of
from handlers.shop.redemptions import GIVEN, REFUSED, WAITING, Codes, Redemption, State, lock, rule, write

# More people than ever look after prizes.
MOST_TOLD = 20
_TASK = regex.compile(r"shop-(\d{1,18})-(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Counter:
    """Where redemptions are made and ruled on. `codes`: where codes come from."""

    ledger: Ledger
    services: Services
    codes: Codes

    @property
    def unit(self) -> str:
        """What points are called."""
        return self.ledger.rules.name

    async def make(
        self, draft: Redemption, roles: Sequence[str], context: Context
    ) -> tuple[Redemption, Sequence[Action]]:
        """Write down what a member has a right to, and the cards for the staff who hand it out."""
        person = await self.person(draft.member_key, context)
        asked = [one.id for role in roles for one in self.services.directory.with_role(role) if one.id != person.id]
        staff = tuple(dict.fromkeys(asked))[:MOST_TOLD] if self.services.desk else ()
        made = await write(context, replace(draft, told=staff))
        cards = [self._to_staff(one, made, person) for one in staff]
        return made, cards

    async def person(self, key: str, context: Context) -> Person:
        """Who a key stands for."""
        door = self.services.desk or context.conversation.door
        return (await people(context.transaction, [key], self.services.directory, door))[key]

    async def rule(
        self, of: Redemption, state: State, why: str, context: Context
    ) -> tuple[Redemption, Person, Sequence[Action]]:
        """Rule on one that waits; the member is told."""
        ruled = await rule(context, self.ledger, of, state, context.member.id, why)
        person = await self.person(of.member_key, context)
        await audit.record(context, words.ruled(ruled, person, self.unit))
        told = Text(body=words.told(ruled, self.unit), fixed=False)
        place = Conversation.parse(of.place)
        return ruled, person, [Notify(to=place, member=person.id, content=told)] if person.id else []

    def _to_staff(self, staff: str, made: Redemption, person: Person) -> Notify:
        to = Conversation(self.services.desk, "direct", staff)
        return Notify(to=to, member=staff, content=card_of(made, person, staff, self.unit), priority=1)


@dataclass(frozen=True, slots=True)
class Ruling:
    """Hears what is pressed on the cards."""

    counter: Counter
    name: str = "redemptions"
    hears: tuple[str, ...] = ("clicked:shop",)

    async def prepare(self, event: Event) -> int | None:
        """The number of the redemption."""
        found = _TASK.fullmatch(event.task) if isinstance(event, Clicked) else None
        return int(found[1]) if found else None

    async def decide(self, event: Event, prepared: int | None, context: Context) -> Outcome | None:
        """The card as it is now; only who was told may rule, and only the first counts."""
        of = await lock(context, prepared) if prepared is not None else None
        if of is None or not isinstance(event, Clicked):
            return silent(reason="没有这次兑换", rule="拒绝")
        if context.member.id not in of.told:
            return silent(reason=f"{context.member.id} 没有收到过 {of.label}，不能处理", rule="拒绝")
        told: Sequence[Action] = ()
        if of.state == WAITING and event.key in (GIVE, REFUSE):
            of, _, told = await self.counter.rule(of, GIVEN if event.key == GIVE else REFUSED, "", context)
        person = await self.counter.person(of.member_key, context)
        card = card_of(of, person, context.member.id, self.counter.unit, self._done(of))
        return silent(Update(card=card), *told, reason=f"{of.label} {STATES.get(of.state, '等发放')}", rule=of.state)

    def _done(self, of: Redemption) -> str:
        if of.state == WAITING:
            return ""
        who = self.counter.services.directory.member(self.counter.services.desk, of.ruled_by).name or of.ruled_by
        return f"{who}：{STATES[of.state]}"
