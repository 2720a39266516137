"""Managers hear about their configuration in WeCom; the log never hears what people say."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.brain import Brain
from bot.channels.door import Channel, Delivery, Fault, SendError
from bot.cli import main
from bot.logs import OWN, LogSection, set_up
from bot.store.tables import outbox
from tests.scenarios.town import Town, town
from tests.waiting import until

PHRASE = "我的电话是13812345678"
PERSONAL = ("13812345678", "宝塔镇河妖", "天王盖地虎")


async def told(place: Town, words: str) -> str:
    """What the administrator was told in the app."""
    chat = place.chat("admin01")
    await until(lambda: any(words in text for text in place.wecom.journal.texts(chat)), 60)
    return "\n".join(place.wecom.journal.texts(chat))


async def test_a_bad_file_is_told_to_the_administrator_with_its_line(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        good = place.config.read_text("utf-8")
        bad = good.replace('name = "暗号"', 'nam = "暗号"')
        line = bad.splitlines().index('nam = "暗号"') + 1
        place.config.write_text(bad, "utf-8")
        said = await told(place, "没有生效")
        assert f"config.toml:{line}: " in said
        assert f"还在用原来的（{place.bot.config.hash}）" in said
        assert place.wecom.journal.texts(place.chat("li.na")) == []


async def test_a_fault_of_the_program_s_own_is_told_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> Brain:
        raise ZeroDivisionError

    async with town(tmp_path) as place:
        before = place.bot.config.hash
        monkeypatch.setattr("bot.app.build_brain", breaks)
        place.config.write_text(place.config.read_text("utf-8").replace("宝塔镇河妖", "小鸡炖蘑菇"), "utf-8")
        assert "程序自己出了错" in await told(place, f"还在用原来的（{before}）")


async def test_a_good_file_is_told_in_one_line_with_what_changed(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        rules = [f'[[replies]]\nname = "{name}"\nexact = "{name}"\nreply = "好"' for name in ("新的", "又")]
        more = "\n" + "\n".join(rules) + "\n"
        place.config.write_text(place.config.read_text("utf-8").replace("宝塔镇河妖", "小鸡炖蘑菇") + more, "utf-8")
        said = await told(place, "已生效")
        assert said == f"新配置已生效（{place.bot.config.hash}）：[[replies]] 新增 2 条，改了 1 条（共 3 条）。"


async def test_an_administrator_gets_the_state_of_the_running_bot(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        await place.wecom.say(place.app, "admin01", "状态")
        await place.wecom.settle()
        (said,) = place.wecom.journal.texts(place.chat("admin01"))
        assert said.startswith(f"配置 {place.bot.config.hash}，")
        assert "没发出的：没有" in said


class Talkative:
    """A door that breaks with the words it should have said."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def __getattr__(self, name: str) -> object:
        return getattr(self._channel, name)

    async def send(self, delivery: Delivery) -> str:
        raise ValueError(f"cannot say {delivery.content!r}")


@dataclass
class Barrier:
    """A door that WeCom does not let through until it is open."""

    channel: Channel
    is_open: bool = False

    def __getattr__(self, name: str) -> object:
        return getattr(self.channel, name)

    async def send(self, delivery: Delivery) -> str:
        if not self.is_open:
            raise SendError(Fault.REFUSED, "not allow to access from your ip", 60020)
        return await self.channel.send(delivery)


async def test_the_outbox_is_looked_after_beside_the_running_bot(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    barriers: list[Barrier] = []

    def around(channel: Channel) -> Barrier:
        barriers.append(Barrier(channel))
        return barriers[-1]

    async with town(tmp_path, more='[escalation]\nteam = "售后组"\n', wiring={"around_channel": around}) as place:
        config = str(place.config)
        # What is said to the staff has no callback to travel in.
        await place.wecom.say(place.app, "wang.wu", "转人工")
        await until_dead(place)
        status = await asyncio.to_thread(main, ["outbox", "list", "--json", "-c", config])
        (row,) = json.loads(capfd.readouterr().out)
        assert (status, row["state"], row["to"]) == (1, "dead", "app:助手|direct|admin01")
        for barrier in barriers:
            barrier.is_open = True
        assert await asyncio.to_thread(main, ["outbox", "retry", row["event"], "-c", config]) == 0
        await until(lambda: any(one.card for one in place.wecom.journal.seen(place.chat("admin01"))), 60)
        await until(lambda: is_quiet(place))


async def is_quiet(place: Town) -> bool:
    """Whether everything was sent."""
    return not await place.bot.database.read(sa.select(outbox.c.seq).where(outbox.c.state != "done"))


async def until_dead(place: Town) -> None:
    dead = sa.select(outbox.c.seq).where(outbox.c.state == "dead")

    async def found() -> bool:
        return bool(await place.bot.database.read(dead))

    await until(found, 60)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is logged, with all details."""
    root, stream = logging.getLogger(), io.StringIO()
    before, levels = (root.handlers[:], root.level), {name: logging.getLogger(name).level for name in OWN}
    set_up(LogSection(level="debug"), ["QunbanTestSecret"], stream)
    yield stream
    root.handlers[:], root.level = before
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


async def test_no_words_and_no_secrets_get_into_the_log(tmp_path: Path, log: io.StringIO) -> None:
    async with town(tmp_path, wiring={"around_channel": Talkative}) as place:
        attacks = place.wecom.attacks
        for door in (place.app, place.robot):
            await attacks.forged_signature(door)
            await attacks.other_body(door)
            await attacks.oversized(door)
            await attacks.reused_nonce(door)
            await attacks.malformed(door)
        for text in (PHRASE, "天王盖地虎", "转人工"):
            await place.wecom.mention(place.robot, "wrNeice1", "li.na", text)
            await place.wecom.say(place.app, "wang.wu", text)
        await place.wecom.settle()
        await until(lambda: "broke its door" in log.getvalue(), 60)
        secrets = (place.app.secret, place.app.token, place.app.aes_key, place.robot.token, place.robot.aes_key)
    written = log.getvalue()
    records = [json.loads(line) for line in written.splitlines()]
    assert [word for word in (*PERSONAL, *secrets, "access_token=", "response_code=") if word in written] == []
    assert sum(record["message"].startswith("answered") for record in records) >= 4
    assert all(
        "event" in record for record in records if record["logger"] == "bot.lanes" and "row" in record["message"]
    )
    assert any(record.get("error") == "ValueError" for record in records)
