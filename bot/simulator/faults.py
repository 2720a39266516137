"""Ways in which the API can be told to misbehave."""

import asyncio
import random
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from bot.simulator.errors import Errcode

Trouble = Literal["slow", "fail", "hang", "reset", "half", "late"]


@dataclass(slots=True)
class Fault:
    """One order: what happens to calls whose path matches, how often, with which chance."""

    trouble: Trouble
    path: str = "*"
    times: int | None = None
    rate: float = 1.0
    seconds: float = 0.0
    status: int = 200
    errcode: int = 0
    partly: bool = False
    held: bool = False

    def __str__(self) -> str:
        figures = {"slow": self.seconds, "late": self.seconds, "fail": self.errcode or self.status}
        return f"{self.trouble} {figures.get(self.trouble, '')}".strip()


class Faults:
    """The orders in force; the first of each trouble that matches a call acts on it."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._orders: list[Fault] = []
        self._released = asyncio.Event()

    def slow(self, seconds: float, path: str = "*", times: int | None = None, rate: float = 1.0) -> None:
        """Wait before the call is looked at."""
        self._orders.append(Fault("slow", path, times, rate, seconds=seconds))

    def late_answer(self, seconds: float, path: str = "*", times: int | None = None, rate: float = 1.0) -> None:
        """Do the call at once, and wait before its answer."""
        self._orders.append(Fault("late", path, times, rate, seconds=seconds))

    def fail(
        self,
        errcode: int = Errcode.BUSY,
        status: int = 200,
        path: str = "*",
        times: int | None = None,
        rate: float = 1.0,
    ) -> None:
        """Answer with an errcode, or with another HTTP status, and do nothing."""
        self._orders.append(Fault("fail", path, times, rate, status=status, errcode=int(errcode)))

    def half_answer(
        self, path: str = "*", times: int | None = None, rate: float = 1.0, partly: bool = False, held: bool = False
    ) -> None:
        """Do the call, then cut the connection before the answer, or in the middle of it; `held`: not until `clear`."""
        self._orders.append(Fault("half", path, times, rate, partly=partly, held=held))

    def reset(self, path: str = "*", times: int | None = None, rate: float = 1.0) -> None:
        """Cut the connection without doing anything."""
        self._orders.append(Fault("reset", path, times, rate))

    def hang(self, path: str = "*", times: int | None = None, rate: float = 1.0) -> None:
        """Do nothing and never answer, until `clear`; then cut the connection."""
        self._orders.append(Fault("hang", path, times, rate))

    def clear(self) -> None:
        """Take all orders back and let go of what hangs."""
        self._orders.clear()
        self._released.set()
        self._released = asyncio.Event()

    async def released(self) -> None:
        await self._released.wait()

    def draw(self, path: str) -> list[Fault]:
        """What happens to this call; a delay comes first and leaves room for one more."""
        drawn: list[Fault] = []
        for order in [order for order in self._orders if fnmatchcase(path, order.path)]:
            if self._leaves_room(order, drawn) and self._chance.random() < order.rate:
                drawn.append(order)
                self._use(order)
        return sorted(drawn, key=lambda order: order.trouble != "slow")

    def _leaves_room(self, order: Fault, drawn: list[Fault]) -> bool:
        return all((order.trouble == "slow") != (other.trouble == "slow") for other in drawn)

    def _use(self, order: Fault) -> None:
        if order.times is not None:
            order.times -= 1
            if order.times <= 0:
                self._orders.remove(order)
