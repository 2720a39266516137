"""A match: one game that is on in a conversation, as it is kept between messages."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bot.types.context import Context
from handlers.games.game import Step
from handlers.games.tables import matches

_MINE = sa.select(matches).where(matches.c.conversation == sa.bindparam("here"))
_IS_ON = sa.select(matches.c.asked_at).where(matches.c.conversation == sa.bindparam("here"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One game that is on. `id` is the event that began it; `state` is the game's own, in its JSON form.

    `scores` and `names` are of the players, by member id. `moved_at`: when somebody last played; `asked_at`: when
    something was last asked, the `rings`th time. `timed`: the game itself wants to hear the clock.
    """

    conversation: str
    id: str
    game: str
    state: str
    scores: Mapping[str, int]
    names: Mapping[str, str]
    begun_by: str
    begun_at: datetime
    moved_at: datetime
    asked_at: datetime
    rings: int = 0
    timed: bool = False

    def joined(self, member: str, name: str, now: datetime) -> "Match":
        """The match with somebody who plays now."""
        scores, names = {member: 0, **self.scores}, {**self.names, member: name}
        return replace(self, scores=scores, names=names, moved_at=now)

    def after(self, step: Step[Any], state: str, now: datetime) -> "Match":
        """The match as a step leaves it, but for the clock."""
        scores = {**self.scores, **{one: self.scores.get(one, 0) + more for one, more in step.score.items()}}
        asked_at = self.asked_at if step.wait is None else now
        return replace(self, state=state, scores=scores, asked_at=asked_at)


async def asked_at(context: Context) -> datetime | None:
    """When the match that is on here last asked for something; None where none is on."""
    found: datetime | None = (await context.transaction.execute(_IS_ON, {"here": context.conversation.key})).scalar()
    return found


async def lock(context: Context) -> Match | None:
    """The match that is on here, guarded until the event commits."""
    await context.transaction.guard(f"game:{context.conversation.key}")
    row = (await context.transaction.execute(_MINE, {"here": context.conversation.key})).first()
    if row is None:
        return None
    known = row._asdict()
    return Match(**{**known, "scores": json.loads(row.scores), "names": json.loads(row.names)})


async def keep(match: Match, context: Context) -> None:
    """Write a locked match down."""
    row = asdict(match)
    row |= {key: json.dumps(row[key], ensure_ascii=False) for key in ("scores", "names")}
    rest = {key: value for key, value in row.items() if key != "conversation"}
    upsert = insert(matches).values(row).on_conflict_do_update(index_elements=["conversation"], set_=rest)
    await context.transaction.execute(upsert)


async def drop(context: Context) -> None:
    """The match here is over."""
    await context.transaction.execute(sa.delete(matches).where(matches.c.conversation == context.conversation.key))
