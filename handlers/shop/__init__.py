"""The shop: points for things, and what members have a right to, from the shop and from draws."""

from collections.abc import Iterable, Sequence
from functools import partial

from bot.types.declarations import Capability, Handler, Problem, Section, Settings
from bot.types.ports import Services
from handlers.directory import ADMIN, unknown_groups, unknown_roles
from handlers.naming import Naming
from handlers.points import ledger_of
from handlers.points.settings import POINTS
from handlers.shop.handler import ShopTalk
from handlers.shop.redemptions import new_code
from handlers.shop.ruling import Counter, Ruling
from handlers.shop.settings import SHOP
from handlers.shop.staff import Staff
from handlers.shop.tables import TABLES
from handlers.shop.wordings import SURE, VERBS, WAYS
from handlers.spoken import Spoken
from nlp.sounds import Sounds

# Prizes of draws are handed out here, too; of that section only this is read.
DRAWS: Section[Sequence[object]] = Section("draws", tuple, tuple)


def counter_of(settings: Settings, services: Services) -> Counter:
    """Where what members have a right to is written down and handed out."""
    return Counter(ledger_of(settings, services), services, new_code)


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """Who hands things out can always rule; the shop talks where there is anything to hand out."""
    counter = counter_of(settings, services)
    items = settings[SHOP] if settings[POINTS].on else ()
    if not items and not settings[DRAWS]:
        return (Ruling(counter),)
    sounds = partial(services.shelf.get, "keyword.sounds", Sounds.load)
    staff = Staff(
        {item.name: item.managers for item in items},
        {getattr(draw, "name", ""): getattr(draw, "managers", ()) for draw in settings[DRAWS]},
    )
    naming = Naming(VERBS, [item.name for item in items], SURE)
    talk = ShopTalk(items, counter.ledger, counter, Spoken(WAYS, sounds), naming, staff)
    return talk, Ruling(counter)


def inspect(settings: Settings) -> Iterable[Problem]:
    """What is wrong with the items taken together."""
    items = settings[SHOP]
    if items and not settings[POINTS].on:
        yield Problem(("shop",), "兑换要花积分：请加上 [points]（可以什么都不填），并且不要写 on = false")
    for at, item in enumerate(items):
        yield from unknown_groups(settings, item.groups, ("shop", at, "groups"))
        yield from unknown_roles(settings, item.roles, ("shop", at, "roles"))
        yield from unknown_roles(settings, item.managers, ("shop", at, "managers"), (ADMIN,))


CAPABILITY = Capability(name="shop", sections=(SHOP,), tables=TABLES, build=build, inspect=inspect)
