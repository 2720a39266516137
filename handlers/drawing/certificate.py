"""A certificate for who has finished something, to be kept and shown around."""

from dataclasses import dataclass
from datetime import date

from handlers.drawing.canvas import SMALLEST, Area, Canvas
from handlers.drawing.palette import CINNABAR, GOLD, GREY, INK, JADE, LINE, MIST, PANEL, PAPER
from handlers.drawing.typeface import Typeface

WIDTH, HEIGHT, MARGIN = 450.0, 620.0, 16.0
MIDDLE, ROOM = WIDTH / 2, WIDTH - 2 * 56
# What stands in for a name without a letter that can be written.
SOMEBODY = "一位成员"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What is certified: that a member did something on `days` of the `of` days from `first` to `last`.

    `community`: whose certificate it is, "" where nobody is named. `streak`: the most days in a row; 0 is not shown.
    """

    member: str
    campaign: str
    community: str
    days: int
    of: int
    first: date
    last: date
    issued: date
    streak: int = 0


def draw_certificate(found: Certificate, typeface: Typeface) -> bytes:
    """The certificate as a PNG."""
    canvas = Canvas(WIDTH, HEIGHT, typeface, PAPER)
    _border(canvas)
    _badge(canvas, MIDDLE, 112)
    canvas.spaced(MIDDLE, 196, "完成证书", 38, 10, colour=JADE)
    _rule(canvas, 236)
    _lines(canvas, 284, canvas.shown(found.member) or SOMEBODY, (30, 22), INK)
    canvas.text(MIDDLE, 330, "坚持下来，完成了", 14, colour=GREY, anchor="middle")
    _lines(canvas, 374, f"「{canvas.shown(found.campaign)}」", (19, 16), JADE)
    canvas.text(MIDDLE, 416, period(found.first, found.last), 13, colour=GREY, anchor="middle", most=ROOM)
    _figures(canvas, found)
    _foot(canvas, found)
    return canvas.png()


def period(first: date, last: date) -> str:
    """From one day to another, without saying a year or a day twice."""
    begins = f"{first.year}年{first.month}月{first.day}日"
    if first == last:
        return begins
    year = f"{last.year}年" if last.year != first.year else ""
    return f"{begins} – {year}{last.month}月{last.day}日"


def _border(canvas: Canvas) -> None:
    outer = canvas.area.inset(MARGIN)
    canvas.box(outer, PANEL, 4)
    canvas.frame(outer, GOLD, 1.5, 4)
    inner = outer.inset(8)
    canvas.frame(inner, LINE, 1)
    for x, right in ((inner.x, 1), (inner.right, -1)):
        for y, down in ((inner.y, 1), (inner.bottom, -1)):
            canvas.line([(x, y + 22 * down), (x, y), (x + 22 * right, y)], GOLD, 2)
            canvas.line(
                [(x + 6 * right, y + 14 * down), (x + 6 * right, y + 6 * down), (x + 14 * right, y + 6 * down)], GOLD
            )


def _badge(canvas: Canvas, x: float, y: float) -> None:
    """A medal with a tick on two ribbons."""
    for side in (-1, 1):
        ends = [(x + 4 * side, y + 14), (x + 26 * side, y + 16), (x + 22 * side, y + 50), (x + 13 * side, y + 42)]
        canvas.shape([*ends, (x + 4 * side, y + 48)], GOLD)
    canvas.dot(x, y, 34, GOLD)
    canvas.dot(x, y, 31, PANEL)
    canvas.dot(x, y, 28, JADE)
    canvas.line([(x - 12, y + 1), (x - 3.5, y + 10), (x + 13, y - 9)], PANEL, 5)
    for end in ((x - 12, y + 1), (x + 13, y - 9)):
        canvas.dot(*end, 2.5, PANEL)


def _rule(canvas: Canvas, y: float) -> None:
    for side in (-1, 1):
        canvas.line([(MIDDLE + 14 * side, y), (MIDDLE + 92 * side, y)], GOLD, 0.75)
    canvas.shape([(MIDDLE - 5, y), (MIDDLE, y - 5), (MIDDLE + 5, y), (MIDDLE, y + 5)], GOLD)


def _lines(canvas: Canvas, y: float, text: str, sizes: tuple[float, float], colour: str) -> None:
    """Large words around a height: on one line, or smaller on two."""
    large, small = sizes
    is_long = canvas.measure(text, large) * SMALLEST > ROOM
    size = small if is_long else large
    lines = canvas.wrapped(text, size, ROOM, 2) if is_long else [text]
    for at, line in enumerate(lines):
        place = y + size * 1.4 * (at - (len(lines) - 1) / 2)
        canvas.text(MIDDLE, place, line, size, colour=colour, anchor="middle", most=ROOM, bold=True)


def _figures(canvas: Canvas, found: Certificate) -> None:
    shown = [("打卡", f"{found.days}", f"/ {found.of} 天")]
    shown += [("最长连续", f"{found.streak}", "天")] if found.streak else []
    row = Area(56, 442, WIDTH - 112, 66)
    canvas.box(row, MIST, 8)
    for place, (label, figure, unit) in zip(row.columns(len(shown), 0), shown, strict=True):
        middle, most = place.x + place.width / 2, place.width - 12
        canvas.text(middle, row.y + 18, label, 11, colour=GREY, anchor="middle", most=most)
        _figure(canvas, middle, row.y + 44, figure, unit, most)
        if place.x > row.x:
            canvas.line([(place.x, row.y + 16), (place.x, row.bottom - 16)], "#c5dcd2")


def _figure(canvas: Canvas, middle: float, y: float, figure: str, unit: str, most: float) -> None:
    """A large figure with its unit behind it, around the middle."""
    small = canvas.measure(unit, 12) + 4
    figure, size = canvas.fitted(figure, 22, most - small)
    large = canvas.measure(figure, size)
    left = middle - (large + small) / 2
    canvas.text(left, y, figure, size, colour=JADE, bold=True)
    canvas.text(left + large + 4, y + 3, unit, 12, colour=INK)


def _foot(canvas: Canvas, found: Certificate) -> None:
    """Who certifies it and when, and their seal."""
    issued = f"{found.issued.year}年{found.issued.month}月{found.issued.day}日"
    place = Area(56, 530, ROOM - 76, 50)
    name = canvas.shown(found.community)
    y = place.y + (12 if name else 22)
    if name:
        canvas.text(place.x, y, name, 15, colour=INK, most=place.width, bold=True)
        y += 23
    canvas.text(place.x, y, issued, 11, colour=GREY, most=place.width)
    _seal(canvas, WIDTH - 56 - 56, 526)


def _seal(canvas: Canvas, x: float, y: float) -> None:
    """A seal, read as seals are: down the right column first."""
    area = Area(x, y, 56, 56)
    canvas.box(area, CINNABAR, 6)
    canvas.frame(area.inset(3.5), PANEL, 1, 4)
    for letter, (across, down) in zip("坚持完成", ((1, 0), (1, 1), (0, 0), (0, 1)), strict=True):
        canvas.text(x + 18 + 20 * across, y + 18 + 20 * down, letter, 18, colour=PANEL, anchor="middle", bold=True)
