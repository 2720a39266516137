"""The proof: every chain from its first entry, every sum, every board of all time, every seal."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from bot.types.workplace import Reading
from handlers.points.accounts import as_account, as_entry
from handlers.points.chain import Account, Entry, follow
from handlers.points.seals import PAGE, Root, Seal, as_seal, leaves
from handlers.points.tables import TOTAL, balances, entries, scores, seals

# Of more than so many faults nobody needs the list.
MOST = 100


@dataclass(frozen=True, slots=True)
class Broken:
    """One thing that does not add up (Chinese), and whose chain it is in, "" for none."""

    member_key: str
    why: str


@dataclass(slots=True)
class Proof:
    """What was looked at, and what is broken, in the order of the book; `seal` is the newest one's hash."""

    entries: int = 0
    members: int = 0
    balance: int = 0
    seals: int = 0
    seal: str = ""
    broken: list[Broken] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether all adds up."""
        return not self.broken

    def fault(self, why: str, member_key: str = "") -> None:
        """Note something that does not add up."""
        if len(self.broken) < MOST:
            self.broken.append(Broken(member_key, why))


def _silent(_: int) -> None:
    return None


async def prove(records: Reading, looked_at: Callable[[int], None] = _silent) -> Proof:
    """Read the whole book, a page at a time, while the bot may be writing; `looked_at` hears how many entries."""
    proof = Proof()
    # The accounts first: what is written from then on makes chains longer, and what is longer is not wrong.
    rows = await _stood(records)
    known = {row.member_key: as_account(row) for row in rows}
    ranked = {row.member_key: row.ranked for row in rows}
    fresh: list[str] = []
    async for account, wrong in _chains(records, known, proof, looked_at):
        key = account.member_key
        stood = known.pop(key, None)
        if wrong:
            proof.fault(wrong, key)
        elif stood is None:
            fresh.append(key)
        else:
            _compare(stood, account, ranked.get(key, 0), proof)
    for key, account in known.items():
        if account.number:
            proof.fault(f"余额写着 {account.balance}，账本里一笔也没有", key)
    await _check_fresh(records, fresh, proof)
    await _check_seals(records, proof)
    return proof


async def _check_fresh(records: Reading, keys: Sequence[str], proof: Proof) -> None:
    """Chains without an account were begun in the meantime, or their account was taken away."""
    for key in keys[:MOST]:
        if not await records.read(sa.select(balances.c.number).where(balances.c.member_key == key)):
            proof.fault("有账没有余额", key)


async def _chains(
    records: Reading, known: dict[str, Account], proof: Proof, looked_at: Callable[[int], None]
) -> AsyncIterator[tuple[Account, str]]:
    """Where each chain stood when the accounts were read, or how far it is right and what is wrong then."""
    at = Account(member_key="")
    wrong = ""
    async for page in _pages(records):
        for key, chain in groupby(page, key=lambda entry: entry.member_key):
            if key != at.member_key:
                if at.member_key:
                    yield at, wrong
                at, wrong = Account(member_key=key), ""
                proof.members += 1
            last = known[key].number if key in known else 2**31
            if not wrong:
                at, wrong = follow(at, (entry for entry in chain if entry.number <= last))
        proof.entries += len(page)
        looked_at(proof.entries)
    if at.member_key:
        yield at, wrong


async def _pages(records: Reading) -> AsyncIterator[list[Entry]]:
    after: tuple[str, int] = ("", 0)
    while True:
        beyond = sa.tuple_(entries.c.member_key, entries.c.number) > sa.tuple_(*after)
        query = sa.select(entries).where(beyond).order_by(entries.c.member_key, entries.c.number).limit(PAGE)
        page = [as_entry(row) for row in await records.read(query)]
        if page:
            yield page
        if len(page) < PAGE:
            return
        after = (page[-1].member_key, page[-1].number)


def _compare(stood: Account, account: Account, ranked: int, proof: Proof) -> None:
    proof.balance += stood.balance
    same = ("number", "head", "balance", "credit", "debit", "score")
    names = ("笔数", "指纹", "余额", "累计加", "累计减", "累计得分")
    for name, called in zip(same, names, strict=True):
        kept, right = getattr(stood, name), getattr(account, name)
        if kept != right:
            proof.fault(f"{called}写着 {kept}，按账本是 {right}", account.member_key)
            return
    if ranked != account.score:
        proof.fault(f"总榜上是 {ranked}，按账本是 {account.score}", account.member_key)


async def _check_seals(records: Reading, proof: Proof) -> None:
    since: datetime | None = None
    previous = ""
    for row in await _all(records, seals, seals.c.ends):
        seal = as_seal(row)
        proof.seals += 1
        if row.hash != seal.hash or seal.previous != previous:
            proof.fault(f"{seal.day} 的封印被改过，或接不上前一天的")
        found = await _root(records, since, seal)
        if found != seal:
            proof.fault(
                f"{seal.day} 封存时有 {seal.entries} 笔、合计 {seal.amount}，"
                f"现在 {found.entries} 笔、合计 {found.amount}，和封印对不上"
            )
        since, previous = seal.ends, row.hash
    proof.seal = previous


async def _root(records: Reading, since: datetime | None, seal: Seal) -> Seal:
    """The seal as what is there now would make it."""
    root, after = Root(), ("", 0)
    while True:
        rows = await records.read(leaves(since, seal.ends, after))
        root.add(rows)
        if len(rows) < PAGE:
            return replace(seal, entries=root.entries, amount=root.amount, root=root.hex)
        after = (rows[-1].member_key, rows[-1].number)


async def _stood(records: Reading) -> Sequence[sa.Row[Any]]:
    """The accounts, and with each what stands on the board of all time; of one moment."""
    total = sa.and_(scores.c.board == TOTAL, scores.c.member_key == balances.c.member_key)
    ranked = sa.func.coalesce(scores.c.score, 0).label("ranked")
    return await records.read(sa.select(balances, ranked).select_from(balances.outerjoin(scores, total)))


async def _all(records: Reading, table: sa.Table, order: sa.Column[Any]) -> list[sa.Row[Any]]:
    return list(await records.read(sa.select(table).order_by(order)))
