"""What is due by the clock happens once, whichever of several processes dies, sleeps or comes back late."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from bot.simulator import Conversation, Disorder
from tests.faults.trial import soak
from tests.processes.conftest import Servers
from tests.processes.fleet import PARTITIONS, Fleet, fleet
from tests.tide import Tide
from tests.waiting import until

SHANGHAI = ZoneInfo("Asia/Shanghai")
PEOPLE = 20
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Plan:
    """So many jobs over so many seconds from a moment on; later two that are due while nobody is there."""

    begins: datetime
    jobs: int
    seconds: float

    @property
    def absent(self) -> datetime:
        return self.begins + 2 * HOUR

    def toml(self) -> str:
        people = [f'[[people]]\nname = "众{n}"\nuserid = "viel{n}"\n' for n in range(PEOPLE)]
        step = timedelta(seconds=self.seconds / self.jobs)
        jobs = [_entry(n, f"定时{n}", self.begins + n * step) for n in range(self.jobs)]
        late = [_entry(0, "补的", self.absent, "补发"), _entry(1, "跳的", self.absent, "跳过")]
        return "\n".join(["\n[broadcast]\nper_day = 1000\nper_week = 7000\n", *people, *jobs, *late])


def _entry(number: int, name: str, at: datetime, misfire: str = "跳过") -> str:
    local = at.astimezone(SHANGHAI)
    return (
        f'[[schedule]]\nname = "{name}"\nat = "{local:%Y-%m-%d %H:%M:%S}"\nmembers = ["众{number % PEOPLE}"]\n'
        f'send = "{name}"\nany_hour = true\nmisfire = "{misfire}"\n'
    )


@pytest.mark.parametrize(("jobs", "seconds", "pause"), [(16, 6.0, 2.0), pytest.param(200, 120.0, 20.0, marks=soak)])
async def test_every_due_time_happens_once_or_is_skipped_once(
    tmp_path: Path, servers: Servers, jobs: int, seconds: float, pause: float
) -> None:
    tide = Tide(tmp_path / "tide")
    plan = Plan((tide.now() + HOUR).replace(microsecond=0), jobs, seconds)
    async with fleet(tmp_path, servers.stores, processes=3, messages=0, lease=2.0, disorder=Disorder()) as bots:
        for one in bots.members:
            one.tide = tide.file
            one.company.config.write_text(one.company.config.read_text() + plan.toml())
        for number in range(PEOPLE):
            bots.world.wecom.add_member(f"viel{number}")
        mortal, sleeper, steady = bots.members
        await asyncio.gather(*(one.start() for one in bots.members))
        await bots.shared(PARTITIONS)
        await until(lambda: _begun(servers, jobs + 2), 240)

        tide.advance((plan.begins - tide.now()).total_seconds() - 1)
        await asyncio.sleep(1 + seconds / 4)
        await mortal.kill()
        os.kill(sleeper.pid, signal.SIGSTOP)
        await asyncio.sleep(pause)
        os.kill(sleeper.pid, signal.SIGCONT)
        expected = [f"定时{n}" for n in range(jobs)]
        await until(lambda: _said(bots) >= Counter(expected), seconds + 240)

        await asyncio.gather(sleeper.kill(), steady.kill())
        tide.advance((plan.absent + HOUR - tide.now()).total_seconds())
        await asyncio.gather(mortal.start(), steady.start())
        await until(lambda: _kept(servers, {"补的": "sent", "跳的": "missed"}), 240)
        await until(lambda: "补的" in _said(bots), 240)
        # Whatever would come twice has come by then.
        await until(lambda: _quiet(servers), 120)
        assert _said(bots) == Counter([*expected, "补的"])
        rows = await _rows(servers)
        assert Counter(rows) == Counter([*((name, "sent") for name in [*expected, "补的"]), ("跳的", "missed")])
        print(f"{jobs} jobs over {seconds} s: {sum(_said(bots).values())} said, {len(rows)} kept, none twice")


def _said(bots: Fleet) -> Counter[str]:
    app, journal = bots.world.app, bots.world.wecom.journal
    chats = (Conversation(app.id, "direct", f"viel{n}") for n in range(PEOPLE))
    return Counter(text for chat in chats for text in journal.texts(chat))


async def _rows(servers: Servers) -> Sequence[tuple[str, str]]:
    return [(row["schedule"], row["state"]) for row in await _ask(servers, "SELECT schedule, state FROM broadcasts")]


async def _begun(servers: Servers, count: int) -> bool:
    found = await _ask(servers, "SELECT name FROM jobs WHERE name LIKE 'schedule.%'")
    return len(found) == count


async def _kept(servers: Servers, became: dict[str, str]) -> bool:
    return became.items() <= dict(await _rows(servers)).items()


async def _quiet(servers: Servers) -> bool:
    return not await _ask(servers, "SELECT id FROM outbox WHERE state IN ('ready', 'waiting', 'sending')")


async def _ask(servers: Servers, query: str) -> Sequence[asyncpg.Record]:
    connection = await asyncpg.connect(servers.postgres.url)
    try:
        found: Sequence[asyncpg.Record] = await connection.fetch(query)
    finally:
        await connection.close()
    return found
