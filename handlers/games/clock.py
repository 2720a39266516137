"""Games that begin by themselves: what the schedule says in a group is followed by the game that goes with it."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

from bot.types.actions import Emit, Notify
from bot.types.context import Context
from bot.types.events import Conversation, Event, Signal
from bot.types.outcome import Outcome

# Heard by `Playroom` where the game is to be played.
BEGIN = "games.begin"


@dataclass(frozen=True, slots=True)
class Clock:
    """Lets games begin where an entry of the schedule was just said, and nowhere else: caps and pauses hold for both.

    `games`: the title of each, by the name of its entry; `doors`: those that hear what is answered.
    """

    games: Mapping[str, str]
    doors: AbstractSet[str]
    name: str = "game clock"
    hears: tuple[str, ...] = ("tick:schedule", "tick:broadcast")

    async def prepare(self, event: Event) -> None:
        """Nothing to prepare."""

    async def decide(self, event: Event, prepared: None, context: Context) -> Outcome | None:
        """Nothing yet: first it is said."""
        return None

    async def review(
        self, event: Event, prepared: Mapping[str, Any], decided_by: str, outcome: Outcome, context: Context
    ) -> Outcome | None:
        """The same, and the games that it lets begin; None where none does."""
        title = self.games.get(outcome.rule, "") if decided_by == "broadcast" else ""
        places = dict.fromkeys(one.to for one in outcome.actions if isinstance(one, Notify) and self._hears(one.to))
        begun = [Emit(event=_signal(title, place, event, context)) for place in places if title]
        return replace(outcome, actions=(*outcome.actions, *begun)) if begun else None

    def _hears(self, place: Conversation) -> bool:
        return place.place == "group" and place.door in self.doors


def _signal(title: str, place: Conversation, event: Event, context: Context) -> Signal:
    return Signal(
        id=f"{BEGIN}:{event.id}:{place.key}", conversation=place, at=context.now, received_at=context.now, name=BEGIN,
        data={"title": title},
    )  # fmt: skip
