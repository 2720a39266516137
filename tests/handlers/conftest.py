"""Stages: the shipped community, or one that a test writes, on both kinds of database."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.brain import Brain
from bot.store.database import Database
from bot.types.ports import Shelf
from tests.handlers.stage import Stage, prompt, read, think

SHIPPED = Path(__file__).parents[2] / "config.toml"

MakeStage = Callable[[str], Awaitable[Stage]]


@pytest.fixture(scope="session")
def shelf() -> Shelf:
    """What is costly to make, made once for all tests."""
    return Shelf()


@pytest.fixture(scope="session")
def shipped(shelf: Shelf) -> Brain:
    """The brain of the configuration that is shipped; what staff write goes out at once."""
    return think(prompt(read(SHIPPED)), shelf)


@pytest.fixture(scope="session")
def unhurried(shelf: Shelf) -> Brain:
    """The same as it is shipped: what staff write can be taken back for a while."""
    return think(read(SHIPPED), shelf)


@pytest.fixture
async def community(shipped: Brain, database: Database) -> Stage:
    """The shipped community on an empty database."""
    return Stage(database, shipped)


@pytest.fixture
async def make_stage(tmp_path: Path, shelf: Shelf, database: Database) -> MakeStage:
    """The one community of a test's own, from the text of its configuration.

    What staff write goes out at once where the text says nothing of that. The shipped quizzes lie beside it.
    """

    async def make(toml: str) -> Stage:
        path, quizzes = tmp_path / "config.toml", tmp_path / "knowledge" / "quiz"
        quizzes.parent.mkdir(exist_ok=True)
        if not quizzes.exists():
            quizzes.symlink_to(SHIPPED.parent / "knowledge" / "quiz")
        path.write_text(toml, encoding="utf-8")
        config = read(path) if "send_delay" in toml else prompt(read(path))
        return Stage(database, think(config, shelf))

    return make
