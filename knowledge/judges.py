"""What bases taught about their certainty, kept on disk: to learn it again takes seconds, at every start."""

import logging
import os
from collections.abc import Iterator
from functools import cached_property
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile

from pydantic import TypeAdapter, ValidationError

from knowledge.decision import Decider, calibrate
from knowledge.entries import Loaded
from knowledge.ranking import Ranker

log = logging.getLogger(__name__)

# So many are kept, the youngest: a bot has two at a time, by words and by meaning.
KEPT = 64
# Whose versions change what a base finds; what encodes is named by its own id.
BESIDE = ("jieba", "numpy")


class Judges:
    """Deciders by all that they were learnt from: the entries, what encodes them, and the code. Any process may ask."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, ranker: Ranker, loaded: Loaded, encoder: str = "") -> Decider:
        """The decider that `calibrate` gives for a ranker of all these entries; `encoder` names what gives meaning."""
        path = self._folder / f"{self._key(loaded, encoder)}.json"
        found = self._read(path)
        if found is None:
            found = calibrate(ranker)
            self._write(path, found)
        return found

    @cached_property
    def _decider(self) -> TypeAdapter[Decider]:
        return TypeAdapter(Decider)

    def _key(self, loaded: Loaded, encoder: str) -> str:
        digest = blake2b(self._code, digest_size=16)
        for part in (encoder, *loaded.words):
            digest.update(part.encode(errors="replace") + b"\x1d")
        for entry in loaded.entries:
            said = "\x1f".join((*entry.questions, "\x1e", *entry.answers))
            digest.update(said.encode(errors="replace") + b"\x1d")
        return digest.hexdigest()

    @cached_property
    def _code(self) -> bytes:
        """The code that judges: nobody has to remember to count a version up."""
        digest = blake2b(" ".join(map(version, BESIDE)).encode(), digest_size=16)
        for path in _sources():
            digest.update(path.read_bytes())
        return digest.digest()

    def _read(self, path: Path) -> Decider | None:
        try:
            return self._decider.validate_json(path.read_bytes())
        except (OSError, ValidationError):
            return None

    def _write(self, path: Path, decider: Decider) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self._folder, prefix="unfinished-", delete=False) as file:
                file.write(self._decider.dump_json(decider))
            os.replace(file.name, path)
            self._sweep()
        except OSError as error:
            log.warning("存不了 %s，下次要重新学：%s", path, error.strerror or error)

    def _sweep(self) -> None:
        by_age = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for path in by_age[KEPT:]:
            path.unlink(missing_ok=True)


def _sources() -> Iterator[Path]:
    """Everything of `knowledge` and `nlp` that has a say in what a base finds."""
    here, beside = Path(__file__).parent, Path(__file__).parents[1] / "nlp"
    places = (here, "*.py"), (here / "compare", "*.*"), (beside, "*.py"), (beside / "encode", "*.*")
    for folder, pattern in places:
        yield from sorted(folder.glob(pattern))
