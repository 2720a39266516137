"""The one-use addresses of what was heard, for what is said later."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.channels.door import Capabilities
from bot.store.connection import Connection
from bot.store.tables import routes
from bot.types.events import Route


async def route_of(connection: Connection, row: sa.Row[Any], door: Capabilities, now: datetime) -> Route:
    """The event's own address, or the newest that is left to this member; taken for the row."""
    if door.keeps_route:
        return await _kept(connection, row)
    if not (door.needs_route or row.kind == "update"):
        return Route()
    mine = sa.or_(routes.c.used_by == "", routes.c.used_by == row.id)
    same: list[Any] = [routes.c.lane == row.lane, routes.c.expires_at > now, mine]
    if row.kind == "update":
        same.append(routes.c.event == row.event)
    if row.member:
        same.append(routes.c.member == row.member)
    order = (routes.c.used_by == row.id).desc(), (routes.c.event == row.event).desc(), routes.c.expires_at.desc()
    found = (await connection.execute(sa.select(routes).where(*same).order_by(*order).limit(1))).first()
    if found is None:
        return Route()
    await connection.execute(routes.update().where(routes.c.event == found.event).values(used_by=row.id))
    return Route(url=found.url, code=found.code, expires_at=found.expires_at)


async def _kept(connection: Connection, row: sa.Row[Any]) -> Route:
    """The event's own route, in force or not."""
    same = routes.c.event == row.event, routes.c.lane == row.lane
    found = (await connection.execute(sa.select(routes).where(*same))).first()
    return Route(url=found.url, code=found.code, expires_at=found.expires_at) if found else Route()
