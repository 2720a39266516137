"""How the configuration names words: in place, in a file, or those that the bot brings along."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import regex
from pydantic import PlainValidator, ValidationInfo

from bot.types.fields import text_of, wrong
from bot.types.files import Files
from knowledge.starter import allow_files, word_files
from nlp.moderation.entry import Entry
from nlp.moderation.patterns import is_pattern

BUILTIN = "内置"
LONGEST = 200

_FILE = regex.compile(r".*[/*?\\].*|.*\.(?:txt|csv|tsv|toml)", regex.I)


def _words(value: object, info: ValidationInfo) -> Files | str:
    """A file, by its ending or its folder; anything else is a word itself, or a pattern between slashes."""
    if isinstance(value, Files):
        return value
    text = text_of(value, '词要加引号；词表写文件名，如 "knowledge/words/ads.txt"').strip()
    if not text or "\0" in text or len(text) > LONGEST:
        raise wrong(f"写一个词，或词表的文件名，最多 {LONGEST} 个字")
    is_file = _FILE.fullmatch(text) and not is_pattern(Entry(text, ""))
    return Files(text, Path((info.context or {}).get("base", "."))) if is_file else text


Words = Annotated[Files | str, PlainValidator(_words)]


def word_paths(named: Iterable[Files | str]) -> Iterator[Path]:
    """The word lists among what is named."""
    for one in named:
        if isinstance(one, Files):
            yield from one.paths()
        elif one == BUILTIN:
            yield from word_files()


def allow_paths(words: Iterable[Files | str], allow: Iterable[Files | str]) -> Iterator[Path]:
    """The allow lists that are named; the shipped words bring theirs."""
    yield from (path for one in allow if isinstance(one, Files) for path in one.paths())
    if BUILTIN in words:
        yield from allow_files()


def own_words(named: Iterable[Files | str]) -> Iterator[str]:
    """The words that are written in place."""
    return (one for one in named if isinstance(one, str) and one != BUILTIN)
