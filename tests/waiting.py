"""Waiting for something to hold."""

import asyncio
from collections.abc import Callable
from typing import Any


async def until(holds: Callable[[], Any], seconds: float = 60) -> None:
    """Wait until something holds; AssertionError when it does not within `seconds`."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while True:
        found = holds()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return
        assert loop.time() < end, "waited in vain"
        await asyncio.sleep(0.01)
