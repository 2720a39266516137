"""Customers who call a person, and the staff who serve them: cards, presses and words that leave by the lanes."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.simulator import Conversation, Journal, Posted, Record
from tests.faults.company import STAFF, Company

T = TypeVar("T")

# Longer than it takes until a lane at which the bot dies several times is through.
PATIENCE = 150.0
OPENING = "已转给售后组（#"


@dataclass
class Round:
    """One customer's way to a person; `missed` is what they or the staff waited for in vain."""

    customer: str
    door: str
    staff: str
    posted: list[Posted] = field(default_factory=list)
    missed: str = "ticket"

    @property
    def promise(self) -> str:
        """What the staff member says."""
        return f"马上给 {self.customer} 处理"


class Desk:
    """Rounds at both doors, one after the other as they are called."""

    def __init__(self, company: Company, rounds: int) -> None:
        staff = list(STAFF)
        self.rounds = [
            Round(f"dora{n}", ("app", "aibot")[n % 2], staff[n // 2 % len(staff)]) for n in range(rounds)
        ]  # fmt: skip
        self._company = company
        for one in self.rounds:
            company.wecom.add_member(one.customer)

    @property
    def conversations(self) -> Sequence[Conversation]:
        """Where all this happens."""
        staff = [Conversation(self._company.app.id, "direct", userid) for userid in STAFF]
        return [*staff, *(self._place(one) for one in self.rounds)]

    async def play(self, number: int) -> None:
        """One round, as far as it gets."""
        one = self.rounds[number]
        for one.missed, step in (("ticket", self._call), ("card", self._take), ("words", self._serve)):
            try:
                await step(one)
            except TimeoutError:
                return
        one.missed = ""

    async def _call(self, one: Round) -> None:
        wecom = self._company.wecom
        if one.door == "app":
            one.posted.append(await wecom.say(self._company.app, one.customer, "转人工"))
        else:
            one.posted.append(await wecom.direct(self._company.bot, one.customer, "转人工"))
        await self._until(lambda journal: self._ticket(journal, one))

    async def _take(self, one: Round) -> None:
        card = await self._until(lambda journal: self._card(journal, one))
        one.posted.append(await self._company.wecom.click(card, "take", one.staff))
        await self._until(lambda journal: "您在服务" in journal.at(card.number).text)

    async def _serve(self, one: Round) -> None:
        words = f"#{self._ticket(self._company.wecom.journal, one)} {one.promise}"
        one.posted.append(await self._company.wecom.say(self._company.app, one.staff, words))
        await self._until(lambda journal: any(one.promise in text for text in journal.texts(self._place(one))))

    def _ticket(self, journal: Journal, one: Round) -> str:
        texts = (text for text in journal.texts(self._place(one)) if text.startswith(OPENING))
        return next((text.removeprefix(OPENING).partition("）")[0] for text in texts), "")

    def _card(self, journal: Journal, one: Round) -> Record | None:
        task = f"desk-{self._ticket(journal, one)}-"
        cards = journal.seen(Conversation(self._company.app.id, "direct", one.staff))
        return next((record for record in cards if record.card and record.card["task_id"].startswith(task)), None)

    def _place(self, one: Round) -> Conversation:
        door = self._company.app if one.door == "app" else self._company.bot
        return Conversation(door.id, "direct", one.customer)

    async def _until(self, found: Callable[[Journal], T]) -> T:
        return await self._company.wecom.journal.wait_for(found, PATIENCE + 5 * self._company.stores.takeover)

    def faults(self, accepted: Callable[[Posted], bool], is_excused: Callable[[Conversation], bool]) -> Iterator[str]:
        """What came twice, and what did not come for no good reason."""
        for place in self.conversations:
            seen = self._company.wecom.journal.seen(place)
            names = Counter(str(record.card["task_id"]) if record.card else record.text for record in seen)
            yield from (
                f"twice at the desk: {place} {name[:40]!r}" for name, times in names.items() if name and times > 1
            )
        for one in self.rounds:
            excused = is_excused(self._place(one)) or is_excused(self.conversations[list(STAFF).index(one.staff)])
            if one.missed and not excused and all(map(accepted, one.posted)):
                yield f"lost at the desk: {one.missed} of {one.customer}"


async def rounds(desk: Desk, slices: int, released: Callable[[int], Awaitable[object]]) -> None:
    """Spread the rounds over the slices of a load."""

    async def later(number: int) -> None:
        await released(number * slices // len(desk.rounds))
        await desk.play(number)

    await asyncio.gather(*(later(number) for number in range(len(desk.rounds))))
