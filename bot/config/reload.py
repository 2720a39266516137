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
MOST_TRIES = 5


async def watch(
    path: str | Path, load: Callable[[], Config], current: Config | None = None
) -> AsyncIterator[Config | ConfigError]:
    """The configuration each time its content changes: checked and whole, or all that is wrong with it.

    Watches the main file, what it includes and what its sections name; `load` runs on a thread. Changes count from
    `current`, or from what was there when the watch began.
    """
    result, state = await _settled(load, await _state(current) if current else {})
    if current is not None and _is_news(result, current):
        yield result
    while True:
        async for _ in _changes(Path(path), result):
            if await _state(result) != state:
                break
        before = result
        result, state = await _settled(load, await _state(result))
        if _is_news(result, before):
            yield result


async def _settled(load: Callable[[], Config], before: State) -> tuple[Config | ConfigError, State]:
    """A result whose files looked the same before and after they were read, and what they look like."""
    for _ in range(MOST_TRIES):
        result = await _attempt(load)
        after = await _state(result)
        if all(before.get(path) == look for path, look in after.items()):
            break
        before = after
    return result, after


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


async def _state(result: Config | ConfigError) -> State:
    """What the files look like now; new files of a pattern count too."""
    return await asyncio.to_thread(lambda: dict(_looks(result)))


def _looks(result: Config | ConfigError) -> Iterable[tuple[Path, tuple[int, int, int]]]:
    for path in {*result.files, *(path for files in result.patterns for path in files.paths())}:
        try:
            seen = path.stat()
        except OSError:
            yield path, (0, 0, 0)
        else:
            yield path, (seen.st_mtime_ns, seen.st_size, seen.st_ino)
