"""Drawing: shapes and words at places counted in points, and the picture that comes of it."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Literal

import regex

from handlers.drawing.typeface import Typeface, shows

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

INK, GREY, FAINT, PAPER, PANEL = "#1f2329", "#646a73", "#dee0e3", "#f5f6f7", "#ffffff"
BLUE, GREEN, ORANGE, RED, PURPLE = "#3370ff", "#2ea121", "#de7802", "#d83931", "#7f3bf5"

Anchor = Literal["left", "middle", "right"]
_ANCHORS: Mapping[Anchor, str] = {"left": "lm", "middle": "mm", "right": "rm"}
# A phone shows 360 to 430 points; pixels a point, and how much finer it is drawn, so that edges are smooth.
SCALE, FINER = 2, 2
# Words may shrink so far before they are cut.
SMALLEST = 0.75
ELLIPSIS = "…"
# What a line is not broken in: words and figures, and marks that belong to what is before them.
_PARTS = regex.compile(r"(?:[A-Za-z0-9]+|[「『（《“].?|\X)[」』）》”，。、！？：；…]*")


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a picture, in points."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def inset(self, by: float) -> "Area":
        """The area without its edges."""
        return Area(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)

    def columns(self, count: int, gap: float) -> Sequence["Area"]:
        """The area as so many columns of one width."""
        width = (self.width - gap * (count - 1)) / count
        return [Area(self.x + at * (width + gap), self.y, width, self.height) for at in range(count)]


class Canvas:
    """A picture while it is drawn; places and sizes are points from the top left, of words the middle of the line."""

    def __init__(self, width: float, height: float, typeface: Typeface, background: str = PAPER) -> None:
        from PIL import Image, ImageDraw

        self.area = Area(0, 0, width, height)
        self._factor = SCALE * FINER
        self._image = Image.new("RGB", (round(width * self._factor), round(height * self._factor)), background)
        self._draw = ImageDraw.Draw(self._image)
        self._typeface = typeface
        self._fonts = {size: typeface.at(size * self._factor) for size in (12.0,)}
        self._seen: dict[str, bool] = {}

    def shown(self, text: str) -> str:
        """The text on one line, without what the typeface has no picture of (emoji, rare characters)."""
        return " ".join("".join(letter for letter in text if self._shows(letter)).split())

    def measure(self, text: str, size: float) -> float:
        """How wide a text is."""
        return self._font(size).getlength(text) / self._factor

    def fitted(self, text: str, size: float, most: float) -> tuple[str, float]:
        """The text and the size in which it is no wider than `most`: smaller first, then with its end cut off."""
        text = self.shown(text)
        size = max(size * SMALLEST, min(size, size * most / (self.measure(text, size) or 1)))
        if self.measure(text, size) <= most:
            return text, size
        lengths = range(1, len(text))
        length = bisect_right(lengths, most, key=lambda one: self.measure(text[:one].rstrip() + ELLIPSIS, size))
        return text[:length].rstrip() + ELLIPSIS, size

    def text(
        self, x: float, y: float, text: str, size: float, *, colour: str = INK, anchor: Anchor = "left",
        most: float | None = None, bold: bool = False,
    ) -> float:  # fmt: skip
        """Write one line, no wider than `most`; its width."""
        text, size = self.fitted(text, size, self.area.width if most is None else most)
        font, stroke = self._font(size), round(size * self._factor / 45) if bold else 0
        place = x * self._factor, y * self._factor
        self._draw.text(place, text, colour, font, _ANCHORS[anchor], stroke_width=stroke)
        return self.measure(text, size)

    def spaced(self, x: float, y: float, text: str, size: float, gap: float, *, colour: str = INK) -> float:
        """Write one line around `x` with so much between its letters, as on a title page; its width."""
        letters = self.shown(text)
        widths = [self.measure(letter, size) for letter in letters]
        whole = sum(widths) + gap * max(0, len(letters) - 1)
        at = x - whole / 2
        for letter, width in zip(letters, widths, strict=True):
            at += self.text(at, y, letter, size, colour=colour, bold=True) if letter.strip() else width
            at += gap
        return whole

    def wrapped(self, text: str, size: float, most: float, lines: int) -> Sequence[str]:
        """The text as lines of about one length, no wider than `most` as far as so many lines hold it.

        What is too much is left on the last one; Latin words and figures stay whole.
        """
        text = self.shown(text)
        needed = min(lines, ceil(self.measure(text, size) / most)) or 1
        found = [""]
        for part in _PARTS.findall(text):
            reached = self.measure(found[-1] + part, size)
            aim = min(most, self.measure(text, size) / needed + size)
            if len(found) < needed and found[-1] and reached > aim:
                found.append("")
            found[-1] += part
        return [line.strip() for line in found if line.strip()]

    def box(self, area: Area, colour: str, radius: float = 0) -> None:
        """A filled rectangle with round corners."""
        if area.width <= 0 or area.height <= 0:
            return
        corners = area.x, area.y, area.right, area.bottom
        left, top, right, bottom = (round(one * self._factor) for one in corners)
        radius = min(radius, area.width / 2, area.height / 2)
        self._draw.rounded_rectangle(
            (left, top, max(left, right - 1), max(top, bottom - 1)), round(radius * self._factor), colour
        )

    def line(self, points: Sequence[tuple[float, float]], colour: str, width: float = 1) -> None:
        """A line through points."""
        placed = [(x * self._factor, y * self._factor) for x, y in points]
        self._draw.line(placed, colour, max(1, round(width * self._factor)), joint="curve")

    def dashes(self, x: float, right: float, y: float, colour: str) -> None:
        """A level line of dashes."""
        at = x
        while at < right:
            self.line([(at, y), (min(at + 4, right), y)], colour)
            at += 8

    def dot(self, x: float, y: float, radius: float, colour: str) -> None:
        """A filled circle around a point."""
        corners = x - radius, y - radius, x + radius, y + radius
        self._draw.ellipse([round(one * self._factor) for one in corners], colour)

    def ring(self, x: float, y: float, radius: float, colour: str, width: float = 1) -> None:
        """A circle around a point."""
        corners = [round(one * self._factor) for one in (x - radius, y - radius, x + radius, y + radius)]
        self._draw.ellipse(corners, outline=colour, width=max(1, round(width * self._factor)))

    def frame(self, area: Area, colour: str, width: float = 1, radius: float = 0) -> None:
        """The edge of a rectangle."""
        corners = [round(one * self._factor) for one in (area.x, area.y, area.right, area.bottom)]
        stroke = max(1, round(width * self._factor))
        self._draw.rounded_rectangle(corners, round(radius * self._factor), outline=colour, width=stroke)

    def shape(self, points: Sequence[tuple[float, float]], colour: str) -> None:
        """A filled shape with so many corners."""
        self._draw.polygon([(x * self._factor, y * self._factor) for x, y in points], colour)

    def png(self) -> bytes:
        """The picture as a PNG."""
        kept = BytesIO()
        # Levels above take twice as long for a twentieth less.
        self._image.reduce(FINER).save(kept, "PNG", compress_level=3)
        return kept.getvalue()

    def _font(self, size: float) -> "FreeTypeFont":
        # Sizes to a tenth of a point, so that shrinking texts do not load a font each.
        size = round(size, 1)
        if size not in self._fonts:
            self._fonts[size] = self._typeface.at(size * self._factor)
        return self._fonts[size]

    def _shows(self, letter: str) -> bool:
        if letter not in self._seen:
            self._seen[letter] = shows(self._font(12.0), letter)
        return self._seen[letter]
