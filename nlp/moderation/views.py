"""The ways to read a text: as it stands, decoded, without what is in brackets, down its columns."""

import html
import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from nlp.moderation.folding import Folding
from nlp.moderation.layers import Layer
from nlp.moderation.view import View

_Place = tuple[int, int]

_ENCODED = re.compile(
    r"&#[0-9]{1,7};?|&#[xX][0-9a-fA-F]{1,6};?|&[a-zA-Z]{2,8};|(?:%[0-9a-fA-F]{2})+"
    r"|\\u\{[0-9a-fA-F]{1,6}\}|\\[uU][0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|[uU]\+[0-9a-fA-F]{4,5}"
)
# Few characters, or they would be a sentence of their own.
_BRACKETED = re.compile(
    r"[(（\[［【{｛<＜〈《「『〔〖｢⟨⟪❨❪❬❮❰❲❴﹙﹛﹝﹤“‘]"
    r"[^()（）\[\]［］【】{}｛｝<>＜＞〈〉《》「」『』〔〕〖〗｢｣⟨⟩⟪⟫\n]{1,4}"
    r"[)）\]］】}｝>＞〉》」』〕〗｣⟩⟫❩❫❭❯❱❳❵﹚﹜﹞﹥”’]"
)
_CODING = re.compile(r"[&%\\+]")
_HIDING = re.compile(r"[&%\\+\n(（\[［【{｛<＜〈《「『〔〖｢⟨⟪❨❪❬❮❰❲❴﹙﹛﹝﹤“‘]")
# Nobody writes words in longer lines one below the other.
_WIDE = 6
_TALL = 30
# Between columns: a letter no word has.
_COLUMN_END = "\n"


def views(text: str, folding: Folding) -> Sequence[View]:
    """The text, and what it hides if it has the signs of it; of each at most one more of the same length."""
    plain = View(text, folding)
    return (plain,) if _HIDING.search(text) is None else tuple(_all(plain, folding))


def _all(plain: View, folding: Folding) -> Iterator[View]:
    read = [plain]
    if _CODING.search(plain.text):
        decoded, places = _decoded(plain.text)
        if decoded != plain.text:
            read.append(View(decoded, folding, places, Layer.DECODED))
    for view in read:
        yield view
        yield from _without_brackets(view, folding)
        yield from _columns(view, folding)


def _decoded(text: str) -> tuple[str, Sequence[_Place]]:
    """The text with its codes as characters, and where each of them was written."""
    letters: list[str] = []
    places: list[_Place] = []
    at = 0
    for code in _ENCODED.finditer(text):
        meant = _meant(code[0])
        letters.append(text[at : code.start()] + meant)
        places.extend((place, place + 1) for place in range(at, code.start()))
        places.extend([code.span()] * len(meant))
        at = code.end()
    places.extend((place, place + 1) for place in range(at, len(text)))
    return "".join((*letters, text[at:])), places


def _meant(code: str) -> str:
    """What a code stands for; itself if for nothing."""
    if code[0] == "%":
        return bytes.fromhex(code.replace("%", "")).decode("utf-8", "ignore") or code
    if code[0] == "&":
        return html.unescape(code)
    point = int(code.strip("\\xuU+{}"), 16)
    return chr(point) if point <= 0x10FFFF and not 0xD800 <= point < 0xE000 else code


def _without_brackets(view: View, folding: Folding) -> Iterator[View]:
    pieces = [piece.span() for piece in _BRACKETED.finditer(view.text)]
    if pieces:
        gone = {at for start, end in pieces for at in range(start, end)}
        kept = [at for at in range(len(view.text)) if at not in gone]
        yield _part(view, kept, folding, Layer.BRACKETS)


def _columns(view: View, folding: Folding) -> Iterator[View]:
    """Neighbouring short lines, read down their columns from the left and from the right."""
    if "\n" not in view.text:
        return
    for lines in _narrow(view.text, folding):
        wide = max(map(len, lines))
        if len(lines) > 1 and wide > 1:
            columns = [[line[at] for line in lines if at < len(line)] for at in range(wide)]
            yield _joined(view, columns, folding)
            yield _joined(view, columns[::-1], folding)


def _narrow(text: str, folding: Folding) -> Iterator[list[list[int]]]:
    """Rows of neighbouring lines with few letters, each as the places of its letters."""
    lines, at = [], 0
    for line in text.split("\n"):
        places = [at + place for place, sign in enumerate(line) if folding[ord(sign)]]
        at += len(line) + 1
        if places or line:
            lines.append(places)
    for narrow, row in groupby(lines, lambda places: len(places) <= _WIDE):
        if narrow:
            rows = list(row)
            yield from (rows[at : at + _TALL] for at in range(0, len(rows), _TALL))


def _joined(view: View, columns: Sequence[Sequence[int]], folding: Folding) -> View:
    kept = [at for column in columns for at in (*column, -1)]
    text = "".join(_COLUMN_END if at < 0 else view.text[at] for at in kept)
    places = [view.written(at, at + 1) if at >= 0 else (kept[0], kept[0] + 1) for at in kept]
    return View(text, folding, places, Layer.COLUMNS)


def _part(view: View, kept: Sequence[int], folding: Folding, layer: Layer) -> View:
    """Some of the characters of a view."""
    text = "".join(view.text[at] for at in kept)
    return View(text, folding, [view.written(at, at + 1) for at in kept], layer)
