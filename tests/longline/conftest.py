"""Every test here runs on both pairs of stores."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def stores(store_section: str, tmp_path: Path) -> None:
    """Leaves the `[store]` section where a test's bot finds it."""
    (tmp_path / "store.toml").write_text(store_section, encoding="utf-8")
