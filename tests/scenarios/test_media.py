"""Pictures and files that people send, through the whole bot: kept, and passed on both ways."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.simulator import AiBot, App, Record
from bot.simulator import Conversation as Place
from bot.store.tables import received
from tests.scenarios.town import Town, town
from tests.waiting import until

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100
PDF = b"%PDF-1.7\n" + b"x" * 100
EXE = b"MZ\x90\0" + b"x" * 100
SMALL = '\n[media]\nlargest = "1MB"\n'


async def serve(place: Town, door: App | AiBot, member: str) -> None:
    """A customer calls a person, and 群管 takes the ticket."""
    if isinstance(door, App):
        await place.wecom.say(door, member, "转人工")
    else:
        await place.wecom.direct(door, member, "转人工")
    await place.wecom.journal.wait_for(lambda journal: any(record.card for record in journal.seen(desk(place))), 60)
    card = next(record for record in place.wecom.journal.seen(desk(place)) if record.card)
    await place.wecom.click(card, "take", "admin01")
    await shows(place, desk(place), "结束服务")


def desk(place: Town) -> Place:
    return place.chat("admin01")


def direct(place: Town, member: str) -> Place:
    return Place(place.robot.id, "direct", member)


async def shows(place: Town, where: Place, words: str) -> Record:
    """Wait until somebody sees something with these words."""

    def found(records: Sequence[Record]) -> list[Record]:
        return [record for record in records if words in record.text or words in str(record.card)]

    await place.wecom.journal.wait_for(lambda journal: found(journal.seen(where)), 60)
    return found(place.wecom.journal.seen(where))[-1]


async def settled(place: Town, count: int) -> Sequence[sa.Row[Any]]:
    """Wait until so many files have come, or never will."""

    async def is_settled() -> bool:
        rows = await place.bot.database.read(sa.select(received))
        return len(rows) == count and all(row.state != "waiting" for row in rows)

    await until(is_settled)
    return await place.bot.database.read(sa.select(received).order_by(received.c.received_at))


def content(place: Town, record: Record) -> bytes:
    return place.wecom.media.find(record.media[0]).content


async def test_pictures_pass_both_ways_between_two_members_of_an_app(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        await serve(place, place.app, "li.na")
        await place.wecom.show_picture(place.app, "li.na", PNG)
        label = await shows(place, desk(place), "[图片]")
        shown = await shows(place, desk(place), "[image] 图片.png")
        assert label.number < shown.number and content(place, shown) == PNG
        await place.wecom.show_picture(place.app, "admin01", PNG + b"2")
        answer = await shows(place, place.chat("li.na"), "[image] 图片.png")
        assert content(place, answer) == PNG + b"2"
        await place.wecom.settle()
        assert not [text for text in place.wecom.journal.texts(desk(place)) if "已发给" in text]


async def test_what_was_sent_before_a_person_was_called_goes_to_who_takes_the_ticket(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        await place.wecom.share(place.robot, "li.na", "file", PDF, "报价.pdf")
        polite = await shows(place, direct(place, "li.na"), "文件我还打不开")
        assert "转人工" in polite.text
        await settled(place, 1)
        await serve(place, place.robot, "li.na")
        passed = await shows(place, desk(place), "[file] 报价.pdf")
        assert content(place, passed) == PDF


async def test_staffs_picture_comes_with_the_next_answer_where_a_door_shows_none_by_itself(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        await serve(place, place.robot, "li.na")
        await place.wecom.direct(place.robot, "li.na", "怎么装")
        await shows(place, desk(place), "怎么装")
        await place.wecom.show_picture(place.app, "admin01", PNG)
        await shows(place, direct(place, "li.na"), "您再说一句话就能看到")
        assert "下次说话" in (await shows(place, desk(place), "已发给")).text
        await place.wecom.direct(place.robot, "li.na", "好")
        bubble = await shows(place, direct(place, "li.na"), "客服发来的图片")
        await place.wecom.settle()
        assert place.wecom.journal.at(bubble.number).media == (hashlib.md5(PNG).hexdigest(),)
        await place.wecom.direct(place.robot, "li.na", "谢谢")
        await shows(place, desk(place), "谢谢")
        await place.wecom.settle()
        assert [record.media for record in place.wecom.journal.seen(direct(place, "li.na")) if record.media] == [
            (hashlib.md5(PNG).hexdigest(),)
        ]


async def test_a_program_that_calls_itself_a_picture_never_is_one(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        await serve(place, place.robot, "li.na")
        await place.wecom.share(place.robot, "li.na", "image", EXE, "../../照片.jpg")
        told = await shows(place, desk(place), "没能转给您")
        assert "程序" in told.text
        (row,) = await settled(place, 1)
        assert (row.kind, row.name) == ("bin", "照片.jpg.bin")
        kept = [str(path.relative_to(tmp_path / "data")) for path in (tmp_path / "data").rglob("*.bin")]
        assert kept == [f"received/{row.digest[:2]}/{row.digest}.bin"]
        await place.wecom.settle()
        assert not [record for record in place.wecom.journal.seen(desk(place)) if record.media]


async def test_what_is_too_large_or_gone_is_told_in_words(tmp_path: Path) -> None:
    async with town(tmp_path, more=SMALL) as place:
        await serve(place, place.app, "li.na")
        await place.wecom.show_picture(place.app, "li.na", PNG + b"x" * (1 << 20))
        await shows(place, desk(place), "超过 1 MB，没有收")
        posted = await place.wecom.send_raw(place.app, "li.na", {"MsgType": "image", "MediaId": "gone", "PicUrl": ""})
        await posted.delivered()
        assert "已经没有了" in (await shows(place, desk(place), "没有了")).text


async def test_a_file_that_a_door_cannot_carry_is_named(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        await serve(place, place.robot, "li.na")
        await place.wecom.direct(place.robot, "li.na", "有合同吗")
        await shows(place, desk(place), "有合同吗")
        await place.wecom.speak(place.app, "admin01", b"#!AMR\n" + b"x" * 100)
        assert "收不了" in (await shows(place, desk(place), "已发给")).text
        seen = await shows(place, direct(place, "li.na"), "客服群管发来")
        assert not seen.media
