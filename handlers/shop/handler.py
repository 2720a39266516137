"""兑换, 我的兑换; 待发放, 核销, 拒绝 by those who hand things out."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.types.actions import Action, Reply, Text
from bot.types.context import Context
from bot.types.events import Event, Message
from bot.types.outcome import Outcome, answered
from handlers import audit
from handlers.fairplay.barring import barred
from handlers.naming import Named, Naming
from handlers.points.ledger import Ledger
from handlers.points.members import key_of, known_key, remember
from handlers.points.results import Short
from handlers.shop import words
from handlers.shop.redemptions import (
    GIVEN,
    REFUSED,
    WAITING,
    Redemption,
    coded,
    of_events,
    of_member,
    put_back,
    take,
    taken_by,
    taken_of,
    waiting,
)
from handlers.shop.ruling import Counter
from handlers.shop.settings import Item, of_name
from handlers.shop.staff import Staff
from handlers.shop.wordings import Ruling, ruling
from handlers.spoken import Said, Spoken

# The source of what the shop takes, as members read it.
REDEEMED = "兑换"
MOST_LISTED = 10

Asked = Said | Named | Ruling


@dataclass(frozen=True, slots=True)
class ShopTalk:
    """Answers members, obeys those who hand things out."""

    items: Sequence[Item]
    ledger: Ledger
    counter: Counter
    spoken: Spoken
    naming: Naming
    staff: Staff
    name: str = "shop"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> Asked | None:
        """What is wanted."""
        return self._read(event.text) if isinstance(event, Message) and event.text else None

    def claims(self, message: Message) -> bool:
        """Whether it is for the shop."""
        return self._read(message.text) is not None

    def _read(self, text: str) -> Asked | None:
        said = self.spoken.find(text)
        if said is not None and (self.items or said.command != "list"):
            return said
        return (self.naming.find(text) if self.items else None) or ruling(text)

    async def decide(self, event: Event, prepared: Asked | None, context: Context) -> Outcome | None:
        """None for what is about something else, and in groups that go without."""
        if prepared is None or not isinstance(event, Message) or not event.member:
            return None
        if context.group is not None and not context.group.has("shop"):
            return None
        if isinstance(prepared, Ruling):
            return await self._rule(prepared, event, context)
        if isinstance(prepared, Named):
            return await self._redeem(prepared, event, context)
        if prepared.command == "queue":
            return await self._queue(prepared, context) if self._may(context) else None
        listing = self._list if prepared.command == "list" else self._mine
        return _say(await listing(context), prepared.how or "说的就是它", prepared.command)

    def _may(self, context: Context) -> bool:
        return bool(context.member.roles & self.staff.roles)

    # Members

    async def _list(self, context: Context) -> str:
        here = [item for item in self.items if not self._elsewhere(item, context) and self._is_on(item, context)]
        rows = [(item, await self._left(item, context)) for item in here]
        balance = await self.ledger.balance(context.transaction, context.member.id)
        return words.listed(rows, self.ledger.rules.name, balance)

    async def _mine(self, context: Context) -> str:
        key = await known_key(context.transaction, context.member.id)
        found = await of_member(context.transaction, key, MOST_LISTED)
        rows = [(of, self.ledger.days.of(of.at)) for of in found]
        return words.mine(rows, context.conversation.place == "direct")

    async def _redeem(self, asked: Named, event: Message, context: Context) -> Outcome | None:
        item = of_name(self.items, asked.name)
        if item is None:
            return _say(words.UNKNOWN.format(written=asked.written), "没有这个", "list")
        if asked.near:
            said = words.DID_YOU_MEAN.format(written=asked.written, name=item.name)
            return _say(said, "名字只是像", "list")
        said, actions = await self._buy(item, event, context)
        return _say(said, f"兑换 {item.name}", "redeem", *actions)

    async def _buy(self, item: Item, event: Message, context: Context) -> tuple[str, Sequence[Action]]:
        """Stock is taken, points are paid, and the redemption is written, or nothing of it."""
        where = context.transaction
        if refusal := self._elsewhere(item, context) or self._not_now(item, context):
            return refusal, ()
        if refusal := await barred(context, context.member.id):
            return refusal, ()
        key = await key_of(context, context.member.id)
        await remember(where, key, context.member.name)
        # One at a time for a member, however many doors they speak at: limits are counted.
        await where.guard(f"shop:{key}")
        day = self.ledger.days.of(min(event.at, context.now)).isoformat()
        if refusal := await self._limited(item, key, day, event_of(event), context):
            return refusal, ()
        if not await take(where, item.name, item.stock):
            return words.GONE.format(name=item.name), ()
        paid = await self.ledger.spend(
            context, context.member.id, item.cost, source=REDEEMED, event=event_of(event), reason=item.name
        )
        if isinstance(paid, Short):
            await put_back(where, item.name)
            unit = self.ledger.rules.name
            return words.TOO_POOR.format(name=item.name, cost=item.cost, unit=unit, missing=paid.missing), ()
        draft = Redemption(
            code=self.counter.codes(), event=event_of(event), member_key=key, item=item.name, cost=item.cost,
            spent=paid.entry.id, at=context.now, day=day, place=context.conversation.key,
        )  # fmt: skip
        made, cards = await self.counter.make(draft, item.managers, context)
        is_private = context.conversation.place == "direct"
        return words.redeemed(made, self.ledger.rules.name, paid.account.balance, is_private), cards

    async def _limited(self, item: Item, key: str, day: str, event: str, context: Context) -> str:
        where = context.transaction
        if await of_events(where, [event]):
            return words.COUNTED
        if item.limit and await taken_by(where, key, item.name) >= item.limit:
            return words.LIMIT.format(name=item.name, most=item.limit)
        if item.per_day and await taken_by(where, key, item.name, day) >= item.per_day:
            return words.DAILY.format(name=item.name, most=item.per_day)
        return ""

    def _is_on(self, item: Item, context: Context) -> bool:
        return item.is_on(context.now, self.ledger.days.timezone)

    def _not_now(self, item: Item, context: Context) -> str:
        return "" if self._is_on(item, context) else words.NOT_NOW.format(name=item.name)

    def _elsewhere(self, item: Item, context: Context) -> str:
        """Why an item is not for this member here; "" when it is."""
        if item.groups and (context.group is None or context.group.name not in item.groups):
            return words.NOT_HERE.format(name=item.name, where=f"请到{'、'.join(item.groups)}")
        if item.roles and not context.member.roles & set(item.roles):
            return words.NOT_HERE.format(name=item.name, where=f"只给{'、'.join(item.roles)}")
        return ""

    async def _left(self, item: Item, context: Context) -> int:
        return max(0, item.stock - await taken_of(context.transaction, item.name))

    # Staff

    async def _queue(self, said: Said, context: Context) -> Outcome:
        found = await waiting(context.transaction, self.staff.theirs(context.member.roles), MOST_LISTED)
        rows = [(of, await self.counter.person(of.member_key, context)) for of in found]
        return _say(words.queue(rows, context.conversation.place == "direct"), said.how or "说的就是它", said.command)

    async def _rule(self, asked: Ruling, event: Message, context: Context) -> Outcome | None:
        if not self._may(context):
            said = words.ONLY_MANAGERS.format(who="、".join(sorted(self.staff.roles)))
            return await self._deny(said, event, context) if asked.code else None
        if not asked.code:
            return _say(words.HOW_TO_RULE.format(unit=self.ledger.rules.name), "没有兑换码", "queue")
        of = await coded(context, asked.code)
        if of is None:
            return _say(words.NO_SUCH_CODE.format(code=asked.code), "没有这个码", asked.kind)
        if not context.member.roles & (may := self.staff.of(of)):
            said = words.NOT_YOURS.format(label=of.label, item=of.item, who="、".join(sorted(may)))
            return await self._deny(said, event, context)
        if of.state != WAITING:
            return _say(words.already(of, self._name(of.ruled_by, context)), "处理过了", asked.kind)
        person = await self.counter.person(of.member_key, context)
        if person.id == context.member.id:
            return _say(words.OWN, "不能确认自己的", asked.kind)
        state = GIVEN if asked.kind == "given" else REFUSED
        ruled, person, told = await self.counter.rule(of, state, asked.why, context)
        return _say(words.ruled(ruled, person, self.ledger.rules.name), ruled.label, asked.kind, *told)

    async def _deny(self, said: str, event: Message, context: Context) -> Outcome:
        await audit.record(context, event.text[:200], allowed=False, why="没有权限")
        return _say(said, "没有权限", "拒绝")

    def _name(self, id: str, context: Context) -> str:
        return self.counter.services.directory.member(context.conversation.door, id).name or id


def event_of(event: Message) -> str:
    """What a redemption is known by, so that one message brings one."""
    return f"shop:{event.id}"


def _say(body: str, reason: str, rule: str, *more: Action) -> Outcome:
    return answered(Reply(content=Text(body=body, fixed=False)), *more, reason=reason, rule=rule)
