"""Pictures, files, links and thumbs through the whole bot."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.app import thumbs
from bot.simulator import Record
from tests.scenarios.town import GROUP, Town, town
from tests.waiting import until

PNG = b"\x89PNG\r\n\x1a\n"
RULE = """
[[replies]]
name = "价目表"
exact = "价目表"
reply = "都在这里："
attach = ["价目表.png", "说明.pdf"]
link = {title = "网上看", url = "https://e.cn/p", desc = "每周更新"}
"""


def put(folder: Path, picture: bytes) -> str:
    """The files of the rule; the picture's MD5."""
    (folder / "价目表.png").write_bytes(PNG + picture)
    (folder / "说明.pdf").write_bytes(b"%PDF-1.7")
    return hashlib.md5(PNG + picture).hexdigest()


async def seen(place: Town, enough: Callable[[Sequence[Record]], bool]) -> Sequence[Record]:
    await place.wecom.journal.wait_for(lambda journal: enough(journal.seen()), 60)
    await place.wecom.settle()
    return place.wecom.journal.seen()


async def test_an_ai_bot_answers_with_words_picture_and_link_in_one_bubble(tmp_path: Path) -> None:
    md5 = put(tmp_path, b"1")
    async with town(tmp_path, more=RULE) as place:
        await place.wecom.mention(place.robot, GROUP, "li.na", "价目表")
        await place.wecom.settle()
        (bubble,) = place.wecom.journal.seen()
        assert bubble.media == (md5,)
        assert bubble.text == "都在这里：\n［文件］说明.pdf（这里发不了文件）\n[网上看](https://e.cn/p)\n每周更新"


async def test_an_app_sends_words_picture_file_and_link_in_order(tmp_path: Path) -> None:
    put(tmp_path, b"1")
    async with town(tmp_path, more=RULE) as place:
        await place.wecom.say(place.app, "wang.wu", "价目表")
        records = await seen(place, lambda found: len(found) == 4)
        assert [record.msgtype for record in records] == ["text", "image", "file", "textcard"]
        await place.wecom.say(place.app, "li.na", "价目表")
        await seen(place, lambda found: len(found) == 8)
        assert len(place.wecom.journal.calls("/cgi-bin/media/upload")) == 2


async def test_a_picture_that_a_manager_replaces_is_the_new_one_in_the_next_answer(tmp_path: Path) -> None:
    put(tmp_path, b"1")
    async with town(tmp_path, more=RULE) as place:
        before = place.bot.config.hash
        md5 = put(tmp_path, b"2")

        async def is_taken() -> bool:
            return place.bot.config.hash != before

        await until(is_taken)
        await place.wecom.mention(place.robot, GROUP, "li.na", "价目表")
        await place.wecom.settle()
        assert place.wecom.journal.seen()[0].media == (md5,)


async def test_a_thumb_is_kept_with_the_trace_and_counted(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        await place.wecom.mention(place.robot, GROUP, "li.na", "天王盖地虎")
        await place.wecom.settle()
        (bubble,) = place.wecom.journal.seen()
        await place.wecom.thumb(bubble, 2, "wang.wu", content="该说小鸡炖蘑菇", reasons=(3,), copies=2)
        await place.wecom.settle()

        async def is_kept() -> bool:
            return bool(await place.bot.database.read(thumbs(bubble.feedback)))

        await until(is_kept)
        (kept,) = await place.bot.database.read(thumbs(bubble.feedback))
        assert tuple(kept) == ("inaccurate", "不正确；该说小鸡炖蘑菇")
        counted = 'qunban_ratings_total{door="aibot:小助手",verdict="inaccurate"} 1.0'
        await until(lambda: counted in place.bot.metrics.text().decode())
        assert place.wecom.journal.texts(place.room) == ["宝塔镇河妖"]
