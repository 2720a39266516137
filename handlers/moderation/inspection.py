"""What `check` says about moderation: what no door can do, whom nobody knows, what is wrong in the lists."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from bot.types.declarations import Problem, Settings
from handlers.directory import (
    ADMIN,
    DOORS,
    GROUPS,
    PEOPLE,
    TEAMS,
    private_door,
    serving,
    unknown_groups,
    unknown_roles,
)
from handlers.moderation.effects import IMPOSSIBLE, Act, Effect
from handlers.moderation.listed import read_action
from handlers.moderation.sanctions import SANCTIONS
from handlers.moderation.scoring import told_of
from handlers.moderation.settings import MODERATION, NOBODY, STAFF, ModerationRule
from handlers.moderation.words import Lists, is_rule, source_of
from handlers.points.settings import POINTS
from nlp.moderation.entry import Entry
from nlp.moderation.lists.making import fault_of
from nlp.moderation.lists.unfindable import NOTHING, unfindable

Path = tuple[str | int, ...]

MOST_FAULTS = 50
NO_MEASURE = "“{part}”在词表里写不了多少、多久，请写进规则的 do"


def inspect(settings: Settings, lists: Lists) -> Iterable[Problem]:
    """What is wrong with the rules, each alone and with the doors, and with their lists."""
    rules = settings[MODERATION]
    lost = list(unfindable(lists.entries))
    for at, rule in enumerate(rules):
        here = ("moderation", at)
        yield from unknown_groups(settings, rule.groups, (*here, "groups"))
        yield from unknown_roles(settings, rule.exempt, (*here, "exempt"), (STAFF, NOBODY))
        yield from _places(here, rule, settings)
        for path, act, together in _acts(here, rule):
            yield from _act(path, act, rule, settings)
            if act.effect in SANCTIONS and settings[POINTS].on:
                yield from _irrevocable(path, act, together, settings)
        yield from _order(here, rule)
        yield from _words(here, rule, {fault.value for fault in lost})
        yield from _score(here, rule)
    for fault in [*lists.faults, *(fault for fault in lost if not is_rule(fault.file))][:MOST_FAULTS]:
        path = ("moderation", fault.column) if fault.column else ("moderation",)
        yield Problem(path, fault.message, fault.file, fault.line, fault.warning, fault.value or None)
    yield from _listed(rules, lists)


def _words(here: Path, rule: ModerationRule, lost: Collection[str]) -> Iterator[Problem]:
    """Patterns and combinations in the rule itself that cannot be looked for, and words that are lost."""
    for at, word in enumerate(rule.words):
        if not isinstance(word, str):
            continue
        if told := fault_of(Entry(word, "")):
            yield Problem((*here, "words", at), told)
        elif word in lost:
            yield Problem((*here, "words", at), NOTHING, warning=True)


def _score(here: Path, rule: ModerationRule) -> Iterator[Problem]:
    """Where the score can tell nothing, or nobody would hear of it."""
    if rule.score is None:
        return
    path = (*here, "score")
    if not told_of(rule.categories):
        yield Problem(path, "score 只听得出广告和辱骂，categories 里没有这两类，用不上", warning=True)
    elif rule.score.calls and not rule.acts:
        yield Problem(path, '现在是“只记录”，score 看出来的也只记录；看准了再写 mode = "执行"', warning=True)
    elif rule.score.calls and rule.do and all(act.effect is not Effect.ALERT for act in rule.do):
        yield Problem(
            path, "score 看出来的只会通知人，do 里没有“通知”，等于只记录；请加上，或改成“只记录”", warning=True
        )


def _acts(here: Path, rule: ModerationRule) -> Iterator[tuple[Path, Act, Sequence[Act]]]:
    """Every act, and those that follow together with it."""
    usual = rule.do or ()
    for number, act in enumerate(usual):
        yield (*here, "do", number), act, usual
    for step, rung in enumerate(rule.ladder):
        for number, act in enumerate(rung.do):
            yield (*here, "ladder", step, "do", number), act, (*usual, *rung.do)


def _act(path: Path, act: Act, rule: ModerationRule, settings: Settings) -> Iterator[Problem]:
    """What an effect needs and is not there."""
    has_desk = any(door.kind == "app" for door in settings[DOORS])
    match act.effect:
        case Effect.ALERT:
            yield from _alert(path, act, has_desk, settings)
        case Effect.REMIND_PRIVATELY if not private_door(settings):
            cure = '加一个自建应用（app），或长连接的智能机器人（mode = "socket"）；或改成 "提醒"，在原处说'
            yield Problem(path, f"群里的话要私下提醒，得有能主动找人的入口；最接近的办法：{cure}")
        case Effect.ASK_OWNER:
            yield from _owner(path, rule, has_desk, settings)
        case Effect.DEDUCT | Effect.EXCLUDE if not settings[POINTS].on:
            yield Problem(path, f"“{act.effect}”要有积分才行：请加上 [points]（可以什么都不填），并且不要写 on = false")
        case Effect.MASK if "ladder" in path:
            yield Problem(path, "“打码”不能放在 ladder 里，写进 do：要么一直打码，要么不打")


def _alert(path: Path, act: Act, has_desk: bool, settings: Settings) -> Iterator[Problem]:
    teams = [team.name for team in settings[TEAMS]]
    unknown = list(unknown_roles(settings, [act.whom], path, (ADMIN, *teams)))
    yield from (Problem(path, one.message, value=one.value) for one in unknown)
    people = any(act.whom in person.roles for person in settings[PEOPLE])
    groups = any(act.whom in group.alerts for group in settings[GROUPS])
    if not unknown and not (has_desk and people) and not groups:
        cure = f"加一个自建应用（app），并在 [[people]] 的 roles 写上“{act.whom}”"
        yield Problem(path, f"通知不到任何人：卡片发在自建应用里；{cure}")


def _irrevocable(path: Path, act: Act, together: Sequence[Act], settings: Settings) -> Iterator[Problem]:
    """Where nobody gets the card on which what somebody lost by mistake is given back.

    A group's owner is not enough: it may be theirs.
    """
    roles = [one.whom for one in together if one.effect is Effect.ALERT] or [ADMIN]
    has_desk = any(door.kind == "app" for door in settings[DOORS])
    if not has_desk or not any(role in person.roles for person in settings[PEOPLE] for role in roles):
        cure = f"加一个自建应用（app），并在 [[people]] 的 roles 写上“{roles[0]}”"
        yield Problem(path, f"误判了没人能还给他：“{act.effect}”的卡片没有人收得到；{cure}")


def _owner(path: Path, rule: ModerationRule, has_desk: bool, settings: Settings) -> Iterator[Problem]:
    if not has_desk:
        yield Problem(path, "给群主的卡片发在自建应用里，[[channels]] 里还没有 app；加一个，或改成写在群里的“提醒”")
        return
    for group in settings[GROUPS]:
        covered = not rule.groups or group.name in rule.groups
        if covered and group.owner is None and serving(settings, group.name):
            hint = f"“{group.name}”还没写群主，会发给第一个{ADMIN}；在它的 [[groups]] 里加 owner = [[people]] 里的名字"
            yield Problem(path, hint, warning=True)


def _places(here: Path, rule: ModerationRule, settings: Settings) -> Iterator[Problem]:
    known = {group.name for group in settings[GROUPS]}
    for number, name in enumerate(rule.groups):
        if name in known and not serving(settings, name):
            hint = f"“{name}”里没有听得到话的入口，这条在那里用不上；请看 [[groups]] 的 kind 和 doors"
            yield Problem((*here, "groups", number), hint, warning=True)


def _order(here: Path, rule: ModerationRule) -> Iterator[Problem]:
    """Keys that do nothing as they stand."""
    if not rule.acts and (rule.do or rule.ladder):
        key = "do" if rule.do else "ladder"
        yield Problem((*here, key), f'现在是“只记录”，{key} 先不做；看准了再写 mode = "执行"', warning=True)
    if rule.acts and rule.sample:
        yield Problem((*here, "sample"), "sample 只在“只记录”时有用；执行时每一件都会通知", warning=True)
    afters = [rung.after for rung in rule.ladder]
    for number, after in enumerate(afters):
        if after in afters[:number]:
            yield Problem((*here, "ladder", number, "after"), "和前面一级次数相同，请改成不同的")


def _listed(rules: Iterable[ModerationRule], lists: Lists) -> Iterator[Problem]:
    """What the action columns ask for and no door can do, or nobody understands: once a file and action."""
    if all(rule.do for rule in rules):
        return
    first: dict[tuple[str, str], Entry] = {}
    many: Counter[tuple[str, str]] = Counter()
    for entry in lists.entries:
        if entry.action:
            kind = (source_of(entry), entry.action)
            first.setdefault(kind, entry)
            many[kind] += 1
    for (file, action), entry in first.items():
        line = int(entry.place.rpartition(":")[2] or 1)
        for message in _unable(action):
            hint = f"{message}（这样写的有 {many[file, action]} 行）"
            yield Problem(("moderation",), hint, file, line, warning=True, value=action)


def _unable(action: str) -> Iterator[str]:
    listed = read_action(action)
    acts = "、".join(map(str, listed.acts)) or "记录和通知"
    for part in listed.impossible:
        yield f"{IMPOSSIBLE.get(part, NO_MEASURE.format(part=part)).partition('；')[0]}，现在做：{acts}"
    for part in listed.unknown:
        yield f"看不懂动作“{part}”，按严重程度来；可以写：{'、'.join(Effect)}、记录、审核"
