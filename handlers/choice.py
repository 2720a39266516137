"""Picking from a numbered list, the way people do it in a chat."""

from collections.abc import Sequence

import regex

from nlp.normalise import core

_CHINESE = "一二三四五六七八九"
_PICK = regex.compile(
    rf"(?:我?选|是|要|回复)?第?(?P<number>[1-9]|[{_CHINESE}]|两)(?:个|条|项|号|种)?(?:吧|呢|啊|谢谢|的?问题)?"
)


def picked(text: str, options: Sequence[Sequence[str]]) -> int | None:
    """The place of the option that a text names, or None when it names none.

    By number (`2`, `２`, `②`, `第二个`, `选二`, `2.`), as the last one (`最后一个`), or by the words of an option,
    each of which may be worded in several ways.
    """
    said = core(text)
    worded = [at for at, wordings in enumerate(options) if said in map(core, wordings)]
    if worded:
        return worded[0]
    number = len(options) if said in ("最后一个", "最后一条") else _number(said)
    return number - 1 if 1 <= number <= len(options) else None


def _number(said: str) -> int:
    """The number that is meant; 0 when it is something else."""
    found = _PICK.fullmatch(said)
    if not found:
        return 0
    written = found["number"].replace("两", "二")
    return _CHINESE.index(written) + 1 if written in _CHINESE else int(written)
