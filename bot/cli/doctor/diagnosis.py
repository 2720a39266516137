"""What an examination says: steps, how each ended, and what is wrong by name."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that can be wrong with a set-up, in Chinese.

    `code` names it for programs, for ever. `where` is the place to put it right: a page and field of WeCom's console,
    a key of the configuration, or the gateway. `seen` is what was met this time; it holds no secret.
    """

    code: str
    title: str
    where: str
    cure: str
    seen: str = ""

    def having(self, seen: str) -> "Diagnosis":
        """The same, with what was met this time."""
        return replace(self, seen=seen)


class State(StrEnum):
    """How a step ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Result:
    """The end of a step: `note` says what was found, or why nothing was looked for."""

    state: State
    note: str = ""
    diagnoses: Sequence[Diagnosis] = ()


def passed(note: str = "") -> Result:
    """Everything is as it should be."""
    return Result(State.PASSED, note)


def skipped(why: str) -> Result:
    """Not examined, and why."""
    return Result(State.SKIPPED, why)


def judged(diagnoses: Sequence[Diagnosis], note: str = "") -> Result:
    """Failed with these diagnoses, or passed when there are none."""
    return Result(State.FAILED, "", tuple(diagnoses)) if diagnoses else passed(note)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to examine. `door` is `"kind:name"`, or empty for what all doors share."""

    name: str
    door: str
    run: Callable[[], Awaitable[Result]]


@dataclass(frozen=True, slots=True)
class Examined:
    """A step that was done, and how long it took."""

    step: Step
    result: Result
    seconds: float
