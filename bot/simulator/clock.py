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
