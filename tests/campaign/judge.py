"""What should have come of a campaign, worked out anew from what people said, by the simulator's journal alone.

It shares nothing with the bot: it knows the rules as the members were told them.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.simulator import Journal

ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
WAITS = timedelta(minutes=10)
MANAGER = "admin01"


@dataclass(frozen=True)
class Rules:
    """The campaign as the members know it."""

    first: date
    length: int
    finish: int
    opens: time = time(5)
    closes: time = time(21, 30)
    remind: time = time(20)
    least: int = 6
    cards: int = 2
    cost: int = 3
    within: int = 3
    points: int = 5
    streak: Mapping[int, int] = field(default_factory=lambda: {3: 10, 7: 20, 14: 50})
    reward: int = 100
    a_day: int = 2
    a_week: int = 5

    @property
    def days(self) -> Sequence[date]:
        return [self.first + ahead * DAY for ahead in range(self.length)]


@dataclass
class Life:
    """One member: when they checked in for which day, which days were made up for, and their points."""

    checked: dict[date, datetime] = field(default_factory=dict)
    made_up: set[date] = field(default_factory=set)
    balance: int = 0
    paid: set[int] = field(default_factory=set)
    has_finished: bool = False
    waiting: dict[str, datetime] = field(default_factory=dict)


@dataclass
class Judge:
    """Follows the journal once."""

    rules: Rules
    lives: dict[str, Life]
    pauses: list[tuple[datetime, datetime | None]] = field(default_factory=list)

    @classmethod
    def of(cls, journal: Journal, rules: Rules, members: Sequence[str]) -> "Judge":
        judge = cls(rules, {member: Life() for member in members})
        for record in journal.records("said"):
            at = datetime.fromtimestamp(int(record.at), ZONE)
            judge.hear(record.member.lower(), record.text, at, f"{record.door}{record.conversation.kind}")
        return judge

    def hear(self, who: str, text: str, at: datetime, place: str) -> None:
        if who == MANAGER:
            if text == "暂停活动":
                self.pauses.append((at, None))
            elif text == "继续活动":
                self.pauses[-1] = (self.pauses[-1][0], at)
            return
        life = self.lives[who]
        waits = life.waiting.pop(place, None)
        if text == "补打卡":
            self.make_up(life, at)
        elif text == "打卡":
            if self.may_check_in(life, at):
                life.waiting[place] = at
        elif found := re.fullmatch(r"打卡[ ：](?P<behind>.+)|(?P<before>.+) 打卡", text):
            if not self.may_check_in(life, at):
                return
            if letters(found["behind"] or found["before"]) >= self.rules.least:
                self.check_in(life, at)
            else:
                life.waiting[place] = at
        elif waits is not None and at - waits < WAITS and self.may_check_in(life, at):
            if letters(text) >= self.rules.least:
                self.check_in(life, at)
            else:
                life.waiting[place] = at

    def is_paused(self, at: datetime) -> bool:
        return any(begin <= at and (end is None or at < end) for begin, end in self.pauses)

    def free(self) -> set[date]:
        """Days on which it was paused for a while."""
        return {
            day for day in self.rules.days for begin, end in self.pauses
            if begin.date() <= day and (end is None or day <= end.date())
        }  # fmt: skip

    def may_check_in(self, life: Life, at: datetime) -> bool:
        is_open = self.rules.opens <= at.time() < self.rules.closes
        return is_open and at.date() in self.rules.days and not self.is_paused(at) and at.date() not in life.checked

    def check_in(self, life: Life, at: datetime) -> None:
        life.checked[at.date()] = at
        life.balance += self.rules.points
        self.pay(life, at.date())

    def make_up(self, life: Life, at: datetime) -> None:
        today, done = at.date(), life.checked.keys() | life.made_up
        is_on = datetime.combine(self.rules.first, self.rules.opens, ZONE) <= at < self.ends()
        missed = [
            day for day in self.rules.days
            if today - self.rules.within * DAY <= day < today and day not in done and day not in self.free()
        ]  # fmt: skip
        if not missed or not is_on or self.is_paused(at) or len(life.made_up) >= self.rules.cards:
            return
        if life.balance >= self.rules.cost:
            life.balance -= self.rules.cost
            life.made_up.add(missed[-1])
            self.pay(life, today)

    def pay(self, life: Life, today: date) -> None:
        """What streaks and finishing bring, once."""
        longest = self.longest(life, today)
        for length, more in self.rules.streak.items():
            if length <= longest and length not in life.paid:
                life.paid.add(length)
                life.balance += more
        if not life.has_finished and self.total(life) >= self.rules.finish:
            life.has_finished = True
            life.balance += self.rules.reward

    def ends(self) -> datetime:
        return datetime.combine(self.rules.days[-1], self.rules.closes, ZONE)

    def total(self, life: Life) -> int:
        return len(life.checked.keys() | life.made_up)

    def longest(self, life: Life, today: date) -> int:
        best = run = 0
        for day in self.rules.days:
            if day in life.checked or day in life.made_up:
                run += 1
            elif day < today and day not in self.free():
                run = 0
            best = max(best, run)
        return best

    # What everybody should have seen.

    def finishers(self) -> Mapping[str, int]:
        return {who: self.total(life) for who, life in self.lives.items() if self.total(life) >= self.rules.finish}

    def absent(self, day: date, by: datetime) -> set[str]:
        """Who had not checked in for a day by a moment; making up for it comes later than its reports."""
        return {who for who, life in self.lives.items() if day not in life.checked or life.checked[day] > by}

    def reminders(self) -> Mapping[str, Sequence[date]]:
        """Who is reminded on which days: those missing, not more often than people are told anything."""
        told: dict[str, list[date]] = defaultdict(list)
        for day in self.rules.days:
            moment = datetime.combine(day, self.rules.remind, ZONE)
            if self.is_paused(moment):
                continue
            for who in sorted(self.absent(day, moment)):
                recent = [one for one in told[who] if one > day - 7 * DAY]
                if len(recent) < self.rules.a_week:
                    told[who].append(day)
        return told


def letters(text: str) -> int:
    return len(re.findall(r"\w", text))
