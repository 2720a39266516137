"""What became of a wish to give or take points."""

from dataclasses import dataclass

from handlers.points.chain import Account, Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """Given. `cut`: so much less than was meant, for a day has its limits; `repeated`: it was given before.

    `title`: the new one, where this brought one.
    """

    entry: Entry
    account: Account
    cut: int = 0
    repeated: bool = False
    title: str = ""

    @property
    def amount(self) -> int:
        """How much was given."""
        return self.entry.amount


@dataclass(frozen=True, slots=True)
class Capped:
    """Nothing was given: the day's limit is reached, of this `source` or, with "", of all together."""

    limit: int
    source: str
    account: Account


@dataclass(frozen=True, slots=True)
class Held:
    """Nothing was given yet: somebody has to look at it; `why` is for them (Chinese).

    `amount`: what waits; it counts in the day's limits already. `repeated`: it waited before, or was refused.
    """

    why: str
    amount: int = 0
    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Taken; `repeated`: it was taken before."""

    entry: Entry
    account: Account
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Short:
    """Nothing was taken: there is not enough; `missing` is how much."""

    missing: int
    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """Taken back by `entry`, or given back; `repeated`: it was before. `undone` is what it concerns."""

    entry: Entry
    undone: Entry
    account: Account
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Fixed:
    """Cannot be undone; `why` says so to managers (Chinese)."""

    why: str
