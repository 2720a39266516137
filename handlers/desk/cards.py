"""What staff see of a ticket: cards with buttons, for those who are called and for who has it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.types.actions import Button, Card, Option, Question
from handlers.desk.ticket import State, Ticket
from handlers.desk.tickets import Line, shortened
from handlers.times import spoken_duration

TAKE, CLOSE, PASS, GIVE, LATER, SNOOZE, BACK = "take", "close", "pass", "give", "later", "snooze", "back"
TO, UNTIL = "to", "until"
SIDES: Mapping[str, str] = {"customer": "客户", "staff": "客服", "note": "", "known": "已填"}
LEVELS: Mapping[int, str] = {1: "组长", 2: "主管"}
# So many lines of what was said stand on a card.
MOST_LINES = 4
LONGEST_SUGGESTION = 120
# So many options fit above buttons (WeCom doc 90236).
MOST_OPTIONS = 10
PAUSES = (timedelta(minutes=10), timedelta(minutes=30), timedelta(minutes=60))
# Besides these the next whole hours can be chosen.
MOST_HOURS = 6

_TAKE, _PASS, _LATER = Button(TAKE, "接单"), Button(PASS, "转给…", 2), Button(LATER, "稍后", 2)
_CLOSE, _END, _BACK = Button(CLOSE, "关闭", 3), Button(CLOSE, "结束服务", 3), Button(BACK, "返回", 3)


def calling_card(ticket: Ticket, task: str, said: Sequence[Line], accept: timedelta, owner: str) -> Card:
    """The card of somebody who is called: to take it, whoever is first; to take it soon; or to take it over."""
    title, desc, take = f"{ticket.label} 找客服", "点「接单」后由您一人服务", _TAKE
    if ticket.state == State.ASSIGNED:
        title, desc = f"{ticket.label} 请您接", f"请在 {spoken_duration(accept)}内点「接单」，过时就请别人"
    elif ticket.is_served:
        title, desc, take = (
            f"{ticket.label} 要您看看",
            f"{owner}在服务，客户等久了；点「接手」改由您服务",
            Button(TAKE, "接手"),
        )
    elif ticket.reopened:
        title = f"{ticket.label} 又找客服"
    buttons = (take, _PASS, _LATER, _CLOSE) if not ticket.is_served else (take, _PASS, _CLOSE)
    return _card(ticket, task, said, title=title, desc=desc, buttons=buttons)


def owned_card(ticket: Ticket, task: str, said: Sequence[Line], told: str = "") -> Card:
    """The card as its owner sees it; `told` stands there instead of what to do."""
    desc = told or "直接发文字就是回复对方；发「结束」结束服务"
    return _card(ticket, task, said, title=f"{ticket.label} · 您在服务", desc=desc, buttons=(_END, _PASS, _LATER))


def done_card(ticket: Ticket, task: str, done: str) -> Card:
    """The card when nothing is left to press; `done` says why."""
    return Card(task=task, title=ticket.label, fields=_fields(ticket), buttons=(_TAKE,), done=done)


def passing_card(ticket: Ticket, task: str, options: Sequence[tuple[str, str]]) -> Card:
    """The card that asks whom to give it to: `options` are ids with names."""
    asked = _question(TO, "转给谁", options)
    title = f"{ticket.label} 转给谁？" if options else f"{ticket.label} 没有别人可以转"
    buttons = (Button(GIVE, "转出去"), _BACK) if options else (_BACK,)
    return Card(task=task, title=title, fields=_fields(ticket), buttons=buttons, questions=asked)


def later_card(ticket: Ticket, task: str, options: Sequence[tuple[str, str]]) -> Card:
    """The card that asks when to come back."""
    buttons = (Button(SNOOZE, "到时提醒我"), _BACK)
    title = f"{ticket.label} 什么时候再看？"
    return Card(
        task=task, title=title, fields=_fields(ticket), buttons=buttons, questions=_question(UNTIL, "过多久", options)
    )


def pauses(now: datetime, zone: ZoneInfo) -> Sequence[tuple[str, str]]:
    """The moments at which a ticket may come back: in a while, or at one of the next whole hours."""
    soon = [(str(round((now + pause).timestamp())), f"{spoken_duration(pause)}后") for pause in PAUSES]
    next_hour = now.astimezone(zone).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    hours = [next_hour + timedelta(hours=ahead) for ahead in range(MOST_HOURS)]
    return [*soon, *((str(round(at.timestamp())), f"{at:%H:%M}") for at in hours)]


def _question(key: str, title: str, options: Sequence[tuple[str, str]]) -> tuple[Question, ...]:
    if not options:
        return ()
    listed = tuple(Option(id, text) for id, text in options[:MOST_OPTIONS])
    return (Question(key, listed, title, chosen=(listed[0].id,)),)


def _card(
    ticket: Ticket, task: str, said: Sequence[Line], *, title: str, desc: str, buttons: tuple[Button, ...]
) -> Card:
    attempts = f"机器人试过：{shortened(ticket.attempts)}" if ticket.attempts and not ticket.is_served else ""
    suggested = f"可以这样回：{shortened(ticket.suggestion, LONGEST_SUGGESTION)}" if ticket.suggestion else ""
    quote = "\n".join(filter(None, [quoted(said), attempts, suggested]))
    return Card(task=task, title=title, desc=desc, quote=quote, fields=_fields(ticket), buttons=buttons)


def quoted(said: Sequence[Line]) -> str:
    """What was said, a line each."""
    return "\n".join(f"{SIDES[line.side]}：{shortened(line.body)}" if SIDES[line.side] else line.body for line in said)


def _fields(ticket: Ticket) -> tuple[tuple[str, str], ...]:
    where = ticket.group or ("群聊" if ticket.conversation.place == "group" else "一对一")
    known = (
        ("原因", ticket.reason),
        ("心情", ticket.mood),
        ("要懂", ticket.skill),
        ("级别", LEVELS.get(ticket.level, "")),
    )
    return (("来自", where), ("客户", ticket.shown), *(field for field in known if field[1]))
