"""A clock that several processes share, and that a test can move ahead."""

import mmap
import struct
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

_AHEAD = struct.Struct("=d")


@dataclass
class Tide:
    """The time of this machine, ahead by what the file says; whoever has the file open has the same time."""

    file: Path
    _seconds: mmap.mmap = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not self.file.exists():
            self.file.write_bytes(_AHEAD.pack(0.0))
        with self.file.open("r+b") as opened:
            self._seconds = mmap.mmap(opened.fileno(), _AHEAD.size)

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass at once, for everybody."""
        (before,) = _AHEAD.unpack_from(self._seconds)
        _AHEAD.pack_into(self._seconds, 0, before + seconds)

    def unix(self) -> float:
        """The moment in Unix seconds."""
        ahead: float = _AHEAD.unpack_from(self._seconds)[0]
        return time.time() + ahead

    def now(self) -> datetime:
        """The moment, aware, as the bot asks for it."""
        return datetime.fromtimestamp(self.unix(), UTC)


@dataclass(frozen=True)
class UnixTide:
    """The same time as the simulator asks for it."""

    tide: Tide

    def now(self) -> float:
        return self.tide.unix()
