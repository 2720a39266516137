"""A process that keeps and sweeps vectors, and is killed between two lines of that: `victim.py FOLDER LINE`."""

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import knowledge.vectors
from knowledge.vectors import KeptEncoder, VectorFile
from tests.knowledge.standin import Standin

TEXTS = [f"第 {number} 句" for number in range(90)]


def kill_at(line: int) -> None:
    """Kill this process when so many lines of the module have been run."""
    left = line

    def traced(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        if frame.f_code.co_filename != knowledge.vectors.__file__:
            return None
        if event == "line":
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
        return traced

    sys.settrace(traced)


def main() -> None:
    folder, line = Path(sys.argv[1]), int(sys.argv[2])
    kill_at(line)
    encoder = Standin()
    for start in range(0, len(TEXTS), 30):
        KeptEncoder(encoder, folder).encode(TEXTS[: start + 30])
        VectorFile(folder, encoder).sweep(TEXTS[start : start + 10], spare=5)


if __name__ == "__main__":
    main()
