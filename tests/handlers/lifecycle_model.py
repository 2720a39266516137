"""What must hold of any ticket, watched from outside: moves are only seen by what people are told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.types.events import Conversation
from handlers.desk.effects import (
    Call,
    Choose,
    Effect,
    Note,
    Relay,
    Show,
    ToCustomer,
    ToStaff,
    Withdraw,
    Word,
)
from handlers.desk.happenings import (
    Answered,
    Called,
    Ended,
    Freed,
    Happened,
    Later,
    Offered,
    Passed,
    Rang,
    Scored,
    Took,
    Wrote,
)
from handlers.desk.lifecycle import EDGES, Edges, begin, due, transition
from handlers.desk.move import Move
from handlers.desk.policy import Always, Policy
from handlers.desk.ticket import Alarm, State, Ticket

START = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STAFF, LEAD, OTHER = ("mei", "ning"), "boss", "another team"
# What gives the customer somebody to expect.
PROMISES = frozenset({Word.PROMISED, Word.BACK, Word.PASSED, Word.SORRY, Word.SERVED})
LEAVES = frozenset({Note.MISSED, Note.LOST, Note.TAKEN_OVER, Note.IDLE, Note.LEFT, Note.CLOSED, Note.UNANSWERED})
MOST_RINGS = 2000
CLOSES = 18
# What happens how often: a customer and staff who talk are more likely than one who goes.
LIKELY = (0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 5, 5, 6, 7, 8, 9, 9, 10, 11, 12, 12, 13, 13)


@dataclass(frozen=True, slots=True)
class Daytime:
    """Nine to six, every day."""

    def covers(self, now: datetime) -> bool:
        return 9 <= now.hour < CLOSES

    def _opens(self, now: datetime) -> datetime:
        today = now.replace(hour=9, minute=0, second=0, microsecond=0)
        return now if self.covers(now) else today if now < today else today + DAY

    def after(self, start: datetime, worked: timedelta) -> datetime:
        at = start
        while worked > timedelta(0):
            at = self._opens(at)
            rest = at.replace(hour=CLOSES, minute=0, second=0, microsecond=0) - at
            if worked <= rest:
                return at + worked
            at, worked = at + rest, worked - rest
        return at

    def worked(self, start: datetime, end: datetime) -> timedelta:
        at, done = self._opens(start), timedelta(0)
        while at < end:
            close = at.replace(hour=CLOSES, minute=0, second=0, microsecond=0)
            done += min(close, end) - at
            at = self._opens(close)
        return done

    def reopens(self, now: datetime) -> datetime | None:
        return self._opens(now) if not self.covers(now) else self._opens(now.replace(hour=CLOSES, minute=0, second=0))


class Broken(AssertionError):
    """Something that must hold does not."""


@dataclass
class World:
    """One ticket and everybody around it. `chances` decides, a number at a time, what nobody else does."""

    policy: Policy
    chances: Callable[[], int]
    edges: Edges = field(default_factory=lambda: EDGES)
    now: datetime = START
    past: list[Happened] = field(default_factory=list)
    holds: set[str] = field(default_factory=set)
    promised_at: datetime | None = None
    limit: timedelta = timedelta(0)
    share: int = 0
    told_late: bool = False
    called_at: datetime = START
    there_at: datetime = START
    told_closed: bool = False
    put_off: datetime | None = None
    snoozed: dict[str, datetime] = field(default_factory=dict)
    ticket: Ticket = field(init=False)

    def call(self, native: bool) -> None:
        """The customer calls a person."""
        where = Conversation("app:助手", "direct", "lin")
        new = Ticket(id=1, conversation=where, member="lin", opened_at=self.now, native=native)
        self._follow(begin(new, self.policy, self.now))

    def happen(self, happened: Happened) -> Move:
        """Something happens."""
        self.past.append(happened)
        before = self.ticket
        move = transition(before, happened, self.policy, self.now, self.edges)
        if move.ignored:
            _hold(move.ticket == before and not move.effects, f"ignored, but something changed: {happened}")
            return move
        self._notice(happened, before, move)
        self._follow(move)
        return move

    def _notice(self, happened: Happened, before: Ticket, move: Move) -> None:
        """What the world learns from an event that was not refused."""
        match happened:
            case Took():
                self.holds.add(happened.who)
                self.there_at, self.told_closed = self.now, False
                _hold(move.ticket.owner == happened.who, "who took it has it")
            case Wrote():
                reaches = Relay("owner") in move.effects
                _hold(reaches or self.promised_at is not None or not before.is_under_way, "heard by nobody")
                if before.state == State.WAITING:
                    self._owe(self.policy.next)
                has_gone = self.policy.opening.covers(self.there_at) and not self.policy.opening.covers(self.now)
                if before.is_served and not before.native and has_gone:
                    self.told_closed |= ToCustomer(Word.OFF_HOURS) in move.effects
                    _hold(self.told_closed, "nobody said that it is after hours")
            case Answered():
                self.promised_at = None
                self.snoozed.pop(happened.who, None)
                self.there_at, self.told_closed = self.now, False
            case Passed() | Ended():
                self.holds.clear()
            case Later():
                ends = [at for ring, at in before.alarms.items() if ring.alarm in (Alarm.BREACH, Alarm.GIVE_UP)]
                self.snoozed[happened.who] = min([happened.until, *(at for at in ends if at > self.now)])

    def _owe(self, limit: timedelta) -> None:
        self.promised_at, self.limit, self.share, self.told_late = self.now, limit, 0, False

    def _follow(self, move: Move) -> None:
        self.ticket = move.ticket
        for effect in move.effects:
            self._see(effect)
        # Who was put off until the opening may be answered before it, or wait for somebody else.
        self.put_off = self.put_off if self.ticket.state == State.OWNED else None
        self._check(move.ticket)
        for effect in move.effects:
            if isinstance(effect, Choose):
                free = [one for one in STAFF if one not in effect.but]
                pick = self.chances() % (len(free) + 1)
                self.happen(Offered(free[pick] if pick < len(free) else ""))

    def _see(self, effect: Effect) -> None:
        match effect:
            case ToCustomer():
                # Whom a customer waits for may change, not for how long.
                goes_on = effect.word == Word.PASSED and self.promised_at and self.ticket.state == State.ASSIGNED
                is_theirs = effect.word == Word.SERVED and self.ticket.state == State.WAITING
                if effect.word in PROMISES and not goes_on and not is_theirs:
                    self._owe(self.policy.next if effect.word == Word.SERVED else self.policy.first)
                self.told_late |= effect.word == Word.LATE
                if effect.word == Word.OFF_HOURS:
                    self.put_off = self.policy.opening.reopens(self.now)
                if effect.word in (Word.ENDED, Word.LEFT, Word.IDLE, Word.DISMISSED, Word.EXPIRED, Word.UNANSWERED):
                    self.promised_at = None
            case ToStaff():
                self.share = max(self.share, effect.share) if effect.note == Note.REMINDED else self.share
                if effect.note in LEAVES:
                    self.holds.discard(effect.who)
                self.snoozed.pop(effect.who, None)
                self.put_off = None if effect.note == Note.OPENED else self.put_off
            case Show():
                self.called_at = self.now
                self.snoozed.pop(effect.who, None)
            case Withdraw():
                self.snoozed.clear()
            case Call() | Choose():
                self.called_at = self.now

    def _check(self, ticket: Ticket) -> None:
        """What holds of a ticket at any moment."""
        in_hands = ticket.state in (State.ASSIGNED, State.OWNED, State.WAITING)
        _hold(bool(ticket.owner) == in_hands, f"{ticket.state} in the hands of {ticket.owner!r}")
        _hold(bool(ticket.alarms) == ticket.is_open, f"{ticket.state} with {len(ticket.alarms)} alarms")
        _hold(len(self.holds) <= 1, f"two owners: {self.holds}")
        if ticket.is_served:
            _hold(self.holds == {ticket.owner}, f"{ticket.owner} has it, {self.holds} think so")
        if ticket.is_under_way and ticket.state != State.WAITING:
            _hold(self.promised_at is not None, "the customer expects nobody")
        for ring in ticket.alarms:
            _hold((ticket.state, ring.alarm) in self.edges, f"{ring.alarm} leads nowhere from {ticket.state}")

    def check_time(self) -> None:
        """What holds once everything that is due has rung."""
        ticket = self.ticket
        _hold(due(ticket, self.now) is None, f"{due(ticket, self.now)} rang in vain")
        if self.promised_at is not None and ticket.is_under_way and ticket.state != State.WAITING:
            waited = self.policy.opening.worked(self.promised_at, self.now)
            for share in (50, 80, 100):
                late = waited >= self.limit * share / 100
                _hold(not late or self.share >= share, f"{share} % of the time over, nobody was reminded")
            _hold(waited < self.limit or self.told_late, "the customer waits and hears nothing")
        _hold(self.put_off is None or self.put_off > self.now, "put off until the opening, and no owner was reminded")
        for who, at in self.snoozed.items():
            is_theirs = ticket.state == State.QUEUED or ticket.owner == who
            _hold(at > self.now or not is_theirs, f"{who} was not reminded")
        if ticket.state == State.QUEUED and self.policy.opening.covers(self.now):
            opened = self.now.replace(hour=9, minute=0, second=0, microsecond=0)
            fresh = isinstance(self.policy.opening, Always) or self.called_at >= opened
            _hold(fresh, "open again, and nobody was called")

    def pass_time(self, moment: datetime, late: bool = False) -> None:
        """The clock moves on; what is due rings in time, or all of it late."""
        for _ in range(MOST_RINGS):
            next_at = self.ticket.rings_at
            if next_at is None or next_at > moment:
                break
            self.now = max(self.now, moment if late else next_at)
            if self.happen(Rang()).ignored:
                break
        self.now = moment
        self.check_time()

    def run_out(self) -> None:
        """Everybody goes away: it ends, and soon enough."""
        end = self.now + 40 * DAY
        while (next_at := self.ticket.rings_at) is not None and next_at < end:
            self.pass_time(next_at)
        _hold(self.ticket.state == State.CLOSED, f"never ends: {self.ticket.state}")
        self.check_time()


def _hold(holds: bool, what: str) -> None:
    if not holds:
        raise Broken(what)


def play(data: bytes, edges: Edges = EDGES) -> World:
    """One life of a ticket, as the bytes decide; `Broken` when something does not hold."""
    at = iter(data)

    def chance() -> int:
        return next(at, 0)

    kind = chance()
    policy = Policy(
        offers=bool(kind & 1), top=(kind >> 1) % 3, opening=Daytime() if kind & 8 else Always(),
        resolution=HOUR / 2 if kind & 16 else None, asks_score=bool(kind & 32), accept=4 * MINUTE, give_up=HOUR,
        idle=4 * HOUR,
    )  # fmt: skip
    world = World(policy, chance, edges)
    start = chance()
    # Much is decided shortly before the hours are over.
    world.now += (start % 48) * HOUR / 2 if start < 128 else 8 * HOUR + (start % 32) * MINUTE
    world.call(native=kind >= 224)
    for one in at:
        _act(world, one, chance)
    world.run_out()
    return world


def _act(world: World, one: int, chance: Callable[[], int]) -> None:
    """One thing that somebody does, or that time does."""
    people = (*STAFF, LEAD, *[world.ticket.owner or STAFF[0]] * 3)
    who = people[chance() % len(people)]
    over = who == LEAD
    match LIKELY[one % len(LIKELY)]:
        case 0:
            world.happen(Called(chance() % 3))
        case 1:
            world.happen(Wrote())
        case 2:
            world.happen(Took(who, over))
        case 3:
            world.happen(Answered(who))
        case 4:
            world.happen(_passed(who, over, chance()))
        case 5:
            world.happen(Later(who, world.now + (chance() % 40 - 5) * MINUTE))
        case 6:
            world.happen(Ended(who, "staff", over) if chance() % 3 else Ended("lin", "customer"))
        case 7:
            world.happen(Scored(chance() % 5 + 1))
        case 8 if world.past:
            again = [happened for happened in world.past if not isinstance(happened, Offered | Rang)]
            if again:
                world.happen(again[chance() % len(again)])
        case 9:
            world.pass_time(world.now + (chance() % 40) * MINUTE, late=bool(chance() % 2))
        case 10:
            world.pass_time(world.now + chance() * HOUR / 8)
        case 11:
            world.happen(Freed())
        case 13 if world.now.hour < CLOSES:
            world.pass_time(world.now.replace(hour=CLOSES, minute=5))
        case _ if world.ticket.rings_at is not None:
            world.pass_time(max(world.now, world.ticket.rings_at))


def _passed(who: str, over: bool, chance: int) -> Passed:
    others: Sequence[str] = [*STAFF, LEAD]
    if chance % 4 == 0:
        return Passed(who, team=OTHER, over=over)
    return Passed(who, to=others[chance % len(others)], over=over)
