"""Waiting for WeCom's own URL verification: the one way to see what the console really holds."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from bot.cli.doctor.diagnosis import Diagnosis
from bot.cli.doctor.listener import Listener
from bot.cli.doctor.request import Judge


@dataclass(frozen=True, slots=True)
class Came:
    """A request that came, for which door ("" for none), and what is wrong with it."""

    method: str
    door: str
    diagnoses: Sequence[Diagnosis]


async def wait(listener: Listener, judge: Judge, seconds: float) -> AsyncIterator[Came]:
    """What comes within so many seconds; ends early once every door's last verification was right."""
    left = {surface.door for surface in judge.surfaces}
    end = asyncio.get_running_loop().time() + seconds
    while left:
        try:
            async with asyncio.timeout_at(end):
                arrival = await listener.next()
        except TimeoutError:
            return
        verification = arrival.method == "GET"
        came = Came(
            arrival.method, judge.door_of(arrival.target), judge.examine(arrival.target) if verification else ()
        )
        if verification:
            (left.add if came.diagnoses else left.discard)(came.door)
        yield came
