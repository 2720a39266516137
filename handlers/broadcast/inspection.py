"""What `check` says about the schedule: who cannot be reached and what works instead, and texts that would not do."""

from collections.abc import Iterable, Iterator

from bot.types.declarations import Problem, Settings
from handlers import attachments
from handlers.broadcast.settings import SCHEDULE, Planned
from handlers.broadcast.targets import targets
from handlers.directory import DOORS, unknown_groups, unknown_people, unknown_roles
from handlers.variables import unknown_message, unknown_variables

Path = tuple[str | int, ...]


def inspect(settings: Settings) -> Iterable[Problem]:
    """Everything that is wrong whatever the time is."""
    entries = settings[SCHEDULE]
    for at, entry in enumerate(entries):
        path = ("schedule", at)
        yield from unknown_groups(settings, entry.groups, (*path, "groups"))
        yield from unknown_people(settings, entry.members, (*path, "members"))
        yield from unknown_roles(settings, entry.roles, (*path, "roles"))
        yield from (Problem((*path, *one.path), one.why) for one in targets(settings, entry)[1])
        yield from _texts(settings, entry, path)
        if entry.attach:
            yield from attachments.problems(entry.attach, (*path, "attach"), settings)


def _texts(settings: Settings, entry: Planned, path: Path) -> Iterator[Problem]:
    most = _most_bytes(settings, entry)
    for number, text in enumerate(entry.send):
        where = (*path, "send", number) if len(entry.send) > 1 else (*path, "send")
        for name in unknown_variables(text):
            yield Problem(where, unknown_message(name))
        size = len(text.encode())
        if most and size > most:
            cure = f"太长：有 {size} 字节，那里一条最多 {most} 字节，会断成 {-(-size // most)} 条；请缩短"
            yield Problem(where, cure, warning=True)


def _most_bytes(settings: Settings, entry: Planned) -> int:
    """How long one text may be wherever this one goes; 0 when it goes nowhere."""
    doors = settings[DOORS]
    meant = {target.to.door for target in targets(settings, entry)[0]}
    return min((one.capabilities.text_bytes for one in doors if f"{one.kind}:{one.name}" in meant), default=0)
