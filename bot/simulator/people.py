"""Members, customers and groups of the simulated company."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.simulator.doors import AiBot
from bot.simulator.errors import SimulatorError


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the company; `visible` is being within the apps' 可见范围."""

    userid: str
    name: str
    visible: bool = True
    parties: frozenset[int] = frozenset()
    tags: frozenset[int] = frozenset()

    @property
    def key(self) -> str:
        """Userids are the same person in any case."""
        return self.userid.lower()


@dataclass(frozen=True, slots=True)
class Customer:
    """A person outside the company."""

    external_userid: str
    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group chat; with a customer inside it no AI bot can join."""

    id: str
    name: str
    members: frozenset[str]
    bots: frozenset[str] = frozenset()
    customers: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.bots and self.customers:
            raise SimulatorError(f"group {self.id}: AI bots are not supported in groups with customers (doc/101039)")


class Directory:
    """Who exists."""

    def __init__(self) -> None:
        self._members: dict[str, Member] = {}
        self._customers: dict[str, Customer] = {}
        self._groups: dict[str, Group] = {}

    def add_member(self, member: Member) -> Member:
        return self._members.setdefault(member.key, member)

    def hide(self, userid: str) -> None:
        """Take a member out of the apps' 可见范围."""
        member = self._members[userid.lower()]
        self._members[member.key] = replace(member, visible=False)

    def add_customer(self, customer: Customer) -> Customer:
        return self._customers.setdefault(customer.external_userid, customer)

    def add_group(self, group: Group) -> Group:
        """Register a group whose people and bots are known."""
        for userid in group.members:
            self.member(userid)
        if unknown := group.customers - set(self._customers):
            raise SimulatorError(f"unknown customers {sorted(unknown)}")
        self._groups[group.id] = group
        return group

    def find(self, userid: str) -> Member | None:
        return self._members.get(userid.lower())

    def customer(self, external_userid: str) -> Customer | None:
        """Somebody outside; ids of theirs are compared byte for byte."""
        return self._customers.get(external_userid)

    def member(self, userid: str) -> Member:
        """The member, or a SimulatorError: only known people can act."""
        if found := self.find(userid):
            return found
        raise SimulatorError(f"no member {userid}")

    def group_for(self, group: str, bot: AiBot, member: Member) -> Group:
        """The group, if this member can mention this bot in it."""
        found = self._groups.get(group)
        if found is None or bot.id not in found.bots or member.key not in found.members:
            raise SimulatorError(f"{member.userid} and {bot.id} are not both in group {group}")
        return found

    def group(self, group: str) -> Group | None:
        return self._groups.get(group)

    def members(self) -> list[Member]:
        """All members, in the order in which they came."""
        return list(self._members.values())

    def customers(self) -> list[Customer]:
        """All customers, in the order in which they came."""
        return list(self._customers.values())

    def groups(self) -> list[Group]:
        """All groups, in the order in which they were made."""
        return list(self._groups.values())

    def visible(self) -> list[Member]:
        return [member for member in self._members.values() if member.visible]

    def in_party(self, party: int) -> list[Member]:
        return [member for member in self.visible() if party in member.parties]

    def with_tag(self, tag: int) -> list[Member]:
        return [member for member in self.visible() if tag in member.tags]


def keys(userids: Iterable[str]) -> frozenset[str]:
    """Userids as they are compared."""
    return frozenset(userid.lower() for userid in userids)
