"""What is wrong with the words of one rule."""

from collections.abc import Iterator

from bot.types.declarations import Problem
from handlers.halt import ORDERS
from handlers.keyword.matching import Ready
from handlers.keyword.near import SOUNDS
from handlers.keyword.rules import ReplyRule
from handlers.words import COMMANDS
from nlp.normalise import core, normalise

KEYS = ("exact", "any", "all", "none")


def problems(one: Ready) -> Iterator[Problem]:
    """Words that are empty, written twice, too short, taken by a command, or forbidden by the rule itself."""
    yield from _empty(one)
    yield from _twice(one)
    yield from _commands(one)
    yield from _forbidden(one)
    yield from _short(one)
    yield from _useless(one)


def _empty(one: Ready) -> Iterator[Problem]:
    for key in KEYS:
        for at, word in enumerate(_written(one.rule, key)):
            if not normalise(word):
                yield Problem(("replies", one.order, key, at), "这个词里只有看不见的字符，等于没写；请删掉或重写")


def _twice(one: Ready) -> Iterator[Problem]:
    for key in KEYS:
        first: dict[str, str] = {}
        for at, word in enumerate(_written(one.rule, key)):
            same = core(word) if key == "exact" else normalise(word)
            if same and same in first:
                message = f"和前面的“{first[same]}”是同一个词（大小写、全半角、标点不算不同），删掉一个"
                yield Problem(("replies", one.order, key, at), message, warning=True)
            first.setdefault(same, word)


def _commands(one: Ready) -> Iterator[Problem]:
    for at, word in enumerate(one.rule.exact):
        if core(word) in COMMANDS or (core(word) in ORDERS and not one.rule.roles):
            message = f"“{word}”是固定口令，先由口令回答，轮不到关键词；请换一个说法"
            yield Problem(("replies", one.order, "exact", at), message, warning=True)


def _forbidden(one: Ready) -> Iterator[Problem]:
    """Words that let the rule in and keep it out at once."""
    cure = "两处只能留一处"
    for at, written in enumerate(one.rule.all):
        if none := _blocking(normalise(written), one):
            yield Problem(
                ("replies", one.order, "all", at), f"要有“{written}”，none 又不许有“{none}”，永远轮不到；{cure}"
            )
            return
    for key in ("exact", "any"):
        words = _written(one.rule, key)
        for at, written in enumerate(words):
            if none := _blocking(core(written) if key == "exact" else normalise(written), one):
                message = f"有“{written}”才算，none 又不许有“{none}”，这个词永远不算；{cure}"
                yield Problem(("replies", one.order, key, at), message, warning=len(words) > 1)


def _blocking(word: str, one: Ready) -> str:
    return next((none for none in one.none if none in word), "")


def _short(one: Ready) -> Iterator[Problem]:
    """A single character is in half of what people say."""
    if one.all or one.pattern:
        return
    for at, word in enumerate(one.rule.any):
        if len(normalise(word)) == 1:
            message = f"只有一个字，凡是含“{word}”的话都会被它抢去；请写长一点，或改用 exact"
            yield Problem(("replies", one.order, "any", at), message, warning=True)


def _useless(one: Ready) -> Iterator[Problem]:
    words = [*one.rule.whole, *one.parts]
    if one.rule.fuzzy and not any(len(word) >= SOUNDS for word in words) and not _has_han(words):
        message = "这条的词都太短，容易认错，fuzzy 用不上；三个字以上才认错别字，两个字以上才认拼音"
        yield Problem(("replies", one.order, "fuzzy"), message, warning=True)


def _has_han(words: list[str]) -> bool:
    return any(sum("\u4e00" <= letter <= "\u9fff" for letter in word) > 1 for word in words)


def _written(rule: ReplyRule, key: str) -> tuple[str, ...]:
    words: tuple[str, ...] = getattr(rule, key)
    return words
