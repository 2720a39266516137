"""Computing outside of the interpreter, and the interpreter's end."""

from threading import Condition
from weakref import finalize

# Calls take a second at the most; nothing may keep a process from its end.
PATIENCE_SECONDS = 10.0


class Gate:
    """Lets calls into native code through; at the interpreter's end it waits for those, and lets no other begin.

    A background thread that comes back from native code when the interpreter is gone takes the process down with it.
    """

    def __init__(self) -> None:
        self._calls = _Calls()
        finalize(self, self._calls.end)

    def __enter__(self) -> None:
        self._calls.begin()

    def __exit__(self, *raised: object) -> None:
        self._calls.finish()


class _Calls:
    def __init__(self) -> None:
        self._changed = Condition()
        self._running = 0
        self._ended = False

    def begin(self) -> None:
        with self._changed:
            # Who comes too late waits for ever: its thread ends with the process.
            self._changed.wait_for(lambda: not self._ended)
            self._running += 1

    def finish(self) -> None:
        with self._changed:
            self._running -= 1
            self._changed.notify_all()

    def end(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.wait_for(lambda: not self._running, PATIENCE_SECONDS)
