"""`[[shop]]`: what points can be exchanged for, how many there are, and who may have how many."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from bot.types.declarations import Section, Settled
from bot.types.fields import Name, OneOrMany, limited, wrong
from handlers.directory import ADMIN
from handlers.shop.fields import Moment, ShortName, Times, utc

MOST_STOCK = 1_000_000


class Item(Settled):
    """One thing in the shop. `cost`: in points; `stock`: how many there are in all, also those taken before.

    `per_day`, `limit`: how many a member may have, a day and altogether. `groups`, `roles`: where, and who. `managers`:
    roles that hand it out. `about`: a few words on it.
    """

    name: ShortName
    cost: Annotated[int, Field(ge=1, le=1_000_000)]
    stock: Annotated[int, Field(ge=0, le=MOST_STOCK)]
    per_day: Times | None = None
    limit: Times | None = None
    groups: OneOrMany[Name] = ()
    roles: OneOrMany[Name] = ()
    since: Annotated[Moment | None, Field(alias="from")] = None
    until: Moment | None = None
    about: Annotated[str, limited(300)] | None = None
    managers: OneOrMany[Name] = (ADMIN,)

    @model_validator(mode="before")
    @classmethod
    def _is_counted(cls, written: Any) -> Any:
        if isinstance(written, Mapping) and "stock" not in written:
            raise wrong("有几份？写 stock = 10（一共有几份，换走的也算在里面）")
        return written

    @model_validator(mode="after")
    def _lasts(self) -> "Item":
        if self.since and self.until and self.until <= self.since:
            raise wrong("until 不晚于 from，一份也换不了")
        return self

    def is_on(self, now: datetime, zone: ZoneInfo) -> bool:
        """Whether it can be had at a moment."""
        begun = self.since is None or utc(self.since, zone) <= now
        return begun and (self.until is None or now < utc(self.until, zone))


def _nothing() -> tuple[Item, ...]:
    return ()


SHOP: Section[tuple[Item, ...]] = Section("shop", tuple[Item, ...], _nothing)


def of_name(items: Sequence[Item], name: str) -> Item | None:
    """The item of a name."""
    return next((item for item in items if item.name == name), None)
