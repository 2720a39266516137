"""The bases that the FAQ's entries make, each from the one before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from knowledge.agreement import Agreement, PartsTable
from knowledge.correction import Corrector
from knowledge.decision import Decider, Decision, Verdict, calibrate, is_better
from knowledge.dense import Vector
from knowledge.entries import Loaded
from knowledge.fusion import Fusion, expected
from knowledge.index import Index
from knowledge.judges import Judges
from knowledge.ranking import Ranker
from knowledge.sketch import Read, meaning_of
from knowledge.vectors import KeptEncoder
from nlp.encode.encoder import Encoder
from nlp.encode.progress import Report, silent
from nlp.sounds import Sounds
from nlp.tokenise import Tokeniser

# Texts that are encoded before progress is told again.
PIECE = 64
# A base of so many wordings that differs by one in so many is judged as before: it would take seconds to learn anew,
# and of the 400 wordings it would learn from, 20 would be others.
TAUGHT, ALIKE = 800, 20

Encode = Callable[[str], Vector]


@dataclass(frozen=True, slots=True)
class Base:
    """A searchable base and what it taught about its own certainty, `drift` changes of wordings ago.

    `index` is what it knows by words, the `number`th of its library; `corrector` reads texts as it would say them.
    """

    loaded: Loaded
    ranker: Ranker
    decider: Decider
    index: Index
    corrector: Corrector
    number: int = 0
    drift: int = 0

    @property
    def changes(self) -> int:
        """How many wordings came or went since the base before."""
        since = self.index.wordings.since
        return len(since.fresh) + int((since.moved < 0).sum())

    def told(self, text: str, limit: int) -> Decision:
        """What it makes of a text: where that is nothing sure, of what the text was probably meant to say."""
        first = self.decider.decide(self.ranker.search(text, limit))
        corrected = None if first.verdict is Verdict.ANSWER else self.corrector.correct(text)
        if corrected is None:
            return first
        again = self.decider.decide(self.ranker.search(corrected.text, limit)).doubted(corrected.certainty)
        return again if is_better((again.score, again.among), (first.score, first.among)) else first

    def is_like(self, before: "Base") -> bool:
        """Whether this is no small base and nearly the one before, from which its index was made."""
        known = self.number == before.number + 1 and len(self.index.wordings) >= TAUGHT
        return known and before.drift + self.changes <= len(self.index.wordings) // ALIKE


class Library:
    """A dictionary, and the last base built with it: a reload that leaves the FAQ alone costs nothing."""

    def __init__(self, tokeniser: Tokeniser | None = None) -> None:
        self._tokeniser = tokeniser or Tokeniser.load()
        self._words: Sequence[str] = ()
        self._own = self._tokeniser
        self._last: Base | None = None
        self._sounds = cache(Sounds.load)

    def base(self, loaded: Loaded, judges: Judges | None = None) -> Base:
        """The base of these entries, by words; what did not change is taken from the last.

        `judges` may know what it teaches.
        """
        if self._last is None or self._last.loaded != loaded:
            self._last = self._next(loaded, self._last, judges)
        return self._last

    def base_with_meaning(
        self, loaded: Loaded, encoder: Encoder, report: Report = silent, live: Encode | None = None
    ) -> Base:
        """The base of these entries by words and by meaning. Slow: every wording is encoded."""
        words = self.base(loaded)
        texts = words.index.wordings.texts
        parts, table = [np.zeros((0, encoder.size), np.float32)], PartsTable(encoder.parts)
        for start in range(0, len(texts), PIECE):
            parts.append(encoder.encode(texts[start : start + PIECE]))
            table.add(texts[start : start + PIECE])
            report("正在理解问答", min(1.0, (start + PIECE) / len(texts)))
        vectors = np.concatenate(parts)
        known = np.ones(len(vectors), np.bool_)
        return meant(words, lambda part: (vectors[part], known[part]), encoder, live, agreement=table.agreement)

    def _next(self, loaded: Loaded, before: Base | None, judges: Judges | None) -> Base:
        if loaded.words != self._words:
            self._words, self._own = loaded.words, self._tokeniser.with_words(loaded.words)
        index = Index(loaded.entries, self._own, before.index if before else None)
        if before is None:
            return Base(loaded, index, _judged(index, loaded, judges), index, Corrector(index, self._sounds))
        base = Base(loaded, index, before.decider, index, Corrector(index, self._sounds), before.number + 1)
        if base.is_like(before):
            return replace(base, drift=before.drift + base.changes)
        return replace(base, decider=_judged(index, loaded, judges))


def _judged(ranker: Ranker, loaded: Loaded, judges: Judges | None, encoder: str = "") -> Decider:
    return judges.of(ranker, loaded, encoder) if judges else calibrate(ranker)


def meant(
    words: Base, read: Read, encoder: Encoder, live: Encode | None = None, before: Base | None = None,
    agreement: Agreement | None = None, rehearsed: Agreement | None = None, judges: Judges | None = None,
) -> Base:  # fmt: skip
    """A base by words, and by the meaning of those wordings that can be read.

    `live` gives the vectors of what people ask, where that is not the encoder's own work; `rehearsed` is the agreement
    for the questions of the calibration, where that is another. Whoever judged the base `before` judges this one too
    where it is like that, and `judges` may know who does once every wording can be read.
    """
    meaning = meaning_of(read, len(words.index.wordings), encoder.size)
    known = expected(words.index, meaning, read)
    taught = Fusion(words.index, meaning, lambda text: encoder.encode([text])[0], known, rehearsed or agreement)
    judge = before if before and words.is_like(before) else None
    asked = judges if meaning.known.all() else None
    decider = judge.decider if judge else _judged(taught, words.loaded, asked, encoder.id)
    drift = judge.drift + words.changes if judge else 0
    ranker = Fusion(words.index, meaning, live, known, agreement) if live else taught
    return replace(words, ranker=ranker, decider=decider, drift=drift)


def meant_as_kept(
    words: Base, kept: KeptEncoder, encoder: Encoder, live: Encode, before: Base | None = None,
    judges: Judges | None = None,
) -> Base:  # fmt: skip
    """The same by vectors that are kept: those of the wordings, and of the questions of the calibration.

    What people ask has parts that `encoder` makes, and keeps nowhere.
    """
    texts = words.index.wordings.texts
    agreement, rehearsed = (_agreement(one.parts, kept.parts) for one in (encoder, kept))
    return meant(words, lambda part: kept.read(texts[part]), kept, live, before, agreement, rehearsed, judges)


def _agreement(asked: Encoder | None, wordings: KeptEncoder | None) -> Agreement | None:
    """How parts are compared: those of what people ask are at hand since its vector was made."""
    return Agreement(lambda text: asked.encode([text])[0], wordings.read) if asked and wordings else None


def still_meant(words: Base, before: Base) -> Base | None:
    """A base with the meaning that was known before a small change; None where that has to be made anew."""
    if not isinstance(before.ranker, Fusion) or not words.is_like(before):
        return None
    fusion = before.ranker.after(words.index)
    if fusion is None:
        return None
    return replace(words, ranker=fusion, decider=before.decider, drift=before.drift + words.changes)
