"""Attachments in a folder of the data directory, one file a content."""

import hashlib
import os
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.types.attachments import Attachment, chunks

# Nothing waits in the outbox for longer, and every start and reload renews what the configuration names.
KEEP_SECONDS = 180 * 24 * 3600
# Past the time it can be sent at, what was made for one message may still be retried by hand.
GRACE_SECONDS = 24 * 3600
# Such files come all the time: their makers look for old ones so often.
SWEEP_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Folder:
    """Files under their SHA-256. What a manager replaces or deletes stays until what was said with it is sent."""

    path: Path

    def keep(self, path: Path) -> Attachment:
        """Keep the present content of a file; OSError when it cannot be read or kept."""
        attachment = Attachment.of(path)
        kept = self._place(attachment)
        if kept.exists():
            os.utime(kept)
            return attachment
        self.path.mkdir(parents=True, exist_ok=True)
        unfinished = self.path / f".{attachment.digest}-{secrets.token_hex(4)}"
        try:
            _copy(path, unfinished)
            copied = Attachment(path.name, Attachment.of(unfinished).digest, unfinished.stat().st_size)
            unfinished.replace(self._place(copied))
        finally:
            unfinished.unlink(missing_ok=True)
        return copied

    def keep_for(self, name: str, content: bytes, life: timedelta) -> Attachment:
        """Keep what was made for one message that waits no longer than `life`: apart from what the configuration names.

        The time of its file is when it may go.
        """
        attachment = Attachment(name, hashlib.sha256(content).hexdigest(), len(content))
        kept, ends = self._made / attachment.digest, time.time() + life.total_seconds() + GRACE_SECONDS
        if kept.exists():
            ends = max(ends, kept.stat().st_mtime)
            os.utime(kept, (ends, ends))
            return attachment
        self._made.mkdir(parents=True, exist_ok=True)
        unfinished = self._made / f".{attachment.digest}-{secrets.token_hex(4)}"
        try:
            with unfinished.open("wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            os.utime(unfinished, (ends, ends))
            unfinished.replace(kept)
        finally:
            unfinished.unlink(missing_ok=True)
        self._sweep_now_and_then()
        return attachment

    def read(self, attachment: Attachment) -> bytes:
        """What was kept; FileNotFoundError when it is not here."""
        try:
            return self._place(attachment).read_bytes()
        except FileNotFoundError:
            return (self._made / attachment.digest).read_bytes()

    def sweep(self) -> None:
        """Let go of what no configuration has named for a long time and of what was made for messages of the past.

        Only when the configuration has just been read: what it names is not renewed until it is read again.
        """
        _sweep(self.path, KEEP_SECONDS)
        _sweep(self._made, 0)

    @property
    def _made(self) -> Path:
        return self.path / "made"

    def _sweep_now_and_then(self) -> None:
        swept = self._made / ".swept"
        if not swept.exists() or time.time() - swept.stat().st_mtime > SWEEP_SECONDS:
            swept.touch()
            _sweep(self._made, 0)

    def _place(self, attachment: Attachment) -> Path:
        return self.path / attachment.digest


def _sweep(folder: Path, seconds: float) -> None:
    """Let go of older files, and of what a killed process left half done."""
    now = time.time()
    for pattern, age in (("[!.]*", seconds), (".*-*", SWEEP_SECONDS)):
        for file in folder.glob(pattern):
            _drop(file, now - age)


def _drop(file: Path, before: float) -> None:
    # Another process may sweep at the same time.
    with suppress(FileNotFoundError):
        if file.is_file() and file.stat().st_mtime < before:
            file.unlink()


def _copy(source: Path, target: Path) -> None:
    """Copy to disk, all the way."""
    with target.open("wb") as out:
        for chunk in chunks(source):
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
