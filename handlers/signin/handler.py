"""签到, 补签, 签到日历, 签到规则: in one message each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.types.actions import Action, Emit, Reply, Text
from bot.types.context import Context
from bot.types.events import Event, Message
from bot.types.outcome import Outcome, answered
from handlers.fairplay.barring import barred
from handlers.points.ledger import Ledger
from handlers.points.members import key_of, known_key, remember
from handlers.points.results import Short
from handlers.signin import words
from handlers.signin.settings import SignIn
from handlers.signin.standing import Day, Standing, days_between, is_signed, lock, make_up, sign_in, standing_of
from handlers.signin.wordings import makeup_day
from handlers.spoken import Said, Spoken

# Sources of points, as members and `[points] caps` know them.
SIGNED, IN_A_ROW, LUCK, MADE_UP = "签到", "连签", "手气", "补签"
ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Month:
    """A member's month up to `today`: the days with a sign-in, those that may be made up for, and how often."""

    name: str
    today: date
    days: Sequence[Day]
    missed: Sequence[date]
    left: int
    standing: Standing
    balance: int


# Has a month drawn for whoever spoke, with what is said where that fails; None where no picture can be shown.
Picture = Callable[[Month, Event, Context, str], Emit | None]


@dataclass(frozen=True, slots=True)
class SigningIn:
    """Signs members in, once a day. `picture` draws the calendar; without one, or where it gives None, it is told."""

    rules: SignIn
    ledger: Ledger
    spoken: Spoken
    picture: Picture | None = None
    name: str = "signin"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> Said | None:
        """The command in a message."""
        if not isinstance(event, Message) or not event.text:
            return None
        return self.spoken.find(event.text) or self._for_a_day(event)

    def claims(self, message: Message) -> bool:
        """Whether it is one."""
        return self.spoken.find(message.text) is not None or self._for_a_day(message) is not None

    async def decide(self, event: Event, prepared: Said | None, context: Context) -> Outcome | None:
        """None for what is about something else, and in groups that go without."""
        if prepared is None or not isinstance(event, Message) or not event.member:
            return None
        if context.group is not None and not context.group.has("signin"):
            return None
        context.trace.add(self.name, prepared.command, note=prepared.how)
        said = await self._answer(prepared, event, context)
        return answered(said, reason=prepared.how or "说的就是它", rule=prepared.command)

    def _for_a_day(self, message: Message) -> Said | None:
        day = makeup_day(message.text, self.ledger.days.of(message.at))
        return None if day is None else Said("makeup", f"补 {day.isoformat()}")

    async def _answer(self, said: Said, event: Message, context: Context) -> Action:
        # Whoever wrote before the day was over signed in on that day, however late it is heard.
        today = self.ledger.days.of(min(event.at, context.now))
        if said.command == "calendar":
            return await self._calendar(today, event, context)
        if said.command == "rules":
            begins = f"{self.ledger.days.begins:%H:%M}"
            return _say(words.rules_of(self.rules, self.ledger.rules.name, begins))
        if why := await barred(context, context.member.id):
            return _say(why)
        key = await key_of(context, context.member.id)
        await remember(context.transaction, key, context.member.name)
        standing = await lock(context, key)
        if said.command == "makeup":
            return _say(await self._make_up(makeup_day(event.text, today), standing, today, context))
        return _say(await self._sign_in(standing, today, event, context))

    async def _sign_in(self, before: Standing, today: date, event: Message, context: Context) -> str:
        local = event.at.astimezone(self.ledger.days.timezone).date()
        if before.last_day >= today.isoformat():
            return words.again(before.streak_on(today), today, local != today)
        after, length = await sign_in(context, before, today)
        gains = [await self._grant(self.rules.points, SIGNED, f"signin:{today}", "", context)]
        if luck := self.rules.luck(context.chance):
            gains.append(await self._grant(luck, LUCK, f"lucky:{today}", "手气不错", context))
        gains += await self._rewards(length, after.streak, today, context)
        opening = context.chance.choice(self.rules.say)
        other_day = today if local != today else None
        return words.signed(self.rules, self.ledger.rules.name, opening, after.streak, gains, other_day)

    async def _rewards(self, before: int, after: int, day: date, context: Context) -> Sequence[object]:
        """What the streaks bring that were reached; each once in a row of days."""
        reached = self.rules.reached(before, after)
        return [
            await self._grant(more, IN_A_ROW, f"streak:{days}:{day}", f"连签 {days} 天", context, days)
            for days, more in reached.items()
        ]

    async def _grant(
        self, amount: int, source: str, event: str, reason: str, context: Context, streak: int = 0
    ) -> object:
        return await self.ledger.grant(
            context, context.member.id, amount, source=source, event=event, reason=reason, streak=streak
        )

    async def _make_up(self, wanted: date | None, before: Standing, today: date, context: Context) -> str:
        left = self.rules.cards - before.cards_used(today)
        if not self.rules.cards:
            return words.NO_CARDS
        missed = await self._missed(before, today, context)
        day = wanted or (missed[-1] if missed else None)
        if day is None:
            return words.NOTHING_MISSED.format(days=self.rules.makeup_within.days)
        if day not in missed:
            return await self._not_missed(day, before, today, context)
        if left <= 0:
            return words.NO_CARDS_LEFT.format(cards=self.rules.cards)
        if short := await self._pay(day, context):
            return short
        after, length, whole = await make_up(context, before, day, today)
        gains = await self._rewards(length, whole, day, context)
        unit = self.ledger.rules.name
        return words.made_up(unit, day, after.streak_on(today), left - 1, self.rules.card_cost, gains)

    async def _pay(self, day: date, context: Context) -> str:
        """Take the price of a card; why not, or ""."""
        cost = self.rules.card_cost
        if not cost:
            return ""
        paid = await self.ledger.spend(context, context.member.id, cost, source=MADE_UP, event=f"makeup:{day}")
        if not isinstance(paid, Short):
            return ""
        return words.TOO_POOR.format(cost=cost, unit=self.ledger.rules.name, missing=paid.missing)

    async def _missed(self, standing: Standing, today: date, context: Context) -> Sequence[date]:
        """The days that may be made up for: within the time for it, not before the first sign-in, and missed."""
        first = self._first(standing, today)
        if first is None:
            return ()
        signed = {one.day for one in await days_between(context.transaction, standing.member_key, first, today)}
        days = [first + ahead * ONE for ahead in range((today - first).days)]
        return [day for day in days if day not in signed]

    def _first(self, standing: Standing, today: date) -> date | None:
        if not standing.first_day:
            return None
        return max(date.fromisoformat(standing.first_day), today - self.rules.makeup_within)

    async def _not_missed(self, day: date, standing: Standing, today: date, context: Context) -> str:
        if await is_signed(context.transaction, standing.member_key, day):
            return words.SIGNED_THEN.format(day=words.day_name(day))
        first = self._first(standing, today)
        if first is None or first >= today:
            return words.NOTHING_MISSED.format(days=self.rules.makeup_within.days)
        return words.NOT_THEN.format(first=words.day_name(first), last=words.day_name(today - ONE))

    async def _calendar(self, today: date, event: Message, context: Context) -> Action:
        month = await self._month(today, context)
        told = words.calendar(month.standing, today, month.days, month.missed, month.left)
        if self.picture is None or context.rehearsal or not month.standing.total:
            return _say(told)
        return self.picture(month, event, context, told) or _say(told)

    async def _month(self, today: date, context: Context) -> Month:
        key = await known_key(context.transaction, context.member.id)
        standing = await standing_of(context.transaction, key)
        missed = [day for day in await self._missed(standing, today, context) if day.month == today.month]
        return Month(
            name=context.member.name,
            today=today,
            days=await days_between(context.transaction, key, today.replace(day=1), today),
            missed=missed,
            left=max(0, self.rules.cards - standing.cards_used(today)),
            standing=standing,
            balance=await self.ledger.balance(context.transaction, context.member.id),
        )


def _say(body: str) -> Reply:
    return Reply(content=Text(body=body, fixed=False))
