"""人工客服: a ticket, a card to the team, one owner, words relayed both ways, and back to the bot."""

from collections.abc import Sequence

from bot.types.declarations import Capability, Handler, Settings
from bot.types.ports import Services
from handlers import audit
from handlers.desk import unsent
from handlers.desk.aside import Aside
from handlers.desk.call import Escalate
from handlers.desk.clicks import Clicks
from handlers.desk.client import Watch
from handlers.desk.delay import Delay
from handlers.desk.desk import Desk
from handlers.desk.files import Files
from handlers.desk.input import Input
from handlers.desk.score import Score
from handlers.desk.settings import DESK, ESCALATION, inspect
from handlers.desk.switching import Switch
from handlers.desk.tables import TABLES
from handlers.words import COMMANDS, ORDERS, STATUS


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """What staff write, what customers call for, and what is pressed and rings."""
    desk = Desk.of(settings, services)
    passes = frozenset(ORDERS) | frozenset(COMMANDS) | STATUS
    return (
        Input.of(desk, passes), Escalate(desk), Clicks(desk), Score(desk), Watch(desk), Aside(services), Files(desk),
        Delay(desk), Switch(desk),
    )  # fmt: skip


CAPABILITY = Capability(
    name="desk",
    sections=(ESCALATION, DESK),
    tables=(*TABLES, *unsent.TABLES, *audit.TABLES),
    build=build,
    inspect=inspect,
)
