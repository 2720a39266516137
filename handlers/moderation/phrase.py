"""The phrase that would make a false hit fine: the hit with what it stands in, as short as it is telling."""

from collections.abc import Sequence

import regex

from nlp.normalise import bare

LONGEST = 40
# So far a phrase reaches beyond its hit where nothing is known of words.
REACH = 2

_RUN = regex.compile(r"[\p{L}\p{N}]+")


def proposed(text: str, start: int, end: int, words: Sequence[tuple[int, int]] = ()) -> str:
    """A phrase of the text around a hit; "" where nothing stands around it, for then the word itself is meant.

    `words`: where the words of the text begin and end, as far as they are known. A hit that lies across words is
    completed to them; one that is made of whole words takes in the word after it, or before it.
    """
    first, last = _run(text, start, end)
    inside = [word for word in words if first <= word[0] and word[1] <= last]
    left, right = _grown(start, end, inside) if inside else (max(first, start - REACH), min(last, end + REACH))
    phrase = text[left:right].strip()
    return phrase if len(phrase) <= LONGEST and bare(phrase) != bare(text[start:end]) else ""


def _run(text: str, start: int, end: int) -> tuple[int, int]:
    """The letters around a hit, up to the next mark on either side."""
    left = next((found for found in _RUN.finditer(text) if found.start() <= start < found.end()), None)
    right = next((found for found in _RUN.finditer(text) if found.start() < end <= found.end()), None)
    return (left.start() if left else start), (right.end() if right else end)


def _grown(start: int, end: int, words: Sequence[tuple[int, int]]) -> tuple[int, int]:
    touched = [word for word in words if word[0] < end and start < word[1]]
    left, right = min([start, *(word[0] for word in touched)]), max([end, *(word[1] for word in touched)])
    if (left, right) != (start, end):
        return left, right
    after = next((word for word in words if word[0] == end), None)
    before = next((word for word in words if word[1] == start), None)
    return (start, after[1]) if after else (before[0] if before else start, end)
