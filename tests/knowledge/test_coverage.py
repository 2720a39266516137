"""A base of which only a part is known by meaning; and one that is too large to compare every row in full."""

from collections.abc import Sequence

import numpy as np
import pytest

from knowledge.alignment import Alignment
from knowledge.coverage import Expected
from knowledge.dense import Meaning
from knowledge.entries import Loaded
from knowledge.fusion import Fusion, expected
from knowledge.index import Index
from knowledge.sketch import Known, Sketch, meaning_of
from nlp.tokenise import Tokeniser

SIZE = 32


def crowded(count: int, seed: int = 1) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Vectors that lie in clusters around one direction, as those of sentences do."""
    chance = np.random.default_rng(seed)
    middles = chance.standard_normal((60, SIZE)) * np.linspace(2, 0.1, SIZE)
    vectors = middles[chance.integers(60, size=count)] + 0.3 * chance.standard_normal((count, SIZE)) + 1.0
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def reader(vectors: np.ndarray, known: Known | None = None):  # type: ignore[no-untyped-def, type-arg]
    """Reads some of these rows."""
    there = np.ones(len(vectors), np.bool_) if known is None else known
    return lambda part: (vectors[part] * there[part, None], there[part])


def test_a_sketch_finds_the_rows_that_all_of_the_vectors_find() -> None:
    rows, asked = crowded(9000), crowded(40, seed=2)
    sketch, whole = Sketch.of(reader(rows), len(rows), SIZE), Meaning.of(rows)
    for vector in asked:
        exact = whole.likeness(vector)
        best = np.argsort(-exact)[:10]
        assert np.allclose(sketch.likeness(vector)[best], exact[best], atol=0.02)
        assert int(np.argmax(sketch.likeness(vector))) in best


def test_a_sketch_knows_what_it_does_not_know() -> None:
    rows = crowded(5000)
    known = np.arange(len(rows)) % 3 > 0
    sketch = Sketch.of(reader(rows, known), len(rows), SIZE)
    assert np.array_equal(sketch.known, known)
    assert not sketch.likeness(rows[0])[~known].any()


def test_a_changed_sketch_keeps_what_it_knew() -> None:
    rows = crowded(5000)
    sketch = Sketch.of(reader(rows), len(rows), SIZE)
    names = [str(number) for number in range(5000)]
    changed = sketch.changed(Alignment.of(names, ["new", *names[:100], *names[101:]]))
    assert not changed.known[0]
    before = sketch.likeness(rows[7])
    assert np.allclose(changed.likeness(rows[7])[1:], np.delete(before, 100), atol=0.2)
    assert int(np.argmax(changed.likeness(rows[7]))) == int(np.argmax(before)) + 1


def test_a_small_base_is_compared_in_full() -> None:
    rows = crowded(100)
    assert isinstance(meaning_of(reader(rows), 100, SIZE), Meaning)


def test_what_words_let_one_expect_is_the_line_through_what_was_seen() -> None:
    words = np.linspace(0, 0.5, 20)
    found = Expected.of(words, 0.1 + 1.5 * words)
    assert found.likeness(np.array([0.2, 0.9])).round(6).tolist() == [0.4, 1.0]


@pytest.mark.parametrize("words", [[], [0.3], [0.3, 0.3]])
def test_too_little_to_learn_from_changes_nothing(words: Sequence[float]) -> None:
    assert Expected.of(np.array(words), np.array(words)).likeness(np.array([0.4])).tolist() == [0.4]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_an_unknown_wording_is_ranked_as_fairly_as_a_known_one(
    share: float, shipped: Loaded, tokeniser: Tokeniser
) -> None:
    """With a meaning that follows the words, it must not matter which wordings have a vector."""
    index = Index(shipped.entries, tokeniser)
    texts = index.wordings.texts
    like = np.array([index.likeness(text).characters for text in texts])
    vectors = np.asarray(np.linalg.svd(like)[0][:, :SIZE] * np.sqrt(np.linalg.svd(like)[1][:SIZE]), np.float32)
    vectors = np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True) + 0.2, np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    known = np.random.default_rng(3).random(len(texts)) < share
    read = reader(vectors, known)
    meaning = meaning_of(read, len(texts), SIZE)
    line = expected(index, meaning, read)
    fair, naive = known_firsts(index, vectors, meaning, line), known_firsts(index, vectors, meaning, Expected(0, 0))
    assert abs(fair - share) < abs(naive - share)


def known_firsts(index: Index, vectors: np.ndarray, meaning: Meaning | Sketch, line: Expected) -> float:  # type: ignore[type-arg]
    """How often the best other wording is one that has a vector."""
    rows = {text: row for row, text in enumerate(index.wordings.texts)}
    fusion = Fusion(index, meaning, lambda text: vectors[rows[text]], line)
    hits = []
    for number, entry in enumerate(index.entries):
        if entry.similar:
            found = fusion.search(entry.question, 1, {(number, 0)})
            hits += [bool(meaning.known[rows[hit.question]]) for hit in found]
    return float(np.mean(hits))
