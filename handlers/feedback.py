"""Thumbs on answers (👍/👎), kept beside the trace of what was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from bot.types.columns import Instant
from bot.types.context import Context
from bot.types.declarations import Capability, Declared, Handler, Personal, Settings
from bot.types.events import Event, Rated
from bot.types.outcome import Outcome, silent
from bot.types.ports import Services

LONGEST = 1000

ratings = sa.Table(
    "ratings",
    sa.MetaData(),
    sa.Column("event", sa.Text, primary_key=True),
    sa.Column("member", sa.Text, primary_key=True),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False, server_default=""),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ratings_at", "at"),
)

VERDICTS: Mapping[str, str] = {"accurate": "👍 准确", "inaccurate": "👎 不准确", "withdrawn": "收回了评价"}


@dataclass(frozen=True, slots=True)
class Feedback:
    """Keeps what each person thinks of an answer now; `Rated.feedback` is the id of the event that was answered."""

    name: str = "feedback"
    hears: tuple[str, ...] = ("rated",)

    async def prepare(self, event: Event) -> None:
        """Nothing to prepare."""

    async def decide(self, event: Event, prepared: None, context: Context) -> Outcome | None:
        """Replace the person's earlier thumb on this answer, or take it away. Nobody is told."""
        if not isinstance(event, Rated):
            return None
        verdict = VERDICTS.get(event.verdict)
        if not event.feedback or verdict is None:
            return silent(reason="看不懂的评价")
        mine = ratings.c.event == event.feedback, ratings.c.member == event.member
        await context.transaction.execute(sa.delete(ratings).where(*mine))
        if event.verdict != "withdrawn":
            await context.transaction.execute(sa.insert(ratings).values(_row(event)))
        return silent(reason=f"{verdict}，对 {event.feedback}")


def _row(event: Rated) -> dict[str, object]:
    return {
        "event": event.feedback,
        "member": event.member,
        "verdict": event.verdict,
        "content": event.content[:LONGEST],
        "at": event.at,
    }


def ratings_of(event: str) -> sa.Select[tuple[str, str]]:
    """(verdict, content) of what people think of the answer to an event, oldest first."""
    return sa.select(ratings.c.verdict, ratings.c.content).where(ratings.c.event == event).order_by(ratings.c.at)


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The one handler."""
    return (Feedback(),)


CAPABILITY = Capability(
    name="feedback", tables=(Declared(ratings, Personal.CONTENT, timedelta(days=180), "at"),), build=build
)
