"""Charts of bars, to be read on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.drawing.canvas import BLUE, FAINT, GREY, INK, Area, Canvas

# What stands under and above the bars, in points.
FOOT, HEAD = 20.0, 18.0
LABEL, FIGURE = 11.0, 11.0
# A bar for a value that is not nothing is at least so high.
LEAST = 2.0
MOST_WIDTH = 34.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what stands under it, how high it is (None: nothing was measured), and what stands on top."""

    label: str
    value: float | None
    told: str = ""
    colour: str = BLUE


@dataclass(frozen=True, slots=True)
class Mark:
    """A level to compare with, and what it means."""

    value: float
    told: str
    colour: str = GREY


def draw_bars(canvas: Canvas, area: Area, bars: Sequence[Bar], mark: Mark | None = None) -> None:
    """Draw bars from a common base line; without any value it says that there is nothing."""
    plot = Area(area.x, area.y + HEAD, area.width, area.height - HEAD - FOOT)
    highest = max([bar.value or 0.0 for bar in bars] + [mark.value if mark else 0.0], default=0.0)
    canvas.line([(plot.x, plot.bottom), (plot.right, plot.bottom)], FAINT)
    if not any(bar.value for bar in bars):
        canvas.text(plot.x + plot.width / 2, plot.y + plot.height / 2, "没有数据", LABEL, colour=GREY, anchor="middle")
    slots = plot.columns(len(bars), 0) if bars else ()
    for slot, bar in zip(slots, bars, strict=True):
        _bar(canvas, slot, bar, highest)
    if mark and highest and any(bar.value for bar in bars):
        _mark(canvas, plot, mark, highest)


def _bar(canvas: Canvas, slot: Area, bar: Bar, highest: float) -> None:
    middle, room = slot.x + slot.width / 2, slot.width - 1
    canvas.text(middle, slot.bottom + FOOT / 2, bar.label, LABEL, colour=GREY, anchor="middle", most=room * 2)
    if not bar.value:
        return
    height = max(LEAST, slot.height * bar.value / highest)
    width = min(MOST_WIDTH, slot.width * 0.66)
    canvas.box(Area(middle - width / 2, slot.bottom - height, width, height), bar.colour, min(3.0, height / 2))
    canvas.text(middle, slot.bottom - height - 8, bar.told, FIGURE, colour=INK, anchor="middle", most=room)


def _mark(canvas: Canvas, plot: Area, mark: Mark, highest: float) -> None:
    y = plot.bottom - plot.height * mark.value / highest
    canvas.dashes(plot.x, plot.right, y, mark.colour)
    canvas.text(plot.right, y - 8, mark.told, LABEL, colour=mark.colour, anchor="right")
