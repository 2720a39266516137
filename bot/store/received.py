"""Files that people sent, in a folder of the data directory: one file a content, called by its SHA-256."""

import asyncio
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Collection, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from io import FileIO
from pathlib import Path

from bot.types.attachments import Attachment, Attachments
from bot.types.formats import BEGINNING, END, Format, format_of

# The databases of the bot need the disk more than any picture.
FLOOR = 200 << 20
AT_ONCE = 1 << 20
UNFINISHED_SECONDS = 3600


class TooLarge(Exception):
    """More bytes than may come; nothing of them was kept."""


class NoRoom(Exception):
    """The disk is nearly full; nothing was kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A content that is on the disk, all of it."""

    digest: str
    size: int
    format: Format


@dataclass(frozen=True, slots=True)
class Received:
    """The folder. Names that people gave are never names on the disk. `floor`: bytes of the disk that stay free."""

    path: Path
    floor: int = FLOOR

    async def take(self, pieces: AsyncIterator[bytes], most: int) -> Kept:
        """Keep what comes, in bounded memory. TooLarge beyond `most` bytes, NoRoom, OSError; what `pieces` raises."""
        if await asyncio.to_thread(self._free) < self.floor + most:
            raise NoRoom(str(self.path))
        writing = await asyncio.to_thread(_Writing.begin, self.path)
        try:
            async for piece in pieces:
                writing.held += piece
                if writing.size + len(writing.held) > most:
                    raise TooLarge(str(most))
                if len(writing.held) >= AT_ONCE:
                    await asyncio.to_thread(writing.flush)
            return await asyncio.to_thread(writing.finish)
        finally:
            writing.abandon()

    def read(self, attachment: Attachment) -> bytes:
        """What was kept; FileNotFoundError when it is not here."""
        found = next(self._named(attachment.digest), None)
        if found is None:
            raise FileNotFoundError(attachment.name)
        return found.read_bytes()

    def make_room(self, space: int) -> int:
        """Let go of what came longest ago until the rest takes no more than `space` bytes; how many files went."""
        files = sorted(((stat.st_mtime, stat.st_size, path) for path, stat in self._files()), reverse=True)
        taken = gone = 0
        for _, size, path in files:
            taken += size
            if taken > space:
                path.unlink(missing_ok=True)
                gone += 1
        return gone

    def older(self, seconds: float) -> list[str]:
        """The digests of what came so long ago."""
        then = time.time() - seconds
        return [path.name.partition(".")[0] for path, stat in self._files() if stat.st_mtime < then]

    def forget(self, digests: Collection[str]) -> int:
        """Let go of these contents; how many were here."""
        files = [path for digest in digests for path in self._named(digest)]
        for path in files:
            path.unlink(missing_ok=True)
        return len(files)

    def clear_unfinished(self) -> None:
        """Let go of what a killed process left half done."""
        then = time.time() - UNFINISHED_SECONDS
        for path in self.path.glob(".*"):
            if path.stat().st_mtime < then:
                path.unlink(missing_ok=True)

    def _free(self) -> int:
        self.path.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.path).free

    def _named(self, digest: str) -> Iterator[Path]:
        return (self.path / digest[:2]).glob(f"{digest}.*") if digest.isalnum() else iter(())

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        for path in self.path.glob("[0-9a-f][0-9a-f]/*"):
            try:
                yield path, path.stat()
            except FileNotFoundError:
                continue


@dataclass(slots=True)
class _Writing:
    """A file that is being written, under a name that means nothing."""

    folder: Path
    path: Path
    file: FileIO
    held: bytearray = field(default_factory=bytearray)
    size: int = 0
    beginning: bytes = b""
    end: bytes = b""
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    @classmethod
    def begin(cls, folder: Path) -> "_Writing":
        path = folder / f".{secrets.token_hex(8)}"
        return cls(folder, path, FileIO(path, "xb"))

    def flush(self) -> None:
        """Write what is held."""
        piece, self.held = bytes(self.held), bytearray()
        written = 0
        while written < len(piece):
            written += self.file.write(piece[written:])
        self.digest.update(piece)
        self.size += len(piece)
        self.beginning = (self.beginning + piece[:BEGINNING])[:BEGINNING]
        self.end = (self.end + piece)[-END:]

    def finish(self) -> Kept:
        """All of it, on the disk under its content's name."""
        self.flush()
        os.fsync(self.file.fileno())
        kept = Kept(self.digest.hexdigest(), self.size, format_of(self.beginning, self.end))
        place = self.folder / kept.digest[:2] / f"{kept.digest}.{kept.format.suffix}"
        place.parent.mkdir(exist_ok=True)
        self.path.replace(place)
        _sync(place.parent)
        return kept

    def abandon(self) -> None:
        """Leave nothing under the meaningless name."""
        self.file.close()
        self.path.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@dataclass(frozen=True, slots=True)
class Both:
    """What replies carry and what people sent, as one: whatever goes out is found by its content."""

    own: Attachments
    received: Received

    def keep(self, path: Path) -> Attachment:
        """Keep the present content of a file that a reply carries; OSError when it cannot be read."""
        return self.own.keep(path)

    def keep_for(self, name: str, content: bytes, life: timedelta) -> Attachment:
        """Keep what was made for one message while that can be sent; OSError when it cannot be kept."""
        return self.own.keep_for(name, content, life)

    def read(self, attachment: Attachment) -> bytes:
        """What was kept; FileNotFoundError when it is not here."""
        try:
            return self.own.read(attachment)
        except FileNotFoundError:
            return self.received.read(attachment)
