"""Who appears on the page, and what the page asks of whoever shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.simulator.doors import App
from bot.simulator.journal import Record


@dataclass(frozen=True, slots=True)
class Cast:
    """`roles` and `staff` by userid; the first of the staff is shown at the desk.

    `guest` is who a newcomer is at first; `suggestions` are words worth trying, `words` those of the staff; `zone` is
    the people's time zone.
    """

    guest: str
    desk: App
    staff: Sequence[str]
    roles: Mapping[str, str] = field(default_factory=dict)
    suggestions: Sequence[str] = ()
    words: Sequence[str] = ()
    zone: str = "Asia/Shanghai"


class Reasons(Protocol):
    """Tells why the bot said something, or nothing. `said` is what a person did, where that is known.

    The answer holds `outcome`, `handler`, `rule`, `score`, `reason`, `runner_up`, `took`, `event`, `config`, all texts
    or None; `steps`, each with `handler`, `rule`, `score`, `result`, `won`; `sent`, each with `text` and `state`.
    None: the bot has no record of it.
    """

    async def __call__(self, shown: Record, said: Record | None) -> Mapping[str, Any] | None: ...
