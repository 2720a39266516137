"""What a game is: rules that turn a state and a few words into a step, and touch nothing else.

Whatever has to outlive a message is its state, a frozen dataclass with a JSON form. The mechanism (`playing.py`) keeps
it, rings, pays, and sees to it that nobody else's words are taken for moves.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Generic, TypeVar

from handlers.games.settings import LONGEST

S = TypeVar("S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn(Generic[S]):
    """What a game sees when it has to decide.

    `scores` and `names` are of those who play, by member id. `alone`: in a direct chat. `by` says `text` (both "" when
    the clock rings); `leads`: they may decide for all. `last`: nobody else knew what the words mean.
    """

    state: S
    scores: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    chance: Random
    alone: bool = False
    by: str = ""
    leads: bool = False
    text: str = ""
    last: bool = False

    @property
    def name(self) -> str:
        """What the one who speaks is called."""
        return self.names.get(self.by, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[S]):
    """What a game makes of a turn: what is said, and the state afterwards.

    `wait`: something new was asked, and the clock rings in so long, at most `settings.LONGEST`; None leaves the clock
    alone. `score`: so much more for these members. `cost`: points that the one who speaks pays; whoever cannot makes no
    step. `over`: it ends.
    """

    say: str
    state: S
    wait: timedelta | None = None
    score: Mapping[str, int] = field(default_factory=dict)
    cost: int = 0
    over: bool = False

    def __post_init__(self) -> None:
        # A match whose clock has not rung for longer is taken for one that nobody plays (`Playing.is_long_over`).
        if self.wait is not None and self.wait > LONGEST:
            raise ValueError(f"no step waits for more than {LONGEST}")


@dataclass(frozen=True)
class Game(ABC, Generic[S]):
    """The rules of one game. `title` is what people call it, `ways` what else begins it.

    `state`: the type of its state. `roles`: who may begin it; `groups`: in which groups it is played; all, where empty.
    """

    title: str
    state: type[S]
    ways: Sequence[str] = ()
    roles: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()

    async def learn(self, text: str) -> None:
        """Make ready what these words may need, on a thread if that takes long; "" when the game is about to need it.

        It is called before a transaction, for every message.
        """

    @abstractmethod
    def begin(self, turn: Turn[None]) -> Step[S]:
        """The opening: it explains itself and asks for the first move."""

    @abstractmethod
    def move(self, turn: Turn[S]) -> Step[S] | None:
        """What becomes of somebody's words; None for what is no move.

        Words come twice: first only what is a move beyond doubt is taken, and with `last` whatever may be one.
        """

    def ring(self, turn: Turn[S]) -> Step[S]:
        """The time that a step asked for is over."""
        return Step(say="时间到。", state=turn.state, over=True)

    def rewards(self, turn: Turn[S]) -> Mapping[str, int]:
        """The points that each player gets at the end."""
        return {}
