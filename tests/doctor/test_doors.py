"""The doors that are not called back: a long connection, a group's webhook."""

from collections.abc import Awaitable, Callable, Mapping

import pytest

from bot.app import Wiring, running
from bot.cli.doctor import diagnoses
from bot.cli.doctor.diagnosis import Diagnosis
from bot.simulator.doors import Webhook
from tests.doctor.conftest import Clinic, free_port

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
GROUP = "wrDoctor"


@pytest.fixture
def webhook(clinic: Clinic) -> Webhook:
    """The clinic with a bot on its long connection and a group's webhook, too."""
    clinic.wecom.add_bot("长线", bot_id="aibLong", secret="LongSecret0001")
    clinic.wecom.add_group(GROUP, "内测群", members=["admin01"])
    added = clinic.wecom.add_webhook(GROUP, "播报")
    clinic.say(LONG_SECRET="LongSecret0001", WEBHOOK_KEY=added.key)
    clinic.write(more=SOCKET + WEBHOOK)
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


BREAKS: Mapping[Break, Diagnosis] = {
    secret_of_the_app: diagnoses.SOCKET_SECRET,
    no_way_out: diagnoses.SOCKET_UNREACHABLE,
    removed_webhook: diagnoses.WEBHOOK_KEY,
    disabled_webhook: diagnoses.WEBHOOK_DISABLED,
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
