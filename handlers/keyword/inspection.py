"""What `check` says about keyword replies."""

from collections.abc import Iterable

from bot.types.declarations import Problem, Settings
from handlers.directory import duplicates, unknown_groups, unknown_roles
from handlers.keyword.rules import REPLIES
from handlers.variables import unknown_message, unknown_variables


def inspect(settings: Settings) -> Iterable[Problem]:
    """What is wrong with the replies: names used twice, unknown variables, groups and roles."""
    rules = settings[REPLIES]
    yield from duplicates([rule.name for rule in rules], "replies", "name")
    for at, rule in enumerate(rules):
        yield from unknown_groups(settings, rule.groups, ("replies", at, "groups"))
        yield from unknown_roles(settings, rule.roles, ("replies", at, "roles"))
        for text in rule.reply:
            for name in unknown_variables(text):
                yield Problem(("replies", at, "reply"), unknown_message(name))
