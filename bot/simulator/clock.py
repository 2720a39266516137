"""Where the simulator gets its time from."""

import time
from typing import Protocol


class Clock(Protocol):
    """Unix time in seconds; a test may hand in one that it moves itself."""

    def now(self) -> float: ...


class SystemClock:
    """The time of this machine."""

    def now(self) -> float:
        return time.time()


class ShiftedClock:
    """The time of this machine, moved ahead by orders; never back."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        return time.time() + self.ahead

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass at once."""
        if not seconds >= 0:
            raise ValueError("time does not go back")
        self.ahead += seconds
