"""Rooms on a file of their own, and on both kinds of database."""

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.store.database import Database
from bot.types.ports import Shelf
from handlers.games.game import Game
from tests.handlers.games.room import Room

MakeRoom = Callable[..., Room]


@pytest.fixture
async def file(migrated_file: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A database in a file: enough where it does not matter how it is stored."""
    path = shutil.copy(migrated_file, tmp_path / "games.db")
    database = await Database.open(f"sqlite:///{path}")
    yield database
    await database.close()


@pytest.fixture
def make_room(file: Database, tmp_path: Path, shelf: Shelf) -> MakeRoom:
    """The one room of a test, from the text of its configuration, or with games of its own."""

    def make(toml: str = "", *games: Game[Any]) -> Room:
        return Room.of(file, tmp_path, shelf, toml, *games)

    return make


@pytest.fixture
def make_stored_room(database: Database, tmp_path: Path, shelf: Shelf) -> MakeRoom:
    """The same on both kinds of database."""

    def make(toml: str = "", *games: Game[Any]) -> Room:
        return Room.of(database, tmp_path, shelf, toml, *games)

    return make
