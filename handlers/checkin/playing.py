"""What checking in does: the day is written down, and what it brings is given, once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.types.actions import Emit
from bot.types.context import Context
from bot.types.events import Event
from handlers.checkin import words
from handlers.checkin.campaigns import Run
from handlers.checkin.certificates import certificate_of
from handlers.checkin.course import Progress, needed, progress
from handlers.checkin.records import (
    Mark,
    Participant,
    change,
    free_days,
    how_often,
    join,
    lock,
    mark,
    marks_of,
    participant,
)
from handlers.points.ledger import Ledger
from handlers.points.members import key_of, remember
from handlers.points.results import Short
from handlers.points.within import Within

# Sources of points, as members and `[points] caps` know them.
CHECKED, IN_A_ROW, FINISHED, MADE_UP = "打卡", "连续打卡", "打卡完成", "补打卡"


@dataclass(frozen=True, slots=True)
class Stand:
    """How a member stands in a campaign on a day."""

    run: Run
    who: Participant
    marks: Sequence[Mark]
    free: frozenset[date]
    today: date

    @property
    def progress(self) -> Progress:
        """In numbers."""
        return progress(self.run.course.days, self.free, [mark.day for mark in self.marks], self.today)

    @property
    def wanted(self) -> int:
        """How many days finish it."""
        return needed(self.run.course.days, self.free, self.run.campaign.finish_days)

    @property
    def left(self) -> int:
        """How many days are missing."""
        return max(0, self.wanted - self.progress.total)

    @property
    def has_finished(self) -> bool:
        """Whether none is."""
        return self.left == 0

    @property
    def cards(self) -> int:
        """How many more days may be made up for."""
        return max(0, self.run.campaign.cards - sum(mark.made_up for mark in self.marks))

    @property
    def number(self) -> int:
        """The so-manieth day it is."""
        return sum(day <= self.today for day in self.run.course.days)

    def missed(self) -> Sequence[date]:
        """The days that may be made up for now."""
        first = self.today - self.run.campaign.makeup_within
        return [day for day in self.progress.missed if first <= day]

    def has(self, day: date) -> bool:
        """Whether they checked in on a day."""
        return any(mark.day == day for mark in self.marks)

    def team(self) -> str:
        """The team that they are in; "" for none."""
        return self.run.team_of(self.who.id, self.who.team)


@dataclass(frozen=True, slots=True)
class Played:
    """What came of it: how the member stands then, what was given, and whether that finished it."""

    stand: Stand
    gains: Sequence[object] = ()
    finished: bool = False


async def stand_of(run: Run, context: Context, moment: datetime) -> Stand:
    """How the one who speaks stands, guarded until the transaction commits."""
    key = await key_of(context, context.member.id)
    await lock(context, run.name, key)
    await remember(context.transaction, key, context.member.name)
    id = context.member.id
    who = await participant(context.transaction, run.name, key, id) or Participant(key, id)
    marks = await marks_of(context.transaction, run.name, key)
    local = run.course.local
    return Stand(run, who, marks, await free_days(context, run.name, local), local.of(moment))


async def check_in(before: Stand, shown: str, ledger: Ledger, context: Context) -> Played:
    """Write down today, and give what it brings."""
    run, day = before.run, before.today
    await join(context, run.name, before.who.key, context.conversation.door)
    await mark(context, run.name, before.who.key, day)
    after = _with(before, Mark(day, made_up=False))
    gains: list[object] = []
    if run.campaign.points:
        event = f"checkin:{run.name}:{day}"
        streak = after.progress.streak
        gains.append(
            await ledger.grant(
                context, after.who.id, run.campaign.points, source=CHECKED, event=event, reason=run.name, words=shown,
                streak=streak,
            )
        )  # fmt: skip
    return await _rewarded(before, after, gains, ledger, context)


async def make_up(before: Stand, day: date, ledger: Ledger, context: Context) -> Played | Short:
    """Write down a day that was missed, once it is paid for."""
    run = before.run
    if run.campaign.card_cost:
        event = f"makeup:{run.name}:{day}"
        paid = await ledger.spend(
            context, before.who.id, run.campaign.card_cost, source=MADE_UP, event=event, reason=run.name
        )
        if isinstance(paid, Short):
            return paid
    await join(context, run.name, before.who.key, context.conversation.door)
    await mark(context, run.name, before.who.key, day, made_up=True)
    return await _rewarded(before, _with(before, Mark(day, made_up=True)), [], ledger, context)


def _with(stand: Stand, more: Mark) -> Stand:
    marks = sorted((*stand.marks, more), key=lambda one: one.day)
    return replace(stand, marks=marks)


async def _rewarded(before: Stand, after: Stand, gains: list[object], ledger: Ledger, context: Context) -> Played:
    """What the streaks bring that were reached, and finishing; each once in a campaign."""
    run, who = after.run, after.who
    for length, more in run.campaign.reached(before.progress.longest, after.progress.longest).items():
        gains.append(
            await ledger.grant(
                context, who.id, more, source=IN_A_ROW, event=f"streak:{run.name}:{length}",
                reason=f"连续打卡 {length} 天", streak=length,
            )
        )  # fmt: skip
    if not after.has_finished or who.finished_at is not None:
        return Played(after, gains)
    gains += await finish(run, who, ledger, context)
    return Played(after, gains, finished=True)


async def finish(run: Run, who: Participant, ledger: Ledger, context: Context) -> Sequence[object]:
    """Somebody has finished: write it down and give what it brings, in full: it was promised, and comes once."""
    await change(context, run.name, who.key, finished_at=context.now)
    if not run.campaign.finish_points:
        return []
    event = f"finished:{run.name}"
    given = await ledger.grant(
        context, who.id, run.campaign.finish_points, source=FINISHED, event=event, reason=f"完成「{run.name}」",
        limited=False,
    )  # fmt: skip
    return [given]


def certified(stand: Stand, event: Event, context: Context) -> Sequence[Emit]:
    """The certificate of who has finished, to be drawn; none where there are none."""
    if not stand.run.campaign.certificate:
        return []
    name = (stand.run.named or {}).get(stand.who.id) or context.member.name or stand.who.id
    who = replace(stand.who, door=context.conversation.door)
    return [certificate_of(stand.run, who, stand.progress, name, event, context)]


async def team_totals(run: Run, within: Within) -> Sequence[tuple[str, int]]:
    """How often each team checked in, the most first; empty where there are none."""
    if not run.campaign.teams:
        return []
    found = await how_often(within.transaction, run.name, run.course)
    return ranked(run, [(run.team_of(id, team), count) for id, team, count in found if run.includes(id)])


def ranked(run: Run, counts: Iterable[tuple[str, int]]) -> Sequence[tuple[str, int]]:
    """All teams with the sum of what is counted for each, the most first; empty where there are none."""
    totals = dict.fromkeys(run.campaign.teams, 0)
    for team, count in counts:
        if team:
            totals[team] += count
    return sorted(totals.items(), key=lambda one: -one[1])


def finished(played: Played, event: Event, context: Context) -> tuple[str, Sequence[Emit]]:
    """What is said of finishing, and the certificate; "" and none where it is not finished yet."""
    if not played.finished:
        return "", ()
    actions = certified(played.stand, event, context)
    return words.finished(played.stand.progress.total) + (words.CERTIFICATE_COMING if actions else ""), actions
