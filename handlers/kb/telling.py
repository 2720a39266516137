"""How the commands speak: results on stdout, progress and complaints on stderr."""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.types.ports import Report
from knowledge.rows import Problem

INTERVAL = 0.2
CLEAR = "\r\x1b[K"


def progress() -> Report:
    """One line that tells somebody at a terminal how far a long piece of work is; silent for programs."""
    last = time.monotonic()
    is_seen = sys.stderr.isatty()

    def report(what: str, done: float) -> None:
        nonlocal last
        if is_seen and (done >= 1 or time.monotonic() - last > INTERVAL):
            last = time.monotonic()
            print(f"{CLEAR}{what} {done:.0%}" if done < 1 else CLEAR, end="", file=sys.stderr, flush=True)

    return report


def complain(*lines: str) -> int:
    """Say why it did not work; the exit status for that."""
    print(*lines, sep="\n", file=sys.stderr)
    return 1


def say(value: Any) -> None:
    """A result for programs."""
    print(json.dumps(value, ensure_ascii=False))


def shown(path: str | Path) -> str:
    """A file as people name it from where they are."""
    whole, here = Path(path).absolute(), Path.cwd()
    return str(whole.relative_to(here)) if whole.is_relative_to(here) else str(path)


def place_of(problem: Problem) -> str:
    """The key of a problem as people read it: `faq[3].similar[0]`, `问答!C5`."""
    text = ""
    for part in problem.path:
        text += f"[{part}]" if isinstance(part, int) else f"{'.' if text else ''}{part}"
    return text


def line_of(problem: Problem) -> str:
    """A problem on one line: file:line: key = value → what is right."""
    value = f' = "{problem.value}"' if problem.value else ""
    subject = f" {place_of(problem)}{value} →" if problem.path else ""
    mark = "（警告）" if problem.warning else ""
    return f"{shown(problem.file)}:{problem.line}:{subject} {problem.message}{mark}"


def as_object(problem: Problem) -> dict[str, Any]:
    """A problem for programs, in the shape of `qunban check --json`."""
    return {
        "file": shown(problem.file),
        "line": problem.line,
        "key": place_of(problem),
        "value": problem.value or None,
        "message": problem.message,
    }


def parted(problems: Sequence[Problem]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The errors and the warnings among problems, for programs."""
    errors = [as_object(one) for one in problems if not one.warning]
    return errors, [as_object(one) for one in problems if one.warning]
