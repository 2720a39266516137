"""`[escalation]`: which team takes over, what calls it, how long people wait; `[desk]`: what staff write there."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal

import regex
from pydantic import AfterValidator, Field

from bot.types.declarations import Problem, Section, Settings, Settled
from bot.types.fields import Duration, Name, OneOrMany, limited, wrong
from handlers.directory import DOORS, TEAMS, Team, unknown_teams
from handlers.variables import unknown_message, unknown_variables
from handlers.weekly import WhenWeekly

# Who writes more than this has found a knowledge base, not a reply.
MOST_CANNED = 200
LONGEST_DELAY = timedelta(minutes=1)

_CODE = regex.compile(r"[^\s/／#＃]{1,20}")

Phrase = Annotated[str, limited(60)]
Do = Literal["转人工", "提议", "不管"]


class Escalation(Settled):
    """How a conversation goes over to a person and back.

    After `offer_after` misses in a row a person is offered, after `after_misses` one is called (0: never). `angry`,
    `urgent`, `forms`: what is done about moods and about forms that were given up; `topics` by their names.
    """

    team: str = ""
    phrases: OneOrMany[Phrase] = (
        *("人工", "客服", "真人", "转人工", "转客服", "转接人工", "转接客服", "找人工", "找客服", "要人工", "要客服"),
        *("人工客服", "人工服务", "真人客服", "联系客服", "叫客服", "换客服", "换人工", "接人工", "接通人工", "叫人工"),
        *("转真人", "找真人", "要真人", "叫真人", "换真人", "找活人", "来个人工", "有人工", "有没有人工", "有没有真人"),
    )
    unless: OneOrMany[Phrase] = (
        *("不要", "不用", "不想", "不需要", "别", "没说", "没有要", "没要", "无需", "无须"),
        *("几点", "上班", "下班", "时间", "怎么联系", "电话", "号码", "微信号", "招聘", "招", "应聘", "兼职", "岗位"),
        *("工作", "工资", "培训"),
    )
    endings: OneOrMany[Phrase] = ("结束人工", "结束服务", "退出人工", "不用人工了")
    offer_after: Annotated[int, Field(ge=1, le=10)] = 2
    after_misses: Annotated[int, Field(ge=0, le=20)] = 3
    angry: Do = "转人工"
    urgent: Do = "转人工"
    forms: Do = "提议"
    topics: Mapping[Name, Do] = {}
    give_up: Duration = timedelta(hours=2)
    idle: Duration = timedelta(minutes=30)
    ask_score: bool = True
    low_score: Annotated[int, Field(ge=0, le=4)] = 2
    score_window: Duration = timedelta(days=1)


ESCALATION: Section[Escalation] = Section("escalation", Escalation, Escalation)


def _code(text: str) -> str:
    if not _CODE.fullmatch(text):
        raise wrong('短码是一两个词，不超过 20 个字，里面没有空格、斜杠和井号，如 "快递"')
    return text


def _few(canned: Mapping[str, str]) -> Mapping[str, str]:
    if len(canned) > MOST_CANNED:
        raise wrong(f"常用语最多 {MOST_CANNED} 条，现在 {len(canned)} 条")
    return canned


def _delay(duration: timedelta) -> timedelta:
    if not timedelta(0) <= duration <= LONGEST_DELAY:
        raise wrong('这里写 "0s"（写了就发）到 "1m"')
    return duration


Code = Annotated[str, AfterValidator(_code)]
Canned = Annotated[Mapping[Code, Annotated[str, limited(1500)]], AfterValidator(_few)]


class Writing(Settled):
    """What staff write at the desk.

    `canned`: what they often say, by short codes. `notes`: what begins a note that no customer sees. `send_delay`: so
    long their words can be taken back.
    """

    canned: Canned = Field(default_factory=dict)
    notes: OneOrMany[Annotated[str, limited(30)]] = ("备注", "//")
    send_delay: Annotated[Duration, AfterValidator(_delay)] = timedelta(seconds=5)
    report: WhenWeekly = None


DESK: Section[Writing] = Section("desk", Writing, Writing)


def team_of(settings: Settings) -> Team | None:
    """The team that takes over: the one that is named, otherwise the first."""
    teams, named = settings[TEAMS], settings[ESCALATION].team
    return next((team for team in teams if named in ("", team.name)), None)


def handovers_of(settings: Settings) -> Mapping[str, str]:
    """How customers of 微信客服 get to a person, by `"door|open_kfid"`."""
    return {
        f"kf:{door.name}|{open_kfid}": how
        for door in settings[DOORS]
        if door.kind == "kf"
        for open_kfid, how in door.handovers().items()
    }


def inspect(settings: Settings) -> Iterable[Problem]:
    """What is wrong with the escalation."""
    named = settings[ESCALATION].team
    yield from unknown_teams(settings, [named] if named else [], ("escalation", "team"))
    if settings[TEAMS] and not any(door.kind == "app" for door in settings[DOORS]):
        hint = "客服在自建应用里接单，[[channels]] 里还没有 app，转人工暂时用不了"
        yield Problem(("teams", 0, "name"), hint, warning=True)
    yield from _relays(settings)
    for code, text in settings[DESK].canned.items():
        for name in unknown_variables(text):
            yield Problem(("desk", "canned", code), unknown_message(name), value=f"{{{name}}}")


def _relays(settings: Settings) -> Iterable[Problem]:
    """微信客服 whose staff answer at the desk, without a desk or without staff."""
    has_desk = any(door.kind == "app" for door in settings[DOORS])
    doors: tuple[Any, ...] = settings[DOORS]
    for at, door in enumerate(doors):
        if door.kind != "kf" or "relay" not in door.handovers().values():
            continue
        if not has_desk or not settings[TEAMS]:
            hint = 'handover = "relay" 要有自建应用（app）和 [[teams]] 才有人接；或改成 "native"，在微信客服里接待'
            yield Problem(("channels", at, "handover"), hint, warning=True)
