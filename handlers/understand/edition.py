"""What is known of the FAQ at a moment: by words at once, by meaning as soon as that is learned."""

import logging
from collections.abc import Sequence
from concurrent.futures import Future
from math import ceil

import numpy as np

from handlers.understand.bases import Base, Library, meant_as_kept, still_meant
from handlers.understand.model import Model, State, Superseded
from knowledge.entries import Loaded
from knowledge.judges import Judges
from knowledge.vectors import KeptEncoder
from nlp.encode import Encoder
from nlp.tokenise import Tokeniser

log = logging.getLogger(__name__)

# What is learned while a saved file is taken over, within its second; more is learned afterwards.
AT_ONCE = 48
# A base of so many wordings takes minutes to encode.
LARGE = 8000
# Of a large base, what is known serves when it is so much of the whole: with less, words alone find as much.
STAGES = (0.5, 0.75, 1.0)
# The folder of the cache with what bases taught.
JUDGES = "judges"


class Edition:
    """The entries of one state of the files. `words` is there at once; `meant`, which knows both, later or never."""

    def __init__(self, words: Base, model: Model, before: Base | None = None) -> None:
        self.words = words
        self.model = model
        self.meant = still_meant(words, before) if before else None
        self._before = before
        self.learnt: Future[None] = Future()
        self._superseded = False

    def base(self, with_meaning: bool) -> Base:
        """The best there is for a text whose meaning is known, or is not."""
        return (self.meant if with_meaning else None) or self.words

    def learn(self, encoder: Encoder) -> None:
        """Learn what the entries mean, and use what is known on the way; Superseded when nobody needs it any more."""
        kept, texts = self.kept(encoder), self.texts
        missing = np.flatnonzero(~kept.known(texts))
        for stage in STAGES if len(texts) >= LARGE else STAGES[-1:]:
            left = len(texts) - ceil(stage * len(texts))
            if stage < 1 and len(missing) <= left - len(texts) // 8:
                continue
            more = missing[: len(missing) - left]
            kept.encode([texts[row] for row in more.tolist()])
            missing = missing[len(more) :]
            before = self._before if stage == 1 else None
            judges = _judges(self.model)
            self.meant = meant_as_kept(self.words, kept, encoder, self.model.recall, before, judges)
            log.info("问答的意思学到了 %d/%d 句", len(texts) - len(missing), len(texts))
        self._before = None
        kept.sweep(texts)

    @property
    def texts(self) -> Sequence[str]:
        """All wordings of the entries."""
        return self.words.index.wordings.texts

    def kept(self, encoder: Encoder) -> KeptEncoder:
        """The encoder for the texts of the configuration."""
        return KeptEncoder(encoder, self.model.cache / "vectors", self._report)

    def supersede(self) -> None:
        """Another edition is in use."""
        self._superseded = True

    def _report(self, what: str, done: float) -> None:
        if self._superseded:
            raise Superseded
        self.model.report(what, done)


class Editions:
    """The last edition, so that a reload that leaves the FAQ and the model alone costs nothing."""

    def __init__(self, tokeniser: Tokeniser | None = None) -> None:
        self._library = Library(tokeniser)
        self._last: Edition | None = None

    def of(self, loaded: Loaded, model: Model, patient: bool = False) -> Edition:
        """The edition of these entries; where `patient`, only when it knows all that it will know."""
        edition = self._last
        if edition is None or edition.words.loaded != loaded or edition.model is not model:
            edition = self._next(loaded, model, edition)
        if patient:
            edition.learnt.result()
        return edition

    def _next(self, loaded: Loaded, model: Model, before: Edition | None) -> Edition:
        words = self._library.base(loaded, _judges(model))
        edition = Edition(words, model, before.meant if before and before.model is model else None)
        if before:
            before.supersede()
        self._last = edition
        edition.learnt = model.then(edition.learn)
        if model.encoder and self._is_soon_learned(edition, model.encoder):
            edition.learnt.result()
        return edition

    def _is_soon_learned(self, edition: Edition, encoder: Encoder) -> bool:
        return len(edition.texts) < LARGE and edition.kept(encoder).missing(edition.texts) <= AT_ONCE


def _judges(model: Model) -> Judges | None:
    """What is kept on disk beside a model. Who has none waits less than a second for what words teach."""
    return None if model.state is State.OFF else Judges(model.cache / JUDGES)
