"""Understanding: the entry that a question means, said in whatever words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from bot.types.actions import Reply, Text
from bot.types.context import Context
from bot.types.declarations import Capability, Handler, Problem, Section, Settings, Settled
from bot.types.events import Event, Message
from bot.types.fields import Duration, Files, OneOrMany
from bot.types.outcome import Outcome, answered
from bot.types.ports import Calendar, Services
from handlers.choice import picked
from handlers.dialogue import close_dialogue, open_dialogue
from handlers.directory import unknown_groups
from handlers.variables import fill, unknown_message, unknown_variables, values
from knowledge.decision import Decider, Decision, Verdict, calibrate
from knowledge.entries import Entry, Loaded, load
from knowledge.index import Index
from knowledge.ranking import Hit, Ranker
from nlp.tokenise import Tokeniser

FEATURE = "faq"
# A question is short; of a longer text the beginning tells what it is about.
LONGEST_QUESTION = 200
# Enough that entries of other groups and days do not crowd out those that may be said here.
CONSIDERED = 10


class Faq(Settled):
    """Where the questions and answers are, and how long a choice stays open."""

    files: OneOrMany[Files] = ()
    wait: Duration = timedelta(minutes=10)

    @cached_property
    def loaded(self) -> Loaded:
        """What the files hold; read once, when it is first asked for."""
        return load(list(dict.fromkeys(path for files in self.files for path in files.paths())))


FAQ: Section[Faq] = Section("faq", Faq, Faq)


@dataclass(frozen=True, slots=True)
class Base:
    """A searchable base and what it taught about its own certainty."""

    loaded: Loaded
    ranker: Ranker
    decider: Decider


class Library:
    """The dictionary, and the last base built with it: a reload that leaves the FAQ alone costs nothing."""

    def __init__(self) -> None:
        self._tokeniser = Tokeniser.load()
        self._last: Base | None = None

    def base(self, loaded: Loaded) -> Base:
        """The base of these entries."""
        if self._last is None or self._last.loaded != loaded:
            index = Index(loaded.entries, self._tokeniser.with_words(loaded.words))
            self._last = Base(loaded, index, calibrate(index))
        return self._last


@dataclass(frozen=True, slots=True)
class Understand:
    """Answers when it is sure, offers the nearest entries when it is not, and otherwise leaves the word to others."""

    ranker: Ranker
    decider: Decider
    calendar: Calendar
    wait: timedelta
    name: str = "understand"
    hears: tuple[str, ...] = ("message",)

    def prepare(self, event: Event) -> Sequence[Hit]:
        """The entries that may be meant, the best first."""
        if not isinstance(event, Message) or not event.text.strip():
            return ()
        return self.ranker.search(event.text[:LONGEST_QUESTION], CONSIDERED)

    async def decide(self, event: Event, prepared: Sequence[Hit], context: Context) -> Outcome | None:
        """The answer, a numbered choice, or None with the trace of what was too far off."""
        if context.group and not context.group.has(FEATURE):
            return None
        decision = self.decider.decide(self._sayable(prepared, context))
        for hit in decision.hits:
            context.trace.add(self.name, hit.entry.id, hit.score, f"最像「{hit.question}」")
        if decision.verdict is Verdict.ANSWER:
            return self._answer(decision.options[0].entry, context, "有把握", decision.score)
        if decision.verdict is Verdict.CHOICES:
            return await self._offer(decision, context)
        context.trace.add(self.name, note=f"没有够像的问答，把握只有 {decision.score:.0%}")
        return None

    async def resume(self, event: Message, data: Mapping[str, Any], context: Context) -> Outcome | None:
        """The answer to the option that was picked, by number or by its words."""
        entries = {entry.id: entry for entry in self.ranker.entries}
        options = [entries[id] for id in data["options"] if id in entries]
        if len(options) < len(data["options"]):
            return None
        at = picked(event.text, [entry.questions for entry in options])
        if at is None:
            return None
        await close_dialogue(context, self.name)
        return self._answer(options[at], context, f"选了第 {at + 1} 个")

    def _sayable(self, hits: Iterable[Hit], context: Context) -> list[Hit]:
        day = context.now.astimezone(self.calendar.timezone).date()
        group = context.group.name if context.group else ""
        return [hit for hit in hits if hit.entry.holds(day, group)]

    def _answer(self, entry: Entry, context: Context, reason: str, score: float | None = None) -> Outcome:
        template = context.chance.choice(entry.answers)
        body = fill(template, values(context, self.calendar.timezone))
        return answered(Reply(content=Text(body=body)), reason=reason, rule=entry.id, score=score)

    async def _offer(self, decision: Decision, context: Context) -> Outcome:
        entries = [hit.entry for hit in decision.options]
        data = {"options": [entry.id for entry in entries]}
        await open_dialogue(context, self.name, data, context.now + self.wait)
        lines = [f"{number}. {entry.question}" for number, entry in enumerate(entries, 1)]
        body = "\n".join(["您是想问：", *lines, "回复序号即可"])
        reason = "拿不准，请对方从最接近的几条里选"
        return answered(Reply(content=Text(body=body)), reason=reason, rule=entries[0].id, score=decision.score)


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The handler for the FAQ files; none without entries."""
    loaded = settings[FAQ].loaded
    if not loaded.entries:
        return ()
    base = services.shelf.get("understand.library", Library).base(loaded)
    return (Understand(base.ranker, base.decider, services.calendar, settings[FAQ].wait),)


def inspect(settings: Settings) -> Iterable[Problem]:
    """What is wrong in the FAQ files, with their lines."""
    loaded = settings[FAQ].loaded
    for problem in loaded.problems:
        yield Problem(problem.path, problem.message, problem.file, problem.line, problem.warning, problem.value or None)
    for entry in loaded.entries:
        yield from _inspect(entry, settings)


def _inspect(entry: Entry, settings: Settings) -> Iterable[Problem]:
    for answer in entry.answers:
        for name in unknown_variables(answer):
            yield Problem(("answer",), unknown_message(name), entry.file, entry.line, value=answer)
    for problem in unknown_groups(settings, entry.groups, ("groups",)):
        yield replace(problem, file=entry.file, line=entry.line)


CAPABILITY = Capability(name="understand", sections=(FAQ,), build=build, inspect=inspect)
