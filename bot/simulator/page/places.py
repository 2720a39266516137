"""Where each person can talk."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.simulator.doors import AiBot, App
from bot.simulator.journal import Conversation
from bot.simulator.page import person as people
from bot.simulator.page.cast import Cast
from bot.simulator.page.counter import Counter
from bot.simulator.page.person import Person
from bot.simulator.page.place import Place
from bot.simulator.server import WeCom


class Places:
    """The places of the company, by person."""

    def __init__(self, wecom: WeCom, cast: Cast, counter: Counter) -> None:
        self._wecom = wecom
        self._cast = cast
        self._counter = counter

    def of(self, person: Person) -> Iterator[Place]:
        """Where somebody can talk: groups first."""
        if not person.is_customer:
            yield from self._groups(person)
            yield from self._doors(person)
        yield from self._counter.places(person)

    def _groups(self, person: Person) -> Iterator[Place]:
        bots = {door.id: door for door in self._wecom.doors if isinstance(door, AiBot)}
        for group in self._wecom.directory.groups():
            inside = next((bots[id] for id in sorted(group.bots)), None)
            if inside and person.id in group.members:
                subtitle = f"内部群 · {len(group.members)} 人 · 要 @{inside.name}"
                yield Place(Conversation(inside.id, "group", group.id), "group", group.name, subtitle, inside.name)

    def _doors(self, person: Person) -> Iterator[Place]:
        for door in self._wecom.doors if person.visible else ():
            here = Conversation(door.id, "direct", person.id)
            if isinstance(door, AiBot):
                yield Place(here, "bot", door.name, "智能机器人 · 一对一", door.name)
            if isinstance(door, App):
                at_desk = door == self._cast.desk and person.userid in self._cast.staff
                subtitle = "自建应用 · 在这里接单、回话" if at_desk else "自建应用 · 一对一"
                yield Place(here, "app", door.name, subtitle, door.name)

    def find(self, person: Person, place: str) -> Place | None:
        """A place of a person by its id."""
        return next((one for one in self.of(person) if one.id == place), None)

    def people(self) -> list[Mapping[str, Any]]:
        """Everybody, with what they are and where they can talk."""
        return [
            {
                "id": person.id,
                "name": person.name,
                "role": "客户" if person.is_customer else self._cast.roles.get(person.userid, ""),
                "staff": person.userid in self._cast.staff,
                "places": [place.shown() for place in self.of(person)],
            }
            for person in people.everybody(self._wecom.directory)
        ]
