"""微信客服 on the page: a customer's side and the servicers' side."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.simulator.kf_accounts import KfAccount, State
from tests.waiting import until

from .listener import silent
from .paged import House, paged

HERE = "kf:客服|direct|wkShop/wmLin"


@dataclass
class Shop:
    """A company with an account, a customer, and a servicer."""

    house: House
    account: KfAccount

    def now_in(self, state: State, servicer: str = "") -> None:
        """What the bot would have done by service_state/trans."""
        session = self.account.session("wmLin", self.house.clock)
        session.state, session.servicer = state, servicer


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    """An account that the bot's program hears of."""
    async with paged() as house:
        wecom = house.company.wecom
        kf = wecom.add_kf("客服")
        await house.company.listen(kf, silent)
        wecom.add_customer("wmLin", "小林")
        yield Shop(house, wecom.kf.open_account(kf, "wkShop", "沐屿客服", servicers=["wang.wu"]))


async def test_a_customer_has_the_accounts_and_nothing_else(shop: Shop) -> None:
    async with shop.house.reading() as reader:
        (state,) = reader.of("state")
    people = {one["id"]: one for one in state["people"]}
    assert [(place["id"], place["title"]) for place in people["wmLin"]["places"]] == [(HERE, "沐屿客服")]
    assert people["wmLin"]["role"] == "客户"
    assert "served" not in [place["kind"] for place in people["wang.wu"]["places"]]


async def test_what_a_customer_writes_is_hinted_at_and_the_servicer_finds_it(shop: Shop) -> None:
    async with shop.house.reading() as reader:
        assert await shop.house.order("enter", person="wmLin", place=HERE) == 200
        assert await shop.house.order("say", person="wmLin", place=HERE, text="漏了") == 200
        await until(lambda: "漏了" in reader.texts() and reader.of("people"))
        entered, said = reader.records().values()
        assert (entered["deed"], entered["text"]) == (True, "enter_session")
        assert (said["deed"], said["human"], said["from"], said["person"]) == (False, True, "小林", "wmLin")
        people = {one["id"]: one for one in reader.of("people")[-1]["people"]}
        (place,) = [place for place in people["wang.wu"]["places"] if place["kind"] == "served"]
        assert (place["id"], place["title"]) == (HERE, "小林（沐屿客服）")


async def test_a_servicer_takes_who_waits_answers_and_ends(shop: Shop) -> None:
    await shop.house.order("say", person="wmLin", place=HERE, text="漏了")
    shop.now_in(State.POOL)
    async with shop.house.reading() as reader:
        assert await shop.house.order("say", person="wang.wu", place=HERE, text="给您补发") == 200
        await until(lambda: "给您补发" in reader.texts())
        answer = next(one for one in reader.records().values() if one["text"] == "给您补发")
        assert (answer["human"], answer["from"], answer["kind"]) == (True, "王五", "seen")
    assert await shop.house.order("end", person="wang.wu", place=HERE) == 200
    assert shop.account.session("wmLin", shop.house.clock).state is State.ENDED


async def test_nobody_talks_over_the_bot_or_a_colleague(shop: Shop) -> None:
    await shop.house.order("say", person="wmLin", place=HERE, text="在吗")
    shop.now_in(State.BOT)
    assert await shop.house.order("say", person="wang.wu", place=HERE, text="我来") == 409
    assert "机器人在接待" in shop.house.told["error"]
    assert await shop.house.order("say", person="li.na", place=HERE, text="我来") == 409
    assert await shop.house.order("end", person="wmLin", place=HERE) == 409
