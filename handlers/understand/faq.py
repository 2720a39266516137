"""The FAQ: where its files are, the base that is made of them, and the answers it gives."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Protocol, Self

from pydantic import PrivateAttr, ValidationInfo, model_validator

from bot.types.actions import Content, Reply, Text
from bot.types.attachments import Attachments
from bot.types.context import Context
from bot.types.declarations import Problem, Section, Settings, Settled
from bot.types.fields import Duration, Files, OneOrMany
from bot.types.files import Files as Named
from bot.types.outcome import Outcome, answered
from bot.types.ports import Calendar, Shelf
from handlers.attachments import contents
from handlers.attachments import problems as attachment_problems
from handlers.dialogue import with_reminder
from handlers.directory import unknown_groups
from handlers.understand.bases import Base
from handlers.understand.sources import Candidate, Found
from handlers.variables import fill, unknown_message, unknown_variables, values
from knowledge.correction import Corrected
from knowledge.decision import Decision, Verdict
from knowledge.entries import Entry, Loaded, Readings, load
from knowledge.ranking import Hit

# Enough that entries of other groups and days do not crowd out those that may be said here.
CONSIDERED = 10


class Faq(Settled):
    """Where the questions and answers are, and how long a choice stays open."""

    files: OneOrMany[Files] = ()
    wait: Duration = timedelta(minutes=10)
    _readings: Readings = PrivateAttr(default_factory=Readings)

    @model_validator(mode="after")
    def _remember(self, info: ValidationInfo) -> Self:
        shelf = (info.context or {}).get("shelf")
        if isinstance(shelf, Shelf):
            self._readings = shelf.get("faq.readings", Readings)
        return self

    @cached_property
    def loaded(self) -> Loaded:
        """What the files hold; read once, when it is first asked for. What was read before a change is not again."""
        paths = dict.fromkeys(path for files in self.files for path in files.paths())
        return load(list(paths), self._readings)

    def attached(self, entry: Entry) -> Sequence[Named]:
        """The files that go out with an entry; their names count from where the configuration lies."""
        return [Named(name, self.files[0].base) for name in entry.attach]


FAQ: Section[Faq] = Section("faq", Faq, Faq)


class Bases(Protocol):
    """The same entries, searched by words, or by words and meaning where that is possible."""

    def base(self, with_meaning: bool) -> Base: ...


@dataclass(frozen=True, slots=True)
class Looked:
    """What a text found, in which base, which may change before it is judged, and what that makes of all of it."""

    hits: Sequence[Hit]
    base: Base
    decision: Decision


def attached(faq: Faq, attachments: Attachments) -> Mapping[str, Sequence[Content]]:
    """What goes out with the answers of entries, by their ids. Takes a while: for building, not for deciding."""
    return {one.id: contents(faq.attached(one), None, attachments) for one in faq.loaded.entries if one.attach}


class Questions:
    """The entries of the FAQ as a source of what may be meant; `attached`: what goes out with answers, by entry."""

    name = "faq"

    def __init__(
        self, bases: Bases, calendar: Calendar, attached: Mapping[str, Sequence[Content]] | None = None
    ) -> None:
        self._bases = bases
        self._calendar = calendar
        self._attached = attached or {}

    def look(self, text: str, with_meaning: bool = False) -> Looked:
        """The entries that may be meant, the best first."""
        base = self._bases.base(with_meaning)
        hits = base.ranker.search(text, CONSIDERED)
        return Looked(hits, base, base.decider.decide(hits))

    def corrected(self, text: str, looked: Looked) -> Corrected | None:
        """What the base would say instead, unless it is sure of an answer."""
        is_sure = looked.decision.verdict is Verdict.ANSWER
        return None if is_sure else looked.base.corrector.correct(text)

    def found(self, looked: Looked, context: Context) -> Found:
        """Those of them that may be said on this day in this group, and how sure the base is of them."""
        day = context.now.astimezone(self._calendar.timezone).date()
        decision = self.decided(looked, day, context.group.name if context.group else "")
        candidates = tuple(_candidate(hit.entry, hit.score, hit.question) for hit in decision.hits)
        return Found(candidates, decision.offered, decision.score, decision.among)

    def decided(self, looked: Looked, day: date, group: str) -> Decision:
        """What the base makes of those entries that may be said on a day in a named group (`""`: in no named one)."""
        sayable = [hit for hit in looked.hits if hit.entry.holds(day, group)]
        is_all = len(sayable) == len(looked.hits)
        return looked.decision if is_all else looked.base.decider.decide(sayable)

    def candidate(self, id: str) -> Candidate | None:
        """The entry with that id."""
        entry = self._entries.get(id)
        return _candidate(entry) if entry else None

    async def take(self, candidate: Candidate, context: Context, reason: str, score: float | None = None) -> Outcome:
        """One of the entry's answers."""
        template = context.chance.choice(self._entries[candidate.id].answers)
        body = fill(template, values(context, self._calendar.timezone))
        files = (Reply(content=content) for content in self._attached.get(candidate.id, ()))
        words = Reply(content=Text(body=body))
        outcome = answered(words, *files, reason=reason, rule=candidate.id, score=score)
        return await with_reminder(outcome, context)

    @cached_property
    def _entries(self) -> Mapping[str, Entry]:
        return {entry.id: entry for entry in self._bases.base(False).ranker.entries}


def _candidate(entry: Entry, likeness: float = 0.0, nearest: str = "") -> Candidate:
    return Candidate(Questions.name, entry.id, entry.question, entry.questions, likeness, nearest)


def inspect(settings: Settings) -> Iterable[Problem]:
    """What is wrong in the FAQ files, with their lines."""
    loaded = settings[FAQ].loaded
    for problem in loaded.problems:
        yield Problem(problem.path, problem.message, problem.file, problem.line, problem.warning, problem.value or None)
    for entry in loaded.entries:
        # Nothing else of an entry can be wrong here, and there may be many.
        if entry.groups or entry.attach or any("{" in answer for answer in entry.answers):
            yield from _inspect(entry, settings)


def _inspect(entry: Entry, settings: Settings) -> Iterable[Problem]:
    for answer in entry.answers:
        for name in unknown_variables(answer):
            yield Problem(("answer",), unknown_message(name), entry.file, entry.line, value=answer)
    found = [*unknown_groups(settings, entry.groups, ("groups",)), *_attached_wrongly(entry, settings)]
    yield from (replace(problem, file=entry.file, line=entry.line) for problem in found)


def _attached_wrongly(entry: Entry, settings: Settings) -> Iterable[Problem]:
    files = settings[FAQ].attached(entry)
    for name, one in zip(entry.attach, files, strict=True):
        if not one.paths():
            yield Problem(("attach",), "找不到这个文件；文件名从 config.toml 所在的文件夹写起", value=name)
    yield from attachment_problems(files, ("attach",), settings) if files else ()
