"""A book for fair play, on both kinds of database."""

import pytest

from bot.store.database import Database
from tests.handlers.points.book import Book


@pytest.fixture
def book(database: Database) -> Book:
    """A book without limits."""
    return Book.of(database)
