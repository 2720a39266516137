"""Rows that have been kept for as long as their table declares go, a little at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.store.retention import CHUNK, sweep
from bot.types.context import Context
from bot.types.declarations import Declared
from bot.types.events import Event
from bot.types.outcome import Outcome, silent
from bot.types.ports import Timer

JOB = "retention.sweep"


@dataclass(frozen=True, slots=True)
class Retention:
    """Sweeps every declared table when its daily Tick comes, and again soon while there is more."""

    declared: Sequence[Declared]
    name: str = "retention"
    hears: tuple[str, ...] = ("tick:retention",)

    async def prepare(self, event: Event) -> None:
        """Nothing to prepare."""

    async def decide(self, event: Event, prepared: None, context: Context) -> Outcome | None:
        """One chunk of every table in this transaction."""
        gone = await sweep(context.transaction, self.declared, context.now)
        if any(count >= CHUNK for count in gone.values()):
            due = context.now + timedelta(seconds=1)
            await context.transaction.set_timer(
                Timer(id=JOB, name=JOB, conversation=context.conversation, due=due, data={})
            )
        return silent(reason="到期的记录已清理：" + ("、".join(f"{k} {v} 行" for k, v in gone.items() if v) or "没有"))
