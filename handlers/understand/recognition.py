"""Intents as a source of what may be meant: learnt from their examples, beside everything that means none of them."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from bot.types.context import Context
from bot.types.declarations import Settings
from bot.types.outcome import Outcome, silent
from bot.types.ports import Calendar, Services
from handlers.desk.desk import Desk
from handlers.keyword.tables import is_cooling
from handlers.understand.faq import FAQ
from handlers.understand.form import Intent
from handlers.understand.forms import Forms, cooling
from handlers.understand.intents import INTENTS
from handlers.understand.model import Model
from handlers.understand.requests import REQUESTS
from handlers.understand.slot import slots_of
from handlers.understand.slots import SLOTS
from handlers.understand.sources import Candidate, Found
from knowledge.chatter import CHATTER
from knowledge.correction import Corrected
from knowledge.vectors import KeptEncoder
from nlp.classify.recognise import NONE, Recogniser
from nlp.encode import Encoder
from nlp.normalise import core

# Texts with the intents that they mean.
Examples = Sequence[tuple[str, str]]

# How many intents a choice offers beside other things, and how many the trace shows.
OFFERED = 2
SHOWN = 3
# Enough questions of the FAQ to tell asking from wanting; more would only make a reload slower.
OTHERS = 400


@dataclass(frozen=True, slots=True)
class Looked:
    """The intents by probability, that of none of them, and the intent whose own example the text is."""

    ranking: Sequence[tuple[str, float]]
    none: float = 0.0
    exact: str = ""


class Recognition:
    """What is known of the intents at a moment: `words` at once, `meant` by their meaning too, later or never."""

    def __init__(self, examples: Examples, others: Sequence[str], model: Model) -> None:
        self.model = model
        self._examples = examples
        self._others = others
        self.words = Recogniser.fit(examples, others, None)
        self.meant: Recogniser | None = None

    def rank(self, text: str, with_meaning: bool) -> Sequence[tuple[str, float]]:
        """Every intent, and none of them, with its probability, the likeliest first."""
        if with_meaning and self.meant is not None:
            return self.meant.rank(text, self.model.recall(text))
        return self.words.rank(text, None)

    def learn(self, encoder: Encoder) -> None:
        """Learn what the examples mean."""
        kept = KeptEncoder(encoder, self.model.cache / "vectors", self.model.report)
        self.meant = Recogniser.fit(self._examples, self._others, kept)

    def holds(self, examples: Examples, others: Sequence[str], model: Model) -> bool:
        """Whether it was learnt from these."""
        return (self._examples, self._others) == (examples, others) and self.model is model


class Recognitions:
    """The last one, so that a reload that leaves examples, FAQ and model alone costs nothing."""

    def __init__(self) -> None:
        self._last: Recognition | None = None
        self._learnt: Future[None] = Future()

    def of(self, examples: Examples, others: Sequence[str], model: Model, patient: bool = False) -> Recognition:
        """The recognition of some examples beside texts that mean none of them; `patient`: with all it will know."""
        found = self._last
        if found is None or not found.holds(examples, others, model):
            found = self._last = Recognition(examples, others, model)
            self._learnt = model.then(found.learn)
        if patient:
            self._learnt.result()
        return found


class Intents:
    """The intents of a configuration."""

    name = "intents"

    def __init__(
        self, intents: Mapping[str, Intent], recognition: Recognition, forms: Forms, calendar: Calendar
    ) -> None:
        self._intents = intents
        self._recognition = recognition
        self._forms = forms
        self._calendar = calendar
        self._own = {core(text): name for name, one in intents.items() for text in one.entry.examples}

    def look(self, text: str, with_meaning: bool = False) -> Looked:
        """The intents that may be meant, the likeliest first."""
        chances = dict(self._recognition.rank(text, with_meaning))
        none = chances.pop(NONE, 0.0)
        return Looked(list(chances.items()), none, self._own.get(core(text), ""))

    def corrected(self, text: str, looked: Looked) -> Corrected | None:
        """Nothing: a few examples foretell too little of what people may have meant to type."""
        return None

    def found(self, looked: Looked, context: Context) -> Found:
        """Those of them that work here and now."""
        ranking = [(name, chance) for name, chance in looked.ranking if self._works(name, context)]
        if looked.exact and self._works(looked.exact, context):
            ranking = [(looked.exact, 1.0), *((name, 0.0) for name, _ in ranking if name != looked.exact)]
        candidates = tuple(self._candidate(name, chance) for name, chance in ranking[:SHOWN])
        # Nobody is asked about an intent that is less likely than none at all.
        offered = [chance for _, chance in ranking[:OFFERED] if chance > looked.none]
        score = ranking[0][1] if ranking else 0.0
        return Found(candidates, len(offered), score, min(1.0, sum(offered)))

    def candidate(self, id: str) -> Candidate | None:
        """The intent of that name."""
        return self._candidate(id) if id in self._intents else None

    async def take(self, candidate: Candidate, context: Context, reason: str, score: float | None = None) -> Outcome:
        """Its form, or at once what it is for."""
        cools = self._intents[candidate.id].entry.cooldown
        if cools and not context.rehearsal and await is_cooling(cooling(candidate.id), context):
            return silent(reason="刚办过，还在冷却", rule=candidate.id)
        return await self._forms.begin(candidate.id, candidate.said, context, reason, score)

    def _works(self, name: str, context: Context) -> bool:
        entry = self._intents[name].entry if name in self._intents else None
        if entry is None or (entry.groups and (context.group is None or context.group.name not in entry.groups)):
            return False
        return entry.hours is None or entry.hours.covers(context.now, self._calendar)

    def _candidate(self, name: str, likeness: float = 0.0) -> Candidate:
        examples = self._intents[name].entry.examples
        return Candidate(Intents.name, name, name, (name, *examples), likeness, examples[0])


def examples_of(intents: Iterable[Intent]) -> Examples:
    """What the recogniser learns from."""
    return [(text, intent.name) for intent in intents for text in intent.entry.examples]


def others_of(chatter: Sequence[str], questions: Sequence[str], examples: Iterable[tuple[str, str]]) -> Sequence[str]:
    """Texts that mean none of the intents: what people say anyhow, and an even sample of what the FAQ answers."""
    own = {core(text) for text, _ in examples}
    step = max(1, -(-len(questions) // OTHERS))
    return [text for text in (*chatter, *questions[::step]) if core(text) not in own]


def forms_of(settings: Settings, services: Services) -> Forms:
    """What keeps the forms of the settings' intents going."""
    loaded, entries = settings[FAQ].loaded, settings[SLOTS]
    intents = {one.name: Intent(one, slots_of(entries, one.ask, loaded.words)) for one in settings[INTENTS]}
    return Forms(intents, Desk.of(settings, services), services.calendar)


def intents_of(settings: Settings, services: Services, model: Model, forms: Forms) -> Intents:
    """The source of the settings' intents."""
    examples = examples_of(forms.intents.values())
    questions = [text for entry in settings[FAQ].loaded.entries for text in entry.questions]
    others = others_of((*CHATTER, *REQUESTS), questions, examples)
    recognitions = services.shelf.get("understand.recognitions", Recognitions)
    known = recognitions.of(examples, others, model, services.machine.patient)
    return Intents(forms.intents, known, forms, services.calendar)
