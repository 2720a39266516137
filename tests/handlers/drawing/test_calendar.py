"""The month of sign-ins: every day where a calendar has it, in the colour of what happened then."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from PIL import Image

from handlers.drawing import SignInMonth, Typeface, draw_month
from handlers.drawing.calendar import HEAD, MARGIN, RADIUS, TILES, WEEK, WEEKDAYS, WIDTH, figures, weeks_of
from handlers.drawing.canvas import SCALE
from handlers.drawing.palette import GOLD, JADE, MIST, PANEL
from handlers.drawing.typeface import typeface

ONE = timedelta(days=1)
FIRST = date(2026, 11, 1)
MONTH = SignInMonth(
    name="小林", today=date(2026, 11, 20), signed={FIRST + ahead * ONE: ahead == 3 for ahead in (1, 2, 3, 4, 19)},
    streak=1, longest=4, total=5, first=date(2026, 11, 2), points=25, hint="再连签 6 天，多得 20 积分",
)  # fmt: skip


@pytest.fixture(scope="module")
def face() -> Typeface:
    return typeface()


@pytest.fixture(scope="module")
def shown(face: Typeface) -> Image.Image:
    return Image.open(BytesIO(draw_month(MONTH, face))).convert("RGB")


def place(day: date) -> tuple[float, float]:
    """Where a day of the month is, in points."""
    week = next(at for at, one in enumerate(weeks_of(day)) if day in one)
    slot = (WIDTH - 2 * MARGIN - 16) / 7
    return MARGIN + 8 + slot * (day.weekday() + 0.5), HEAD + TILES + 12 + WEEKDAYS + WEEK * (week + 0.5)


def colour(picture: Image.Image, x: float, y: float) -> str:
    found = picture.getpixel((round(x * SCALE), round(y * SCALE)))
    assert isinstance(found, tuple)
    return "#" + bytes(int(one) for one in found).hex()


def test_signed_days_are_filled_and_days_made_up_for_are_rings(shown: Image.Image) -> None:
    """Looked at below the figure, within the circle and on its edge."""
    within, edge = RADIUS - 4, RADIUS - 0.75
    for number, expected in ((3, (JADE, JADE)), (4, (PANEL, JADE)), (6, (PANEL, PANEL)), (25, (PANEL, PANEL))):
        x, y = place(date(2026, 11, number))
        assert (colour(shown, x, y + within), colour(shown, x, y + edge)) == expected, number


def test_days_in_a_row_hang_together(shown: Image.Image) -> None:
    slot = (WIDTH - 2 * MARGIN - 16) / 7
    for number, expected in ((2, MIST), (4, MIST), (5, PANEL), (19, PANEL)):
        x, y = place(date(2026, 11, number))
        assert colour(shown, x + slot / 2, y) == expected, number


def test_a_row_of_days_goes_on_over_the_edge_of_a_week(face: Typeface) -> None:
    sunday = date(2026, 11, 15)
    found = replace(MONTH, signed={sunday: False, sunday + ONE: False})
    picture = Image.open(BytesIO(draw_month(found, face))).convert("RGB")
    assert colour(picture, WIDTH - MARGIN - 2, place(sunday)[1]) == MIST
    assert colour(picture, MARGIN + 2, place(sunday + ONE)[1]) == MIST


def test_today_has_a_ring_of_gold(shown: Image.Image) -> None:
    for number, is_gold in ((20, True), (19, False)):
        x, y = place(date(2026, 11, number))
        assert (colour(shown, x, y + RADIUS + 2) == GOLD) == is_gold


def test_the_picture_of_long_names_and_large_numbers_is_light(face: Typeface) -> None:
    every = {FIRST + ahead * ONE: True for ahead in range(30)}
    found = replace(
        MONTH, name="爱新觉罗😀" * 20, signed=every, points=10**10, unit="沐屿护肤成长币" * 9, hint="再连签" * 40,
        holidays=list(every), workdays=list(every), streak=10**6, longest=10**6, total=10**6,
    )  # fmt: skip
    png = draw_month(found, face)
    assert Image.open(BytesIO(png)).width == WIDTH * SCALE
    assert len(png) < 200_000


@pytest.mark.parametrize(
    ("month", "lengths"),
    [
        (date(2026, 2, 10), [1, 7, 7, 7, 6]),
        (date(2027, 2, 28), [7, 7, 7, 7]),
        (date(2028, 2, 29), [6, 7, 7, 7, 2]),
        (date(2026, 8, 31), [2, 7, 7, 7, 7, 1]),
    ],
)
def test_months_have_their_weeks(month: date, lengths: Sequence[int]) -> None:
    found = list(weeks_of(month))
    assert [len(week) for week in found] == lengths
    assert [day.weekday() for week in found[1:] for day in week[:1]] == [0] * (len(found) - 1)


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (0, "0"),
        (99_999, "99999"),
        (100_000, "10万"),
        (123_456, "12.3万"),
        (12_345_678, "1235万"),
        (-250_000_000, "-2.5亿"),
    ],
)
def test_large_numbers_are_told_in_few_figures(number: int, told: str) -> None:
    assert figures(number) == told
