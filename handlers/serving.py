"""What works where: the features of the bot against what the doors declare, and the nearest thing that works."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.types.declarations import Capability, Problem, Settings
from handlers.directory import DOORS, GROUPS, TEAMS, GroupEntry, serves

Works = Callable[[Any, Any], bool]


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that the bot can do where a door lets it. `key`: how `features` of a group names it, "" when it cannot.

    `works` judges what a door declares, and what it does in the place; `why` and `nearest` are for where it does not.
    """

    name: str
    key: str
    works: Works
    why: str
    nearest: str


def _hears(topic: str) -> Works:
    return lambda door, service: topic in service.hears


def _welcomes(door: Any, service: Any) -> bool:
    return bool({"opened", "joined"} & service.hears)


def _presses(door: Any, service: Any) -> bool:
    return "card" in door.carries and door.buttons and "clicked" in service.hears


def _starts(door: Any, service: Any) -> bool:
    return bool(service.starts)


BOT = "内部群里请用智能机器人（aibot），@ 它就回答；客户请走微信客服（kf）"
NEAREST_WELCOME = "成员打开单聊时欢迎（[[welcome]] 不写 groups）"
WELCOME = Feature("欢迎", "welcome", _welcomes, "收不到“有人进群”的通知，没法欢迎", NEAREST_WELCOME)
ESCALATION = Feature("转人工", "escalation", _hears("text"), "听不到这里说的话，没法转人工", BOT)
STAFF = "接一个自建应用（app），在 [[teams]] 和 [[people]] 写上谁来接"
UNSTAFFED = Feature("转人工", "escalation", _hears("text"), "转了也没有人接", STAFF)
FEATURES: Sequence[Feature] = (
    Feature("回答", "faq", _hears("text"), "听不到这里说的话，没法回答", BOT),
    ESCALATION,
    WELCOME,
    Feature("按钮", "", _presses, "卡片上没有能按的按钮", "按钮会写成文字，请让人用文字回复"),
    Feature(
        "主动说", "", _starts, "有人说话才能回，不能主动说",
        '内部群里加一个消息推送（webhook），或把智能机器人改成长连接（mode = "socket"）',
    ),
)  # fmt: skip

HEADS: Sequence[str] = ("在哪里", "入口", *(feature.name for feature in FEATURES))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a door serves: a group, or 1:1 with members or customers; and what works there, by feature.

    A feature is `✓`, `✗`, `@` where only what is said to the bot counts, or `关` where the group has it switched off.
    """

    name: str
    door: str
    marks: Mapping[str, str]

    @property
    def row(self) -> Sequence[str]:
        """A line of the table that `HEADS` begins."""
        return self.name, self.door, *self.marks.values()


def places(settings: Settings) -> Sequence[Place]:
    """Every group with each of its doors, then what the doors serve 1:1."""
    doors = settings[DOORS]
    groups = [_place(settings, group.name, door, group.kind, group) for group in settings[GROUPS] for door in doors
              if serves(door, group)]  # fmt: skip
    alone = [_place(settings, f"{kind}一对一", door, kind) for door in doors for kind in ("成员", "客户")
             if kind in door.capabilities.serves]  # fmt: skip
    return (*groups, *alone)


def _place(settings: Settings, name: str, door: Any, kind: str, group: GroupEntry | None = None) -> Place:
    service = door.capabilities.serves[kind]
    marks = {feature.name: _mark(feature, door.capabilities, service, group) for feature in FEATURES}
    if marks[ESCALATION.name] == "✓" and not _is_staffed(door, settings):
        marks[ESCALATION.name] = "✗"
    return Place(name, f"{door.kind}:{door.name}", marks)


def _is_staffed(door: Any, settings: Settings) -> bool:
    """Whether somebody could take over what comes through a door: at the desk, or in WeCom's own client."""
    if door.kind == "kf" and set(door.handovers().values()) != {"relay"}:
        return True
    return bool(settings[TEAMS]) and any(one.kind == "app" for one in settings[DOORS])


def _mark(feature: Feature, door: Any, service: Any, group: GroupEntry | None) -> str:
    if not feature.works(door, service):
        return "✗"
    if group is not None and feature.key and group.features is not None and feature.key not in group.features:
        return "关"
    return "@" if service.addressed and feature.key == "faq" else "✓"


def lacks(settings: Settings) -> Sequence[str]:
    """What does not work, why, and the nearest thing that does: one line a feature and door."""
    found: dict[tuple[str, Feature], list[str]] = {}
    for place in places(settings):
        for feature in FEATURES:
            if place.marks[feature.name] == "✗":
                heard = place.marks[FEATURES[0].name] != "✗"
                why = UNSTAFFED if heard and feature is ESCALATION else feature
                found.setdefault((place.door, why), []).append(place.name)
    return [
        f"{door} 在{'、'.join(names)}不能“{feature.name}”：{feature.why}。最接近的办法：{feature.nearest}"
        for (door, feature), names in found.items()
    ]


def unheard(
    settings: Settings, doors: Sequence[str], groups: Sequence[str], path: tuple[str | int, ...]
) -> Iterable[Problem]:
    """A problem for every door and group of a welcome where nobody tells us that there is somebody to welcome."""
    known = {f"{door.kind}:{door.name}": door for door in settings[DOORS]}
    for number, name in enumerate(doors):
        if name in known and not any(_welcomes(known[name], one) for one in known[name].capabilities.serves.values()):
            yield Problem((*path, "doors", number), f"{name} 听不到有人来，没法欢迎；最接近的办法：{NEAREST_WELCOME}")
    for number, name in enumerate(groups):
        group = next((one for one in settings[GROUPS] if one.name == name), None)
        if group is not None and not _works_in(settings, group, WELCOME):
            hint = f"“{name}”里{WELCOME.why}，这条不会自己发出；最接近的办法：{NEAREST_WELCOME}"
            yield Problem((*path, "groups", number), hint, warning=True)


def _works_in(settings: Settings, group: GroupEntry, feature: Feature) -> bool:
    found = [door.capabilities for door in settings[DOORS] if serves(door, group)]
    return not found or any(feature.works(door, door.serves[group.kind]) for door in found)


def inspect(settings: Settings) -> Iterable[Problem]:
    """Features that a group asks for and that none of its doors can carry."""
    groups = settings[GROUPS]
    for at, group in enumerate(groups):
        asked = group.features or ()
        for number, key in enumerate(asked):
            # Whatever else can be switched on answers what is said.
            feature = next((one for one in FEATURES if one.key == key), FEATURES[0])
            if not _works_in(settings, group, feature):
                cure = f"“{key}”在这个群用不了：{feature.why}；最接近的办法：{feature.nearest}"
                yield Problem(("groups", at, "features", number), cure)


CAPABILITY = Capability(name="serving", inspect=inspect)
