"""What can be asked about any configuration: words of its replies, other wordings of its FAQ."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.config import Config


def keywords(config: Config, group: str) -> Iterator[tuple[str, str]]:
    """(words, rule) of the replies to whole sentences that everybody may get at any time in a group."""
    for rule in config.values["replies"]:
        everywhere = not rule.groups or group in rule.groups
        if rule.exact and everywhere and not (rule.roles or rule.hours or rule.cooldown):
            yield rule.exact[0], rule.name


def wordings(config: Config, group: str) -> Iterator[tuple[str, str]]:
    """(another wording, question) of the FAQ entries that hold in a group on any day."""
    for entry in entries(config):
        everywhere = not entry.get("groups") or group in entry["groups"]
        if entry.get("similar") and everywhere and not (entry.get("start") or entry.get("end")):
            yield entry["similar"][0], entry.get("id") or entry["question"]


def entries(config: Config) -> Iterator[Mapping[str, Any]]:
    """The entries of the FAQ files in TOML, as they are written."""
    for path in faq_files(config):
        yield from tomllib.loads(path.read_text(encoding="utf-8")).get("faq", ())


def faq_files(config: Config) -> Iterable[Path]:
    """The FAQ files in TOML."""
    return (path for files in config.values["faq"].files for path in files.paths() if path.suffix == ".toml")
