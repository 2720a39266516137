"""Codes that work once and for a while: response_code (72 h, doc/94888) and response_url (1 h, doc/101138)."""

import random
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.simulator.clock import Clock
from bot.simulator.errors import Errcode, Refused

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Grant(Generic[T]):
    value: T
    expires: float


class OneUseCodes(Generic[T]):
    """Hands out codes, each good for one use until it expires."""

    def __init__(self, clock: Clock, chance: random.Random, lives: float) -> None:
        self._clock = clock
        self._chance = chance
        self._lives = lives
        self._grants: dict[str, _Grant[T]] = {}

    def issue(self, value: T) -> str:
        code = f"{self._chance.getrandbits(128):032x}"
        self._grants[code] = _Grant(value, self._clock.now() + self._lives)
        return code

    def look(self, code: object) -> T:
        """What the code is for; Refused when unknown, used or expired."""
        grant = self._grants.get(str(code))
        if grant is None or self._clock.now() > grant.expires:
            raise Refused(Errcode.BAD_FIELD, "response_code is unknown, used or expired")
        return grant.value

    def spend(self, code: object) -> None:
        self._grants.pop(str(code), None)
