"""What is said about rewards that wait, in Chinese."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.types.actions import Button, Card
from handlers.fairplay.holds import Hold, Review
from handlers.times import spoken_moment

CONFIRM, REFUSE = "confirm", "refuse"
BUTTONS = (Button(CONFIRM, "确认", 1), Button(REFUSE, "驳回", 2))
TASK = "fairplay"
MOST_NAMED = 3
NOTHING = "没有在核对的{unit}。"
NO_SUCH = "没有 #{number}，发「待确认{unit}」看看有哪些。"
ONLY_MANAGERS = "确认和驳回{unit}只有{who}能做。"
MANY = "这一小时要核对的太多了，后面的不再一张张发卡片：发「待确认{unit}」看。"


def task_of(review: Review, member: str) -> str:
    """The task of a member's card; the first word names the handler of the clicks."""
    return f"{TASK}-{review.id}-{review.told.index(member) + 1}"


def card(review: Review, waiting: Sequence[Hold], names: Mapping[str, str], member: str, ending: str) -> Card:
    """The card that asks somebody to rule; `ending`: what becomes of it without them."""
    fields = (
        ("谁", who(waiting, names)), ("什么", items(waiting)), ("为什么", reasons(waiting)), ("不处理", ending)
    )  # fmt: skip
    return Card(
        task=task_of(review, member), title=f"{review.label} 有 {len(waiting)} 笔要核对",
        desc="确认就到账，驳回就不发；本人都会知道", quote=evidence(waiting), fields=fields, buttons=BUTTONS,
    )  # fmt: skip


def done_card(
    review: Review, settled: Sequence[Hold], names: Mapping[str, str], member: str, done: str, unit: str
) -> Card:
    """The card when nothing is left to press."""
    fields = (("谁", who(settled, names)), ("什么", items(settled))) if settled else ()
    return Card(
        task=task_of(review, member), title=f"{review.label} {unit}核对", fields=fields, buttons=BUTTONS, done=done
    )


def more(review: Review, waiting: Sequence[Hold], names: Mapping[str, str]) -> str:
    """To those who have the card: there is more in it now."""
    return f"{review.label} 又多了，现在 {len(waiting)} 笔：{who(waiting, names)}。点原来那张卡片，一次全部算数。"


def told_group(review: Review, waiting: Sequence[Hold], names: Mapping[str, str], unit: str) -> str:
    """To a group where managers are told."""
    return f"{review.label} 有 {len(waiting)} 笔{unit}要核对：{who(waiting, names)}，{reasons(waiting)}。"


def listed(review: Review, waiting: Sequence[Hold], names: Mapping[str, str], ending: str) -> str:
    """A review in a list for managers."""
    return f"{review.label} {who(waiting, names)}：{items(waiting)}（{reasons(waiting)}），{ending}"


def own(unit: str, waiting: Sequence[Hold]) -> str:
    """To a member: what of theirs waits."""
    if not waiting:
        return NOTHING.format(unit=unit)
    return f"在核对的{unit}：{items(waiting)}。核对好了会告诉你，连续天数照算。"


def granted(unit: str, settled: Sequence[Hold], balance: int, name: str) -> str:
    """To a member: it was given."""
    return f"{name}核对好了，{items(settled)} 到账，现在 {balance} {unit}。"


def refused(unit: str, settled: Sequence[Hold], why: str, name: str) -> str:
    """To a member: it was not given, and why."""
    return f"{name}{items(settled)} {unit}没有通过核对：{why}。觉得不对，请发「转人工」。"


def ending(review: Review, then: str, now: datetime, zone: ZoneInfo) -> str:
    """What becomes of a review without people."""
    return f"{spoken_moment(review.due_at, now, zone)} 自动{then}"


def not_ones_own(review: Review, managers: str, ending: str) -> str:
    """To a manager who is concerned."""
    return f"{review.label} 里有你自己的，请别的{managers}来定；没人定的话，{ending}。"


def items(waiting: Iterable[Hold]) -> str:
    """What waits, by source: 签到 15、连签 20."""
    sums: dict[str, int] = {}
    for one in waiting:
        sums[one.source] = sums.get(one.source, 0) + one.amount
    return "、".join(f"{source} {amount}" for source, amount in sums.items())


def reasons(waiting: Iterable[Hold]) -> str:
    """The rules by which it waits."""
    return "、".join(dict.fromkeys(rule for one in waiting for rule in one.rule.split("、")))


def evidence(waiting: Iterable[Hold]) -> str:
    """All that speaks against it."""
    return "\n".join(dict.fromkeys(line for one in waiting for line in one.evidence.split("\n")))


def who(waiting: Iterable[Hold], names: Mapping[str, str]) -> str:
    """Whose it is."""
    found = list(dict.fromkeys(names[one.member_key] for one in waiting))
    return "、".join(found) if len(found) <= MOST_NAMED else f"{'、'.join(found[:MOST_NAMED])} 等 {len(found)} 人"
