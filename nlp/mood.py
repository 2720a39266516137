"""How somebody feels who writes: not content, content or neither, and whether it is urgent.

`python -m nlp.mood` learns it again from `lessons/mood.jsonl` and writes `mood.npz`, which is shipped.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from pathlib import Path

import numpy as np

from nlp.classify.classifier import Classifier
from nlp.classify.keeping import packed, unpacked
from nlp.classify.sparse import Floats
from nlp.encode.encoder import Encoder

# A company's own labelled words tell more about its customers than our lessons do.
OWN_COUNTS = 3.0
# Terms of one lesson alone teach little and would be most of the file.
LEAST = 2


class Mood(StrEnum):
    """How somebody feels."""

    COMPLAINT = "不满"
    PRAISE = "满意"
    NEUTRAL = "平常"


# What a mood may be called in a file of labels.
NAMES: Mapping[str, Mood] = {
    **dict.fromkeys(("不满", "投诉", "抱怨", "负面", "negative", "complaint", "-1"), Mood.COMPLAINT),
    **dict.fromkeys(("满意", "表扬", "正面", "positive", "praise", "1"), Mood.PRAISE),
    **dict.fromkeys(("平常", "中性", "neutral", "0"), Mood.NEUTRAL),
}
URGENT, CALM = "着急", "不急"


@dataclass(frozen=True, slots=True)
class Example:
    """A text, how its writer feels, and whether it is urgent; None where nobody said."""

    text: str
    mood: Mood
    urgent: bool | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The likeliest mood with its probability, and the probability that it is urgent."""

    mood: Mood
    chance: float
    urgency: float


@dataclass(frozen=True, slots=True)
class Moods:
    """Judges texts. `encoder` is the id of the encoder whose vectors it wants; empty: it goes by words alone."""

    mood: Classifier
    urgency: Classifier
    encoder: str = ""

    @classmethod
    def learn(cls, own: Sequence[Example] = (), encoder: Encoder | None = None) -> "Moods":
        """Learn from our lessons and a company's own examples; some seconds, and longer with an encoder."""
        examples = [*lessons(), *own]
        heavy = np.array([1.0] * (len(examples) - len(own)) + [OWN_COUNTS] * len(own), np.float32)
        vectors = encoder.encode([one.text for one in examples]) if encoder else None

        def taught(rows: Sequence[int], labels: Sequence[str]) -> Classifier:
            texts = [examples[row].text for row in rows]
            known = None if vectors is None else vectors[list(rows)]
            return Classifier.fit(texts, labels, encoder, known, heavy[list(rows)], LEAST)

        said = [row for row, one in enumerate(examples) if one.urgent is not None]
        return cls(
            taught(range(len(examples)), [one.mood.value for one in examples]),
            taught(said, [URGENT if examples[row].urgent else CALM for row in said]),
            encoder.id if encoder else "",
        )

    def judge(self, text: str, vector: Floats | None = None) -> Judgement:
        """The judgement of a text; `vector` is that of the encoder whose id is `encoder`."""
        vectors = None if vector is None else vector[None]
        chances = self.mood.probabilities([text], vectors)[0]
        urgency = self.urgency.probabilities([text], vectors)[0][self.urgency.labels.index(URGENT)]
        best = int(chances.argmax())
        return Judgement(Mood(self.mood.labels[best]), float(chances[best]), float(urgency))


@dataclass(frozen=True, slots=True)
class Shipped:
    """What is shipped: by words alone, and with the vectors of one encoder."""

    words: Moods
    meaning: Moods

    @classmethod
    def load(cls) -> "Shipped":
        """Read the file; some 20 ms."""
        with resources.files("nlp").joinpath("mood.npz").open("rb") as file, np.load(file) as arrays:
            parts = {str(name): arrays[name] for name in arrays.files}
        words, meaning = (
            [unpacked(_part(parts, f"{kind}.{what}.")) for what in ("mood", "urgency")] for kind in ("words", "meaning")
        )
        return cls(Moods(words[0], words[1]), Moods(meaning[0], meaning[1], str(parts["encoder"])))

    def save(self, path: Path) -> None:
        """Write the file."""
        arrays = {"encoder": np.array(self.meaning.encoder)}
        for kind, moods in (("words", self.words), ("meaning", self.meaning)):
            for what, classifier in (("mood", moods.mood), ("urgency", moods.urgency)):
                arrays |= {f"{kind}.{what}.{name}": array for name, array in packed(classifier).items()}
        with path.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)


def _part(arrays: dict[str, np.ndarray], start: str) -> dict[str, np.ndarray]:
    return {name.removeprefix(start): array for name, array in arrays.items() if name.startswith(start)}


def lessons() -> Iterator[Example]:
    """Our own labelled texts."""
    for line in resources.files("nlp").joinpath("lessons/mood.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        yield Example(row["text"], NAMES[row["label"]], row["urgent"])


def main() -> None:
    """Learn again and write the file beside this one."""
    from nlp.encode import BUILTIN, load, user_cache

    encoder = load(BUILTIN, user_cache(os.environ) / "models")
    Shipped(Moods.learn(), Moods.learn(encoder=encoder)).save(Path(__file__).with_suffix(".npz"))


if __name__ == "__main__":
    main()
