"""Who judges moods: what is shipped at once, and what was learnt from a company's own labels once that is done."""

import logging
from collections.abc import Sequence
from threading import Lock, Thread

from handlers.understand import Model
from knowledge.vectors import KeptEncoder
from nlp.encode import Encoder, weights_of
from nlp.mood import Example, Judgement, Moods, Shipped

log = logging.getLogger(__name__)


class Judges:
    """The best judge there is at a moment, for one set of own labels and one model."""

    def __init__(self, own: Sequence[Example], model: Model, patient: bool) -> None:
        self.own = tuple(own)
        self.model = model
        self._shipped = Shipped.load()
        self._words = self._shipped.words
        self._meaning: Moods | None = None
        if self.own and patient:
            self._learn_words()
        elif self.own:
            Thread(target=self._learn_words, name="mood", daemon=True).start()
        model.then(self._take_up)

    def judge(self, text: str, heard: bool) -> Judgement:
        """The mood of a text; `heard`: the model knows its vector."""
        meaning = self._meaning
        return meaning.judge(text, self.model.recall(text)) if heard and meaning else self._words.judge(text)

    def _learn_words(self) -> None:
        self._words = Moods.learn(self.own)
        log.info("按公司的 %s 条标签重新学了看心情", len(self.own))

    def _take_up(self, encoder: Encoder) -> None:
        """Judge by meaning too: as shipped, or learnt with this encoder and these labels."""
        if self.own or weights_of(encoder.id) != weights_of(self._shipped.meaning.encoder):
            kept = KeptEncoder(encoder, self.model.cache / "vectors", self.model.report)
            self._meaning = Moods.learn(self.own, kept)
        else:
            self._meaning = self._shipped.meaning


class Bench:
    """The last judges, so that a reload that leaves labels and model alone costs nothing."""

    def __init__(self) -> None:
        self._last: Judges | None = None
        self._lock = Lock()

    def of(self, own: Sequence[Example], model: Model, patient: bool) -> Judges:
        """The judges for these labels and this model."""
        with self._lock:
            if self._last is None or (self._last.own, self._last.model) != (tuple(own), model):
                self._last = Judges(own, model, patient)
            return self._last
