"""Administrators hear what became of a saved configuration: soon, once, and not ten times a minute."""

from collections.abc import Sequence
from datetime import timedelta

from bot.types.events import Conversation, Signal
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import Seen, Stage
from tests.handlers.test_status import CONFIG

WHERE = Conversation("system", "direct", "reload")


async def saved(stage: Stage, text: str, digest: str = "") -> None:
    stage.now += timedelta(milliseconds=100)
    data = {"text": text, "digest": digest or text}
    id = f"reload:{text}:{stage.now}"
    await stage.happen(
        Signal(id=id, conversation=WHERE, at=stage.now, received_at=stage.now, name="notices.reload", data=data)
    )


def told(seen: Sequence[Seen]) -> list[tuple[str, str]]:
    return [(one.member, one.words) for one in seen]


async def test_every_administrator_is_told_in_the_app_and_nobody_else(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    await saved(stage, "换好了")
    seen = await stage.forward(timedelta(seconds=3))
    assert told(seen) == [("admin01", "换好了"), ("mei01", "换好了")]
    assert {one.where.door for one in seen} == {"app:助手"}


async def test_ten_saves_in_a_minute_are_two_messages_and_the_last_word_is_true(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    seen: list[Seen] = []
    for number in range(10):
        await saved(stage, f"第 {number} 次")
        seen += await stage.forward(timedelta(seconds=5))
    seen += await stage.forward(timedelta(minutes=5))
    mine = [words for member, words in told(seen) if member == "admin01"]
    assert mine == ["第 0 次", "第 9 次\n（连着保存了 9 次，这是最后一次的结果。）"]


async def test_the_same_result_from_another_process_is_told_once(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    await saved(stage, "换好了", "abc")
    await saved(stage, "换好了", "abc")
    seen = list(await stage.forward(timedelta(seconds=3)))
    await saved(stage, "换好了", "abc")
    seen += await stage.forward(timedelta(minutes=5))
    assert [words for member, words in told(seen) if member == "admin01"] == ["换好了"]


async def test_without_administrators_nobody_is_told_and_nothing_breaks(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG.replace('"管理员"', '"别的"'))
    await saved(stage, "换好了")
    assert await stage.forward(timedelta(seconds=3)) == []
    assert stage.last.outcome.reason == "没有管理员，或没有自建应用，无处可说"
