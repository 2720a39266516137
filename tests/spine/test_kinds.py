"""What the outbox makes of each kind of content: which form it takes, and which way it goes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.channels.aibot import CAPABILITIES as AIBOT
from bot.channels.app import CAPABILITIES as APP
from bot.channels.door import Capabilities, Promise
from bot.channels.fitting import fitted
from bot.types.actions import (
    Button,
    Card,
    Content,
    File,
    Image,
    Link,
    Markdown,
    Notify,
    Option,
    Question,
    Reply,
    Text,
    dump_content,
    load_content,
    words_of,
)
from bot.types.attachments import Attachment
from bot.types.context import Context
from bot.types.events import Conversation, Event, Route
from bot.types.outcome import Outcome, answered
from tests.spine.conftest import MakeHouse
from tests.spine.house import House, Memo, Scripted, message
from tests.waiting import until

PLAIN = Capabilities(text_bytes=64, rates=(), promise=Promise.UNKEYED, carries=frozenset(("text",)))
FILE = Attachment("价目表.png", "0" * 64, 1000)
TEXT, MARKDOWN = Text(body="您好"), Markdown(body="**您好**")
LINK = Link(title="[新]报名", url="https://e.cn/a", desc="周五截止", picture="https://e.cn/p.png")
IMAGE, DOCUMENT = Image(file=FILE), File(file=replace(FILE, name="说明.pdf"))
CARD = Card(task="desk-1", title="转人工", fields=(("单号", "7"),), buttons=(Button("a", "接单"), Button("b", "不接")))
VOTE = Card(
    task="poll-1", title="玩什么？", submit=Button("v", "投票"), questions=(Question("g", (Option("a", "卧底"),)),)
)
KINDS: Sequence[Content] = (TEXT, MARKDOWN, LINK, IMAGE, DOCUMENT, CARD, VOTE)


@pytest.mark.parametrize("content", KINDS, ids=lambda content: content.type)
def test_every_kind_survives_the_outbox(content: Content) -> None:
    assert load_content(dump_content(content)) == content


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (TEXT, "您好"),
        (MARKDOWN, "您好"),
        (LINK, "[新]报名\n周五截止\nhttps://e.cn/a"),
        (IMAGE, "［图片］价目表.png（这里发不了图片）"),
        (replace(IMAGE, url="https://e.cn/p.png"), "［图片］价目表.png：https://e.cn/p.png"),
        (DOCUMENT, "［文件］说明.pdf（这里发不了文件）"),
        (replace(DOCUMENT, url="https://e.cn/d.pdf"), "［文件］说明.pdf：https://e.cn/d.pdf"),
        (CARD, "转人工\n单号：7\n1. 接单\n2. 不接"),
        (VOTE, "玩什么？\n1. 卧底"),
    ],
)
def test_a_door_that_has_only_text_gets_all_in_words(content: Content, shown: str) -> None:
    (part,) = fitted(content, PLAIN)
    assert part == Text(body=shown, fixed=content.fixed)


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (LINK, "[［新］报名](https://e.cn/a)\n周五截止\n![［新］报名](https://e.cn/p.png)"),
        (replace(DOCUMENT, url="https://e.cn/d.pdf"), "[说明.pdf](https://e.cn/d.pdf)"),
    ],
)
def test_where_markdown_is_read_addresses_hide_behind_their_titles(content: Content, shown: str) -> None:
    assert fitted(content, AIBOT) == [Markdown(body=shown)]


@pytest.mark.parametrize("door", [APP, AIBOT], ids=["app", "aibot"])
@pytest.mark.parametrize("content", KINDS, ids=lambda content: content.type)
def test_what_a_door_carries_is_left_as_it_is(content: Content, door: Capabilities) -> None:
    (part,) = fitted(content, door)
    assert (part == content) is (content.type in door.carries)


@pytest.mark.parametrize("content", [Text(body="一句话。" * 100), Markdown(body="**话**：一句。\n" * 80)])
def test_long_words_become_pieces_that_fit_and_lose_nothing(content: Text | Markdown) -> None:
    for door in (PLAIN, replace(APP, text_bytes=64), replace(AIBOT, text_bytes=64)):
        parts = fitted(content, door)
        assert all(isinstance(one, Text | Markdown) and len(one.body.encode()) <= 64 for one in parts)
        whole = "".join(words_of(one) for one in parts)
        assert whole == content.body or "markdown" not in door.carries


def saying(*contents: Content) -> Scripted:
    async def say(event: Event, context: Context) -> Outcome:
        return answered(*(Reply(content=content) for content in contents), reason="说")

    return Scripted(say)


async def states(
    make_house: MakeHouse, door: Capabilities, passive: Any, *contents: Content, brain: dict[str, Any] | None = None
) -> list[tuple[str, str]]:
    """(kind, state) of the rows for an answer to one message, before anybody sends them."""
    name = "aibot:小助手" if door is AIBOT else "app:助手"
    house: House = make_house(doors=(Memo(door=name, capabilities=door),), handler=saying(*contents), **(brain or {}))
    house.doors[0].gate.clear()
    async with house.at_work():
        await house.inbox.put(message("m1", door=name, route=Route(passive=passive)))
        await until(lambda: bool(house.committed))
        rows = await house.rows()
        house.doors[0].gate.set()
    return [
        (row.kind, "lane" if row.state in ("waiting", "sending") else row.state) for row in rows if row.kind != "emit"
    ]


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        ((TEXT,), [("text", "ready")]),
        ((LINK,), [("link", "ready")]),
        ((TEXT, LINK), [("text", "ready"), ("link", "lane")]),
        ((MARKDOWN, TEXT), [("markdown", "lane"), ("text", "lane")]),
        ((IMAGE,), [("image", "lane")]),
        ((CARD,), [("card", "lane")]),
    ],
    ids=range(6),
)
async def test_an_apps_answer_carries_one_text_or_link(
    make_house: MakeHouse, contents: Sequence[Content], expected: list[tuple[str, str]]
) -> None:
    assert await states(make_house, APP, "reply", *contents) == expected


BIG = replace(IMAGE, file=replace(FILE, size=6 << 20))


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        ((TEXT, MARKDOWN, IMAGE, CARD), ["text", "markdown", "image", "card"]),
        ((CARD, replace(CARD, task="desk-2"), TEXT), ["card", "-", "-"]),
        ((IMAGE,) * 11, ["image"] * 10 + ["-"]),
        ((BIG, BIG), ["image", "-"]),
        ((Text(body="x" * 12000), Text(body="y" * 8000), Text(body="z" * 479)), ["text", "text", "-"]),
        ((Text(body="x" * 12000), Text(body="y" * 8000), Text(body="z" * 477)), ["text", "text", "text"]),
    ],
    ids=["all kinds", "two cards", "eleven pictures", "large pictures", "long words", "words that just fit"],
)
async def test_a_stream_carries_what_fits_and_nothing_after_what_does_not(
    make_house: MakeHouse, contents: Sequence[Content], expected: list[str]
) -> None:
    found = await states(make_house, AIBOT, "stream", *contents)
    assert [kind if state == "ready" else "-" for kind, state in found] == expected


async def test_a_file_for_an_ai_bot_is_in_words_before_it_is_stored(make_house: MakeHouse) -> None:
    assert await states(make_house, AIBOT, "stream", DOCUMENT) == [("text", "ready")]


@pytest.mark.parametrize("content", [Markdown(body="**能根治**"), replace(LINK, desc="能根治")])
async def test_words_of_every_kind_are_screened(make_house: MakeHouse, content: Content) -> None:
    assert await states(make_house, APP, "", content, brain={"forbidden": "根治"}) == [("text", "lane")]


async def test_when_screening_is_broken_only_composed_words_wait(make_house: MakeHouse) -> None:
    contents = (MARKDOWN, IMAGE, CARD, replace(MARKDOWN, fixed=False))
    found = await states(make_house, APP, "", *contents, brain={"screen_broken": True})
    assert [state for _, state in found] == ["lane", "lane", "lane", "held"]


async def test_what_is_said_elsewhere_takes_the_form_of_that_door(make_house: MakeHouse) -> None:
    there = Conversation("plain:门", "direct", "wang.wu")

    async def tell(event: Event, context: Context) -> Outcome:
        return answered(Notify(to=there, content=CARD), reason="说")

    plain = Memo(door="plain:门", capabilities=PLAIN)
    house = make_house(doors=(Memo(), plain), handler=Scripted(tell))
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: bool(plain.sent))
    assert plain.texts == ["转人工\n单号：7\n1. 接单\n2. 不接"]
