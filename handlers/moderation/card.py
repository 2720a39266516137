"""What staff see of a case: a card with the evidence and three buttons, and the words about it."""

from collections.abc import Mapping, Sequence

from bot.types.actions import Button, Card
from handlers.desk.tickets import shortened
from handlers.moderation.cases import Case, Extent
from handlers.moderation.tables import RIGHT, WRONG
from nlp.moderation.layers import Layer

TASK = "moderation"
MISTAKE, HANDLED, ALLOW = "mistake", "handled", "allow"
DONE: Mapping[str, str] = {WRONG: "误判", RIGHT: "已处理"}
# So much of a message stands around the first hit.
AROUND = 60
MOST_NAMED = 3
SILENCED = "这一小时的疑似违规太多，后面的先不逐条打扰，都有记录：qunban rules report。"

BUTTONS = (Button(MISTAKE, "误判", 2), Button(HANDLED, "处理"), Button(ALLOW, "加入白名单", 3))


def task_of(case: Case, member: str) -> str:
    """The task of a member's card; the first words name the handler of the clicks."""
    return f"{TASK}-{case.id}-{case.told.index(member) + 1}"


def asking_card(case: Case, reached: Extent, evidence: Mapping[str, str], member: str, before: int) -> Card:
    """The card that asks a member of staff to rule; `before`: the case with the same words that was handled."""
    desc = f"和处理过的 #{before} 是同样的话，又来了" if before else "请看一下：误判了，还是已经处理"
    return _card(case, reached, evidence, member, BUTTONS, desc)


def proposing_card(case: Case, reached: Extent, evidence: Mapping[str, str], member: str) -> Card:
    """The card after 误判: the phrase that may be allowed, with the one button that is left."""
    buttons = (Button(ALLOW, "加入白名单"),)
    desc = f"已记为误判，当事人的记录已清除。要放行“{case.phrase}”吗？"
    return _card(case, reached, evidence, member, buttons, desc)


def done_card(case: Case, reached: Extent, evidence: Mapping[str, str], member: str, done: str) -> Card:
    """The card when nothing is left to press; `done` says why."""
    return _card(case, reached, evidence, member, BUTTONS, "", done)


def _card(
    case: Case, reached: Extent, evidence: Mapping[str, str], member: str, buttons: tuple[Button, ...], desc: str,
    done: str = "",
) -> Card:  # fmt: skip
    return Card(
        task=task_of(case, member),
        title=f"{case.label} 疑似{case.category}",
        desc=desc,
        quote=marked(case.text, case.spans),
        fields=(("谁", who(reached)), ("在哪", where(reached)), *evidence.items()),
        buttons=buttons,
        done=done,
    )


def who(reached: Extent) -> str:
    """The members of a case, for people."""
    names = [f"{name}（{member}）" if name else member for member, name in reached.members if member]
    if not names:
        return "已清除"
    return names[0] if len(names) == 1 else f"{len(names)} 个账号：{_some([name for _, name in _named(reached)])}"


def where(reached: Extent) -> str:
    """Where a case came up, for people."""
    if len(reached.places) == 1:
        return reached.places[0]
    return f"{len(reached.places)} 处：{_some(list(dict.fromkeys(reached.places)))}"


def evidence(word: str, layer: str, before: int, done: str) -> Mapping[str, str]:
    """What else the card tells: the entry, the layer that found it, what happened before and what was done."""
    seen = Layer(layer).label if layer in set(Layer) else layer
    return {"词": f"{word}（{seen}）", "以前": f"30 天内 {before} 次" if before else "没有过", "做了": done or "只记录"}


def proposal(case: Case, place: str) -> str:
    """To the staff member who ruled 误判: how the same thing is let through from now on."""
    head = f"{case.label} 已记为误判，当事人的记录已清除，同样的话不再拦。"
    if not case.phrase and not place:
        return f"{head}\n这一条不是按词认出来的，没有可放行的说法；常常误判，就放宽 [[moderation]] “{case.rule}”。"
    if not case.phrase:
        return f"{head}\n这句话就是词本身，没有可放行的说法；这个词不该拦的话，请从词表里删掉：{place}"
    paste = f'allow = ["{case.phrase}"]'
    return f"{head}\n要放行“{case.phrase}”，按卡片上的「加入白名单」；或写进 [[moderation]] “{case.rule}”：\n{paste}"


def allowed(case: Case) -> str:
    """To the staff member who allowed a phrase."""
    return f"“{case.phrase}”从现在起放行，所有群都算。要长期留着，请写进 [[moderation]] 的 allow。"


def marked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text around its first hit, each hit in 【】."""
    first = min((start for start, _ in spans), default=0)
    begins, ends = max(0, first - AROUND), min(len(text), first + 2 * AROUND)
    pieces, at = [], begins
    for start, end in sorted(spans):
        if start >= at and end <= ends:
            pieces += [text[at:start], "【", text[start:end], "】"]
            at = end
    pieces.append(text[at:ends])
    shown = shortened("".join(pieces), 4 * AROUND)
    return ("…" if begins else "") + shown + ("…" if ends < len(text) else "")


def owner_card(case: Case, reached: Extent, evidence: Mapping[str, str], member: str, group: str) -> Card:
    """The task for a group's owner: please see to it, for the bot cannot."""
    desc = f"请在“{group}”里处理：撤回这句话，必要时把人移出群（机器人做不了）"
    return _card(case, reached, evidence, member, BUTTONS, desc)


def grown(case: Case, reached: Extent) -> str:
    """To staff who have the card already."""
    return (
        f"{case.label} 疑似{case.category}又出现了：现在共 {reached.messages} 条，"
        f"{len(reached.places)} 处，{len(reached.members)} 个账号。点原来那张卡片处理，一次全部算数。"
    )


def told_group(case: Case, reached: Extent) -> str:
    """To a group where staff are told."""
    return f"{case.label} 疑似{case.category}：{who(reached)}，{where(reached)}。请在应用里的卡片上处理。"


def _named(reached: Extent) -> Sequence[tuple[str, str]]:
    return [(member, name or member) for member, name in reached.members if member]


def _some(names: Sequence[str]) -> str:
    return "、".join(names[:MOST_NAMED]) + ("…" if len(names) > MOST_NAMED else "")
