"""Stages: the shipped community, or one that a test writes, on both kinds of database."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.brain import Brain
from bot.store.database import Database
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
async def community(shipped: Brain, database: Database) -> Stage:
    """The shipped community on an empty database."""
    return Stage(database, shipped)


@pytest.fixture
async def make_stage(tmp_path: Path, shelf: Shelf, database: Database) -> MakeStage:
    """The one community of a test's own, from the text of its configuration."""

    async def make(toml: str) -> Stage:
        path = tmp_path / "config.toml"
        path.write_text(toml, encoding="utf-8")
        return Stage(database, think(read(path), shelf))

    return make
