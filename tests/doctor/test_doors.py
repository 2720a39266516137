"""The other doors: a long connection, a group's webhook, 微信客服."""

from collections.abc import Awaitable, Callable, Mapping

import pytest

from bot.app import Wiring, running
from bot.cli.doctor import diagnoses
from bot.cli.doctor.diagnosis import Diagnosis
from bot.simulator import Errcode
from bot.simulator.doors import Webhook
from bot.store.embedded import embedded
from bot.store.redis import connect
from tests.doctor.conftest import Clinic
from tests.ports import free_port

SOCKET = """
[[channels]]
kind = "aibot"
name = "长线"
mode = "socket"
bot_id = "aibLong"
secret = "env:LONG_SECRET"
"""
WEBHOOK = """
[[channels]]
kind = "webhook"
name = "播报"
key = "env:WEBHOOK_KEY"
"""
KF = """
[[channels]]
kind = "kf"
name = "客服"
open_kfid = "wkShop"
secret = "env:KF_SECRET"
token = "env:KF_TOKEN"
aes_key = "env:KF_AES_KEY"
"""
GROUP = "wrDoctor"


@pytest.fixture
def webhook(clinic: Clinic) -> Webhook:
    """A group's webhook; the clinic has it, a bot on its long connection, and an account of 微信客服, too."""
    clinic.wecom.add_bot("长线", bot_id="aibLong", secret="LongSecret0001")
    clinic.wecom.add_group(GROUP, "内测群", members=["admin01"])
    added = clinic.wecom.add_webhook(GROUP, "播报")
    clinic.say(LONG_SECRET="LongSecret0001", WEBHOOK_KEY=added.key)
    kf = clinic.wecom.add_kf("客服", secret="KfSecret0001", token="KfToken")
    clinic.wecom.kf.open_account(kf, "wkShop", "小店客服", servicers=["admin01"])
    clinic.say(KF_SECRET=kf.secret, KF_TOKEN=kf.token, KF_AES_KEY=kf.aes_key)
    clinic.write(more=SOCKET + WEBHOOK + KF)
    return added


Break = Callable[[Clinic, Webhook], Awaitable[None]]


async def secret_of_the_app(clinic: Clinic, webhook: Webhook) -> None:
    clinic.say(LONG_SECRET=clinic.app.secret)


async def no_way_out(clinic: Clinic, webhook: Webhook) -> None:
    clinic.write(socket=f"ws://127.0.0.1:{free_port()}")


async def removed_webhook(clinic: Clinic, webhook: Webhook) -> None:
    clinic.wecom.webhooks.remove(webhook)


async def disabled_webhook(clinic: Clinic, webhook: Webhook) -> None:
    clinic.wecom.webhooks.disable(webhook)


async def app_that_may_not(clinic: Clinic, webhook: Webhook) -> None:
    clinic.wecom.faults.fail(Errcode.NO_PERMISSION, path="/cgi-bin/kf/*")


async def api_switched_off(clinic: Clinic, webhook: Webhook) -> None:
    clinic.wecom.faults.fail(Errcode.KF_API_OFF, path="/cgi-bin/kf/*")


async def another_account(clinic: Clinic, webhook: Webhook) -> None:
    clinic.write(more=KF.replace("wkShop", "wkShip"))


async def account_of_another_app(clinic: Clinic, webhook: Webhook) -> None:
    clinic.wecom.kf.open_account(clinic.wecom.add_kf("别的", secret="OtherKfSecret"), "wkOther", servicers=["admin01"])
    clinic.write(more=KF.replace("wkShop", "wkOther"))


async def nobody_receives(clinic: Clinic, webhook: Webhook) -> None:
    kf = clinic.wecom.add_kf("夜班", secret="NightKfSecret")
    clinic.wecom.kf.open_account(kf, "wkNight")
    clinic.say(KF_SECRET=kf.secret)
    clinic.write(more=KF.replace("wkShop", "wkNight"))


async def void_cursor(clinic: Clinic, webhook: Webhook) -> None:
    """What the bot remembers comes from another company's account."""
    redis = connect(await clinic.stack.enter_async_context(embedded(clinic.folder / "data")))
    clinic.stack.push_async_callback(redis.aclose)
    await redis.set("qb:cursor:kf:客服:wkShop", ">CfromElsewhere")


BREAKS: Mapping[Break, Diagnosis] = {
    secret_of_the_app: diagnoses.SOCKET_SECRET,
    no_way_out: diagnoses.SOCKET_UNREACHABLE,
    removed_webhook: diagnoses.WEBHOOK_KEY,
    disabled_webhook: diagnoses.WEBHOOK_DISABLED,
    app_that_may_not: diagnoses.KF_NOT_ALLOWED,
    api_switched_off: diagnoses.KF_API_OFF,
    another_account: diagnoses.KF_ACCOUNT_UNKNOWN,
    account_of_another_app: diagnoses.KF_ACCOUNT_UNGRANTED,
    nobody_receives: diagnoses.KF_NO_SERVICER,
    void_cursor: diagnoses.KF_CURSOR_VOID,
}


@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: broken.__name__)
async def test_one_broken_thing_is_found_and_named(broken: Break, clinic: Clinic, webhook: Webhook) -> None:
    await broken(clinic, webhook)
    assert await clinic.found() == [BREAKS[broken].code]


async def test_nothing_is_found_and_nothing_is_seen_where_all_is_in_order(clinic: Clinic, webhook: Webhook) -> None:
    report = await clinic.examine()
    assert report["ok"], report
    assert {step["state"] for step in report["steps"]} == {"passed"}
    assert clinic.wecom.journal.records() == []


async def test_a_bot_at_work_keeps_its_connection(clinic: Clinic, webhook: Webhook) -> None:
    async with running(clinic.write(), Wiring()):
        steps = (await clinic.examine("aibot:长线"))["steps"]
    states = {step["name"]: step["state"] for step in steps}
    assert (states["长连接"], clinic.wecom.sockets.kicked) == ("skipped", 0)
