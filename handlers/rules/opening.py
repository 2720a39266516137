"""The lists that a command works with, and the filter that is made of them."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.types.workplace import Workplace
from handlers.kb.telling import complain
from handlers.moderation.settings import MODERATION, ModerationRule
from handlers.moderation.words import allow_paths_of, read
from knowledge.starter import allow_files, word_files
from nlp.moderation.allow import Allow
from nlp.moderation.entry import Entry
from nlp.moderation.filter import Filter
from nlp.moderation.language import Language
from nlp.moderation.lists.allowed import read_allowed
from nlp.moderation.lists.fault import Fault
from nlp.moderation.lists.words import read_words
from nlp.tokenise import Tokeniser


@dataclass(frozen=True, slots=True)
class Lists:
    """Words, and the phrases and domains beside them, each with its place; `rules`: where they come from a config."""

    entries: Sequence[Entry]
    phrases: Mapping[str, str]
    domains: frozenset[str]
    faults: Sequence[Fault]
    rules: Sequence[ModerationRule] = ()

    @property
    def is_sound(self) -> bool:
        """Whether nothing in them is wrong."""
        return all(fault.warning for fault in self.faults)

    @property
    def allow(self) -> Allow:
        """What is allowed."""
        return Allow(frozenset(self.phrases), self.domains)

    def filter(self, day: date) -> Filter:
        """What finds the words that hold on a day. Slow."""
        return self.filter_with(self.allow, day)

    def filter_with(self, allow: Allow, day: date) -> Filter:
        """The same with something else allowed."""
        return Filter.build(self.on(day), allow, Language.load(Tokeniser.load()))

    def on(self, day: date) -> Sequence[Entry]:
        """The words that hold on a day."""
        return [entry for entry in self.entries if entry.until is None or entry.until >= day]


def add_lists(parser: argparse.ArgumentParser, usual: str = "自带的") -> None:
    """The options that name lists."""
    parser.add_argument("--words", type=Path, action="append", metavar="文件", help=f"词表，可写几次；不写就用{usual}")
    parser.add_argument(
        "--allow", type=Path, action="append", metavar="文件", help=f"放行表，可写几次；不写就用{usual}"
    )


def told(lists: Lists) -> Lists:
    """The same lists, with what is wrong in them told."""
    for fault in lists.faults:
        complain(str(fault))
    return lists


def lists_of(words: Sequence[Path] | None, allowed: Sequence[Path] | None) -> Lists:
    """The lists of these files, the shipped ones where none are named."""
    found = read_words(word_files() if words is None else words)
    fine = read_allowed(allow_files() if allowed is None else allowed)
    return Lists(found.entries, fine.phrases, frozenset(fine.domains), [*found.faults, *fine.faults])


def configured(here: Workplace, config: str, words: Sequence[Path] | None, allowed: Sequence[Path] | None) -> Lists:
    """The lists that are named, else those of the configuration where it has any, else the shipped ones."""
    rules = here.settings(config)[MODERATION] if words is None and Path(config).is_file() else ()
    if not rules:
        return lists_of(words, allowed)
    found = read(rules)
    paths = [path for rule in rules for path in allow_paths_of(rule)] if allowed is None else allowed
    fine = read_allowed(dict.fromkeys(paths))
    own = dict.fromkeys(found.allow.phrases, f"{config}：[[moderation]] 的 allow") if allowed is None else {}
    domains = found.allow.domains if allowed is None else frozenset(fine.domains)
    return Lists(found.entries, {**own, **fine.phrases}, domains, found.faults, rules)
