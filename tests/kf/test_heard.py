"""What 微信客服 tells besides words, and pulling where WeCom or the network is untidy."""

import logging
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.simulator import Errcode, KfDisorder
from tests.kf.shop import Shop, shop
from tests.waiting import until


def counted(place: Shop, kind: str) -> float:
    """How many events of a kind were heard at the door."""
    families = text_string_to_metric_families(place.bot.metrics.text().decode())
    samples = [sample for family in families for sample in family.samples if sample.name == "qunban_heard_total"]
    return sum(sample.value for sample in samples if sample.labels == {"door": "kf:客服", "kind": kind})


async def count(place: Shop, topic: str) -> int:
    return len(await place.events(topic))


async def test_unknown_kinds_are_kept_counted_and_logged_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with shop(tmp_path) as place:
        with caplog.at_level(logging.WARNING):
            for _ in range(3):
                await place.wecom.kf.event(place.account, "wmLin", "brand_new", {"colour": "red"})
                await place.wecom.kf.send_raw(place.account, "wmLin", "sticker", {"media_id": "M"})
            await until(lambda: counted(place, "brand_new") == counted(place, "sticker") == 3)
        said = [record.getMessage() for record in caplog.records if "nobody knows" in record.getMessage()]
        assert [words.rpartition(": ")[2] for words in said] == ["event.brand_new", "sticker"]
        assert await count(place, "noticed:brand_new") == 3
        assert await place.sees(3) == ["这类消息我还看不懂，请用文字说一下～"] * 3


async def test_a_recalled_message_is_told_to_nobody_but_noted(tmp_path: Path) -> None:
    async with shop(tmp_path) as place:
        said = await place.say("说错了")
        await place.wecom.kf.recall(place.account, said)
        await until(lambda: is_count(place, "recalled", 1))
        assert (await place.events("recalled"))[0].reason == "客户撤回了一条消息"


async def is_count(place: Shop, topic: str, wanted: int) -> bool:
    return await count(place, topic) == wanted


async def test_accounts_that_are_granted_or_taken_away_are_noticed(tmp_path: Path) -> None:
    async with shop(tmp_path) as place:
        await place.wecom.kf.grant(place.door, added="wkNew")
        await until(lambda: is_count(place, "noticed:kf_account_auth_change", 1))


async def test_pulling_goes_on_when_wecom_forgets_cursor_and_token(tmp_path: Path) -> None:
    async with shop(tmp_path) as place:
        await place.say("天王盖地虎")
        await place.sees(1)
        place.account.log._cursors.clear()
        place.account.log._tokens.clear()
        await place.say("天王盖地虎")
        assert await place.sees(2) == ["宝塔镇河妖"] * 2
        codes = {call.errcode for call in place.wecom.journal.calls("/cgi-bin/kf/sync_msg")}
        assert Errcode.BAD_CURSOR in codes


async def test_pulling_goes_on_after_faults_of_the_network(tmp_path: Path) -> None:
    async with shop(tmp_path) as place:
        path = "/cgi-bin/kf/sync_msg"
        place.wecom.faults.reset(path=path, times=1)
        place.wecom.faults.fail(path=path, times=1)
        place.wecom.faults.half_answer(path=path, times=1)
        await place.say("天王盖地虎")
        assert await place.sees(1) == ["宝塔镇河妖"]


async def test_a_lost_answer_to_a_message_is_no_second_message(tmp_path: Path) -> None:
    async with shop(tmp_path) as place:
        place.account.managed = False
        place.wecom.faults.half_answer(path="/cgi-bin/kf/send_msg", times=1)
        await place.say("天王盖地虎")
        path = "/cgi-bin/kf/send_msg"
        await until(lambda: len([call for call in place.wecom.journal.calls(path) if call.ended]) == 2)
        await until(lambda: all_done(place))
        assert place.texts() == ["宝塔镇河妖"]


async def all_done(place: Shop) -> bool:
    return len(await place.rows("done")) == 1 and not await place.rows("waiting")


async def test_a_hint_that_is_lost_is_made_good_by_the_next_one(tmp_path: Path) -> None:
    async with shop(tmp_path) as place:
        await place.say("天王盖地虎", "wmZhou")
        await place.sees(1, "wmZhou")
        place.wecom.kf.disorder = KfDisorder(lost_hints=1.0)
        await place.say("天王盖地虎")
        place.wecom.kf.disorder = KfDisorder()
        await place.wecom.kf.hint(place.account)
        assert await place.sees(1) == ["宝塔镇河妖"]
