"""What people say about points: 我的积分, 积分明细, 积分榜; and 发积分, 撤销 by managers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.types.actions import Action, Emit, Reply, Text
from bot.types.context import Context
from bot.types.events import Event, Message
from bot.types.outcome import Outcome, answered
from bot.types.ports import Directory
from handlers.points import boards, words
from handlers.points.accounts import latest
from handlers.points.boards import Standing
from handlers.points.chain import Account
from handlers.points.ledger import Ledger
from handlers.points.members import people, remember
from handlers.points.orders import Managers
from handlers.points.tables import TOTAL
from handlers.points.wordings import Order, Orders
from handlers.spoken import Said, Spoken

MOST_LISTED, MOST_DRAWN = 10, 20
# Whoever asks how they stand hears what is about to expire.
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Listed:
    """The first of a board, as (key, name, score), and whoever asked. `called`: "" of all time, `11月`, `本周`."""

    board: str
    called: str
    today: date
    rows: Sequence[tuple[str, str, int]]
    standing: Standing | None
    asker: str


# Has a board drawn for whoever spoke, with what is said where that fails; None where no picture can be shown.
Picture = Callable[[Listed, Event, Context, str], Emit | None]


@dataclass(frozen=True, slots=True)
class PointsTalk:
    """Answers members, obeys managers, refuses everybody else and writes that down.

    `picture` draws boards; without one, or where it gives None, they are told.
    """

    ledger: Ledger
    directory: Directory
    spoken: Spoken
    orders: Orders
    managers: Managers
    picture: Picture | None = None
    name: str = "points"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> Said | Order | None:
        """The command or the order in a message."""
        if not isinstance(event, Message) or not event.text:
            return None
        return self.spoken.find(event.text) or self.orders.read(event.text)

    def claims(self, message: Message) -> bool:
        """Whether it is one."""
        order = self.orders.read(message.text)
        return self.spoken.find(message.text) is not None or (order is not None and order.sure)

    async def decide(self, event: Event, prepared: Said | Order | None, context: Context) -> Outcome | None:
        """None for what is said of something else, and in groups that go without points."""
        if prepared is None or not isinstance(event, Message):
            return None
        if context.group is not None and not context.group.has("points"):
            return None
        if isinstance(prepared, Order):
            return await self._order(prepared, event, context)
        return await self._tell(prepared, event, context)

    async def _order(self, order: Order, event: Message, context: Context) -> Outcome | None:
        if not self.managers.may(context):
            if not order.sure:
                return None
            context.trace.add(self.name, order.kind, note="没有权限，没有照办")
            said = await self.managers.refuse(event.text, context)
            return answered(_say(said), reason="没有权限", rule="拒绝")
        obeyed = await self.managers.obey(order, event.id, event.text, context)
        if obeyed is None:
            return None
        who = context.member.name or context.member.id
        return answered(
            _say(obeyed.said), *obeyed.told, reason=f"{who} {order.kind} {order.who} {order.amount}", rule=order.kind
        )

    async def _tell(self, said: Said, event: Message, context: Context) -> Outcome:
        account = await self.ledger.account(context.transaction, context.member.id)
        if account.member_key and not context.rehearsal:
            await remember(context.transaction, account.member_key, context.member.name)
        context.trace.add(self.name, said.command, note=said.how)
        if said.command == "mine":
            return self._answer(_say(await self._mine(account, context)), said)
        if said.command == "history":
            return self._answer(_say(await self._history(account, context)), said)
        return self._answer(await self._board(said.command, account, event, context), said)

    def _answer(self, action: Action, said: Said) -> Outcome:
        return answered(action, reason=said.how or "说的就是它", rule=said.command)

    async def _mine(self, account: Account, context: Context) -> str:
        standing = await self.ledger.rank(context, context.member.id)
        return words.mine(self.ledger, context.member.name, account, standing, await self._expiring(account, context))

    async def _expiring(self, account: Account, context: Context) -> tuple[int, date] | None:
        if self.ledger.rules.expire is None or account.oldest_at is None:
            return None
        last = self.ledger.days.of(account.oldest_at + self.ledger.rules.expire)
        if self.ledger.days.start(last) > context.now + SOON:
            return None
        by = self.ledger.days.end(last)
        return await self.ledger.expiring(context.transaction, account, by), last

    async def _history(self, account: Account, context: Context) -> str:
        found = await latest(context.transaction, account.member_key, MOST_LISTED)
        return words.history(
            self.ledger.rules.name, account, [(entry, self.ledger.days.of(entry.at)) for entry in found]
        )

    async def _board(self, which: str, account: Account, event: Message, context: Context) -> Action:
        listed = await self._listed(which, account, context)
        told = self._told(listed)
        if self.picture is None or context.rehearsal or not listed.rows:
            return _say(told)
        return self.picture(listed, event, context, told) or _say(told)

    async def _listed(self, which: str, account: Account, context: Context) -> Listed:
        today = self.ledger.days.of(context.now)
        board, called = {
            "month": (boards.month(today), f"{today.month}月"),
            "week": (boards.week(today), "本周"),
        }.get(which, (TOTAL, ""))
        rows = await boards.top(context.transaction, board, MOST_DRAWN)
        standing = await self.ledger.rank(context, context.member.id, board)
        return Listed(board, called, today, await self._named(rows, context), standing, account.member_key)

    def _told(self, found: Listed) -> str:
        rows = found.rows[:MOST_LISTED]
        is_listed = found.asker in {key for key, *_ in rows}
        title, listed = f"{found.called}{self.ledger.rules.name}榜", [(name, score) for _, name, score in rows]
        return words.board(title, listed, found.standing, is_listed)

    async def _named(self, rows: Sequence[tuple[str, int]], context: Context) -> Sequence[tuple[str, str, int]]:
        keys = [key for key, _ in rows]
        found = await people(context.transaction, keys, self.directory, context.conversation.door)
        return [(key, found[key].name, score) for key, score in rows]


def _say(body: str) -> Reply:
    return Reply(content=Text(body=body, fixed=False))
