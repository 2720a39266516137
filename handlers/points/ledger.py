"""The ledger: points are given, taken and taken back here and nowhere else.

Every entry is written once per (member, source, event), so that whoever calls twice gets the first answer again. The
account is guarded from the first read to the commit: of two who write to it, one is run again.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.types.days import LocalDays
from bot.types.ports import Executing
from handlers.points import boards
from handlers.points.accounts import account_of, added_before, append, keep, known, lock, numbered
from handlers.points.boards import Standing
from handlers.points.chain import EARN, EXPIRE, SPEND, UNDO, Account, Entry, Kind
from handlers.points.members import key_of, known_key
from handlers.points.results import Capped, Fixed, Granted, Held, Short, Spent, Undone
from handlers.points.settings import Points
from handlers.points.tables import TOTAL
from handlers.points.within import Within

# Sources of the ledger's own entries, as members read them.
UNDOING, EXPIRING = "撤销", "过期"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody is to get or to pay. `event` names the occasion: with member and source it is worth one entry.

    `actor`: the id of who ordered it, "" for the bot itself. `reason`: for the member to read. A judge has to know of
    `words`, where a member earns it by what they wrote themselves, and of `streak`, where it is for so many days.
    """

    member: str
    amount: int
    source: str
    event: str
    reason: str = ""
    actor: str = ""
    words: str = ""
    streak: int = 0


# What a wish waits for before it is granted; None for nothing. Whoever makes it wait sees to it that it ends.
Judge = Callable[[Within, Wish], Awaitable[Held | None]]


async def _trusting(_: Within, __: Wish) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Ledger:
    """The book under its rules. `judge` may hold what is to be granted."""

    rules: Points
    days: LocalDays
    judge: Judge = _trusting

    async def grant(
        self, context: Within, member: str, amount: int, *, source: str, event: str, reason: str = "",
        actor: str = "", words: str = "", streak: int = 0, judged: bool = False, limited: bool = True,
    ) -> Granted | Capped | Held:  # fmt: skip
        """Give a member points, or as many as the day's limits allow.

        `words` and `streak` as in `Wish`. `judged`: somebody has looked at it. `limited` false: limits do not matter (a
        manager's gift, a refund). ValueError for an amount that is not positive.
        """
        wish = Wish(
            member=member, amount=_positive(amount), source=source, event=event, reason=reason, actor=actor,
            words=words, streak=streak,
        )  # fmt: skip
        account, before = await self._locked(context, wish)
        if before is not None:
            return Granted(entry=before, account=account, repeated=True)
        today = self._today(account, context.now)
        room, limit = self._room(today, source) if limited else (amount, Capped(0, "", account))
        if room <= 0:
            return limit
        given = replace(wish, amount=min(amount, room))
        counted = {**today.today, source: today.today.get(source, 0) + given.amount} if limited else today.today
        account = replace(today, today=counted)
        held = None if judged else await self.judge(context, given)
        if held is not None:
            if not held.repeated:
                await keep(context, account)
            return held
        entry, after = await append(context, account, await self._draft(context, given, EARN, account))
        await boards.add(context, after.member_key, entry.counts, self.days.of(entry.at), entry.hash)
        return Granted(entry=entry, account=after, cut=amount - entry.amount, title=self._new_title(account, after))

    async def spend(
        self, context: Within, member: str, amount: int, *, source: str, event: str, reason: str = "", actor: str = ""
    ) -> Spent | Short:
        """Take points that a member pays with; never more than there are. ValueError unless the amount is positive."""
        wish = Wish(member=member, amount=_positive(amount), source=source, event=event, reason=reason, actor=actor)
        account, before = await self._locked(context, wish)
        if before is not None:
            return Spent(entry=before, account=account, repeated=True)
        account = await self._expire(context, account)
        if account.balance < amount:
            return Short(amount - max(account.balance, 0), account)
        draft = await self._draft(context, replace(wish, amount=-amount), SPEND, account)
        entry, after = await append(context, account, draft)
        return Spent(entry=entry, account=after)

    async def undo(self, context: Within, id: int, *, reason: str = "", actor: str = "") -> Undone | Fixed:
        """Take back one entry of the book by a counter-entry, once. The balance may fall below nothing."""
        found = await numbered(context.transaction, id)
        if found is None:
            return Fixed(f"没有 {id} 号这笔积分")
        if found.kind in (UNDO, EXPIRE):
            return Fixed(f"{id} 号是{found.source}的记录，不能再撤销")
        account = await lock(context, found.member_key)
        event = f"undo:{found.number}"
        before = await known(context.transaction, found.member_key, UNDOING, event)
        if before is not None:
            return Undone(entry=before, undone=found, account=account, repeated=True)
        draft = Entry(
            member_key=found.member_key, number=0, at=context.now, amount=-found.amount, kind=UNDO, source=UNDOING,
            event=event, reason=reason, actor=await self._actor(context, actor), undoes=found.number,
        )  # fmt: skip
        entry, after = await append(context, account, draft)
        # Taken from the boards on which it had counted.
        await boards.add(context, after.member_key, entry.counts, self.days.of(found.at), entry.hash)
        return Undone(entry=entry, undone=found, account=after)

    async def expire(self, context: Within, member_key: str) -> Account:
        """Write off what a member's points have grown too old for; the account after it."""
        return await self._expire(context, await lock(context, member_key))

    async def balance(self, where: Executing, member: str) -> int:
        """How many points a member has."""
        return (await self.account(where, member)).balance

    async def account(self, where: Executing, member: str) -> Account:
        """A member's account; an empty one for who was never seen."""
        key = await known_key(where, member)
        return await account_of(where, key) if key else Account(member_key="")

    async def rank(self, context: Within, member: str, board: str = TOTAL) -> Standing | None:
        """A member's place among those who earned points (`boards.month`, `boards.week` name others than of all time).

        It takes the same time on a board of any size. None for who is not on it.
        """
        key = await known_key(context.transaction, member)
        return await boards.standing(context, board, key) if key else None

    async def top(self, where: Executing, most: int, board: str = TOTAL) -> Sequence[tuple[str, int]]:
        """The first of a board, as (key, score); of equal scores the earlier first."""
        return await boards.top(where, board, most)

    async def expiring(self, where: Executing, account: Account, by: datetime) -> int:
        """How many of the points of an account will have expired by then, if they are not spent."""
        cutoff = self.cutoff(by)
        return await added_before(where, account, cutoff) if cutoff else 0

    def cutoff(self, moment: datetime) -> datetime | None:
        """What was added before then has expired at a moment; points last to the end of their last day."""
        if self.rules.expire is None:
            return None
        return self.days.start(self.days.of(moment - self.rules.expire))

    async def _locked(self, context: Within, wish: Wish) -> tuple[Account, Entry | None]:
        """The account of whom a wish concerns, and the entry that it was worth before."""
        key = await key_of(context, wish.member)
        account = await lock(context, key)
        if not account.number:
            return account, None
        return account, await known(context.transaction, key, wish.source, wish.event)

    async def _expire(self, context: Within, account: Account) -> Account:
        cutoff = self.cutoff(context.now)
        if cutoff is None or account.oldest_at is None or account.oldest_at >= cutoff:
            return account
        left = await added_before(context.transaction, account, cutoff)
        if not left:
            return account
        draft = Entry(
            member_key=account.member_key, number=0, at=context.now, amount=-left, kind=EXPIRE, source=EXPIRING,
            event=f"expire:{account.number + 1}",
        )  # fmt: skip
        return (await append(context, account, draft))[1]

    async def _draft(self, context: Within, wish: Wish, kind: Kind, account: Account) -> Entry:
        return Entry(
            member_key=account.member_key, number=0, at=context.now, amount=wish.amount, kind=kind,
            source=wish.source, event=wish.event, reason=wish.reason, actor=await self._actor(context, wish.actor),
        )  # fmt: skip

    async def _actor(self, context: Within, id: str) -> str:
        return await key_of(context, id) if id else ""

    def _today(self, account: Account, now: datetime) -> Account:
        """The account with what was earned on this day."""
        day = self.days.of(now).isoformat()
        return account if account.day == day else replace(account, day=day, today={})

    def _room(self, account: Account, source: str) -> tuple[int, Capped]:
        """How much a source may still give today, and what to say when that is nothing."""
        daily, cap = self.rules.daily, self.rules.caps.get(source)
        rooms = [(limit - sum(account.today.values()), limit, "") for limit in (daily,) if limit is not None]
        rooms += [(limit - account.today.get(source, 0), limit, source) for limit in (cap,) if limit is not None]
        room, limit, of = min(rooms, default=(2**62, 0, ""))
        return room, Capped(limit, of, account)

    def _new_title(self, before: Account, after: Account) -> str:
        title = self.rules.level(after.score)
        return title if title != self.rules.level(before.score) else ""


def _positive(amount: int) -> int:
    if amount <= 0:
        raise ValueError("an amount is positive")
    return amount
