"""Guess the number: a third game, to show how little one takes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from handlers.games.game import Game, Step, Turn


@dataclass(frozen=True, slots=True)
class Hidden:
    """The state: the number, and between which others it is known to be."""

    number: int
    low: int = 1
    high: int = 100


@dataclass(frozen=True, kw_only=True)
class GuessTheNumber(Game[Hidden]):
    """Whoever says the number has won; all others make it easier."""

    worth: int = 3
    lasting: timedelta | None = timedelta(minutes=2)

    def begin(self, turn: Turn[None]) -> Step[Hidden]:
        """A number that only chance knows."""
        hidden = Hidden(turn.chance.randint(1, 100))
        return Step(say="猜猜我想的数，1 到 100。", state=hidden, wait=self.lasting)

    def move(self, turn: Turn[Hidden]) -> Step[Hidden] | None:
        """A number is a guess; nothing else is."""
        if not turn.text.isdecimal():
            return None
        hidden, guess = turn.state, int(turn.text)
        if guess == hidden.number:
            return Step(say=f"{turn.name}猜中了！", state=hidden, score={turn.by: 1}, over=True)
        if guess < hidden.number:
            hidden = replace(hidden, low=max(hidden.low, guess + 1))
        else:
            hidden = replace(hidden, high=min(hidden.high, guess - 1))
        return Step(say=f"在 {hidden.low} 到 {hidden.high} 之间。", state=hidden)

    def ring(self, turn: Turn[Hidden]) -> Step[Hidden]:
        """Nobody has found it."""
        return Step(say=f"时间到，是 {turn.state.number}。", state=turn.state, over=True)

    def rewards(self, turn: Turn[Hidden]) -> Mapping[str, int]:
        """The winner gets what it is worth."""
        return {member: score * self.worth for member, score in turn.scores.items()}


NUMBER = "猜数字"


def number(lasting: timedelta | None = timedelta(minutes=2)) -> GuessTheNumber:
    return GuessTheNumber(title=NUMBER, state=Hidden, lasting=lasting)
