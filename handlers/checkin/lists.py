"""Who was absent, and who has finished: counted from what is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.types.ports import Directory
from handlers.checkin import words
from handlers.checkin.campaigns import Run
from handlers.checkin.course import Progress, needed, progress
from handlers.checkin.playing import ranked
from handlers.checkin.records import Participant, all_days, all_participants, free_days
from handlers.points.members import people
from handlers.points.within import Within

# Who has missed so many days in a row is named with them.
SEVERAL = 2


@dataclass(frozen=True, slots=True)
class Standings:
    """How everybody stands in a campaign on a day."""

    run: Run
    of: Mapping[Participant, Progress]
    done: Mapping[str, set[date]]
    free: frozenset[date]
    names: Mapping[str, str]

    @property
    def wanted(self) -> int:
        """How many days finish it."""
        return needed(self.run.course.days, self.free, self.run.campaign.finish_days)

    def finishers(self) -> Sequence[Participant]:
        """Who has finished, those with the most days first, the others by name."""
        found = [who for who, stand in self.of.items() if stand.total >= self.wanted]
        return sorted(found, key=lambda who: (-self.of[who].total, self.names[who.key]))

    def teams(self) -> Sequence[tuple[str, int]]:
        """How often each team checked in, the most first; empty where there are none."""
        counts = ((self.run.team_of(who.id, who.team), len(self.done.get(who.key, ()))) for who in self.of)
        return ranked(self.run, counts)

    def taking_part(self, day: date) -> Sequence[Participant]:
        """Who could have checked in on a day, by name: whom nobody named is there from the day on they joined."""
        return sorted((who for who in self.of if self._takes_part(who, day)), key=lambda who: self.names[who.key])

    def absent(self, day: date) -> Sequence[Participant]:
        """Who of them did not, by name."""
        return [who for who in self.taking_part(day) if day not in self.done.get(who.key, ())]

    def in_a_row(self, who: Participant, day: date) -> int:
        """How many days somebody has missed in a row until a day."""
        count = 0
        for one in reversed([one for one in self.run.course.days if one <= day]):
            if one in self.done.get(who.key, ()) or not self._takes_part(who, one):
                break
            count += one not in self.free
        return count

    def _takes_part(self, who: Participant, day: date) -> bool:
        if self.run.named is not None or who.joined_at is None or day in self.done.get(who.key, ()):
            return True
        return self.run.course.local.of(who.joined_at) <= day


async def standings(run: Run, within: Within, directory: Directory, today: date) -> Standings:
    """How everybody stands."""
    everybody = await all_participants(within, run.name, run.named)
    done = await all_days(within.transaction, run.name, run.course)
    free = await free_days(within, run.name, run.course.local)
    known = await people(within.transaction, [who.key for who in everybody], directory, run.door)
    of = {who: progress(run.course.days, free, done.get(who.key, ()), today) for who in everybody}
    return Standings(run, of, done, free, {key: person.name for key, person in known.items()})


def absent_told(found: Standings, day: date) -> str:
    """Who was absent on a day, for managers."""
    absent = found.absent(day)
    names = [found.names[who.key] for who in absent]
    again = [(name, found.in_a_row(who, day)) for name, who in zip(names, absent, strict=True)]
    several = sorted((one for one in again if one[1] >= SEVERAL), key=lambda one: -one[1])
    number = sum(one <= day for one in found.run.course.days)
    return words.absent(found.run.campaign, number, day, len(found.taking_part(day)), names, several)


def finishers_told(found: Standings, *, ended: bool) -> str:
    """Who has finished, for everybody."""
    rows = [(found.names[who.key], found.of[who].total) for who in found.finishers()]
    said = words.finishers(found.run.campaign, found.wanted, len(found.of), rows, ended)
    teams = found.teams()
    return f"{said}\n{words.team_totals(teams)}" if teams else said
