"""An examination in words and as JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.cli.doctor.diagnosis import Diagnosis, Examined, State
from bot.cli.terminal import BOLD, DIM, GREEN, RED, Paint

MARKS: Mapping[State, tuple[str, int]] = {
    State.PASSED: ("✓", GREEN),
    State.FAILED: ("✗", RED),
    State.SKIPPED: ("–", DIM),
}


def lines(examined: Examined, paint: Paint) -> Iterator[str]:
    """One step: its line, and what to do about each thing that is wrong."""
    mark, colour = MARKS[examined.result.state]
    note = f"  {examined.result.note}" if examined.result.note else ""
    yield f"  {paint(mark, colour)} {examined.step.name}{paint(note, DIM)}"
    for diagnosis in examined.result.diagnoses:
        yield from told(diagnosis, paint)


def told(diagnosis: Diagnosis, paint: Paint) -> Iterator[str]:
    """A diagnosis for a person: what it is, what was met, where to put it right and how."""
    yield f"      {paint(diagnosis.title, BOLD, RED)}" + (f"  {diagnosis.seen}" if diagnosis.seen else "")
    yield f"      看：{diagnosis.where}"
    yield f"      改：{diagnosis.cure}"


def heading(door: str, paint: Paint) -> str:
    """What stands above the steps of a door, or of what all doors share."""
    return paint(door or "整体", BOLD)


def summary(examined: Sequence[Examined]) -> str:
    """The last line."""
    failed = sum(one.result.state == State.FAILED for one in examined)
    skipped = sum(one.result.state == State.SKIPPED for one in examined)
    left_out = f"（跳过 {skipped} 步）" if skipped else ""
    return f"{failed} 步没有通过{left_out}，从上往下改，改完再查" if failed else f"全部通过{left_out}"


def as_json(examined: Sequence[Examined]) -> str:
    """`{ok, steps: [{name, door, state, note, seconds, diagnoses: [{code, title, seen, where, cure}]}]}`."""
    ok = all(one.result.state != State.FAILED for one in examined)
    return json.dumps({"ok": ok, "steps": list(map(_step, examined))}, ensure_ascii=False, indent=2)


def _step(examined: Examined) -> dict[str, Any]:
    return {
        "name": examined.step.name,
        "door": examined.step.door,
        "state": str(examined.result.state),
        "note": examined.result.note,
        "seconds": round(examined.seconds, 3),
        "diagnoses": list(map(plain, examined.result.diagnoses)),
    }


def plain(diagnosis: Diagnosis) -> dict[str, str]:
    """A diagnosis for programs."""
    return {name: getattr(diagnosis, name) for name in ("code", "title", "seen", "where", "cure")}


def came_as_json(method: str, door: str, diagnoses: Sequence[Diagnosis]) -> str:
    """A request of WeCom's on one line: `{method, door, ok, diagnoses}`."""
    found = {"method": method, "door": door, "ok": not diagnoses, "diagnoses": list(map(plain, diagnoses))}
    return json.dumps(found, ensure_ascii=False)
