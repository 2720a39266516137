"""Questions in other words: answered, offered as a choice, or passed on."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from bot.brain import Brain
from bot.config import ConfigError
from bot.types.actions import File, Image, Text
from bot.types.events import Conversation
from bot.types.files import Files
from bot.types.outcome import Kind
from handlers.understand import Faq, Library, Understand
from knowledge.entries import load
from nlp.normalise import core
from tests.handlers.conftest import SHIPPED, MakeStage
from tests.handlers.stage import Stage, read

PHRASINGS = SHIPPED.parent / "bot" / "cli" / "tour" / "phrasings.toml"
GROUP = Conversation("aibot:小助手", "group", "wrMuyuNeiceQun0000000000000001")
STAFF_GROUP = Conversation("aibot:小助手", "group", "wrMuyuMendianQun00000000000002")

SMALL = """\
[wecom]
corp_id = "ww1234567890abcdef"

[[groups]]
name = "甲群"
id = "wrAAAAAAAAAAAAAAAAAAAAAAAAAAAA01"
features = ["welcome"]

[[groups]]
name = "乙群"
id = "wrAAAAAAAAAAAAAAAAAAAAAAAAAAAA02"

[faq]
files = ["faq.toml"]
wait = "1m"
"""
ENTRIES = """\
[[faq]]
id = "ship"
question = "多久发货？"
similar = ["几天能到", "什么时候寄出"]
answer = ["{nickname}，两天内", "两天内发出"]

[[faq]]
id = "refund"
question = "退货在哪里申请？"
answer = "七天内可以退"

[[faq]]
id = "fee"
question = "退货的运费由谁承担？"
answer = "我们出"

[[faq]]
id = "secret"
question = "内购怎么买？"
answer = "六折"
groups = ["乙群"]

[[faq]]
id = "sale"
question = "双十一打几折？"
answer = "八折"
start = 2026-11-01
end = 2026-11-22
"""
FIRST = Conversation("aibot:小助手", "group", "wrAAAAAAAAAAAAAAAAAAAAAAAAAAAA01")
SECOND = Conversation("aibot:小助手", "group", "wrAAAAAAAAAAAAAAAAAAAAAAAAAAAA02")
DIRECT = Conversation("aibot:小助手", "direct", "lin")


@pytest.fixture
async def small(make_stage: MakeStage, tmp_path: Path) -> Stage:
    (tmp_path / "faq.toml").write_text(ENTRIES, encoding="utf-8")
    return await make_stage(SMALL)


@pytest.fixture(scope="module")
def phrasings() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    return tomllib.loads(PHRASINGS.read_text(encoding="utf-8"))


def words_of(value: object) -> set[str]:
    """Every text anywhere in a configuration, as texts are compared."""
    if isinstance(value, str):
        return {core(value)}
    if isinstance(value, dict):
        return {word for one in value.values() for word in words_of(one)}
    return {word for one in value for word in words_of(one)} if isinstance(value, list) else set()


async def test_every_phrasing_of_the_tour_gets_its_entry(
    community: Stage, phrasings: Mapping[str, Sequence[Mapping[str, Any]]]
) -> None:
    assert len(phrasings["phrasings"]) >= 66
    wrong = []
    for number, one in enumerate(phrasings["phrasings"]):
        await community.say(f"member{number}", one["text"], GROUP)
        decided = community.last
        if (decided.handler, decided.outcome.rule) != ("understand", one["entry"]):
            wrong.append((one["text"], decided.handler, decided.outcome.rule))
    assert wrong == []


async def test_unsure_questions_of_the_tour_are_offered_a_choice(
    community: Stage, phrasings: Mapping[str, Sequence[Mapping[str, Any]]]
) -> None:
    assert len(phrasings["unsure"]) >= 5
    for number, one in enumerate(phrasings["unsure"]):
        (shown,) = await community.say(f"member{number}", one["text"], GROUP)
        assert shown.words.startswith("您是想问：\n1. ")
        assert "\n2. " in shown.words
        assert shown.words.endswith("\n回复序号即可")


async def test_unknown_questions_of_the_tour_are_passed_on(
    community: Stage, phrasings: Mapping[str, Sequence[Mapping[str, Any]]]
) -> None:
    assert len(phrasings["unknown"]) >= 10
    for number, one in enumerate(phrasings["unknown"]):
        await community.say(f"member{number}", one["text"], GROUP)
        assert community.last.handler == "fallback"
        assert any(tried.handler == "understand" and "没有够像" in tried.note for tried in community.traces[-1].tried)


def test_no_phrasing_of_the_tour_stands_in_config_or_knowledge(
    phrasings: Mapping[str, Sequence[Mapping[str, Any]]],
) -> None:
    files = [SHIPPED, *SHIPPED.parent.joinpath("knowledge").glob("*.toml")]
    written = {word for file in files for word in words_of(tomllib.loads(file.read_text(encoding="utf-8")))}
    assert {one["text"] for rows in phrasings.values() for one in rows if core(one["text"]) in written} == set()


def test_the_shipped_base_is_large_and_well_worded(shipped: Brain) -> None:
    assert any(isinstance(one, Understand) for one in shipped.handlers)
    entries = load(sorted((SHIPPED.parent / "knowledge").glob("*.toml"))).entries
    assert len(entries) >= 66
    assert all(3 <= len(entry.similar) <= 6 for entry in entries)
    assert all(len(answer) <= 300 for entry in entries for answer in entry.answers)


async def test_an_answer_is_traced_with_all_that_was_considered(small: Stage) -> None:
    (shown,) = await small.say("lin", "你们几天能发货呀", SECOND)
    assert shown.words == "两天内发出" or shown.words == "两天内"
    assert small.last.outcome.rule == "ship"
    assert 0.5 < (small.last.outcome.score or 0) <= 1
    tried = [one for one in small.traces[-1].tried if one.handler == "understand"]
    assert tried[0].rule == "ship"
    assert [one.score for one in tried] == sorted((one.score or 0 for one in tried), reverse=True)


async def test_a_choice_is_answered_by_its_number_or_its_words(small: Stage) -> None:
    for picks, answer in {"2": "我们出", "第一个": "七天内可以退", "退货的运费由谁承担": "我们出"}.items():
        (offer,) = await small.say("lin", "退货", SECOND)
        assert offer.words == "您是想问：\n1. 退货在哪里申请？\n2. 退货的运费由谁承担？\n回复序号即可"
        (shown,) = await small.say("lin", picks, SECOND)
        assert shown.words == answer


async def test_a_choice_belongs_to_the_one_who_was_asked(small: Stage) -> None:
    await small.say("lin", "退货", SECOND)
    await small.say("man", "2", SECOND)
    assert small.last.handler == "fallback"
    (shown,) = await small.say("lin", "2", SECOND)
    assert shown.words == "我们出"


async def test_a_new_question_goes_on_as_a_new_question_and_the_choice_stays(small: Stage) -> None:
    await small.say("lin", "退货", SECOND)
    await small.say("lin", "什么时候能寄出", SECOND)
    assert small.last.outcome.rule == "ship"
    await small.say("lin", "1", SECOND)
    assert small.last.outcome.rule == "refund"


async def test_a_choice_is_taken_once_and_not_after_its_time(small: Stage) -> None:
    await small.say("lin", "退货", SECOND)
    await small.say("lin", "1", SECOND)
    await small.say("lin", "2", SECOND)
    assert small.last.handler == "fallback"
    await small.say("lin", "退货", SECOND)
    await small.forward(timedelta(minutes=1))
    await small.say("lin", "2", SECOND)
    assert small.last.handler == "fallback"


async def test_an_entry_is_said_in_its_groups_only(small: Stage) -> None:
    (shown,) = await small.say("lin", "内购怎么买", SECOND)
    assert shown.words == "六折"
    await small.say("lin", "内购怎么买", DIRECT)
    assert small.last.outcome.rule != "secret"


async def test_an_entry_is_said_until_its_last_day(small: Stage) -> None:
    small.now -= timedelta(days=1)
    (shown,) = await small.say("lin", "双十一打几折", SECOND)
    assert shown.words == "八折"
    small.now += timedelta(days=1)
    await small.say("lin", "双十一打几折", SECOND)
    assert small.last.outcome.rule != "sale"


async def test_a_group_without_the_feature_gets_no_answer_from_the_faq(small: Stage) -> None:
    await small.say("lin", "多久发货", FIRST)
    assert small.last.handler != "understand"


async def test_a_picture_is_left_to_others(small: Stage) -> None:
    await small.say("lin", "", SECOND, form="image")
    assert small.last.handler != "understand"


async def test_staff_questions_stay_in_the_staff_group(community: Stage) -> None:
    await community.say("lin", "员工内购怎么买", STAFF_GROUP)
    assert community.last.outcome.rule == "门店员工内购怎么买？"
    await community.say("lin", "员工内购怎么买", GROUP)
    assert community.last.outcome.rule != "门店员工内购怎么买？"


def test_a_reload_that_leaves_the_faq_alone_keeps_the_base(tmp_path: Path) -> None:
    library = Library()
    path = tmp_path / "faq.toml"
    path.write_text(ENTRIES, encoding="utf-8")
    first = library.base(load([path]))
    assert library.base(load([path])) is first
    path.write_text(ENTRIES.replace("七天", "十天"), encoding="utf-8")
    assert library.base(load([path])).ranker.entries[1].answers == ("十天内可以退",)


async def test_without_faq_files_the_bot_still_works(make_stage: MakeStage) -> None:
    stage = await make_stage('[wecom]\ncorp_id = "ww1234567890abcdef"\n')
    await stage.say("lin", "多久发货", DIRECT)
    assert stage.last.outcome.kind in (Kind.ANSWERED, Kind.SILENT, Kind.ESCALATED)


@pytest.mark.parametrize(
    ("line", "number", "cure"),
    [
        ('answer = ""', 3, "不能是空的"),
        ('answr = "好"', 3, "是否想写 answer？"),
        ('answer = "{nicknam}，好"', 1, "是否想写 {nickname}？"),
        ('answer = "好"\ngroups = ["丙群"]', 1, "没有叫“丙群”的群"),
    ],
)
def test_problems_in_faq_files_are_reported_with_file_and_line(
    tmp_path: Path, line: str, number: int, cure: str
) -> None:
    (tmp_path / "config.toml").write_text(SMALL, encoding="utf-8")
    faq = tmp_path / "faq.toml"
    faq.write_text(f'[[faq]]\nquestion = "甲"\n{line}\n', encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read(tmp_path / "config.toml")
    assert any(
        (one.line, Path(one.file).name) == (number, "faq.toml") and cure in one.message for one in caught.value.errors
    )


def test_the_files_are_read_once_for_all_who_ask(tmp_path: Path) -> None:
    file = tmp_path / "faq.toml"
    file.write_text('[[faq]]\nquestion = "多久发货"\nanswer = "两天"\n', "utf-8")
    faq = Faq(files=(Files("faq.toml", tmp_path),))
    first = faq.loaded
    file.unlink()
    assert faq.loaded is first
    assert [entry.answers for entry in first.entries] == [("两天",)]


async def test_what_is_attached_goes_out_with_the_answer(make_stage: MakeStage, tmp_path: Path) -> None:
    (tmp_path / "faq.toml").write_text(f'{ENTRIES}attach = ["发货.png", "说明.pdf"]\n', encoding="utf-8")
    (tmp_path / "发货.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 20)
    (tmp_path / "说明.pdf").write_bytes(b"%PDF-1.7" + b"0" * 20)
    stage = await make_stage(SMALL)
    stage.now -= timedelta(days=1)
    seen = await stage.say("lin", "双十一打几折？", DIRECT)
    assert [type(one.content) for one in seen] == [Text, Image, File]


def test_a_file_that_is_not_there_is_a_problem_of_the_entry(tmp_path: Path) -> None:
    (tmp_path / "faq.toml").write_text(f'{ENTRIES}attach = "没有.png"\n', encoding="utf-8")
    (tmp_path / "config.toml").write_text(SMALL, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read(tmp_path / "config.toml")
    (error,) = caught.value.errors
    assert (error.key, error.value) == ("attach", "没有.png")
    assert "找不到这个文件" in error.message


async def test_sheets_beside_toml_are_answered_from_too(make_stage: MakeStage, tmp_path: Path) -> None:
    (tmp_path / "faq.toml").write_text(ENTRIES, encoding="utf-8")
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["问题", "相似问法", "回答", "适用群"])
    sheet.append(["几点开门？", "营业时间", "早上九点", ""])
    sheet.append(["内部热线？", "", "8000", "乙群"])
    book.save(tmp_path / "店.xlsx")
    (tmp_path / "~$店.xlsx").write_bytes(b"opened by somebody")
    stage = await make_stage(SMALL.replace('["faq.toml"]', '["faq*.toml", "*.xlsx"]'))
    (shown,) = await stage.say("lin", "营业时间", DIRECT)
    assert shown.words == "早上九点"
    (shown,) = await stage.say("lin", "内部热线？", SECOND)
    assert shown.words == "8000"
    await stage.say("lin", "内部热线？", DIRECT)
    assert stage.last.handler != "understand"
