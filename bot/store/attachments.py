"""Attachments in a folder of the data directory, one file a content."""

import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from bot.types.attachments import Attachment, chunks

# Nothing waits in the outbox for longer, and every start and reload renews what the configuration names.
KEEP_SECONDS = 180 * 24 * 3600


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

    def read(self, attachment: Attachment) -> bytes:
        """What was kept; FileNotFoundError when it is not here."""
        return self._place(attachment).read_bytes()

    def sweep(self) -> None:
        """Let go of what no configuration has named for a long time, and of what a killed process left half done."""
        now = time.time()
        for file in self.path.glob("*"):
            if now - file.stat().st_mtime > KEEP_SECONDS:
                file.unlink(missing_ok=True)
        for file in self.path.glob(".*-*"):
            if now - file.stat().st_mtime > 3600:
                file.unlink(missing_ok=True)

    def _place(self, attachment: Attachment) -> Path:
        return self.path / attachment.digest


def _copy(source: Path, target: Path) -> None:
    """Copy to disk, all the way."""
    with target.open("wb") as out:
        for chunk in chunks(source):
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
