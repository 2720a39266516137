"""Stages: the shipped community, or one that a test writes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.brain import Brain
from bot.types.ports import Shelf
from tests.handlers.stage import Stage, read, think

SHIPPED = Path(__file__).parents[2] / "config.toml"

MakeStage = Callable[[str], Awaitable[Stage]]


@pytest.fixture(scope="session")
def shelf() -> Shelf:
    """What is costly to make, made once for all tests."""
    return Shelf()


@pytest.fixture(scope="session")
def shipped(shelf: Shelf) -> Brain:
    """The brain of the configuration that is shipped."""
    return think(read(SHIPPED), shelf)


@pytest.fixture
async def community(shipped: Brain) -> AsyncIterator[Stage]:
    """The shipped community on an empty database."""
    stage = await Stage.open(shipped)
    yield stage
    await stage.database.close()


@pytest.fixture
async def make_stage(tmp_path: Path, shelf: Shelf) -> AsyncIterator[MakeStage]:
    """A community of a test's own, from the text of its configuration."""
    async with AsyncExitStack() as stack:

        async def make(toml: str) -> Stage:
            path = tmp_path / "config.toml"
            path.write_text(toml, encoding="utf-8")
            stage = await Stage.open(think(read(path), shelf))
            stack.push_async_callback(stage.database.close)
            return stage

        yield make
