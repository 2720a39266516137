"""A group's webhook: each kind of content as the group sees it, the 20 a minute, and what goes wrong."""

import traceback
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from redis.asyncio import Redis

from bot.channels import build
from bot.channels.door import Answer, Channel, Delivery, Fault, Received, Refused, SendError
from bot.channels.fitting import fitted, joined
from bot.channels.settings import CHANNELS, WECOM, WebhookDoor, Wecom
from bot.channels.webhook import CAPABILITIES, payload
from bot.simulator import Record, Webhook, WeCom
from bot.store.attachments import Folder
from bot.types.actions import Button, Card, Content, File, Image, Link, Markdown, Option, Question, Text
from bot.types.events import Conversation
from tests.channels.conftest import MovedClock, SimulatorClock, Stated, secret
from tests.channels.sealing import NOW

SEND, UPLOAD = "/cgi-bin/webhook/send", "/cgi-bin/webhook/upload_media"
GROUP = Conversation("webhook:推送", "group", "wrG1")
PNG = b"\x89PNG\r\n\x1a\n-----"
ALL = CAPABILITIES.markdown_bytes


@dataclass
class Pushed:
    """A group, its webhook, and our door to it."""

    wecom: WeCom
    webhook: Webhook
    channel: Channel
    clock: MovedClock
    folder: Folder
    path: Path

    async def send(self, *contents: Content, **how: Any) -> list[Record]:
        """What the group sees of some contents, as the outbox would send them."""
        for content in contents:
            for part in fitted(content, self.channel.capabilities):
                one = {"id": "e:0", "to": GROUP, "member": "", "content": part, **how}
                await self.channel.send(Delivery(**one))
        return self.wecom.journal.seen()

    async def failure(self, content: Content, **how: Any) -> SendError:
        with pytest.raises(SendError) as failed:
            await self.send(content, **how)
        assert failed.value.why
        return failed.value

    def kept(self, name: str, content: bytes) -> Any:
        file = self.path / name
        file.write_bytes(content)
        return self.folder.keep(file)


@pytest.fixture
async def pushed(redis: Redis, tmp_path: Path) -> AsyncIterator[Pushed]:
    clock, folder = MovedClock(), Folder(tmp_path / "kept")
    async with WeCom(clock=SimulatorClock(clock)) as wecom, ClientSession() as session:
        wecom.add_member("li.na", "李娜")
        wecom.add_group("wrG1", members=["li.na"])
        webhook = wecom.add_webhook("wrG1")
        door = WebhookDoor(kind="webhook", name="推送", key=secret(webhook.key))
        stated = Stated({WECOM: Wecom(api=wecom.url), CHANNELS: (door,)})
        (channel,) = build(stated, session, redis, clock, folder)
        yield Pushed(wecom, webhook, channel, clock, folder, tmp_path)


NOTICE = Card(
    task="desk-1", title="工单 #1", desc="还没有人接\n等了 5 分钟", quote="客户：在吗", fields=(("来自", "群"),)
)
PRESSED = replace(NOTICE, buttons=(Button("take", "接单"),))
CHOICE = replace(
    NOTICE, questions=(Question("q", (Option("a", "退货"), Option("b", "换货"))),), submit=Button("s", "好")
)


@pytest.mark.parametrize(
    ("content", "msgtype", "shown"),
    [
        (Text(body="比赛 10 分钟后开始"), "text", "比赛 10 分钟后开始"),
        (Text(body="长" * 682), "text", "长" * 682),
        (Markdown(body="## 排行\n> **李娜** `90`"), "markdown", "## 排行\n> **李娜** `90`"),
        (Markdown(body='<font color="warning">满</font>\n- 一'), "markdown", '<font color="warning">满</font>\n- 一'),
        (Markdown(body="- 一\n- 二"), "markdown_v2", "- 一\n- 二"),
        (Markdown(body="1. 一"), "markdown_v2", "1. 一"),
        (Markdown(body="| 名 | 分 |\n| --- | --- |"), "markdown_v2", "| 名 | 分 |\n| --- | --- |"),
        (Markdown(body="```\n1\n```"), "markdown_v2", "```\n1\n```"),
        (Markdown(body="![图](https://e.cn/p.png)"), "markdown_v2", "![图](https://e.cn/p.png)"),
        (Markdown(body="a" * ALL), "markdown", "a" * ALL),
        (Link(title="周报", url="https://e.cn", desc="本周", picture="https://e.cn/p.png"), "news", "周报\n本周"),
        (Link(title="长" * 50, url="https://e.cn"), "news", "长" * 41 + "…"),
        (NOTICE, "template_card", "工单 #1\n还没有人接\n等了 5 分钟"),
    ],
)
async def test_each_kind_is_seen(pushed: Pushed, content: Content, msgtype: str, shown: str) -> None:
    (seen,) = await pushed.send(content)
    assert (seen.msgtype, seen.text, seen.cut) == (msgtype, shown, False)


@pytest.mark.parametrize("card", [PRESSED, CHOICE])
async def test_a_card_to_press_is_said_in_words(pushed: Pushed, card: Card) -> None:
    (seen,) = await pushed.send(card)
    assert seen.msgtype in ("text", "markdown") and "工单 #1" in seen.text and seen.card is None
    assert payload(card)["msgtype"] == "text"


@pytest.mark.parametrize(
    ("name", "content", "kind", "seen_as"),
    [
        ("价目表.png", PNG, Image, "image"),
        ("大图.jpg", b"\xff\xd8\xff" + b"x" * (2 << 20), Image, "file"),
        ("手册.pdf", b"%PDF-1.7", File, "file"),
        ("语音.amr", b"#!AMR\n----", File, "voice"),
        ("不是语音.amr", b"not a voice", File, "file"),
        ("太长.amr", b"#!AMR" + b"x" * (2 << 20), File, "file"),
    ],
)
async def test_pictures_voices_and_files(
    pushed: Pushed, name: str, content: bytes, kind: type[Image | File], seen_as: str
) -> None:
    (seen,) = await pushed.send(kind(file=pushed.kept(name, content)))
    assert seen.msgtype == seen_as and len(seen.media) == 1
    assert len(pushed.wecom.journal.calls(UPLOAD)) == (seen_as != "image")


async def test_a_file_is_uploaded_once_and_again_when_its_id_is_no_longer_taken(pushed: Pushed) -> None:
    manual = File(file=pushed.kept("手册.pdf", b"%PDF-1.7"))
    await pushed.send(manual, manual)
    assert len(pushed.wecom.journal.calls(UPLOAD)) == 1
    pushed.wecom.media.forget()
    assert len(await pushed.send(manual)) == 3
    assert len(pushed.wecom.journal.calls(UPLOAD)) == 2


async def test_a_file_that_is_not_here_any_more_is_told(pushed: Pushed) -> None:
    for made in (Image, File):
        kept = replace(pushed.kept("图.amr", PNG), digest="0" * 64)
        error = await pushed.failure(made(file=kept))
        assert error.fault == Fault.REFUSED and "图.amr" in error.why
    assert not pushed.wecom.journal.seen()


async def test_long_words_come_in_pieces(pushed: Pushed) -> None:
    seen = await pushed.send(Text(body="说明。" * 400), Markdown(body="**说明**。" * 800))
    assert [record.msgtype for record in seen] == ["text", "text", "markdown", "markdown", "markdown"]
    assert "".join(record.text for record in seen) == "说明。" * 400 + "**说明**。" * 800


async def test_words_that_wecom_would_refuse_are_not_sent() -> None:
    for content in (Text(body="x" * 2049), Markdown(body="x" * 4097)):
        with pytest.raises(SendError, match="字节"):
            payload(content)


async def test_people_are_alerted(pushed: Pushed) -> None:
    await pushed.send(Text(body="开会"), member="li.na", beside=("wang.wu", "li.na", ""))
    await pushed.send(Markdown(body="- 开会"), member="@all")
    await pushed.send(Markdown(body="a" * ALL), member="x" * 64)
    await pushed.send(Markdown(body="a" * ALL), member="li.na", beside=("y" * 64,))
    seen = pushed.wecom.journal.seen()
    assert [one.mentions for one in seen] == [("li.na", "wang.wu"), ("@all",), ("x" * 64,), ("li.na",)]
    assert [one.msgtype for one in seen] == ["text", "markdown", "markdown", "markdown"]
    assert seen[1].text == "<@@all>\n- 开会"


async def test_wecom_is_never_asked_more_than_20_times_a_minute(pushed: Pushed) -> None:
    for number in range(20):
        await pushed.send(Text(body=str(number)))
    error = await pushed.failure(Text(body="21"))
    assert error.fault == Fault.LIMITED and error.after is not None
    pushed.clock.move(seconds=error.after.total_seconds())
    assert len(await pushed.send(Text(body="21"))) == 21
    assert len(pushed.wecom.journal.calls(SEND)) == 21


@pytest.mark.parametrize(
    ("errcode", "fault"),
    [
        (45009, Fault.LIMITED),
        (45033, Fault.LIMITED),
        (-1, Fault.BUSY),
        (40058, Fault.REFUSED),
        (45002, Fault.REFUSED),
        (40008, Fault.REFUSED),
        (93000, Fault.CONFIGURATION),
        (93004, Fault.CONFIGURATION),
        (93008, Fault.CONFIGURATION),
    ],
)
async def test_error_codes_have_a_fault_and_a_cure(pushed: Pushed, errcode: int, fault: Fault) -> None:
    pushed.wecom.faults.fail(errcode, path=SEND)
    error = await pushed.failure(Text(body="通知"))
    assert (error.fault, error.code) == (fault, errcode) and str(errcode) in error.why


async def test_a_webhook_that_was_removed_is_for_somebody_to_mend(pushed: Pushed) -> None:
    pushed.wecom.webhooks.remove(pushed.webhook)
    error = await pushed.failure(Text(body="通知"))
    assert error.fault == Fault.CONFIGURATION and "换上新的 key" in error.why


@pytest.mark.parametrize("partly", [False, True])
async def test_what_may_have_arrived_is_admitted(pushed: Pushed, partly: bool) -> None:
    pushed.wecom.faults.half_answer(path=SEND, times=1, partly=partly)
    assert (await pushed.failure(Text(body="通知"))).fault == Fault.UNKNOWN
    assert [record.text for record in pushed.wecom.journal.seen()] == ["通知"]


async def test_an_upload_whose_answer_is_lost_is_tried_again(pushed: Pushed) -> None:
    pushed.wecom.faults.half_answer(path=UPLOAD, times=1)
    error = await pushed.failure(File(file=pushed.kept("手册.pdf", b"%PDF-1.7")))
    assert error.fault == Fault.BUSY and not pushed.wecom.journal.calls(SEND)


async def test_it_speaks_in_its_group_alone(pushed: Pushed) -> None:
    direct = Conversation("webhook:推送", "direct", "li.na")
    for how in ({"to": direct}, {"update": True}):
        assert (await pushed.failure(Text(body="通知"), **how)).fault == Fault.REFUSED


async def test_it_hears_nothing(pushed: Pushed) -> None:
    assert not pushed.channel.capabilities.hears
    for call in (pushed.channel.echo, lambda query: pushed.channel.open(query, b"", NOW)):
        with pytest.raises(Refused) as refused:
            call({})
        assert refused.value.status == 404
    assert pushed.channel.seal(Received(None, "", ""), Answer((Text(body="x"),)), NOW) == b""


async def test_no_failure_shows_the_key(pushed: Pushed) -> None:
    pushed.wecom.faults.half_answer(path=SEND, times=1)
    errors = [await pushed.failure(Text(body="通知"))]
    await pushed.wecom.refuse_connections()
    errors.append(await pushed.failure(Text(body="通知")))
    told = "".join("".join(traceback.format_exception(error)) for error in errors)
    assert "webhook/send" in told and pushed.webhook.key not in told


def test_short_texts_are_joined_while_they_fit() -> None:
    said = joined(Text(body="一"), Text(body="二", fixed=False), CAPABILITIES)
    assert said == Text(body="一\n二", fixed=False)
    assert joined(Text(body="x" * 2000), Text(body="y" * 48), CAPABILITIES) is None
    assert joined(Text(body="x" * 1999), Text(body="y" * 48), CAPABILITIES) is not None
    assert joined(Markdown(body="一"), Markdown(body="二"), CAPABILITIES) == Markdown(body="一\n\n二")
    for first, then in ((Text(body="一"), Markdown(body="二")), (NOTICE, Text(body="二")), (Text(body="一"), NOTICE)):
        assert joined(first, then, CAPABILITIES) is None
    assert joined(Text(body="一"), Text(body="二"), replace(CAPABILITIES, joins=False)) is None
