"""What the channel says in which way, and what it makes of refusals: by what people see."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.door import Delivery, Fault, SendError
from bot.types.actions import Button, Card, Content, Image, Text
from bot.types.attachments import Attachment
from bot.types.events import Clicked, Conversation, Event, Media, Message
from tests.longline.station import DOOR, Station, Stores, station
from tests.longline.test_posts import stores  # noqa: F401 - the same stores
from tests.waiting import until

pytestmark = pytest.mark.parametrize("pair", ["embedded"], indirect=True)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(1 << 20)
CARD = Card(task="quiz-1", title="选一个", buttons=(Button("a", "甲"),))


@pytest.fixture
async def one(stores: Stores) -> AsyncIterator[Station]:  # noqa: F811 - the fixture
    async with station(stores, "one") as made, made.at_work():
        await made.take()
        yield made


async def heard(one: Station) -> Event:
    """The event that was stored last."""
    while True:
        entries = await one.inbox.read(dict.fromkeys(range(4), "0-0"), 1.0, 64)
        events = [entry.event for entry in entries if hasattr(entry, "event")]
        if events:
            await one.inbox.ack(entries)
            return max(events, key=lambda event: event.received_at)


async def asked(one: Station, text: str = "你好") -> Event:
    await one.stores.wecom.direct(one.stores.robot, "li.na", text)
    return await heard(one)


def delivery(event: Event, content: Content, **changes: object) -> Delivery:
    said = Delivery(id=f"{event.id}:0", to=event.conversation, member=event.member, content=content, route=event.route)
    return replace(said, **changes)  # type: ignore[arg-type]


async def fault(one: Station, said: Delivery) -> Fault:
    with pytest.raises(SendError) as failed:
        await one.channel.send(said)
    return failed.value.fault


def texts(one: Station) -> list[str]:
    return one.stores.wecom.journal.texts()


async def test_the_same_words_after_an_unknown_outcome_show_nothing_twice(one: Station) -> None:
    said = delivery(await asked(one), Text(body="答案"))
    await one.channel.send(said)
    await one.channel.send(replace(said, unknown=True))
    assert texts(one) == ["答案"]
    assert [record.kind for record in one.stores.wecom.journal.records() if record.kind == "repeat"] == ["repeat"]


async def test_what_has_no_key_is_not_said_again_after_an_unknown_outcome(one: Station) -> None:
    event = await asked(one)
    await one.channel.send(delivery(event, CARD))
    assert await fault(one, delivery(event, CARD, unknown=True)) == Fault.REFUSED
    assert len(one.stores.wecom.journal.seen()) == 1


@pytest.mark.parametrize("content", [Text(body="晚了"), CARD])
async def test_an_answer_whose_req_id_is_not_taken_any_more_is_pushed(one: Station, content: Content) -> None:
    event = await asked(one)
    one.stores.wecom.faults.fail(846605, path="/socket/aibot_respond_msg", times=1)
    await one.channel.send(delivery(event, content))
    (seen,) = one.stores.wecom.journal.seen()
    assert (seen.msgtype == "template_card", seen.via) == (content is CARD, "push")


async def test_frames_under_one_req_id_wait_for_each_other_whenever_they_come(one: Station) -> None:
    event = await asked(one)
    one.stores.wecom.faults.slow(0.2, path="/socket/aibot_respond_msg", times=3)

    def say(words: str) -> "asyncio.Task[object]":
        shown = {"id": words, "finish": True, "content": words}
        body = {"msgtype": "stream", "stream": shown}
        return asyncio.create_task(one.channel.socket.call("aibot_respond_msg", body, event.route.code))

    first, second = say("一"), say("二")
    await first
    await asyncio.gather(second, say("三"))
    assert texts(one) == ["一", "二", "三"]


async def test_after_a_day_an_answer_is_pushed(one: Station) -> None:
    event = await asked(one)
    old = replace(event.route, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    await one.channel.send(delivery(event, Text(body="隔天"), route=old))
    assert [record.via for record in one.stores.wecom.journal.seen()] == ["push"]


async def test_a_push_waits_where_nobody_has_spoken_yet(one: Station) -> None:
    said = Delivery(id="n:0", to=Conversation(DOOR, "direct", "li.na"), member="", content=Text(body="提醒"))
    assert await fault(one, said) == Fault.UNROUTED
    await asked(one)
    await one.channel.send(said)
    assert texts(one) == ["提醒"]


async def test_a_clicked_card_is_replaced_in_time_only(one: Station) -> None:
    await one.channel.send(delivery(await asked(one), CARD))
    (card,) = one.stores.wecom.journal.seen()
    await one.stores.wecom.click(card, "a", "li.na")
    event = await heard(one)
    assert isinstance(event, Clicked)
    late = replace(event.route, expires_at=datetime.now(UTC))
    assert await fault(one, delivery(event, replace(CARD, done="已选"), update=True, route=late)) == Fault.REFUSED
    await one.channel.send(delivery(event, replace(CARD, done="已选"), update=True))
    assert (one.stores.wecom.journal.at(card.number).card or {})["replace_text"] == "已选"


async def test_pictures_go_up_in_pieces_once_and_are_said_by_their_id(one: Station, tmp_path: Path) -> None:
    (tmp_path / "图.png").write_bytes(PNG)
    kept: Attachment = one.stores.folder.keep(tmp_path / "图.png")
    event = await asked(one)
    for number in range(2):
        await one.channel.send(delivery(event, Image(file=kept), id=f"x:{number}"))
    seen = one.stores.wecom.journal.seen()
    assert [record.text for record in seen] == ["[image] 图.png"] * 2
    assert one.stores.wecom.media.find(seen[0].media[0]).content == PNG
    assert len(one.stores.wecom.journal.calls("/socket/aibot_upload_media_chunk")) == 3


async def test_what_people_send_is_deciphered_with_its_own_key(one: Station) -> None:
    for content in (b"first file", b"second file"):
        await one.stores.wecom.share(one.stores.robot, "li.na", "file", content, "报告.txt")
        event = await heard(one)
        assert isinstance(event, Message)
        (media,) = event.media
        async with one.channel.fetch(media) as incoming:
            assert b"".join([piece async for piece in incoming.pieces]) == content
            assert incoming.name == "报告.txt"
        with pytest.raises(Exception, match="解不开"):
            async with one.channel.fetch(Media("file", url=media.url, key="AAAA")) as incoming:
                _ = [piece async for piece in incoming.pieces]


async def test_the_budget_of_a_conversation_is_kept(one: Station) -> None:
    event = await asked(one)
    for number in range(30):
        await one.channel.send(delivery(event, Text(body=f"第 {number} 句"), id=f"b:{number}"))
    with pytest.raises(SendError) as failed:
        await one.channel.send(delivery(event, Text(body="太多"), id="b:30"))
    assert failed.value.fault == Fault.LIMITED
    assert failed.value.after is not None and failed.value.after > timedelta(seconds=30)
    assert not one.stores.wecom.journal.records("dropped")


async def test_without_a_connection_what_is_said_waits(one: Station) -> None:
    event = await asked(one)
    one.stores.wecom.sockets.accepting = False
    one.stores.wecom.sockets.drop(one.stores.robot)
    assert await fault(one, delivery(event, Text(body="等等"))) in (Fault.BUSY, Fault.UNKNOWN)


async def test_what_cannot_leave_costs_nothing_of_the_budget(one: Station) -> None:
    event = await asked(one)
    one.stores.wecom.sockets.accepting = False
    one.stores.wecom.sockets.drop(one.stores.robot)
    await until(lambda: not one.is_up)
    for _ in range(2):
        assert await fault(one, delivery(event, Text(body="等等"))) == Fault.BUSY
    assert not await one.stores.redis.exists(f"qb:rate:{event.conversation.key}")


async def test_an_acknowledgement_that_stays_away_leaves_the_outcome_open_and_the_line_new(one: Station) -> None:
    event = await asked(one)
    one.stores.wecom.faults.half_answer(path="/socket/aibot_respond_msg", times=1)
    said = delivery(event, Text(body="到了吗"))
    assert await fault(one, said) == Fault.UNKNOWN
    await one.channel.send(replace(said, unknown=True))
    assert texts(one) == ["到了吗"]


async def test_events_of_every_kind_are_heard_and_unknown_ones_too(one: Station) -> None:
    wecom, robot = one.stores.wecom, one.stores.robot
    await wecom.enter_chat(robot, "li.na")
    assert (await heard(one)).topic == "opened"
    await wecom.mix(robot, "li.na", ["看图", b"png"])
    mixed = await heard(one)
    assert isinstance(mixed, Message) and mixed.text == "看图" and mixed.media[0].key
    await wecom.dictate(robot, "li.na", "语音")
    assert getattr(await heard(one), "text", "") == "语音"
    await wecom.bot_event(robot, "li.na", "something_new")
    assert (await heard(one)).topic == "noticed:something_new"
    await wecom.talk_raw(robot, "li.na", {"msgtype": "hologram", "hologram": {}})
    assert (await heard(one)).topic == "noticed:hologram"
