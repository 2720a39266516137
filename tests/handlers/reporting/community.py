"""A week at a desk, written down row by row, on either kind of database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.store.connection import Connection
from bot.store.database import Database
from bot.store.tables import events
from handlers.desk.tables import messages, tickets

ZONE = ZoneInfo("Asia/Shanghai")
ROOM = "aibot:小助手|group|wrTest"
CONFIG = """
[wecom]
corp_id = "ww1111222233334444"

[[channels]]
kind = "app"
name = "助手"
agent_id = 1000002
secret = "env:WECOM_APP_SECRET"
token = "env:WECOM_APP_TOKEN"
aes_key = "env:WECOM_APP_AES_KEY"

[[people]]
name = "群管"
userid = "admin01"
roles = ["管理员"]

[[people]]
name = "小美"
userid = "mei01"
roles = ["售后组", "售前组"]

[[teams]]
name = "售后组"
hours = "工作日 09:00-18:00"
resolution = "1h"

[[teams]]
name = "售前组"
"""


def at(text: str) -> datetime:
    """A moment by the clocks of Shanghai: `"11-16 10:00"`, in 2026."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE)


@dataclass
class Week:
    """Rows to be written: tickets with what was said in them, and events."""

    tickets: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    def ticket(self, opened: str, *said: tuple[str, int], team: str = "售后组", **more: Any) -> int:
        """A ticket that was opened at a moment; what was said in it: by whom, how many minutes later. Its number."""
        number, began = len(self.tickets) + 1, at(opened)
        moments = {key: began + timedelta(minutes=value) for key, value in more.items() if key.endswith("_at")}
        row = {
            "id": number, "thread": f"{ROOM}|wm{number}", "conversation": ROOM, "member": f"wm{number}", "team": team,
            "reason": "客户要求", "state": "closed", "opened_at": began, "reopened": 0, "score": None, "ended": "staff",
            **dict.fromkeys(("taken_at", "answered_at", "resolved_at", "closed_at")), **more, **moments,
        }  # fmt: skip
        self.tickets.append(row)
        self.lines += [
            {"ticket": number, "at": began + timedelta(minutes=after), "side": side, "body": "…"}
            for side, after in said
        ]
        return number

    def talk(self, moment: str, thread: str, handler: str, outcome: str = "answered", where: str = ROOM) -> None:
        """A message in a thread, and who decided it."""
        when = at(moment)
        row = {"id": f"e{len(self.events)}", "conversation": where, "thread": thread, "member_key": "m"}
        decided = {"topic": "message", "outcome": outcome, "handler": handler}
        self.events.append({**row, **decided, "at": when, "received_at": when, "decided_at": when})

    async def store(self, database: Database) -> None:
        """Write it all down."""

        async def write(connection: Connection) -> None:
            for table, rows in ((tickets, self.tickets), (messages, self.lines), (events, self.events)):
                for row in rows:
                    await connection.execute(sa.insert(table).values(row))

        await database.write(write)


def a_week() -> Week:
    """Seven tickets of the 47th week of 2026, and one each before and after it."""
    week = Week()
    talked: Sequence[tuple[str, int]] = (("customer", 0), ("staff", 4), ("customer", 6), ("customer", 7), ("staff", 18))
    done = {"taken_at": 3, "answered_at": 4, "resolved_at": 30, "closed_at": 40}
    week.ticket("11-15 23:59", **done, score=1)
    week.ticket("11-16 10:00", *talked, **done, score=5)
    week.ticket("11-16 17:58", **{**done, "taken_at": 15 * 60 + 6, "answered_at": 15 * 60 + 7, "resolved_at": 16 * 60})
    week.ticket("11-18 10:30", taken_at=6, answered_at=8, resolved_at=90, closed_at=100, score=2, reason="看来生气")
    week.ticket("11-18 10:45", team="售前组", taken_at=1, answered_at=2, state="owned", reopened=1, score=1, ended="")
    week.ticket("11-20 09:00", closed_at=130, ended="timeout")
    week.ticket("11-20 14:00", closed_at=2, ended="customer", reason="")
    week.ticket("11-22 20:00", team="售前组", **done, score=4)
    week.ticket("11-23 00:00", **done, score=1)
    return week
