"""What a form asks for: `[[slots]]`, the kinds there are, and how an answer is read and checked."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from bot.types.declarations import Section, Settled
from bot.types.fields import Hours, Name, OneOrMany, Pattern, limited

Kind = Literal[
    "订单号", "编号", "电话", "手机号", "日期", "时间", "金额", "数量", "产品", "选项", "邮箱", "姓名", "文字", "是否"
]  # fmt: skip
KINDS: Sequence[str] = get_args(Kind)
# Names that tell by themselves what they stand for, so that nobody has to write a `[[slots]]` for them.
TELLING: Mapping[str, str] = {
    **{kind: kind for kind in KINDS if kind not in ("编号", "选项")},
    **dict.fromkeys(("order_no", "order_id", "order", "单号"), "订单号"),
    **dict.fromkeys(("phone", "tel", "联系电话", "联系方式"), "电话"),
    **dict.fromkeys(("mobile", "手机"), "手机号"),
    **dict.fromkeys(("date", "day"), "日期"),
    **dict.fromkeys(("time", "when", "预约时间", "到店时间"), "时间"),
    **dict.fromkeys(("amount", "money", "price"), "金额"),
    **dict.fromkeys(("number", "count", "quantity", "人数", "件数"), "数量"),
    **dict.fromkeys(("product", "item", "商品"), "产品"),
    **dict.fromkeys(("email", "mail"), "邮箱"),
    **dict.fromkeys(("name", "称呼", "名字"), "姓名"),
    **dict.fromkeys(
        ("text", "note", "reason", "detail", "address", "备注", "原因", "地址", "问题", "问题描述"), "文字"
    ),
    **dict.fromkeys(("confirm", "yes_no", "确认"), "是否"),
}


class SlotEntry(Settled):
    """One thing that forms may ask for.

    `regex` is for 订单号 and 编号, `choices` for 选项 and 产品, `min` and `max` for 金额 and 数量, `when` for 日期
    and 时间, `hours` for 时间. `wrong` is said instead of the bot's own reason when an answer does not fit; `label` is
    what people call it.
    """

    name: Name
    kind: Kind
    label: Annotated[str, limited(60)] | None = None
    pattern: Annotated[Pattern | None, Field(alias="regex")] = None
    choices: OneOrMany[Annotated[str, limited(60)]] = ()
    min: int | float | None = None
    max: int | float | None = None
    when: Literal["以后", "以前", "都行"] = "以后"
    hours: Hours | None = None
    wrong: Annotated[str, limited(600)] | None = None


def _no_slots() -> tuple[SlotEntry, ...]:
    return ()


SLOTS: Section[tuple[SlotEntry, ...]] = Section("slots", tuple[SlotEntry, ...], _no_slots)


def telling(name: str) -> SlotEntry | None:
    """The slot that a name tells by itself."""
    kind: Any = TELLING.get(name)
    return SlotEntry(name=name, kind=kind) if kind else None
