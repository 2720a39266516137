"""What the core tells about itself to those who ask in chat."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.outbox import DROPPED
from bot.store.tables import connections, outbox
from bot.types.ports import Executing, LongConnection

_UNSENT = (
    sa.select(outbox.c.state, sa.func.count().label("rows"))
    .where(outbox.c.state.in_(("waiting", "held", "uncertain", "dead")), outbox.c.error != DROPPED)
    .where(outbox.c.kind != "emit")
    .group_by(outbox.c.state)
)


@dataclass(frozen=True, slots=True)
class CoreStatus:
    """The program's version, the configuration in use and since when; what waits is counted when it is asked for.

    `foretell`: what will have to be done soon, as seen from a moment.
    """

    version: str
    config: str
    loaded_at: datetime
    foretell: Callable[[datetime], str] = lambda now: ""

    def notice(self, now: datetime) -> str:
        """What has to be done soon (Chinese); "" when nothing has."""
        return self.foretell(now)

    async def unsent(self, transaction: Executing) -> Mapping[str, int]:
        """How many rows are `waiting`, `held`, `uncertain` and `dead`; states without any are left out."""
        rows = (await transaction.execute(_UNSENT)).all()
        return {row.state: row.rows for row in rows}

    async def connections(self, transaction: Executing) -> Sequence[LongConnection]:
        """The long connections that were ever up, by door."""
        rows = (await transaction.execute(sa.select(connections).order_by(connections.c.door))).all()
        return [
            LongConnection(row.door, row.state, row.why, row.changed_at, row.gaps, row.gap_seconds, row.missed)
            for row in rows
        ]
