"""What managers order about points, the refusals, and the record of both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.types.actions import Notify, Text
from bot.types.context import Context
from bot.types.ports import Directory, Executing
from handlers.directory import privately
from handlers.points import words
from handlers.points.ledger import Ledger
from handlers.points.members import Person, called, people
from handlers.points.results import Granted, Spent, Undone
from handlers.points.tables import orders
from handlers.points.wordings import Order
from nlp.normalise import simplified

GIVEN, TAKEN = "发放", "扣除"
# A plain 撤销 takes back what was given so long ago at most.
RECENT = timedelta(minutes=30)
LONGEST = 200

_LAST = (
    sa.select(orders.c.entry)
    .where(
        orders.c.who == sa.bindparam("who"),
        orders.c.allowed,
        orders.c.entry > 0,
        orders.c.at > sa.bindparam("since", type_=orders.c.at.type),
    )
    .order_by(orders.c.id.desc())
    .limit(1)
)


async def record(
    where: Executing, now: datetime, who: str, what: str, *, entry: int = 0, allowed: bool = True, why: str = ""
) -> None:
    """Write down an order, or its refusal; `entry`: what it may be undone by."""
    row = {"at": now, "who": who, "what": what[:LONGEST], "entry": entry, "allowed": allowed, "why": why}
    await where.execute(sa.insert(orders), row)


@dataclass(frozen=True, slots=True)
class Obeyed:
    """What came of an order: what the manager is told, and the member whom it concerns."""

    said: str
    told: Sequence[Notify] = ()


@dataclass(frozen=True, slots=True)
class Managers:
    """Does what managers order. `ids`: people of the configuration by name; `private`: the door to members, or ""."""

    ledger: Ledger
    directory: Directory
    ids: Mapping[str, str]
    private: str = ""

    @property
    def unit(self) -> str:
        """What points are called."""
        return self.ledger.rules.name

    def may(self, context: Context) -> bool:
        """Whether the event's member may order anything."""
        return bool(context.member.roles & set(self.ledger.rules.managers))

    async def refuse(self, text: str, context: Context) -> str:
        """Tell somebody that they may not."""
        await self._note(context, text, allowed=False, why="没有权限")
        return words.ONLY_MANAGERS.format(unit=self.unit, who="、".join(self.ledger.rules.managers))

    async def obey(self, order: Order, event: str, text: str, context: Context) -> Obeyed | None:
        """What came of an order; None for one that is about something else."""
        if order.kind == "undo":
            return await self._undo(order, text, context)
        if not order.who or not order.amount:
            return Obeyed(words.HOW_TO_GIVE.format(unit=self.unit))
        found = await self.find(order.who, context)
        if len(found) != 1:
            return Obeyed(self.unclear(order.who, found))
        if order.amount > self.ledger.rules.largest:
            await self._note(context, text, allowed=False, why="超过一次的上限")
            return Obeyed(words.TOO_MUCH.format(most=self.ledger.rules.largest))
        do = self._give if order.kind == "give" else self._take
        return await do(found[0], order, event, text, context)

    async def find(self, name: str, context: Context) -> list[str]:
        """The ids of those whom a name may mean, as it is written or in simplified characters.

        The configuration's names come first.
        """
        ways = tuple(dict.fromkeys((name, simplified(name))))
        known = next((self.ids[way] for way in ways if way in self.ids), "")
        return [known] if known else list(await called(context.transaction, ways))

    def unclear(self, name: str, found: Sequence[str]) -> str:
        """What a manager hears where a name means nobody, or several."""
        return words.SEVERAL.format(name=name, ids="、".join(found)) if found else words.NOBODY.format(name=name)

    async def _give(self, member: str, order: Order, event: str, text: str, context: Context) -> Obeyed:
        made = await self.ledger.grant(
            context, member, order.amount, source=GIVEN, event=event, reason=order.reason, actor=context.member.id,
            judged=True, limited=False,
        )  # fmt: skip
        assert isinstance(made, Granted)
        await self._note(context, text, entry=made.entry.id)
        said = words.given(self.unit, await self._name(made.account.member_key, context), made)
        return Obeyed(said, () if made.repeated else self.tell(member, words.received(self.unit, made), context))

    async def _take(self, member: str, order: Order, event: str, text: str, context: Context) -> Obeyed:
        made = await self.ledger.spend(
            context, member, order.amount, source=TAKEN, event=event, reason=order.reason, actor=context.member.id
        )
        entry = getattr(made, "entry", None)
        await self._note(context, text, entry=entry.id if entry else 0)
        said = words.taken(self.unit, await self._name(made.account.member_key, context), made)
        if not isinstance(made, Spent) or made.repeated:
            return Obeyed(said)
        return Obeyed(said, self.tell(member, words.lost(self.unit, made), context))

    async def _undo(self, order: Order, text: str, context: Context) -> Obeyed | None:
        number = order.number or await self._last(context)
        if not number:
            return Obeyed(words.NOTHING_TO_UNDO.format(unit=self.unit)) if order.sure else None
        made = await self.ledger.undo(context, number, actor=context.member.id)
        await self._note(context, text)
        if not isinstance(made, Undone):
            return Obeyed(words.undone(self.unit, "", made))
        person = await self._person(made.account.member_key, context)
        told = () if made.repeated else self.tell(person.id, words.taken_back(self.unit, made), context)
        return Obeyed(words.undone(self.unit, person.name, made), told)

    def tell(self, member: str, said: str, context: Context) -> Sequence[Notify]:
        """What a member hears whom an order concerns; managers know what they did to themselves."""
        to = privately(self.private, member) if member and member != context.member.id else None
        return [Notify(to=to, member=member, content=Text(body=said, fixed=False))] if to else []

    async def _last(self, context: Context) -> int:
        asked = {"who": context.member.id, "since": context.now - RECENT}
        return (await context.transaction.execute(_LAST, asked)).scalar() or 0

    async def _name(self, key: str, context: Context) -> str:
        return (await self._person(key, context)).name

    async def _person(self, key: str, context: Context) -> Person:
        found = await people(context.transaction, [key], self.directory, context.conversation.door)
        return found[key]

    async def _note(self, context: Context, what: str, *, entry: int = 0, allowed: bool = True, why: str = "") -> None:
        await record(context.transaction, context.now, context.member.id, what, entry=entry, allowed=allowed, why=why)
