"""Texts in pieces that WeCom's byte limits allow."""

from collections.abc import Iterator

import regex

# From the border readers mind least to the one they mind most.
_BORDERS = tuple(
    regex.compile(pattern)
    for pattern in (
        r"\n+",
        r"(?:[。！？!?…；;]|\.(?=\s|$))[\"'”’）)】」』]*\s*",
        r"[，、,：:）)】」』]\s*|\s+",
    )
)
_GRAPHEME = regex.compile(r"\X")
_URL = regex.compile(r"https?://[\w\-.~:/?#\[\]@!$&'()*+,;=%]+", regex.ASCII)


def split(text: str, limit: int) -> list[str]:
    """The text in pieces of at most `limit` UTF-8 bytes (≥ 4) that give the text again when joined.

    Cut at a line's end, else a sentence's, else a word's, in the second half of what fits; inside a URL or a
    composed character only where nothing else fits.
    """
    if limit < 4:
        raise ValueError("a limit under 4 bytes does not hold every character")
    pieces = []
    while len(text.encode()) > limit:
        end = cut(text[: fitting(text, limit)], text, _URL)
        pieces.append(text[:end])
        text = text[end:]
    return [*pieces, text] if text or not pieces else pieces


def clip(text: str, limit: int) -> str:
    """The text, or its beginning and "…", in at most `limit` UTF-8 bytes (≥ 3)."""
    if len(text.encode()) <= limit:
        return text
    head = text[: fitting(text, limit - 3)]
    return head[: _whole(head, text)] + "…"


def shorten(text: str, limit: int) -> str:
    """The text, or its beginning and "…", in at most `limit` characters (≥ 1) as people count them."""
    found = _GRAPHEME.findall(text)
    return text if len(found) <= limit else "".join(found[: limit - 1]) + "…"


def fitting(text: str, limit: int) -> int:
    """How many code points from the beginning fit into `limit` bytes."""
    return len(text[:limit].encode()[:limit].decode(errors="ignore"))


def cut(head: str, text: str, whole: "regex.Pattern[str]") -> int:
    """Where to cut after at most `head`, the longest beginning of `text` that fits; not in a `whole` if it can be."""
    links = [match.span() for match in whole.finditer(text, 0, min(len(text), 2 * len(head) + 1))]
    for border in _BORDERS:
        ends = (match.end() for match in border.finditer(head))
        good = [end for end in ends if end > len(head) // 2 and _is_outside(end, links) and _is_whole(end, text)]
        if good:
            return good[-1]
    end = _whole(head, text)
    started = next((start for start, stop in links if start < end < stop), 0)
    return started or end


def _whole(head: str, text: str) -> int:
    """The end of the last composed character that is whole in `head`; all of it when there is none."""
    end = 0
    for match in _GRAPHEME.finditer(text):
        if match.end() > len(head):
            break
        end = match.end()
    return end or len(head)


def _is_outside(end: int, links: list[tuple[int, int]]) -> bool:
    return not any(start < end < stop for start, stop in links)


def _is_whole(end: int, text: str) -> bool:
    """Whether a composed character begins at `end`."""
    return end == len(text) or any(match.start() == end for match in _near(end, text))


def _near(end: int, text: str) -> Iterator["regex.Match[str]"]:
    return _GRAPHEME.finditer(text, max(0, end - 1), end + 2)
