"""Who was absent, and who has finished: counted from what is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.types.ports import Directory
from handlers.checkin import words
from handlers.checkin.campaigns import Run
from handlers.checkin.course import Progress, needed, progress
from handlers.checkin.playing import team_totals
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

    def absent(self, day: date) -> Sequence[Participant]:
        """Who did not check in on a day, by name."""
        found = [who for who in self.of if day not in self.done.get(who.key, ())]
        return sorted(found, key=lambda who: self.names[who.key])

    def in_a_row(self, who: Participant, day: date) -> int:
        """How many days somebody has missed in a row until a day."""
        count = 0
        for one in reversed([one for one in self.run.course.days if one <= day]):
            if one in self.done.get(who.key, ()):
                break
            count += one not in self.free
        return count


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
    again = {found.names[who.key]: found.in_a_row(who, day) for who in absent}
    several = {name: days for name, days in sorted(again.items(), key=lambda one: -one[1]) if days >= SEVERAL}
    number = sum(one <= day for one in found.run.course.days)
    names = [found.names[who.key] for who in absent]
    return words.absent(found.run.campaign, number, day, len(found.of), names, several)


async def finishers_told(found: Standings, within: Within, *, ended: bool) -> str:
    """Who has finished, for everybody."""
    rows = [(found.names[who.key], found.of[who].total) for who in found.finishers()]
    said = words.finishers(found.run.campaign, found.wanted, len(found.of), rows, ended)
    teams = await team_totals(found.run, within)
    return f"{said}\n{words.team_totals(teams)}" if teams else said
