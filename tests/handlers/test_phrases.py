"""Who wants a person: however it is typed; and who does not, whatever words look like it."""

import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.types.ports import Services, Shelf
from handlers.desk.desk import Desk
from handlers.desk.phrases import Phrases
from handlers.desk.settings import Escalation
from handlers.directory import Roster
from nlp.sounds import Sounds
from scheduler.calendar import WorkCalendar
from tests.handlers.stage import read

ROWS = tomllib.loads(Path(__file__).with_name("calling.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    shipped = Escalation()
    return Phrases.of(shipped.phrases, shipped.unless, Sounds.load())


def test_people_are_heard_however_they_type_it(phrases: Phrases) -> None:
    assert len(ROWS["call"]) >= 150
    missed = [text for text in ROWS["call"] if not phrases.match(text)]
    assert missed == []


def test_nobody_is_called_by_words_that_only_look_like_it(phrases: Phrases) -> None:
    assert len(ROWS["quiet"]) >= 150
    called = [(text, phrases.how(text)) for text in ROWS["quiet"] if phrases.match(text)]
    assert called == []


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("转人工", "“转人工”"),
        ("我要转任工", "同音“转人工”"),
        ("zhuan rengong", "拼音“转人工”"),
        ("转入工", "“转入工”"),
        ("什么时候发货", ""),
    ],
)
def test_how_it_was_heard_is_told(phrases: Phrases, text: str, how: str) -> None:
    assert phrases.how(text) == how


def test_without_sounds_only_the_words_themselves_count() -> None:
    shipped = Escalation()
    plain = Phrases.of(shipped.phrases, shipped.unless)
    assert plain.match("我要转人工")
    assert not plain.match("转任工")


def test_who_tells_a_long_story_of_asking_before_is_not_asking_now(phrases: Phrases) -> None:
    story = (
        "买来不到半个月屏幕就坏了，找客服说要去他们的检测中心，到了那里又是一堆手续，最后说是人为损坏，来回折腾了好几次"
    )
    assert not phrases.match(story)
    assert phrases.match(f"{story}，转人工")


def test_the_words_of_a_manager_count_in_place_of_ours() -> None:
    own = Phrases.of(["呼叫小美"], ["别"], Sounds.load())
    assert own.match("帮我呼叫小美")
    assert own.match("hujiaoxiaomei")
    assert not own.match("别呼叫小美")
    assert not own.match("转人工")


def test_edited_phrases_are_in_force_after_a_reload(tmp_path: Path) -> None:
    shelf, path = Shelf(), tmp_path / "config.toml"

    def loaded(escalation: str) -> Phrases:
        path.write_text(f"[escalation]\n{escalation}", encoding="utf-8")
        config = read(path)
        calendar = WorkCalendar(ZoneInfo("Asia/Shanghai"))
        return Desk.of(config, Services(Roster.of(config), calendar, shelf=shelf)).phrases

    assert loaded("").match("我想转人工")
    assert not loaded('phrases = "呼叫班长"').match("我想转人工")
    assert loaded('phrases = "呼叫班长"').match("请呼叫班长看看")
    assert not loaded('phrases = "呼叫班长"\nunless = "看看"').match("请呼叫班长看看")
    assert loaded("").match("我想转人工")
