"""What a person should look at whatever the bot could say: reviewed phrases, and what was learnt from examples."""

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from importlib import resources

from handlers.desk.settings import Do
from handlers.needles import Needles
from handlers.understand import Model
from handlers.understand.recognition import Recognition, others_of
from handlers.understand.requests import REQUESTS
from knowledge.chatter import CHATTER
from nlp.classify.recognise import NONE
from nlp.normalise import bare, normalise

CALL: Do = "转人工"
OFFER: Do = "提议"
NOTHING: Do = "不管"

# By meaning none of 3,000 ordinary questions and short reviews is taken for a topic from here on, by words alone 1 of
# 15,500.
SURE = 0.9
# A story mentions much; what it is about stands in few words.
LONGEST_LEARNT = 60


@dataclass(frozen=True)
class Topic:
    """One topic: what is done (`do`) and said (`say`), its phrases and examples.

    `at_once`: people are called even shortly after another call, and nothing else is said.
    """

    name: str
    do: Do
    say: str
    at_once: bool
    any: tuple[str, ...]
    none: tuple[str, ...]
    examples: tuple[str, ...]
    others: tuple[str, ...]

    def phrase(self, found: Collection[str], joined: Collection[str]) -> str:
        """The phrase of this topic that was found in a text, or in it without its marks.

        Empty when something in the text speaks against it.
        """
        if any(word in found for word in self.none):
            return ""
        return next((phrase for phrase in self.any if phrase in found or phrase in joined), "")


@dataclass(frozen=True, slots=True)
class Touched:
    """A topic that a text touches: by a phrase of its list, or as learnt, with a probability."""

    topic: Topic
    phrase: str = ""
    chance: float = 1.0

    @property
    def how(self) -> str:
        """Why, for the trace."""
        return f"含“{self.phrase}”" if self.phrase else f"意思像，把握 {self.chance:.0%}"


class Topics:
    """The topics that are shipped, in the order in which they count."""

    def __init__(self, topics: Sequence[Topic], recognition: Recognition | None = None) -> None:
        self.all = tuple(topics)
        self._recognition = recognition
        self._named: Mapping[str, Topic] = {topic.name: topic for topic in topics}
        self._needles = Needles.of(word for topic in topics for word in (*topic.any, *topic.none))

    @classmethod
    def load(cls) -> "Topics":
        """The shipped file; phrases alone."""
        data = tomllib.loads(resources.files("handlers.escalating").joinpath("topics.toml").read_text("utf-8"))
        return cls([_topic(entry) for entry in data["topic"]])

    def learnt(self, model: Model, patient: bool = False) -> "Topics":
        """The same that also know other wordings; by meaning too as soon as the model is there."""
        examples = tuple((text, topic.name) for topic in self.all for text in topic.examples)
        others = others_of((*CHATTER, *REQUESTS, *(text for topic in self.all for text in topic.others)), (), examples)
        recognition = Recognition(examples, others, model)
        done: Future[None] = model.then(recognition.learn)
        if patient:
            done.result()
        return Topics(self.all, recognition)

    def names(self) -> Sequence[str]:
        """Their names."""
        return list(self._named)

    def touched(self, text: str, with_meaning: bool) -> Touched | None:
        """The topic that a text touches; what a phrase says counts before what was learnt."""
        plain = normalise(text)
        found, joined = self._needles.within(plain), self._needles.within(bare(plain))
        for topic in self.all:
            if phrase := topic.phrase(found, joined):
                return Touched(topic, phrase)
        if self._recognition is None or len(text) > LONGEST_LEARNT:
            return None
        name, chance = self._recognition.rank(text, with_meaning)[0]
        return Touched(self._named[name], chance=chance) if name != NONE and chance >= SURE else None


class Learnt:
    """The topics as they were learnt last, so that a reload that leaves the model alone costs nothing."""

    def __init__(self) -> None:
        self._last: tuple[Model, Topics] | None = None

    def of(self, model: Model, patient: bool) -> Topics:
        """The topics for a model."""
        if self._last is None or self._last[0] is not model:
            self._last = model, Topics.load().learnt(model, patient)
        return self._last[1]


def _topic(entry: Mapping[str, object]) -> Topic:
    def words(key: str) -> tuple[str, ...]:
        found = entry.get(key, [])
        assert isinstance(found, Iterable)
        return tuple(map(str, found))

    def normal(key: str) -> tuple[str, ...]:
        return tuple(map(normalise, words(key)))

    do = entry["do"]
    assert do in (CALL, OFFER, NOTHING)
    return Topic(
        name=str(entry["name"]), do=CALL if do == CALL else OFFER, say=str(entry["say"]),
        at_once=bool(entry.get("at_once", False)), any=normal("any"), none=normal("none"),
        examples=words("examples"), others=words("others"),
    )  # fmt: skip
