"""Mood: how customers feel and what is urgent; for staff and for reports, never an answer."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cached_property

from bot.types.declarations import Capability, Declared, Handler, Personal, Problem, Section, Settings, Settled
from bot.types.fields import Duration, Files, Name, OneOrMany
from bot.types.ports import Services
from handlers.desk.settings import team_of
from handlers.directory import ADMIN, unknown_roles
from handlers.mood.handler import Feeling
from handlers.mood.judges import Bench
from handlers.mood.labels import Labels
from handlers.mood.tables import alarms, moods
from handlers.understand import model_of


class Mood(Settled):
    """Whether moods are watched, who is told when it is urgent (empty: the team, or else administrators), own labels.

    After `cooldown` the same thread may be told of again.
    """

    watch: bool = True
    alert: bool = True
    tell: OneOrMany[Name] = ()
    cooldown: Duration = timedelta(minutes=30)
    files: OneOrMany[Files] = ()

    @cached_property
    def labels(self) -> Labels:
        """What the files hold; read once, when it is first asked for."""
        return Labels.read(list(dict.fromkeys(path for files in self.files for path in files.paths())))


MOOD: Section[Mood] = Section("mood", Mood, Mood)


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The handler that watches, unless the settings switch it off."""
    mood = settings[MOOD]
    if not mood.watch:
        return ()
    model = model_of(settings, services)
    judges = services.shelf.get("mood.judges", Bench).of(mood.labels.examples, model, services.machine.patient)
    team = team_of(settings)
    roles = mood.tell or (team.name if team else ADMIN,)
    return (Feeling(judges, services, roles if mood.alert else (), mood.cooldown),)


def inspect(settings: Settings) -> Iterable[Problem]:
    """What is wrong in the labels, and who is named but not known."""
    mood = settings[MOOD]
    for fault in mood.labels.faults:
        yield Problem(("mood", "files"), fault.message, fault.file, fault.line)
    yield from unknown_roles(settings, mood.tell, ("mood", "tell"))


CAPABILITY = Capability(
    name="mood",
    sections=(MOOD,),
    tables=(
        Declared(moods, Personal.PSEUDONYM, timedelta(days=90), "at"),
        Declared(alarms, Personal.PSEUDONYM, timedelta(days=1), "at"),
    ),
    build=build,
    inspect=inspect,
)
