"""What can happen to a ticket."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Called:
    """A person is called for the thread: by the customer or for them; perhaps once more."""

    level: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """Somebody was chosen to be asked first; `""`: nobody has room."""

    who: str


@dataclass(frozen=True, slots=True)
class Took:
    """Somebody takes it; `over`: they may take it from whoever has it."""

    who: str
    over: bool = False


@dataclass(frozen=True, slots=True)
class Wrote:
    """The customer said something."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A member of staff said something to the customer."""

    who: str


@dataclass(frozen=True, slots=True)
class Passed:
    """It is given to another person (`to`) or another team; `over`: by somebody who need not have it."""

    by: str
    to: str = ""
    team: str = ""
    over: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """Somebody wants to be reminded at a moment (UTC)."""

    who: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """It is brought to an end; `over`: by somebody who need not have it."""

    by: str
    how: Literal["staff", "customer"] = "staff"
    over: bool = False


@dataclass(frozen=True, slots=True)
class Scored:
    """The customer says how it was, 1 to 5."""

    score: int


@dataclass(frozen=True, slots=True)
class Freed:
    """Somebody of the team has room for another one."""


@dataclass(frozen=True, slots=True)
class Rang:
    """A moment has come at which something may be due."""


Happened = Called | Offered | Took | Wrote | Answered | Passed | Later | Ended | Scored | Freed | Rang
"""Everything that can happen to a ticket."""
