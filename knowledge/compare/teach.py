"""`python -m knowledge.compare.teach`: learns what differences tell from the project's own lessons.

Lessons are groups of a question, other wordings of it, and near misses. Their wordings were chosen to share few words
and their near misses to share many, so how alike a pair's words are is held apart as a covariate of its own, which is
not kept: that is for each base to say. Every question also stands for the many that are asked nearly verbatim.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from knowledge.compare.differences import NAMES, Comparer, alike
from knowledge.regression import Example, fit
from nlp.tokenise import Tokeniser

LESSONS, WEIGHTS = "nlp/lessons", "weights.json"


def main() -> int:
    """Teach, write the weights, and say them."""
    tokeniser = Tokeniser.load()
    files = sorted(Path(__file__).parents[2].joinpath(LESSONS).glob("*.jsonl"))
    examples = [example for path in files for example in _examples(path, tokeniser)]
    weights, path = taught(examples), Path(__file__).with_name(WEIGHTS)
    path.write_text(json.dumps(weights, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(examples)} 对，写入 {path}\n")
    return 0


def taught(examples: Sequence[Example]) -> dict[str, float]:
    """The weight of each difference; one that seems to speak for the same meaning tells nothing."""
    model = fit(examples, size=len(NAMES) + 2)
    return {name: round(min(0.0, weight), 3) for name, weight in zip(NAMES, model.weights, strict=False)}


def _examples(path: Path, tokeniser: Tokeniser) -> Iterator[Example]:
    comparer = Comparer()

    def example(text: str, question: str, positive: bool) -> Example:
        one, other = (comparer.read(text, tokeniser.terms(text)) for text in (text, question))
        shared = alike(one.text, other.text)
        return Example((*map(float, comparer.differences(one, other)), shared, shared * shared), positive)

    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        if not ("same" in row and "near" in row):
            continue
        question = row["question"]
        yield example(question, question, positive=True)
        for text in row["same"]:
            yield example(text, question, positive=True)
        for near in row["near"]:
            yield example(near["text"], question, positive=False)


if __name__ == "__main__":
    sys.exit(main())
