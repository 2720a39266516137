"""People, groups and teams, as the configuration names them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any, Literal

import regex
from pydantic import AfterValidator, Field, model_validator

from bot.types.declarations import Capability, Problem, Section, Settings, Settled
from bot.types.events import Conversation
from bot.types.fields import Door, Duration, Hours, Name, OneOrMany, UserId, wrong
from bot.types.ports import Group, Member

ADMIN = "管理员"
# Whom a door serves in a chat of their own, as doors declare it.
MEMBER = "成员"
# So many choices are named when a name is wrong.
MOST_NAMED = 8
LONGEST_CLOCK = timedelta(days=90)
# What WeCom calls people who are not of the company.
_OUTSIDE = regex.compile(r"w[mo][A-Za-z0-9_-]{20,}")

# Who gets a ticket: everybody is asked and the first one takes it, or in turn, or who has the least in hand.
Mode = Literal["抢单", "轮流", "最闲"]


def _clock(duration: timedelta) -> timedelta:
    if not timedelta(0) < duration <= LONGEST_CLOCK:
        raise wrong(f"这里要大于 0，最多 {LONGEST_CLOCK.days} 天")
    return duration


Clock = Annotated[Duration, AfterValidator(_clock)]


class Person(Settled):
    """One person of the company: who they are, what they may do and what they know."""

    name: Name
    userid: UserId
    roles: OneOrMany[Name] = ()
    skills: OneOrMany[Name] = ()


Feature = Literal["faq", "escalation", "welcome", "points", "signin", "checkin", "draws", "shop", "games"]


class GroupEntry(Settled):
    """One group: its kind decides which doors can serve it.

    `alerts`: roles and teams; what these people are told is told in this group too. `owner`: who looks after it.
    """

    name: Name
    id: Name
    kind: Literal["内部群", "客户群"] = "内部群"
    doors: OneOrMany[Door] = ()
    features: OneOrMany[Feature] | None = None
    alerts: OneOrMany[Name] = ()
    owner: Name | None = None

    @model_validator(mode="before")
    @classmethod
    def _where_nothing_is_heard(cls, written: Any) -> Any:
        """A group that is only spoken to has no id that anybody could know."""
        if not isinstance(written, Mapping) or "id" in written:
            return written
        doors = written.get("doors")
        named = [doors] if isinstance(doors, str) else doors if isinstance(doors, list) else []
        spoken_to = named and all(isinstance(door, str) and door.startswith("webhook:") for door in named)
        return {**written, "id": written.get("name")} if spoken_to else written


class Team(Settled):
    """A team that takes over from the bot; its members are the people whose roles name it.

    `first_response`, `next_response`, `resolution`: what it promises, in its `hours`; no `resolution`: nothing.
    `capacity`: so many tickets one person has in hand at most. `sticky`: who comes again gets the person they had.
    `accept`: how long somebody who was given a ticket may leave it. `lead`, `manager`: whom the next levels ask.
    """

    name: Name
    hours: Hours | None = None
    first_response: Clock = timedelta(minutes=5)
    next_response: Clock = timedelta(minutes=10)
    resolution: Clock | None = None
    assign: Mode = "抢单"
    capacity: Annotated[int, Field(ge=1, le=100)] = 5
    sticky: bool = True
    accept: Clock = timedelta(minutes=2)
    lead: OneOrMany[Name] = ()
    manager: OneOrMany[Name] = ()


def _nobody() -> tuple[Person, ...]:
    return ()


def _nowhere() -> tuple[GroupEntry, ...]:
    return ()


def _no_team() -> tuple[Team, ...]:
    return ()


# The doors' own section belongs to the channels; only its kinds and names are read here.
DOORS: Section[tuple[Any, ...]] = Section("channels", tuple, tuple)
PEOPLE: Section[tuple[Person, ...]] = Section("people", tuple[Person, ...], _nobody)
GROUPS: Section[tuple[GroupEntry, ...]] = Section("groups", tuple[GroupEntry, ...], _nowhere)
TEAMS: Section[tuple[Team, ...]] = Section("teams", tuple[Team, ...], _no_team)


@dataclass(frozen=True, slots=True)
class Roster:
    """The directory of a configuration."""

    people: Sequence[Member]
    groups: Sequence[Group]
    alerts: Mapping[str, tuple[Conversation, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings) -> "Roster":
        """The directory that the settings describe."""
        people = [_member(person) for person in settings[PEOPLE]]
        groups, doors = settings[GROUPS], settings[DOORS]
        named = {role for group in groups for role in group.alerts}
        alerts = {role: tuple(_alerted(group, doors) for group in groups if role in group.alerts) for role in named}
        found = {role: tuple(place for place in places if place is not None) for role, places in alerts.items()}
        return cls(people, [_group(entry) for entry in groups], found)

    def member(self, door: str, id: str) -> Member:
        """The member behind an id; userids are compared in lower case, ids of customers byte for byte."""
        if door.startswith("kf:"):
            # Only customers come in there, whatever their ids look like.
            return Member(id)
        return next((person for person in self.people if person.id == id.lower()), Member(id))

    def group(self, conversation: Conversation) -> Group | None:
        """The named group of a conversation; None for direct chats and unnamed groups."""
        if conversation.place != "group":
            return None
        return next((group for group in self.groups if _is_at(group, conversation)), None)

    def with_role(self, role: str) -> tuple[Member, ...]:
        """Everybody with a role or in a team of that name, in the order of the configuration."""
        return tuple(person for person in self.people if role in person.roles)

    def alerted(self, role: str) -> tuple[Conversation, ...]:
        """The groups where what people with a role are told is told too."""
        return self.alerts.get(role, ())

    def is_for_staff(self, conversation: Conversation) -> bool:
        """Whether it is a chat with somebody who has a role, or a group where staff are told things."""
        if conversation.place == "group":
            return any(conversation in places for places in self.alerts.values())
        return self.member(conversation.door, conversation.native).is_staff


def _member(person: Person) -> Member:
    return Member(person.userid, person.name, frozenset(person.roles), frozenset(person.skills))


def _group(entry: GroupEntry) -> Group:
    features = None if entry.features is None else frozenset[str](entry.features)
    return Group(entry.name, entry.id, entry.kind, tuple(entry.doors), features)


def _alerted(group: GroupEntry, doors: Sequence[Any]) -> Conversation | None:
    """The group by the first of its doors that may speak there unasked; None when there is none."""
    mine = {_called(door): door.capabilities for door in doors if serves(door, group)}
    order = group.doors or tuple(mine)
    starting = (name for name in order if name in mine and mine[name].serves[group.kind].starts)
    name = next(starting, None)
    return Conversation(name, "group", group.id) if name else None


def _is_at(group: Group, conversation: Conversation) -> bool:
    return group.id == conversation.native and (not group.doors or conversation.door in group.doors)


def unknown_groups(settings: Settings, names: Iterable[str], path: tuple[str | int, ...]) -> Iterable[Problem]:
    """A problem for every one of the `names` at `path` that is no group, with its place among them."""
    known = [group.name for group in settings[GROUPS]]
    return _unknown(names, known, path, "群", "[[groups]]")


def unknown_roles(
    settings: Settings, names: Iterable[str], path: tuple[str | int, ...], beside: Iterable[str] = ()
) -> Iterable[Problem]:
    """A problem for every role that nobody has and that is not among those `beside`."""
    known = sorted({role for person in settings[PEOPLE] for role in person.roles})
    return _unknown(names, known, path, "角色", "[[people]] 的 roles", frozenset(beside))


def unknown_teams(settings: Settings, names: Iterable[str], path: tuple[str | int, ...]) -> Iterable[Problem]:
    """A problem for every name that is no team."""
    known = [team.name for team in settings[TEAMS]]
    return _unknown(names, known, path, "小组", "[[teams]]")


def unknown_people(settings: Settings, names: Iterable[str], path: tuple[str | int, ...]) -> Iterable[Problem]:
    """A problem for every name that is nobody's."""
    known = [person.name for person in settings[PEOPLE]]
    return _unknown(names, known, path, "人", "[[people]]")


def unknown_doors(settings: Settings, names: Iterable[str], path: tuple[str | int, ...]) -> Iterable[Problem]:
    """A problem for every name that is no door."""
    known = [f"{door.kind}:{door.name}" for door in settings[DOORS]]
    return _unknown(names, known, path, "入口", "[[channels]]")


def serving(settings: Settings, name: str) -> tuple[str, ...]:
    """The doors that can answer in a group."""
    entry = next((group for group in settings[GROUPS] if group.name == name), None)
    doors = settings[DOORS]
    mine = () if entry is None else tuple(door for door in doors if serves(door, entry))
    return tuple(_called(door) for door in mine if door.capabilities.hears)


def private_door(settings: Settings) -> str:
    """The door that may speak to a member unasked, an app before an AI bot; "" when there is none."""
    able = [door for door in settings[DOORS] if MEMBER in door.capabilities.serves]
    starting = [door for door in able if door.capabilities.serves[MEMBER].starts]
    starting.sort(key=lambda door: door.kind != "app")
    return _called(starting[0]) if starting else ""


def privately(door: str, member: str) -> Conversation | None:
    """A member's own chat at the `private_door`; None without one, and for customers, whom only their own door has."""
    return Conversation(door, "direct", member) if door and not _OUTSIDE.fullmatch(member) else None


def unasked(settings: Settings, group: GroupEntry) -> Conversation | None:
    """The group by the first of its doors that may speak there unasked; None when there is none."""
    doors = settings[DOORS]
    return _alerted(group, doors)


def serves(door: Any, group: GroupEntry) -> bool:
    """Whether a door is one of a group's; a door that hears nothing has to be named."""
    mine = _called(door) in group.doors or (not group.doors and door.capabilities.hears)
    return mine and group.kind in door.capabilities.serves


def _called(door: Any) -> str:
    return f"{door.kind}:{door.name}"


def duplicates(names: Sequence[str], key: str, field: str) -> Iterable[Problem]:
    """A problem for every entry of `[[key]]` whose `field` was used before."""
    first: dict[str, int] = {}
    for at, name in enumerate(names):
        if name in first:
            yield Problem((key, at, field), f"和第 {first[name] + 1} 个 [[{key}]] 的 {field} 相同，请改成不同的")
        first.setdefault(name, at)


def _unknown(
    names: Iterable[str], known: Sequence[str], path: tuple[str | int, ...], what: str, where: str,
    beside: frozenset[str] = frozenset(),
) -> Iterable[Problem]:  # fmt: skip
    more = f" 等 {len(known)} 个" if len(known) > MOST_NAMED else ""
    there = f"{where} 里现有：{'、'.join(known[:MOST_NAMED])}{more}" if known else f"{where} 里一个都还没有写"
    for at, name in enumerate(names):
        if name not in known and name not in beside:
            yield Problem((*path, at), f"没有叫“{name}”的{what}；{there}", value=name)


def inspect(settings: Settings) -> Iterable[Problem]:
    """What is wrong with people, groups and teams taken together."""
    doors, groups, people, teams = settings[DOORS], settings[GROUPS], settings[PEOPLE], settings[TEAMS]
    yield from duplicates([group.name for group in groups], "groups", "name")
    yield from duplicates([group.id for group in groups], "groups", "id")
    yield from duplicates([person.name for person in people], "people", "name")
    yield from duplicates([person.userid for person in people], "people", "userid")
    yield from duplicates([team.name for team in teams], "teams", "name")
    for at, group in enumerate(groups):
        yield from _misplaced(at, group, doors)
        yield from unknown_doors(settings, group.doors, ("groups", at, "doors"))
        told = (ADMIN, *(team.name for team in teams))
        yield from unknown_roles(settings, group.alerts, ("groups", at, "alerts"), told)
        if group.owner is not None and group.owner not in {person.name for person in people}:
            message = f"[[people]] 里没有叫“{group.owner}”的人；群主写 [[people]] 里的 name"
            yield Problem(("groups", at, "owner"), message, value=group.owner)
        if group.alerts and _alerted(group, doors) is None:
            cure = '给它加一个消息推送（webhook），或长连接的智能机器人（mode = "socket"）'
            yield Problem(
                ("groups", at, "alerts"), f"“{group.name}”里没有能主动说话的入口，提醒发不过去；最接近的办法：{cure}"
            )
    for at, team in enumerate(teams):
        if not any(team.name in person.roles for person in people):
            hint = f"“{team.name}”里还没有人：给 [[people]] 的 roles 加上“{team.name}”，转人工才有人接"
            yield Problem(("teams", at, "name"), hint, warning=True)
        yield from unknown_people(settings, team.lead, ("teams", at, "lead"))
        yield from unknown_people(settings, team.manager, ("teams", at, "manager"))
    yield from _webhooks(settings)


def _misplaced(at: int, group: GroupEntry, doors: Sequence[Any]) -> Iterable[Problem]:
    known = {_called(door): door for door in doors}
    for index, name in enumerate(group.doors):
        door = known.get(name)
        if door is not None and group.kind not in door.capabilities.serves:
            why = _UNSERVED.get(door.kind, f"这个入口到不了{group.kind}")
            yield Problem(("groups", at, "doors", index), f"{why}；{_NEAREST[group.kind]}")


def _webhooks(settings: Settings) -> Iterable[Problem]:
    """A webhook is in one group: in none it has nothing to say, in two it would speak in the wrong one."""
    doors, groups = settings[DOORS], settings[GROUPS]
    for at, door in enumerate(doors):
        mine = [n for n, group in enumerate(groups) if _called(door) in group.doors]
        if door.capabilities.hears or len(mine) == 1:
            continue
        if not mine:
            hint = f'还没有群用它：在那个群的 [[groups]] 里写 doors = ["{_called(door)}"]'
            yield Problem(("channels", at, "name"), hint, warning=True)
        for n in mine[1:]:
            first = groups[mine[0]].name
            yield Problem(("groups", n, "doors"), f"{_called(door)} 在“{first}”里，一个消息推送只在一个群；请再加一个")


_UNSERVED: Mapping[str, str] = {
    "app": "自建应用收不到群消息，只能一对一",
    "kf": "微信客服只有一对一会话，进不了群",
    "aibot": "智能机器人进不了客户群（企业微信的限制）",
    "webhook": "消息推送加不进客户群（企业微信的限制）",
}
_NEAREST: Mapping[str, str] = {
    "内部群": "群里请用智能机器人（aibot）",
    "客户群": "最接近的办法：客户改走微信客服（kf）一对一",
}

CAPABILITY = Capability(name="directory", sections=(PEOPLE, GROUPS, TEAMS), inspect=inspect)
