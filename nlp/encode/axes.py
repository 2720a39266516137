"""`python -m nlp.encode.axes` learns again from the lessons along which axes tokens differ, and writes `axes.npz`."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np

from nlp.encode.builtin import Builtin
from nlp.encode.loading import user_cache
from nlp.encode.parts import Axes, shipped_axes

SENTENCES = 3000


def wordings(folder: Path) -> Iterator[str]:
    """All questions of the lessons, in all their wordings."""
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            lesson = json.loads(line)
            if "question" in lesson:
                yield from (lesson["question"], *lesson["same"])


def main() -> None:
    """Learn and write."""
    texts = list(wordings(Path(__file__).parents[1] / "lessons"))
    encoder = Builtin(user_cache(os.environ) / "models").load()
    states = encoder.own_tokens(Random(0).sample(texts, SENTENCES))
    Axes.learnt(np.concatenate(list(states))).save(shipped_axes())


if __name__ == "__main__":
    main()
