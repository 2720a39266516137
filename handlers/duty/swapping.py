"""换班: one asks, the other answers on a card, and until then nothing changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from bot.types.actions import Action, Card, Notify, Update
from bot.types.context import Context
from bot.types.events import Conversation
from bot.types.outcome import Outcome, silent
from bot.types.ports import Member, Timer
from handlers import audit
from handlers.duty import words
from handlers.duty.away import Away, away_between
from handlers.duty.leaving import FURTHEST, Leaving, Said
from handlers.duty.roster import Duty
from handlers.duty.tables import AGREED, ASKED, EXPIRED, REFUSED, WITHDRAWN, swaps

MOST_ASKED = 10
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Exchange:
    """Two people exchange a day, and perhaps another one in return."""

    person: Member
    other: Member
    day: date
    back: date | None = None
    id: int = 0
    state: str = ASKED

    @property
    def days(self) -> Sequence[date]:
        return (self.day,) if self.back is None else (self.day, self.back)

    @property
    def told(self) -> str:
        """What it is, in words."""
        return words.exchanged(_name(self.person), _name(self.other), self.day, self.back)


@dataclass(frozen=True, slots=True)
class Swapping:
    """Swaps between the people of a roster."""

    duty: Duty
    leaving: Leaving

    async def ask(self, wanted: Exchange, context: Context, *, at_once: bool) -> Said:
        """Ask the other one; `at_once`: somebody arranges it for both."""
        await context.transaction.guard(f"duty:{wanted.person.id}")
        begins, ends = self._midnight(min(wanted.days)), self._midnight(max(wanted.days) + ONE_DAY)
        away = await away_between(context.transaction, begins, ends)
        if why := self._impossible(wanted, away, context.now) or await self._asked_before(wanted, context):
            return Said(why)
        state = AGREED if at_once else ASKED
        number = await self._write(wanted, state, context)
        await audit.record(context, f"换班{'' if at_once else '（等同意）'}：{wanted.told}")
        if at_once:
            return self._settled(wanted, context)
        due = self._begins(wanted, away, context.now)
        where = Conversation(self.duty.desk, "direct", wanted.person.id)
        data = {"swap": str(number)}
        timer = Timer(id=f"duty:{number}", name="duty.expire", conversation=where, due=due, data=data)
        await context.transaction.set_timer(timer)
        card = words.asking_card(number, _name(wanted.person), wanted.told, self._had(wanted, away))
        return Said(words.asked(_name(wanted.other), wanted.told), (self._card(wanted.other, card),))

    async def withdraw(self, person: Member, context: Context) -> Said:
        """Take back what was not answered yet."""
        mine = sa.select(swaps.c.id).where(swaps.c.person == person.id, swaps.c.state == ASKED).order_by(swaps.c.id)
        count = 0
        for number in (await context.transaction.execute(mine)).scalars().all():
            found = await self.lock(number, context)
            if found is not None and found.state == ASKED:
                await self._answer(found, WITHDRAWN, context)
                await audit.record(context, f"收回换班：{found.told}")
                count += 1
        return Said(words.WITHDRAWN.format(count=count) if count else words.NOTHING_ASKED)

    async def lock(self, number: int, context: Context) -> Exchange | None:
        """The swap of a number, guarded until the event commits."""
        await context.transaction.guard(f"duty:swap:{number}")
        row = (await context.transaction.execute(sa.select(swaps).where(swaps.c.id == number))).first()
        return None if row is None else self._exchange(row)

    async def press(self, found: Exchange, key: str, context: Context) -> Outcome:
        """The answer of the one who was asked; everybody else is refused."""
        if context.member.id != found.other.id:
            await audit.record(context, f"答复换班 {found.told}", allowed=False, why="没有问他")
            return silent(reason=f"没有问 {context.member.id} 换班", rule="拒绝")
        if found.state != ASKED:
            return silent(self._done(found, found.state), reason=f"换班{words.STATES[found.state]}", rule="太晚")
        if key not in (words.ACCEPT, words.DECLINE):
            return silent(reason=f"没有“{key}”这个按钮", rule="拒绝")
        state, wording = (AGREED, words.agreed) if key == words.ACCEPT else (REFUSED, words.refused)
        await self._answer(found, state, context)
        await audit.record(context, f"换班{words.STATES[state]}：{found.told}")
        told = self.leaving.tell([found.person], wording(_name(found.other), found.told))
        heads = self._heads(found, context) if state == AGREED else []
        reason = f"{_name(found.other)}{words.STATES[state]}换班"
        return silent(self._done(found, state), *told, *heads, reason=reason, rule="换班")

    async def expire(self, found: Exchange, context: Context) -> Outcome:
        """The day has come without an answer."""
        if found.state != ASKED:
            return silent(reason="换班已经有了回音")
        await self._answer(found, EXPIRED, context)
        told = self.leaving.tell([found.person], words.expired(_name(found.other), found.told))
        return silent(*told, reason="换班过期", rule="到点")

    # What cannot be

    def _impossible(self, wanted: Exchange, away: Away, now: datetime) -> str:
        """Why two people cannot exchange these days; "" when they can."""
        one, other = _name(wanted.person), _name(wanted.other)
        if wanted.person.id == wanted.other.id:
            return words.SAME_PERSON
        mine = {team.name for team in self.duty.teams_of(wanted.person)}
        shared = [team for team in self.duty.teams_of(wanted.other) if team.name in mine]
        if not shared:
            return words.NOT_ONE_TEAM.format(one=one, other=other)
        if not any(self.duty.shifts[team.name] for team in shared):
            return words.NO_SHIFTS
        today = now.astimezone(self.duty.calendar.timezone).date()
        if min(wanted.days) < today:
            return words.NO_SUCH_DAY
        if max(wanted.days) > today + FURTHEST:
            return words.TOO_FAR
        for day in wanted.days:
            if self._shifts(wanted.person, day, away) == self._shifts(wanted.other, day, away):
                return words.NOTHING_TO_SWAP.format(day=words.day(day))
        noon = datetime.combine(wanted.day, time(12), self.duty.calendar.timezone)
        if away.has(wanted.other.id, noon, wanted.day, self.duty.calendar):
            return words.ON_LEAVE.format(other=other, day=words.day(wanted.day))
        return ""

    async def _asked_before(self, wanted: Exchange, context: Context) -> str:
        open = sa.select(swaps).where(swaps.c.person == wanted.person.id, swaps.c.state == ASKED)
        rows = (await context.transaction.execute(open)).all()
        if any((row.other, row.day, row.back) == (wanted.other.id, wanted.day, wanted.back) for row in rows):
            return words.ASKED_ALREADY.format(other=_name(wanted.other))
        return words.TOO_MANY if len(rows) >= MOST_ASKED else ""

    def _shifts(self, person: Member, day: date, away: Away) -> Sequence[str]:
        """What somebody has on a day: the names of shifts, with their hours."""
        return [
            f"{stint.shift} {stint.hours or '全天'}"
            for team in self.duty.teams.values()
            for stint in self.duty.stints(team, day, away)
            if any(one.id == person.id for one in (*stint.on, *stint.away))
        ]

    def _had(self, wanted: Exchange, away: Away) -> Sequence[tuple[str, str]]:
        """What either of them has on those days, for the card."""
        pairs = [(day, one) for day in wanted.days for one in (wanted.person, wanted.other)]
        return [
            (f"{day.month}月{day.day}日{_name(one)}", "、".join(self._shifts(one, day, away)) or "休息")
            for day, one in pairs
        ]

    def _begins(self, wanted: Exchange, away: Away, now: datetime) -> datetime:
        """When it is too late: as the first of the shifts begins, or at the end of the day when it has."""
        day = min(wanted.days)
        ids = {wanted.person.id, wanted.other.id}
        edges = [
            span.on(day)[0].replace(tzinfo=self.duty.calendar.timezone)
            for team in self.duty.teams.values()
            for stint in self.duty.stints(team, day, away)
            if stint.hours and ids & {one.id for one in (*stint.on, *stint.away)}
            for span in stint.hours.spans
            if span.days.cover(day, self.duty.calendar)
        ]
        return min((edge for edge in edges if edge > now), default=self._midnight(day + ONE_DAY))

    # Rows and messages

    async def _write(self, wanted: Exchange, state: str, context: Context) -> int:
        row = {
            "person": wanted.person.id,
            "other": wanted.other.id,
            "day": wanted.day,
            "back": wanted.back,
            "state": state,
            "at": context.now,
            "written_by": context.member.id,
            "answered_at": context.now if state == AGREED else None,
        }
        added = sa.insert(swaps).values(row).returning(swaps.c.id)
        return int((await context.transaction.execute(added)).scalar_one())

    async def _answer(self, found: Exchange, state: str, context: Context) -> None:
        await context.transaction.cancel_timer(f"duty:{found.id}")
        values = {"state": state, "answered_at": context.now}
        await context.transaction.execute(sa.update(swaps).where(swaps.c.id == found.id).values(values))

    def _exchange(self, row: sa.Row[Any]) -> Exchange:
        member = self.duty.directory.member
        person, other = member(self.duty.desk, row.person), member(self.duty.desk, row.other)
        return Exchange(person, other, row.day, row.back, row.id, row.state)

    def _settled(self, wanted: Exchange, context: Context) -> Said:
        told = words.settled(wanted.told, _name(context.member))
        both = [one for one in (wanted.person, wanted.other) if one.id != context.member.id]
        return Said(told, tuple(self.leaving.tell(both, told)))

    def _heads(self, found: Exchange, context: Context) -> Sequence[Notify]:
        """Those who lead hear what was agreed on."""
        teams = self.duty.teams_of(found.person)
        heads = {head.id: head for team in teams for head in self.duty.heads(team)}
        people = [head for id, head in heads.items() if id not in (found.person.id, found.other.id)]
        return self.leaving.tell(people, f"换班：{found.told}。")

    def _done(self, found: Exchange, state: str) -> Action:
        return Update(card=words.done_card(found.id, _name(found.person), found.told, words.STATES[state]))

    def _card(self, member: Member, card: Card) -> Notify:
        where = Conversation(self.duty.desk, "direct", member.id)
        return Notify(to=where, member=member.id, content=card, priority=1)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(0), self.duty.calendar.timezone)


def _name(member: Member) -> str:
    return member.name or member.id
