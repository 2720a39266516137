"""Markdown as WeCom's clients show it (WeCom doc 90236, 101138): written, cut in pieces, and taken off."""

from collections.abc import Mapping

import regex

from bot.wecom.text import cut, fitting

_FENCE = regex.compile(r"(?P<opening>^(?P<mark>```+|~~~+)[^\n`]*\n)[\s\S]*?(?:^(?P=mark)[ \t]*(?:\n|\Z)|\Z)", regex.M)
# What is not to be cut: code blocks, code, pictures, links, coloured and bold words, addresses.
_WHOLE = regex.compile(
    r"""^(?P<mark>```+|~~~+)[^\n`]*\n[\s\S]*?(?:^(?P=mark)[ \t]*(?:\n|\Z)|\Z)
    | `[^`\n]+`
    | !?\[[^\[\]\n]*\]\([^()\s]*\)
    | <font\b[^<>\n]*>[^<\n]*</font>
    | \*\*[^*\n]+\*\*
    | https?://[A-Za-z0-9\-._~:/?\#\[\]@!$&'()*+,;=%]+
    """,
    regex.M | regex.X,
)
_BRACKETS: Mapping[int, str] = {ord("["): "［", ord("]"): "］", ord("\n"): " "}
_ADDRESS: Mapping[int, str] = {ord("("): "%28", ord(")"): "%29", ord(" "): "%20"}

_CODE = regex.compile(r"^(```+|~~~+)[^\n`]*\n(?P<block>[\s\S]*?)(?:^\1[ \t]*$|\Z)|`(?P<code>[^`\n]+)`", regex.M)
_MARKS = tuple(
    (regex.compile(pattern, regex.M), instead)
    for pattern, instead in (
        (r"!\[([^\[\]\n]*)\]\(([^()\s]*)\)", r"\1 \2"),
        (r"\[([^\[\]\n]*)\]\(([^()\s]*)\)", r"\1 \2"),
        (r"</?font\b[^<>\n]*>", ""),
        (r"^[ \t]{0,3}#{1,6}[ \t]+(.*?)[ \t]*#*$", r"\1"),
        (r"^[ \t]{0,3}(?:>[ \t]?)+", ""),
        (r"^[ \t]{0,3}(?:-{3,}|\*{3,}|_{3,})[ \t]*$\n?", ""),
        (r"^([ \t]*)[*+-][ \t]+", r"\1· "),
        (r"(\*\*|__)(?=\S)([^\n]+?)(?<=\S)\1", r"\2"),
        (r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])", r"\1"),
        (r"~~(?=\S)([^\n]+?)(?<=\S)~~", r"\1"),
    )
)


def link(title: str, url: str) -> str:
    """A link; brackets in its title, which would end it, become wide ones."""
    return f"[{title.translate(_BRACKETS)}]({url.translate(_ADDRESS)})"


def picture(title: str, url: str) -> str:
    """A picture at an address."""
    return f"!{link(title, url)}"


def split(text: str, limit: int) -> list[str]:
    """The text in pieces of at most `limit` UTF-8 bytes (≥ 16), cut as `text.split` does, but not inside a mark.

    The pieces give the text again when joined, unless a code block alone is longer than a piece: that one is closed
    at the end of a line and opened again.
    """
    if limit < 16:
        raise ValueError("a limit under 16 bytes holds no marks")
    pieces = []
    while len(text.encode()) > limit:
        piece, text = _first(text, limit)
        pieces.append(piece)
    return [*pieces, text] if text or not pieces else pieces


def _first(text: str, limit: int) -> tuple[str, str]:
    """The first piece and the rest."""
    block = _FENCE.match(text)
    if block and len(block[0].encode()) > limit:
        opening, closing = block["opening"], f"\n{block['mark']}"
        room = limit - len(closing.encode())
        inside = cut(text[: fitting(text, room)], text, _WHOLE_LINES)
        if len(opening) < inside:
            return text[:inside].removesuffix("\n") + closing, opening + text[inside:]
    end = cut(text[: fitting(text, limit)], text, _WHOLE)
    return text[:end], text[end:]


_WHOLE_LINES = regex.compile(r"[^\n]*\n")


def plain(text: str) -> str:
    """The words without their marks; links keep their addresses, code stays as it is."""
    kept: list[str] = []

    def put_aside(found: "regex.Match[str]") -> str:
        kept.append((found["block"] or "").removesuffix("\n") if found["code"] is None else found["code"])
        return f"\0{len(kept) - 1}\0"

    words = _CODE.sub(put_aside, text.replace("\0", ""))
    for pattern, instead in _MARKS:
        words = pattern.sub(instead, words)
    return regex.sub(r"\0(\d+)\0", lambda found: kept[int(found[1])], words).strip()
