"""What a violation costs a member: points, and for a while the right to take part; taken back when it was none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from bot.types.actions import Notify, Text
from bot.types.context import Context
from bot.types.events import Conversation
from handlers.directory import privately
from handlers.fairplay.barring import admit, bar
from handlers.moderation.effects import Act, Effect
from handlers.moderation.tables import finds
from handlers.points.accounts import known
from handlers.points.ledger import Ledger
from handlers.points.members import known_key, unnamed
from handlers.points.results import Short, Spent, Undone
from handlers.times import spoken_duration

# The source of the entry, as members read it.
SOURCE = "违规"
SANCTIONS = frozenset((Effect.DEDUCT, Effect.EXCLUDE))


@dataclass(frozen=True, slots=True)
class Imposed:
    """What a violation really cost its member, and what they hear of it (Chinese), "" for nothing."""

    acts: tuple[Act, ...] = ()
    told: str = ""


@dataclass(frozen=True, slots=True)
class Sanctions:
    """Imposes and lifts what costs members something; does nothing without a book.

    `private`: the door that may speak to a member unasked, "" for none.
    """

    ledger: Ledger | None = None
    private: str = ""

    async def impose(self, acts: Iterable[Act], find: int, rule: str, context: Context) -> Imposed:
        """Do what follows from a find to its member."""
        if self.ledger is None:
            return Imposed()
        amount = sum(act.amount for act in acts if act.effect is Effect.DEDUCT)
        lasting = max((act.lasting for act in acts if act.effect is Effect.EXCLUDE), default=timedelta(0))
        done, said = [], []
        if amount and (spent := await self._deduct(self.ledger, amount, find, rule, context)):
            done.append(Act(Effect.DEDUCT, amount=-spent.entry.amount))
            said.append(f"扣 {-spent.entry.amount} {self.ledger.rules.name}，现在 {spent.account.balance}")
        if lasting:
            await bar(context, context.member.id, lasting, _cause(find), context.member.name)
            done.append(Act(Effect.EXCLUDE, lasting=lasting))
            said.append(f"{spoken_duration(lasting)}里不能参加活动")
        return Imposed(tuple(done), f"{'；'.join(said)}。" if said else "")

    async def _deduct(self, ledger: Ledger, amount: int, find: int, rule: str, context: Context) -> Spent | None:
        """Take as much, or what there is; None where there is nothing."""
        made = await self._take(ledger, amount, find, rule, context)
        if not isinstance(made, Spent) and made.account.balance > 0:
            made = await self._take(ledger, made.account.balance, find, rule, context)
        return made if isinstance(made, Spent) else None

    async def _take(self, ledger: Ledger, amount: int, find: int, rule: str, context: Context) -> Spent | Short:
        return await ledger.spend(context, context.member.id, amount, source=SOURCE, event=_cause(find), reason=rule)

    async def lift(self, case: int, context: Context) -> Sequence[Notify]:
        """Take back what the finds of a case cost members, before they are cleared; each of these hears of it once."""
        if self.ledger is None:
            return []
        named = finds.c.id, finds.c.member, finds.c.name, finds.c.conversation, finds.c.group_name
        query = sa.select(*named).where(finds.c.case_id == case, finds.c.counts, finds.c.member != "")
        found: dict[str, list[sa.Row[Any]]] = {}
        for row in (await context.transaction.execute(query.order_by(finds.c.id))).all():
            found.setdefault(row.member, []).append(row)
        told = []
        for member, rows in found.items():
            key = await known_key(context.transaction, member)
            if key and (said := await self._give_back(self.ledger, member, key, [row.id for row in rows], context)):
                told.append(self._tell(rows[-1], key, f"之前是误判，抱歉：{said}。"))
        return told

    def _tell(self, row: sa.Row[Any], key: str, said: str) -> Notify:
        """The member alone where that can be, and by name among others."""
        where = Conversation.parse(row.conversation)
        alone = privately(self.private, row.member) if where.place == "group" else where
        group = f"「{row.group_name}」" if row.group_name else "群"
        named = f"你在{group}里说的话，" if alone else f"{row.name or unnamed(key)}，"
        content = Text(body=said if alone == where else named + said, fixed=False)
        return Notify(to=alone or where, member=row.member, content=content)

    async def _give_back(self, ledger: Ledger, member: str, key: str, numbers: Sequence[int], context: Context) -> str:
        undone = [made for find in numbers if (made := await self._undo(ledger, key, find, context))]
        admitted = [await admit(context, member, _cause(find)) for find in numbers]
        said = []
        if undone:
            amount = sum(made.entry.amount for made in undone)
            said.append(f"{amount} {ledger.rules.name}还给你了，现在 {undone[-1].account.balance}")
        if any(admitted):
            said.append("活动可以参加了")
        return "，".join(said)

    async def _undo(self, ledger: Ledger, key: str, find: int, context: Context) -> Undone | None:
        """What is given back for a find; None where it took nothing, or that was given back before."""
        entry = await known(context.transaction, key, SOURCE, _cause(find))
        if entry is None:
            return None
        made = await ledger.undo(context, entry.id, reason="误判", actor=context.member.id)
        return made if isinstance(made, Undone) and not made.repeated else None


def _cause(find: int) -> str:
    return f"moderation:{find}"
