"""`[idioms]`: how the chain of idioms is played."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from bot.types.declarations import Section, Settled
from bot.types.fields import Name, OneOrMany
from handlers.games.settings import EVERYBODY, Wait, Worth


class Chain(Settled):
    """The rules. `on` is false where the section is not written.

    `link`: by what an idiom follows another. `wait`: how long the next one may take. `rounds`: so many idioms end it.
    `points` for each idiom; a `hint` costs so many. `start`: who may begin; `groups`: where.
    """

    on: bool = True
    link: Literal["同字", "同音", "谐音"] = "同字"
    wait: Wait = timedelta(seconds=90)
    rounds: Annotated[int, Field(ge=3, le=100)] = 20
    points: Worth = 1
    hint: Worth = 2
    start: OneOrMany[Name] = (EVERYBODY,)
    groups: OneOrMany[Name] = ()


def _off() -> Chain:
    return Chain(on=False)


IDIOMS: Section[Chain] = Section("idioms", Chain, _off)
