"""Members by the random key that stands for them: the book knows keys, names are kept elsewhere."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bot.types.columns import Instant
from bot.types.ports import Directory, Executing
from handlers.points.tables import names
from handlers.points.within import Within

# The spine's own table of keys, of which handlers know no more than this.
members = sa.Table(
    "members",
    sa.MetaData(),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("member_key", sa.Text),
    sa.Column("first_seen", Instant),
)

_KEY = sa.select(members.c.member_key).where(members.c.id == sa.bindparam("member"))
_NEW = (
    insert(members)
    .on_conflict_do_update(index_elements=["id"], set_={"id": sa.literal_column("excluded.id")})
    .returning(members.c.member_key)
)
_NAME = sa.select(names.c.name).where(names.c.member_key == sa.bindparam("key"))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the book knows: their key, their id and what to call them; `id` is "" for who was erased.

    `called`: their name where they have one, else "": what to greet them with.
    """

    key: str
    id: str
    name: str
    called: str = ""


async def key_of(within: Within, member: str) -> str:
    """The key of a member's id, made on first sight; ValueError for nobody."""
    if not member:
        raise ValueError("points belong to somebody")
    found = (await within.transaction.execute(_KEY, {"member": member})).scalar()
    if found:
        return str(found)
    row = {"id": member, "member_key": secrets.token_hex(8), "first_seen": within.now}
    return str((await within.transaction.execute(_NEW, row)).scalar_one())


async def known_key(where: Executing, member: str) -> str:
    """The key of a member's id; "" for who was never seen."""
    return str((await where.execute(_KEY, {"member": member})).scalar() or "")


async def remember(where: Executing, key: str, name: str) -> None:
    """Keep what a member calls themselves."""
    if not name or (await where.execute(_NAME, {"key": key})).scalar() == name:
        return
    row = {"member_key": key, "name": name}
    upsert = insert(names).values(row).on_conflict_do_update(index_elements=["member_key"], set_={"name": name})
    await where.execute(upsert)


async def people(where: Executing, keys: Sequence[str], directory: Directory, door: str) -> Mapping[str, Person]:
    """Who keys stand for, with the names of the configuration before those that people gave themselves."""
    query = (
        sa.select(members.c.member_key, members.c.id, names.c.name)
        .select_from(members.outerjoin(names, names.c.member_key == members.c.member_key))
        .where(members.c.member_key.in_(keys))
    )
    found = {row.member_key: _person(row, directory, door) for row in (await where.execute(query)).all()}
    return {key: found.get(key) or Person(key, "", unnamed(key)) for key in keys}


async def called(where: Executing, ways: Sequence[str], most: int = 3) -> Sequence[str]:
    """The ids of members who call themselves so, written in one of these ways, or whose id it is."""
    query = (
        sa.select(members.c.id)
        .select_from(members.outerjoin(names, names.c.member_key == members.c.member_key))
        .where(sa.or_(members.c.id.in_([*ways, *map(str.lower, ways)]), names.c.name.in_(ways)))
        .order_by(members.c.id)
        .limit(most)
    )
    return [str(row.id) for row in (await where.execute(query)).all()]


def _person(row: sa.Row[Any], directory: Directory, door: str) -> Person:
    name = directory.member(door, row.id).name or row.name or ""
    return Person(row.member_key, row.id, name or unnamed(row.member_key), name)


def unnamed(key: str) -> str:
    """What to call somebody who has given no name."""
    return f"成员{key[:4]}"
