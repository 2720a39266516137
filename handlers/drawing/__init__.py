"""Pictures with Chinese in them: a typeface, a canvas, charts."""

from collections.abc import Sequence

from bot.types.declarations import Capability, Handler, Settings
from bot.types.ports import Services
from handlers.drawing.calendar import SignInMonth, draw_month
from handlers.drawing.canvas import Area, Canvas
from handlers.drawing.certificate import Certificate, draw_certificate
from handlers.drawing.chart import Bar, Mark, draw_bars
from handlers.drawing.leaderboard import Board, Row, draw_board
from handlers.drawing.settings import DRAWING, inspect, typeface_of
from handlers.drawing.showing import Showing, show, shows
from handlers.drawing.typeface import NoTypeface, Typeface

__all__ = [
    "CAPABILITY", "Area", "Bar", "Board", "Canvas", "Certificate", "Mark", "NoTypeface", "Row", "SignInMonth",
    "Typeface", "draw_bars", "draw_board", "draw_certificate", "draw_month", "show", "shows", "typeface_of",
]  # fmt: skip


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The one that draws what others want to be seen."""
    return (Showing(settings, services),)


CAPABILITY = Capability(name="drawing", sections=(DRAWING,), build=build, inspect=inspect)
