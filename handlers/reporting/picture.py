"""The report as a picture, to be read on a phone."""

from collections.abc import Sequence
from datetime import date, timedelta

from handlers.drawing import Area, Bar, Canvas, Mark, Typeface, draw_bars
from handlers.drawing.canvas import BLUE, FAINT, GREEN, GREY, INK, ORANGE, PANEL, PURPLE
from handlers.reporting.figures import Spread
from handlers.reporting.period import short_day
from handlers.reporting.summary import Line, Summary
from handlers.reporting.wording import NONE, percent, spoken

WIDTH, MARGIN, GAP = 540.0, 20.0, 12.0
HEAD, TILE, PANEL_HEIGHT, ROW, FOOT = 74.0, 84.0, 170.0, 30.0, 40.0
TILES_A_ROW = 3
# A phone is not scrolled for longer than that; the rest is in the table of the command.
MOST_TEAMS, MOST_DAYS = 8, 14
# Where the columns of the teams' table stand, as parts of its width, and what is in them.
_COLUMNS = ((0.0, "小组"), (0.40, "工单"), (0.56, "首次响应"), (0.74, "按时"), (0.88, "解决"), (1.0, "评分"))


def draw(found: Summary, typeface: Typeface, promised: timedelta | None = None) -> bytes:
    """The report as a PNG; `promised`: the first response that all its teams promise, None where they differ."""
    teams = found.teams[:MOST_TEAMS] if len(found.teams) > 1 else ()
    table = 44 + ROW * (len(teams) + 1) + GAP if teams else 0
    height = HEAD + 2 * (TILE + GAP) + 4 * (PANEL_HEIGHT + GAP) + table + FOOT
    canvas = Canvas(WIDTH, height, typeface)
    y = _head(canvas, found)
    y = _tiles(canvas, y, found.total)
    y = _panels(canvas, y, found, promised)
    if teams:
        y = _teams(canvas, y, teams)
    made = found.made_at.astimezone(found.period.zone)
    canvas.text(MARGIN, y + 14, f"时间只算小组的上班时间 · {made:%Y-%m-%d %H:%M}", 11, colour=GREY)
    return canvas.png()


def _head(canvas: Canvas, found: Summary) -> float:
    title = "客服周报" if found.period.is_week else "客服报表"
    canvas.text(MARGIN, 28, title, 22, bold=True)
    about = found.period.title + (f" · {found.team}" if found.team else "")
    canvas.text(MARGIN, 54, about, 13, colour=GREY, most=WIDTH - 2 * MARGIN)
    return HEAD


def _tiles(canvas: Canvas, y: float, total: Line) -> float:
    """Six numbers, large."""
    settled, scores = total.settled, total.scores
    unserved = f"{total.given_up} 个没人接" if total.given_up else "都有人管" if total.tickets else ""
    between = "" if scores.mean is None else f"{scores.count} 人，{scores.low:.1f}–{scores.high:.1f}"
    tiles = (
        ("工单", str(total.tickets), unserved),
        ("首次响应", spoken(total.taken.median), _nine(total.taken)),
        ("按时响应", percent(total.taken_on_time), f"后续回复 {percent(total.next_on_time)}"),
        ("解决用时", spoken(total.resolved.median), f"重开 {percent(total.reopened)}"),
        ("评分", NONE if scores.mean is None else f"{scores.mean:.1f}", between),
        ("机器人办成", percent(settled), f"共 {settled.all} 个会话" if settled and settled.all else ""),
    )
    for row in range(0, len(tiles), TILES_A_ROW):
        places = Area(MARGIN, y, WIDTH - 2 * MARGIN, TILE).columns(TILES_A_ROW, GAP)
        for place, (label, value, more) in zip(places, tiles[row : row + TILES_A_ROW], strict=True):
            canvas.box(place, PANEL, 8)
            inside = place.inset(12)
            canvas.text(inside.x, place.y + 18, label, 12, colour=GREY, most=inside.width)
            canvas.text(inside.x, place.y + 43, value, 22, bold=True, most=inside.width)
            canvas.text(inside.x, place.y + 68, more, 11, colour=GREY, most=inside.width)
        y += TILE + GAP
    return y


def _nine(value: Spread) -> str:
    return f"九成在 {spoken(value.p90)}内" if value.count else ""


def _panels(canvas: Canvas, y: float, found: Summary, promised: timedelta | None) -> float:
    days = found.days[-MOST_DAYS:]
    more = f"（最后 {MOST_DAYS} 天）" if len(found.days) > MOST_DAYS else ""
    mark = Mark(promised.total_seconds(), f"说好 {spoken(promised)}") if promised else None
    panels = (
        (f"每天的工单{more}", [_count(_label(one, len(days)), one, BLUE) for one in days], None),
        ("几点找来的", [_count(_hour(at), one, PURPLE) for at, one in enumerate(found.hours)], None),
        (f"首次响应，中位数{more}", [_time(_label(one, len(days)), one.taken, GREEN) for one in days], mark),
        (f"解决用时，中位数{more}", [_time(_label(one, len(days)), one.resolved, ORANGE) for one in days], None),
    )
    for title, bars, level in panels:
        place = Area(MARGIN, y, WIDTH - 2 * MARGIN, PANEL_HEIGHT)
        canvas.box(place, PANEL, 8)
        canvas.text(place.x + 12, place.y + 20, title, 13, bold=True)
        draw_bars(canvas, Area(place.x + 12, place.y + 36, place.width - 24, place.height - 42), bars, level)
        y += PANEL_HEIGHT + GAP
    return y


def _count(label: str, line: Line, colour: str) -> Bar:
    return Bar(label, line.tickets, str(line.tickets), colour)


def _time(label: str, value: Spread, colour: str) -> Bar:
    seconds = value.median.total_seconds() if value.median is not None else None
    return Bar(label, seconds, spoken(value.median), colour)


def _label(line: Line, days: int) -> str:
    day = date.fromisoformat(line.name)
    return f"{short_day(day)} {short_day(day, with_weekday=False)}" if days <= 7 else short_day(day, with_weekday=False)


def _hour(hour: int) -> str:
    return str(hour) if hour % 3 == 0 else ""


def _teams(canvas: Canvas, y: float, teams: Sequence[Line]) -> float:
    place = Area(MARGIN, y, WIDTH - 2 * MARGIN, 44 + ROW * (len(teams) + 1))
    canvas.box(place, PANEL, 8)
    canvas.text(place.x + 12, place.y + 20, "各小组", 13, bold=True)
    inside = Area(place.x + 12, place.y + 36, place.width - 24, ROW)
    _row(canvas, inside, [name for _, name in _COLUMNS], GREY)
    for at, team in enumerate(teams, start=1):
        row = Area(inside.x, inside.y + ROW * at, inside.width, ROW)
        canvas.line([(row.x, row.y), (row.right, row.y)], FAINT, 0.5)
        mean = NONE if team.scores.mean is None else f"{team.scores.mean:.1f}"
        cells = [team.name, str(team.tickets), spoken(team.taken.median), percent(team.taken_on_time)]
        _row(canvas, row, [*cells, spoken(team.resolved.median), mean], INK)
    return place.bottom + GAP


def _row(canvas: Canvas, row: Area, cells: Sequence[str], colour: str) -> None:
    """The first cell from the left, the others up to where their columns end."""
    y = row.y + ROW / 2
    canvas.text(row.x, y, cells[0], 12, colour=colour, most=row.width * 0.3)
    for (end, _), before, cell in zip(_COLUMNS[1:], _COLUMNS, cells[1:], strict=False):
        room = row.width * (end - max(before[0], 0.3)) - 6
        canvas.text(row.x + row.width * end, y, cell, 12, colour=colour, anchor="right", most=room)
