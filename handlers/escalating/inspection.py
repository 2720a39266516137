"""What `check` says about `[[escalate]]`: unknown names, rules that never apply, rules that come too late."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from bot.types.declarations import Problem, Settings
from handlers.desk.settings import ESCALATION
from handlers.directory import GROUPS, PEOPLE, TEAMS, duplicates, serving, unknown_groups, unknown_teams
from handlers.escalating.members import MEMBERS
from handlers.escalating.rules import ANGRY, ESCALATE, HAPPENINGS, LEVELS, URGENT, EscalateRule, Ready
from handlers.keyword.scope import covers
from handlers.mood import MOOD
from handlers.understand.intents import INTENTS
from handlers.understand.slots import SLOTS, telling
from nlp.normalise import normalise

# An intent that says one of these is about money.
_MONEY = ("退款", "退货", "退钱", "赔", "付款", "支付", "扣款", "扣费", "充值", "打款", "转账", "报销", "提现", "差价")


def inspect(settings: Settings, topics: Sequence[str]) -> Iterable[Problem]:
    """What is wrong with the rules, each alone and all together, and with the topics of `[escalation]`."""
    rules = settings[ESCALATE]
    yield from duplicates([rule.name for rule in rules], "escalate", "name")
    ready = [Ready.of(rule) for rule in rules]
    for at, rule in enumerate(rules):
        yield from _named(at, rule, settings, topics)
        yield from _called(at, rule, settings)
        yield from _words(at, ready[at])
        yield from _shadowed(at, ready)
    for name in settings[ESCALATION].topics:
        if name not in topics:
            yield Problem(("escalation", "topics", name), _unknown(name, topics, "话题"), value=name)


def costly(settings: Settings) -> frozenset[str]:
    """The names of the intents that are about money."""
    own = {slot.name: slot for slot in settings[SLOTS]}
    return frozenset(
        intent.name
        for intent in settings[INTENTS]
        if any(word in text for word in _MONEY for text in (intent.name, *intent.examples))
        or any((slot := own.get(name) or telling(name)) and slot.kind == "金额" for name in intent.ask)
    )


def _named(at: int, rule: EscalateRule, settings: Settings, topics: Sequence[str]) -> Iterator[Problem]:
    """Names that stand for nothing."""
    known = [*HAPPENINGS, *topics]
    for number, name in enumerate(rule.when):
        path = ("escalate", at, "when", number)
        if name not in known:
            yield Problem(path, _unknown(name, known, "情况"), value=name)
        elif name in (ANGRY, URGENT) and not settings[MOOD].watch:
            yield Problem(path, f"[mood] 的 watch 关着，看不出“{name}”，这条用不上", warning=True)
    intents = [intent.name for intent in settings[INTENTS]]
    for number, name in enumerate(rule.intents):
        if name not in intents:
            yield Problem(("escalate", at, "intents", number), _unknown(name, intents, "意图"), value=name)
    tags = sorted({tag for entry in settings[MEMBERS] for tag in entry.tags})
    for number, tag in enumerate(rule.tags):
        if tag not in tags:
            message = f"{_unknown(tag, tags, '标签')}；标签写在 [[members]] 里"
            yield Problem(("escalate", at, "tags", number), message, warning=True)
    yield from unknown_groups(settings, rule.groups, ("escalate", at, "groups"))


def _called(at: int, rule: EscalateRule, settings: Settings) -> Iterator[Problem]:
    """Where nobody could come."""
    wrong = list(unknown_teams(settings, [rule.team] if rule.team else [], ("escalate", at, "team")))
    for one in wrong:
        yield Problem(("escalate", at, "team"), one.message, value=one.value)
    if not settings[TEAMS]:
        yield Problem(("escalate", at, "do"), "还没有 [[teams]]，没有人可以来，这条用不上", warning=True)
    elif rule.team and not wrong and not any(rule.team in person.roles for person in settings[PEOPLE]):
        message = f"“{rule.team}”里还没有人，这条叫不来人；请给 [[people]] 的 roles 加上“{rule.team}”"
        yield Problem(("escalate", at, "team"), message, warning=True)
    team = next((one for one in settings[TEAMS] if rule.team in ("", one.name)), None)
    if team is not None and not (team.lead, team.manager, (team.name,))[LEVELS.index(rule.level) - 1]:
        key = "lead" if rule.level == LEVELS[1] else "manager"
        message = f"“{team.name}”还没有{rule.level}，会先叫一线；请在 [[teams]] 里写 {key}"
        yield Problem(("escalate", at, "level"), message, warning=True)
    for number, name in enumerate(rule.groups):
        group = next((one for one in settings[GROUPS] if one.name == name), None)
        if group is None:
            continue
        if group.features is not None and "escalation" not in group.features:
            message = f"“{name}”没有开转人工（features 里没有 escalation），这条在那里用不上"
            yield Problem(("escalate", at, "groups", number), message, warning=True)
        elif not serving(settings, name):
            message = f"“{name}”里没有能听、能说的入口，这条在那里用不上"
            yield Problem(("escalate", at, "groups", number), message, warning=True)


def _words(at: int, ready: Ready) -> Iterator[Problem]:
    """Words that forbid what they ask for, or that are in everything."""
    blocked = [word for word in ready.any if any(none in word for none in ready.none)]
    if ready.any and len(blocked) == len(ready.any):
        message = f"any 里的词都被 none 挡住了（“{blocked[0]}”），永远轮不到；两处只能留一处"
        yield Problem(("escalate", at, "none"), message)
    for number, word in enumerate(ready.rule.any):
        if len(normalise(word)) == 1 and ready.rule.do == "转人工":
            message = f"只有一个字，凡是含“{word}”的话都会叫人；请写长一点"
            yield Problem(("escalate", at, "any", number), message, warning=True)


def _shadowed(at: int, rules: Sequence[Ready]) -> Iterator[Problem]:
    """A rule of which an earlier one takes every message."""
    one = rules[at]
    taker = next((other for other in rules[:at] if _takes_all(other, one)), None)
    if taker is not None:
        message = f"这条永远轮不到：它认的话都先由“{taker.rule.name}”管了；请删掉它，或往前移"
        yield Problem(("escalate", at, "name"), message, warning=True)


def _takes_all(other: Ready, one: Ready) -> bool:
    """Whether `other` holds whenever `one` does."""
    lists = ("when", "intents", "tags", "groups")
    within = all(_is_within(getattr(one.rule, key), getattr(other.rule, key)) for key in lists)
    words = not other.any or (bool(one.any) and all(any(mine in word for mine in other.any) for word in one.any))
    free = all(any(mine in word for mine in one.none) for word in other.none)
    return within and words and free and covers(other.rule.hours, one.rule.hours)


def _is_within(one: Sequence[str], other: Sequence[str]) -> bool:
    return not other or (bool(one) and set(one) <= set(other))


def _unknown(name: str, known: Sequence[str], what: str) -> str:
    near = get_close_matches(name, known, n=1)
    hint = f"是不是想写 {near[0]}？" if near else ""
    there = f"有的是：{'、'.join(known)}" if known else "一个都还没有写"
    return f"没有叫“{name}”的{what}。{hint}{there}"
