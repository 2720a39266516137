"""What `check` says about intents and their slots."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from bot.types.declarations import Problem, Settings
from handlers.desk.settings import team_of
from handlers.directory import DOORS, unknown_groups, unknown_roles, unknown_teams
from handlers.keyword import REPLIES
from handlers.keyword.matching import Rulebook
from handlers.keyword.texts import links
from handlers.understand.faq import FAQ
from handlers.understand.intents import INTENTS, IntentEntry
from handlers.understand.slots import KINDS, SLOTS, TELLING, SlotEntry
from handlers.variables import KNOWN, unknown_message, unknown_variables
from nlp.normalise import core

# From so many examples on intents are told apart well; with fewer they are often missed.
ENOUGH = 5
# How many names are told to somebody who wrote an unknown one.
_TOLD = "订单号、电话、日期、时间、金额、数量、产品、姓名、邮箱、文字、是否"

_ONLY: Mapping[str, Sequence[str]] = {
    "regex": ("订单号", "编号"),
    "choices": ("选项", "产品"),
    "min": ("金额", "数量"),
    "max": ("金额", "数量"),
    "hours": ("时间",),
}

# A key of the file that is called otherwise in the code.
_FIELDS: Mapping[str, str] = {"regex": "pattern"}


def inspect(settings: Settings) -> Iterable[Problem]:
    """What is wrong with the intents and slots, each alone and all together."""
    intents, slots = settings[INTENTS], settings[SLOTS]
    used = {name for intent in intents for name in intent.ask}
    for at, slot in enumerate(slots):
        yield from _slot(at, slot, used)
    own = [slot.name for slot in slots]
    for at, intent in enumerate(intents):
        yield from _asked(at, intent, own)
        yield from _texts(at, intent)
        yield from _action(at, intent, settings)
        yield from unknown_groups(settings, intent.groups, ("intents", at, "groups"))
        yield from _few(at, intent)
    yield from _examples(intents)
    yield from _elsewhere(intents, settings)


def _slot(at: int, slot: SlotEntry, used: Iterable[str]) -> Iterator[Problem]:
    if slot.kind == "编号" and slot.pattern is None:
        yield Problem(("slots", at, "kind"), "编号要写明样子：加上 regex = 'HY\\d{8}' 这样的正则表达式")
    if slot.kind == "选项" and len(slot.choices) < 2:
        yield Problem(("slots", at, "kind"), '选项至少要有两个：加上 choices = ["换货", "退款"]')
    for key, kinds in _ONLY.items():
        if getattr(slot, _FIELDS.get(key, key)) not in (None, ()) and slot.kind not in kinds:
            yield Problem(("slots", at, key), f"{key} 只用在{'、'.join(kinds)}上，{slot.kind}用不到；请删掉，或改 kind")
    if slot.when != "以后" and slot.kind not in ("日期", "时间"):
        yield Problem(("slots", at, "when"), f"when 只用在日期、时间上，{slot.kind}用不到；请删掉，或改 kind")
    if slot.min is not None and slot.max is not None and slot.min > slot.max:
        yield Problem(("slots", at, "min"), f"min 比 max 还大，什么数都不行；请对调，或改成 min ≤ {slot.max}")
    same = {core(choice) for choice in slot.choices}
    if len(same) < len(slot.choices):
        yield Problem(("slots", at, "choices"), "有两个选项其实一样（大小写、全半角、标点不算不同），请删掉一个")
    if slot.name not in used:
        message = f"还没有哪个 [[intents]] 的 ask 用到“{slot.name}”，写了也不会问"
        yield Problem(("slots", at, "name"), message, warning=True)


def _asked(at: int, intent: IntentEntry, own: Sequence[str]) -> Iterator[Problem]:
    for name in intent.ask:
        if name not in own and name not in TELLING:
            near = get_close_matches(name, [*own, *TELLING], n=1)
            hint = f"是不是想写 {near[0]}？" if near else f"现成的有：{_TOLD}；"
            cure = f'{hint}也可以自己写一段 [[slots]]，name = "{name}"，kind 从 {"、".join(KINDS)} 里选'
            yield Problem(("intents", at, "ask", name), f"不知道“{name}”要问成什么。{cure}", value=name)


def _texts(at: int, intent: IntentEntry) -> Iterator[Problem]:
    texts: list[tuple[tuple[str | int, ...], str]]
    texts = [(("intents", at, "ask", name), text) for name, text in intent.ask.items()]
    texts += [(("intents", at, "reply", number), text) for number, text in enumerate(intent.reply)]
    for path, text in texts:
        for name in unknown_variables(text, intent.ask):
            yield Problem(path, _unfilled(name, intent), value=text)
        yield from (Problem(path, message, warning=True) for message in links(text))


def _unfilled(name: str, intent: IntentEntry) -> str:
    if name in TELLING or not get_close_matches(name, [*KNOWN, *intent.ask], n=1):
        asked = "、".join(f"{{{one}}}" for one in intent.ask) or "什么都没问"
        return f"{{{name}}} 没有来处：ask 里没有问 {name}（现在问的是 {asked}）；请加进 ask，或改掉这里"
    near = get_close_matches(name, [*intent.ask, *KNOWN], n=1)[0]
    return f"没有 {{{name}}} 这个变量，是否想写 {{{near}}}？" if near in intent.ask else unknown_message(name)


def _action(at: int, intent: IntentEntry, settings: Settings) -> Iterator[Problem]:
    what, whom = intent.action
    path = ("intents", at, "then")
    if what == "转人工":
        yield from _called(path, whom, settings)
    if what == "通知" and not whom:
        yield Problem(path, '通知谁？写成 "通知:管理员" 或 "通知:售后组"')
    elif what == "通知":
        yield from (Problem(path, one.message, value=one.value) for one in unknown_roles(settings, [whom], path))
        if not any(door.kind == "app" for door in settings[DOORS]):
            yield Problem(path, "通知发在自建应用里，[[channels]] 里还没有 app，发不出去", warning=True)


def _called(path: tuple[str | int, ...], whom: str, settings: Settings) -> Iterator[Problem]:
    team = team_of(settings)
    unknown = list(unknown_teams(settings, [whom] if whom else [], path))
    yield from (Problem(path, one.message, value=one.value) for one in unknown)
    if team is None and not unknown:
        yield Problem(path, "还没有人可以接：请在 [[teams]] 和 [[people]] 写上谁来接", warning=True)
    elif team is not None and whom and not unknown and whom != team.name:
        message = f"转人工现在都由“{team.name}”接（[escalation] 的 team）；这里请写 {team.name}，或把那里改成 {whom}"
        yield Problem(path, message, value=whom)


def _few(at: int, intent: IntentEntry) -> Iterator[Problem]:
    if len(intent.examples) < ENOUGH:
        message = f"只有 {len(intent.examples)} 句例子，换个说法就不太认得；写到 {ENOUGH} 句以上，说法尽量不一样"
        yield Problem(("intents", at, "examples"), message, warning=True)


def _examples(intents: Sequence[IntentEntry]) -> Iterator[Problem]:
    """Examples that stand twice: in one intent of no use, in two a contradiction."""
    first: dict[str, int] = {}
    for at, intent in enumerate(intents):
        for number, text in enumerate(intent.examples):
            path = ("intents", at, "examples", number)
            where = first.setdefault(core(text), at)
            if where != at:
                other = intents[where].name
                yield Problem(path, f"“{other}”里也有这一句，两边分不出来；请只留在一边")
            elif any(core(text) == core(before) for before in intent.examples[:number]):
                yield Problem(path, "和前面的一句其实一样（大小写、全半角、标点不算不同），删掉一句", warning=True)


def _elsewhere(intents: Sequence[IntentEntry], settings: Settings) -> Iterator[Problem]:
    """Examples that a keyword takes first, or that the FAQ answers as well."""
    if not intents:
        return
    book = Rulebook(one for one in settings[REPLIES] if not (one.groups or one.roles or one.hours))
    asked = {core(text): entry.id for entry in settings[FAQ].loaded.entries for text in entry.questions}
    for at, intent in enumerate(intents):
        for number, text in enumerate(intent.examples):
            path = ("intents", at, "examples", number)
            taker = next((hit for hit in book.hits(book.hear(text)) if not hit.lost), None)
            if taker is not None:
                name = taker.ready.rule.name
                yield Problem(path, f"这一句先由关键词“{name}”答了，轮不到这里；请改掉一边", warning=True)
            elif core(text) in asked:
                yield Problem(
                    path, f"问答里也有这一句（{asked[core(text)]}），两边分不出来；请只留在一边", warning=True
                )
