"""The report as a picture: of much, of little, of nothing, of long names."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from handlers.drawing.canvas import BLUE
from handlers.drawing.typeface import Typeface, typeface
from handlers.reporting.cases import Case
from handlers.reporting.period import Period
from handlers.reporting.picture import MOST_DAYS, MOST_TEAMS, draw
from handlers.reporting.summary import Summary, summary
from tests.handlers.reporting.community import ZONE

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
WEEK = Period.week("2026-W47", ZONE)
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def face() -> Typeface:
    return typeface()


def case(number: int, team: str = "售后组", day: int = 0) -> Case:
    opened = WEEK.begin + timedelta(days=day, hours=10)
    return Case(
        number=number, team=team, reason="客户要求", opened_at=opened, taken=3 * MINUTE, taken_on_time=True,
        answered=4 * MINUTE, resolved=30 * MINUTE, score=5,
    )  # fmt: skip


def report(*cases: Case, period: Period = WEEK) -> Summary:
    return summary(period, NOW, cases, ())


def shown(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png)).convert("RGB")


def blue(image: Image.Image) -> int:
    """How many pixels have the colour of a day's tickets."""
    return int((np.asarray(image) == list(bytes.fromhex(BLUE[1:]))).all(axis=2).sum())


def test_it_is_as_wide_as_a_phone_shows_sharply_and_small_enough_to_be_sent(face: Typeface) -> None:
    png = draw(report(*(case(at, day=at % 7) for at in range(30))), face, 5 * MINUTE)
    assert shown(png).width == 1080
    assert len(png) < 1 << 20


def test_more_tickets_on_a_day_make_a_higher_bar(face: Typeface) -> None:
    even = blue(shown(draw(report(case(1), case(2, day=1)), face)))
    odd = blue(shown(draw(report(case(1), case(2, day=1), case(3, day=1)), face)))
    assert even > odd > even / 2


def test_of_nothing_there_is_a_picture_too(face: Typeface) -> None:
    assert blue(shown(draw(report(), face, 5 * MINUTE))) == 0


def test_several_teams_have_a_table_and_many_of_them_no_end(face: Typeface) -> None:
    one, two = (shown(draw(report(*(case(at, f"小组{at}") for at in range(n))), face)).height for n in (1, 2))
    most, more = (
        shown(draw(report(*(case(at, f"小组{at}") for at in range(n))), face)).height for n in (MOST_TEAMS, 40)
    )
    assert one < two < most == more


@pytest.mark.parametrize("name", ["技术支持与上门安装调试服务组（华东大区二部）" * 3, "😀", "A" * 64])
def test_names_of_any_length_have_their_place(face: Typeface, name: str) -> None:
    assert shown(draw(report(case(1, name), case(2)), face)).width == 1080


def test_of_a_long_time_the_last_days_are_shown(face: Typeface) -> None:
    year = Period.between(date(2026, 1, 1), date(2026, 12, 31), ZONE)
    found = report(case(1), period=year)
    kept = replace(found, days=found.days[-MOST_DAYS:])
    assert len(found.days) == 365
    assert shown(draw(found, face)).size == shown(draw(kept, face)).size
