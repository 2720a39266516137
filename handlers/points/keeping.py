"""What is done for the whole book: sealed and expired at night, and the buckets of boards brought up to date."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.types.context import Context
from bot.types.events import Event, Tick
from bot.types.outcome import Outcome, silent
from bot.types.ports import Timer
from handlers.points.boards import BOOK, MOST_MOVED, SETTLE, settle_moved
from handlers.points.ledger import Ledger
from handlers.points.seals import seal
from handlers.points.settings import Points
from handlers.points.tables import balances

NIGHT = "points.night"
EXPIRE = "points.expire"
# Minutes after the first hour of the day; entries of the day before are long written.
AFTER = 20
# So many accounts a transaction: each is guarded, and others want to write to them too.
MOST_EXPIRED = 50
SOON = timedelta(seconds=1)


def nightly_at(rules: Points) -> str:
    """When the day before is sealed, as cron has it."""
    return f"{AFTER} {rules.day_begins.hour + 1} * * *"


@dataclass(frozen=True, slots=True)
class Keeping:
    """Hears the nightly Tick and the timers that the book sets for itself."""

    ledger: Ledger
    name: str = "points keeping"
    hears: tuple[str, ...] = ("tick:points",)

    async def prepare(self, event: Event) -> None:
        """Nothing to prepare."""

    async def decide(self, event: Event, prepared: None, context: Context) -> Outcome | None:
        """Silent: nobody asked."""
        if not isinstance(event, Tick):
            return None
        if event.name == SETTLE:
            return await self._settle(context)
        if event.name == EXPIRE:
            return silent(reason=f"{await self._expire(context)} 人的积分有到期的")
        made = await seal(context, self.ledger.days)
        told = f"{made.day} 封存 {made.entries} 笔" if made else "没有要封存的"
        return silent(reason=f"{told}，{await self._expire(context)} 人的积分有到期的")

    async def _settle(self, context: Context) -> Outcome:
        moved = await settle_moved(context)
        if moved >= MOST_MOVED:
            await _again(context, SETTLE, context.now)
        return silent(reason=f"排名里更新了 {moved} 个名次")

    async def _expire(self, context: Context) -> int:
        """Write off what has grown too old, of some members; again soon where there are more."""
        cutoff = self.ledger.cutoff(context.now)
        if cutoff is None:
            return 0
        due = sa.select(balances.c.member_key).where(balances.c.oldest_at < cutoff).limit(MOST_EXPIRED)
        keys = sorted(row.member_key for row in (await context.transaction.execute(due)).all())
        for key in keys:
            await self.ledger.expire(context, key)
        if len(keys) == MOST_EXPIRED:
            await _again(context, EXPIRE, context.now + SOON)
        return len(keys)


async def _again(context: Context, name: str, due: datetime) -> None:
    await context.transaction.set_timer(Timer(id=f"{name}:again", name=name, conversation=BOOK, due=due, data={}))
