"""Building much without stopping everybody, and without keeping what it took."""

import ctypes
import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

# How long a thread may compute while others want to, in seconds: with two that look up and build, the event loop waits
# for both. Python's own 0.005 would be more than half of what it may wait in all.
TURN = 0.001
# glibc's own names for what `mallopt` sets (malloc.h), and to what. A block of this many bytes goes back to the system
# when it is free: the vectors of a base of some thousand wordings are larger, what one question takes is smaller. By
# itself glibc takes the largest block it ever freed for the limit, up to 32 MiB, and keeps a heap for each thread.
TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
LARGE, SPARE, HEAPS = 4 << 20, 16 << 20, 2


def take_turns() -> None:
    """Let the threads of this process take short turns, for the sake of its event loop."""
    sys.setswitchinterval(TURN)


def give_back() -> None:
    """Let memory that a build took go back to the system, where that is Linux with glibc; elsewhere nothing changes.

    With 2,000 entries and the model a bot holds some 330 MiB after some changes, not 433.
    """
    for setting, value in ((MMAP_THRESHOLD, LARGE), (TRIM_THRESHOLD, SPARE), (ARENA_MAX, HEAPS)):
        _malloc("mallopt", setting, value)


def _malloc(name: str, *values: int) -> None:
    call = getattr(ctypes.CDLL(None), name, None) if sys.platform.startswith("linux") else None
    if call:
        call(*values)


def settle() -> None:
    """Search for circular garbage once, and never again among what is there then: modules, and what has been built.

    A search stops all threads, and among all of these it would take a third of a second. What is let go later goes at
    once, as everything else that is in no circle.
    """
    gc.collect()
    gc.freeze()


@contextmanager
def calm() -> Iterator[None]:
    """Hold back the search for circular garbage, and never look again at what is there afterwards.

    While a large base is read, every search looks at all of it: up to a second each, in which no thread of the process
    runs. Garbage that came since the last time is taken away first, for it would be kept for ever: so memory stays the
    same however often it is built anew. At its end what malloc holds in reserve goes back to the system, within 2 ms.
    """
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
        _malloc("malloc_trim", 0)


def calmly(call: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """What a call gives, made so."""
    with calm():
        return call(*arguments, **named)
