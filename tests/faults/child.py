"""A `qunban run` that may be told where to die: python -m tests.faults.child CONFIG [NOTE NTH POINT]."""

import asyncio
import logging
import sys
from functools import partial
from pathlib import Path

from bot.app import Wiring, run
from tests.faults.points import Fate, FatefulDatabase, FatefulInbox, fateful_session


def wiring(words: list[str]) -> Wiring:
    """The bot's surroundings, as they are or with a fate."""
    if not words:
        return Wiring()
    note, nth, point = words
    fate = Fate(point, int(nth), Path(note))
    return Wiring(
        session=partial(fateful_session, fate),
        around_database=lambda database: FatefulDatabase(database, fate),  # type: ignore[arg-type, return-value]
        around_inbox=lambda inbox: FatefulInbox(inbox, fate),  # type: ignore[arg-type, return-value]
    )


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    config, *fated = sys.argv[1:]
    sys.exit(asyncio.run(run(config, wiring(fated))))
