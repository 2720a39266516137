"""How long everything may take at a team, and when its clocks run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.types.hours import Hours
from bot.types.ports import Calendar
from handlers.desk.ticket import Alarm, Alarms, Ring, Ticket

# Staff are reminded when so much of the time is over, in percent; at 100 it goes one level up.
HALF, MOST, ALL = 50, 80, 100
RESPONSE: Mapping[Alarm, int] = {Alarm.HALF: HALF, Alarm.MOST: MOST, Alarm.BREACH: ALL}
RESOLUTION: Mapping[Alarm, int] = {Alarm.DUE_HALF: HALF, Alarm.DUE_MOST: MOST, Alarm.DUE: ALL}
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class Opening(Protocol):
    """When clocks run."""

    def covers(self, now: datetime) -> bool:
        """Whether they run now."""
        ...

    def after(self, start: datetime, worked: timedelta) -> datetime:
        """When they will have run for so long."""
        ...

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """How long they ran between two moments."""
        ...

    def reopens(self, now: datetime) -> datetime | None:
        """When they begin to run the next time; None when they never stop."""
        ...


@dataclass(frozen=True, slots=True)
class Always:
    """Clocks that never stop."""

    def covers(self, now: datetime) -> bool:
        return True

    def after(self, start: datetime, worked: timedelta) -> datetime:
        return start + worked

    def worked(self, start: datetime, end: datetime) -> timedelta:
        return max(end - start, timedelta(0))

    def reopens(self, now: datetime) -> datetime | None:
        return None


@dataclass(frozen=True, slots=True)
class OpenHours:
    """Clocks that run in a team's hours."""

    hours: Hours
    calendar: Calendar

    def covers(self, now: datetime) -> bool:
        return self.hours.covers(now, self.calendar)

    def after(self, start: datetime, worked: timedelta) -> datetime:
        return self.hours.after(start, worked, self.calendar)

    def worked(self, start: datetime, end: datetime) -> timedelta:
        return self.hours.worked(start, end, self.calendar)

    def reopens(self, now: datetime) -> datetime | None:
        """The first opening after now; None where it does not close within a day."""
        if not self.covers(now):
            return self.hours.next_open(now, self.calendar)
        begin = now.replace(second=0, microsecond=0)
        if self.after(begin, DAY) == begin + DAY:
            return None
        low, high = 0, DAY // MINUTE
        while high - low > 1:
            middle = (low + high) // 2
            stays = self.after(begin, middle * MINUTE) == begin + middle * MINUTE
            low, high = (middle, high) if stays else (low, middle)
        return self.hours.next_open(begin + low * MINUTE, self.calendar)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a team promises, and who is asked when.

    `first`: until somebody has taken a ticket; `next`: until who has it answers; `resolution`: staff's whole share
    (None: not counted). `accept`: until who is asked has taken it; `offers`: somebody is asked first. `silence`: until
    an owner who does not answer loses it; `idle`: until a customer who says nothing is let go; `give_up`: how long
    the last level is waited for. `window`: how long a score may be given. `top`: the last level with anybody in it.
    """

    first: timedelta = timedelta(minutes=5)
    next: timedelta = timedelta(minutes=10)
    resolution: timedelta | None = None
    accept: timedelta = timedelta(minutes=2)
    give_up: timedelta = timedelta(hours=2)
    silence: timedelta = timedelta(minutes=30)
    idle: timedelta = timedelta(minutes=30)
    window: timedelta = timedelta(days=1)
    asks_score: bool = True
    low_score: int = 2
    top: int = 0
    offers: bool = False
    opening: Opening = field(default_factory=Always)

    def response(self, now: datetime, length: timedelta) -> Alarms:
        """The clock of an answer that is owed from now on."""
        return {Ring(alarm): self.opening.after(now, length * share / ALL) for alarm, share in RESPONSE.items()}

    def due(self, ticket: Ticket, now: datetime) -> Alarms:
        """What of the clock of the whole is still to ring, while it is staff's turn."""
        if self.resolution is None:
            return {}
        left = {alarm: self.resolution * share / ALL - ticket.spent for alarm, share in RESOLUTION.items()}
        return {Ring(alarm): self.opening.after(now, rest) for alarm, rest in left.items() if rest > timedelta(0)}

    def queue(self, now: datetime) -> Alarms:
        """What rings for a ticket in the queue whatever else does: the opening, and another look for somebody."""
        opening = self.opening.reopens(now)
        again = {Ring(Alarm.OFFER): self.opening.after(now, self.accept)} if self.offers else {}
        return {**({Ring(Alarm.OPENING): opening} if opening else {}), **again}
