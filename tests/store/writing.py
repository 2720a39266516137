"""A process that writes notes until it is killed and names each one that was acknowledged."""

import asyncio
import sys
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.store.database import Database
from tests.store.conftest import note


async def main(url: str) -> None:
    database = await Database.open(url)
    numbers = count()

    async def write() -> None:
        while True:
            id = f"note-{next(numbers):06}"
            await database.write(note(id))
            print(id, flush=True)

    await asyncio.gather(*(write() for _ in range(8)))


asyncio.run(main(sys.argv[1]))
