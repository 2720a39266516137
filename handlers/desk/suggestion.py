"""What the knowledge base would answer, for the people who are called."""

from collections.abc import Callable


def nothing(text: str) -> str:
    """Nobody knows an answer."""
    return ""


class Suggestion:
    """Where whoever knows answers leaves how to find one; kept on the shelf as `desk.suggestion`.

    `find`: the answer to a text, "" when there is none that is any good; it is asked while an event is decided, so
    that it must be quick and wait for nothing.
    """

    def __init__(self) -> None:
        self.find: Callable[[str], str] = nothing
