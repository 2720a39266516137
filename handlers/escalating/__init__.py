"""When a person is called without being asked for: managers' rules, topics, moods, misses; and the button that asks."""

from collections.abc import Iterable, Sequence

from bot.types.declarations import Capability, Handler, Problem, Settings
from bot.types.ports import Services
from handlers.desk.desk import Desk
from handlers.desk.settings import ESCALATION
from handlers.escalating import inspection, members
from handlers.escalating.calling import Calling
from handlers.escalating.handler import Escalating
from handlers.escalating.members import MEMBERS, Tags
from handlers.escalating.pressed import Pressed
from handlers.escalating.rules import ESCALATE, Ready
from handlers.escalating.tables import TABLES
from handlers.escalating.topics import Learnt, Topics
from handlers.understand import model_of
from handlers.understand.intents import INTENTS


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """What sees when people are to be called, and the button."""
    desk = Desk.of(settings, services)
    model = model_of(settings, services)
    topics = services.shelf.get("escalating.topics", Learnt).of(model, services.machine.patient)
    intents, rules = settings[INTENTS], settings[ESCALATE]
    return (
        Escalating(
            rules=[Ready.of(rule) for rule in rules], topics=topics, tags=Tags.of(settings),
            calling=Calling(desk), settings=settings[ESCALATION], model=model, calendar=services.calendar,
            intents=frozenset(intent.name for intent in intents), costly=inspection.costly(settings),
        ),
        Pressed(desk),
    )  # fmt: skip


def inspect(settings: Settings) -> Iterable[Problem]:
    """What is wrong with the rules, the tags, and the topics that are named."""
    yield from members.inspect(settings)
    yield from inspection.inspect(settings, Topics.load().names())


CAPABILITY = Capability(name="escalating", sections=(ESCALATE, MEMBERS), tables=TABLES, build=build, inspect=inspect)
