"""Several processes that share the work on lines."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest

from bot.cli.pool import Lines

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")

# Two processes give every line back in capitals, with its number; some lines make them do other things.
SCRIPT = """
import os
import sys

from bot.cli.failure import Failure
from bot.cli.pool import Lines, Pool, cores, received


def made(number, line):
    if line == b"wait":
        open(sys.argv[1]).read()
    if line == b"release":
        open(sys.argv[1], "w").close()
    if line == b"die":
        os._exit(1)
    return f"{number} {line.decode().upper()}"


def serve(pipe):
    for first, lines in received(pipe):
        pipe.send([made(number, line) for number, line in enumerate(lines, first)])
        if b"leave" in lines:
            os._exit(1)


assert cores(sys.stdin.buffer) == len(os.sched_getaffinity(0))
try:
    with Pool(serve, 2) as pool:
        for part in pool.all(Lines(sys.stdin.buffer)):
            print(*part, sep="\\n", flush=True)
except (Failure, KeyboardInterrupt) as error:
    sys.exit(repr(error))
"""


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "fifo")
    return tmp_path / "fifo"


@contextmanager
def running(fifo: Path) -> Iterator["subprocess.Popen[str]"]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", SCRIPT, str(fifo)]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, start_new_session=True) as process:
        yield process


def ask(process: "subprocess.Popen[str]", line: str) -> str:
    assert process.stdin and process.stdout
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def test_results_come_in_the_order_of_the_lines_whoever_is_done_first(fifo: Path) -> None:
    lines = ["wait", *(f"line {number}" for number in range(2, 40)), "release", "没有换行"]
    with running(fifo) as process:
        out, _ = process.communicate("\n".join(lines))
    assert process.returncode == 0
    assert out.splitlines() == [f"{number} {line.upper()}" for number, line in enumerate(lines, 1)]


def test_a_line_that_comes_alone_is_handed_out_at_once(fifo: Path) -> None:
    with running(fifo) as process:
        assert [ask(process, line) for line in ("one", "two", "three")] == ["1 ONE", "2 TWO", "3 THREE"]


def test_nothing_is_no_line(fifo: Path) -> None:
    with running(fifo) as process:
        assert process.communicate("")[0] == ""
    assert process.returncode == 0


def test_a_process_that_is_gone_is_told(fifo: Path) -> None:
    with running(fifo) as process:
        _, err = process.communicate("one\ndie\n")
    assert process.returncode == 1
    assert "一个帮着回答的进程没了" in err


def test_a_process_that_is_gone_with_nothing_to_do_is_told(fifo: Path) -> None:
    with running(fifo) as process:
        assert ask(process, "leave") == "1 LEAVE"
        _, err = process.communicate("two\n")
    assert process.returncode == 1
    assert "一个帮着回答的进程没了" in err


def test_an_interrupt_ends_all_processes(fifo: Path) -> None:
    with running(fifo) as process:
        ask(process, "one")
        os.killpg(process.pid, signal.SIGINT)
        # Their end of it is closed when the last of them is gone.
        assert process.stdout and process.stdout.read() == ""
    assert process.returncode == 1


def test_all_processes_end_when_the_first_is_killed(fifo: Path) -> None:
    with running(fifo) as process:
        ask(process, "one")
        process.kill()
        assert process.stdout and process.stdout.read() == ""


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_the_last_line_is_read_once_with_or_without_an_end(end: bytes) -> None:
    lines = Lines(BytesIO(b"a\nb" + end))
    read = []
    for _ in range(4):
        lines.read()
        read += lines.taken(9)
    assert (read, lines.have_ended) == ([b"a", b"b"], True)
