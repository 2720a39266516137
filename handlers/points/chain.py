"""Entries of the book and the chain that they make. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

Kind = Literal["earn", "spend", "undo", "expire"]
EARN: Kind = "earn"
SPEND: Kind = "spend"
UNDO: Kind = "undo"
EXPIRE: Kind = "expire"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the book. `actor`: the key of who ordered it, "" for the bot itself; `id` 0: not written yet."""

    id: int = 0
    member_key: str
    number: int
    at: datetime
    amount: int
    kind: Kind
    source: str
    event: str
    reason: str = ""
    actor: str = ""
    undoes: int = 0
    credit: int = 0
    debit: int = 0
    previous: str = ""
    hash: str = ""

    @property
    def counts(self) -> int:
        """What it adds to what the member ever earned: spending and expiring take nothing from that."""
        return self.amount if self.kind == EARN or (self.kind == UNDO and self.amount < 0) else 0


def digest(entry: Entry) -> str:
    """SHA-256 over all that an entry says and over the entry before it."""
    said = [
        entry.member_key, entry.number, millis(entry.at), entry.amount, entry.kind, entry.source, entry.event,
        entry.reason, entry.actor, entry.undoes, entry.previous,
    ]  # fmt: skip
    return hashed(said)


def hashed(said: Any) -> str:
    """SHA-256 of a value's one JSON form, in hexadecimal."""
    return sha256(json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def millis(moment: datetime) -> int:
    """A moment as the book keeps it."""
    return round(moment.timestamp() * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where a member's chain ends. `number` 0: it has no entry yet. Sums are as the chain has them.

    `oldest`: the number of the oldest entry of which something is left, and `oldest_at` its time. `today`: what each
    source gave on `day`.
    """

    member_key: str
    number: int = 0
    head: str = ""
    at: datetime | None = None
    balance: int = 0
    credit: int = 0
    debit: int = 0
    score: int = 0
    oldest: int = 0
    oldest_at: datetime | None = None
    day: str = ""
    today: Mapping[str, int] = field(default_factory=dict)

    def next(self, draft: Entry) -> Entry:
        """The draft as the next entry of the chain; its time is never before the last one's."""
        entry = replace(
            draft,
            number=self.number + 1,
            at=max(draft.at, self.at) if self.at else draft.at,
            credit=self.credit + max(draft.amount, 0),
            debit=self.debit + max(-draft.amount, 0),
            previous=self.head,
        )
        return replace(entry, hash=digest(entry))

    def after(self, entry: Entry) -> "Account":
        """The account with its next entry; `oldest` is left for who knows the entries."""
        return replace(
            self,
            number=entry.number,
            head=entry.hash,
            at=entry.at,
            balance=self.balance + entry.amount,
            credit=entry.credit,
            debit=entry.debit,
            score=self.score + entry.counts,
        )


def follow(account: Account, chain: Iterable[Entry]) -> tuple[Account, str]:
    """Where a chain leads that begins at `account`, and what is wrong with its first bad entry (Chinese), or ""."""
    for entry in chain:
        if wrong := _wrong(account, entry):
            return account, wrong
        account = account.after(entry)
    return account, ""


def _wrong(account: Account, entry: Entry) -> str:
    which = f"第 {entry.number} 笔（编号 {entry.id}）"
    if entry.number != account.number + 1:
        return f"第 {account.number + 1} 笔不见了，后面是{which}"
    if entry.previous != account.head:
        return f"{which}接不上前一笔"
    if entry.hash != digest(entry):
        return f"{which}被改过：内容和指纹对不上"
    if account.at is not None and entry.at < account.at:
        return f"{which}的时间比前一笔早"
    sums = account.credit + max(entry.amount, 0), account.debit + max(-entry.amount, 0)
    return "" if (entry.credit, entry.debit) == sums else f"{which}的累计数不对"
