"""What customers and staff do, at random: nobody knows the rules, they only look at what is before them."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from itertools import count
from random import Random
from typing import Any

from bot.simulator import Posted, Record
from bot.simulator import cards as faces
from tests.desk import wording
from tests.desk.town import LEAD, QUESTIONS, STAFF, Town

Act = Callable[[], Coroutine[Any, Any, Sequence[Posted]]]
# Who takes part in a rush presses the same button at the same moment.
RUSH = 2
ANSWERS = ("1", "2", "5")


class People:
    """One customer and the staff around them."""

    def __init__(self, town: Town, customer: str, seed: str, words: "count[int]") -> None:
        self.posted: list[Posted] = []
        self._town = town
        self._customer = customer
        self._chance = Random(f"{seed} {customer}")
        self._questions = iter(self._chance.sample(range(QUESTIONS), QUESTIONS))
        self._words = words
        self._customers: Mapping[Act, int] = {self._ask: 8, self._call: 4, self._leave: 1, self._score: 1}
        self._staffs: Mapping[Act, int] = {self._press: 6, self._tell: 6, self._end: 1, self._rush: 2}

    async def act(self, most: int, seconds: float) -> None:
        """Some acts, spread over so many seconds; some at once, some after what came before has arrived."""
        for _ in range(self._chance.randint(0, most)):
            await asyncio.sleep(self._chance.random() * seconds / most)
            acts = self._staffs if self._chance.random() < 0.6 and self._cards() else self._customers
            posted = await self._chance.choices(list(acts), list(acts.values()))[0]()
            self.posted += posted
            if self._chance.random() < 0.5:
                await asyncio.gather(*(one.delivered() for one in posted))

    async def ask(self) -> Posted | None:
        """The customer asks something that the bot can answer; None when they have asked everything."""
        posted = await self._ask()
        self.posted += posted
        return posted[0] if posted else None

    async def _ask(self) -> Sequence[Posted]:
        number = next(self._questions, None)
        return [] if number is None else await self._say(self._customer, wording.question(number))

    async def _call(self) -> Sequence[Posted]:
        return await self._say(self._customer, wording.CALL)

    async def _leave(self) -> Sequence[Posted]:
        return await self._say(self._customer, wording.LEAVE)

    async def _score(self) -> Sequence[Posted]:
        return await self._say(self._customer, self._chance.choice(ANSWERS))

    async def _press(self) -> Sequence[Posted]:
        shown = self._cards()
        return [await self._click(self._chance.choice(shown))] if shown else []

    async def _rush(self) -> Sequence[Posted]:
        """Several press the first button that they have at the same moment."""
        shown = self._cards()
        first = [(who, card, keys[:1]) for who, card, keys in self._chance.sample(shown, min(RUSH, len(shown)))]
        return [await self._click(one) for one in first]

    async def _tell(self) -> Sequence[Posted]:
        return await self._order(f"好的，话{next(self._words)}")

    async def _end(self) -> Sequence[Posted]:
        return await self._order("结束")

    async def _order(self, words: str) -> Sequence[Posted]:
        """Mostly who serves says something about the ticket, sometimes somebody else does."""
        told = [(who, number) for who in (*STAFF, *LEAD) if (number := self._number(who))]
        has = [one for one in told if self._has(*one)]
        if not told:
            return []
        who, number = self._chance.choice(has if has and self._chance.random() < 0.9 else told)
        return await self._say(who, f"#{number} {words}")

    async def _say(self, who: str, text: str) -> Sequence[Posted]:
        return [await self._town.wecom.say(self._town.company.app, who, text, copies=self._chance.random() < 0.15)]

    async def _click(self, pressed: tuple[str, Record, Sequence[str]]) -> Posted:
        who, card, keys = pressed
        face = card.card_for(who)
        assert face is not None
        # The first button is what one sees first.
        key = keys[0] if self._chance.random() < 0.6 else self._chance.choice(keys)
        chosen = {asked: [self._chance.choice(sorted(ids))] for asked, ids in faces.options(face).items()}
        copies = int(self._chance.random() < 0.15)
        return await self._town.wecom.click(card, key, who, chosen, copies=copies)

    def _cards(self) -> list[tuple[str, Record, Sequence[str]]]:
        """The newest card of each that is about the customer and can be pressed; who, the card, its buttons."""
        found: list[tuple[str, Record, Sequence[str]]] = []
        for who in (*STAFF, *LEAD):
            for record in reversed(self._seen(who)):
                face = record.card_for(who)
                keys = list(faces.keys(face)) if face else []
                if keys:
                    found.append((who, record, keys))
                    break
        return found

    def _number(self, who: str) -> str:
        """The number of the newest ticket of the customer that somebody knows of."""
        return next((ticket_of(record)[0] for record in reversed(self._seen(who))), "")

    def _has(self, who: str, number: str) -> bool:
        """Whether the newest card says that they serve."""
        mine = (record for record in reversed(self._seen(who)) if ticket_of(record)[0] == number)
        face = next((record.card_for(who) for record in mine), None)
        return face is not None and wording.HAS.search(faces.title(face)) is not None

    def _seen(self, who: str) -> list[Record]:
        """The cards about the customer that somebody was shown."""
        shown = self._town.wecom.journal.seen(self._town.place(who))
        return [record for record in shown if record.card and ticket_of(record)[1] == self._customer]


def ticket_of(record: Record) -> tuple[str, str]:
    """The number and the customer that a card names."""
    found = wording.TICKET.search(faces.title(record.card)) if record.card else None
    return (found[1], found[2] or "") if found else ("", "")
