"""Full sizes: a hundred thousand entries of three wordings."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.cli.bench.entries import write
from knowledge.entries import load
from knowledge.index import Index
from knowledge.sketch import Sketch, meaning_of
from knowledge.vectors import BLOCK, VectorFile
from nlp.tokenise import Tokeniser
from tests.knowledge.standin import Standin

pytestmark = pytest.mark.soak
COUNT = 100_000


def test_a_hundred_thousand_entries_are_found_changed_and_kept(tmp_path: Path, tokeniser: Tokeniser) -> None:
    write(tmp_path / "faq.jsonl", COUNT)
    loaded = load([tmp_path / "faq.jsonl"])
    assert len(loaded.entries) == COUNT and not [one for one in loaded.problems if not one.warning]
    index = Index(loaded.entries, tokeniser)
    for number in range(0, COUNT, COUNT // 50):
        hit = index.search(loaded.entries[number].question, 1)[0]
        assert (hit.number, hit.score) == (number, 1.0)

    entries = list(loaded.entries)
    entries[COUNT // 2] = replace(entries[COUNT // 2], question="换成这样问：云端的小熊在哪里领")
    changed = Index(entries, tokeniser, index)
    assert changed.wordings.since.fresh.tolist() == [3 * (COUNT // 2)]
    assert changed.search("云端的小熊在哪里领呀", 1)[0].number == COUNT // 2

    encoder, texts = Standin(size=64), changed.wordings.texts
    file = VectorFile(tmp_path, encoder)
    for start in range(0, len(texts), BLOCK):
        file.add(texts[start : start + BLOCK], encoder.encode(texts[start : start + BLOCK]))
    assert file.path.stat().st_size == len(texts) * file.row_size == len(texts) * (64 + 12)
    meaning = meaning_of(lambda part: file.read(texts[part]), len(texts), 64)
    assert isinstance(meaning, Sketch) and meaning.known.all()
    rows = range(0, len(texts), len(texts) // 50)
    vectors = file.read([texts[row] for row in rows])[0]
    assert [int(np.argmax(meaning.likeness(vector))) for vector in vectors] == list(rows)
