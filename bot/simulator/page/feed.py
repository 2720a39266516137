"""What changed, in order, for everybody who looks: a ring of topics instead of a queue for each."""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress


class Feed:
    """The last `size` changes. A reader holds a position and asks for what came after it; a slow one loses nothing
    but the steps in between, because it is told which things changed and looks at them as they are."""

    def __init__(self, size: int = 1000) -> None:
        self._topics: deque[str] = deque(maxlen=size)
        self._changed = asyncio.Event()
        self.position = 0

    def touch(self, topic: str) -> None:
        """Something changed."""
        self._topics.append(topic)
        self.position += 1
        self._changed.set()
        self._changed = asyncio.Event()

    def since(self, position: int) -> Sequence[str] | None:
        """What changed after a position, each thing once; None when that is too long ago, or never was."""
        behind = self.position - position
        if not 0 <= behind <= len(self._topics):
            return None
        return tuple(dict.fromkeys(list(self._topics)[len(self._topics) - behind :]))

    async def after(self, position: int, within: float) -> None:
        """Wait until there is something after a position, or the time is up."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while self.position <= position:
                    await self._changed.wait()
