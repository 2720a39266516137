"""What an installed bot is made of: every file that its code reads travels with it."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.source import ROOT

PACKAGES = ("bot", "handlers", "nlp", "knowledge", "scheduler")
# What is learnt from is not needed by what was learnt; the example community lies beside its configuration.
STAYS = ("nlp/lessons/*.jsonl", "knowledge/*.toml", "knowledge/quiz/*.toml")


def shipped() -> Iterator[Path]:
    """The data files that the build takes along."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    for package, patterns in settings["tool"]["setuptools"]["package-data"].items():
        for pattern in patterns:
            found = [path for path in ROOT.joinpath(*package.split(".")).glob(pattern) if path.is_file()]
            assert found, f"{package}: {pattern} matches nothing"
            yield from found


def test_every_data_file_is_shipped_or_known_to_stay() -> None:
    known = {*shipped(), *(path for pattern in STAYS for path in ROOT.glob(pattern))}
    files = (path for package in PACKAGES for path in ROOT.joinpath(package).rglob("*") if path.is_file())
    left = [path for path in files if path.suffix not in (".py", ".pyc") and path not in known]
    assert left == []
