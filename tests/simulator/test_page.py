"""The chat page, from the server's side: what it tells, and what it does for those who look at it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from typing import Any

import pytest

from bot.simulator.page.stream import LISTENERS
from bot.simulator.page.switches import SWITCHES
from tests.waiting import until

from .listener import in_turn, passive, silent, slowly, stream
from .paged import APP, GROUP, WHY, House, paged
from .test_cards import BUTTONS, GREY, VOTE


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A company with a page."""
    async with paged() as house:
        yield house


async def test_the_state_names_everybody_and_where_they_can_talk(house: House) -> None:
    async with house.reading() as reader:
        (state,) = reader.of("state")
    people = {one["id"]: one for one in state["people"]}
    assert [place["title"] for place in people["li.na"]["places"]] == ["内测群", "助手", "小助手"]
    assert people["li.na"]["role"] == "成员"
    assert people["hidden"]["places"] == []
    assert (state["guest"], state["staff"], state["desk"]) == ("li.na", ["wang.wu"], "app:助手")
    assert (state["suggestions"], state["words"]) == (["发货"], ["您好"])
    assert [one["name"] for one in state["switches"]] == [switch.name for switch in SWITCHES]
    assert state["clock"]["ahead"] == 0


async def test_words_in_the_group_reach_the_bot_and_its_answer_the_page(house: House) -> None:
    await house.company.listen(house.company.bot, in_turn(stream("s-1", "48 小时内发出")))
    async with house.reading() as reader:
        assert await house.order("say", person="li.na", place=GROUP, text=" 发货 ") == 200
        await until(lambda: "48 小时内发出" in reader.texts())
        said, answer = reader.records().values()
        assert (said["kind"], said["from"], said["text"], said["place"]) == ("said", "李娜", "发货", GROUP)
        assert (answer["kind"], answer["from"], answer["answers"]) == ("seen", "小助手", said["n"])
        await until(lambda: reader.records()[said["n"]]["delivery"]["arrived"])
        assert reader.of("traffic")[-1]["what"] == "aibot:小助手 第 1 次"


async def test_a_stream_grows_on_the_page(house: House) -> None:
    answers = in_turn(stream("s-1", "", finish=False), stream("s-1", "想一", finish=False), stream("s-1", "想一想"))
    await house.company.listen(house.company.bot, answers)
    async with house.reading() as reader:
        await house.order("say", person="li.na", place="aibot:小助手|direct|li.na", text="想")
        await until(lambda: any(one["finished"] and one["text"] == "想一想" for one in reader.of("record")))
        grown = [one["text"] for one in reader.of("record") if one["kind"] == "seen"]
        assert grown == sorted(grown, key=len)
        assert len({one["n"] for one in reader.of("record") if one["kind"] == "seen"}) == 1


async def test_while_the_bot_thinks_the_message_is_shown_as_flying(house: House) -> None:
    await house.company.listen(house.company.app, slowly(0.1, lambda said: None))
    async with house.reading() as reader:
        await house.order("say", person="li.na", place=APP, text="在吗")
        await until(lambda: any(one["delivery"]["arrived"] for one in reader.records().values()))
        states = [one["delivery"] for one in reader.of("record")]
        assert any(one["flying"] and not one["arrived"] for one in states)


async def test_opening_a_chat_tells_the_bot_once_a_day(house: House) -> None:
    listener = await house.company.listen(house.company.app, silent)
    for _ in range(2):
        assert await house.order("enter", person="li.na", place=APP) == 200
    await until(lambda: listener.heard)
    house.clock.advance(86_401)
    await house.order("enter", person="li.na", place=APP)
    await until(lambda: len(listener.heard) == 2)
    assert {heard["Event"] for heard in listener.heard} == {"enter_agent"}


async def test_a_button_is_pressed_by_who_sees_it(house: House) -> None:
    listener = await house.company.listen(house.company.app, in_turn(lambda said: passive(said, GREY)))
    body = {"touser": "li.na", "agentid": 1000002, "msgtype": "template_card", "template_card": BUTTONS}
    await house.company.post("message/send", body)
    async with house.reading() as reader:
        (card,) = reader.records().values()
        assert card["card"]["button_list"] == [{"text": "好", "key": "yes"}]
        assert await house.order("press", person="wang.wu", record=card["n"], key="yes") == 409
        assert "企业微信里做不到" in house.told["error"]
        assert await house.order("press", person="li.na", record=card["n"], key="yes") == 200
        await until(lambda: reader.records()[card["n"]]["card"].get("replace_text") == "已投票")
    assert listener.heard[0]["EventKey"] == "yes"


async def test_what_was_chosen_goes_with_the_press(house: House) -> None:
    listener = await house.company.listen(house.company.app, silent)
    body = {"touser": "li.na", "agentid": 1000002, "msgtype": "template_card", "template_card": VOTE}
    await house.company.post("message/send", body)
    card = house.company.wecom.journal.seen()[0]
    assert await house.order("press", person="li.na", record=card.number, key="vote", chosen={"game": ["z"]}) == 409
    assert await house.order("press", person="li.na", record=card.number, key="vote", chosen={"game": ["b"]}) == 200
    await until(lambda: listener.heard)
    assert "SelectedItems" in listener.heard[0]


async def test_a_thumb_comes_back_to_the_bot(house: House) -> None:
    answer = {"msgtype": "stream", "stream": {"id": "s", "content": "好", "finish": True, "feedback": {"id": "f-1"}}}
    listener = await house.company.listen(house.company.bot, in_turn(answer, None))
    await house.order("say", person="li.na", place=GROUP, text="嗨")
    await until(house.company.wecom.journal.seen)
    (shown,) = house.company.wecom.journal.seen()
    assert await house.order("rate", person="li.na", record=shown.number, kind=4) == 409
    assert await house.order("rate", person="li.na", record=shown.number, kind=1) == 200
    await until(lambda: len(listener.heard) == 2)
    assert listener.heard[1]["event"]["feedback_event"]["id"] == "f-1"


async def test_why_is_asked_with_what_was_said(house: House) -> None:
    await house.company.listen(house.company.bot, in_turn(stream("s-1", "好")))
    await house.order("say", person="li.na", place=GROUP, text="嗨")
    await until(house.company.wecom.journal.seen)
    said, shown = house.company.wecom.journal.records()
    assert await house.get(f"why/{shown.number}") == (200, WHY)
    assert await house.get(f"why/{said.number}") == (200, WHY)
    assert [(one.number, before and before.number) for one, before in house.reasons.asked] == [
        (shown.number, said.number),
        (said.number, said.number),
    ]
    house.reasons.known = False
    assert (await house.get(f"why/{shown.number}"))[0] == 404
    assert (await house.get("why/99999"))[0] == 404


async def test_a_switch_makes_the_platform_misbehave_until_it_is_off(house: House) -> None:
    async def errcodes() -> set[Any]:
        return {(await house.company.send(f"{n}"))["errcode"] for n in range(12)}

    async with house.reading() as reader:
        assert await house.order("switch", name="busy", on=True) == 200
        assert await errcodes() == {0, -1}
        await until(lambda: reader.of("switches"))
        assert [one["name"] for one in reader.of("switches")[-1]["switches"] if one["on"]] == ["busy"]
        await house.order("switch", name="busy", on=False)
        assert await errcodes() == {0}
    assert await house.order("switch", name="nothing", on=True) == 409


async def test_switches_do_not_disturb_each_other(house: House) -> None:
    for name in ("untrusted", "duplicates", "lost"):
        await house.order("switch", name=name, on=True)
    await house.order("switch", name="lost", on=False)
    assert (await house.company.send())["errcode"] == 60020
    assert (house.company.wecom.disorder.duplicate_copies, house.company.wecom.disorder.lost_answers) == (2, 0.0)
    await house.order("switch", name="untrusted", on=False)
    assert (await house.company.send())["errcode"] == 0


async def test_a_token_can_end_now(house: House) -> None:
    assert await house.order("expire") == 200
    assert (await house.company.send())["errcode"] == 42001


async def test_time_passes_by_order_and_never_back(house: House) -> None:
    async with house.reading() as reader:
        before = house.company.wecom.clock.now()
        assert await house.order("advance", seconds=3600) == 200
        assert 3600 <= house.company.wecom.clock.now() - before < 3660
        await until(lambda: reader.of("clock"))
        assert reader.of("clock")[-1]["ahead"] == 3600
    for wrong in (-1, 0, 1e12, "1", None, True):
        assert await house.order("advance", seconds=wrong) == (200 if wrong is True else 409)


async def test_a_page_that_comes_back_hears_only_what_it_missed(house: House) -> None:
    async with house.reading() as reader:
        await house.company.send("一")
        await until(lambda: "一" in reader.texts())
        last = reader.last_id
    await house.company.send("二")
    async with house.reading(last) as reader:
        await until(lambda: "二" in [one["text"] for one in reader.of("record")])
        assert reader.of("state") == []


@pytest.mark.parametrize("last", ["other-3", "nonsense", "-1", "run-99999999999999999999"])
async def test_a_page_that_knew_another_run_hears_the_whole_state(house: House, last: str) -> None:
    async with house.reading(last) as reader:
        await until(lambda: reader.of("state"))


async def test_a_page_that_missed_too_much_hears_the_whole_state(house: House) -> None:
    async with house.reading() as reader:
        last = reader.last_id
    for number in range(510):
        await house.company.get("getcallbackip", access_token=house.company.token, n=str(number))
    async with house.reading(last) as reader:
        await until(lambda: reader.events)
        assert reader.events[0][0] == "state"
        assert len(reader.of("state")[0]["traffic"]) <= 80


async def test_only_so_many_pages_are_open_at_once(house: House) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(LISTENERS):
            await stack.enter_async_context(house.reading())
        assert (await house.get("events"))[0] == 503


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("say", {}),
        ("say", {"person": "li.na", "place": GROUP, "text": "   "}),
        ("say", {"person": "li.na", "place": GROUP, "text": "长" * 4001}),
        ("say", {"person": "nobody", "place": GROUP, "text": "嗨"}),
        ("say", {"person": "li.na", "place": "app:助手|direct|wang.wu", "text": "嗨"}),
        ("say", {"person": ["li.na"], "place": GROUP, "text": "嗨"}),
        ("press", {"person": "li.na", "record": 10_000, "key": "yes"}),
        ("press", {"person": "li.na", "record": -1, "key": "yes"}),
        ("press", {"person": "li.na", "record": True, "key": "yes"}),
        ("enter", {"person": "li.na", "place": 3}),
        ("switch", {"on": True}),
    ],
)
async def test_an_order_that_makes_no_sense_is_refused_in_words(
    house: House, name: str, body: Mapping[str, Any]
) -> None:
    before = len(house.company.wecom.journal)
    assert await house.order(name, **body) == 409
    assert house.told["error"]
    assert len(house.company.wecom.journal) == before
