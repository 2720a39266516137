"""A member's month as a picture, where the door shows pictures."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.types.actions import Emit
from bot.types.context import Context
from bot.types.events import Event
from bot.types.ports import Calendar, Services
from handlers.drawing import SignInMonth, show, shows
from handlers.drawing.calendar import SATURDAY, weeks_of
from handlers.points.settings import Points
from handlers.signin import words
from handlers.signin.handler import Month, Picture
from handlers.signin.settings import SignIn

ONE = timedelta(days=1)


def picture_of(rules: SignIn, points: Points, services: Services) -> Picture:
    """What has a member's month drawn."""

    def picture(month: Month, event: Event, context: Context, told: str) -> Emit | None:
        if not shows(services, event.conversation):
            return None
        subject = subject_of(month, rules, points, services.calendar)
        return show(subject, event, context, f"签到日历 {month.today:%Y-%m}.png", told)

    return picture


def subject_of(month: Month, rules: SignIn, points: Points, calendar: Calendar) -> SignInMonth:
    """What the picture shows; days off and workdays are marked where they are no matter of course."""
    standing, today = month.standing, month.today
    days = [day for week in weeks_of(today) for day in week]
    return SignInMonth(
        name=month.name,
        today=today,
        signed={one.day: one.made_up for one in month.days},
        streak=standing.streak_on(today),
        longest=standing.longest,
        total=standing.total,
        first=date.fromisoformat(standing.first_day) if standing.first_day else None,
        holidays=_unusual(days, calendar, weekend=False),
        workdays=_unusual(days, calendar, weekend=True),
        points=month.balance,
        unit=points.name,
        hint=words.hint(rules, points.name, standing, today, len(month.missed), month.left),
    )


def _unusual(days: Sequence[date], calendar: Calendar, *, weekend: bool) -> Sequence[date]:
    """Weekends on which people work, or other days on which they do not."""
    return [day for day in days if (day.weekday() >= SATURDAY) == weekend and calendar.is_workday(day) == weekend]
