"""Understanding: what a message means, said in whatever words."""

from collections.abc import Sequence

from bot.types.declarations import Capability, Handler, Settings
from bot.types.ports import Services
from handlers.understand import evaluate, labelling
from handlers.understand.faq import FAQ, Base, Faq, Library, Questions, inspect
from handlers.understand.sources import Candidate, Found, Source
from handlers.understand.step import Understand

__all__ = ["CAPABILITY", "FAQ", "Base", "Candidate", "Faq", "Found", "Library", "Questions", "Source", "Understand"]


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The step with everything that may be meant; none while that is nothing."""
    sources = list(_sources(settings, services))
    return (Understand(sources, settings[FAQ].wait),) if sources else ()


def _sources(settings: Settings, services: Services) -> Sequence[Source]:
    loaded = settings[FAQ].loaded
    if not loaded.entries:
        return ()
    return (Questions(services.shelf.get("understand.bases", Library).base(loaded), services.calendar),)


CAPABILITY = Capability(
    name="understand",
    sections=(FAQ,),
    build=build,
    inspect=inspect,
    commands=(evaluate.command(), *labelling.commands()),
)
