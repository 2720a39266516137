"""`qunban kb`: bring in, look over, search, find the gaps and close them."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.store.connection import Connection
from bot.store.database import Database
from bot.store.tables import meta
from handlers.desk.tables import messages, tickets
from handlers.gaps import UNKNOWN, UNTAKEN, gaps
from knowledge.entries import load
from nlp.tokenise import Tokeniser
from tests.cli.conftest import extended

# The times that a command compares with are those of the clock on the wall.
NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)

FAQ = """
[faq]
files = ["knowledge/*.toml"]

[[people]]
name = "小美"
userid = "mei01"
roles = ["客服"]
"""
ENTRIES = """\
# 我们的问答，别动这一行
[[faq]]
question = "怎么退货？"           # 常问
similar = ["我要退货", "退货流程", "买错了能退吗"]
answer = "七天内可以退"
tags = ["售后"]

[[faq]]
question = "门店在哪里？"
similar = ["有没有实体店", "店在什么地方"]
answer = "杭州湖滨"
"""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def base(config: Path) -> Path:
    """A configuration with a small FAQ."""
    folder = config.parent / "knowledge"
    folder.mkdir()
    (folder / "faq.toml").write_text(ENTRIES, encoding="utf-8")
    return extended(config, FAQ)


@pytest.fixture(scope="module")
def tokeniser() -> Tokeniser:
    """The dictionary, which takes a second to load, once for all commands."""
    return Tokeniser.load()


@pytest.fixture
def kb(config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tokeniser: Tokeniser) -> Run:
    """Runs a command of `qunban kb` on the test's configuration."""
    monkeypatch.setattr(Tokeniser, "load", lambda: tokeniser)

    def run(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(["kb", str(words[0]), "-c", str(config), *map(str, words[1:])])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def test_the_base_is_counted(base: Path, kb: Run) -> None:
    status, out, _ = kb("stats", "--json")
    found = json.loads(out)
    assert status == 0
    assert (found["entries"], found["wordings"], found["tags"]) == (2, 7, {"售后": 1})
    assert "问答 2 条，问法 7 种" in kb("stats")[1]


def test_a_search_says_what_would_be_done(base: Path, kb: Run) -> None:
    found = json.loads(kb("search", "退货流程", "--json")[1])
    assert (found["verdict"], found["score"]) == ("answer", 1.0)
    assert (found["hits"][0]["question"], found["hits"][0]["nearest"]) == ("怎么退货？", "退货流程")
    assert found["hits"][0]["line"] == 2
    assert "会直接回答第一条" in kb("search", "退货流程")[1]
    assert "没有沾边的" in kb("search", "quantum")[1]


def test_what_may_not_be_said_today_is_marked(base: Path, kb: Run) -> None:
    file = base.parent / "knowledge" / "faq.toml"
    file.write_text(f"{ENTRIES}end = 2020-01-01\n", encoding="utf-8")
    assert "今天或这里不能说" in kb("search", "门店在哪里")[1]


def sheet(folder: Path, text: str) -> Path:
    path = folder / "导出.csv"
    path.write_bytes(text.encode("gbk"))
    return path


def test_an_import_is_shown_first_and_written_only_when_told_where(base: Path, kb: Run, tmp_path: Path) -> None:
    source = sheet(tmp_path, "问,答\n几点开门,九点\n我要退货,七天\n")
    status, out, _ = kb("import", source)
    assert status == 0
    assert "「我要退货」库里已经有了" in out
    assert '[[faq]]\nquestion = "几点开门"\nanswer = "九点"\n' in out
    target = tmp_path / "knowledge" / "新的.toml"
    assert not target.exists()
    assert kb("import", source, "--to", target)[0] == 0
    assert [entry.question for entry in load([target]).entries] == ["几点开门"]
    assert main(["check", "-c", str(base)]) == 0


def test_an_import_overwrites_only_when_forced(base: Path, kb: Run, tmp_path: Path) -> None:
    source, target = sheet(tmp_path, "问,答\n几点开门,九点\n"), tmp_path / "knowledge" / "faq.toml"
    status, _, err = kb("import", source, "--to", target)
    assert (status, "--force" in err) == (1, True)
    assert target.read_text("utf-8") == ENTRIES
    assert kb("import", source, "--to", target, "--force")[0] == 0
    assert [entry.question for entry in load([target]).entries] == ["几点开门"]


def test_an_import_tells_every_broken_cell(kb: Run, tmp_path: Path) -> None:
    source = sheet(tmp_path, "问,答\n几点开门,\n几点关门,十点\n")
    status, out, _ = kb("import", source, "--json")
    found = json.loads(out)
    assert (status, found["ok"], found["entries"]) == (1, False, 1)
    (error,) = found["errors"]
    assert (error["line"], error["key"]) == (2, "答")


LINTED = """
[[faq]]
question = "多久发出？"
similar = ["几天能发出", "多长时间发出"]
answer = "48 小时内"

[[faq]]
question = "请问多久能发出呀"
answer = "72 小时内"

[[faq]]
question = "怎样退货呢"
answer = "七天内可以退"

[[faq]]
question = "什么时候发货"
answer = "{long}"

[[faq]]
question = "中秋几折"
answer = "八折"
end = 2020-09-30

[[faq]]
question = "价"
answer = "99 元"
"""


def test_lint_finds_each_kind_of_fault_with_its_cure(base: Path, kb: Run) -> None:
    file = base.parent / "knowledge" / "faq.toml"
    file.write_text(ENTRIES + LINTED.replace("{long}", "长" * 1000), encoding="utf-8")
    status, out, _ = kb("lint", "--json")
    found = json.loads(out)
    kinds = {(one["kind"], one["line"]) for one in (*found["errors"], *found["warnings"])}
    expected = {
        ("contradiction", 18),
        ("duplicate", 22),
        ("swallowed", 26),
        ("file", 28),
        ("expired", 30),
        ("short", 35),
    }
    assert kinds >= expected
    assert (status, found["ok"]) == (1, False)
    (error,) = found["errors"]
    assert list(error) == ["file", "line", "key", "value", "message", "kind"]
    assert "一条是“48 小时”，一条是“72 小时”" in error["message"]
    assert "knowledge/faq.toml:18: question" in kb("lint")[1]


def test_a_clean_base_passes(base: Path, kb: Run) -> None:
    assert kb("lint")[:2] == (0, "2 条问答，没有发现毛病\n")


def test_lint_looks_at_one_file_alone(base: Path, kb: Run, tmp_path: Path) -> None:
    status, out, _ = kb("lint", sheet(tmp_path, "问,答\n价,九点\n"))
    assert status == 0
    assert "太短" in out
    assert "退货" not in out


def test_a_broken_configuration_is_told_with_its_line(base: Path, kb: Run) -> None:
    (base.parent / "knowledge" / "faq.toml").write_text('[[faq]]\nquestion = "甲"\n', encoding="utf-8")
    status, _, err = kb("stats")
    assert status == 1
    assert "faq.toml:1: faq[0].answer" in err


# What people asked: (text, hours ago, kind, thread)
ASKED = (
    ("可以开专用发票吗", 50, UNKNOWN, "t1"),
    ("能不能开专用发票", 30, UNKNOWN, "t2"),
    ("可以开专用发票吗", 20, UNTAKEN, "t3"),
    ("我的订单 SO20260001 开专用发票", 10, UNKNOWN, "t5"),
    ("周末放假吗", 200, UNKNOWN, "t4"),
    ("退货流程", 5, UNKNOWN, "t6"),
    ("随便问问", 0, UNTAKEN, "t7"),
)


async def store(url: str) -> None:
    """What a bot has recorded: questions without an answer, and what a person said to one of those who asked."""
    database = await Database.open(url)
    rows = [
        {"event": f"e{at}", "thread": thread, "group_name": "", "kind": kind, "text": text, "at": NOW - hours * HOUR}
        for at, (text, hours, kind, thread) in enumerate(ASKED)
    ]
    opened = NOW - 30 * HOUR + timedelta(minutes=2)
    ticket: dict[str, Any] = {"id": 7, "thread": "t2", "conversation": "app:助手|direct|lin", "member": "lin"}
    ticket |= {"team": "客服", "state": "closed", "owner": "mei01", "opened_at": opened}
    said = [
        ("customer", "在吗"),
        ("staff", "您好，在的"),
        ("staff", "可以开，下单时备注抬头 {税号}"),
        ("staff", "不客气"),
    ]

    async def write(connection: Connection) -> None:
        await connection.execute(meta.insert().values(key="partitions", value="8"))
        await connection.execute(gaps.insert(), rows)
        await connection.execute(tickets.insert().values(ticket))
        for minute, (side, body) in enumerate(said):
            line = {"ticket": 7, "at": opened + timedelta(minutes=minute), "side": side, "body": body}
            await connection.execute(messages.insert().values(line))

    await database.write(write)
    await database.close()


@pytest.fixture
def asked(base: Path, at_stores: Path, migrated_url: str) -> Path:
    """A configuration whose bot could not answer some questions."""
    asyncio.run(store(migrated_url))
    return at_stores


def test_gaps_are_gathered_counted_and_accepted(asked: Path, kb: Run) -> None:
    status, out, _ = kb("gaps", "--json")
    first, second = json.loads(out)
    assert status == 0
    assert (first["id"], first["question"], first["count"], first["untaken"]) == (1, "可以开专用发票吗", 4, 1)
    assert first["wordings"][1:] == ["能不能开专用发票", "我的订单 SO20260001 开专用发票"]
    assert first["proposed"] == "可以开，下单时备注抬头 {税号}"
    assert second["question"] == "周末放假吗"
    said = kb("gaps", "--since", "7d")[1]
    assert "#1  可以开专用发票吗  问过 4 次，其中 1 次给了选项没人选" in said
    assert "周末放假吗" not in said

    faq = asked.parent / "knowledge" / "faq.toml"
    status, out, _ = kb("accept", "2", "--to", faq)
    assert status == 0
    block = faq.read_text("utf-8").removeprefix(ENTRIES + "\n")
    assert block.startswith(f"# {NOW.astimezone():%Y}")
    assert "回答是小美" in block.splitlines()[0]
    assert block.splitlines()[1:] == [
        "[[faq]]",
        'question = "可以开专用发票吗"',
        'similar = ["能不能开专用发票"]',
        'answer = "可以开，下单时备注抬头 ｛税号｝"',
        'owner = "小美"',
    ]
    assert main(["check", "-c", str(asked)]) == 0
    assert [one["question"] for one in json.loads(kb("gaps", "--json")[1])] == ["周末放假吗"]
    status, _, err = kb("accept", "1", "--answer", "可以")
    assert (status, "已经答得上来" in err) == (1, True)


def test_without_an_answer_nothing_is_accepted(asked: Path, kb: Run) -> None:
    status, _, err = kb("accept", "5")
    assert (status, 'qunban kb accept 5 --answer "…"' in err) == (1, True)
    status, _, err = kb("accept", "99")
    assert (status, "没有编号是 99 的问题" in err) == (1, True)
    status, out, _ = kb("accept", "5", "--answer", "周末照常\n上班", "--json")
    found = json.loads(out)
    assert (status, Path(found["file"]).name, found["line"]) == (0, "补充.toml", 1)
    (entry,) = load([asked.parent / "knowledge" / "补充.toml"]).entries
    assert (entry.question, entry.answers) == ("周末放假吗", ("周末照常\n上班",))


def test_what_would_break_the_configuration_is_taken_back(
    asked: Path, kb: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = asked.parent / "knowledge"
    (folder / "坏的.toml").write_text("[[faq]]\nquestion = 3\n", encoding="utf-8")
    before = sorted(path.name for path in folder.iterdir())
    status, _, err = kb("accept", "5", "--answer", "照常")
    assert (status, "faq[0].question" in err) == (1, True)
    assert sorted(path.name for path in folder.iterdir()) == before
