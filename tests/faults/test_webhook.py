"""A group hears every alert at most once, whoever dies while it is sent; what is in doubt is admitted."""

import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.simulator import Conversation, Disorder
from tests.faults.company import company
from tests.faults.points import TAKEN, UNSTORED, WRITTEN
from tests.faults.trial import OWN, QUICK
from tests.faults.verdict import IN_DOUBT, outbox_of
from tests.faults.victim import Victim

CUSTOMERS = 6
GROUP = "wrOnDuty"
WEBHOOK = f"""

[[channels]]
kind = "webhook"
name = "值班"
key = "env:WEBHOOK_KEY"

[[groups]]
name = "值班群"
id = "{GROUP}"
doors = ["webhook:值班"]
alerts = ["售后组"]
"""


@pytest.fixture
async def victim(tmp_path: Path) -> AsyncIterator[Victim]:
    async with company(tmp_path, seed=1, timing=QUICK, disorder=Disorder(), stores=OWN) as world:
        world.wecom.add_group(GROUP, "值班群", members=["mei01", "ning01"])
        key = world.wecom.add_webhook(GROUP, "值班").key
        world.config.write_text(world.config.read_text() + WEBHOOK)
        made = Victim(replace(world, environ={**world.environ, "WEBHOOK_KEY": key}))
        yield made
        await made.clear_away()


@pytest.mark.parametrize(("point", "nth"), [(TAKEN, 3), (WRITTEN, 5), (UNSTORED, 4)])
async def test_a_group_hears_every_alert_at_most_once(victim: Victim, point: str, nth: int) -> None:
    wecom, app = victim.company.wecom, victim.company.app
    await victim.start(point, nth)
    for number in range(CUSTOMERS):
        wecom.add_member(f"gast{number}")
        await wecom.say(app, f"gast{number}", "转人工")
    death = await victim.dies()
    assert death.status == -signal.SIGKILL
    await victim.start()
    await wecom.settle(60)
    await victim.rest()

    heard = [
        record.text for record in wecom.journal.records() if record.kind == "seen" and _is_there(record.conversation)
    ]
    doubtful = [
        row for row in await outbox_of(victim.company) if row.lane.startswith("webhook:") and row.state in IN_DOUBT
    ]
    assert len(heard) == len(set(heard))
    assert len(heard) + len(doubtful) >= CUSTOMERS
    # What was claimed and not yet written is in doubt as well.
    assert len(doubtful) <= len(wecom.journal.inflight_at(death.at, 0.5)) + 1


def _is_there(place: Conversation) -> bool:
    return place.native == GROUP
