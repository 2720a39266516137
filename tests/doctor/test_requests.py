"""WeCom's own URL verification explained: as it comes, or as a gateway's log has it."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping

import pytest

from bot.cli.doctor import diagnoses
from bot.cli.doctor.diagnosis import Diagnosis
from bot.simulator import Door
from tests.doctor.conftest import Clinic
from tests.waiting import until

Break = Callable[[Clinic], Awaitable[None]]
OTHER_KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
SECOND = """
[[channels]]
kind = "app"
name = "打卡"
agent_id = 1000007
secret = "env:OTHER_SECRET"
token = "env:OTHER_TOKEN"
aes_key = "env:OTHER_AES_KEY"
"""


async def another_token(clinic: Clinic) -> None:
    clinic.say(APP_TOKEN="SomethingElse")


async def another_aes_key(clinic: Clinic) -> None:
    clinic.say(APP_AES_KEY=OTHER_KEY)


async def another_company(clinic: Clinic) -> None:
    clinic.write(corp="ww9999888877776666")


async def url_of_another_app(clinic: Clinic) -> None:
    clinic.say(OTHER_SECRET="s", OTHER_TOKEN="OtherToken", OTHER_AES_KEY=OTHER_KEY)
    clinic.write(more=SECOND)
    clinic.wecom.connect(clinic.app, f"{clinic.gateway.url}/cb/app/打卡")


async def url_of_a_bot(clinic: Clinic) -> None:
    clinic.wecom.connect(clinic.app, f"{clinic.gateway.url}/cb/aibot/小助手")


async def url_of_a_bot_with_the_same_keys(clinic: Clinic) -> None:
    clinic.say(BOT_TOKEN=clinic.app.token, BOT_AES_KEY=clinic.app.aes_key)
    await url_of_a_bot(clinic)


async def another_path(clinic: Clinic) -> None:
    clinic.wecom.connect(clinic.app, f"{clinic.gateway.url}/wecom/callback")


async def lost_query(clinic: Clinic) -> None:
    clinic.gateway.target = lambda target: target.partition("?")[0]


async def decoded_query(clinic: Clinic) -> None:
    clinic.gateway.target = lambda target: target.replace("%2B", "+")


async def cut_query(clinic: Clinic) -> None:
    clinic.gateway.target = lambda target: target.replace("echostr=", "echo=")


BREAKS: Mapping[Break, Diagnosis] = {
    another_token: diagnoses.TOKEN_WRONG,
    another_aes_key: diagnoses.AES_KEY_WRONG,
    another_company: diagnoses.RECEIVER_WRONG,
    url_of_another_app: diagnoses.DOORS_MIXED,
    url_of_a_bot: diagnoses.KIND_MIXED,
    url_of_a_bot_with_the_same_keys: diagnoses.KIND_MIXED,
    another_path: diagnoses.PATH_UNKNOWN,
    lost_query: diagnoses.QUERY_LOST,
    decoded_query: diagnoses.QUERY_PLUS,
    cut_query: diagnoses.STRANGER,
}


async def asked(clinic: Clinic, door: Door) -> str:
    """A verification of WeCom's as it passes the gateway, one with a "+" in its echo."""
    plain = clinic.gateway.target
    whole: list[str] = []
    clinic.gateway.target = lambda target: whole.append(target) or plain(target)  # type: ignore[func-returns-value]
    while not whole or "%2B" not in whole[-1]:
        await clinic.wecom.verify(door)
    return clinic.gateway.seen[-1]


@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: broken.__name__)
async def test_a_request_of_wecoms_is_explained(broken: Break, clinic: Clinic) -> None:
    await broken(clinic)
    target = await asked(clinic, clinic.app)
    status, said = await clinic.doctor("--json", "--request", target)
    assert (status, [one["code"] for one in json.loads(said)["diagnoses"]]) == (1, [BREAKS[broken].code])


async def test_a_request_that_is_in_order_is_said_to_be(clinic: Clinic) -> None:
    target = await asked(clinic, clinic.bot)
    line = f'1.2.3.4 - - [22/Nov/2026:09:00:00 +0800] "GET {target} HTTP/1.1" 200 19 "-" "Mozilla/4.0"'
    status, said = await clinic.doctor("--request", line)
    assert (status, said) == (0, "  ✓ aibot:小助手 的 URL 验证通过\n")


async def test_waiting_ends_when_wecom_is_content(clinic: Clinic) -> None:
    waiting = asyncio.create_task(clinic.doctor("--wait", "--seconds", "15"))
    await until(lambda: clinic.wecom.verify(clinic.app))
    assert await clinic.wecom.verify(clinic.bot)
    status, said = await waiting
    assert status == 0
    assert "app:助手 的 URL 验证通过" in said and "aibot:小助手 的 URL 验证通过" in said


async def test_waiting_says_at_once_what_is_wrong_with_a_verification(clinic: Clinic) -> None:
    clinic.say(BOT_TOKEN="SomethingElse")
    waiting = asyncio.create_task(clinic.doctor("--wait", "aibot:小助手", "--seconds", "0.5"))
    while not waiting.done():
        assert not await clinic.wecom.verify(clinic.bot)
    status, said = await waiting
    assert status == 1
    assert "签名不符：Token 填错了" in said and "接收消息的设置页" in said


async def test_waiting_in_vain_is_not_passing(clinic: Clinic) -> None:
    assert await clinic.doctor("--wait", "--seconds", "0.05") == (1, "")


async def test_a_request_is_not_judged_by_keys_that_cannot_be_right(clinic: Clinic) -> None:
    clinic.environ.delenv("APP_TOKEN")
    status, said = await clinic.doctor("--request", "/cb/app?msg_signature=1")
    assert status == 1
    assert "环境变量没有设置  APP_TOKEN（token）" in said
