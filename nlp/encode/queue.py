"""One encoder for many who ask at once, from an event loop that must not wait."""

import asyncio
import logging
from collections import OrderedDict, deque
from concurrent.futures import Future
from threading import Condition, Thread
from typing import TYPE_CHECKING

from nlp.encode.encoder import Encoder

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]

# About half a second of work: whoever comes later is served sooner by words.
ROOM = 64
KEPT = 4096


class Overloaded(Exception):
    """More texts wait than can be encoded soon."""


class Unencodable(Exception):
    """The encoder failed with this text."""


class EncodeQueue:
    """Texts wait their turn in bounded room and are encoded one by one, on one thread.

    Together they would take hardly less time with 8-bit activations, and the first would wait for the last. What was
    encoded lately is kept by its text; asked for twice at once, a text is encoded once.
    """

    def __init__(self, encoder: Encoder, room: int = ROOM, kept: int = KEPT) -> None:
        self.encoder = encoder
        self._room = room
        self._most = kept
        self._kept: OrderedDict[str, Vector] = OrderedDict()
        self._asked: dict[str, Future[Vector]] = {}
        self._waiting: deque[str] = deque()
        self._changed = Condition()
        self._closed = False
        self._started = False

    async def vector(self, text: str) -> "Vector":
        """The vector of a text, (size,). Overloaded when too many wait, or the queue is closed; Unencodable."""
        future = self._ask(text)
        # Others may wait for the same text: that one of them goes away must not take it from them.
        waiting = asyncio.wrap_future(future)
        waiting.add_done_callback(_noticed)
        return await asyncio.shield(waiting)

    def recall(self, text: str) -> "Vector":
        """The vector of a text that was asked for lately; otherwise it is encoded here and now."""
        with self._changed:
            kept = self._kept.get(text)
        if kept is not None:
            return kept
        vector: Vector = self.encoder.encode([text])[0]
        return vector

    def close(self) -> None:
        """Take nothing more; what waits is refused, what is being encoded is let go."""
        with self._changed:
            self._closed = True
            refused = [self._asked.pop(text) for text in self._waiting]
            self._waiting.clear()
            self._changed.notify()
        for future in refused:
            future.set_exception(Overloaded())

    def _ask(self, text: str) -> "Future[Vector]":
        with self._changed:
            if (kept := self._kept.get(text)) is not None:
                self._kept.move_to_end(text)
                return _done(kept)
            if text not in self._asked:
                if self._closed or len(self._waiting) >= self._room:
                    raise Overloaded
                self._asked[text] = Future()
                self._waiting.append(text)
                self._changed.notify()
                self._start()
            return self._asked[text]

    def _start(self) -> None:
        """Begin the thread when there is something to do: a process may be forked until then."""
        if not self._started:
            self._started = True
            Thread(target=self._work, name="encode", daemon=True).start()

    def _work(self) -> None:
        while (text := self._next()) is not None:
            try:
                vector: Vector = self.encoder.encode([text])[0]
            except Exception:  # whoever asked is told; the thread serves the next ones
                log.exception("could not encode a text")
                self._refuse(text)
            else:
                self._settle(text, vector)

    def _next(self) -> str | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            return self._waiting.popleft() if self._waiting else None

    def _settle(self, text: str, vector: "Vector") -> None:
        with self._changed:
            self._kept[text] = vector
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            future = self._asked.pop(text)
        future.set_result(vector)

    def _refuse(self, text: str) -> None:
        with self._changed:
            future = self._asked.pop(text)
        future.set_exception(Unencodable())


def _noticed(future: "asyncio.Future[Vector]") -> None:
    """Whoever has gone away meanwhile needs no report of what went wrong."""
    if not future.cancelled():
        future.exception()


def _done(vector: "Vector") -> "Future[Vector]":
    future: Future[Vector] = Future()
    future.set_result(vector)
    return future
