"""请假 and 销假: leave is written down, told to those who lead, and checked for shifts that it leaves empty."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

import sqlalchemy as sa

from bot.types.actions import Action, Notify, Text
from bot.types.context import Context
from bot.types.events import Conversation
from bot.types.ports import Member
from handlers import audit
from handlers.directory import Team
from handlers.duty import words
from handlers.duty.away import Away, Leave, away_between, leave_of
from handlers.duty.roster import Duty
from handlers.duty.tables import leaves
from nlp.slots.moments import When

LONGEST = timedelta(days=60)
FURTHEST = timedelta(days=183)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Said:
    """What is answered, and what others are told."""

    words: str
    told: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaving:
    """Leave of the people of a roster."""

    duty: Duty

    async def take(self, person: Member, whens: Sequence[When], context: Context) -> Said:
        """Write leave down; what was there already stays one."""
        wanted = [self._leave(person, when) for when in whens]
        if any(one.ends <= context.now for one in wanted):
            return Said(words.NO_SUCH_DAY)
        if any(one.ends - one.begins > LONGEST or one.begins > context.now + FURTHEST for one in wanted):
            return Said(words.TOO_FAR)
        await context.transaction.guard(f"duty:{person.id}")
        before = await away_between(
            context.transaction, min(one.begins for one in wanted), max(one.ends for one in wanted)
        )
        for one in wanted:
            if not any(replace(old, id=0) == one for old in before.leaves):
                await self._write(one, context)
        when = "、".join(self._spoken(one) for one in wanted)
        name, by = person.name or person.id, context.member.name or context.member.id
        await audit.record(context, f"{name}请假 {when}")
        told = [*self._others(person, words.leave_told(name, by, when), context)]
        warnings = self._emptied(person, wanted, before, context.now)
        mine = [one for team, one in warnings if self._leads(context.member, team)]
        for team, warning in warnings:
            told += self.tell([head for head in self.duty.heads(team) if head.id != context.member.id], warning)
        return Said("\n".join((words.leave_taken(name, when), *mine)), tuple(told))

    def _emptied(
        self, person: Member, wanted: Sequence[Leave], before: Away, now: datetime
    ) -> Sequence[tuple[Team, str]]:
        """The teams of somebody whose leave leaves a shift without anybody, with the words for it."""
        after, zone = replace(before, leaves=(*before.leaves, *wanted)), self.duty.calendar.timezone
        return [
            (team, words.gap_told(team.name, gap, now, zone))
            for team in self.duty.teams_of(person)
            if (gap := next(self._gaps(team, wanted, before, after, now), None))
        ]

    def _gaps(
        self, team: Team, wanted: Sequence[Leave], before: Away, after: Away, now: datetime
    ) -> Iterator[datetime]:
        """For each leave the first moment with nobody on duty, when there was somebody before."""
        for one in wanted:
            gap = self.duty.first_gap(team, max(one.begins, now), one.ends, after)
            if gap and not self.duty.warning(team, gap, before):
                yield gap

    def _leads(self, member: Member, team: Team) -> bool:
        return any(head.id == member.id for head in self.duty.heads(team))

    async def end(self, person: Member, whens: Sequence[When], context: Context) -> Said:
        """Take back what is still to come, or what meets some times."""
        await context.transaction.guard(f"duty:{person.id}")
        coming = sa.select(leaves).where(
            leaves.c.person == person.id, leaves.c.ends > context.now, leaves.c.cancelled_at.is_(None)
        )
        rows = (await context.transaction.execute(coming.order_by(leaves.c.begins))).all()
        meant = [self._leave(person, when) for when in whens]
        found = [one for one in map(leave_of, rows) if not meant or any(_meet(one, other) for other in meant)]
        if not found:
            return Said(words.NO_LEAVE)
        ended = {"cancelled_at": context.now, "cancelled_by": context.member.id}
        await context.transaction.execute(
            sa.update(leaves).where(leaves.c.id.in_([one.id for one in found])).values(ended)
        )
        name, spoken = person.name or person.id, [self._spoken(one) for one in found]
        await audit.record(context, f"{name}销假 {'、'.join(spoken)}")
        told = words.leave_ended(name, spoken)
        return Said(told, tuple(self._others(person, told, context)))

    def tell(self, people: Sequence[Member], body: str) -> Sequence[Notify]:
        """Words for some people, each of them at the desk."""
        content = Text(body=body, fixed=False)
        return [
            Notify(to=Conversation(self.duty.desk, "direct", one.id), member=one.id, content=content, priority=1)
            for one in people
        ]

    def _others(self, person: Member, body: str, context: Context) -> Sequence[Notify]:
        """Those who should know: the person, and who leads their teams, without who did it."""
        heads = [head for team in self.duty.teams_of(person) for head in self.duty.heads(team)]
        people = {one.id: one for one in (person, *heads) if one.id != context.member.id}
        return self.tell(list(people.values()), body)

    def _leave(self, person: Member, when: When) -> Leave:
        """A point in time is the beginning of what is left of its day."""
        zone = self.duty.calendar.timezone
        evening = datetime.combine(when.first + ONE_DAY, time(0), zone)
        return Leave(person.id, when.begins, evening if when.is_point else when.ends, not when.has_clock)

    def _spoken(self, leave: Leave) -> str:
        return words.between(leave.begins, leave.ends, leave.whole, self.duty.calendar.timezone)

    async def _write(self, leave: Leave, context: Context) -> None:
        row = {
            "person": leave.person,
            "begins": leave.begins,
            "ends": leave.ends,
            "whole": leave.whole,
            "at": context.now,
            "written_by": context.member.id,
        }
        await context.transaction.execute(sa.insert(leaves).values(row))


def _meet(one: Leave, other: Leave) -> bool:
    return one.begins < other.ends and other.begins < one.ends
