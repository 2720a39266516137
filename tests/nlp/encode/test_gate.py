"""The end of a process in which a background thread still encodes."""

import subprocess
import sys
from pathlib import Path

# Encodes on and on in the background, and ends as soon as that has begun.
BUSY = """
import sys
from pathlib import Path
from threading import Event, Thread
from nlp.encode import BUILTIN, load

encoder, begun = load(BUILTIN, Path(sys.argv[1])), Event()


def work():
    while True:
        encoder.encode([f"第{number}单多久发货" for number in range(16)])
        begun.set()


Thread(target=work, daemon=True).start()
begun.wait()
"""


def test_a_process_ends_in_peace_while_a_thread_encodes(cache: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", BUSY, str(cache)], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
