"""A number for a text, for tables that do not keep the texts."""

# Python gives 灵 and "up" one hash, as they are the same bytes in memory; with this behind them they are not.
WIDE = "龘"


def mark(text: str) -> int:
    """A number of 64 bits, which two texts hardly ever share; the same as long as this process runs."""
    return hash(text + WIDE)
