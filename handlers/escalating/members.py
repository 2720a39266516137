"""Who is special: `[[members]]` give customers and members tags."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from bot.types.context import Context
from bot.types.declarations import Problem, Section, Settings, Settled
from bot.types.fields import Name, OneOrMany, limited
from handlers.directory import PEOPLE

Who = Annotated[str, limited(128)]


class MemberEntry(Settled):
    """Some people and their tags. `who`: names of `[[people]]`, userids, or external_userids."""

    who: OneOrMany[Who]
    tags: OneOrMany[Name]


def _nobody() -> tuple[MemberEntry, ...]:
    return ()


MEMBERS: Section[tuple[MemberEntry, ...]] = Section("members", tuple[MemberEntry, ...], _nobody)


@dataclass(frozen=True, slots=True)
class Tags:
    """Tags by id: `userids` in lower case, `external` byte for byte, which is how WeCom compares them."""

    userids: Mapping[str, frozenset[str]] = field(default_factory=dict)
    external: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings) -> "Tags":
        """The tags that the settings give; a name stands for its userid, since anybody may call themselves by it."""
        named = {person.name: person.userid for person in settings[PEOPLE]}
        external: dict[str, frozenset[str]] = {}
        for entry in settings[MEMBERS]:
            for who in entry.who:
                id = named.get(who, who)
                external[id] = external.get(id, frozenset()) | frozenset(entry.tags)
        userids: dict[str, frozenset[str]] = {}
        for id, tags in external.items():
            userids[id.lower()] = userids.get(id.lower(), frozenset()) | tags
        return cls(userids, external)

    def at(self, context: Context) -> frozenset[str]:
        """The tags of the event's member."""
        if context.conversation.channel == "kf":
            return self.external.get(context.member.id, frozenset())
        return self.userids.get(context.member.id.lower(), frozenset())


def inspect(settings: Settings) -> Iterable[Problem]:
    """Who can be nobody, and who is named twice."""
    named = {person.name for person in settings[PEOPLE]}
    seen: set[tuple[str, str]] = set()
    entries: tuple[MemberEntry, ...] = settings[MEMBERS]
    for at, entry in enumerate(entries):
        for number, who in enumerate(entry.who):
            path = ("members", at, "who", number)
            if who not in named and not who.isascii():
                cure = "这里写 [[people]] 里的 name，或企业微信里的账号、external_userid（wm 开头）"
                yield Problem(path, f"[[people]] 里没有叫“{who}”的人；{cure}", value=who)
            again = [tag for tag in entry.tags if (who, tag) in seen]
            if again:
                yield Problem(path, f"“{who}”前面已经有标签“{again[0]}”了，删掉一处", warning=True)
            seen |= {(who, tag) for tag in entry.tags}
