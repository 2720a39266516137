"""Files that go out with what is said: named by their content, so that they can be found whenever it is sent."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file: the name that people see, the SHA-256 of its content in hex, its size in bytes."""

    name: str
    digest: str
    size: int

    @classmethod
    def of(cls, path: Path) -> "Attachment":
        """The file at a path as it is now; OSError when it cannot be read."""
        digest, size = hashlib.sha256(), 0
        for chunk in chunks(path):
            digest.update(chunk)
            size += len(chunk)
        return cls(path.name, digest.hexdigest(), size)


def chunks(path: Path) -> Iterator[bytes]:
    """The content of a file, piece by piece."""
    with path.open("rb") as source:
        while chunk := source.read(CHUNK):
            yield chunk


class Attachments(Protocol):
    """Where attachments are kept until they are sent."""

    def keep(self, path: Path) -> Attachment:
        """Keep the present content of a file; OSError when it cannot be read. May take a while: use a thread."""
        ...

    def keep_for(self, name: str, content: bytes, life: timedelta) -> Attachment:
        """Keep what was made for one message while that can be sent; OSError when it cannot be kept.

        `life`: how long it may wait. May take a while: use a thread.
        """
        ...

    def read(self, attachment: Attachment) -> bytes:
        """What was kept; FileNotFoundError when it is not here."""
        ...


@dataclass(frozen=True, slots=True)
class Unkept:
    """Names attachments and keeps none: for rehearsals."""

    def keep(self, path: Path) -> Attachment:
        """The file's name and content hash."""
        return Attachment.of(path)

    def keep_for(self, name: str, content: bytes, life: timedelta) -> Attachment:
        """The name and the content's hash."""
        return Attachment(name, hashlib.sha256(content).hexdigest(), len(content))

    def read(self, attachment: Attachment) -> bytes:
        """Always FileNotFoundError."""
        raise FileNotFoundError(attachment.name)
