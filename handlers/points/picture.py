"""A board as a picture, where the door shows pictures."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.types.actions import Emit
from bot.types.context import Context
from bot.types.events import Event
from bot.types.ports import Services
from handlers.drawing import Board, Row, show, shows
from handlers.points.handler import MOST_DRAWN, Listed, Picture
from handlers.points.tables import TOTAL


def picture_of(unit: str, services: Services) -> Picture:
    """What has a board drawn."""

    def picture(found: Listed, event: Event, context: Context, told: str) -> Emit | None:
        if not shows(services, event.conversation):
            return None
        return show(subject_of(found, unit), event, context, f"{found.called}{unit}榜 {found.today}.png", told)

    return picture


def subject_of(found: Listed, unit: str) -> Board:
    """What the picture shows: equal scores share a place."""
    rows = rows_of(found)
    standing = found.standing
    mine = Row(place=standing.place, name="", score=standing.score) if standing else None
    return Board(
        title=f"{found.called}{unit}榜",
        about=period(found),
        rows=rows,
        of=max(standing.of, len(rows)) if standing else len(rows) if len(rows) < MOST_DRAWN else 0,
        unit=unit,
        mine=mine,
    )


def rows_of(found: Listed) -> Sequence[Row]:
    """The rows with their places."""
    scores = [score for *_, score in found.rows]
    return [
        Row(place=scores.index(score) + 1, name=name, score=score, is_me=key == found.asker)
        for key, name, score in found.rows
    ]


def period(found: Listed) -> str:
    """The days that a board counts."""
    today = found.today
    if found.board == TOTAL:
        return f"总榜，截至{_day(today)}"
    first = today.replace(day=1) if found.board.startswith("month") else today - timedelta(days=today.weekday())
    return _day(today) if first == today else f"{_day(first)} – {_day(today)}"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
