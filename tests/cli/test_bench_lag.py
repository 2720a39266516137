"""How long the loop is held up, as the measurements count it."""

import asyncio
import time

from bot.cli.bench import growth, question
from bot.cli.bench.lag import watched


async def test_work_of_this_process_holds_the_loop_up_and_work_of_others_does_not() -> None:
    async with watched() as lag:
        await asyncio.sleep(0.002)
        until = time.process_time() + 0.05
        while time.process_time() < until:
            pass
        await asyncio.sleep(0.002)
    assert lag.worst > 40
    async with watched() as waiting:
        await asyncio.sleep(0.002)
        time.sleep(0.05)  # noqa: ASYNC251 - as if others had the processor
        await asyncio.sleep(0.002)
    assert waiting.worst < 40
    assert 0 <= lag.usual <= lag.worst


def test_a_loop_that_is_held_up_while_a_base_is_built_breaks_the_promise() -> None:
    def report(**took: float) -> growth.Report:
        return growth.Report({10: growth.Size(took, {"words_ms": [1.0], "both_ms": [1.0]})}, 5)

    assert report(index_held_ms=19.0, dictionary_held_ms=300.0).kept
    assert not report(index_held_ms=21.0).kept
    assert not report(dictionary_held_ms=501.0).kept


def test_a_loop_that_is_held_up_too_long_at_load_breaks_the_promise() -> None:
    kind = question.Kind(150.0, 2.0, {name: [0.5] for name in question.FIGURES} | {"lines": [900.0]}, 400.0)
    assert question.Report({"none": kind}, 100).kept
    kind.held_loading = 600.0
    assert not question.Report({"none": kind}, 100).kept
