"""Accounts and entries as rows: read, and written together."""

import json
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bot.types.ports import Executing
from handlers.points.chain import Account, Entry
from handlers.points.tables import balances, entries
from handlers.points.within import Within

_ACCOUNT = sa.select(balances).where(balances.c.member_key == sa.bindparam("key"))
_MINE = sa.select(entries).where(entries.c.member_key == sa.bindparam("key"))
_KNOWN = _MINE.where(entries.c.source == sa.bindparam("its_source"), entries.c.event == sa.bindparam("its_event"))
_LATEST = (
    _MINE.where(entries.c.number < sa.bindparam("before")).order_by(entries.c.number.desc()).limit(sa.bindparam("most"))
)
_ONE = sa.select(entries).where(entries.c.id == sa.bindparam("number"))
_ADDED = (entries.c.member_key == sa.bindparam("key"), entries.c.amount > 0)
# The first entry of which something is left when so much has been taken; `oldest` is where to begin looking.
_OLDEST = (
    sa.select(entries.c.number, entries.c.at)
    .where(*_ADDED, entries.c.number >= sa.bindparam("oldest"), entries.c.credit > sa.bindparam("debit"))
    .order_by(entries.c.number)
    .limit(1)
)
_UNTIL = (
    sa.select(entries.c.credit)
    .where(
        *_ADDED,
        entries.c.number >= sa.bindparam("oldest"),
        entries.c.at < sa.bindparam("moment", type_=entries.c.at.type),
    )
    .order_by(entries.c.number.desc())
    .limit(1)
)
_WRITE = insert(entries).on_conflict_do_nothing().returning(entries.c.id)
_KEEP = insert(balances).on_conflict_do_update(
    index_elements=["member_key"],
    set_={
        name: sa.literal_column(f"excluded.{name}")
        for name in (
            "number",
            "head",
            "at",
            "balance",
            "credit",
            "debit",
            "score",
            "oldest",
            "oldest_at",
            "day",
            "today",
        )
    },
)


async def lock(within: Within, key: str) -> Account:
    """A member's account, guarded until the transaction commits."""
    await within.transaction.guard(f"points:{key}")
    return await account_of(within.transaction, key)


async def account_of(where: Executing, key: str) -> Account:
    """A member's account as it is now."""
    row = (await where.execute(_ACCOUNT, {"key": key})).first()
    return Account(member_key=key) if row is None else as_account(row)


def as_account(row: sa.Row[Any]) -> Account:
    """The account of a row of `points_balances`."""
    known = {field.name: getattr(row, field.name) for field in fields(Account)}
    return Account(**{**known, "today": json.loads(row.today)})


def as_entry(row: sa.Row[Any]) -> Entry:
    """The entry of a row of `points_entries`."""
    return Entry(**{field.name: getattr(row, field.name) for field in fields(Entry)})


async def known(where: Executing, key: str, source: str, event: str) -> Entry | None:
    """The entry that an event made for a member by a source."""
    row = (await where.execute(_KNOWN, {"key": key, "its_source": source, "its_event": event})).first()
    return None if row is None else as_entry(row)


async def numbered(where: Executing, id: int) -> Entry | None:
    """The entry of an id of the whole book."""
    row = (await where.execute(_ONE, {"number": id})).first()
    return None if row is None else as_entry(row)


async def latest(where: Executing, key: str, most: int, before: int = 2**31 - 1) -> Sequence[Entry]:
    """A member's last entries before a number, the newest first."""
    rows = await where.execute(_LATEST, {"key": key, "most": most, "before": before})
    return [as_entry(row) for row in rows.all()]


async def added_before(where: Executing, account: Account, moment: datetime) -> int:
    """How much of what was added before a moment is left; what is taken is taken from the oldest first."""
    if not account.oldest:
        return 0
    asked = {"key": account.member_key, "oldest": account.oldest, "moment": moment}
    credit = (await where.execute(_UNTIL, asked)).scalar()
    return max(0, min(credit - account.debit, account.balance)) if credit is not None else 0


async def append(within: Within, account: Account, draft: Entry) -> tuple[Entry, Account]:
    """Write the next entry of a locked account, and the account with it; both as they are now."""
    entry = account.next(draft)
    row = {field.name: getattr(entry, field.name) for field in fields(Entry) if field.name != "id"}
    # Nobody else can have written this number: who did in the meantime moved the guard, and this will not commit.
    number = (await within.transaction.execute(_WRITE, row)).scalar()
    after = await _aged(within.transaction, account, account.after(entry))
    await keep(within, after)
    return replace(entry, id=number or 0), after


async def keep(within: Within, account: Account) -> None:
    """Write a locked account as it is now, where no entry changes it: what a day brought so far."""
    kept = {field.name: getattr(account, field.name) for field in fields(Account)}
    today = json.dumps(dict(account.today), ensure_ascii=False)
    await within.transaction.execute(_KEEP, {**kept, "at": account.at or within.now, "today": today})


async def _aged(where: Executing, before: Account, after: Account) -> Account:
    """The account with the oldest entry of which something is left now."""
    if after.balance <= 0:
        return replace(after, oldest=0, oldest_at=None)
    if before.oldest and after.debit == before.debit:
        return after
    if before.balance <= 0:
        return replace(after, oldest=after.number, oldest_at=after.at)
    asked = {"key": after.member_key, "oldest": before.oldest, "debit": after.debit}
    row = (await where.execute(_OLDEST, asked)).one()
    return replace(after, oldest=row.number, oldest_at=row.at)
