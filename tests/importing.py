"""Imports modules in fresh children and reports what each did besides defining names.

Reads `{"warm": [third-party modules], "groups": [[ours]]}` from stdin and writes `{module: [effects]}`; a group shares
a child. The parent imports third-party code beforehand, so that only what our modules do themselves is seen.
"""

import contextlib
import importlib
import io
import json
import os
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

# Audit events that mean the world was touched. Reading files is what importing is; writing is not.
TOUCHES = (
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.system",
    "shutil.",
    "socket.",
    "subprocess.",
    "sqlite3.",
    "tempfile.",
)


class Watched(dict[str, str]):
    """An environment that remembers what our own code asked of it."""

    def __init__(self, values: Mapping[str, str], effects: list[str]) -> None:
        super().__init__(values)
        self._effects = effects

    def __getitem__(self, key: str) -> str:
        self._remember(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self._remember(key)
        return super().get(key, default)

    def _remember(self, key: str) -> None:
        frame = sys._getframe(2)
        while frame.f_back and frame.f_code.co_filename == os.__file__:
            frame = frame.f_back
        if Path(frame.f_code.co_filename).is_relative_to(Path.cwd()) and ".venv" not in frame.f_code.co_filename:
            self._effects.append(f"reads ${key}")


def watch(effects: list[str]) -> None:
    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and is_writing(arguments):
            effects.append(f"writes {arguments[0]}")
        elif event.startswith(TOUCHES):
            effects.append(event)

    sys.addaudithook(hear)


def is_writing(arguments: tuple[Any, ...]) -> bool:
    _, mode, flags = arguments
    return any(letter in (mode or "") for letter in "wax+") or bool((flags or 0) & (os.O_WRONLY | os.O_RDWR))


def effects_of(group: list[str]) -> dict[str, list[str]]:
    effects: list[str] = []
    watch(effects)
    vars(os)["environ"] = Watched(os.environ, effects)
    found: dict[str, list[str]] = {}
    for module in group:
        spoken = io.StringIO()
        with contextlib.redirect_stdout(spoken), contextlib.redirect_stderr(spoken):
            importlib.import_module(module)
        found[module] = [*effects, *aftermath(spoken.getvalue())]
        effects.clear()
    return found


def aftermath(spoken: str) -> Iterator[str]:
    if spoken:
        yield f"says {spoken!r}"
    if threading.active_count() > 1:
        yield "starts a thread"


def in_child(group: list[str]) -> dict[str, list[str]]:
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.write(write, json.dumps(effects_of(group)).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        effects = answer.read()
    os.waitpid(child, 0)
    return dict(json.loads(effects)) if effects else {group[0]: ["one of this group cannot be imported"]}


def main() -> None:
    asked = json.load(sys.stdin)
    sys.path.insert(0, os.getcwd())
    sys.dont_write_bytecode = True
    with warnings.catch_warnings(action="ignore"):
        for name in asked["warm"]:
            importlib.import_module(name)
    found = {module: effects for group in asked["groups"] for module, effects in in_child(group).items()}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
