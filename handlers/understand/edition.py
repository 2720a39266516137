"""What is known of the FAQ at a moment: by words at once, by meaning as soon as that is learned."""

from handlers.understand.faq import Base, Library
from handlers.understand.model import Model, Superseded
from knowledge.entries import Loaded
from knowledge.vectors import KeptEncoder
from nlp.encode import Encoder

# What is learned while a saved file is taken over, within its second; more is learned afterwards.
AT_ONCE = 48


class Edition:
    """The entries of one state of the files. `words` is there at once; `meant`, which knows both, later or never."""

    def __init__(self, words: Base, model: Model) -> None:
        self.words = words
        self.model = model
        self.meant: Base | None = None
        self._superseded = False

    def base(self, with_meaning: bool) -> Base:
        """The best there is for a text whose meaning is known, or is not."""
        return (self.meant if with_meaning else None) or self.words

    def learn(self, library: Library, encoder: Encoder) -> None:
        """Learn what the entries mean; Superseded when nobody needs that any more."""
        kept = self.kept(encoder)
        self.meant = library.base_with_meaning(self.words.loaded, kept, live=self.model.recall)

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

    def __init__(self) -> None:
        self._library = Library()
        self._last: Edition | None = None

    def of(self, loaded: Loaded, model: Model, patient: bool = False) -> Edition:
        """The edition of these entries; where `patient`, only when it knows all that it will know."""
        edition = self._last
        if edition is None or edition.words.loaded != loaded or edition.model is not model:
            edition = self._next(loaded, model)
        if patient:
            model.wait()
        return edition

    def _next(self, loaded: Loaded, model: Model) -> Edition:
        edition = Edition(self._library.base(loaded), model)
        if self._last:
            self._last.supersede()
        self._last = edition
        texts = [text for entry in loaded.entries for text in entry.questions]
        if model.encoder and edition.kept(model.encoder).missing(texts) <= AT_ONCE:
            edition.learn(self._library, model.encoder)
        else:
            model.then(lambda encoder: edition.learn(self._library, encoder))
        return edition
