"""Drawing: places in points, words that fit, and what cannot be shown left out."""

from io import BytesIO

import pytest
from PIL import Image

from handlers.drawing import Area, Bar, Canvas, Mark, draw_bars
from handlers.drawing.canvas import BLUE, GREY, PAPER, SCALE
from handlers.drawing.chart import HEAD
from handlers.drawing.typeface import Typeface, typeface

# Paper is lighter.
DARK = 0xE0


@pytest.fixture(scope="module")
def face() -> Typeface:
    return typeface()


def picture(canvas: Canvas) -> Image.Image:
    return Image.open(BytesIO(canvas.png())).convert("RGB")


def inked(canvas: Canvas, area: Area) -> bool:
    """Whether anything but paper is in an area."""
    corners = tuple(round(one * SCALE) for one in (area.x, area.y, area.right, area.bottom))
    part = picture(canvas).crop((corners[0], corners[1], corners[2], corners[3]))
    return min(low for low, _ in part.getextrema()) < DARK


def test_a_picture_has_two_pixels_a_point(face: Typeface) -> None:
    shown = Image.open(BytesIO(Canvas(120, 80, face).png()))
    assert (shown.format, shown.size) == ("PNG", (240, 160))


def test_a_box_is_where_it_was_put(face: Typeface) -> None:
    canvas = Canvas(40, 40, face, "#ffffff")
    canvas.box(Area(10, 10, 20, 20), "#ff0000", 2)
    shown = picture(canvas)
    assert [shown.getpixel((at * SCALE, 20 * SCALE)) for at in (5, 20, 35)] == [(255,) * 3, (255, 0, 0), (255,) * 3]


@pytest.mark.parametrize("anchor", ["left", "middle", "right"])
def test_words_stay_where_they_are_anchored(face: Typeface, anchor: str) -> None:
    canvas = Canvas(200, 40, face)
    width = canvas.text(100, 20, "客服周报", 16, anchor=anchor)  # type: ignore[arg-type]
    left = {"left": 100.0, "middle": 100 - width / 2, "right": 100 - width}[anchor]
    assert inked(canvas, Area(left, 5, width, 30))
    assert not inked(canvas, Area(0, 0, left - 2, 40))
    assert not inked(canvas, Area(left + width + 2, 0, 200 - left - width - 2, 40))


def test_words_get_smaller_before_they_are_cut(face: Typeface) -> None:
    canvas = Canvas(300, 40, face)
    whole = canvas.measure("技术支持组", 20)
    assert canvas.fitted("技术支持组", 20, whole) == ("技术支持组", 20)
    text, size = canvas.fitted("技术支持组", 20, whole * 0.9)
    assert text == "技术支持组"
    assert 15 <= size < 20
    text, size = canvas.fitted("技术支持组", 20, whole / 2)
    assert (text[-1], size) == ("…", 15)
    assert canvas.measure(text, size) <= whole / 2


@pytest.mark.parametrize("text", ["", "   ", "😀😀"])
def test_nothing_to_write_is_no_fault(face: Typeface, text: str) -> None:
    assert Canvas(50, 20, face).text(5, 10, text, 12, most=1) == 0


def test_what_cannot_be_shown_is_left_out(face: Typeface) -> None:
    assert Canvas(10, 10, face).shown(" 小林😀\n🌸 Lin\u200b ") == "小林 Lin"


def test_columns_share_the_width() -> None:
    assert [(one.x, one.width) for one in Area(10, 0, 100, 5).columns(3, 5)] == [(10, 30), (45, 30), (80, 30)]


def test_bars_are_as_high_as_their_values(face: Typeface) -> None:
    canvas = Canvas(100, 100, face)
    draw_bars(canvas, Area(0, 0, 100, 100), [Bar("一", 10, "10"), Bar("二", 5, "5"), Bar("三", None)])
    shown = picture(canvas)
    blue = tuple(bytes.fromhex(BLUE[1:]))

    def height(x: float) -> int:
        return sum(shown.getpixel((round(x * SCALE), y)) == blue for y in range(shown.height))

    whole, half, none = height(50 / 3), height(50), height(250 / 3)
    assert whole == pytest.approx(SCALE * (100 - HEAD - 20), abs=3)
    assert half == pytest.approx(whole / 2, abs=3)
    assert none == 0


def test_a_mark_that_is_higher_than_all_bars_has_its_place(face: Typeface) -> None:
    canvas = Canvas(100, 100, face)
    draw_bars(canvas, Area(0, 0, 100, 100), [Bar("一", 1, "1")], Mark(4, "说好", GREY))
    assert inked(canvas, Area(0, HEAD - 1, 20, 2))


def test_bars_without_any_value_say_so(face: Typeface) -> None:
    empty, nothing = Canvas(100, 100, face), Canvas(100, 100, face)
    draw_bars(empty, Area(0, 0, 100, 100), [Bar("一", 0, "0"), Bar("二", None)], Mark(4, "说好"))
    draw_bars(nothing, Area(0, 0, 100, 100), [])
    assert inked(empty, Area(20, 40, 60, 20))
    assert inked(nothing, Area(20, 40, 60, 20))


def test_paper_is_light() -> None:
    assert min(bytes.fromhex(PAPER[1:])) > 0xF0
