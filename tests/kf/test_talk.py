"""Customers of 微信客服 and the bot, through the whole bot."""

from pathlib import Path

from bot.simulator import KfDisorder
from tests.kf.shop import shop


async def test_a_customer_is_answered(tmp_path: Path) -> None:
    async with shop(tmp_path) as place:
        await place.say("天王盖地虎")
        assert await place.sees(1) == ["宝塔镇河妖"]
        assert place.seen()[0].via == "kf"


async def test_a_welcome_goes_out_on_its_code(tmp_path: Path) -> None:
    async with shop(tmp_path) as place:
        await place.wecom.kf.enter(place.account, "wmLin", "poster1", "a=1")
        assert await place.sees(1) == ["欢迎光临"]
        assert place.seen()[0].via == "kf_event"


async def test_every_message_of_a_burst_is_answered_though_no_hint_arrives_for_most(tmp_path: Path) -> None:
    async with shop(tmp_path) as place:
        place.wecom.kf.disorder = KfDisorder(page=3, empty_pages=0.3)
        said = [(customer, "天王盖地虎") for customer in ("wmLin", "wmlin", "wmZhou") for _ in range(4)]
        await place.wecom.kf.say_all(place.account, said)
        for customer in ("wmLin", "wmlin", "wmZhou"):
            assert await place.sees(4, customer) == ["宝塔镇河妖"] * 4


async def test_customers_are_called_by_the_names_they_chose(tmp_path: Path) -> None:
    rule = '[[replies]]\nname = "你好"\nexact = "你好"\nreply = "{nickname}，您好"'
    async with shop(tmp_path, more=rule) as place:
        await place.say("你好")
        assert await place.sees(1) == ["小林，您好"]


async def test_customers_whose_ids_differ_in_case_alone_are_two(tmp_path: Path) -> None:
    async with shop(tmp_path) as place:
        await place.say("天王盖地虎", "wmlin")
        assert await place.sees(1, "wmlin") == ["宝塔镇河妖"]
        assert place.texts("wmLin") == []
