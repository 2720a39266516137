"""Certificates: for whom, in a picture or in words, and where it goes."""

from datetime import date, timedelta

from bot.types.actions import Emit
from bot.types.context import Context
from bot.types.events import Conversation, Event
from handlers.checkin.campaigns import Run
from handlers.checkin.course import Progress
from handlers.checkin.records import Participant
from handlers.drawing import Certificate, show

# Whoever cannot be told unasked, hears of it when they speak again.
LIFE = timedelta(days=7)


def certificate_of(
    run: Run, who: Participant, stand: Progress, name: str, event: Event, context: Context, number: int = 0
) -> Emit:
    """What brings somebody the certificate of a campaign: through the app where there is one.

    `number` tells several of one event apart.
    """
    course, campaign = run.course, run.campaign
    to = Conversation(run.door, "direct", who.id) if run.reaches(who.door) else context.conversation
    shown = Certificate(
        member=name, campaign=campaign.name, community=campaign.community, days=stand.total, of=len(course.days),
        first=campaign.since, last=campaign.until, issued=course.local.of(context.now), streak=stand.longest,
    )  # fmt: skip
    return show(
        shown, event, context, f"证书 {campaign.name}.png", in_words(shown), to, who.id, number=number, life=LIFE
    )


def in_words(shown: Certificate) -> str:
    """The certificate where no picture can be."""
    by = f"\n{shown.community}" if shown.community else ""
    return (
        f"完成证书\n{shown.member}\n坚持下来，完成了「{shown.campaign}」\n"
        f"{_day(shown.first)}到{_day(shown.last)}，打卡 {shown.days} / {shown.of} 天{by} {_day(shown.issued)}"
    )


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
