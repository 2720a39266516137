"""Books on both kinds of database."""

from collections.abc import Callable

import pytest

from bot.store.database import Database
from tests.handlers.points.book import Book

MakeBook = Callable[..., Book]


@pytest.fixture
def make_book(database: Database) -> MakeBook:
    """A book with the rules of a test's own."""

    def make(**rules: object) -> Book:
        return Book.of(database, **rules)

    return make


@pytest.fixture
def book(make_book: MakeBook) -> Book:
    """A book without limits."""
    return make_book()
