"""The journal, by which tests judge."""

import asyncio
import io
import json

import pytest

from bot.simulator import Conversation, Journal

from .conftest import Company, MovedClock
from .listener import in_turn, stream

PLACE = Conversation("app:助手", "direct", "li.na")


def test_an_exchange_is_open_from_its_beginning_to_its_end() -> None:
    clock = MovedClock(100.0)
    journal = Journal(clock)
    call = journal.call("/cgi-bin/message/send", {})
    clock.moment = 102.0
    journal.end(call.number, status=200)
    open_at = {moment: len(journal.inflight_at(moment)) for moment in (99, 100, 101, 102, 103)}
    assert open_at == {99: 0, 100: 1, 101: 1, 102: 0, 103: 0}
    assert len(journal.inflight_at(102.3, slack=0.5)) == 1


async def test_waiting_ends_with_the_first_entry_that_fits() -> None:
    journal = Journal(MovedClock())
    waiting = asyncio.create_task(journal.wait_for(lambda found: found.texts(PLACE)))
    await asyncio.sleep(0)
    journal.record("seen", PLACE, "li.na", text="一")
    assert await waiting == ["一"]
    with pytest.raises(TimeoutError):
        await journal.wait_for(lambda found: len(found) > 1, 0.01)


async def test_many_entries_are_quick_to_ask_about() -> None:
    journal = Journal(MovedClock())
    for number in range(10_000):
        journal.record("seen", PLACE, "li.na", text=str(number), answers=f"m{number}")
        journal.attempt(PLACE, msgid=f"m{number}", situation="message", delivery=1)
    assert len(journal.texts(PLACE)) == 10_000
    assert [record.text for record in journal.answers_to("m9999")] == ["9999"]


async def test_the_dump_is_json_lines_without_secrets(company: Company) -> None:
    await company.listen(company.bot, in_turn(stream("s-1", "好")))
    await (await company.wecom.direct(company.bot, "li.na", "在吗")).delivered()
    await company.send("你好")
    out = io.StringIO()
    company.wecom.journal.dump(out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["entry"] for line in lines] == ["call", "record", "attempt", "record", "call", "record"]
    assert company.token not in out.getvalue()
    assert "s3cret" not in out.getvalue()
    assert [entry.number for entry in company.wecom.journal] == list(range(6))
