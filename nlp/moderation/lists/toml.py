"""Word lists in TOML: `words` is a list of words, or of tables with a word and more."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from nlp.moderation.entry import Entry
from nlp.moderation.lists.columns import PARSERS
from nlp.moderation.lists.fault import Faults
from nlp.moderation.lists.making import Maker
from nlp.moderation.lists.places import Places

WORDS = "words"
_PLACE = re.compile(r"\(at line (\d+), column \d+\)")


def read_toml(text: str, maker: Maker, faults: Faults) -> Iterator[Entry]:
    """The entries of a TOML file. What stands above them (`category = "ad"`) holds for all that say nothing else."""
    values = parsed(text, faults)
    if values is None:
        return
    places = Places(text)
    words = values.pop(WORDS, [])
    for key in [key for key in values if key not in PARSERS or key == "word"]:
        faults.add(
            places.line(key), f"不认识这个键；词写在 {WORDS} 里，每个词以单独一行 [[{WORDS}]] 开头也行", column=key
        )
        del values[key]
    if not isinstance(words, list):
        faults.add(places.line(WORDS), f'应为一组词，如 {WORDS} = ["刷单"]', column=WORDS)
        return
    if not words:
        faults.add(1, f'文件里还没有词，如 {WORDS} = ["刷单"]', warning=True)
    maker = maker.usually(values, places.line)
    for at, one in enumerate(words):
        yield from _entries(one, places.element(WORDS, at), maker, faults)


def parsed(text: str, faults: Faults) -> dict[str, Any] | None:
    """What a document holds; None when it is none, which is told."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line = int(place[1]) if place else text.rstrip().count("\n") + 1
        faults.add(line, "这一行的写法不对：引号、逗号、等号要用英文的，引号和方括号要成对")
        return None


def _entries(one: object, line: int, maker: Maker, faults: Faults) -> Iterator[Entry]:
    values = one if isinstance(one, dict) else {"word": one}
    known = {key: value for key, value in values.items() if key in PARSERS}
    for key in values.keys() - known.keys():
        faults.add(line, f"不认识这个键；认得的有 {'、'.join(PARSERS)}", column=key)
    words = known.pop("word", "")
    like = maker.like(known, line)
    for word in words if isinstance(words, list) else [words]:
        if like and (entry := maker.made(word, like, line)):
            yield entry
