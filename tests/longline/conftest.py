"""What tests here that start a bot stand on."""

from pathlib import Path

import pytest


@pytest.fixture
def stores(store_section: str, tmp_path: Path) -> None:
    """Leaves the `[store]` section where a test's bot finds it."""
    (tmp_path / "store.toml").write_text(store_section, encoding="utf-8")
