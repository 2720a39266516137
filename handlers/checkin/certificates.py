"""Certificates: a Signal says for whom, the picture is drawn on a thread, and goes to whom it is for."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from pydantic import TypeAdapter

from bot.types.actions import Content, Emit, Image, Notify, Text
from bot.types.attachments import Attachment
from bot.types.context import Context
from bot.types.events import Conversation, Event, Signal
from bot.types.outcome import Outcome, silent
from bot.types.ports import Services
from handlers.checkin.campaigns import Run
from handlers.checkin.course import Progress
from handlers.checkin.records import Participant
from handlers.drawing import Certificate, NoTypeface, Typeface, draw_certificate

log = logging.getLogger(__name__)

SIGNAL = "checkin.certificate"
# Whoever cannot be told unasked, hears of it when they speak again.
LIFE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Order:
    """A certificate that is to be drawn, and where it goes."""

    shown: Certificate
    to: str
    member: str


def certificate_of(run: Run, who: Participant, stand: Progress, name: str, context: Context) -> Emit:
    """The Signal that brings somebody the certificate of a campaign: through the app where there is one."""
    course, campaign = run.course, run.campaign
    is_reached = run.door and not who.door.startswith("kf:")
    to = Conversation(run.door, "direct", who.id) if is_reached else context.conversation
    shown = Certificate(
        member=name, campaign=campaign.name, community=campaign.community, days=stand.total, of=len(course.days),
        first=campaign.since, last=campaign.until, issued=course.local.of(context.now), streak=stand.longest,
    )  # fmt: skip
    order = Order(shown, to.key, who.id)
    # Each is drawn apart from the others, in a conversation of its own.
    signal = Signal(
        id=f"{SIGNAL}:{campaign.name}:{who.key}:{context.now.timestamp()}",
        conversation=Conversation("scheduler", "direct", f"{SIGNAL}:{who.key}"), at=context.now,
        received_at=context.now, name=SIGNAL, data={"order": TypeAdapter(Order).dump_json(order).decode()},
    )  # fmt: skip
    return Emit(event=signal)


@dataclass(frozen=True, slots=True)
class Certificates:
    """Draws and sends what is ordered. `typeface` may raise NoTypeface."""

    services: Services
    typeface: Callable[[], Typeface]
    name: str = "checkin certificates"
    hears: tuple[str, ...] = ("signal:checkin",)

    async def prepare(self, event: Event) -> tuple[Order, Attachment | None] | None:
        """The picture, drawn on a thread; None in its place where it cannot be shown or drawn."""
        if not isinstance(event, Signal):
            return None
        order = TypeAdapter(Order).validate_json(event.data["order"])
        shows = self.services.sends(Conversation.parse(order.to).door, "image") == "now"
        return order, await asyncio.to_thread(self._draw, order.shown) if shows else None

    async def decide(self, event: Event, prepared: tuple[Order, Attachment | None] | None, context: Context) -> Outcome:
        """Silent towards the handler that ordered it; the certificate goes out, in words where there is no picture."""
        if prepared is None:
            return silent(reason="不是证书")
        order, picture = prepared
        content: Content = Image(file=picture) if picture else Text(body=in_words(order.shown), fixed=False)
        to = Conversation.parse(order.to)
        sent = Notify(to=to, member=order.member, content=content, expires_at=context.now + LIFE)
        how = "图片" if picture else "文字"
        return silent(sent, reason=f"「{order.shown.campaign}」的证书，{how}", rule="证书")

    def _draw(self, shown: Certificate) -> Attachment | None:
        try:
            png = draw_certificate(shown, self.typeface())
            return self.services.attachments.keep_for_a_day(f"证书 {shown.campaign}.png", png)
        except (NoTypeface, OSError) as error:
            log.error("证书没有画成：%s", error)
            return None


def in_words(shown: Certificate) -> str:
    """The certificate where no picture can be."""
    by = f"\n{shown.community}" if shown.community else ""
    return (
        f"完成证书\n{shown.member}\n坚持下来，完成了「{shown.campaign}」\n"
        f"{_day(shown.first)}到{_day(shown.last)}，打卡 {shown.days} / {shown.of} 天{by} {_day(shown.issued)}"
    )


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
