"""What staff are told about what they write at the desk."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.types.actions import Content, Text, words_of
from handlers.desk.ticket import State, Ticket
from handlers.desk.tickets import shortened
from handlers.times import spoken_duration

NOTHING_IN_HAND = "您手上没有进行中的服务。发「工单」看看谁在等。"
NOBODY_WAITS = "现在没有等着接的工单。"
NOT_FOR_YOU = "这是客服用的指令，您不能使用。"
EMPTY_NOTE = "备注写在后面，如「备注 老会员，先安抚」。"
NO_PICTURE = "备注里放不了图片，没有发给客户。"
NOTHING_TO_TAKE_BACK = "没有可以撤回的话。"
ONLY_ONE = "您手上只有 {label}，直接写就是回复。"
# So many tickets are listed, and so much of a person's words.
MOST_LISTED = 10
LONGEST_QUOTE = 40


def sent(ticket: Ticket, delay: timedelta, left: int | None, in_hand: int) -> str:
    """To the owner who wrote to a customer; "" where it goes without saying.

    `delay`: how long it may be taken back; `left`: how many more there
    may be, less than 0 when this one is too many already.
    """
    done = f"发给 {ticket.label}" if delay else f"已发给 {ticket.label}"
    if left == 0:
        return f"{done}。企业微信只让连发 5 条，这是最后一条：对方再说话之前，您后面写的会先留着。"
    if in_hand <= 1:
        return ""
    if left is not None and left < 0:
        return f"写给 {ticket.label} 的先留着，对方再说话就发出。"
    soon = f"{spoken_duration(delay)}内可「撤回」" if delay else ""
    more = f"还能连发 {left} 条" if left is not None else ""
    noted = "，".join(filter(None, [soon, more]))
    return f"{done}（{noted}）" if noted else done


def withdrawn(ticket: Ticket, contents: Sequence[Content | None]) -> str:
    """To the writer who took something back, with the words, so that they can be written better."""
    said = "\n".join(words_of(one) if one else "［图片或文件］" for one in contents)
    many = f" {len(contents)} 条" if len(contents) > 1 else ""
    return f"撤回了{many}，没有发给 {ticket.label}：\n{said}"


def gone(ticket: Ticket, body: str) -> str:
    """To the writer who is too late to take something back."""
    return f"已经发给 {ticket.label}，收不回来了：「{shortened(body, LONGEST_QUOTE)}」"


def stranded(ticket: Ticket, contents: Sequence[Content | None]) -> str:
    """To the writer whose words could not go out any more."""
    said = "、".join(f"「{shortened(words_of(one), LONGEST_QUOTE)}」" for one in contents if isinstance(one, Text))
    return f"{ticket.label} 已经不在您手上，没有发出去：{said or '图片或文件'}"


def missing(number: int) -> str:
    """About a number that nothing has."""
    return f"没有进行中的 #{number}。发「工单」看看有哪些。"


def over(ticket: Ticket) -> str:
    """About a ticket that has ended."""
    return f"{ticket.label} 已经结束了，没有发给客户。"


def not_yours(ticket: Ticket, owner: str, you: str) -> str:
    """About a ticket that somebody else has, or nobody yet; `you` may be empty."""
    if ticket.state == State.QUEUED:
        return f"#{ticket.id} 还没有人接单，先发「接单 #{ticket.id}」。"
    if ticket.state == State.ASSIGNED and owner == you:
        return f"#{ticket.id} 还没有接，先发「接单 #{ticket.id}」。"
    if ticket.state == State.ASSIGNED:
        return f"#{ticket.id} 正在请{owner}接，没有发给客户。"
    return f"#{ticket.id} 由{owner}负责，没有发给客户。要由您来，请{owner}发「转给 {you}」。"


def elsewhere(ticket: Ticket) -> str:
    """About a ticket that is served in WeCom's own client."""
    return f"{ticket.label} 在微信客服里接待，请到那里回复和转接。"


def nobody(ticket: Ticket, to: str, near: Sequence[str]) -> str:
    """About a name that a ticket cannot go to."""
    can = f"可以转给：{'、'.join(near)}。" if near else "现在没有别人可以转。"
    why = f"不能转给“{to}”" if to else "要写转给谁"
    return f"{ticket.label} 没有转：{why}。{can}"


def listed(own: Sequence[Ticket], waiting: Sequence[Ticket], now: datetime) -> str:
    """One's own tickets, the current one marked, and what waits."""
    parts = []
    if own:
        mine = [f"{'▶' if not at else '·'} {_own(one, now)}" for at, one in enumerate(own[:MOST_LISTED])]
        parts.append("\n".join(["您在服务（▶ 是现在回复的）：", *mine, *_more(len(own))]))
    if waiting:
        parts.append("\n".join(["等人接：", *(f"· {_waiting(one, now)}" for one in waiting[:MOST_LISTED]),
                                *_more(len(waiting))]))  # fmt: skip
    if not parts:
        return "没有进行中的工单，也没有人在等。"
    ways = ["发「#编号」换一位"] if len(own) > 1 else []
    ways += ["发「接单 #编号」接单"] if waiting else []
    return "\n".join([*parts, *(["，".join(ways) + "。"] if ways else [])])


def _own(ticket: Ticket, now: datetime) -> str:
    turn = "等对方说话" if ticket.state == State.WAITING else _since("等您回复", ticket.turn_at, now)
    return f"{ticket.label}（{_where(ticket)}）{turn}"


def _waiting(ticket: Ticket, now: datetime) -> str:
    asked = "，请您接" if ticket.state == State.ASSIGNED else ""
    why = f"，{ticket.reason}" if ticket.reason else ""
    return f"{ticket.label}（{_where(ticket)}）{_since('等了', ticket.since or ticket.opened_at, now)}{why}{asked}"


def _since(what: str, at: datetime | None, now: datetime) -> str:
    return what if at is None else f"{what} {spoken_duration(max(now - at, timedelta(0)))}"


def _where(ticket: Ticket) -> str:
    return ticket.group or ("群聊" if ticket.conversation.place == "group" else "一对一")


def _more(count: int) -> Sequence[str]:
    return [f"…… 还有 {count - MOST_LISTED} 单"] if count > MOST_LISTED else []
