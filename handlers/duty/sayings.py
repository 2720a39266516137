"""What staff say about the roster: 值班, 请假 明天, 销假, 换班 阿宁 周五. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import regex

from bot.types.ports import Calendar
from nlp.slots.moments import When, moments

Kind = Literal["show", "leave", "back", "swap", "withdraw"]

# The longer ones first: 取消请假 is no 请假.
KEYS: Mapping[str, Kind] = {
    "取消请假": "back",
    "取消换班": "withdraw",
    "值班表": "show",
    "请假": "leave",
    "销假": "back",
    "换班": "swap",
    "值班": "show",
}
LONGEST = 60
# So many characters beside people and times may say why somebody takes leave; elsewhere nothing may be left over.
LONGEST_REASON = 12

_KEY = regex.compile("|".join(KEYS))
_POLITE = "|".join(
    (
        "申请",
        "帮忙",
        "帮我",
        "一下",
        "现在",
        "看看",
        "我要",
        "我想",
        "想要",
        "需要",
        "麻烦",
        "班次",
        "一天",
        "是谁",
        "有谁",
    )
)
_FILLER = regex.compile(
    rf"(?:{_POLITE}|[\s，,。.！!？?：:、～~]|[我请和跟与同给帮让把要想的了吧吗呢谁在换查看用]|＠|@)+"
)
_LEADING = regex.compile(r"[\s@＠我要想请帮给申一下和跟]*")


@dataclass(frozen=True, slots=True)
class Saying:
    """What is wanted: for whom (names as configured, in their order), when, and why.

    `leads`: it begins with what it is about, perhaps after a name, so that it is no sentence for a customer. `clear`:
    there is nothing in it that was not understood.
    """

    kind: Kind
    names: tuple[str, ...] = ()
    times: tuple[When, ...] = ()
    reason: str = ""
    leads: bool = True
    clear: bool = True


def read(text: str, now: datetime, names: Iterable[str], calendar: Calendar) -> Saying | None:
    """What a text says about the roster; None when it says nothing of it. `now` is aware."""
    found = _KEY.search(text) if len(text) <= LONGEST else None
    if found is None:
        return None
    kind, rest = KEYS[found[0]], f"{text[: found.start()]} {text[found.end() :]}"
    people, rest = _people(rest, names)
    local = now.astimezone(calendar.timezone)
    heard = moments(rest, local, is_workday=calendar.is_workday)
    before = _FILLER.sub("", rest[: heard[0].start]) if heard else ""
    for one in reversed(heard):
        rest = f"{rest[: one.start]} {rest[one.end :]}"
    left = _FILLER.sub(" ", rest).strip()
    leads = not _LEADING.sub("", _people(text[: found.start()], people)[1])
    gives_reason = kind == "leave" and leads and bool(heard) and not before and _is_reason(left)
    return Saying(kind, people, tuple(one.value for one in heard), left, leads, clear=not left or gives_reason)


def _is_reason(left: str) -> bool:
    """Whether it may say why somebody takes leave, and is no part of a time that was not understood."""
    return len(left) <= LONGEST_REASON and not left.startswith(("到", "至", "-"))


def _people(text: str, names: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """The people whom a text names, in its order, and the text without them; of two names at one place the longer."""
    pattern = "|".join(map(regex.escape, sorted(names, key=len, reverse=True)))
    if not pattern:
        return (), text
    found = tuple(dict.fromkeys(regex.findall(pattern, text)))
    return found, regex.sub(pattern, " ", text)
