"""Variables in what managers write: `{nickname}`, `{group}`, `{date}` …, filled in or left out gracefully."""

import difflib
from collections.abc import Collection, Mapping
from zoneinfo import ZoneInfo

import regex

from bot.types.context import Context

KNOWN: Mapping[str, str] = {
    "nickname": "对方的称呼",
    "group": "群名",
    "date": "今天的日期",
    "time": "现在的时间",
    "weekday": "今天星期几",
}

_VARIABLE = regex.compile(r"\{([^{}\s]{1,20})\}")
_GAP = "\0"
_QUOTED_GAP = regex.compile(r"(?:「\0」|『\0』|“\0”|‘\0’|【\0】|《\0》|（\0）|\(\0\)|\[\0\]|\"\0\")")
_GAP_AT_START = regex.compile(r"(?:(?<=^|[。！？!?\n～~])[ 　]*)@?\0[ 　，,、：:；;！!～~。]*")
_GAP_BEFORE_MARK = regex.compile(r"[ 　，,、：:；;]*@?\0[ 　]*(?=[。！？!?，,；;：:～~\n]|$)")
_GAP_IN_LATIN = regex.compile(r"(?<=[!-~]) +@?\0 +(?=[!-~])")
_GAP_ELSEWHERE = regex.compile(r"[ 　]*@?\0[ 　]*")
_NICKNAMES = ("昵称", "称呼", "名字", "姓名", "name", "user")
_WEEKDAYS = "一二三四五六日"


def unknown_variables(template: str, beside: Collection[str] = ()) -> tuple[str, ...]:
    """The variables of a text that nobody fills; those `beside` are filled as well."""
    return tuple(name for name in _VARIABLE.findall(template) if name not in KNOWN and name not in beside)


def unknown_message(name: str) -> str:
    """What to tell a manager about an unknown variable."""
    nearest = difflib.get_close_matches(name, KNOWN, n=1) or ["nickname"] * (name in _NICKNAMES)
    if nearest:
        return f"没有 {{{name}}} 这个变量，是否想写 {{{nearest[0]}}}？"
    return f"没有 {{{name}}} 这个变量；可用的有 " + " ".join(f"{{{known}}}" for known in KNOWN)


def values(context: Context, timezone: ZoneInfo) -> dict[str, str]:
    """What the variables stand for now and here; empty where nobody knows."""
    local = context.now.astimezone(timezone)
    return {
        "nickname": context.member.name,
        "group": context.group.name if context.group else "",
        "date": f"{local.month}月{local.day}日",
        "time": f"{local:%H:%M}",
        "weekday": f"星期{_WEEKDAYS[local.weekday()]}",
    }


def fill(template: str, known: Mapping[str, str]) -> str:
    """The text with its variables filled in; one without a value leaves no stray marks.

    Example: `"{nickname}，一般 48 小时内发出"` → `"一般 48 小时内发出"`.
    """
    marked = _VARIABLE.sub(lambda found: _value(found[1], found[0], known), template)
    return _close_gaps(marked) if _GAP in marked else marked


def _value(name: str, written: str, known: Mapping[str, str]) -> str:
    if name not in KNOWN and name not in known:
        return written
    return known.get(name, "").replace(_GAP, "") or _GAP


def _close_gaps(text: str) -> str:
    text = _QUOTED_GAP.sub(_GAP, text)
    text = _GAP_AT_START.sub("", text)
    text = _GAP_BEFORE_MARK.sub("", text)
    return _GAP_ELSEWHERE.sub("", _GAP_IN_LATIN.sub(" ", text)).strip()
