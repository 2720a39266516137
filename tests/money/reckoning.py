"""The book reckoned up anew from what was said and from its single entries, by nothing that wrote it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.tables import events, members
from bot.types.events import Message
from handlers.draws import tables as draws
from handlers.draws.export import publication
from handlers.draws.verification import verify
from handlers.points.audit import prove
from handlers.points.tables import TOTAL, balances, entries, scores
from handlers.shop import tables as shop
from handlers.signin.tables import signins, standings
from tests.money import acts

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE = timedelta(days=1)
Row = sa.Row[Any]


@dataclass
class Reckoning:
    """All that is kept, and what people said by the ids of their messages."""

    said: Mapping[str, Message]
    entries: Sequence[Row]
    balances: Mapping[str, Row]
    ids: Mapping[str, str]
    events: Mapping[str, Row]
    days: Mapping[str, Sequence[Row]]
    standings: Mapping[str, Row]
    scores: Mapping[str, int]
    stocks: Mapping[str, int]
    redemptions: Sequence[Row]
    chances: Sequence[Row]
    prizes: Sequence[Row]

    @classmethod
    async def read(cls, database: Database, said: Mapping[str, Message]) -> "Reckoning":
        """What is there now."""

        async def all_of(table: sa.Table, *order: Any) -> Sequence[Row]:
            return await database.read(sa.select(table).order_by(*order))

        days = defaultdict(list)
        for row in await all_of(signins, signins.c.day):
            days[row.member_key].append(row)
        return cls(
            said=said,
            entries=await all_of(entries, entries.c.member_key, entries.c.number),
            balances={row.member_key: row for row in await all_of(balances)},
            ids={row.member_key: row.id for row in await all_of(members)},
            events={row.id: row for row in await all_of(events)},
            days=days,
            standings={row.member_key: row for row in await all_of(standings)},
            scores={row.member_key: row.score for row in await all_of(scores) if row.board == TOTAL},
            stocks={row.item: row.taken for row in await all_of(shop.stocks)},
            redemptions=await all_of(shop.redemptions, shop.redemptions.c.id),
            chances=await all_of(draws.entries, draws.entries.c.id),
            prizes=await all_of(draws.stocks),
        )

    def faults(self) -> list[str]:
        """Whatever does not add up."""
        return [
            *self._answers(), *self._sums(), *self._occasions(), *self._orders(), *self._undone(), *self._signed(),
            *self._streaks(), *self._shop(), *self._draws(),
        ]  # fmt: skip

    def _of(self, source: str) -> list[Row]:
        return [row for row in self.entries if row.source == source and row.kind != "undo"]

    def _answers(self) -> Iterator[str]:
        """Everything that was said was decided, and nothing broke."""
        for id, message in self.said.items():
            row = self.events.get(id)
            if row is None or not row.outcome:
                yield f"{id} {message.text}: never decided"
            elif row.handler in ("fault", "stale"):
                yield f"{id} {message.text}: {row.handler}"
        yield from (f"unreadable: {id}" for id, row in self.events.items() if row.topic == "unreadable")

    def _sums(self) -> Iterator[str]:
        """Balances are sums, and nobody pays with what they have not."""
        sums: Counter[str] = Counter()
        for row in self.entries:
            sums[row.member_key] += row.amount
            if row.kind == "spend" and sums[row.member_key] < 0:
                yield f"{self.ids[row.member_key]} paid {row.amount} and had {sums[row.member_key] - row.amount}"
        for key, row in self.balances.items():
            if row.balance != sums[key]:
                yield f"{self.ids[key]} has {row.balance}, the entries say {sums[key]}"
        yield from (f"no balance for {key}" for key in sums.keys() - self.balances.keys())

    def _occasions(self) -> Iterator[str]:
        """Each occasion is worth one entry."""
        seen = Counter((row.member_key, row.source, row.event) for row in self.entries)
        yield from (f"{times} times: {occasion}" for occasion, times in seen.items() if times > 1)

    def _orders(self) -> Iterator[str]:
        """What managers gave and took is what they said, once; no order was forgotten."""
        kept = {row.event: row for source in ("发放", "扣除") for row in self._of(source)}
        for id, message in self.said.items():
            words = message.text.split()
            if words[0] not in ("发积分", "扣积分") or message.member not in acts.MANAGERS:
                continue
            row, known = kept.pop(id, None), words[1] in self.ids.values()
            amount = int(words[2]) * (1 if words[0] == "发积分" else -1)
            if row is not None and (self.ids[row.member_key], row.amount) != (words[1], amount):
                yield f"{message.text} became {row.amount} for {self.ids[row.member_key]}"
            if row is None and known and amount > 0 and "没找到" not in self.events[id].reason:
                yield from self._forgotten(id, message)
        yield from (f"nobody ordered {id}" for id in kept)

    def _forgotten(self, id: str, message: Message) -> Iterator[str]:
        """An order for somebody whom nobody had heard of then is told to be nobody's; any other is obeyed."""
        key = next(key for key, one in self.ids.items() if one == message.text.split()[1])
        first = min((row.decided_at for row in self.events.values() if row.member_key == key), default=None)
        if first is not None and first < self.events[id].decided_at:
            yield f"{message.text} ({id}) was forgotten: {self.events[id].reason}"

    def _undone(self) -> Iterator[str]:
        """A counter-entry is the opposite of one entry, and there is one at most."""
        by_number = {(row.member_key, row.number): row for row in self.entries}
        undone = [row for row in self.entries if row.kind == "undo"]
        seen = Counter((row.member_key, row.undoes) for row in undone)
        yield from (f"undone {times} times: {which}" for which, times in seen.items() if times > 1)
        for row in undone:
            if row.amount != -by_number[row.member_key, row.undoes].amount:
                yield f"{row.id} undoes {row.amount} of {by_number[row.member_key, row.undoes].amount}"

    # Signing in

    def _signed(self) -> Iterator[str]:
        """Members signed in on the days on which they said so, and on those that they paid for."""
        said, paid = defaultdict(set), defaultdict(set)
        for id, message in self.said.items():
            if message.text == "签到":
                said[self.events[id].member_key].add(_day(message.at))
        for row in self._of("补签"):
            paid[row.member_key].add(_named(row))
        for key in said.keys() | paid.keys() | self.days.keys():
            kept = {
                bool(made_up): {date.fromisoformat(row.day) for row in self.days.get(key, ()) if row.made_up == made_up}
                for made_up in (0, 1)
            }
            if kept[False] != said[key] or kept[True] != paid[key]:
                yield f"{self.ids[key]} signed in on {kept}, said so on {said[key]}, paid for {paid[key]}"
            yield from self._rewards(key, said[key])

    def _rewards(self, key: str, signed: set[date]) -> Iterator[str]:
        base = Counter(_named(row) for row in self._of("签到") if row.member_key == key and row.amount == acts.CAP)
        luck = Counter(_named(row) for row in self._of("手气") if row.member_key == key and row.amount == acts.LUCK)
        if base != Counter(signed):
            yield f"{self.ids[key]} was rewarded for {base}, signed in on {signed}"
        if luck - Counter(signed):
            yield f"{self.ids[key]} was lucky on {luck - Counter(signed)}"

    def _streaks(self) -> Iterator[str]:
        """Streaks are those of the days, and each that was reached was worth its points once."""
        for key, rows in self.days.items():
            days = {date.fromisoformat(row.day) for row in rows}
            wrong = [(row.day, row.streak) for row in rows if row.streak != _run(days, date.fromisoformat(row.day))]
            if wrong:
                yield f"{self.ids[key]}: streaks {wrong}"
            stands = self.standings[key]
            right = (max(days).isoformat(), _run(days, max(days)), max(_run(days, day) for day in days), len(days))
            if (stands.last_day, stands.streak, stands.longest, stands.total) != right:
                yield f"{self.ids[key]} stands at {stands}, by the days at {right}"
            kept = {row.event: row.amount for row in self._of("连签") if row.member_key == key}
            if kept != (due := self._reached(key)):
                yield f"{self.ids[key]} was rewarded for {kept}, reached {due}"

    def _reached(self, key: str) -> Mapping[str, int]:
        """The streaks that somebody reached, by living through their days once more in the order of the book."""
        days: set[date] = set()
        due = {}
        for row in self.entries:
            if row.member_key != key or row.kind == "undo" or row.source not in ("签到", "补签"):
                continue
            day = _named(row)
            before, after = _run(days, day - ONE), _run(days, day + ONE, ONE)
            days.add(day)
            for length, more in acts.STREAKS.items():
                if max(before, after) < length <= before + 1 + after:
                    due[f"streak:{length}:{day}"] = more
        return due

    # Things

    def _shop(self) -> Iterator[str]:
        """No more is handed out than there is; who was refused has their points back."""
        by_id = {row.id: row for row in self.entries}
        back = {(row.member_key, row.undoes) for row in self.entries if row.kind == "undo"}
        for item, (cost, stock) in acts.ITEMS.items():
            mine = [row for row in self.redemptions if row.item == item and not row.source]
            out = [row for row in mine if row.state != "refused"]
            if not len(out) == self.stocks.get(item, 0) <= stock:
                yield f"{item}: {len(out)} are out, {self.stocks.get(item)} taken of {stock}"
            for row in mine:
                paid = by_id.get(row.spent)
                if paid is None or (paid.amount, paid.member_key, paid.event) != (-cost, row.member_key, row.event):
                    yield f"{row.code} was not paid for"
                elif row.state == "refused" and (row.member_key, paid.number) not in back:
                    yield f"{row.code} was refused, and its points are not back"
        cups = Counter(row.member_key for row in self.redemptions if row.item == "保温杯" and row.state != "refused")
        yield from (f"{self.ids[key]} has {many} cups" for key, many in cups.items() if many > acts.MOST_CUPS)
        paid_for = {row.spent for row in self.redemptions}
        yield from (f"{row.id} paid for nothing" for row in self._of("兑换") if row.id not in paid_for)

    def _draws(self) -> Iterator[str]:
        """Each chance is paid for once and each prize handed out once, and none that was not there."""
        paid = {row.id: row for row in self._of("抽奖") if row.amount < 0}
        won = {row.event: row for row in self._of("抽奖") if row.amount > 0}
        things = {row.event for row in self.redemptions if row.source}
        for row in self.chances:
            cost, name = paid.pop(row.spent, None), f"draw:{row.draw}:{row.round}:{row.number}"
            if cost is None or cost.member_key != row.member_key or cost.amount != -acts.CHANCE_COST:
                yield f"{name} was not paid for"
            if row.prize == "积分" and (gift := won.pop(name, None)) is not None:
                right = gift.amount == acts.PRIZE_POINTS and gift.member_key == row.member_key
                yield from () if right else (f"{name}: {gift}",)
            elif row.prize == acts.PRIZE and name in things:
                things.discard(name)
            elif row.prize in ("积分", acts.PRIZE):
                yield f"{name} never got {row.prize}"
        yield from (f"{row.id} paid for no chance" for row in paid.values())
        yield from (f"nobody won {name}" for name in (*won, *things))
        drawn = sum(row.prize == acts.PRIZE for row in self.chances)
        taken = sum(row.offered - row.left for row in self.prizes if row.prize == acts.PRIZE)
        if not drawn == taken <= acts.PRIZES or any(row.left < 0 for row in self.prizes):
            yield f"{drawn} were drawn, {taken} taken of {acts.PRIZES}"
        numbers = defaultdict(list)
        for row in self.chances:
            numbers[row.draw, row.round].append(row.number)
        yield from (
            f"{of}: {found}" for of, found in numbers.items() if sorted(found) != list(range(1, len(found) + 1))
        )


async def reckon(database: Database, said: Mapping[str, Message]) -> tuple[Reckoning, list[str]]:
    """The book, and whatever does not add up in it; the bot's own proofs of chains, seals and draws among it."""
    proof = await prove(database)
    made = await Reckoning.read(database, said)
    drawn = verify(await publication(database, acts.DRAW))
    return made, [
        *made.faults(), *(f"audit: {one.member_key} {one.why}" for one in proof.broken),
        *(f"proof of {acts.DRAW}: {one}" for one in drawn.faults),
    ]  # fmt: skip


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


def _named(row: Row) -> date:
    """The day that an entry's event names: `signin:2026-11-23`."""
    return date.fromisoformat(row.event.rpartition(":")[2])


def _run(days: set[date], day: date, step: timedelta = -ONE) -> int:
    """How many days in a row end with a day; with a step of one day, begin with it."""
    length = 0
    while day in days:
        length, day = length + 1, day + step
    return length
