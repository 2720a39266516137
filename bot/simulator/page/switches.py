"""The platform's moods, each with a switch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.simulator.callbacks import Disorder
from bot.simulator.errors import Errcode
from bot.simulator.server import WeCom

SLOW = 3.0
Order = Callable[[WeCom], None]


def _nothing(_: WeCom) -> None:
    """No order to the API."""


@dataclass(frozen=True, slots=True)
class Switch:
    """One thing that can go wrong: an order to the API, or disorder in the deliveries."""

    name: str
    label: str
    hint: str
    order: Order = _nothing
    duplicates: int = 0
    lost: float = 0.0
    untrusted: bool = False


SWITCHES: tuple[Switch, ...] = (
    Switch(
        "slow", "企业微信变慢", f"每次调用接口都要等 {SLOW:.0f} 秒；看机器人是不是还回应别人",
        lambda wecom: wecom.faults.slow(SLOW),
    ),
    Switch(
        "busy", "一半的调用说“系统繁忙”", "errcode -1；机器人要过一会儿再试，不能丢",
        lambda wecom: wecom.faults.fail(Errcode.BUSY, rate=0.5),
    ),
    Switch(
        "expired", "token 总是过期", "errcode 42001，一次过期后又好一次；机器人要自己换新的",
        lambda wecom: wecom.faults.fail(Errcode.TOKEN_EXPIRED, path="/cgi-bin/message/*", rate=0.5),
    ),
    Switch("untrusted", "机器不在可信 IP 里", "errcode 60020；机器人应当等管理员改好，不乱重试", untrusted=True),
    Switch(
        "half", "办完了事却断了线", "消息已经送到，机器人却没有收到结果；不能再送一遍",
        lambda wecom: wecom.faults.half_answer(path="/cgi-bin/message/send", rate=0.5),
    ),
    Switch(
        "limited", "说发得太快了", "errcode 45009；机器人要排队等着",
        lambda wecom: wecom.faults.fail(Errcode.TOO_OFTEN, path="/cgi-bin/message/send", rate=0.5),
    ),
    Switch("duplicates", "每条消息送三遍", "企业微信会重复推送；只能答一次", duplicates=2),
    Switch("lost", "一半的应答丢在路上", "机器人答了，企业微信没收到，于是再来要", lost=0.5),
)  # fmt: skip


class Switchboard:
    """Which switches are on. Turning one leaves the others as they are."""

    def __init__(self, wecom: WeCom) -> None:
        self._wecom = wecom
        self._on: set[str] = set()

    def turn(self, name: str, on: bool) -> None:
        """Turn a switch; KeyError for one that is not there."""
        if name not in {switch.name for switch in SWITCHES}:
            raise KeyError(name)
        self._on = self._on | {name} if on else self._on - {name}
        self._apply()

    def _apply(self) -> None:
        on = [switch for switch in SWITCHES if switch.name in self._on]
        self._wecom.faults.clear()
        for switch in on:
            switch.order(self._wecom)
        copies, lost = sum(switch.duplicates for switch in on), max((switch.lost for switch in on), default=0.0)
        self._wecom.disorder = Disorder(
            duplicate_rate=1.0 if copies else 0.0, duplicate_copies=copies or 1, lost_answers=lost
        )
        self._wecom.trust_only(*(("203.0.113.7",) if any(switch.untrusted for switch in on) else ("127.0.0.1", "::1")))

    def shown(self) -> list[Mapping[str, Any]]:
        """The switches as the page shows them."""
        return [
            {"name": one.name, "label": one.label, "hint": one.hint, "on": one.name in self._on} for one in SWITCHES
        ]
