"""Pictures for somebody: wanted in a transaction, drawn on a thread, sent when they are there."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from pydantic import TypeAdapter

from bot.types.actions import Content, Emit, Image, Notify, Text
from bot.types.attachments import Attachment
from bot.types.context import Context
from bot.types.declarations import Settings
from bot.types.events import Conversation, Event, Signal
from bot.types.outcome import Outcome, silent
from bot.types.ports import Services
from handlers.drawing.calendar import SignInMonth, draw_month
from handlers.drawing.certificate import Certificate, draw_certificate
from handlers.drawing.leaderboard import Board, draw_board
from handlers.drawing.settings import DRAWING
from handlers.drawing.typeface import NoTypeface, Typeface, typeface

log = logging.getLogger(__name__)

DRAW = "pictures.draw"
# A picture is an answer: much later nobody waits for it.
LIFE = timedelta(minutes=10)

Subject = SignInMonth | Board | Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be drawn, as it travels. `name`: of the file; `otherwise`: what is said where it cannot be shown.

    `life`: how long it waits for a way to whom it is for.
    """

    subject: Subject
    name: str
    otherwise: str
    life: timedelta = LIFE


_WANTED = TypeAdapter(Wanted)


def shows(services: Services, place: Conversation) -> bool:
    """Whether a picture can be shown there by itself; where it cannot, words have to do."""
    return services.sends(place.door, "image") == "now"


def show(
    subject: Subject, event: Event, context: Context, name: str, otherwise: str, to: Conversation | None = None,
    member: str = "", number: int = 0, life: timedelta = LIFE,
) -> Emit:  # fmt: skip
    """Draw a subject and send it, where the event happened or `to` another conversation (and there to `member`).

    `otherwise` is said where nothing can be drawn or shown; `number` tells several pictures of one event apart; `life`:
    how long it waits where nothing can be said at once.
    """
    wanted = Wanted(subject=subject, name=name, otherwise=otherwise, life=life)
    where = event.conversation if to is None else to
    signal = Signal(
        id=f"{event.id}:picture:{number}", conversation=where, member=event.member if to is None else member,
        at=event.at, received_at=context.now, name=DRAW, data={"wanted": _WANTED.dump_json(wanted).decode()},
    )  # fmt: skip
    return Emit(event=signal)


@dataclass(frozen=True, slots=True)
class Showing:
    """Draws what is wanted while nobody waits for it in a transaction."""

    settings: Settings
    services: Services
    name: str = "pictures"
    hears: tuple[str, ...] = ("signal:pictures",)

    async def prepare(self, event: Event) -> tuple[Content, timedelta] | None:
        """The picture, or the words for it, and how long it waits."""
        if not isinstance(event, Signal):
            return None
        wanted = _WANTED.validate_json(event.data["wanted"])
        is_shown = shows(self.services, event.conversation)
        picture = await asyncio.to_thread(self._drawn, wanted) if is_shown else None
        return Image(file=picture) if picture else Text(body=wanted.otherwise, fixed=False), wanted.life

    async def decide(
        self, event: Event, prepared: tuple[Content, timedelta] | None, context: Context
    ) -> Outcome | None:
        """It goes out as a message of its own."""
        if prepared is None:
            return None
        content, life = prepared
        told = Notify(to=event.conversation, member=event.member, content=content, expires_at=context.now + life)
        return silent(told, reason="图画好了" if isinstance(content, Image) else "画不了图，用文字说")

    def _drawn(self, wanted: Wanted) -> Attachment | None:
        try:
            drawn = _draw(wanted.subject, self._typeface())
            return self.services.attachments.keep_for(wanted.name, drawn, wanted.life)
        except (NoTypeface, OSError) as error:
            log.error("%s没有画成：%s", wanted.name, error)
            return None

    def _typeface(self) -> Typeface:
        font = self.settings[DRAWING].font
        find: Callable[[], Typeface] = partial(typeface, font)
        return self.services.shelf.get(f"drawing.typeface.{font or ''}", find)


def _draw(subject: Subject, face: Typeface) -> bytes:
    if isinstance(subject, SignInMonth):
        return draw_month(subject, face)
    return draw_board(subject, face) if isinstance(subject, Board) else draw_certificate(subject, face)
