"""A board of who is ahead, to be read on a phone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.drawing.calendar import figures
from handlers.drawing.canvas import Area, Canvas
from handlers.drawing.palette import (
    BRONZE,
    CINNABAR,
    CREAM,
    GOLD,
    GREY,
    INK,
    JADE,
    LINE,
    MIST,
    PALE,
    PANEL,
    PAPER,
    SILVER,
)
from handlers.drawing.typeface import Typeface

WIDTH, MARGIN, GAP = 390.0, 18.0, 12.0
HEAD, PODIUM, ROW, MINE, FOOT = 84.0, 176.0, 42.0, 52.0, 40.0
# What a phone shows without much scrolling.
MOST = 20
# What stands in for a name without a letter that can be written.
SOMEBODY = "一位成员"
METALS: Mapping[int, tuple[str, str]] = {1: (GOLD, CREAM), 2: (SILVER, "#eef1f3"), 3: (BRONZE, "#f6ebe2")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One member: who shares a place has the same one. `moved`: how many places up since before, None where unknown."""

    place: int
    name: str
    score: int
    is_me: bool = False
    moved: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The first of a board, in order, and whoever asked.

    `about`: when, or of what. `of`: how many are on it, 0 where that is not known. `mine`: the place of the one who
    asked, None where they have none; `asked` tells whether anybody did.
    """

    title: str
    about: str
    rows: Sequence[Row]
    of: int
    unit: str = "积分"
    mine: Row | None = None
    asked: bool = True


def draw_board(found: Board, typeface: Typeface) -> bytes:
    """The board as a PNG; no more than `MOST` of its rows."""
    rows = found.rows[:MOST]
    first, others = rows[:3], rows[3:]
    table = ROW * len(others) + GAP if others else 0
    mine = MINE + GAP if found.asked else 0
    canvas = Canvas(WIDTH, HEAD + PODIUM + GAP + table + mine + FOOT - GAP, typeface, PAPER)
    _head(canvas, found)
    _podium(canvas, Area(MARGIN, HEAD, WIDTH - 2 * MARGIN, PODIUM), first)
    y = HEAD + PODIUM + GAP
    if others:
        _table(canvas, Area(MARGIN, y, WIDTH - 2 * MARGIN, ROW * len(others)), others, max(1, rows[0].score))
        y += table
    if found.asked:
        _mine(canvas, Area(MARGIN, y, WIDTH - 2 * MARGIN, MINE), found)
        y += mine
    if found.of:
        canvas.text(WIDTH / 2, y + (FOOT - GAP) / 2 - 2, f"共 {found.of} 人上榜", 11, colour=GREY, anchor="middle")
    return canvas.png()


def _head(canvas: Canvas, found: Board) -> None:
    canvas.box(Area(MARGIN, 26, 4, 40), JADE, 2)
    most = WIDTH - 2 * MARGIN - 14
    canvas.text(MARGIN + 14, 36, found.title, 20, colour=INK, bold=True, most=most)
    canvas.text(MARGIN + 14, 60, found.about, 12, colour=GREY, most=most)


def _podium(canvas: Canvas, place: Area, rows: Sequence[Row]) -> None:
    """The first in the middle, the second on the left, the third on the right."""
    canvas.box(place, PANEL, 12)
    if not rows:
        canvas.text(
            place.x + place.width / 2, place.y + place.height / 2, "还没有人上榜", 14, colour=GREY, anchor="middle"
        )
    columns = place.inset(8).columns(3, 0)
    for row, at in zip(rows, (1, 0, 2), strict=False):
        _winner(canvas, columns[at], row, is_first=at == 1)


def _winner(canvas: Canvas, slot: Area, row: Row, *, is_first: bool) -> None:
    metal, ground = METALS.get(row.place, METALS[3])
    radius = 32.0 if is_first else 26.0
    x, y = slot.x + slot.width / 2, slot.bottom - (92 if is_first else 84)
    if is_first:
        _crown(canvas, x, y - radius - 4)
    canvas.dot(x, y, radius, metal)
    canvas.dot(x, y, radius - 3, ground)
    name = canvas.shown(row.name) or SOMEBODY
    canvas.text(x, y - 1, name[0], radius * 0.82, colour=metal, anchor="middle", bold=True)
    canvas.dot(x, y + radius, 11.5, PANEL)
    canvas.dot(x, y + radius, 10, metal)
    canvas.text(x, y + radius, str(row.place), 12, colour=PANEL, anchor="middle", bold=True, most=17)
    most = slot.width - 8
    colour = JADE if row.is_me else INK
    canvas.text(x, slot.bottom - 34, name, 14, colour=colour, anchor="middle", most=most, bold=True)
    canvas.text(x, slot.bottom - 12, figures(row.score), 15, colour=metal, anchor="middle", most=most, bold=True)


def _crown(canvas: Canvas, x: float, bottom: float) -> None:
    points = [(-14, 0), (-17, -13), (-7.5, -6), (0, -17), (7.5, -6), (17, -13), (14, 0)]
    canvas.shape([(x + across, bottom + down) for across, down in points], GOLD)
    for across, down in ((-17, -14), (0, -18), (17, -14)):
        canvas.dot(x + across, bottom + down, 2.2, GOLD)


def _table(canvas: Canvas, place: Area, rows: Sequence[Row], most: int) -> None:
    canvas.box(place, PANEL, 12)
    widest = max(min(84, canvas.measure(figures(row.score), 14)) for row in rows)
    moves = any(row.moved is not None for row in rows)
    for at, row in enumerate(rows):
        line = Area(place.x, place.y + ROW * at, place.width, ROW)
        if row.is_me:
            canvas.box(line.inset(3), MIST, 9)
        elif at and not rows[at - 1].is_me:
            canvas.line([(line.x + 14, line.y), (line.right - 14, line.y)], LINE, 0.6)
        told = line.right - 16 - widest - 10
        if row.moved is not None:
            _moved(canvas, told - 18, line.y + ROW / 2, row.moved)
        _row(canvas, line, row, most, told - (48 if moves else 6))


def _row(canvas: Canvas, line: Area, row: Row, most: int, right: float) -> None:
    """Place, name, how far of the way to the first, and the score; name and way end at `right`."""
    y, metal = line.y + ROW / 2, METALS.get(row.place, (GREY, ""))[0]
    canvas.text(line.x + 26, y, str(row.place), 14, colour=metal, anchor="middle", most=34, bold=True)
    canvas.text(line.right - 16, y, figures(row.score), 14, colour=JADE, anchor="right", most=84, bold=True)
    bar = Area(line.x + 48, y + 9, right - line.x - 48, 3)
    canvas.text(bar.x, y - 5, canvas.shown(row.name) or SOMEBODY, 14, colour=INK, most=bar.width)
    canvas.box(bar, LINE, 1.5)
    canvas.box(Area(bar.x, bar.y, max(3, bar.width * min(1, max(0, row.score) / most)), 3), JADE, 1.5)


def _moved(canvas: Canvas, x: float, y: float, by: int) -> None:
    """An arrow with the number of places; a dash for none."""
    if not by:
        canvas.box(Area(x - 5, y - 1, 10, 2), PALE, 1)
        return
    colour, way = (JADE, -1) if by > 0 else (CINNABAR, 1)
    canvas.shape([(x - 12, y - 3 * way), (x - 3, y - 3 * way), (x - 7.5, y + 4 * way)], colour)
    canvas.text(x, y, str(abs(by)) if abs(by) < 100 else "99+", 11, colour=colour)


def _mine(canvas: Canvas, place: Area, found: Board) -> None:
    """Where the one who asked stands."""
    canvas.box(place, JADE, 12)
    y, mine = place.y + MINE / 2, found.mine
    if mine is None:
        canvas.text(
            place.x + place.width / 2, y, "你还没上榜，来攒第一笔吧", 14, colour=PANEL, anchor="middle", bold=True
        )
        return
    right = place.right - 16
    width = canvas.text(
        right, y, f"{figures(mine.score)} {found.unit}", 15, colour=PANEL, anchor="right", most=130, bold=True
    )
    told = f"你第 {mine.place} 名"
    ahead = _ahead(found, mine)
    left = canvas.text(place.x + 16, y, told, 15, colour=PANEL, most=120, bold=True)
    canvas.text(place.x + 28 + left, y, ahead, 11, colour=MIST, most=max(1, right - width - place.x - 40 - left))


def _ahead(found: Board, mine: Row) -> str:
    """How far the next better place on the board is; "" for the first."""
    better = [row for row in found.rows if row.score > mine.score]
    if not better:
        return "领先" if found.of > 1 else ""
    return f"离第 {better[-1].place} 名差 {figures(better[-1].score - mine.score)}"
