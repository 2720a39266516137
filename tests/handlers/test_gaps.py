"""What nobody could answer is remembered, and nothing else."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.types.events import Conversation
from handlers.gaps import gaps
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import Stage
from tests.handlers.test_understand import DIRECT, ENTRIES, FIRST, SECOND, SMALL

Seen = list[tuple[str, str, str]]


@pytest.fixture
async def small(make_stage: MakeStage, tmp_path: Path) -> Stage:
    (tmp_path / "faq.toml").write_text(ENTRIES, encoding="utf-8")
    return await make_stage(SMALL)


async def remembered(stage: Stage) -> Seen:
    rows = await stage.database.read(sa.select(gaps).order_by(gaps.c.id))
    return [(row.kind, row.text, row.group_name) for row in rows]


async def ask(stage: Stage, *texts: str, where: Conversation = DIRECT) -> Seen:
    for text in texts:
        await stage.say("lin", text, where)
    return await remembered(stage)


async def test_a_question_that_nobody_could_answer_is_a_gap(small: Stage) -> None:
    assert await ask(small, " 能开专用发票吗 ", where=SECOND) == [("unknown", "能开专用发票吗", "乙群")]
    assert small.last.handler == "fallback"


async def test_an_answered_question_is_none(small: Stage) -> None:
    assert await ask(small, "多久发货？") == []
    assert small.last.handler == "understand"


async def test_a_choice_is_a_gap_until_somebody_takes_it(small: Stage) -> None:
    assert await ask(small, "退货") == [("untaken", "退货", "")]
    assert await ask(small, "1") == []


async def test_only_the_choice_that_was_taken_is_forgotten(small: Stage) -> None:
    await ask(small, "退货")
    await small.say("wang", "退货", SECOND)
    assert await ask(small, "1") == [("untaken", "退货", "乙群")]


async def test_what_asks_nothing_is_no_gap(small: Stage) -> None:
    assert await ask(small, "7", "？？", "[微笑]", "   ") == []


async def test_where_the_faq_is_off_nothing_is_a_gap_in_it(small: Stage) -> None:
    assert await ask(small, "能开专用发票吗", where=FIRST) == []


async def test_a_long_text_is_cut(small: Stage) -> None:
    ((_, text, _),) = await ask(small, "发票" * 500)
    assert len(text) == 200
