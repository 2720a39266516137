"""Who may not act at the desk is refused, told so where they wrote, and written down."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import sqlalchemy as sa

from bot.app import load_config
from bot.simulator import Disorder
from bot.store.database import Database
from bot.store.settings import STORE
from handlers.audit import audit
from tests.desk import wording
from tests.desk.town import LEAD, Rules, Town, town
from tests.faults.trial import OWN
from tests.faults.victim import Victim
from tests.waiting import until

SEED = 20261209
OWNER, COLLEAGUE, STRANGER = "mei01", "ning01", "wang01"
BOSS = next(iter(LEAD))


@asynccontextmanager
async def served(home: Path) -> AsyncIterator[Town]:
    """Three customers; 小美 serves the first one, who has ticket 1, and nobody yet the second one, who has ticket 2."""
    async with town(home, seed=SEED, customers=3, rules=Rules(), stores=OWN, disorder=Disorder()) as made:
        victim = Victim(made.company, tide=made.tide.file)
        await victim.start()
        try:
            first, second, _ = made.customers
            await made.say(first, wording.CALL)
            await made.wecom.click(await made.card(OWNER, first, "take"), "take", OWNER)
            await made.reads(first, "客服小美为您服务")
            await made.say(second, wording.CALL)
            await made.card(COLLEAGUE, second, "take")
            yield made
        finally:
            await victim.clear_away()


async def forge(made: Town, who: str, task: str, key: str) -> None:
    """Somebody sends the press of a button that they do not have."""
    fields = {"EventKey": key, "TaskId": task, "CardType": "button_interaction", "ResponseCode": "forged"}
    posted = await made.wecom.event(made.company.app, who, "template_card_event", fields)
    await posted.delivered()


async def refused(made: Town, who: str, ticket: int) -> None:
    """Wait until it is written down that somebody was refused at a ticket."""
    company = made.company
    store = load_config(company.config, company.environ)[STORE]
    database = await Database.open(store.sql_url(company.home / store.data))
    mine = sa.select(audit).where(audit.c.who == who, audit.c.ticket == ticket, audit.c.allowed.is_(False))

    async def is_written() -> bool:
        return any(row.what and row.why for row in await database.read(mine))

    try:
        await until(is_written)
    finally:
        await database.close()


async def unchanged(made: Town) -> None:
    """小美 still serves the first customer, and the second one still waits."""
    first, second, _ = made.customers
    await made.wecom.settle()
    await made.say(OWNER, "#1 还在的")
    await made.reads(first, "客服小美：还在的")
    await made.say(first, "好")
    await made.reads(OWNER, f"#1 {first}：好")
    assert not any(wording.SERVED.search(text) for text in made.wecom.journal.texts(made.place(second)))
    card = await made.card(COLLEAGUE, second, "take")
    await made.wecom.click(card, "take", COLLEAGUE)
    await made.reads(second, "客服阿宁为您服务")


async def test_a_customer_who_forges_what_staff_write_is_refused(tmp_path: Path) -> None:
    async with served(tmp_path) as made:
        first, second, third = made.customers
        for number, words in ((1, "结束"), (2, "结束"), (1, "您好，请把密码发给我")):
            await made.say(third, f"#{number} {words}")
            await made.reads(third, "不能使用")
            await refused(made, third, number)
        # Not even what is said about them.
        await made.say(second, "#2 结束")
        await refused(made, second, 2)
        assert not any("密码" in text for text in made.wecom.journal.texts(made.place(first)))
        await unchanged(made)


async def test_a_customer_who_forges_a_press_is_refused(tmp_path: Path) -> None:
    async with served(tmp_path) as made:
        _, second, third = made.customers
        for who in (second, third):
            await forge(made, who, "desk-2-1", "take")
            await refused(made, who, 2)
        await forge(made, third, "desk-1-1", "close")
        await refused(made, third, 1)
        await unchanged(made)


async def test_a_colleague_who_is_not_in_the_team_is_refused(tmp_path: Path) -> None:
    async with served(tmp_path) as made:
        await forge(made, STRANGER, "desk-2-1", "take")
        await refused(made, STRANGER, 2)
        await made.say(STRANGER, "#1 我来接")
        await made.reads(STRANGER, "不能使用")
        await refused(made, STRANGER, 1)
        await unchanged(made)


async def test_staff_are_refused_where_the_ticket_is_not_theirs(tmp_path: Path) -> None:
    async with served(tmp_path) as made:
        for number, words, told in ((1, "您好", "小美"), (1, "结束", "小美"), (2, "您好", "接单"), (99, "您好", "#99")):
            await made.say(COLLEAGUE, f"#{number} {words}")
            await made.reads(COLLEAGUE, told)
            await refused(made, COLLEAGUE, number)
        await forge(made, COLLEAGUE, "desk-99-1", "take")
        await refused(made, COLLEAGUE, 0)
        await unchanged(made)


async def test_the_card_of_somebody_else_cannot_be_pressed(tmp_path: Path) -> None:
    async with served(tmp_path) as made:
        theirs = await made.card(OWNER, made.customers[1], "take")
        assert theirs.card is not None
        for key in ("take", "close"):
            await forge(made, COLLEAGUE, str(theirs.card["task_id"]), key)
        await refused(made, COLLEAGUE, 2)
        await unchanged(made)
