"""The bot as a child process that can be killed and started again on the same data."""

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from tests.faults.child import Orders, live
from tests.faults.company import Company
from tests.faults.points import Fate, Sleep
from tests.waiting import until

START_SECONDS = 60.0
OPEN_STATES = ("ready", "waiting", "sending")


@dataclass(frozen=True)
class Death:
    """When the victim ended, by which exit status, and at which named point."""

    at: float
    status: int
    point: str = ""


def nursery() -> ForkServerContext:
    """Where children come from that have read the program before they are born: a restart takes no second.

    A child shares nothing with the test but what it is ordered to do.
    """
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["tests.faults.child", "tests.faults.warm"])
    return made


@dataclass
class Program:
    """The program itself as a user starts it, with the face of a child from the nursery."""

    orders: Orders
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def exitcode(self) -> int | None:
        return self._process.poll() if self._process else None

    def start(self) -> None:
        command = [Path(sys.executable).with_name("qunban"), "run", "-c", self.orders.config]
        with self.orders.log.open("ab") as log:
            self._process = subprocess.Popen(command, env={**os.environ, **self.orders.environ}, stderr=log)

    def is_alive(self) -> bool:
        return self.exitcode is None

    def join(self, timeout: float) -> None:
        assert self._process is not None
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout)


@dataclass
class Victim:
    """A bot in the company's home; `deaths` are those by signal 9, `tide` is the file of its time, if it has one."""

    company: Company
    deaths: list[Death] = field(default_factory=list)
    lease: float = 10.0
    tide: Path | None = None
    _nursery: ForkServerContext = field(default_factory=nursery)
    _process: ForkServerProcess | Program | None = None

    @property
    def process(self) -> ForkServerProcess | Program:
        """The process, once it was started."""
        assert self._process is not None
        return self._process

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    @property
    def log(self) -> str:
        """What it has said on standard error."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def _log(self) -> Path:
        return self.company.home / "bot.log"

    @property
    def _note(self) -> Path:
        return self.company.home / "fate"

    async def start(self, point: str = "", nth: int = 1) -> None:
        """Start it, to die when `point` is reached for the `nth` time, and wait until it listens."""
        self._note.unlink(missing_ok=True)
        fate = Fate(point, nth, self._note) if point else None
        await self._begin(self._nursery.Process(target=live, args=(self._orders(fate),)))

    async def start_sleepy(self, points: Sequence[str]) -> None:
        """Start it, to fall asleep at these points, and wait until it listens."""
        self._note.unlink(missing_ok=True)
        sleep = Sleep(tuple(points), self._note)
        await self._begin(self._nursery.Process(target=live, args=(self._orders(sleep),)))

    async def sleeps(self, within: float = 120) -> Death:
        """Wait until it has fallen asleep where it was ordered to."""
        await until(lambda: self._note.exists() and self.is_stopped(), within)
        at, point = self._note.read_text().split(" ", 1)
        return Death(float(at), 0, point)

    def wake(self) -> None:
        """SIGCONT."""
        self._note.unlink()
        os.kill(self.pid, signal.SIGCONT)

    def is_stopped(self) -> bool:
        """Whether it is asleep."""
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"

    async def start_program(self) -> float:
        """Start it as a user does; how many seconds it took until it listened."""
        return await self._begin(Program(self._orders()))

    def _orders(self, fate: Fate | Sleep | None = None) -> Orders:
        return Orders(self.company.config, self.company.environ, self._log, fate, self.lease, self.tide)

    async def _begin(self, process: ForkServerProcess | Program) -> float:
        self._process = process
        began = time.monotonic()
        await asyncio.to_thread(process.start)
        await self._listens(began + START_SECONDS)
        return time.monotonic() - began

    async def _listens(self, deadline: float) -> None:
        while True:
            assert self.process.is_alive(), self.log[-3000:]
            assert time.monotonic() < deadline, self.log[-3000:]
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.company.port)
            except OSError:
                await asyncio.sleep(0.01)
                continue
            writer.close()
            return

    async def dies(self, within: float = 120) -> Death:
        """Wait for the death that was ordered."""
        status = await self._ended(within)
        at, point = self._note.read_text().split(" ", 1) if self._note.exists() else (str(time.time()), "")
        self.deaths.append(Death(float(at), status, point))
        return self.deaths[-1]

    async def kill(self) -> Death:
        """Signal 9, now."""
        at = time.time()
        os.kill(self.pid, signal.SIGKILL)
        self.deaths.append(Death(at, await self._ended(10)))
        return self.deaths[-1]

    async def stop(self, within: float = 60) -> Death:
        """SIGTERM; how it ended and when."""
        os.kill(self.pid, signal.SIGTERM)
        return Death(time.time(), await self._ended(within))

    async def _ended(self, within: float) -> int:
        await asyncio.to_thread(self.process.join, within)
        status = self.process.exitcode
        assert status is not None, f"it did not end within {within} s"
        return status

    async def clear_away(self) -> None:
        """End it, however, so that nothing outlives the test; its server ends with it."""
        if self._process is None:
            return
        if self._process.exitcode == -signal.SIGKILL:
            await self.start()
        if self._process.is_alive():
            await self.stop()

    def is_alive(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.is_alive()

    async def end(self) -> None:
        """End it, if it lives, whatever it is at."""
        if self.is_alive():
            os.kill(self.pid, signal.SIGCONT)
            os.kill(self.pid, signal.SIGKILL)
            await self._ended(10)

    def spent(self) -> float:
        """Seconds of CPU of the process so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident(self) -> float:
        """MiB of memory of the process, its server not counted."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024

    def server_pid(self) -> int:
        """The process of the private server; 0 while it is being replaced."""
        return int((self.company.server / "server.pid").read_text() or "0")

    async def rest(self, within: float = 240) -> None:
        """Wait until nothing waits to be decided or sent."""
        deadline = time.monotonic() + within
        async with aiohttp.ClientSession() as http:
            while waiting := await self._waiting(http):
                assert time.monotonic() < deadline, f"still waiting: {waiting}, {await self._listed()}"
                await asyncio.sleep(0.1)

    async def _waiting(self, http: aiohttp.ClientSession) -> Mapping[str, float]:
        """How many of what, of all that has yet to be decided or sent."""
        figures = await self.figures(http)
        names = ("qunban_inbox_waiting", *(f"qunban_outbox {state}" for state in OPEN_STATES))
        return {name: figures[name] for name in names if figures[name]}

    async def _listed(self) -> str:
        """What the outbox says of that."""
        program = Path(sys.executable).with_name("qunban")
        command = [program, "outbox", "list", "--json", "-c", self.company.config]
        environ = {**os.environ, **self.company.environ}
        asked = await asyncio.create_subprocess_exec(*command, env=environ, stdout=asyncio.subprocess.PIPE)
        return (await asked.communicate())[0].decode()[-6000:]

    async def figures(self, http: aiohttp.ClientSession) -> Mapping[str, float]:
        """What it counts, by name and, behind a space, the values of its labels."""
        async with http.get(f"{self.company.address}/metrics") as response:
            text = await response.text()
        samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
        return {" ".join([sample.name, *sample.labels.values()]): sample.value for sample in samples}
