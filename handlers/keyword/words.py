"""What is wrong with the words of one rule."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.types.declarations import Problem
from handlers.keyword.matching import Ready
from handlers.keyword.near import SOUNDS
from handlers.words import COMMANDS, ORDERS
from nlp.normalise import core, normalise

KEYS = ("exact", "any", "all", "none")


@dataclass(frozen=True, slots=True)
class Word:
    """A word where it stands: as it is written, and as it is compared."""

    path: tuple[str | int, ...]
    written: str
    compared: str


def problems(one: Ready) -> Iterator[Problem]:
    """Words that are empty, written twice, too short, taken by a command, or forbidden by the rule itself."""
    words = {key: _words(one, key) for key in KEYS}
    for key in KEYS:
        yield from _empty(words[key])
        yield from _twice(words[key])
    yield from _commands(words["exact"], bool(one.rule.roles))
    yield from _forbidden(words, one.none)
    if not (one.all or one.pattern):
        yield from _short(words["any"])
    yield from _useless(one)


def _words(one: Ready, key: str) -> Sequence[Word]:
    compare = core if key == "exact" else normalise
    return [
        Word(("replies", one.order, key, at), word, compare(word)) for at, word in enumerate(getattr(one.rule, key))
    ]


def _empty(words: Sequence[Word]) -> Iterator[Problem]:
    for word in words:
        if not word.compared:
            yield Problem(word.path, "这个词里只有看不见的字符，等于没写；请删掉或重写")


def _twice(words: Sequence[Word]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for word in words:
        if word.compared and word.compared in first:
            same = f"和前面的“{first[word.compared]}”是同一个词"
            yield Problem(word.path, f"{same}（大小写、全半角、标点不算不同），删掉一个", warning=True)
        first.setdefault(word.compared, word.written)


def _commands(words: Sequence[Word], for_staff: bool) -> Iterator[Problem]:
    for word in words:
        if word.compared in COMMANDS or (word.compared in ORDERS and not for_staff):
            message = f"“{word.written}”是固定口令，先由口令回答，轮不到关键词；请换一个说法"
            yield Problem(word.path, message, warning=True)


def _forbidden(words: Mapping[str, Sequence[Word]], none: Sequence[str]) -> Iterator[Problem]:
    """Words that let the rule in and keep it out at once."""
    for word in words["all"]:
        if blocking := _blocking(word, none):
            message = f"要有“{word.written}”，none 又不许有“{blocking}”，永远轮不到；两处只能留一处"
            yield Problem(word.path, message)
            return
    for word in (*words["exact"], *words["any"]):
        if blocking := _blocking(word, none):
            message = f"有“{word.written}”才算，none 又不许有“{blocking}”，这个词永远不算；两处只能留一处"
            others = len(words["exact"]) + len(words["any"]) > 1
            yield Problem(word.path, message, warning=others)


def _blocking(word: Word, none: Sequence[str]) -> str:
    return next((one for one in none if one in word.compared), "")


def _short(words: Sequence[Word]) -> Iterator[Problem]:
    """A single character is in half of what people say."""
    for word in words:
        if len(word.compared) == 1:
            message = f"只有一个字，凡是含“{word.written}”的话都会被它抢去；请写长一点，或改用 exact"
            yield Problem(word.path, message, warning=True)


def _useless(one: Ready) -> Iterator[Problem]:
    words = [*one.whole, *one.parts]
    if one.rule.fuzzy and not any(len(word) >= SOUNDS for word in words) and not _has_han(words):
        message = "这条的词都太短，容易认错，fuzzy 用不上；三个字以上才认错别字，两个字以上才认拼音"
        yield Problem(("replies", one.order, "fuzzy"), message, warning=True)


def _has_han(words: list[str]) -> bool:
    return any(sum("\u4e00" <= letter <= "\u9fff" for letter in word) > 1 for word in words)
