"""The board: the first three above, the others below, and whoever asked at the end."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from handlers.drawing import Board, Row, Typeface, draw_board
from handlers.drawing.canvas import SCALE
from handlers.drawing.leaderboard import HEAD, MARGIN, MINE, MOST, PODIUM, ROW, WIDTH
from handlers.drawing.palette import CINNABAR, JADE, MIST
from handlers.drawing.typeface import typeface

ROWS = [Row(place=at, name=f"成员{at}", score=1000 - 100 * at, is_me=at == 5) for at in range(1, 7)]
BOARD = Board(title="积分榜", about="总榜", rows=ROWS, of=9, mine=ROWS[4])


@pytest.fixture(scope="module")
def face() -> Typeface:
    return typeface()


def drawn(found: Board, face: Typeface) -> Image.Image:
    return Image.open(BytesIO(draw_board(found, face))).convert("RGB")


def colour(picture: Image.Image, x: float, y: float) -> str:
    found = picture.getpixel((round(x * SCALE), round(y * SCALE)))
    assert isinstance(found, tuple)
    return "#" + bytes(int(one) for one in found).hex()


def test_whoever_asked_is_marked_in_the_list_and_told_below(face: Typeface) -> None:
    shown = drawn(BOARD, face)
    line = HEAD + PODIUM + 12 + ROW
    assert colour(shown, MARGIN + 6, line + 12) == MIST
    assert colour(shown, MARGIN + 6, line + ROW + 12) != MIST
    assert colour(shown, MARGIN + 6, HEAD + PODIUM + 12 + 3 * ROW + 12 + MINE / 2) == JADE


def test_bars_are_as_long_as_scores_and_leave_room_for_what_has_moved(face: Typeface) -> None:
    moved = [replace(row, moved=by) for row, by in zip(ROWS, (None, 0, 1, 3, 0, -2), strict=True)]
    shown = drawn(replace(BOARD, rows=moved), face)

    def length(at: int) -> int:
        y = round((HEAD + PODIUM + 12 + ROW * (at + 0.5) + 10.5) * SCALE)
        return sum(colour(shown, x / SCALE, y / SCALE) == JADE for x in range(shown.width))

    fourth, last = length(0), length(2)
    assert last / fourth == pytest.approx(400 / 600, abs=0.05)
    up, down = (HEAD + PODIUM + 12 + ROW * (at + 0.5) for at in (0, 2))
    arrows = [{colour(shown, x / SCALE, y) for x in range(shown.width)} & {JADE, CINNABAR} for y in (up, down)]
    assert [CINNABAR in one for one in arrows] == [False, True]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_board_may_be_short(face: Typeface, count: int) -> None:
    shown = drawn(replace(BOARD, rows=ROWS[:count], of=count, mine=None, asked=False), face)
    assert shown.height == (HEAD + PODIUM + 40) * SCALE


def test_long_names_and_large_numbers_keep_to_their_places(face: Typeface) -> None:
    """And no more rows are drawn than a phone shows; nothing is written into the margins."""
    long = [Row(place=1, name="爱新觉罗😀" * 20, score=10**10, moved=10**6) for _ in range(MOST + 5)]
    found = replace(BOARD, title="积分" * 40, about="总榜" * 80, rows=long, of=10**7, unit="币" * 40, mine=long[0])
    png = draw_board(found, face)
    assert len(png) < 200_000
    shown = Image.open(BytesIO(png)).convert("RGB")
    assert shown.height == (HEAD + PODIUM + 12 + ROW * (MOST - 3) + 12 + MINE + 40) * SCALE
    for left in (0, (WIDTH - MARGIN + 1) * SCALE):
        edge = shown.crop((round(left), 0, round(left + (MARGIN - 1) * SCALE), shown.height))
        assert len(edge.getcolors() or ()) == 1
