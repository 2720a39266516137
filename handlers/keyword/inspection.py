"""What `check` says about keyword replies."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from math import ceil

from bot.types.declarations import Problem, Settings
from handlers import attachments
from handlers.directory import GROUPS, duplicates, serving, unknown_groups, unknown_roles
from handlers.keyword import patterns, texts, words
from handlers.keyword.matching import Ready
from handlers.keyword.rules import REPLIES, ReplyRule
from handlers.keyword.shadows import Shadows

A_DAY = timedelta(days=1)


def inspect(settings: Settings) -> Iterable[Problem]:
    """What is wrong with the replies, each alone and all together."""
    rules = settings[REPLIES]
    ready = [Ready.of(rule, at) for at, rule in enumerate(rules)]
    shadows, probe = Shadows(ready), patterns.Probe()
    yield from duplicates([rule.name for rule in rules], "replies", "name")
    yield from patterns.alone(ready)
    for one in ready:
        at, rule = one.order, one.rule
        yield from words.problems(one)
        yield from probe.problems(one)
        yield from texts.problems(at, rule, settings)
        if rule.attach:
            yield from attachments.problems(rule.attach, ("replies", at, "attach"), settings)
        if rule.groups or rule.roles:
            yield from _place(at, rule, settings)
        yield from _pauses(at, rule)
        yield from shadows.problems(one)


def _place(at: int, rule: ReplyRule, settings: Settings) -> Iterator[Problem]:
    yield from unknown_groups(settings, rule.groups, ("replies", at, "groups"))
    yield from unknown_roles(settings, rule.roles, ("replies", at, "roles"))
    known = {group.name for group in settings[GROUPS]}
    for number, name in enumerate(rule.groups):
        if name in known and not serving(settings, name):
            message = f"“{name}”里没有能说话的入口，这条在那里永远用不上；请看 [[groups]] 的 kind 和 doors"
            yield Problem(("replies", at, "groups", number), message, warning=True)


def _pauses(at: int, rule: ReplyRule) -> Iterator[Problem]:
    """A cap that the cooldown never lets anybody reach."""
    if not (rule.daily_cap and rule.cooldown):
        return
    most = ceil(A_DAY / rule.cooldown)
    if most < rule.daily_cap:
        message = f"冷却这么久，一天最多也只能说 {most} 次，到不了 daily_cap 的 {rule.daily_cap} 次；两个留一个就够"
        yield Problem(("replies", at, "cooldown"), message, warning=True)
