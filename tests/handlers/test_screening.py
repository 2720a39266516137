"""What the bot never says."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.brain import Screened
from bot.config.finding import ConfigError
from bot.types.actions import Text
from bot.types.events import Blocked, Conversation
from bot.types.ports import Shelf
from handlers.screen import Screening, screen_of
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import Stage, read

DIRECT = Conversation("app:助手", "direct", "lin01")

SCREEN = screen_of(Screening(words=("根治", "ABC 套餐")))


@pytest.mark.parametrize(
    "text",
    [
        "能根治",
        "根 治",
        "根*治",
        "根（防）治",
        "根\u200b治",
        "&#26681;治",
        "ａｂｃ套餐",
        "Abc 套餐好",
        "警惕根治的说法",
    ],
)
def test_a_listed_word_is_found_however_it_is_typed(text: str) -> None:
    assert SCREEN(text)


@pytest.mark.parametrize(
    "text", ["", "根据", "治好了", "护好树根，治理沙地", "根\n治", "gēnzhì", "木艮治", "打 13800138000"]
)
def test_other_texts_pass(text: str) -> None:
    assert SCREEN(text) is None


def test_the_longest_word_is_named() -> None:
    assert screen_of(Screening(words=("最", "最好用")))("这是最好用的") == "最好用"


def test_words_come_from_files_too_with_what_may_be_said_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "never.txt").write_text("包治\n最\n小心\tscreening\t2\n旧词\tscreening\t3\n", encoding="utf-8")
    section = _section(tmp_path, words=["根治", "never.txt"], allow=["最近"])
    screen = screen_of(section)
    assert [screen(text) for text in ("根治", "包治百病", "最好", "最近好吗", "小心")] == [
        "根治",
        "包治",
        "最",
        None,
        None,
    ]


def test_a_word_ends_with_its_day(tmp_path: Path) -> None:
    (tmp_path / "never.csv").write_text("词,到期\n双十一,2026-11-30\n", encoding="utf-8")
    screen = screen_of(_section(tmp_path, words=["never.csv"]))
    on = {day: replace(screen, today=lambda day=day: date(2026, *day))("双十一大促") for day in ((11, 30), (12, 1))}
    assert on == {(11, 30): "双十一", (12, 1): None}


def test_a_day_begins_where_the_community_is_and_not_the_machine(tmp_path: Path) -> None:
    ahead, behind = ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Pago_Pago")
    last = datetime.now(behind).date()
    (tmp_path / "never.csv").write_text(f"词,到期\n双十一,{last}\n", encoding="utf-8")
    section, shelf = _section(tmp_path, words=["never.csv"]), Shelf()
    words = [screen_of(section, shelf, zone)("双十一大促") for zone in (behind, ahead, behind)]
    assert words == ["双十一", None, "双十一"]


def test_a_reload_keeps_the_screen_and_the_words_of_a_file_that_is_suddenly_empty(tmp_path: Path) -> None:
    shelf, path = Shelf(), tmp_path / "never.txt"
    path.write_text("根治\n", encoding="utf-8")
    first = screen_of(_section(tmp_path, words=["never.txt"]), shelf)
    assert screen_of(_section(tmp_path, words=["never.txt"]), shelf) is first
    path.write_text("", encoding="utf-8")
    assert screen_of(_section(tmp_path, words=["never.txt"]), shelf)("能根治") == "根治"
    path.write_text("# 清空\n", encoding="utf-8")
    assert screen_of(_section(tmp_path, words=["never.txt"]), shelf)("能根治") is None


def _section(base: Path, **values: object) -> Screening:
    return Screening.model_validate(values, context={"base": base})


async def test_the_brain_says_the_safe_sentence_instead(make_stage: MakeStage) -> None:
    stage = await make_stage('[screening]\nwords = ["根治"]\ninstead = "换个话题"')
    said = stage.brain.screened(Text(body="能根治", fixed=False), DIRECT)
    assert said == Screened(Text(body="换个话题", fixed=True), "根治")


async def test_staff_read_what_customers_write_as_it_is(community: Stage) -> None:
    await community.say("lin01", "转人工", DIRECT)
    seen = await community.say("lin01", "你们说能根治的", DIRECT)
    await community.press("mei01", "接单", Conversation("app:助手", "direct", "mei01"))
    seen = await community.say("lin01", "到底能不能根治", DIRECT)
    assert [(one.member, "根治" in one.words) for one in seen] == [("mei01", True)]


async def test_staff_are_told_which_word_kept_their_words_from_the_customer(community: Stage) -> None:
    desk = Conversation("app:助手", "direct", "mei01")
    await community.say("lin01", "转人工", DIRECT)
    await community.press("mei01", "接单", desk)
    (told,) = await community.say("mei01", "放心，这个能根治", desk)
    assert (told.member, "“根治”" in told.words) == ("mei01", True)
    seen = await community.say("mei01", "放心，会好的", desk)
    assert [one.member for one in seen] == ["lin01"]


def blocked(number: int, word: str, at: datetime) -> Blocked:
    """The bot wanted to say a word to 小林."""
    return Blocked(
        id=f"b{number}", conversation=DIRECT, member="lin01", at=at, received_at=at, words="能根治", word=word
    )


async def test_administrators_hear_what_was_not_said_and_of_one_word_once_in_ten_minutes(community: Stage) -> None:
    first = await community.happen(blocked(1, "根治", community.now))
    assert {one.member for one in first} == {"admin01", "zhou01"}
    assert all("根治" in one.words and "能根治" in one.words and "小林" in one.words for one in first)
    assert await community.happen(blocked(2, "根治", community.now)) == []
    assert await community.happen(blocked(3, "包治", community.now))
    await community.forward(timedelta(minutes=11))
    again = await community.happen(blocked(4, "根治", community.now))
    assert "还有 1 句" in again[0].words


def test_texts_of_managers_are_checked_wherever_they_stand(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    (tmp_path / "faq.csv").write_text("问题,回答\n能好吗,一定根治\n", encoding="utf-8")
    config.write_text(
        """
[screening]
words = ["根治"]
[faq]
files = ["faq.csv"]
[[intents]]
name = "问诊"
examples = ["我想问诊", "帮我看看", "看一下脸", "挂个号", "预约问诊"]
ask = { "日期" = "根治要趁早，哪天来？" }
reply = "{日期}见，包您根治"
""",
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as error:
        read(config)
    assert {problem.key for problem in error.value.errors} == {"intents[0].reply", "intents[0].ask.日期", "answer"}


OTHER_TEXTS = """
[screening]
words = "never.txt"
[help]
intro = "根治"
examples = ["能根治吗"]
[[teams]]
name = "根治组"
[[groups]]
name = "根治群"
id = "wr1"
[[slots]]
name = "疗程"
kind = "选项"
label = "根治疗程"
choices = ["三天根治", "一周"]
wrong = "根治要选一个"
[[moderation]]
name = "广告"
remind = "根治群里不发广告"
[[replies]]
name = "商城"
exact = "商城"
reply = "在这里"
link = { title = "根治套餐", url = "https://example.com", desc = "三天根治" }
"""


TOLD = """
[screening]
words = ["根治"]
[[channels]]
kind = "aibot"
name = "小伴"
mode = "url"
token = "env:TOKEN"
aes_key = "env:AES_KEY"
[[channels]]
kind = "webhook"
name = "通知"
key = "env:KEY"
[[groups]]
name = "大群"
id = "wr1"
doors = {doors}
alerts = ["管理员"]
[[people]]
name = "小周"
userid = "zhou01"
roles = ["管理员"]
"""


def test_whatever_customers_read_is_checked(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    (tmp_path / "never.txt").write_text("根治\n包治\tscreening\t9\n", encoding="utf-8")
    config.write_text(OTHER_TEXTS, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        read(config)
    assert {problem.key for problem in error.value.errors} == {
        "help.intro", "help.examples", "slots[0].label", "slots[0].choices", "slots[0].wrong", "moderation[0].remind",
        "replies[0].link.title", "replies[0].link.desc", "screening.severity",
    }  # fmt: skip


@pytest.mark.parametrize(("doors", "warned"), [('["aibot:小伴", "webhook:通知"]', True), ('["webhook:通知"]', False)])
def test_a_group_that_is_told_things_and_where_members_ask_is_warned_of(
    tmp_path: Path, doors: str, warned: bool
) -> None:
    (tmp_path / "config.toml").write_text(TOLD.format(doors=doors), encoding="utf-8")
    told = [problem for problem in read(tmp_path / "config.toml").warnings if problem.key == "groups[0].alerts"]
    assert ["不过 [screening]" in problem.message for problem in told] == [True] * warned


def test_words_that_cannot_be_looked_for_or_stand_everywhere_are_told(tmp_path: Path) -> None:
    (tmp_path / "never.txt").write_text("我\n", encoding="utf-8")
    (tmp_path / "config.toml").write_text('[screening]\nwords = ["never.txt", "/百分(百/"]\n', encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        read(tmp_path / "config.toml")
    assert {problem.key for problem in error.value.errors} >= {"screening.words[1]", "screening.word"}


def test_words_of_which_marks_are_all_there_is_are_warned_of(tmp_path: Path) -> None:
    (tmp_path / "never.txt").write_text("根治\n★☆\n", encoding="utf-8")
    (tmp_path / "config.toml").write_text('[screening]\nwords = ["never.txt", "💰💰", "包治"]\n', encoding="utf-8")
    told = [one for one in read(tmp_path / "config.toml").warnings if "永远找不到它" in one.message]
    assert {(one.key, one.line) for one in told} == {("screening.words[1]", 2), ("screening.word", 2)}


def test_a_pattern_is_looked_for_too() -> None:
    assert screen_of(Screening(words=("/第一品牌|百分之?百/",)))("我们是第一品牌") == "/第一品牌|百分之?百/"


def test_a_name_or_question_with_such_a_word_is_only_told(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    (tmp_path / "faq.csv").write_text("问题,回答\n能根治吗,要看情况\n", encoding="utf-8")
    text = '[screening]\nwords = "根治"\n[faq]\nfiles = "faq.csv"\n[[teams]]\nname = "根治组"\n'
    config.write_text(text, encoding="utf-8")
    told = {problem.key for problem in read(config).warnings if "根治" in problem.message}
    assert {"teams[0].name", "question"} <= told


async def test_without_words_everything_passes(make_stage: MakeStage) -> None:
    stage = await make_stage("")
    (seen,) = await stage.say("lin01", "你好", Conversation("app:助手", "direct", "lin01"))
    assert seen.words
