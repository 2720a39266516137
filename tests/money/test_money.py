"""Money-grade: whatever a community does, however often it is heard, whoever dies, the book adds up."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from bot.store.database import Database
from bot.types.events import Event, Message, Tick
from handlers.points.boards import BOOK, SETTLE
from handlers.shop.tables import redemptions
from tests.money.actor import Actor, brain_of, play, seize
from tests.money.acts import Acts, night
from tests.money.reckoning import reckon
from tests.spine.house import HandClock

# Two in the morning in Shanghai: after the night's seal. No whole millisecond: the book rounds, proofs have to as well.
START = datetime(2026, 11, 22, 18, 0, microsecond=600, tzinfo=UTC)


class Town:
    """A community and the actors that serve it, for some days."""

    def __init__(self, actors: Sequence[Actor], clock: HandClock) -> None:
        self.actors, self.clock = actors, clock
        self.said: dict[str, Message] = {}
        self.chance = Random(1)

    async def live(self, acts: Acts, days: int, many: int) -> None:
        for day in range(days):
            self.clock.at = START + timedelta(days=day)
            await self.actors[0].decide(night(day, self.clock.at))
            events = acts.of_day(day, many, self.clock.at, await codes(self.actors[0].database))
            self.said |= {event.id: event for event in events if isinstance(event, Message)}
            await self.hear(events)
            await self.ring()
        self.clock.forward(days=1)
        await self.actors[0].decide(night(days, self.clock.at))

    async def hear(self, events: Sequence[Event]) -> None:
        """Some are heard two or three times, and some by somebody who dies over them."""
        often = [event for event in events for _ in range(self.chance.choice((1, 1, 1, 2, 3)))]
        deaths = frozenset(event.id for event in events if self.chance.random() < 0.1)
        by_lane = defaultdict(list)
        for event in sorted(often, key=lambda event: event.id.partition("-")[2].zfill(6)):
            by_lane[event.conversation.key].append(event)
        await play(self.actors, list(by_lane.values()), deaths)

    async def ring(self) -> None:
        """What the book and the draws have set their clocks for."""
        tick = Tick(
            id=f"settle-{self.clock.at}", conversation=BOOK, at=self.clock.at, received_at=self.clock.at, name=SETTLE,
            due=self.clock.at, data={},
        )  # fmt: skip
        await self.actors[0].decide(tick)


async def codes(database: Database, most: int = 10) -> Sequence[str]:
    """Codes for which nothing was handed out yet."""
    waiting = sa.select(redemptions.c.code).where(redemptions.c.state == "waiting").order_by(redemptions.c.code)
    return [row.code for row in await database.read(waiting.limit(most))]


@pytest.fixture
async def town(database: Database, migrated_url: str, tmp_path: Path) -> AsyncIterator["Town"]:
    """Three actors, each with a connection of its own to one database."""
    clock, brain = HandClock(START), brain_of(tmp_path)
    others = [await Database.open(migrated_url) for _ in range(2)]
    await seize(database)
    yield Town([Actor(one, brain, clock) for one in (database, *others)], clock)
    for other in others:
        await other.close()


@pytest.mark.parametrize(
    ("pair", "members", "days", "many"),
    [
        ("embedded", 6, 4, 30),
        # Two members and two managers, all at once: whoever does not guard what they read is found out here.
        ("urls", 2, 2, 30),
        pytest.param("urls", 6, 12, 200, marks=pytest.mark.soak),
    ],
    indirect=["pair"],
)
async def test_money_adds_up_whoever_dies_and_however_often_it_is_heard(
    town: Town, database: Database, members: int, days: int, many: int
) -> None:
    await town.live(Acts(1, members), days, many)
    made, faults = await reckon(database, town.said)
    assert not faults, "\n".join(faults)
    assert len(made.events) > days * many
    assert {row.source for row in made.entries} >= {"签到", "连签", "发放"}
