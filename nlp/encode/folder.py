"""A built model: a transformers folder with a manifest, written whole or not at all."""

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from typing import Any

from nlp.encode.encoder import Unusable

MANIFEST = "manifest.json"
# Raised whenever the same weights would give other vectors, or the folder other files.
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Stored:
    """One file as it was written."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Probe:
    """A sentence and the vector that exact arithmetic gives it."""

    text: str
    vector: list[float]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a folder holds: the encoder's id, its files, and a probe of what it computes.

    `alone`: texts that are encoded together would change each other's vectors.
    """

    id: str
    files: Mapping[str, Stored]
    probe: Probe
    alone: bool = False

    @classmethod
    def read(cls, folder: Path) -> "Manifest | None":
        """The manifest of a folder; None for a folder that was not built here. Unusable when files are not whole."""
        try:
            read: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
            files = {name: Stored(**stored) for name, stored in read["files"].items()}
            found = cls(read["id"], files, Probe(**read["probe"]), bool(read.get("alone")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unusable(f"模型文件夹 {folder} 里的 {MANIFEST} 读不了，请删掉这个文件夹再来一次") from error
        found.check_sizes(folder)
        return found

    def check_sizes(self, folder: Path) -> None:
        """Unusable when a file is missing or has another size."""
        for name, stored in self.files.items():
            path = folder / name
            if not path.is_file() or path.stat().st_size != stored.size:
                raise Unusable(f"模型文件夹 {folder} 不完整（{name}），请删掉这个文件夹再来一次")

    def changed(self, folder: Path) -> list[str]:
        """The files whose content is another one than was written; reads them all."""
        return [name for name, stored in self.files.items() if stored_of(folder / name) != stored]

    def write(self, folder: Path) -> None:
        """Put it beside the files it is about."""
        (folder / MANIFEST).write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), "utf-8")


def stored_of(path: Path) -> Stored:
    """A file's size and hash."""
    content = path.read_bytes()
    return Stored(len(content), sha256(content).hexdigest())


def stored_in(folder: Path) -> Mapping[str, Stored]:
    """All files of a folder, by their path in it."""
    paths: Iterable[Path] = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): stored_of(path) for path in paths}


def publish(made: Path, final: Path) -> None:
    """Let a finished folder be seen under its name; one that was there before goes."""
    if final.exists():
        old = final.with_name(f"{final.name}.old-{os.getpid()}")
        with suppress(FileNotFoundError):
            final.rename(old)
            rmtree(old, ignore_errors=True)
    made.rename(final)
