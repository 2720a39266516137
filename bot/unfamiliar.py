"""What WeCom tells and nothing here is made for: kept and counted with the others, told in the log the first time."""

import logging

from bot.types.events import Event, Noticed

log = logging.getLogger(__name__)

# Nobody reads a log with more kinds than these.
MOST = 1000


class Unfamiliar:
    """Remembers, while this process lives, which kinds it has told of."""

    def __init__(self) -> None:
        self._told: set[tuple[str, str]] = set()

    def look(self, event: Event) -> None:
        """Tell of the event's kind, unless it is an ordinary one or was told of before."""
        kind = event.conversation.door, getattr(event, "name", "")
        if not isinstance(event, Noticed) or kind in self._told or len(self._told) >= MOST:
            return
        self._told.add(kind)
        log.info(
            "%s 第一次送来 %s，没有功能用到它：已记下，以后只计数", *kind, extra={"event": event.id, "door": kind[0]}
        )
