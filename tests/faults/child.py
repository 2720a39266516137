"""A `qunban run` that may be told where to die."""

import asyncio
import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bot.app import Wiring, run
from bot.clock import SystemClock
from tests.faults.points import Fate, FatefulDatabase, FatefulInbox, Sleep, fateful_session
from tests.tide import Tide


@dataclass(frozen=True)
class Orders:
    """What a child is to run, where it says what it has to say, its fate, if it has one, and whose time it has."""

    config: Path
    environ: Mapping[str, str] = field(repr=False)
    log: Path
    fate: Fate | Sleep | None = None
    lease: float = 10.0
    tide: Path | None = None


def live(orders: Orders) -> None:
    """Run the bot until it is stopped, or dies."""
    with orders.log.open("ab") as log:
        os.dup2(log.fileno(), sys.stderr.fileno())
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    sys.exit(asyncio.run(run(orders.config, _wiring(orders))))


def _wiring(orders: Orders) -> Wiring:
    """The bot's surroundings, as they are or with a fate."""
    fate, clock = orders.fate, Tide(orders.tide) if orders.tide else SystemClock()
    if fate is None:
        return Wiring(environ=orders.environ, lease=orders.lease, clock=clock)
    return Wiring(
        environ=orders.environ,
        lease=orders.lease,
        clock=clock,
        session=partial(fateful_session, fate),
        around_database=lambda database: FatefulDatabase(database, fate),  # type: ignore[arg-type, return-value]
        around_inbox=lambda inbox: FatefulInbox(inbox, fate),  # type: ignore[arg-type, return-value]
    )
