"""The lists that a command works with, and the filter that is made of them."""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.types.workplace import Workplace
from handlers.kb.telling import complain
from knowledge.starter import allow_files, word_files
from nlp.moderation.filter import Filter
from nlp.moderation.language import Language
from nlp.moderation.lists.allowed import AllowList, read_allowed
from nlp.moderation.lists.fault import Fault
from nlp.moderation.lists.words import WordList, read_words


@dataclass(frozen=True, slots=True)
class Lists:
    """Words and what is allowed beside them."""

    words: WordList
    allowed: AllowList

    @property
    def faults(self) -> Iterator[Fault]:
        """What is wrong in their files."""
        yield from self.words.faults
        yield from self.allowed.faults

    @property
    def is_sound(self) -> bool:
        """Whether nothing in them is wrong."""
        return all(fault.warning for fault in self.faults)

    def filter(self, day: date) -> Filter:
        """What finds the words that hold on a day. Slow."""
        return Filter.build(self.words.on(day), self.allowed.allow, Language.load())


def add_lists(parser: argparse.ArgumentParser) -> None:
    """The options that name lists."""
    parser.add_argument("--words", type=Path, action="append", metavar="文件", help="词表，可写几次；不写就用自带的")
    parser.add_argument("--allow", type=Path, action="append", metavar="文件", help="放行表，可写几次；不写就用自带的")


def told(lists: Lists) -> Lists:
    """The same lists, with what is wrong in them told."""
    for fault in lists.faults:
        complain(str(fault))
    return lists


def lists_of(words: Sequence[Path] | None, allowed: Sequence[Path] | None) -> Lists:
    """The lists of these files, the shipped ones where none are named."""
    return Lists(
        read_words(word_files() if words is None else words),
        read_allowed(allow_files() if allowed is None else allowed),
    )


def configured(here: Workplace, arguments: argparse.Namespace, words: Sequence[Path] | None) -> Lists:
    """The lists that are named, else those of the configuration where there is one, else the shipped ones."""
    return lists_of(words, arguments.allow)
