"""`[[quiz]]`: which questions, how many, how long, and what they bring."""

from datetime import timedelta
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from bot.types.declarations import Section, Settled
from bot.types.fields import Files, Name, OneOrMany
from handlers.directory import ADMIN
from handlers.games.quiz.bank import Bank, load
from handlers.games.settings import Wait, Worth


class QuizEntry(Settled):
    """One quiz. `files` hold its questions; `rounds` of them are asked, `wait` for each.

    `mode`: the first right answer counts, or everybody's last one until the time is over. `points` for a right answer;
    the `winner` gets so many more where several play. `start`: who may begin it; `schedule`: the entry of
    `[[schedule]]` after which it begins by itself; `groups`: where it is played.
    """

    name: Name
    files: OneOrMany[Files]
    rounds: Annotated[int, Field(ge=1, le=30)] = 5
    wait: Wait = timedelta(seconds=60)
    mode: Literal["抢答", "人人答"] = "抢答"
    points: Worth = 2
    winner: Worth = 5
    start: OneOrMany[Name] = (ADMIN,)
    schedule: Name | None = None
    groups: OneOrMany[Name] = ()

    @cached_property
    def bank(self) -> Bank:
        """The questions; read once, when they are first asked for."""
        return load(dict.fromkeys(path for files in self.files for path in files.paths()))


def _none() -> tuple[QuizEntry, ...]:
    return ()


QUIZ: Section[tuple[QuizEntry, ...]] = Section("quiz", tuple[QuizEntry, ...], _none)
