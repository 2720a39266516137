"""A run: customers and staff in rounds, deaths in between, time that moves; then the judgement."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random

import aiohttp
import sqlalchemy as sa

from bot.app import load_config
from bot.simulator import Disorder
from bot.store.database import Database
from bot.store.settings import STORE
from bot.store.tables import outbox, timers
from tests.desk.judge import Judge, Verdict
from tests.desk.people import People
from tests.desk.town import DISORDER, HOUR, MINUTE, Rules, Town, town
from tests.faults.company import Stores
from tests.faults.points import POINTS
from tests.faults.trial import OWN
from tests.faults.victim import Victim
from tests.waiting import until

# Longer than the minute for which a budget is given, and than a request is under way.
STEP = 75.0
# Between the rounds: moments before and after everything that rings.
LEAPS = (0.0, 5.0, 20.0, STEP, 2.2 * MINUTE, 2.6 * MINUTE, 4.2 * MINUTE, 5.5 * MINUTE, 11 * MINUTE, 31 * MINUTE)
# After these everything has rung that can ring one after the other, the time for a score included.
LAST = (31 * MINUTE, 31 * MINUTE, HOUR, HOUR, 2 * HOUR, 30 * HOUR)
UNDER_WAY = ("ready", "waiting", "sending")
IN_DOUBT = ("handed", "uncertain")
PATIENCE = 120.0
# Seen as often and unchanged, what is on its way waits for a later moment: for a budget, or for who died. What is
# just being sent must not arrive later than its sender believes: it is counted and checked by the time of sending.
STUCK, SENDING = 4, 40


@dataclass
class Play:
    """A town, its bot, and the moments at which the world was quiet."""

    town: Town
    victim: Victim
    chance: Random
    people: Sequence[People]
    database: Database
    most_deaths: int
    guarding: "asyncio.Task[None]" = field(init=False)
    barriers: list[float] = field(default_factory=list)
    deaths: int = 0
    _is_up: bool = True

    async def round(self, most: int, seconds: float, kill: bool) -> None:
        """Everybody does something; the bot may be killed meanwhile."""
        acts = asyncio.gather(*(one.act(most, seconds) for one in self.people))
        if kill:
            await asyncio.sleep(self.chance.uniform(0.1, seconds))
            await self._kill()
        await acts
        await self.quiet()

    async def leap(self, seconds: float, kill: bool = False) -> None:
        """Time passes while nobody does anything; the bot may be dead meanwhile."""
        if kill:
            await self._kill()
        self.town.tide.advance(seconds)
        await self.quiet()

    async def _kill(self) -> None:
        """Signal 9, once it works; who dies while they start say nothing about the desk."""
        await until(lambda: self._is_up)
        with suppress(ProcessLookupError):
            os.kill(self.victim.pid, signal.SIGKILL)
        await until(lambda: not self._is_up)

    async def guard(self) -> None:
        """Give a bot that died another life, which may end at a named point; until cancelled."""
        while True:
            await asyncio.sleep(0.02)
            if self.victim.is_alive():
                continue
            self._is_up = False
            await self.victim.dies()
            self.deaths += 1
            point = self.chance.choice((*POINTS, "", "", "")) if self.deaths < self.most_deaths else ""
            await self.victim.start(point, self.chance.randint(20, 120))
            self._is_up = True

    async def quiet(self) -> None:
        """Wait until nothing is on its way and nothing is due."""
        loop = asyncio.get_running_loop()
        deadline, still = loop.time() + PATIENCE, 0
        stuck = 0
        while still < 2:
            assert not self.guarding.done(), self.guarding.result()
            assert loop.time() < deadline, f"never quiet: {await self._under_way()}\n{self.victim.log[-3000:]}"
            await self.town.wecom.settle(PATIENCE)
            before = len(self.town.wecom.journal)
            await asyncio.sleep(0.15)
            is_still, is_idle = before == len(self.town.wecom.journal), await self._is_idle()
            still = still + 1 if is_still and is_idle else 0
            stuck = stuck + 1 if is_still and not is_idle and self._is_up else 0
            if stuck >= SENDING or (stuck >= STUCK and not await self._is_sending()):
                self.town.tide.advance(STEP)
                stuck = 0
        self.barriers.append(self.town.tide.unix())

    async def _is_idle(self) -> bool:
        """Whether the bot has nothing left to do."""
        if await self._under_way() or not self._is_up:
            return False
        try:
            async with aiohttp.ClientSession() as http:
                return not (await self.victim.figures(http))["qunban_inbox_waiting"]
        except aiohttp.ClientError:
            return False

    async def _under_way(self) -> Sequence[object]:
        """What is on its way, and what is due."""
        rows = await self.database.read(sa.select(outbox).where(outbox.c.state.in_(UNDER_WAY)))
        due = await self.database.read(sa.select(timers.c.id).where(timers.c.due <= self.town.tide.now()))
        return [*((row.lane, row.state, row.error) for row in rows), *(row.id for row in due)]

    async def _is_sending(self) -> bool:
        """Whether a request may be under way."""
        return bool(await self.database.read(sa.select(outbox.c.id).where(outbox.c.state == "sending").limit(1)))

    async def over(self) -> Verdict:
        """Time passes until everything has rung, everybody asks once more, and all is judged."""
        for seconds in LAST:
            await self.leap(seconds)
        for one in self.people:
            await one.ask()
        await self.quiet()
        verdict = Judge(self.town, self.barriers, await self._doubtful()).judge()
        verdict.deaths = self.deaths
        with (self.town.company.home / "journal.jsonl").open("w") as out:
            self.town.wecom.journal.dump(out)
        print(verdict)
        assert "broke its handler" not in self.victim.log, self.victim.log[-6000:]
        return verdict

    async def _doubtful(self) -> Sequence[str]:
        """What the bot admits not to know the fate of: to whom, and what stands in it."""
        rows = await self.database.read(sa.select(outbox).where(outbox.c.state.in_(IN_DOUBT)))
        return [f"{row.lane} {row.content}" for row in rows]


@asynccontextmanager
async def play(
    home: Path, *, seed: int, customers: int, rules: Rules, deaths: int = 1, stores: Stores = OWN,
    disorder: Disorder = DISORDER,
) -> AsyncIterator[Play]:  # fmt: skip
    """Everybody is there, and the bot is at work. `deaths`: about how many it may die."""
    async with town(home, seed=seed, customers=customers, rules=rules, stores=stores, disorder=disorder) as made:
        victim, words = Victim(made.company, tide=made.tide.file), count(1)
        people = [People(made, customer, str(seed), words) for customer in made.customers]
        await victim.start()
        store = load_config(made.company.config, made.company.environ)[STORE]
        database = await Database.open(store.sql_url(made.company.home / store.data))
        tried = Play(made, victim, Random(f"{seed} play"), people, database, deaths)
        tried.guarding = asyncio.create_task(tried.guard())
        try:
            yield tried
        finally:
            tried.guarding.cancel()
            await asyncio.wait({tried.guarding})
            await database.close()
            await victim.clear_away()
