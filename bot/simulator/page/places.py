"""Where each person can talk: a place is a conversation with a name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.simulator.doors import AiBot, App
from bot.simulator.journal import Conversation
from bot.simulator.page.cast import Cast
from bot.simulator.people import Member
from bot.simulator.server import WeCom


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation as a person finds it in the list. `kind`: group, bot, app; `bot` is who answers there."""

    conversation: Conversation
    kind: str
    title: str
    subtitle: str
    bot: str

    @property
    def id(self) -> str:
        """One string for the conversation."""
        return place_id(self.conversation)

    def shown(self) -> Mapping[str, Any]:
        """The place as the page shows it."""
        named = {"title": self.title, "subtitle": self.subtitle, "bot": self.bot}
        return {"id": self.id, "kind": self.kind, **named}


def place_id(conversation: Conversation) -> str:
    """One string for a conversation; a group is one place, however many doors lead there."""
    door = "" if conversation.kind == "group" else conversation.door
    return f"{door}|{conversation.kind}|{conversation.native}"


class Places:
    """The places of the company, by person."""

    def __init__(self, wecom: WeCom, cast: Cast) -> None:
        self._wecom = wecom
        self._cast = cast

    def of(self, person: Member) -> Iterator[Place]:
        """Where a member can talk: groups first."""
        yield from self._groups(person)
        for door in self._wecom.doors if person.visible else ():
            if isinstance(door, AiBot):
                here = Conversation(door.id, "direct", person.key)
                yield Place(here, "bot", door.name, "智能机器人 · 一对一", door.name)
            if isinstance(door, App):
                subtitle = "自建应用 · 在这里接单、回话" if self._is_desk(door, person) else "自建应用 · 一对一"
                yield Place(Conversation(door.id, "direct", person.key), "app", door.name, subtitle, door.name)

    def _groups(self, person: Member) -> Iterator[Place]:
        bots = {door.id: door for door in self._wecom.doors if isinstance(door, AiBot)}
        for group in self._wecom.directory.groups():
            inside = next((bots[id] for id in sorted(group.bots)), None)
            if inside and person.key in group.members:
                subtitle = f"内部群 · {len(group.members)} 人 · 要 @{inside.name}"
                yield Place(Conversation(inside.id, "group", group.id), "group", group.name, subtitle, inside.name)

    def _is_desk(self, door: object, person: Member) -> bool:
        return door == self._cast.desk and person.userid in self._cast.staff

    def find(self, person: Member, place: str) -> Place | None:
        """A place of a person by its id."""
        for one in self.of(person):
            if one.id == place:
                return one
        return None

    def people(self) -> list[Mapping[str, Any]]:
        """Everybody, with what they are and where they can talk."""
        return [
            {
                "id": person.key,
                "name": person.name,
                "role": self._cast.roles.get(person.userid, ""),
                "staff": person.userid in self._cast.staff,
                "places": [place.shown() for place in self.of(person)],
            }
            for person in self._wecom.directory.members()
        ]
