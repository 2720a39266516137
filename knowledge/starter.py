"""The word lists and the allowed phrases that the bot brings along."""

from pathlib import Path


def word_files() -> tuple[Path, ...]:
    """The shipped word lists, one a subject."""
    return tuple(sorted((Path(__file__).parent / "words").glob("*.txt")))


def allow_files() -> tuple[Path, ...]:
    """What is allowed beside them."""
    return (Path(__file__).parent / "allow.txt",)
