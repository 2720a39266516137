"""From a text to the numbers of its pieces."""

import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from math import inf
from pathlib import Path
from typing import Any, Protocol

import regex
from tokenizers import Tokenizer

from nlp.encode.encoder import Unusable

Tokens = Sequence[int]

# What a character costs that no piece spells, beside the least likely piece; as SentencePiece has it.
PENALTY = 10.0


class Numbering(Protocol):
    """Gives the numbers of a text's pieces, with those that begin and end every text, so many at the most."""

    def numbers(self, text: str) -> Tokens: ...


class Tokenized:
    """By a tokenizer of the library, whatever it is."""

    def __init__(self, tokenizer: Tokenizer, longest: int) -> None:
        tokenizer.no_padding()
        tokenizer.enable_truncation(longest)
        self._tokenizer = tokenizer

    def numbers(self, text: str) -> Tokens:
        """Not `encode_batch`: it would start as many threads as there are cores."""
        numbers: Tokens = self._tokenizer.encode(text).ids
        return numbers


class Pieces:
    """By the pieces of the builtin model's tokenizer, the likeliest row of them (Kudo, "Subword Regularization", 2018).

    The same numbers as the library's, in some 50 MB less; normalising is left to the library.
    """

    def __init__(self, description: Mapping[str, Any], longest: int) -> None:
        model = description["model"]
        self._plain = _without_pieces(description)
        self._scores = array("d", (score for _, score in model["vocab"]))
        self._numbers = {piece: number for number, (piece, _) in enumerate(model["vocab"])}
        self._most: dict[str, int] = {}
        for piece in self._numbers:
            self._most[piece[:1]] = max(self._most.get(piece[:1], 0), len(piece))
        self._unknown: int = model["unk_id"]
        self._strange = min(self._scores) - PENALTY
        named = {token["content"]: token["id"] for token in description["added_tokens"]}
        self._specials = regex.compile("(" + "|".join(map(regex.escape, named)) + ")")
        single = [part.get("SpecialToken", {}).get("id") for part in description["post_processor"]["single"]]
        middle = single.index(None)
        self._begin = [named[token] for token in single[:middle]]
        self._end = [named[token] for token in single[middle + 1 :]]
        self._most_inside = longest - len(self._begin) - len(self._end)

    @classmethod
    def read(cls, path: Path, longest: int) -> "Pieces":
        """Those of a file that was built here. Unusable when there is none, or it is not whole."""
        try:
            return cls(json.loads(path.read_bytes()), longest)
        except Exception as error:  # tokenizers raises nothing more special
            raise Unusable(f"{path} 不是完整的分词文件") from error

    def numbers(self, text: str) -> Tokens:
        """With the numbers that begin and end every text."""
        inside: list[int] = []
        for part in self._specials.split(text):
            if self._specials.fullmatch(part):
                inside.append(self._numbers[part])
            else:
                for run, _ in self._plain.pre_tokenizer.pre_tokenize_str(self._plain.normalizer.normalize_str(part)):
                    inside += self._cut(run)
        return [*self._begin, *inside[: self._most_inside], *self._end]

    def number(self, piece: str) -> int:
        """The number of a piece. KeyError where there is none."""
        return self._numbers[piece]

    def _cut(self, text: str) -> list[int]:
        found: list[int] = []
        for number in self._backwards(*self._steps(text)):
            # What no piece spells is one unknown piece, however long it is.
            if not (found and found[-1] == number == self._unknown):
                found.append(number)
        return found[::-1]

    def _steps(self, text: str) -> tuple[Sequence[int], Sequence[int]]:
        """For each place, the number of the piece that ends there on the likeliest way, and where it begins."""
        known, scores, size = self._numbers.get, self._scores, len(text)
        best = [0.0] + [-inf] * size
        numbers, begins = [self._unknown] * (size + 1), [0] * (size + 1)
        for start, letter in enumerate(text):
            here = best[start]
            for end in range(start + 1, min(start + self._most.get(letter, 0), size) + 1):
                number = known(text[start:end])
                if number is not None and here + scores[number] > best[end]:
                    best[end], numbers[end], begins[end] = here + scores[number], number, start
            if letter not in self._numbers and here + self._strange > best[start + 1]:
                best[start + 1], numbers[start + 1], begins[start + 1] = here + self._strange, self._unknown, start
        return numbers, begins

    def _backwards(self, numbers: Sequence[int], begins: Sequence[int]) -> Iterator[int]:
        at = len(numbers) - 1
        while at:
            yield numbers[at]
            at = begins[at]


def _without_pieces(description: Mapping[str, Any]) -> Tokenizer:
    """The tokenizer for its rules alone."""
    model = {**description["model"], "unk_id": 0, "vocab": [["<unk>", 0.0]]}
    return Tokenizer.from_str(json.dumps({**description, "model": model, "added_tokens": []}))
