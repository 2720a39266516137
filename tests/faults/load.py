"""What people say under load: mixed messages over both doors, each with its one right answer."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from bot.simulator import Attempt, Conversation, Journal, Posted
from bot.wecom.text import split
from tests.faults.company import NUMBERS, TEXT_BYTES, UNKNOWN, WELCOME, Answers, Company

MEMBERS_OF_A_GROUP = 4
# Who has waited so many seconds for a list to choose from, or for what was chosen, will not choose again.
PATIENCE = 8.0
# After so many WeCom gives a callback up.
LAST_DELIVERY = 3


@dataclass(frozen=True)
class Line:
    """Something a person says, and the texts that must come back, in order. `then` is said when they have come.

    A number is a choice from the last list, so that nothing else is said until it has been answered.
    """

    kind: str
    text: str
    answer: tuple[str, ...]
    member: str = ""
    then: "Line | None" = None


@dataclass(frozen=True)
class Asked:
    """A line on its way."""

    line: Line
    posted: Posted

    @property
    def conversation(self) -> Conversation:
        return self.posted.conversation


@dataclass
class Place:
    """A conversation and what is said in it, slice by slice. `said`: what may still be on its way to the bot."""

    door: str
    members: Sequence[str]
    group: str = ""
    slices: list[list[Line]] = field(default_factory=list)
    said: list[Posted] = field(default_factory=list)
    tired: bool = False


class Load:
    """Some hundred people who talk to the bot. `messages`: how many, spread evenly over `slices`.

    `conversations`: about how many places they talk in; by default as suits the messages.
    """

    def __init__(self, company: Company, *, seed: int, messages: int, slices: int, conversations: int = 0) -> None:
        self.asked: list[Asked] = []
        self._company = company
        self._chance = Random(f"{seed} load")
        self._places = _places(conversations / 3.25 if conversations else (messages / 20) ** 0.9)
        for place in self._places:
            self._move_in(place)
        self._write(messages, slices)
        self._open = [asyncio.Event() for _ in range(slices)]
        self._seconds = [0.0] * slices
        self._players: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """People are ready to talk."""
        self._players = [asyncio.create_task(self._play(place, n)) for n, place in enumerate(self._places)]

    def release(self, number: int, seconds: float) -> None:
        """Let people say the lines of a slice within so many seconds."""
        self._seconds[number] = seconds
        self._open[number].set()

    async def released(self, number: int) -> None:
        """Wait until a slice has been released."""
        await self._open[number].wait()

    async def finish(self) -> None:
        """Wait until everybody has said everything."""
        await asyncio.gather(*self._players)

    def close(self) -> None:
        """Nobody says anything more."""
        for player in self._players:
            player.cancel()

    # Who says what.

    def _move_in(self, place: Place) -> None:
        for member in place.members:
            self._company.wecom.add_member(member)
        if place.group:
            self._company.wecom.add_group(place.group, place.group, members=place.members, bots=[self._company.bot])

    def _write(self, messages: int, slices: int) -> None:
        """Deal the lines out: every slice gets its share of each place in turn, so that none lacks a kind."""
        scripts = [_Script(place, self._company.answers, self._chance).lines() for place in self._places]
        for place in self._places:
            place.slices = [[] for _ in range(slices)]
        written = 0
        while written < messages:
            for place, script in zip(self._places, scripts, strict=True):
                if written < messages:
                    line = next(script)
                    place.slices[written * slices // messages].append(line)
                    written += 2 if line.then else 1

    # Saying it.

    async def _play(self, place: Place, number: int) -> None:
        chance = Random(f"{number} {place.members}")
        for at, lines in enumerate(place.slices):
            await self._open[at].wait()
            began = asyncio.get_running_loop().time()
            moments = sorted(chance.uniform(0, self._seconds[at]) for _ in lines)
            for line, moment in zip(lines, moments, strict=True):
                await asyncio.sleep(max(0.0, began + moment - asyncio.get_running_loop().time()))
                await self._say(place, line)

    async def _say(self, place: Place, line: Line) -> None:
        if line.then and (place.tired or not await self._heard(place)):
            return
        asked = Asked(line, await self._post(place, line))
        self.asked.append(asked)
        place.said.append(asked.posted)
        if line.kind in ("choice", "number"):
            place.tired = not await self._seen(asked)
        if line.then and not place.tired:
            await self._say(place, line.then)

    async def _heard(self, place: Place) -> bool:
        """Whether nothing that was said in a place can come any more: it would end the choice from a list."""

        def is_over(attempt: Attempt) -> bool:
            return attempt.outcome == "ok" or (attempt.delivery == LAST_DELIVERY and attempt.ended is not None)

        def are_heard(journal: Journal) -> bool:
            place.said = [said for said in place.said if not any(map(is_over, journal.attempts(said.msgid)))]
            return not place.said

        return await self._comes(are_heard)

    async def _seen(self, asked: Asked) -> bool:
        """Whether the answer came while the person cared."""
        return await self._comes(lambda journal: asked.line.answer[-1] in journal.texts(asked.conversation))

    async def _comes(self, found: Callable[[Journal], bool]) -> bool:
        try:
            await self._company.wecom.journal.wait_for(found, PATIENCE)
        except TimeoutError:
            return False
        return True

    async def _post(self, place: Place, line: Line) -> Posted:
        wecom, app, bot = self._company.wecom, self._company.app, self._company.bot
        if line.kind == "opening":
            opening = wecom.enter_agent(app, line.member) if place.door == "app" else wecom.enter_chat(bot, line.member)
            return await opening
        if place.group:
            return await wecom.mention(bot, place.group, line.member, line.text)
        if place.door == "app":
            return await wecom.say(app, line.member, line.text)
        return await wecom.direct(bot, line.member, line.text)


class _Script:
    """Endless talk in one place; no answer comes twice in it, so that each can be told from the others."""

    def __init__(self, place: Place, answers: Answers, chance: Random) -> None:
        self._place = place
        self._chance = chance
        self._used: set[str] = set()
        self._numbers = iter(chance.sample(range(NUMBERS), NUMBERS))
        self._long = iter(chance.sample(sorted(answers.long.items()), len(answers.long)))
        self._sure = iter(chance.sample(sorted(answers.sure.items()), len(answers.sure)))
        self._choices = iter(chance.sample(sorted(answers.choices.items()), len(answers.choices)))

    def lines(self) -> Iterator[Line]:
        while True:
            kind = self._chance.choices(_KINDS, _WEIGHTS)[0]
            line = getattr(self, f"_{kind}")()
            if line is None or self._used & set(line.answer):
                line = self._keyword()
            self._used |= {*line.answer, *(line.then.answer if line.then else ())}
            yield line

    def _line(self, kind: str, text: str, answer: tuple[str, ...], then: Line | None = None) -> Line:
        member = then.member if then else self._chance.choice(self._place.members)
        return Line(kind, text, answer, member, then)

    def _keyword(self) -> Line:
        number = next(self._numbers)
        return self._line("keyword", f"编号{number}", (f"答案{number}",))

    def _long_one(self) -> Line | None:
        text, answer = next(self._long, ("", ""))
        parts = tuple(split(answer, TEXT_BYTES)) if self._place.door == "app" else (answer,)
        return self._line("long", text, parts) if text else None

    def _question(self) -> Line | None:
        text, answer = next(self._sure, ("", ""))
        return self._line("question", text, (answer,)) if text else None

    def _unknown(self) -> Line:
        return self._line("unknown", "今天月亮很圆", (UNKNOWN,))

    def _choice(self) -> Line | None:
        text, (offer, options) = next(self._choices, ("", ("", ())))
        place = self._chance.randrange(len(options)) if options else 0
        if not text or options[place] in self._used:
            return None
        return self._line("choice", text, (offer,), self._line("number", str(place + 1), (options[place],)))

    def _opening(self) -> Line | None:
        return None if self._place.group else self._line("opening", "", (WELCOME,))


_KINDS = ("keyword", "long_one", "question", "unknown", "choice", "opening")
_WEIGHTS = (50, 12, 22, 4, 6, 6)


def _places(most: float) -> list[Place]:
    """People alone with the app, people alone with the AI bot, and groups."""
    some = max(4, round(most))
    apps = [Place("app", [f"anna{n}"]) for n in range(2 * some)]
    bots = [Place("aibot", [f"bert{n}"]) for n in range(some)]
    groups = [_group(n) for n in range(max(2, some // 4))]
    return [*apps, *bots, *groups]


def _group(number: int) -> Place:
    members = [f"cleo{number}-{n}" for n in range(MEMBERS_OF_A_GROUP)]
    return Place("aibot", members, f"wrGroup{number:04}")
