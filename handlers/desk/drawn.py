"""The table of edges as people read it: `python -m handlers.desk.drawn`."""

import sys
from collections.abc import Mapping
from typing import Any

from handlers.desk.happenings import (
    Answered,
    Called,
    Ended,
    Freed,
    Later,
    Offered,
    Passed,
    Scored,
    Took,
    Wrote,
)
from handlers.desk.lifecycle import EDGES
from handlers.desk.ticket import Alarm, State

STATES: Mapping[State, str] = {
    State.QUEUED: "排队",
    State.ASSIGNED: "派给一个人",
    State.OWNED: "服务中",
    State.WAITING: "等客户",
    State.RESOLVED: "已解决",
    State.CLOSED: "结束",
}
HAPPENINGS: Mapping[type[Any] | Alarm, str] = {
    Called: "客户（又）要人工",
    Offered: "挑了一个人先问",
    Took: "有人接单、接手",
    Wrote: "客户说话",
    Answered: "客服回复",
    Passed: "转给别人、别的组",
    Later: "点了稍后",
    Ended: "关闭、客户不要了",
    Scored: "客户评分",
    Freed: "有人手上空出来",
    Alarm.OPENING: "⏰ 上班了",
    Alarm.OFFER: "⏰ 再找找谁有空",
    Alarm.ACCEPT: "⏰ 派了没接",
    Alarm.HALF: "⏰ 时间过了 50%",
    Alarm.MOST: "⏰ 时间过了 80%",
    Alarm.BREACH: "⏰ 时间到了，上一级",
    Alarm.GIVE_UP: "⏰ 一直没人接",
    Alarm.SILENCE: "⏰ 客服很久没回",
    Alarm.DUE_HALF: "⏰ 办理时间过了 50%",
    Alarm.DUE_MOST: "⏰ 办理时间过了 80%",
    Alarm.DUE: "⏰ 办理超时，上一级",
    Alarm.LATER: "⏰ 稍后的时间到了",
    Alarm.IDLE: "⏰ 客户很久没说话",
    Alarm.SCORE: "⏰ 评分时间过了",
}


def drawn() -> str:
    """Every edge: the state, what happens, and the states that may follow, in the order of the states."""
    rows = [
        f"| {STATES[state]} | {HAPPENINGS[kind]} | {'、'.join(STATES[to] for to in State if to in edge.to)} |"
        for (state, kind), edge in EDGES.items()
    ]
    return "\n".join(["| 状态 | 发生了什么 | 之后 |", "| --- | --- | --- |", *rows])


if __name__ == "__main__":
    sys.stdout.write(drawn() + "\n")
