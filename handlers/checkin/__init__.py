"""Check-in campaigns (打卡): proofs, reminders, make-up days, teams, rewards, certificates."""

from collections.abc import Sequence
from functools import partial

from bot.types.declarations import Capability, Handler, Settings
from bot.types.ports import Services
from handlers.broadcast.handler import Broadcaster
from handlers.broadcast.limits import Limits
from handlers.broadcast.settings import BROADCAST
from handlers.checkin.campaigns import runs_of
from handlers.checkin.clock import CampaignClock, due
from handlers.checkin.commands import tools
from handlers.checkin.handler import CheckingIn
from handlers.checkin.inspection import inspect
from handlers.checkin.orders import CampaignOrders
from handlers.checkin.settings import CAMPAIGNS
from handlers.checkin.tables import TABLES
from handlers.checkin.wordings import ORDERS, WAYS
from handlers.fairplay import ledger_of
from handlers.spoken import Spoken
from nlp.sounds import Sounds


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The handlers, where there is a campaign."""
    runs = runs_of(settings, services)
    if not runs:
        return ()
    ledger = ledger_of(settings, services)
    sounds = partial(services.shelf.get, "keyword.sounds", Sounds.load)
    sender = Broadcaster({}, Limits(settings[BROADCAST], services.calendar), services)
    return (
        CampaignOrders(runs, services.directory, Spoken(ORDERS, sounds)),
        CheckingIn(runs, ledger, Spoken(WAYS, sounds)),
        CampaignClock(runs, ledger, sender, services),
    )


CAPABILITY = Capability(
    name="checkin", sections=(CAMPAIGNS,), tables=TABLES, build=build, inspect=inspect, due=due, tools=tools,
)  # fmt: skip
