"""Texts that wait for a door's budget leave together: in their order, every word, and once."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from aiohttp import ClientSession
from redis.asyncio import Redis

from bot.channels import build
from bot.channels.door import Capabilities, Channel, Delivery, Fault, Promise, SendError
from bot.channels.settings import CHANNELS, WECOM, WebhookDoor, Wecom
from bot.simulator import WeCom
from bot.store.attachments import Folder
from bot.types.actions import Card, Notify, Reply, Text
from bot.types.context import Context
from bot.types.events import Conversation, Event, Message
from bot.types.outcome import Outcome, answered, silent
from tests.channels.conftest import SimulatorClock, Stated, secret
from tests.spine.conftest import MakeHouse
from tests.spine.house import House, Memo, message
from tests.waiting import until

DOOR = "webhook:推送"
GROUP = Conversation(DOOR, "group", "wrG1")
CAPABILITIES = Capabilities(
    64, (), Promise.UNKEYED, carries=frozenset(("text", "card")), joins=True, mentions=True, markdown_bytes=64
)
SPENT = SendError(Fault.LIMITED, "额度已用完", after=timedelta(seconds=60))


async def tell(event: Event, context: Context) -> Outcome:
    """Says every line of what was said in the group, for the member before its colon."""
    lines = event.text.split("\n") if isinstance(event, Message) else []
    named = [line.partition("：") for line in lines]
    return silent(*(Notify(to=GROUP, member=who, content=Text(body=said)) for who, _, said in named), reason="转告")


def told(make_house: MakeHouse, *failures: SendError, joins: bool = True, limit: int = 64) -> House:
    """A house whose group's door has spent its budget."""
    capabilities = Capabilities(
        limit, (), Promise.UNKEYED, carries=frozenset(("text", "card")), joins=joins, mentions=True
    )
    house = make_house(doors=(Memo(door=DOOR, capabilities=capabilities, failures=list(failures)),))
    house.handler.script = tell
    return house


async def states(house: House) -> list[str]:
    return [row.state for row in await house.rows() if row.kind != "emit"]


async def is_put_off(house: House) -> bool:
    return any(row.state == "waiting" and row.due_at > house.clock.now() for row in await house.rows())


async def are_done(house: House, count: int) -> bool:
    return await states(house) == ["done"] * count


async def test_what_waited_for_the_budget_leaves_as_one_message(make_house: MakeHouse) -> None:
    house = told(make_house, SPENT)
    async with house.at_work():
        await house.inbox.put(message("m1", "li.na：一\nwang.wu：二\n：三"))
        await until(lambda: is_put_off(house))
        house.clock.forward(seconds=61)
        await until(lambda: are_done(house, 3))
    first, joined = house.doors[0].sent
    assert (first.content, first.beside) == (Text(body="一"), ())
    assert (joined.content, joined.member, joined.beside) == (Text(body="一\n二\n三"), "li.na", ("wang.wu", ""))


async def test_nothing_is_joined_while_the_budget_lasts(make_house: MakeHouse) -> None:
    house = told(make_house)
    async with house.at_work():
        await house.inbox.put(message("m1", "：一\n：二\n：三"))
        await until(lambda: are_done(house, 3))
    assert house.doors[0].texts == ["一", "二", "三"]


async def test_a_door_that_joins_nothing_sends_one_by_one(make_house: MakeHouse) -> None:
    house = told(make_house, SPENT, joins=False)
    async with house.at_work():
        await house.inbox.put(message("m1", "：一\n：二"))
        await until(lambda: is_put_off(house))
        house.clock.forward(seconds=61)
        await until(lambda: are_done(house, 2))
    assert house.doors[0].texts == ["一", "一", "二"]


async def test_no_message_grows_over_the_limit_and_the_order_is_kept(make_house: MakeHouse) -> None:
    house = told(make_house, SPENT, limit=16)
    said = [f"第{number}条" for number in range(1, 8)]
    async with house.at_work():
        await house.inbox.put(message("m1", "\n".join(f"：{one}" for one in said)))
        await until(lambda: is_put_off(house))
        house.clock.forward(seconds=61)
        await until(lambda: are_done(house, 7))
    joined = house.doors[0].texts[1:]
    assert joined[0] == "第1条\n第2条"
    assert "\n".join(joined).split("\n") == said
    assert all(len(one.encode()) <= 16 for one in joined)


async def test_a_card_is_not_passed_by_what_is_said_after_it(make_house: MakeHouse) -> None:
    card = Card(task="desk-1", title="工单")

    async def script(event: Event, context: Context) -> Outcome:
        said = Text(body="一"), Text(body="二"), card, Text(body="三")
        return silent(*(Notify(to=GROUP, content=content) for content in said), reason="转告")

    house = told(make_house, SPENT)
    house.handler.script = script
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: is_put_off(house))
        house.clock.forward(seconds=61)
        await until(lambda: are_done(house, 4))
    assert house.doors[0].texts == ["一", "一\n二", "工单", "三"]


async def test_when_the_whole_is_refused_each_part_is_tried_for_itself(make_house: MakeHouse) -> None:
    refused = SendError(Fault.REFUSED, "内容被企业微信判为敏感", 40201)
    house = told(make_house, SPENT, refused, SPENT, SPENT, refused)
    async with house.at_work():
        await house.inbox.put(message("m1", "：一\n：二\n：三"))
        for _ in range(3):
            await until(lambda: is_put_off(house))
            house.clock.forward(seconds=61)
        await until(lambda: settled(house, 3))
    assert await states(house) == ["dead", "done", "done"]
    assert house.doors[0].texts == ["一", "一\n二\n三", "一", "一", "一", "二", "三"]


async def settled(house: House, count: int) -> bool:
    found = await states(house)
    return len(found) == count and not set(found) & {"waiting", "sending"}


async def test_what_may_have_arrived_together_is_uncertain_together(make_house: MakeHouse) -> None:
    house = told(make_house, SPENT, SendError(Fault.UNKNOWN, "断了"))
    async with house.at_work():
        await house.inbox.put(message("m1", "：一\n：二"))
        await until(lambda: is_put_off(house))
        house.clock.forward(seconds=61)
        await until(lambda: settled(house, 2))
        assert await states(house) == ["uncertain", "uncertain"]
        await house.inbox.put(message("m2", "：三"))
        await until(lambda: settled(house, 3))
    assert house.doors[0].texts == ["一", "一\n二", "三"]


async def test_a_process_that_died_while_it_sent_several_leaves_all_of_them_uncertain(make_house: MakeHouse) -> None:
    dying = told(make_house, SPENT)
    async with dying.at_work():
        await dying.inbox.put(message("m1", "：一\n：二"))
        await until(lambda: is_put_off(dying))
        dying.doors[0].gate.clear()
        dying.clock.forward(seconds=61)
        await until(lambda: are_sending(dying))
        heir = make_house(owner="heir", doors=(Memo(door=DOOR, capabilities=CAPABILITIES),), clock=dying.clock)
        async with heir.at_work():
            await until(lambda: settled(heir, 2))
        assert await states(heir) == ["uncertain", "uncertain"] and not heir.doors[0].sent
        dying.doors[0].gate.set()


async def are_sending(house: House) -> bool:
    return await states(house) == ["sending", "sending"]


async def test_what_has_expired_is_not_said_with_the_others(make_house: MakeHouse) -> None:
    async def script(event: Event, context: Context) -> Outcome:
        short = context.now + timedelta(seconds=30)
        contents = (("一", None), ("二", short), ("三", None))
        return answered(
            *(Notify(to=GROUP, content=Text(body=body), expires_at=end) for body, end in contents), reason="转告"
        )

    house = told(make_house, SPENT)
    house.handler.script = script
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: is_put_off(house))
        house.clock.forward(seconds=61)
        await until(lambda: settled(house, 3))
    assert house.doors[0].texts == ["一", "一\n三"] and await states(house) == ["done", "dead", "done"]


async def test_what_a_screen_took_exception_to_meanwhile_is_not_said_with_the_others(make_house: MakeHouse) -> None:
    house = told(make_house, SPENT)
    async with house.at_work():
        await house.inbox.put(message("m1", "：一\n：全网最低价"))
        await until(lambda: is_put_off(house))
        house.forbidden = "最低价"
        house.clock.forward(minutes=11)
        await until(lambda: are_done(house, 2))
    assert house.doors[0].texts == ["一", "一\n（这句话不便说）"]
    assert [row.id for row in await house.rows() if row.kind == "emit"] == ["m1:1:blocked"]


async def test_replies_are_joined_like_notices(make_house: MakeHouse) -> None:
    async def script(event: Event, context: Context) -> Outcome:
        return answered(Reply(content=Text(body="一")), Reply(content=Text(body="二")), reason="答")

    house = make_house(doors=(Memo(capabilities=CAPABILITIES, failures=[SPENT]),))
    house.handler.script = script
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: is_put_off(house))
        house.clock.forward(seconds=61)
        await until(lambda: are_done(house, 2))
    assert house.doors[0].texts == ["一", "一\n二"]


@dataclass
class Pushing(Memo):
    """A real door in the place of one that only remembers."""

    channel: Channel | None = None

    async def send(self, delivery: Delivery) -> str:
        assert self.channel is not None
        return await self.channel.send(delivery)


async def test_a_group_reads_every_word_of_a_burst_in_order_and_wecom_never_refuses(
    make_house: MakeHouse, redis: Redis, tmp_path: Path
) -> None:
    house = make_house()
    async with WeCom(clock=SimulatorClock(house.clock)) as wecom, ClientSession() as session:
        wecom.add_member("li.na")
        wecom.add_group("wrG1", members=["li.na"])
        door = WebhookDoor(
            kind="webhook", name=f"推送{secrets.token_hex(4)}", key=secret(wecom.add_webhook("wrG1").key)
        )
        stated = Stated({WECOM: Wecom(api=wecom.url), CHANNELS: (door,)})
        (channel,) = build(stated, session, redis, house.clock, Folder(tmp_path))
        house = make_house(doors=(Pushing(channel.door, channel.capabilities, channel=channel),), clock=house.clock)
        said = [f"第 {number} 条提醒" for number in range(1, 61)]

        async def script(event: Event, context: Context) -> Outcome:
            group = Conversation(channel.door, "group", "wrG1")
            return silent(*(Notify(to=group, content=Text(body=one)) for one in said), reason="提醒")

        house.handler.script = script
        async with house.at_work():
            await house.inbox.put(message("m1"))
            await until(lambda: is_put_off(house))
            house.clock.forward(seconds=70)
            await until(lambda: are_done(house, 60), 20)
        texts = wecom.journal.texts()
        assert texts[:20] == said[:20] and len(texts) == 21
        assert "\n".join(texts).split("\n") == said
        assert {call.errcode for call in wecom.journal.calls("/cgi-bin/webhook/send")} == {0}
