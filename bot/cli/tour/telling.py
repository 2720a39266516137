"""How the demo looks: who says what, on a terminal."""

import asyncio
from dataclasses import dataclass
from typing import Any, TextIO

from bot.cli.terminal import BLUE, BOLD, CYAN, DIM, GREEN, RED, YELLOW, Paint, columns, pad, paint_for, width, wrap
from bot.simulator import Record

NAMES = 12
INDENT = "  "
PICTURED = "［图片］"


@dataclass(frozen=True, slots=True)
class Teller:
    """Writes the demo. `pause`: seconds to give a reader after each thing that somebody says."""

    out: TextIO
    paint: Paint
    size: int
    pause: float = 0.0

    def line(self, text: str = "") -> None:
        """One line."""
        print(text, file=self.out, flush=True)

    def clear(self) -> None:
        """Take back a line that was only begun, where that can be done."""
        if self.paint.on:
            print("\r\x1b[K", end="", file=self.out)

    def heading(self, text: str) -> None:
        """A new part."""
        rule = "─" * max(4, self.size - width(text) - 4)
        self.line()
        self.line(self.paint(f"── {text} {rule}", CYAN))

    async def says(self, name: str, text: str, where: str = "", robot: bool = False) -> None:
        """Somebody says something."""
        shown = self.paint(pad(name, NAMES), BOLD, GREEN if robot else BLUE)
        lines = list(wrap(text, self.size - NAMES - 4 - width(where)))
        self.line(f"{INDENT}{shown}{lines[0]}{self.paint(where and f'　{where}', DIM)}")
        for line in lines[1:]:
            self.line(INDENT + " " * NAMES + line)
        await asyncio.sleep(self.pause)

    async def shows(self, record: Record, name: str, where: str = "") -> None:
        """Something the bot put on somebody's screen."""
        await self.says(name, shown_as(record), where, robot=True)

    def aside(self, text: str) -> None:
        """Something that nobody says."""
        self.line(INDENT + self.paint(text, DIM))

    def verdict(self, fine: bool, text: str) -> None:
        """Whether it came as it should, and one line why."""
        mark = self.paint("✓", GREEN, BOLD) if fine else self.paint("✗", RED, BOLD)
        first, *rest = wrap(text, self.size - 4)
        self.line(f"{INDENT}{mark} {self.paint(first, DIM if fine else YELLOW)}")
        for line in rest:
            self.line(f"{INDENT}  {self.paint(line, DIM if fine else YELLOW)}")


def teller_for(out: TextIO) -> Teller:
    """Colours and pauses where somebody looks."""
    return Teller(out, paint_for(out), columns(), 0.35 if out.isatty() else 0.0)


def shown_as(record: Record) -> str:
    """What somebody sees, in words."""
    if record.msgtype == "image":
        return PICTURED
    return card_text(record.card) if record.card else record.text


def card_text(card: Any) -> str:
    """A card in words: title, texts, buttons."""
    title = card.get("main_title", {})
    quote = card.get("quote_area", {}).get("quote_text", "")
    fields = (f"{one['keyname']}：{one.get('value', '')}" for one in card.get("horizontal_content_list", ()))
    asked = card.get("button_selection", {})
    choice = f"{asked.get('title', '')}：{' / '.join(text for _, text in options_of(card))}" if asked else ""
    lines = [
        f"［卡片］{title.get('title', '')}",
        title.get("desc", ""),
        quote,
        *fields,
        choice,
        "  ".join(buttons(card)),
    ]
    return "\n".join(line for line in lines if line)


def buttons(card: Any) -> list[str]:
    """What can be pressed, as it is labelled."""
    return [f"［{one['text']}］" for one in card.get("button_list", ())]


def options_of(card: Any) -> list[tuple[str, str]]:
    """What can be chosen on a card: ids and names."""
    return [(one["id"], one["text"]) for one in card.get("button_selection", {}).get("option_list", ())]
