"""Who hands what out: the managers of its item or its draw, and administrators."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import sqlalchemy as sa

from handlers.directory import ADMIN
from handlers.shop.redemptions import Redemption
from handlers.shop.tables import redemptions


@dataclass(frozen=True, slots=True)
class Staff:
    """The roles that hand out, by the names of `items` and `draws`; what is of neither is for administrators alone."""

    items: Mapping[str, Sequence[str]]
    draws: Mapping[str, Sequence[str]]

    @property
    def roles(self) -> frozenset[str]:
        """All who hand anything out."""
        return frozenset({ADMIN}.union(*self.items.values(), *self.draws.values()))

    def of(self, one: Redemption) -> frozenset[str]:
        """Who may rule on one."""
        named = self.draws.get(one.source, ()) if one.source else self.items.get(one.item, ())
        return frozenset({ADMIN, *named})

    def theirs(self, roles: Set[str]) -> sa.ColumnElement[bool]:
        """The redemptions that somebody with these roles may rule on."""
        if ADMIN in roles:
            return sa.true()
        items, draws = _managed(self.items, roles), _managed(self.draws, roles)
        from_shop = sa.and_(redemptions.c.source == "", redemptions.c.item.in_(items))
        return sa.or_(from_shop, redemptions.c.source.in_(draws))


def _managed(named: Mapping[str, Sequence[str]], roles: Set[str]) -> Sequence[str]:
    return [name for name, managers in named.items() if roles & set(managers)]
