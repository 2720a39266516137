"""The configuration again, whenever its files change."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

from watchfiles import awatch

from bot.config.config import Config
from bot.config.finding import ConfigError

State = dict[Path, tuple[int, int, int]]

# Editors write in several steps: wait until nothing has changed for a moment, but not for long.
QUIET_MS = 50
DEBOUNCE_MS = 300
# Where the system reports no changes (network folders, some containers), look this often.
LOOK_MS = 500


async def watch(
    path: str | Path, load: Callable[[], Config], current: Config | None = None
) -> AsyncIterator[Config | ConfigError]:
    """The configuration each time its content changes: checked and whole, or all that is wrong with it.

    Watches the main file, what it includes and what its sections name; `load` runs on a thread. Changes count from
    `current`, or from what was there when the watch began.
    """
    result = await _attempt(load)
    if current is not None and _is_news(result, current):
        yield result
    while True:
        state = await asyncio.to_thread(_state, result)
        async for _ in _changes(Path(path), result):
            if await asyncio.to_thread(_state, result) != state:
                break
        before, result = result, await _attempt(load)
        if _is_news(result, before):
            yield result


def _is_news(result: Config | ConfigError, before: Config | ConfigError) -> bool:
    return isinstance(result, ConfigError) or isinstance(before, ConfigError) or result.hash != before.hash


async def _attempt(load: Callable[[], Config]) -> Config | ConfigError:
    try:
        return await asyncio.to_thread(load)
    except ConfigError as error:
        return error


def _changes(path: Path, result: Config | ConfigError) -> AsyncIterator[object]:
    folders = {folder for folder in (path.parent, *result.folders) if folder.is_dir()}
    return awatch(
        *folders,
        watch_filter=None,
        recursive=False,
        debounce=DEBOUNCE_MS,
        step=QUIET_MS,
        rust_timeout=LOOK_MS,
        yield_on_timeout=True,
    )


def _state(result: Config | ConfigError) -> State:
    """What the files look like now; new files of a pattern count too."""
    return dict(_looks({*result.files, *(path for files in result.patterns for path in files.paths())}))


def _looks(paths: Iterable[Path]) -> Iterable[tuple[Path, tuple[int, int, int]]]:
    for path in sorted(paths):
        try:
            seen = path.stat()
        except OSError:
            yield path, (0, 0, 0)
        else:
            yield path, (seen.st_mtime_ns, seen.st_size, seen.st_ino)
