"""What is said about the shop and about what members have a right to, in Chinese."""

from collections.abc import Sequence
from datetime import date

from handlers.points.members import Person
from handlers.shop.redemptions import GIVEN, REFUSED, Redemption
from handlers.shop.settings import Item

EMPTY = "现在没有可以兑换的。"
UNKNOWN = "没有「{written}」可以换；发「兑换」看有什么。"
DID_YOU_MEAN = "没有「{written}」，是「{name}」吗？是的话发「兑换 {name}」。"
NOT_HERE = "「{name}」这里换不了，{where}。"
NOT_NOW = "「{name}」现在不能换。"
COUNTED = "这一次已经算过了，发「我的兑换」看。"
GONE = "「{name}」换完了。"
DAILY = "「{name}」每人每天换 {most} 份，明天再来。"
LIMIT = "「{name}」每人一共换 {most} 份，你已经换到了。"
TOO_POOR = "「{name}」要 {cost} {unit}，还差 {missing}。"
ONLY_MANAGERS = "核销、拒绝只有{who}能用。"
NOT_YOURS = "{label}「{item}」只有{who}能处理。"
NO_SUCH_CODE = "没有这个兑换码：{code}，请再看一遍。"
OWN = "自己换的要请别人来确认。"
HOW_TO_RULE = "这样用：核销 K7QF-3MXA；不发就「拒绝 K7QF-3MXA 原因」，花了的{unit}会退回。发「待发放」看还有哪些。"


def listed(items: Sequence[tuple[Item, int]], unit: str, balance: int) -> str:
    """What there is, with what is left of it."""
    if not items:
        return EMPTY
    lines = [f"· {item.name}：{item.cost} {unit}，{_left(left)}{_rules(item)}" for item, left in items]
    example = next((item.name for item, left in items if left), items[0][0].name)
    return "\n".join(["可以兑换：", *lines, f"你有 {balance} {unit}。要换就发「兑换 {example}」。"])


def _left(left: int) -> str:
    return f"还有 {left} 份" if left else "换完了"


def _rules(item: Item) -> str:
    parts = [f"每天 {item.per_day} 份"] if item.per_day else []
    parts += [f"每人 {item.limit} 份"] if item.limit else []
    parts += [item.about] if item.about else []
    return f"（{'；'.join(parts)}）" if parts else ""


def redeemed(of: Redemption, unit: str, balance: int, is_private: bool) -> str:
    """Somebody paid for something."""
    code = f"兑换码 {of.code}" if is_private else "兑换码请单聊我发「我的兑换」看"
    return f"换到了「{of.item}」，花了 {of.cost} {unit}，还有 {balance}。{code}，等工作人员确认。"


def mine(rows: Sequence[tuple[Redemption, date]], is_private: bool) -> str:
    """A member's last redemptions."""
    if not rows:
        return "还没有兑换过，发「兑换」看有什么。"
    lines = [f"{day.month}月{day.day}日 {of.item}：{state_of(of, is_private)}" for of, day in rows]
    return "\n".join([f"最近 {len(rows)} 个：", *lines])


def state_of(of: Redemption, is_private: bool) -> str:
    """What became of a redemption, for its member."""
    if of.state == GIVEN:
        return "已发放"
    if of.state == REFUSED:
        back = f"，{of.cost} 已退回" if of.spent else ""
        return f"没有办成{_why(of)}{back}"
    return f"等发放，兑换码 {of.code}" if is_private else "等发放（兑换码单聊里看）"


def told(of: Redemption, unit: str) -> str:
    """A member hears what was ruled."""
    if of.state == GIVEN:
        return f"「{of.item}」已经发放，注意查收。"
    back = f"，{of.cost} {unit}已退回" if of.spent else ""
    return f"「{of.item}」没有办成{_why(of)}{back}。有疑问请找管理员。"


def ruled(of: Redemption, person: Person, unit: str) -> str:
    """Somebody of the staff hears what they did."""
    if of.state == GIVEN:
        return f"{of.label} 已发放：{person.name}的「{of.item}」（{of.code}）。"
    back = f"，{of.cost} {unit}已退回" if of.spent else ""
    return f"{of.label} 已拒绝：{person.name}的「{of.item}」{back}。"


def already(of: Redemption, name: str) -> str:
    """It was ruled on before."""
    done = "发放" if of.state == GIVEN else "拒绝"
    return f"{of.label}「{of.item}」{name}已经{done}过了。"


def queue(rows: Sequence[tuple[Redemption, Person]], is_private: bool) -> str:
    """What waits to be handed out."""
    if not rows:
        return "没有等着发放的。"
    lines = [f"{of.label} {person.name}：{of.item}{f'，{of.code}' if is_private else ''}" for of, person in rows]
    where = "" if is_private else "兑换码单聊里看。"
    return "\n".join([f"等发放的（最早的 {len(rows)} 个）：", *lines, f"{where}发了就「核销 兑换码」。"])


def _why(of: Redemption) -> str:
    return f"（{of.why}）" if of.why else ""
