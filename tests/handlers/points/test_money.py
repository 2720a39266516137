"""Money-grade: whatever is done in whatever order, however often, by however many, the book adds up."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.database import Database
from bot.store.schema import combine
from bot.store.tables import SPINE
from handlers.points.audit import prove
from handlers.points.boards import settle_moved
from handlers.points.chain import Account, Entry, follow
from handlers.points.members import members
from handlers.points.results import Capped, Granted, Short, Spent, Undone
from handlers.points.seals import seal
from handlers.points.tables import TABLES, balances, entries
from handlers.points.within import Within
from tests.handlers.points.book import START, Book

MEMBERS = 50
RULES = {"daily": 60, "caps": {"签到": 20}, "expire": "3d", "levels": {"0": "新", "50": "老"}}


@dataclass(frozen=True)
class Step:
    """Something that is done to the book. `event` may have been used before; `days` pass first."""

    kind: str
    member: str
    amount: int
    event: str
    source: str = "签到"
    days: int = 0


async def do(book: Book, step: Step, undoable: Sequence[int] = ()) -> object:
    ledger, event = book.ledger, step.event

    async def work(within: Within) -> object:
        match step.kind:
            case "grant":
                return await ledger.grant(within, step.member, step.amount, source=step.source, event=event)
            case "gift":
                return await ledger.grant(within, step.member, step.amount, source="发放", event=event, limited=False)
            case "spend":
                return await ledger.spend(within, step.member, step.amount, source="兑换", event=event)
            case "undo":
                return await ledger.undo(within, undoable[step.amount % len(undoable)]) if undoable else None
        return await settle_moved(within)

    return await book.do(work)


async def check(book: Book) -> Counter[str]:
    """The proof holds, sums are balances, and each occasion is one entry; the balances by member."""
    proof = await prove(book.database)
    assert proof.holds, proof.broken
    rows = await book.database.read(sa.select(entries))
    assert len({(row.member_key, row.source, row.event) for row in rows}) == len(rows)
    sums = Counter[str]()
    for row in rows:
        sums[row.member_key] += row.amount
    kept = {row.member_key: row.balance for row in await book.database.read(sa.select(balances))}
    assert sums == Counter(kept)
    ids = {row.member_key: row.id for row in await book.database.read(sa.select(members))}
    return Counter({ids[key]: balance for key, balance in kept.items()})


STEPS = st.lists(
    st.builds(
        Step,
        kind=st.sampled_from(["grant", "grant", "gift", "spend", "undo", "settle"]),
        member=st.sampled_from(["a", "b", "c"]),
        amount=st.integers(1, 30),
        event=st.sampled_from([f"e{number}" for number in range(12)]),
        source=st.sampled_from(["签到", "打卡"]),
        days=st.sampled_from([0, 0, 0, 1, 2]),
    ),
    max_size=20,
)


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_any_row_of_steps_adds_up(steps: list[Step]) -> None:
    asyncio.run(_play(steps))


async def _play(steps: list[Step]) -> None:
    database = await Database.memory()
    try:
        await database.alter(combine([*SPINE, *TABLES]).create_all)
        book = Book.of(database, **RULES)
        told = Counter[str]()
        ids: list[int] = []
        for step in steps:
            book.forward(days=step.days)
            before = await balance(book, step.member)
            made = await do(book, step, ids)
            _within_the_rules(made, before)
            _tell(made, told, ids)
            await book.do(lambda within: seal(within, book.ledger.days))
        expired = await database.read(sa.select(entries.c.amount).where(entries.c.kind == "expire"))
        assert sum((await check(book)).values()) == sum(told.values()) + sum(row.amount for row in expired)
    finally:
        await database.close()


async def balance(book: Book, member: str) -> int:
    return await book.do(lambda within: book.ledger.balance(within.transaction, member))


def _within_the_rules(made: object, before: int) -> None:
    match made:
        case Granted(repeated=False):
            today = made.account.today
            assert all(source in ("签到", "打卡") for source in today)
            assert today.get("签到", 0) <= 20
            assert sum(today.values()) <= 60
        case Spent(repeated=False):
            assert made.account.balance >= 0
        case Short():
            assert made.missing > 0
            assert made.account.balance <= before


def _tell(made: object, told: Counter[str], ids: list[int]) -> None:
    """What was said to have changed, once each."""
    if isinstance(made, Granted | Spent | Undone) and not made.repeated:
        told[made.entry.member_key] += made.entry.amount
        if not isinstance(made, Undone):
            ids.append(made.entry.id)


@given(st.lists(st.integers(-50, 50).filter(bool), max_size=20), st.data())
def test_a_chain_with_any_change_is_no_chain(amounts: list[int], data: st.DataObject) -> None:
    account, chain = Account(member_key="m"), []
    for number, amount in enumerate(amounts):
        draft = Entry(member_key="m", number=0, at=START, amount=amount, kind="earn", source="s", event=f"e{number}")
        chain.append(account.next(draft))
        account = account.after(chain[-1])
    end, wrong = follow(Account(member_key="m"), chain)
    assert (end, wrong) == (account, "")
    if not chain:
        return
    at = data.draw(st.integers(0, len(chain) - 1))
    cut = [*chain[:at], *chain[at + 1 :]]
    assert follow(Account(member_key="m"), cut)[0].head != account.head
    doubled = [*chain[: at + 1], chain[at], *chain[at + 1 :]]
    assert follow(Account(member_key="m"), doubled)[1]


def steps_of(chance: Random, many: int) -> list[Step]:
    """Steps of fifty members; every third comes twice, and occasions come again."""
    made = []
    for number in range(many):
        kind = chance.choices(("grant", "gift", "spend", "settle"), (6, 2, 3, 0.2))[0]
        source = chance.choice(("签到", "打卡"))
        member = f"m{chance.randrange(MEMBERS)}"
        made.append(Step(kind, member, chance.randint(1, 15), f"e{number % (many // 2)}", source))
    made += chance.sample(made, many // 3)
    chance.shuffle(made)
    return made


@pytest.mark.parametrize("many", [300, pytest.param(20_000, marks=pytest.mark.soak)])
async def test_fifty_members_and_three_writers_at_once(database: Database, migrated_url: str, many: int) -> None:
    others = [await Database.open(migrated_url) for _ in range(2)]
    books = [Book.of(one, **RULES) for one in (database, *others)]
    chance = Random(many)
    waiting = [(book, step) for step in steps_of(chance, many) for book in (chance.choice(books),)]
    told, results = Counter[str](), Counter[str]()

    async def work() -> None:
        while waiting:
            book, step = waiting.pop()
            made = await do(book, step)
            results[type(made).__name__] += 1
            _tell(made, told, [])

    await asyncio.gather(*(work() for _ in range(12)))
    for other in others:
        await other.close()
    kept = await check(books[0])
    keys = {row.id: row.member_key for row in await database.read(sa.select(members))}
    assert {member: total for member, total in kept.items() if total} == {
        member: told[keys[member]] for member in kept if told[keys[member]]
    }
    assert min(kept.values()) >= 0
    assert results[Granted.__name__] and results[Spent.__name__] and results[Capped.__name__]


async def test_two_who_give_for_the_same_occasion_at_once_give_once(database: Database, migrated_url: str) -> None:
    other = await Database.open(migrated_url)
    books = Book.of(database), Book.of(other)
    step = Step("grant", "lin", 5, "a")
    made = await asyncio.gather(*(do(book, step) for book in books for _ in range(10)))
    await other.close()
    assert sum(isinstance(one, Granted) and not one.repeated for one in made) == 1
    assert await check(books[0]) == Counter({"lin": 5})
