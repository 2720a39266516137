"""Who is meant, and through which door they can be told something that they did not ask for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.types.declarations import Settings
from bot.types.events import Conversation
from handlers.broadcast.settings import Planned
from handlers.directory import DOORS, GROUPS, PEOPLE, GroupEntry, Person, unasked

_UNREACHED: Mapping[str, str] = {
    "内部群": "里没有能主动说话的入口，发不过去；最接近的办法：给它加一个消息推送（webhook），"
    '或把智能机器人改成长连接（mode = "socket"）',
    "客户群": "是客户群，企业微信不让机器人在里面说话；最接近的办法：员工在企业微信里群发，或请客户来微信客服（kf）问",
}
NEAREST_MEMBER = '接一个自建应用（app），或把智能机器人改成长连接（mode = "socket"）'


@dataclass(frozen=True, slots=True)
class Target:
    """A group or a person. `key` names them wherever they are counted; `to` is where they are told.

    `name` is "" for a person without one.
    """

    key: str
    name: str
    to: Conversation
    member: str = ""
    # Where the group may have been halted.
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody who cannot be told unasked: where that is written, and the nearest thing that works."""

    path: tuple[str | int, ...]
    why: str


def targets(settings: Settings, entry: Planned) -> tuple[Sequence[Target], Sequence[Unreached]]:
    """Whom an entry reaches, each once, in the order of the configuration; and whom it does not."""
    found: dict[str, Target] = {}
    lost: list[Unreached] = []
    for one in (*_groups(settings, entry), *_people(settings, entry)):
        if isinstance(one, Target):
            found.setdefault(one.key, one)
        else:
            lost.append(one)
    return tuple(found.values()), tuple(lost)


def _groups(settings: Settings, entry: Planned) -> Iterator[Target | Unreached]:
    known = {group.name: group for group in settings[GROUPS]}
    for at, name in enumerate(entry.groups):
        group = known.get(name)
        if group is None:
            continue
        to = unasked(settings, group)
        if to is None:
            yield Unreached(("groups", at), f"“{name}”{_UNREACHED[group.kind]}")
        else:
            yield Target(f"group:{group.id}", name, to, places=_places(settings, group))


def _places(settings: Settings, group: GroupEntry) -> tuple[str, ...]:
    configured = settings[DOORS]
    doors = group.doors or tuple(f"{door.kind}:{door.name}" for door in configured)
    return tuple(Conversation(door, "group", group.id).key for door in doors)


def _people(settings: Settings, entry: Planned) -> Iterator[Target | Unreached]:
    door = door_to_members(settings)
    for key, at, people in _meant(settings, entry):
        if people and not door:
            yield Unreached((key, at), f"没有能主动找人的入口，发不过去；最接近的办法：{NEAREST_MEMBER}")
        for person in people if door else ():
            yield Target(
                f"member:{person.userid}", person.name, Conversation(door, "direct", person.userid), person.userid
            )


def _meant(settings: Settings, entry: Planned) -> Iterator[tuple[str, int, Sequence[Person]]]:
    people = settings[PEOPLE]
    for at, name in enumerate(entry.members):
        yield "members", at, [person for person in people if person.name == name]
    for at, role in enumerate(entry.roles):
        yield "roles", at, [person for person in people if role in person.roles]


def door_to_members(settings: Settings) -> str:
    """Through which door members are told things unasked: the app, else a long connection; "" without either."""
    doors = settings[DOORS]
    app_first = sorted(doors, key=lambda door: door.kind != "app")
    starting = (door for door in app_first if "成员" in door.capabilities.serves)
    speaking = (door for door in starting if door.capabilities.serves["成员"].starts)
    return next((f"{door.kind}:{door.name}" for door in speaking), "")
