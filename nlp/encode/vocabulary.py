"""The pieces of text that the builtin model keeps, and the tokenizer made of them.

Unigram segmentation after Kudo, "Subword Regularization" (2018), as SentencePiece does it.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

from nlp.encode.weights import Weights

# Latin, Han, the marks and forms of East Asia, symbols, arrows, emoji. Other scripts become <unk>.
KEPT = (
    (0x0020, 0x007E), (0x2000, 0x2BFF), (0x3000, 0x303F), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xFE0F, 0xFE0F),
    (0xFF00, 0xFFEF), (0x1F000, 0x1FAFF),
)  # fmt: skip
KEPT_SIGNS = "·×÷¥°®©±"
SPACE = "▁"
# NFKC writes these in another way than SentencePiece's own table, which leaves them: they sit it out as non-characters.
LEFT_ALONE = "～㋿"
_FIRST_STAND_IN = 0xFDD0


class Vocabulary:
    """The kept pieces of the weights in their order, renumbered without gaps."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        specials = weights.specials
        kept = {specials.begin, specials.end, specials.pad, specials.unknown}
        numbers = [at for at, piece in enumerate(weights.pieces) if at in kept or is_kept(piece)]
        self.rows: NDArray[np.intp] = np.array(numbers, np.intp)

    @property
    def pieces(self) -> Sequence[tuple[str, float]]:
        """Each piece with its score."""
        return [(self._weights.pieces[row], self._weights.scores[row]) for row in self.rows.tolist()]

    def number(self, row: int) -> int:
        """The new number of a kept row."""
        return int(np.searchsorted(self.rows, row))

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """Text to `<s> … </s>` in these numbers."""
        specials = self._weights.specials
        made = Tokenizer(Unigram(list(self.pieces), self.number(specials.unknown), byte_fallback=False))
        made.normalizer = normalizers.Sequence(list(self._normalizers()))
        made.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="always", split=False)
        begin, end, pad, unknown = (self._weights.pieces[row] for row in self._special_rows())
        made.post_processor = processors.TemplateProcessing(
            single=f"{begin} $A {end}",
            pair=f"{begin} $A {end} {end} $B {end}",
            special_tokens=[(begin, self.number(specials.begin)), (end, self.number(specials.end))],
        )
        made.add_special_tokens([begin, pad, end, unknown])
        return made

    def _special_rows(self) -> tuple[int, int, int, int]:
        specials = self._weights.specials
        return specials.begin, specials.end, specials.pad, specials.unknown

    def _normalizers(self) -> Iterator[normalizers.Normalizer]:
        for replaced, points in self._beside_nfkc().items():
            yield normalizers.Replace(Regex(f"[{points}]"), replaced)
        stand_ins = [(mark, chr(_FIRST_STAND_IN + at)) for at, mark in enumerate(LEFT_ALONE)]
        for mark, stand_in in stand_ins:
            yield normalizers.Replace(mark, stand_in)
        yield normalizers.NFKC()
        for mark, stand_in in stand_ins:
            yield normalizers.Replace(stand_in, mark)
        yield normalizers.Strip(left=False, right=True)
        yield normalizers.Replace(Regex(" {2,}"), " ")

    def _beside_nfkc(self) -> dict[str, str]:
        """What the model's own rules do and NFKC does not: the new text, and all characters that become it."""
        found: dict[str, str] = defaultdict(str)
        for point, replaced in self._weights.rules.items():
            if unicodedata.normalize("NFKC", point) != replaced:
                found[replaced] += rf"\x{{{ord(point):X}}}"
        return found


def is_kept(piece: str) -> bool:
    """Whether a piece is of text that the model is kept for."""
    return all(letter == SPACE or letter in KEPT_SIGNS or _in_ranges(ord(letter)) for letter in piece)


def _in_ranges(point: int) -> bool:
    return any(first <= point <= last for first, last in KEPT)
