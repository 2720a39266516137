"""What staff see of a redemption: a card with two buttons."""

from collections.abc import Mapping

from bot.types.actions import Button, Card
from handlers.points.members import Person
from handlers.shop.redemptions import GIVEN, REFUSED, Redemption

TASK = "shop"
GIVE, REFUSE = "give", "refuse"
BUTTONS = (Button(GIVE, "已发放"), Button(REFUSE, "拒绝", 3))
STATES: Mapping[str, str] = {GIVEN: "已发放", REFUSED: "已拒绝"}


def card_of(of: Redemption, person: Person, staff: str, unit: str, done: str = "") -> Card:
    """The card of a member of staff who was told; `done` says what became of it."""
    came = f"抽奖「{of.source}」中的" if of.source else f"花了 {of.cost} {unit}"
    back = f"；拒绝会退回{unit}" if of.spent else ""
    return Card(
        task=f"{TASK}-{of.id}-{of.told.index(staff) + 1}",
        title=f"{of.label} 待发放：{of.item}",
        desc="" if done else f"发给对方后按「已发放」{back}",
        fields=(("谁", f"{person.name}（{person.id}）"), ("怎么来的", came), ("兑换码", of.code)),
        buttons=BUTTONS,
        done=done,
    )
