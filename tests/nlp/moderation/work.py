"""Work that is the same on every machine."""

import sys
from collections.abc import Callable


def work(act: Callable[[], object]) -> int:
    """How many calls it takes."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(before)
    return calls
