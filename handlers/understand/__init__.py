"""Understanding: what a message means, said in whatever words."""

from collections.abc import Sequence

from bot.types.declarations import Capability, Handler, Settings
from bot.types.ports import Services
from handlers.understand import evaluate
from handlers.understand.edition import Editions
from handlers.understand.faq import FAQ, Base, Faq, Library, Questions, inspect
from handlers.understand.model import UNDERSTAND, Model, model_of
from handlers.understand.sources import Candidate, Found, Source
from handlers.understand.step import Understand

__all__ = [
    "CAPABILITY", "FAQ", "UNDERSTAND", "Base", "Candidate", "Faq", "Found", "Library", "Model", "Questions", "Source",
    "Understand", "model_of",
]  # fmt: skip


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The step with everything that may be meant; none while that is nothing."""
    model = model_of(settings, services)
    sources = list(_sources(settings, services, model))
    return (Understand(sources, settings[FAQ].wait, model),) if sources else ()


def _sources(settings: Settings, services: Services, model: Model) -> Sequence[Source]:
    loaded = settings[FAQ].loaded
    if not loaded.entries:
        return ()
    editions = services.shelf.get("understand.editions", Editions)
    return (Questions(editions.of(loaded, model, services.machine.patient), services.calendar),)


CAPABILITY = Capability(
    name="understand", sections=(FAQ, UNDERSTAND), build=build, inspect=inspect, commands=(evaluate.command(),)
)
