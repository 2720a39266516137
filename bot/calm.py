"""Building much without stopping everybody."""

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


def take_turns() -> None:
    """Let the threads of this process take short turns, for the sake of its event loop."""
    sys.setswitchinterval(TURN)


@contextmanager
def calm() -> Iterator[None]:
    """Hold back the search for circular garbage, and never look again at what is there afterwards.

    While a large base is read, every search looks at all of it: up to a second each, in which no thread of the process
    runs. What was built goes when it is let go, as everything else; only circles that it held stay.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def calmly(call: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """What a call gives, made so."""
    with calm():
        return call(*arguments, **named)
