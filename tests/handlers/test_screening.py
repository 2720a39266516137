"""What the bot never says."""

import pytest

from bot.types.actions import Text
from bot.types.events import Conversation
from handlers.screening import Screening, screen_of
from tests.handlers.conftest import MakeStage

SCREEN = screen_of(Screening(words=("根治", "ABC 套餐")))


@pytest.mark.parametrize("text", ["能根治", "根 治", "ａｂｃ套餐", "Abc 套餐好"])
def test_a_listed_word_is_found_however_it_is_typed(text: str) -> None:
    assert SCREEN(text)


@pytest.mark.parametrize("text", ["", "根据", "治好了"])
def test_other_texts_pass(text: str) -> None:
    assert SCREEN(text) is None


def test_the_longest_word_is_named() -> None:
    assert screen_of(Screening(words=("最", "最好用")))("这是最好用的") == "最好用"


async def test_the_brain_says_the_safe_sentence_instead(make_stage: MakeStage) -> None:
    stage = await make_stage('[screening]\nwords = ["根治"]\ninstead = "换个话题"')
    assert stage.brain.screened(Text(body="能根治", fixed=False)) == Text(body="换个话题", fixed=True)


async def test_without_words_everything_passes(make_stage: MakeStage) -> None:
    stage = await make_stage("")
    (seen,) = await stage.say("lin01", "你好", Conversation("app:助手", "direct", "lin01"))
    assert seen.words
