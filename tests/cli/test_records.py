"""`qunban outbox` and `qunban explain` on stored records."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.cli import main
from bot.cli.outbox import where
from bot.store.connection import Connection
from bot.store.database import Database
from bot.store.tables import events, meta, outbox
from bot.types.actions import Card, Content, Text, dump_content
from handlers.feedback import ratings

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
EVENT = "aibot:ww1:小助手:m1"
ROOM = "aibot:小助手|group|wrTest"


def row(number: int, state: str, content: Content, **more: Any) -> dict[str, Any]:
    kept = {"id": f"{EVENT}:{number}", "event": EVENT, "lane": ROOM, "kind": content.type, "state": state}
    times = {"due_at": AT, "created_at": AT, "changed_at": AT}
    return {**kept, **times, "partition": 0, "content": dump_content(content), "fixed": True, "error": "", **more}


ROWS = (
    row(1, "done", Text(body="发出了的")),
    row(2, "uncertain", Text(body="也许到了"), error="连接断了"),
    row(3, "dead", Text(body="到不了"), error="不允许"),
    row(4, "waiting", Card(task="desk-1-0", title="#1 小林")),
)
TRACE = {
    "config": "abc123",
    "rule": "发货",
    "score": 0.91,
    "into": "",
    "tried": [{"handler": "keyword", "rule": "发货", "score": None, "note": "整句"}],
}


THUMB = {"event": EVENT, "member": "lin", "verdict": "inaccurate", "content": "不完整", "at": AT}


def event() -> dict[str, Any]:
    said = {"id": EVENT, "conversation": ROOM, "thread": f"{ROOM}|lin", "member_key": "m_7", "topic": "message"}
    decided = {"outcome": "answered", "handler": "keyword", "reason": "说到了发货", "stream": ""}
    times = {"at": AT, "received_at": AT, "decided_at": AT}
    return {**said, **decided, **times, "text": "什么时候发货", "trace": json.dumps(TRACE, ensure_ascii=False)}


async def store(url: str) -> None:
    database = await Database.open(url)

    async def write(connection: Connection) -> None:
        await connection.execute(meta.insert().values(key="partitions", value="8"))
        await connection.execute(events.insert().values(event()))
        await connection.execute(ratings.insert().values(THUMB))
        for each in ROWS:
            await connection.execute(outbox.insert().values(each))

    await database.write(write)
    await database.close()


async def states(url: str) -> Sequence[tuple[int, str]]:
    database = await Database.open(url)
    rows = await database.read(sa.select(outbox.c.seq, outbox.c.state).order_by(outbox.c.seq))
    await database.close()
    return [(each.seq, each.state) for each in rows]


@pytest.fixture
def kept(at_stores: Path, migrated_url: str) -> Path:
    """A configuration with records."""
    asyncio.run(store(migrated_url))
    return at_stores


def test_the_list_shows_what_did_not_reach_an_end(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outbox", "list", "-c", str(kept)]) == 1
    said = capsys.readouterr().out
    assert [word for word in ("也许到了", "到不了", "［卡片］#1 小林", "发出了的") if word in said] == [
        "也许到了",
        "到不了",
        "［卡片］#1 小林",
    ]
    assert "说不准" in said
    assert "连接断了" in said


def test_the_list_is_json_for_programs(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outbox", "list", "--state", "dead", "--json", "-c", str(kept)]) == 1
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["number"], found["state"], found["text"], found["to"]) == (3, "dead", "到不了", ROOM)


def test_nothing_stuck_is_fine(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outbox", "drop", "2", "-c", str(kept)]) == 0
    assert main(["outbox", "retry", "3", "-c", str(kept)]) == 0
    capsys.readouterr()
    assert main(["outbox", "list", "-c", str(kept)]) == 0


def test_what_is_dead_can_be_given_up_too(kept: Path) -> None:
    assert main(["outbox", "drop", "2", "3", "-c", str(kept)]) == 0
    assert main(["outbox", "list", "-c", str(kept)]) == 0


def test_retry_lets_the_lane_try_again(kept: Path, migrated_url: str) -> None:
    assert main(["outbox", "retry", "2", "3", "-c", str(kept)]) == 0
    assert asyncio.run(states(migrated_url)) == [(1, "done"), (2, "waiting"), (3, "waiting"), (4, "waiting")]


def test_what_is_done_cannot_be_retried(kept: Path, migrated_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outbox", "retry", "1", "99", "-c", str(kept)]) == 1
    assert capsys.readouterr().out.count("不能这样处理") == 2
    assert asyncio.run(states(migrated_url))[0] == (1, "done")


def test_what_was_dropped_is_no_longer_listed(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outbox", "drop", "2", "-c", str(kept)]) == 0
    capsys.readouterr()
    main(["outbox", "list", "-c", str(kept)])
    assert "也许到了" not in capsys.readouterr().out


def test_what_was_dropped_takes_no_place_of_what_is_listed(
    kept: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["outbox", "drop", "2", "-c", str(kept)]) == 0
    monkeypatch.setattr("bot.cli.outbox.MOST", 1)
    capsys.readouterr()
    main(["outbox", "list", "-c", str(kept)])
    said = capsys.readouterr().out
    assert "到不了" in said
    assert "只列出最早的 1 条" in said


@pytest.mark.parametrize("words", [["outbox", "list"], ["explain"], ["groups"]])
def test_records_can_be_looked_at_while_the_configuration_is_spoilt(
    words: list[str], kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept.write_text(kept.read_text("utf-8") + "\n[nonsense]\na = 1\n[[replies]]\nname = 3\n", "utf-8")
    main([*words, "-c", str(kept)])
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out


def test_explain_tells_the_whole_story(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", EVENT, "-c", str(kept)]) == 0
    said = capsys.readouterr().out
    for part in (
        "2026-11-23 10:00:00",
        "什么时候发货",
        "答了，关键词，规则“发货”，把握 0.91",
        "说到了发货",
        "abc123",
        "整句",
    ):
        assert part in said
    assert "发出了的（发出了，aibot:小助手 的群 wrTest）" in said
    assert "👎 不准确：不完整" in said and "lin）" not in said


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("", "不在任何会话里"),
        (ROOM, "aibot:小助手 的群 wrTest"),
        ("kf:客服|direct|wkA1/wmLin", "kf:客服 的单聊 wkA1/wmLin"),
        (f"emit|{ROOM}", "aibot:小助手 的群 wrTest"),
    ],
)
def test_every_lane_can_be_read(key: str, said: str) -> None:
    assert where(key) == said


def test_explain_is_json_for_programs(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", EVENT, "--json", "-c", str(kept)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["outcome"], found["handler"], found["trace"]["rule"]) == ("answered", "keyword", "发货")
    assert [one["state"] for one in found["sent"]] == ["done", "uncertain", "dead", "waiting"]
    assert found["ratings"] == [{"verdict": "inaccurate", "content": "不完整"}]


def test_explain_without_a_number_lists_the_latest(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "-c", str(kept)]) == 0
    assert EVENT in capsys.readouterr().out


def test_the_list_says_how_old_and_what_to_do(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["outbox", "list", "-c", str(kept)])
    said = capsys.readouterr().out
    assert "多久了" in said
    assert "先问问对方：没收到就 qunban outbox retry 编号" in said
    assert "发不出去：按“为什么”改好以后" in said
    assert "压着：" not in said


def test_a_message_s_number_stands_for_all_that_is_stuck_of_it(kept: Path, migrated_url: str) -> None:
    assert main(["outbox", "retry", EVENT, "-c", str(kept)]) == 0
    assert asyncio.run(states(migrated_url)) == [(1, "done"), (2, "waiting"), (3, "waiting"), (4, "waiting")]
    assert main(["outbox", "drop", "no:such:event", "-c", str(kept)]) == 1


def test_explain_shows_the_steps_as_a_table(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["explain", EVENT, "-c", str(kept)])
    head, step = capsys.readouterr().out.splitlines()[-2:]
    assert head.split() == ["步", "功能", "规则", "把握", "结果"]
    assert step.split() == ["1", "关键词", "发货", "✓", "说到了发货，整句"]


def test_an_unknown_message_is_said_to_be_unknown(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "app:nobody", "-c", str(kept)]) == 1
    assert "没有编号为 app:nobody 的消息" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["outbox", "list"], ["outbox", "retry", "1"], ["explain"]])
def test_without_records_the_cure_is_named(
    words: list[str], at_unused: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "-c", str(at_unused)]) == 1
    assert "还没有运行过就先 qunban run" in capsys.readouterr().err
