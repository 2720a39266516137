"""A member's month of sign-ins, to be read on a phone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.drawing.canvas import Area, Canvas
from handlers.drawing.palette import BLUSH, CINNABAR, CREAM, GOLD, GREY, INK, JADE, LINE, MIST, PALE, PANEL, PAPER
from handlers.drawing.typeface import Typeface

WIDTH, MARGIN = 390.0, 18.0
HEAD, TILES, WEEKDAYS, WEEK, LEGEND, FOOT = 84.0, 72.0, 30.0, 50.0, 38.0, 44.0
RADIUS = 17.0
ONE = timedelta(days=1)
# As calendars in China have it: Monday first.
DAYS = "一二三四五六日"
SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInMonth:
    """A member's month up to `today`.

    `signed`: the days with a sign-in, and whether it was made up for later. `first`: the first sign-in ever.
    `holidays`: days off that are no weekend, `workdays`: weekends that are no days off. `points`: what the member has
    of `unit`, None where it is not to be shown. `hint`: what to do next, one short sentence.
    """

    name: str
    today: date
    signed: Mapping[date, bool]
    streak: int
    longest: int
    total: int
    first: date | None = None
    holidays: Sequence[date] = ()
    workdays: Sequence[date] = ()
    points: int | None = None
    unit: str = "积分"
    hint: str = ""


def draw_month(found: SignInMonth, typeface: Typeface) -> bytes:
    """The month as a PNG."""
    weeks = list(weeks_of(found.today))
    grid = WEEKDAYS + WEEK * len(weeks) + LEGEND
    canvas = Canvas(WIDTH, HEAD + TILES + 12 + grid + (FOOT if found.hint else MARGIN), typeface, PAPER)
    _head(canvas, found)
    _tiles(canvas, Area(MARGIN, HEAD, WIDTH - 2 * MARGIN, TILES), found)
    place = Area(MARGIN, HEAD + TILES + 12, WIDTH - 2 * MARGIN, grid)
    canvas.box(place, PANEL, 12)
    _weekdays(canvas, place)
    for at, week in enumerate(weeks):
        _week(canvas, Area(place.x, place.y + WEEKDAYS + WEEK * at, place.width, WEEK), week, found)
    _legend(canvas, place, found)
    if found.hint:
        canvas.text(WIDTH / 2, place.bottom + FOOT / 2, found.hint, 13, colour=JADE, anchor="middle", most=place.width)
    return canvas.png()


def weeks_of(day: date) -> Iterator[Sequence[date]]:
    """The weeks of a day's month; the first and the last may have less than seven days."""
    day = day.replace(day=1)
    month = day.month
    while day.month == month:
        week = [day + ahead * ONE for ahead in range(7 - day.weekday())]
        yield [one for one in week if one.month == month]
        day = week[-1] + ONE


def _head(canvas: Canvas, found: SignInMonth) -> None:
    canvas.box(Area(MARGIN, 26, 4, 40), JADE, 2)
    canvas.text(MARGIN + 14, 36, f"{found.today.year}年{found.today.month}月", 20, bold=True, colour=INK)
    of = " 的签到日历" if canvas.shown(found.name) else "签到日历"
    room = WIDTH - 2 * MARGIN - 110 - canvas.measure(of, 12)
    width = canvas.text(MARGIN + 14, 60, found.name, 12, colour=GREY, most=room)
    canvas.text(MARGIN + 14 + width, 60, of, 12, colour=GREY)
    signed = found.today in found.signed
    badge = Area(WIDTH - MARGIN - 84, 32, 84, 28)
    canvas.box(badge, JADE if signed else CREAM, 14)
    words, colour = ("今天已签", PANEL) if signed else ("今天还没签", GOLD)
    canvas.text(badge.x + 42, badge.y + 14, words, 12, colour=colour, anchor="middle", most=72, bold=True)


def _tiles(canvas: Canvas, row: Area, found: SignInMonth) -> None:
    """Four numbers at most, large."""
    shown = [("连续", found.streak, "天"), ("本月", len(found.signed), "天"), ("最长连续", found.longest, "天")]
    shown += [("一共", found.total, "天")] if found.points is None else [(found.unit, found.points, "")]
    for place, (label, figure, unit) in zip(row.columns(len(shown), 8), shown, strict=True):
        canvas.box(place, PANEL, 10)
        middle = place.x + place.width / 2
        canvas.text(middle, place.y + 20, label, 11, colour=GREY, anchor="middle", most=place.width - 10)
        behind = canvas.measure(unit, 11) + 2 if unit else 0
        text, size = canvas.fitted(figures(figure), 22, place.width - 12 - behind)
        left = middle - (canvas.measure(text, size) + behind) / 2
        width = canvas.text(left, place.y + 47, text, size, colour=JADE, bold=True)
        canvas.text(left + width + 2, place.y + 50, unit, 11, colour=GREY)


def figures(number: int) -> str:
    """A number that is read at a glance: four digits and a word for the rest from a hundred thousand on."""
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        if abs(number) >= size and abs(number) >= 100_000:
            return f"{number / size:.{0 if abs(number) >= 1000 * size else 1}f}".removesuffix(".0") + unit
    return str(number)


def _weekdays(canvas: Canvas, place: Area) -> None:
    for at, (slot, letter) in enumerate(zip(place.inset(8).columns(7, 0), DAYS, strict=True)):
        colour = CINNABAR if at >= SATURDAY else GREY
        canvas.text(slot.x + slot.width / 2, place.y + 19, letter, 11, colour=colour, anchor="middle")


def _week(canvas: Canvas, row: Area, week: Sequence[date], found: SignInMonth) -> None:
    slots = row.inset(8).columns(7, 0)
    y = row.y + WEEK / 2
    for day in (week[0] - ONE, *week):
        if day in found.signed and day + ONE in found.signed:
            # A band from one day to the next, and on to the next line: what is in a row is seen to be.
            slot = slots[day.weekday()] if day in week else Area(row.x - slots[0].width / 2, 0, slots[0].width, 0)
            left, right = slot.x + slot.width / 2, slot.x + slot.width * 1.5
            band = max(left, row.x), min(right, row.right)
            canvas.box(Area(band[0], y - RADIUS, band[1] - band[0], 2 * RADIUS), MIST)
    for day in week:
        _day(canvas, slots[day.weekday()].x + slots[day.weekday()].width / 2, y, day, found)


def _day(canvas: Canvas, x: float, y: float, day: date, found: SignInMonth) -> None:
    colour = _colour(day, found)
    if day in found.signed:
        made_up = found.signed[day]
        canvas.dot(x, y, RADIUS, JADE)
        if made_up:
            canvas.dot(x, y, RADIUS - 1.5, PANEL)
        colour = JADE if made_up else PANEL
    if day == found.today:
        canvas.ring(x, y, RADIUS + 3, GOLD, 2)
    canvas.text(x, y, str(day.day), 15, colour=colour, anchor="middle", bold=day in found.signed or day == found.today)
    _mark(canvas, x, y, day, found)


def _colour(day: date, found: SignInMonth) -> str:
    """Of a day without a sign-in: days to come are pale, days off red."""
    if day == found.today:
        return GOLD
    is_off = day in found.holidays or (day.weekday() >= SATURDAY and day not in found.workdays)
    if day > found.today or found.first is None or day < found.first:
        return "#dda89f" if is_off else PALE
    return CINNABAR if is_off else GREY


def _mark(canvas: Canvas, x: float, y: float, day: date, found: SignInMonth) -> None:
    """A small mark beside a day: made up for, a day off in the week, a workday on a weekend."""
    marks = [("补", JADE, MIST)] if found.signed.get(day) else []
    marks += [("休", CINNABAR, BLUSH)] if day in found.holidays else []
    marks += [("班", GREY, LINE)] if day in found.workdays else []
    for (letter, colour, ground), across in zip(marks, (1, -1), strict=False):
        canvas.dot(x + across * (RADIUS - 2), y - RADIUS + 2, 7.5, PANEL)
        canvas.dot(x + across * (RADIUS - 2), y - RADIUS + 2, 6.5, ground)
        canvas.text(x + across * (RADIUS - 2), y - RADIUS + 2, letter, 9, colour=colour, anchor="middle")


def _legend(canvas: Canvas, place: Area, found: SignInMonth) -> None:
    """What the signs mean, as far as they are there."""
    y = place.bottom - LEGEND / 2 + 1
    canvas.line([(place.x + 16, place.bottom - LEGEND + 3), (place.right - 16, place.bottom - LEGEND + 3)], LINE, 0.75)
    x = place.x + 18
    kinds = [("签到", False)] + ([("补签", True)] if any(found.signed.values()) else [])
    for label, made_up in kinds:
        canvas.dot(x + 5, y, 5, JADE)
        if made_up:
            canvas.dot(x + 5, y, 3.6, PANEL)
        x += 15 + canvas.text(x + 15, y, label, 11, colour=GREY) + 16
    canvas.ring(x + 5, y, 5, GOLD, 1.5)
    canvas.text(x + 15, y, "今天", 11, colour=GREY)
    if found.points is not None:
        canvas.text(place.right - 18, y, f"一共签到 {found.total} 天", 11, colour=GREY, anchor="right")
