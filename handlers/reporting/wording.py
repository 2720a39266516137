"""The numbers of a report in words: for a terminal, for a message, for programs."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from handlers.reporting.figures import Scores, Share, Spread
from handlers.reporting.period import short_day
from handlers.reporting.summary import Line, Summary

NONE = "–"
MOST_REASONS = 10
REMARK = (
    "“/”前面是中位数，后面是九成不超过；时间只算小组的上班时间。按时：在说好的时间之内。",
    "首次响应：到有人接单；首次回复：到说第一句话；后续回复：之后每次到回话；解决：到办完。重开：办完又找来的。",
    "机器人办成：机器人答上来、没有转人工的会话。评分 1–5，括号里是平均分的 95% 区间。",
)


def spoken(duration: timedelta | None) -> str:
    """A duration, short: `45秒`, `2分30秒`, `1时05分`, `2天3时`."""
    if duration is None:
        return NONE
    seconds = round(duration.total_seconds())
    minutes = round(seconds / 60)
    if seconds < 60:
        return f"{seconds}秒"
    if seconds < 600 and seconds % 60:
        return f"{seconds // 60}分{seconds % 60:02}秒"
    if minutes < 60:
        return f"{minutes}分"
    if minutes < 24 * 60:
        return f"{minutes // 60}时{minutes % 60:02}分" if minutes % 60 else f"{minutes // 60}小时"
    hours = round(minutes / 60)
    return f"{hours // 24}天{hours % 24}时" if hours % 24 else f"{hours // 24}天"


def spread(value: Spread) -> str:
    """The middle one and what nine in ten did not exceed."""
    return f"{spoken(value.median)} / {spoken(value.p90)}" if value.count else NONE


def percent(share: Share | None) -> str:
    """A share, in percent."""
    return NONE if share is None or share.rate is None else f"{share.rate:.0%}"


def shared(share: Share | None) -> str:
    """A share, in percent, and of how many."""
    return NONE if share is None or not share.all else f"{percent(share)}（{share.some}/{share.all}）"


def scored(scores: Scores) -> str:
    """A mean with its interval and how many gave a score."""
    if scores.mean is None:
        return NONE
    return f"{scores.mean:.1f}（{scores.low:.1f}–{scores.high:.1f}，{scores.count} 人）"


def as_text(found: Summary) -> Iterator[str]:
    """The report for a terminal, in lines."""
    yield f"客服 {found.period.title}" + (f"，{found.team}" if found.team else "")
    if not found.total.tickets:
        yield "这段时间没有工单。" + _settled(found.total)
        return
    yield ""
    yield from _side_by_side([found.total, *(found.teams if len(found.teams) > 1 else ())])
    yield ""
    yield from _listed("日期", [(_day(one.name), one) for one in found.days if _is_busy(one)])
    yield ""
    yield from _listed("钟点", [(f"{one.name} 点", one) for one in found.hours if one.tickets])
    yield ""
    yield "为什么转人工：" + "、".join(f"{name} {count}" for name, count in found.reasons[:MOST_REASONS])
    yield ""
    yield from REMARK


def _side_by_side(lines: Sequence[Line]) -> Iterator[str]:
    """A row a number, a column a team; numbers that nobody has are left out."""
    rows = [
        ("", *(one.name for one in lines)),
        *((what, *(told(one) for one in lines)) for what, told in _NUMBERS),
    ]
    yield from aligned([row for row in rows if any(cell not in (NONE, "0", "") for cell in row[1:])])


def _listed(what: str, lines: Sequence[tuple[str, Line]]) -> Iterator[str]:
    """A row a line, with what is most telling."""
    heads = (what, "工单", "首次响应", "按时", "后续回复", "解决", "评分", "机器人办成")
    yield from aligned([heads, *((name, *_cells(line)) for name, line in lines)])


def _cells(line: Line) -> tuple[str, ...]:
    times = (
        spoken(line.taken.median),
        percent(line.taken_on_time),
        spoken(line.next.median),
        spoken(line.resolved.median),
    )
    mean = NONE if line.scores.mean is None else f"{line.scores.mean:.1f}"
    return str(line.tickets), *times, mean, percent(line.settled)


_NUMBERS: Sequence[tuple[str, Callable[[Line], str]]] = (
    ("工单", lambda line: str(line.tickets)),
    ("没人接", lambda line: str(line.given_up)),
    ("首次响应", lambda line: spread(line.taken)),
    ("  按时", lambda line: shared(line.taken_on_time)),
    ("首次回复", lambda line: spread(line.answered)),
    ("后续回复", lambda line: spread(line.next)),
    ("  按时", lambda line: shared(line.next_on_time)),
    ("解决", lambda line: spread(line.resolved)),
    ("  按时", lambda line: shared(line.resolved_on_time)),
    ("重开", lambda line: shared(line.reopened)),
    ("评分", lambda line: scored(line.scores)),
    ("机器人办成", lambda line: shared(line.settled)),
)


def _day(name: str) -> str:
    day = date.fromisoformat(name)
    return f"{day:%m-%d} {short_day(day)}"


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows of cells as lines of columns."""
    sizes = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell + " " * (size - _width(cell)) for cell, size in zip(row, sizes, strict=True)).rstrip()


def _width(text: str) -> int:
    """The columns that a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def as_message(found: Summary) -> str:
    """The report as a message in WeCom: a line a number."""
    total = found.total
    head = f"客服周报 {found.period.title}" if found.period.is_week else f"客服 {found.period.title}"
    head += f"，{found.team}" if found.team else ""
    if not total.tickets:
        return f"{head}\n这段时间没有工单。{_settled(total)}"
    lines = [
        f"工单 {total.tickets} 个" + (f"，{total.given_up} 个没人接" if total.given_up else ""),
        f"首次响应 {spoken(total.taken.median)}{_nine(total.taken)}，按时 {percent(total.taken_on_time)}",
        f"后续回复 {spoken(total.next.median)}，按时 {percent(total.next_on_time)}" if total.next.count else "",
        f"解决 {spoken(total.resolved.median)}，重开 {percent(total.reopened)}" if total.resolved.count else "",
        f"评分 {scored(total.scores)}" if total.scores.count else "",
        _settled(total),
        "转人工最多：" + "、".join(f"{name} {count}" for name, count in found.reasons[:3]),
        *([_of_team(one) for one in found.teams] if len(found.teams) > 1 else []),
    ]
    return "\n".join([head, *filter(None, lines)])


def as_object(found: Summary) -> Mapping[str, Any]:
    """The report for programs; durations in seconds, null where nothing was measured."""
    return {
        "from": found.period.first.isoformat(), "to": found.period.last.isoformat(), "team": found.team or None,
        "total": _object(found.total), "teams": [_object(one) for one in found.teams],
        "days": [_object(one) for one in found.days], "hours": [_object(one) for one in found.hours],
        "reasons": [{"reason": name, "tickets": count} for name, count in found.reasons],
    }  # fmt: skip


def _settled(line: Line) -> str:
    share = line.settled
    return f"机器人办成 {percent(share)}（{share.all} 个会话里 {share.some} 个）" if share and share.all else ""


def _nine(value: Spread) -> str:
    return f"，九成在 {spoken(value.p90)}内" if value.count else ""


def _of_team(line: Line) -> str:
    score = f"，评分 {line.scores.mean:.1f}" if line.scores.mean is not None else ""
    taken = f"，首次响应 {spoken(line.taken.median)}，按时 {percent(line.taken_on_time)}" if line.taken.count else ""
    return f"· {line.name}：{line.tickets} 个{taken}{score}"


def _is_busy(line: Line) -> bool:
    return bool(line.tickets or (line.settled and line.settled.all))


def _object(line: Line) -> Mapping[str, Any]:
    return {
        "name": line.name, "tickets": line.tickets,
        "first_response": _times(line.taken, line.taken_on_time), "first_answer": _times(line.answered),
        "next_response": _times(line.next, line.next_on_time),
        "resolution": _times(line.resolved, line.resolved_on_time),
        "reopened": _rate(line.reopened), "given_up": line.given_up,
        "score": {
            "count": line.scores.count, "mean": line.scores.mean,
            "interval": None if line.scores.mean is None else [line.scores.low, line.scores.high],
        },
        "settled_by_bot": None if line.settled is None else _rate(line.settled),
    }  # fmt: skip


def _times(value: Spread, on_time: Share | None = None) -> Mapping[str, Any]:
    seconds = {
        name: None if one is None else round(one.total_seconds(), 1)
        for name, one in (("median", value.median), ("p90", value.p90))
    }
    return {"count": value.count, **seconds, **({} if on_time is None else {"on_time": _rate(on_time)})}


def _rate(share: Share) -> Mapping[str, Any]:
    return {"some": share.some, "all": share.all, "rate": share.rate}
