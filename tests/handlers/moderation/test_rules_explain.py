"""`qunban rules explain` and `qunban rules stats`: why, from where, and how many."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.cli.dispatch import dispatch
from bot.store.connection import Connection
from bot.store.database import Database
from handlers.moderation.report import Line
from handlers.moderation.tables import RIGHT, WRONG, cases, finds, hits
from handlers.rules.counting import caught
from nlp.moderation.entry import Entry
from nlp.moderation.evaluation import Share
from nlp.tokenise import Tokeniser
from tests.cli.conftest import SMALL

WORDS = "# 词表\n刷单返利\tfraud\t3\n加群领券\tad\t1\n真人荷官\tgambling\t3\t删除\texact\t内测群\t2099-01-01\t常见\n"
RULES = """
[[moderation]]
name = "诈骗"
words = "words.txt"
categories = "诈骗"
allow = ["allow.txt", "刷单返利是什么"]

[[moderation]]
name = "赌博"
words = "words.txt"
categories = "赌博"
groups = "内测群"
"""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def tokeniser() -> Tokeniser:
    return Tokeniser.load()


@pytest.fixture
def rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tokeniser: Tokeniser
) -> Run:
    """Runs a command of `qunban rules` in a folder with lists of its own."""
    monkeypatch.setattr(Tokeniser, "load", lambda: tokeniser)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words.txt").write_text(WORDS, "utf-8")
    (tmp_path / "allow.txt").write_text("# 放行\nphrase\t刷单返利率\n", "utf-8")

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = dispatch(["rules", *words])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


LISTS = ("--words", "words.txt", "--allow", "allow.txt")


def test_a_hit_is_explained_with_entry_layer_span_and_place(rules: Run) -> None:
    status, said, _ = rules("explain", "来做刷*单*返*利", *LISTS)
    assert status == 0
    assert said.splitlines()[0] == "拦下：来做*******"
    assert said.splitlines()[1] == (
        "  「刷*单*返*利」  第 3 到 9 个字  是「刷单返利」  夹符号、空格、重复字  诈骗，严重 3，拦下  words.txt:2"
    )


def test_programs_get_the_same_as_an_object(rules: Run) -> None:
    _, said, _ = rules("explain", "刷单返利率，加群领券", *LISTS, "--json")
    found = json.loads(said)
    assert (found["verdict"], found["masked"]) == ("audit", "刷单返利率，****")
    (hit,), (spared,) = found["hits"], found["allowed"]
    assert (hit["word"], hit["layer"], hit["span"], hit["file"], hit["line"]) == (
        "加群领券", "exact", [6, 10], "words.txt", 3,
    )  # fmt: skip
    assert (spared["word"], spared["phrase"], spared["phrase_at"]) == ("刷单返利", "刷单返利率", "allow.txt:2")


def test_what_was_let_pass_names_the_phrase(rules: Run) -> None:
    _, said, _ = rules("explain", "刷单返利率", *LISTS)
    assert said.splitlines() == [
        "放行：没有命中，词表里的词都被放行了",
        "放行了 「刷单返利」（words.txt:2）：「刷单返利率」在放行表里（allow.txt:2）",
    ]
    assert rules("explain", "今天发货吗", *LISTS)[1] == "放行：没有命中\n"


def test_words_that_stand_across_others_are_told(rules: Run, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("刷单\tfraud\t3\n", "utf-8")
    assert rules("explain", "请到印刷单位去取", *LISTS)[1].splitlines() == [
        "放行：没有命中",
        "没算 「刷单」（words.txt:1）：第 4 到 5 个字属于别的词",
    ]
    (within,) = json.loads(rules("explain", "请到印刷单位去取", *LISTS, "--json")[1])["within"]
    assert (within["word"], within["span"]) == ("刷单", [3, 5])


def test_the_rules_of_the_configuration_are_named(rules: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(SMALL + RULES, "utf-8")
    text = "真人荷官，刷单返利"
    _, said, _ = rules("explain", text, "--json")
    assert [(hit["word"], hit["rules"]) for hit in json.loads(said)["hits"]] == [
        ("真人荷官", []),
        ("刷单返利", ["诈骗"]),
    ]
    _, said, _ = rules("explain", text, "--group", "内测群")
    assert "规则 赌博" in said
    assert "没有规则要管" in rules("explain", "真人荷官")[1]
    assert "[[moderation]] 的 allow" in rules("explain", "刷单返利是什么")[1]


TONE = """
[[moderation]]
name = "语气"
score = 0.6

[[moderation]]
name = "广告语气"
words = "words.txt"
categories = ["广告", "诈骗"]
groups = "内测群"
score = "只记录"
"""
ABUSE = "你就是个没脑子的蠢货，滚出去，贱人，恶心的废物"


def test_what_a_text_sounds_like_is_told_where_a_rule_asks(rules: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(SMALL + TONE, "utf-8")
    first, heard = rules("explain", ABUSE)[1].splitlines()
    assert first == "人来看：词表没有命中"
    assert heard.startswith("语气像辱骂的把握 0.")
    assert heard.endswith("过了线 0.6（规则 语气）")
    found = json.loads(rules("explain", ABUSE, "--group", "内测群", "--json")[1])
    assert found["verdict"] == "review"
    assert [(one["rule"], one["category"], one["verdict"]) for one in found["tones"]] == [
        ("语气", "abuse", "review"),
        ("广告语气", "ad", "pass"),
    ]
    said = rules("explain", "今天发货吗")[1].splitlines()
    assert said[0] == "放行：没有命中"
    assert "没过线 0.6" in said[1]


def test_a_rule_that_found_a_word_does_not_listen_to_the_tone(rules: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(SMALL + TONE, "utf-8")
    found = json.loads(rules("explain", f"{ABUSE}，刷单返利", "--group", "内测群", "--json")[1])
    assert ([hit["rules"] for hit in found["hits"]], [one["rule"] for one in found["tones"]]) == (
        [["广告语气"]],
        ["语气"],
    )


def test_the_lists_are_counted(rules: Run) -> None:
    status, said, _ = rules("stats", *LISTS, "--json")
    found = json.loads(said)
    assert status == 0
    assert (found["entries"], found["categories"], found["severities"]) == (
        3, {"ad": 1, "fraud": 1, "gambling": 1}, {"1": 1, "3": 2},
    )  # fmt: skip
    assert (found["files"], found["actions"]) == ({"words.txt": 3}, {"删除": 1})
    assert (found["layered"], found["grouped"], found["ending"]) == (1, 1, 1)
    said = rules("stats", *LISTS)[1]
    assert "3 条，3 个词" in said
    assert "     1  诈骗" in said


def test_without_records_there_are_no_hits_to_tell_of(rules: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(SMALL + RULES, "utf-8")
    status, _, told = rules("stats", "--hits")
    assert status == 1
    assert "还没有运行过" in told


def test_words_that_are_found_never_or_wrongly_are_told() -> None:
    entries = [Entry(word, "ad") for word in ("甲词", "乙词", "丙词")]
    lines = [Line("甲词", 7, 2, Share(0, 2)), Line("别处的词", 9, 1, Share(1, 1)), Line("乙词", 1, 1, Share(1, 1))]
    assert caught(entries, lines) == {
        "hits": {"甲词": 7, "乙词": 1}, "dead": ["丙词"], "noisy": [{"word": "甲词", "wrong": 2, "ruled": 2}],
    }  # fmt: skip


async def test_the_records_of_the_bot_are_read(
    rules: Run, tmp_path: Path, database: Database, store_section: str
) -> None:
    """What was found and what people said of it comes out again."""
    (tmp_path / "config.toml").write_text(SMALL + RULES + store_section, "utf-8")
    await database.write(_record)
    status, said, told = await asyncio.to_thread(rules, "stats", "--hits", "--json")
    assert (status, told) == (0, "")
    found = json.loads(said)
    assert found["hits"] == {"刷单返利": 2}
    assert found["noisy"] == [{"word": "刷单返利", "wrong": 1, "ruled": 2}]
    assert found["dead"] == ["加群领券", "真人荷官"]


async def _record(connection: Connection) -> None:
    """Two finds of one word, in a case of its own each: one was wrong."""
    for number, state in enumerate((WRONG, RIGHT), 1):
        await connection.execute(_filled(cases, id=number, rule="诈骗", state=state))
        await connection.execute(_filled(finds, id=number, rule="诈骗", judgement="block", case_id=number))
        await connection.execute(_filled(hits, find=number, number=0, word="刷单返利", layer="exact"))


def _filled(table: sa.Table, **values: object) -> sa.Insert:
    """A row with something in every column that needs it."""
    at = datetime.now(UTC) - timedelta(days=1)
    usual: dict[type, object] = {str: "", int: 0, bool: True}
    needed = {one.name: usual.get(one.type.python_type, at) for one in table.columns if not one.nullable}
    return sa.insert(table).values({**needed, **values})
