"""The command line: one file a command, imported only when it is asked for."""

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 fine, 1 something found or failed, 2 wrong usage."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words in (["--version"], ["-V"]):
        return _version()
    from bot.cli.dispatch import dispatch

    return dispatch(words)


def _version() -> int:
    from importlib.metadata import version

    print(f"qunban {version('qunban')}")
    return 0
