"""Certificates: everything has its place, however long it is, and nothing is lost for want of it."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from handlers.drawing import Certificate, Typeface, draw_certificate
from handlers.drawing.canvas import SCALE
from handlers.drawing.certificate import HEIGHT, MARGIN, WIDTH, period
from handlers.drawing.typeface import typeface

PLAIN = Certificate(
    member="小林", campaign="21 天晨读", community="新品内测群", days=20, of=21, first=date(2026, 11, 2),
    last=date(2026, 11, 22), issued=date(2026, 11, 23), streak=12,
)  # fmt: skip
LONG = replace(
    PLAIN, member="爱新觉罗" * 16, campaign="冬季打卡 Challenge " * 9, community="沐屿" * 40, days=365, of=366,
    streak=365,
)  # fmt: skip
BARE = replace(PLAIN, member="😀", community="", streak=0)


@pytest.fixture(scope="module")
def face() -> Typeface:
    return typeface()


def drawn(found: Certificate, face: Typeface) -> Image.Image:
    return Image.open(BytesIO(draw_certificate(found, face))).convert("RGB")


def test_long_names_stay_within_the_border_of_a_light_picture_for_a_phone(face: Typeface) -> None:
    """What differs from a certificate without much on it is all inside."""
    png = draw_certificate(LONG, face)
    shown = Image.open(BytesIO(png)).convert("RGB")
    assert shown.size == (WIDTH * SCALE, HEIGHT * SCALE)
    assert len(png) < 200_000
    found = ImageChops.difference(shown, drawn(BARE, face)).getbbox()
    assert found is not None
    edge = (MARGIN + 10) * SCALE
    assert found[0] > edge and found[1] > edge
    assert found[2] < WIDTH * SCALE - edge and found[3] < HEIGHT * SCALE - edge


def test_all_that_is_certified_can_be_seen(face: Typeface) -> None:
    """Each of these is the only one that differs in its part of the picture."""
    other = replace(
        PLAIN, member="小满", campaign="晚读", community="门店伙伴群", days=7, streak=5, issued=date(2026, 12, 31)
    )
    changed = ImageChops.difference(drawn(PLAIN, face), drawn(other, face))
    parts = [(56, 260, 394, 310), (56, 350, 394, 398), (56, 465, 225, 505), (225, 465, 394, 505)]
    for part in [*parts, (56, 528, 320, 555), (56, 556, 320, 576)]:
        left, top, right, bottom = (one * SCALE for one in part)
        assert changed.crop((left, top, right, bottom)).getbbox(), part


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (date(2026, 11, 2), date(2026, 11, 22), "2026年11月2日 – 11月22日"),
        (date(2025, 12, 20), date(2026, 1, 9), "2025年12月20日 – 2026年1月9日"),
        (date(2026, 1, 1), date(2026, 1, 1), "2026年1月1日"),
    ],
)
def test_days_are_told_without_repeating_a_year(first: date, last: date, told: str) -> None:
    assert period(first, last) == told
