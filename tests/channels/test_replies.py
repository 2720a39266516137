"""What each door makes of each kind of content, judged by what people see in the simulated WeCom."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.channels.door import Answer, Delivery, Fault, SendError
from bot.channels.fitting import fitted
from bot.simulator import Record
from bot.types.actions import Button, Card, Content, File, Image, Link, Markdown, Option, Question, Text
from bot.types.attachments import Attachment
from bot.types.events import Clicked, Conversation, Rated
from tests.channels.conftest import House

SEND, UPLOAD = "/cgi-bin/message/send", "/cgi-bin/media/upload"
APP_LI, BOT_LI = Conversation("app:助手", "direct", "li.na"), Conversation("aibot:小助手", "direct", "li.na")
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 40
LINK = Link(title="报名", url="https://e.cn/join", desc="周五截止")
VOTE = Card(
    task="poll-1",
    title="今晚玩什么？",
    questions=(Question("game", (Option("a", "谁是卧底"), Option("b", "成语接龙")), several=True),),
    submit=Button("vote", "投票"),
)
LISTS = Card(
    task="join-1",
    title="报名",
    questions=(
        Question("city", (Option("sh", "上海"), Option("hz", "杭州")), "城市"),
        Question("slot", (Option("am", "上午"), Option("pm", "下午")), "场次"),
    ),
    submit=Button("join", "报名"),
)
ASK = Card(
    task="ask-1",
    title="转人工",
    questions=(LISTS.questions[0],),
    buttons=(Button("take", "接单"), Button("no", "不接")),
)


@pytest.fixture
def image(house: House, tmp_path: Path) -> Image:
    return Image(file=kept(house, tmp_path, "价目表.png", PNG))


@pytest.fixture
def file(house: House, tmp_path: Path) -> File:
    return File(file=kept(house, tmp_path, '价"目\\表.csv', "品名,价格\r\n茶,9\r\n".encode()))


def kept(house: House, folder: Path, name: str, content: bytes) -> Attachment:
    (folder / name).write_bytes(content)
    return house.folder.keep(folder / name)


async def send(house: House, content: Content, to: Conversation = APP_LI, **how: Any) -> list[Record]:
    """Send it as the outbox would, and what people see then."""
    for number, part in enumerate(fitted(content, house.door(to.channel).capabilities)):
        route = {"route": await house.route()} if to.channel == "aibot" else {}
        await house.send(Delivery(id=f"e:{number}", to=to, member="li.na", content=part, **{**route, **how}))
    return [record for record in house.wecom.journal.seen() if record.via != "stream"]


async def told(house: House, *contents: Content, group: str = "") -> Record:
    """The bubble that answers a message to the AI bot."""
    house.answers.append(Answer(contents))
    wecom, bot = house.wecom, house.bot
    asked = await (wecom.mention(bot, group, "li.na", "在吗") if group else wecom.direct(bot, "li.na", "在吗"))
    await wecom.settle()
    assert not wecom.journal.records("refused")
    return wecom.journal.answers_to(asked.msgid)[0]


# An app


async def test_an_app_sends_markdown(house: House) -> None:
    (seen,) = await send(house, Markdown(body="**加粗** [官网](https://e.cn)"))
    assert (seen.msgtype, seen.text) == ("markdown", "**加粗** [官网](https://e.cn)")


async def test_an_app_sends_long_markdown_in_pieces(house: House) -> None:
    seen = await send(house, Markdown(body="**要点**：一句话。\n" * 200))
    assert len(seen) > 1 and {one.msgtype for one in seen} == {"markdown"}
    assert "".join(one.text for one in seen) == "**要点**：一句话。\n" * 200


@pytest.mark.parametrize(
    ("link", "msgtype", "text"),
    [
        (LINK, "textcard", "报名\n周五截止"),
        (replace(LINK, desc=""), "news", "报名"),
        (replace(LINK, picture="https://e.cn/a.png"), "news", "报名"),
        (replace(LINK, title="长" * 100, desc="短"), "textcard", f"{'长' * 41}…\n短"),
    ],
    ids=["text card", "no words", "with a picture", "too long"],
)
async def test_an_app_sends_links(house: House, link: Link, msgtype: str, text: str) -> None:
    (seen,) = await send(house, link)
    assert (seen.msgtype, seen.text, seen.cut) == (msgtype, text, False)


async def test_an_app_answers_a_message_with_a_link(house: House) -> None:
    house.answers.append(Answer((LINK,)))
    await house.wecom.say(house.app, "li.na", "报名")
    await house.wecom.settle()
    (seen,) = house.wecom.journal.seen()
    assert (seen.msgtype, seen.text, seen.via) == ("news", "报名", "passive")


async def test_an_app_uploads_a_picture_and_sends_it(house: House, image: Image) -> None:
    (seen,) = await send(house, image)
    assert (seen.msgtype, seen.text) == ("image", "[image] 价目表.png")
    assert house.wecom.media.find(seen.media[0]).content == PNG


async def test_an_app_sends_a_file_whatever_its_name(house: House, file: File) -> None:
    (seen,) = await send(house, file)
    assert (seen.msgtype, seen.text) == ("file", "[file] 价＂目＼表.csv")
    assert house.wecom.media.find(seen.media[0]).content == "品名,价格\r\n茶,9\r\n".encode()


async def test_a_picture_is_uploaded_once_for_all_who_get_it(house: House, image: Image) -> None:
    await send(house, image)
    await send(house, image, to=replace(APP_LI, native="wang.wu"))
    assert len(house.wecom.journal.calls(UPLOAD)) == 1 and len(house.wecom.journal.seen()) == 2


async def test_media_that_wecom_no_longer_knows_is_uploaded_again(house: House, image: Image) -> None:
    await send(house, image)
    house.wecom.media.forget()
    await send(house, image)
    assert len(house.wecom.journal.calls(UPLOAD)) == 2 and len(house.wecom.journal.seen()) == 2
    assert [call.errcode for call in house.wecom.journal.calls(SEND)] == [0, 40007, 0]


async def test_a_picture_that_may_have_arrived_is_seen_once(house: House, image: Image) -> None:
    house.wecom.faults.half_answer(path=SEND, times=1)
    tried = house.clock.now()
    with pytest.raises(SendError) as failed:
        await send(house, image)
    assert failed.value.fault == Fault.UNKNOWN
    house.clock.move(seconds=5)
    await send(house, image, unknown=True, first_tried_at=tried)
    assert len(house.wecom.journal.seen()) == 1


@pytest.mark.parametrize("times", ["half", "reset", "busy"])
async def test_an_upload_that_fails_is_tried_again_and_nothing_was_said(house: House, image: Image, times: str) -> None:
    faults = house.wecom.faults
    {"half": faults.half_answer, "reset": faults.reset}.get(times, lambda **how: faults.fail(-1, **how))(
        path=UPLOAD, times=1
    )
    with pytest.raises(SendError) as failed:
        await send(house, image)
    assert failed.value.fault == Fault.BUSY and not house.wecom.journal.calls(SEND)
    assert len(await send(house, image)) == 1


async def test_a_file_that_is_not_here_any_more_is_refused_with_its_name(house: House) -> None:
    gone = Image(file=Attachment("价目表.png", "0" * 64, 100))
    with pytest.raises(SendError, match=r"价目表\.png 已经不在这台机器上") as failed:
        await send(house, gone)
    assert failed.value.fault == Fault.REFUSED and not house.wecom.journal.calls()[1:]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.png", b"GIF89a-------", "不是 JPG 或 PNG"),
        ("a.png", b"", "企业微信不收"),
    ],
    ids=["gif", "empty"],
)
async def test_a_picture_that_wecom_would_not_take_is_not_uploaded(
    house: House, tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    with pytest.raises(SendError, match=why) as failed:
        await send(house, Image(file=kept(house, tmp_path, name, content)))
    assert failed.value.fault == Fault.REFUSED and not house.wecom.journal.calls(UPLOAD)


async def test_a_picture_that_is_too_large_to_be_shown_goes_as_a_file(house: House, tmp_path: Path) -> None:
    await send(house, Image(file=kept(house, tmp_path, "a.png", PNG.ljust((10 << 20) + 1, b"x"))))
    (seen,) = house.wecom.journal.seen()
    assert (seen.msgtype, seen.text) == ("file", "[file] a.png")


# An AI bot


async def test_a_bot_answers_with_pictures(house: House, image: Image) -> None:
    seen = await told(house, Text(body="价目表在这里"), image, group="wrG1")
    assert (seen.text, seen.media) == ("价目表在这里", (hashlib.md5(PNG).hexdigest(),))


async def test_a_bot_answers_with_a_picture_alone(house: House, image: Image) -> None:
    seen = await told(house, image)
    assert (seen.text, len(seen.media)) == ("", 1)


async def test_a_picture_that_is_not_here_any_more_is_named(house: House, image: Image) -> None:
    gone = replace(image, file=replace(image.file, digest="0" * 64))
    seen = await told(house, Text(body="看图"), gone)
    assert (seen.text, seen.media) == ("看图\n［图片］价目表.png（这里发不了图片）", ())


async def test_a_bot_answers_with_markdown_and_links(house: House) -> None:
    seen = await told(house, Markdown(body="**好的**"), *fitted(LINK, house.door("aibot").capabilities))
    assert seen.text == "**好的**\n[报名](https://e.cn/join)\n周五截止"


async def test_later_a_bot_says_a_picture_in_words(house: House, image: Image) -> None:
    assert [one.text for one in await send(house, image, BOT_LI)] == ["［图片］价目表.png（这里发不了图片）"]
    found = await send(house, replace(image, url="https://e.cn/a.png"), BOT_LI)
    assert (found[-1].msgtype, found[-1].text) == ("markdown", "![价目表.png](https://e.cn/a.png)")


async def test_a_bot_says_a_file_in_words(house: House, file: File) -> None:
    seen = await told(house, *fitted(replace(file, url="https://e.cn/a.csv"), house.door("aibot").capabilities))
    assert seen.text == '[价"目\\表.csv](https://e.cn/a.csv)'
    seen = await told(house, *fitted(file, house.door("aibot").capabilities))
    assert seen.text == '［文件］价"目\\表.csv（这里发不了文件）'


async def test_a_welcome_is_plain(house: House, image: Image) -> None:
    house.answers.append(Answer((Markdown(body="# 你好\n**请看** [规则](https://e.cn)"), image)))
    await house.wecom.enter_chat(house.bot, "li.na")
    await house.wecom.settle()
    (seen,) = house.wecom.journal.seen()
    assert seen.msgtype == "text"
    assert seen.text == "你好\n请看 规则 https://e.cn\n［图片］价目表.png（这里发不了图片）"


# Cards


@pytest.mark.parametrize("card", [VOTE, LISTS, ASK], ids=["vote", "lists", "selection"])
@pytest.mark.parametrize("to", [APP_LI, BOT_LI], ids=["app", "aibot"])
async def test_cards_with_questions_are_taken(house: House, card: Card, to: Conversation) -> None:
    (seen,) = await send(house, card, to)
    assert seen.card is not None and seen.msgtype == "template_card"


@pytest.mark.parametrize("to", [APP_LI, BOT_LI], ids=["app", "aibot"])
@pytest.mark.parametrize(
    ("card", "key", "chosen"),
    [(VOTE, "vote", {"game": ["a", "b"]}), (LISTS, "join", {"city": ["hz"], "slot": ["am"]})],
    ids=["vote", "lists"],
)
async def test_a_submission_is_heard_and_greys_the_card_with_what_was_chosen(
    house: House, to: Conversation, card: Card, key: str, chosen: dict[str, list[str]]
) -> None:
    (seen,) = await send(house, card, to)
    selected = tuple((asked, tuple(ids)) for asked, ids in chosen.items())
    # A double click: the same answer to both.
    house.answers += [Answer((card.answered(selected, "已提交"),))] * 2
    await house.wecom.click(seen, key, "li.na", chosen, copies=1)
    await house.wecom.settle()
    event = house.received[-1].event
    assert isinstance(event, Clicked) and (event.task, event.key, event.selected) == (card.task, key, selected)
    assert not house.wecom.journal.records("refused") and not house.wecom.journal.records("conflict")
    shown = house.wecom.journal.at(seen.number).card_for("li.na")
    assert shown is not None and shown["replace_text"] == "已提交"
    assert shows(shown) == chosen


def shows(card: Any) -> dict[str, list[str]]:
    """What a greyed card shows as chosen."""
    if box := card.get("checkbox"):
        assert box["disable"] is True
        return {box["question_key"]: [one["id"] for one in box["option_list"] if one["is_checked"]]}
    assert all(one["disable"] is True for one in card["select_list"])
    return {one["question_key"]: [one["selected_id"]] for one in card["select_list"]}


async def test_a_vote_in_a_group_stays_open_for_the_others(house: House) -> None:
    seen = (await told(house, Text(body="来投票"), VOTE, group="wrG1")).number + 1
    for member, choice in (("li.na", "a"), ("wang.wu", "b")):
        house.answers.append(Answer((VOTE.answered((("game", (choice,)),), "已投票"),)))
        await house.wecom.click(house.wecom.journal.at(seen), "vote", member, {"game": [choice]})
        await house.wecom.settle()
    record = house.wecom.journal.at(seen)
    assert [shows(record.card_for(member)) for member in ("li.na", "wang.wu")] == [{"game": ["a"]}, {"game": ["b"]}]


async def test_a_submitted_card_can_be_greyed_later(house: House) -> None:
    (seen,) = await send(house, VOTE)
    await house.wecom.click(seen, "vote", "li.na", {"game": ["b"]})
    await house.wecom.settle()
    event = house.received[-1].event
    assert isinstance(event, Clicked)
    greyed = VOTE.answered(event.selected, "已投票")
    await house.send(Delivery(id="e:0", to=APP_LI, member="li.na", content=greyed, route=event.route, update=True))
    assert shows(house.wecom.journal.at(seen.number).card) == {"game": ["b"]}


# Thumbs


@pytest.mark.parametrize("group", ["", "wrG1"])
async def test_a_thumb_names_the_message_that_was_answered(house: House, group: str) -> None:
    seen = await told(house, Text(body="48 小时内发货"), group=group)
    answered = house.received[-1].event
    await house.wecom.thumb(seen, 2, content="太慢", reasons=(2,))
    await house.wecom.settle()
    event = house.received[-1].event
    assert answered is not None and isinstance(event, Rated)
    assert (event.feedback, event.verdict, event.content) == (answered.id, "inaccurate", "不完整；太慢")


async def test_what_is_said_later_asks_for_a_thumb_too(house: House) -> None:
    (seen,) = await send(house, Text(body="查好了"), BOT_LI)
    assert seen.feedback == "e"
