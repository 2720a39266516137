"""Processes that share the work on lines: forked when all is loaded, so that none has to start anew."""

import os
import signal
import sys
import threading
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedIOBase
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import Any

from bot.cli.failure import Failure

# Bytes that are read at a time.
PIECE = 65_536
# Lines handed out together: so many that handing out costs nothing, so few that all processes end at the same time.
TOGETHER = 16
# Parts for each process that are handed out before the first of them is told: one line may take as long as many others.
AHEAD = 8
# Seconds in which a thread that has done its work ends.
PATIENCE = 1.0

# Takes parts from a pipe, each the number of its first line and its lines, and sends back what it makes of them.
Serve = Callable[[Connection], None]


class Lines:
    """The lines of a file that were read and not taken yet."""

    def __init__(self, file: BufferedIOBase) -> None:
        self.file = file
        self.waiting: deque[bytes] = deque()
        self.have_ended = False
        self._rest = b""

    def read(self) -> None:
        """Those that are there: of a pipe, without waiting for more than the next ones."""
        more = self.file.read1(PIECE)
        *lines, self._rest = (self._rest + more).split(b"\n")
        self.waiting.extend(lines)
        if not more:
            self.have_ended = True
            # The last line may have no end.
            self.waiting.extend([self._rest] if self._rest else [])
            self._rest = b""

    def taken(self, most: int) -> Sequence[bytes]:
        """The first of them."""
        return [self.waiting.popleft() for _ in range(min(most, len(self.waiting)))]


@dataclass(slots=True)
class _Part:
    """Lines that were handed out, and what was made of them."""

    made: Any = None
    is_done: bool = False


@dataclass(slots=True)
class _Worker:
    process: ForkProcess
    pipe: Connection
    part: _Part | None = None


class Pool:
    """Processes that each `serve` a pipe, for as long as the block lasts."""

    def __init__(self, serve: Serve, size: int) -> None:
        self._serve = serve
        self._size = size
        self._workers: list[_Worker] = []

    def __enter__(self) -> "Pool":
        for _ in range(self._size):
            self._workers.append(self._started())
        return self

    def __exit__(self, *raised: object) -> None:
        for worker in self._workers:
            worker.pipe.close()
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join()

    def all(self, lines: Lines) -> Iterator[Any]:
        """What is made of each part, in the order of the lines. A line that comes alone is handed out at once.

        No more is read, and no more handed out, than is soon worked at.
        """
        handed: deque[_Part] = deque()
        number = 1
        while lines.waiting or handed or not lines.have_ended:
            for worker in self._idle():
                if lines.waiting and len(handed) < AHEAD * self._size:
                    part = lines.taken(self._fair(len(lines.waiting)))
                    worker.part = _Part()
                    handed.append(worker.part)
                    with _missed():
                        worker.pipe.send((number, part))
                    number += len(part)
            self._wait(lines)
            while handed and handed[0].is_done:
                yield handed.popleft().made

    def _fair(self, count: int) -> int:
        """How many of so many lines one process gets."""
        return max(1, min(TOGETHER, count // (2 * self._size)))

    def _idle(self) -> Sequence[_Worker]:
        return [worker for worker in self._workers if worker.part is None]

    def _wait(self, lines: Lines) -> None:
        """Until there is something new, and take it in."""
        busy = {worker.pipe: worker for worker in self._workers if worker.part}
        is_read = not lines.have_ended and len(lines.waiting) <= TOGETHER * self._size
        wanted = [lines.file.fileno()] if is_read else []
        for found in wait([*busy, *wanted]) if busy or wanted else ():
            if isinstance(found, Connection):
                self._taken_in(busy[found])
            else:
                lines.read()

    def _taken_in(self, worker: _Worker) -> None:
        assert worker.part
        with _missed():
            worker.part.made = worker.pipe.recv()
        worker.part.is_done, worker.part = True, None

    def _started(self) -> _Worker:
        ours, theirs = get_context("fork").Pipe()
        process = get_context("fork").Process(target=self._serving, args=(theirs, ours), daemon=True)
        with warnings.catch_warnings():
            # Those threads that Python does not know of belong to libraries that look after forks themselves.
            warnings.simplefilter("ignore", DeprecationWarning)
            process.start()
        theirs.close()
        return _Worker(process, ours)

    def _serving(self, theirs: Connection, ours: Connection) -> None:
        # The one that reads the lines hears of Ctrl-C, and ends the others; without it they find their pipe closed.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for pipe in (ours, *(worker.pipe for worker in self._workers)):
            pipe.close()
        self._serve(theirs)


@contextmanager
def _missed() -> Iterator[None]:
    """Whoever is to be talked with may be gone."""
    try:
        yield
    except (EOFError, ConnectionError):
        raise Failure("一个帮着回答的进程没了，可能是内存不够；后面的话没有回答，请再来一次") from None


def cores(file: BufferedIOBase) -> int:
    """How many processes may work side by side at the lines of a file.

    One where nothing can be forked: a thread would be missing in the other process, macOS' libraries do not bear it.
    """
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(PATIENCE)
    if sys.platform != "linux" or threading.active_count() > 1 or not _is_real(file):
        return 1
    return len(os.sched_getaffinity(0))


def _is_real(file: BufferedIOBase) -> bool:
    """Whether one can wait for it."""
    try:
        return file.fileno() >= 0
    except OSError:
        return False


def received(pipe: Connection) -> Generator[tuple[int, Sequence[bytes]], None, None]:
    """The parts that come out of a pipe, until it is closed."""
    while True:
        try:
            yield pipe.recv()
        except (EOFError, ConnectionResetError):
            return
