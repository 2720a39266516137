"""A configuration folder to write into."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes config.toml and files beside it; gives the path of config.toml."""

    def write(text: str = "", files: Mapping[str, str] = {}) -> Path:
        for name, content in {"config.toml": text, **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8", newline="")
        return tmp_path / "config.toml"

    return write
