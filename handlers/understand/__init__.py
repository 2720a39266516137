"""Understanding: what a message means, said in whatever words."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

from bot.types.declarations import Capability, Handler, Problem, Settings
from bot.types.events import Message
from bot.types.ports import Services
from handlers.desk.suggestion import Suggestion, nothing
from handlers.understand import comparison, evaluate, faq, inspection, labelling, model, preparing
from handlers.understand.bases import Base, Library
from handlers.understand.edition import Editions
from handlers.understand.faq import FAQ, Faq, Questions
from handlers.understand.forms import Forms
from handlers.understand.intents import INTENTS
from handlers.understand.model import UNDERSTAND, Model, model_of
from handlers.understand.recognition import forms_of, intents_of
from handlers.understand.slots import SLOTS
from handlers.understand.sources import Candidate, Found, Source
from handlers.understand.step import Understand
from handlers.understand.suggesting import Suggesting
from nlp.tokenise import Tokeniser

__all__ = [
    "CAPABILITY", "FAQ", "UNDERSTAND", "Base", "Candidate", "Faq", "Found", "Library", "Model", "Questions", "Source",
    "Understand", "model_of",
]  # fmt: skip


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The step with everything that may be meant; none while that is nothing."""
    used, forms = model_of(settings, services), forms_of(settings, services)
    sources = list(_sources(settings, services, used, forms))
    thread = None if services.machine.patient else services.shelf.get("understand.thread", one_thread)
    found = _suggested(sources, services)
    handlers: list[Handler] = [Understand(sources, settings[FAQ].wait, used, thread, found)] if sources else []
    return [*handlers, forms] if forms.intents else handlers


def _suggested(sources: Iterable[Source], services: Services) -> Callable[[Message, Sequence[Any]], None] | None:
    """What keeps the FAQ's answers for those who are called; None where there is no FAQ, and nothing to suggest."""
    questions = next((one for one in sources if isinstance(one, Questions)), None)
    suggesting = Suggesting(questions, services.directory, services.calendar) if questions else None
    services.shelf.get("desk.suggestion", Suggestion).find = suggesting.find if suggesting else nothing
    return suggesting.note if suggesting else None


def one_thread() -> Executor:
    """Where texts are looked up."""
    return ThreadPoolExecutor(1, "understand")


def _sources(settings: Settings, services: Services, model: Model, forms: Forms) -> Iterator[Source]:
    if forms.intents:
        yield intents_of(settings, services, model, forms)
    loaded = settings[FAQ].loaded
    if loaded.entries:
        tokeniser = services.shelf.get("nlp.tokeniser", Tokeniser.load)
        editions = services.shelf.get("understand.editions", lambda: Editions(tokeniser))
        edition = editions.of(loaded, model, services.machine.patient)
        yield Questions(edition, services.calendar, faq.attached(settings[FAQ], services.attachments))


def inspect(settings: Settings) -> Iterable[Problem]:
    """What is wrong in the FAQ files, the intents and their slots."""
    yield from faq.inspect(settings)
    yield from model.inspect(settings)
    yield from inspection.inspect(settings)


CAPABILITY = Capability(
    name="understand",
    sections=(FAQ, UNDERSTAND, INTENTS, SLOTS),
    build=build,
    inspect=inspect,
    commands=(evaluate.command(), comparison.command(), *labelling.commands()),
    tools=preparing.commands,
)
