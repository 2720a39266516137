"""The judgement over a run: a model of its own that knows only what people said and were shown.

Whenever the world was quiet (`barriers`) everybody's belief is compared: whom the customer thinks to be served by, and
who of the staff think that they serve. What is admitted to be in doubt after a death excuses what was not seen, never
a second owner or a bot that talks into a person's service.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bot.simulator import Journal
from tests.desk import wording
from tests.desk.story import Moment, story
from tests.desk.town import LEAD, MINUTE, PEOPLE, STAFF, Town

# What rings, is written and is sent takes a while on a busy machine.
SLACK = 1.5 * MINUTE
# What is told of the time around a fault.
NEAR = 45 * MINUTE
BOT, QUEUE = "the bot", "the queue"
_NUMBER = re.compile(r"(?:编号|答案)(\d+)")
_WORDS = re.compile(r"话(\d+)")


@dataclass
class Verdict:
    """What is wrong (`faults`), and the figures of the run."""

    faults: list[str] = field(default_factory=list)
    customers: int = 0
    barriers: int = 0
    deaths: int = 0
    asked: int = 0
    answered: int = 0
    relayed: int = 0
    on_cards: int = 0
    words: int = 0
    refusals: int = 0
    tickets: int = 0
    served: int = 0
    promises: int = 0
    late: int = 0
    over: int = 0
    duplicates: int = 0
    lost_callbacks: int = 0
    in_doubt: int = 0
    excused: int = 0

    def __str__(self) -> str:
        return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in vars(self).items() if name != "faults")


@dataclass
class Belief:
    """Whom a customer thinks to be with (`BOT`, `QUEUE` or a name), since when, and until when somebody should come."""

    who: str = BOT
    since: float = 0.0
    due: float = 0.0
    told_late_at: float = 0.0
    last: float = 0.0
    owed_since: float = 0.0


@dataclass
class Judge:
    """`doubtful`: customers and staff whose messages the bot admits to be in doubt, by what stands in them."""

    town: Town
    barriers: Sequence[float]
    doubtful: Sequence[str] = ()
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def journal(self) -> Journal:
        return self.town.wecom.journal

    @cached_property
    def staff(self) -> Mapping[str, Sequence[Moment]]:
        """What each of the staff said and saw."""
        return {who: story(self.journal, self.town.place(who)) for who in PEOPLE}

    def judge(self) -> Verdict:
        """Everything that is wrong with what people were shown."""
        self.verdict.customers, self.verdict.barriers = len(self.town.customers), len(self.barriers)
        self.verdict.in_doubt = len(self.doubtful)
        self._wire()
        for customer in self.town.customers:
            thread = Thread(customer, story(self.journal, self.town.place(customer)), self)
            excused = thread.is_in_doubt
            for is_grave, fault in thread.faults():
                if excused and not is_grave:
                    self.verdict.excused += 1
                else:
                    self.verdict.faults.append(f"{customer}: {fault}")
        return self.verdict

    def _wire(self) -> None:
        """Nothing may be refused or contradict itself, and nobody gets one card twice."""
        attempts = self.journal.attempts()
        self.verdict.duplicates = sum(one.copy > 0 for one in attempts)
        self.verdict.lost_callbacks = sum(one.outcome in ("cut", "unreachable") for one in attempts)
        for record in self.journal.records():
            if record.kind in ("refused", "dropped", "conflict"):
                what = f"{record.kind}: {record.conversation.native} {record.text[:60]!r} {record.reason}"
                self.verdict.faults.append(what)
        for who in PEOPLE:
            shown = [one for one in self.journal.seen(self.town.place(who)) if one.card]
            tasks = Counter(str(record.card["task_id"]) for record in shown if record.card)
            self.verdict.faults += [f"{who} got {task} {n} times" for task, n in tasks.items() if n > 1]


@dataclass
class Thread:
    """One customer and their tickets."""

    customer: str
    moments: Sequence[Moment]
    run: Judge

    @cached_property
    def about(self) -> Mapping[str, Sequence[Moment]]:
        """What each of the staff was shown about this customer's tickets."""
        return {who: [one for one in shown if self._is_mine(one)] for who, shown in self.run.staff.items()}

    @cached_property
    def tickets(self) -> Mapping[int, float]:
        """The customer's tickets, and when the first card of each was shown."""
        found: dict[int, float] = {}
        for shown in self.run.staff.values():
            for one in shown:
                number, name = one.ticket
                if one.kind == "seen" and number and name == self.customer:
                    found[number] = min(one.at, found.get(number, one.at))
        return found

    @property
    def is_in_doubt(self) -> bool:
        names = [self.customer, *(f"#{number}" for number in self.tickets)]
        return any(wording.holds(doubt, name) for doubt in self.run.doubtful for name in names)

    def _is_mine(self, one: Moment) -> bool:
        return one.ticket[0] in self.tickets

    def faults(self) -> Iterator[tuple[bool, str]]:
        """What is wrong, and whether nothing excuses it."""
        self.run.verdict.tickets += len(self.tickets)
        yield from self._owners()
        yield from self._beliefs()
        yield from self._questions()
        yield from self._answers()

    # Who has it.

    def owners(self, moment: float) -> set[str]:
        """Who of the staff think at a quiet moment that they serve the customer."""
        return {PEOPLE[who] for who, shown in self.about.items() if _thinks_so(shown, moment)}

    def _owners(self) -> Iterator[tuple[bool, str]]:
        for barrier in self.run.barriers:
            owners = self.owners(barrier)
            if len(owners) > 1:
                yield True, f"{sorted(owners)} all serve at {self._when(barrier)}"

    def _beliefs(self) -> Iterator[tuple[bool, str]]:
        """Everybody believes the same, and nobody waits for ever."""
        belief, at = Belief(), 0
        for barrier in self.run.barriers:
            while at < len(self.moments) and self.moments[at].at <= barrier:
                yield from self._follow(belief, self.moments[at])
                at += 1
            owners = self.owners(barrier)
            if owners != ({belief.who} - {BOT, QUEUE}):
                yield False, f"thinks to be with {belief.who}, {sorted(owners)} serve at {self._when(barrier)}"
            yield from self._waits(belief, barrier)
        if belief.who != BOT:
            yield False, f"is left with {belief.who} when everything is over"

    def _follow(self, belief: Belief, moment: Moment) -> Iterator[tuple[bool, str]]:
        if moment.kind == "said":
            if moment.accepted and _NUMBER.search(moment.text) and belief.who not in (BOT, QUEUE):
                belief.owed_since = belief.owed_since or moment.at
            belief.last = moment.at
            return
        belief.last = moment.at
        for line in moment.words.splitlines():
            yield from self._hear(belief, line, moment.at)

    def _hear(self, belief: Belief, line: str, at: float) -> Iterator[tuple[bool, str]]:
        """One line of what the customer is told, and what they make of it."""
        verdict = self.run.verdict
        if wording.ALREADY.search(line):
            return
        if found := wording.SERVED.search(line):
            verdict.served += 1
            _turn(belief, found[1], at)
        elif found := wording.WORDS.search(line):
            if belief.who != found[1]:
                yield True, f"hears {found[1]} while with {belief.who}: {self._when(at)}"
            belief.owed_since = 0.0
        elif wording.LATE.search(line):
            verdict.late += 1
            belief.told_late_at = at
        elif wording.OVER.search(line):
            verdict.over += 1
            _turn(belief, BOT, at)
        elif wording.PROMISED.search(line):
            verdict.promises += 1
            rules, owed = self.run.town.rules, belief.owed_since
            _turn(belief, QUEUE, at)
            # Who is passed on keeps the time in which their question was to be answered.
            belief.due = max(at + rules.first, owed + rules.next if owed else 0.0)

    def _waits(self, belief: Belief, barrier: float) -> Iterator[tuple[bool, str]]:
        """Whether somebody waits for longer than they were told."""
        rules, when = self.run.town.rules, self._when(barrier)
        if belief.who == QUEUE:
            if not belief.told_late_at and barrier > belief.due + SLACK:
                yield False, f"was promised somebody, nobody came, nothing was said: {when}"
            if belief.told_late_at and barrier >= self._given_up(belief.told_late_at):
                yield False, f"waits in the queue for ever: {when}"
        elif belief.who != BOT and barrier - max(belief.last, belief.since) > rules.idle + rules.next + SLACK:
            yield False, f"has {belief.who} and nothing happens: {when}"
        elif belief.owed_since and barrier - belief.owed_since > rules.idle + rules.next + SLACK:
            yield False, f"gets no answer of {belief.who}: {when}"

    def _given_up(self, late: float) -> float:
        """When a customer who was told that it takes longer is told at the latest that nobody comes.

        Each level has its time, the last one some more; what is due while time leaps rings after the leap.
        """
        rules, at = self.run.town.rules, late
        for wait in (*[rules.first] * (rules.levels - 1), rules.give_up):
            due = at + wait + SLACK
            at = next((barrier for barrier in self.run.barriers if barrier >= due), float("inf"))
        return at

    # Who hears what.

    def _questions(self) -> Iterator[tuple[bool, str]]:
        """Every question is answered by the bot or reaches a person, and not both."""
        verdict = self.run.verdict
        for asked in self.moments:
            number = _number(asked)
            if asked.kind != "said" or number is None:
                continue
            verdict.asked += 1
            answers = [one for one in self.moments if one.kind == "seen" and _has(one, wording.answer(number))]
            relays = [(who, one) for who, one in self._shown(wording.question(number)) if one.card is None]
            cards = [one for _, one in self._shown(wording.question(number)) if one.card is not None]
            verdict.answered += bool(answers)
            verdict.relayed += bool(relays)
            verdict.on_cards += bool(cards)
            if asked.accepted and not (answers or relays or cards):
                yield False, f"{asked.text} reaches nobody: {self._when(asked.at)}"
            if len(answers) > 1 or len({one.number for _, one in relays}) > 1:
                yield False, f"{asked.text} was answered {len(answers)} and relayed {len(relays)} times"
            if answers and relays:
                yield True, f"{asked.text} was answered by the bot and relayed: {self._when(asked.at)}"
            yield from self._intrudes(asked, answers)
            yield from self._strays(asked, relays)

    def _intrudes(self, asked: Moment, answers: Sequence[Moment]) -> Iterator[tuple[bool, str]]:
        """The bot answers although a person has the customer, before it was asked and until the world is quiet."""
        if not answers:
            return
        before = [one for one in self.moments if one.kind == "seen" and one.at < asked.at and _changes(one)]
        if not before or not wording.SERVED.search(before[-1].words):
            return
        end = next((barrier for barrier in self.run.barriers if barrier >= answers[0].at), answers[0].at)
        changed = any(asked.at <= one.at <= end and _changes(one) for one in self.moments if one.kind == "seen")
        if not changed and len(self.owners(end)) == 1:
            yield True, f"{asked.text} was answered by the bot in a person's service: {self._when(asked.at)}"

    def _strays(self, asked: Moment, relays: Sequence[tuple[str, Moment]]) -> Iterator[tuple[bool, str]]:
        for who, relay in relays:
            shown = [one for one in self.about[who] if one.at <= relay.at and _claims(one)]
            if not shown and who in (*STAFF, *LEAD):
                yield False, f"{asked.text} was relayed to {who}, who never served: {self._when(asked.at)}"
            if who not in (*STAFF, *LEAD):
                yield True, f"{asked.text} was shown to {who}, who is not at the desk: {self._when(asked.at)}"

    def _answers(self) -> Iterator[tuple[bool, str]]:
        """What staff say comes once, or they are told why it does not."""
        heard: dict[str, int] = defaultdict(int)
        for one in self.moments:
            if one.kind == "seen":
                for token in set(_WORDS.findall(one.words)):
                    heard[token] += 1
        for who, shown in self.about.items():
            for one in shown:
                token = _WORDS.search(one.text) if one.kind == "said" else None
                if token is None:
                    continue
                self.run.verdict.words += 1
                refused = any(
                    later.at >= one.at and wording.REFUSED.search(later.text) for later in shown if later.kind == "seen"
                )
                self.run.verdict.refusals += not heard[token[1]] and refused
                if one.accepted and not heard[token[1]] and not refused:
                    yield False, f"{token[0]} of {who} never came: {self._when(one.at)}"
                if heard[token[1]] > 1:
                    yield False, f"{token[0]} of {who} came {heard[token[1]]} times"

    def _shown(self, token: str) -> list[tuple[str, Moment]]:
        return [
            (who, one) for who, shown in self.about.items() for one in shown if one.kind == "seen" and _has(one, token)
        ]

    def _when(self, at: float) -> str:
        """A moment, and what the customer and the staff were shown around it."""
        began = self.run.barriers[0] if self.run.barriers else at
        people = {self.customer: self.moments, **{who: shown for who, shown in self.about.items() if shown}}
        near = [(one.at, who, one) for who, shown in people.items() for one in shown if abs(one.at - at) < NEAR]
        lines = [f"    {when - began:9.1f} {who} {one}" for when, who, one in sorted(near, key=lambda told: told[0])]
        told = "\n".join(lines)
        return f"{at - began:.1f} s\n{told}"


def _turn(belief: Belief, who: str, at: float) -> None:
    belief.who, belief.since, belief.due, belief.told_late_at, belief.owed_since = who, at, at, 0.0, 0.0


def _thinks_so(shown: Sequence[Moment], moment: float) -> bool:
    """Whether somebody thinks that they serve: a card says so, and nothing that they read since then the opposite."""
    says: dict[str, bool] = {}
    for one in shown:
        if one.at > moment:
            break
        if one.kind == "seen" and one.card is not None:
            says[one.task] = _claims(one) or (says.get(one.task, False) and not one.is_grey)
        elif one.kind == "seen" and wording.LOST.search(one.text):
            says.clear()
    return any(says.values())


def _claims(one: Moment) -> bool:
    """Whether a card says that who sees it serves."""
    return one.card is not None and not one.is_grey and wording.HAS.search(one.title) is not None


def _changes(one: Moment) -> bool:
    """Whether it tells a customer whom they are with."""
    patterns = (wording.SERVED, wording.OVER, wording.PROMISED)
    return not wording.ALREADY.search(one.words) and any(pattern.search(one.words) for pattern in patterns)


def _number(one: Moment) -> int | None:
    found = re.fullmatch(r"编号(\d+)", one.text)
    return int(found[1]) if found else None


def _has(one: Moment, token: str) -> bool:
    return wording.holds(one.words, token)
