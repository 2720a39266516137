"""Changes to files that people keep: whole or not at all, and nothing of theirs is touched."""

import os
import tomllib
from pathlib import Path
from tempfile import NamedTemporaryFile

MARK = b"\xef\xbb\xbf"


class Refused(Exception):
    """Nothing was written; the message (Chinese) says why and what to do."""


def write_new(path: Path, text: str, force: bool = False) -> None:
    """Write a file that is not there yet, or, with `force`, in place of the one that is."""
    if path.exists() and not force:
        raise Refused(f"{path} 已经有了，没有动它；换个文件名，或加 --force 覆盖")
    _replace(path, text.encode())


def append(path: Path, block: str) -> int:
    """Add a block at the end of a TOML file, which is made where it is not there; the line that it begins on.

    All that stands in the file stays, byte for byte.
    """
    before = _read(path)
    ending = b"\r\n" if b"\r\n" in before else b"\n"
    gap = b"" if not before.strip() else (ending if before.endswith(b"\n") else ending * 2)
    after = before + gap + block.encode().replace(b"\n", ending)
    _valid(path, after)
    _replace(path, after)
    return (before + gap).count(b"\n") + 1


def _read(path: Path) -> bytes:
    try:
        before = path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise Refused(f"读不了 {path}：{error.strerror or error}") from error
    _valid(path, before)
    return before


def _valid(path: Path, data: bytes) -> None:
    try:
        values = tomllib.loads(data.removeprefix(MARK).decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused(f"{path} 的写法有错，先改好再来（qunban check）：{error}") from error
    if not isinstance(values.get("faq", []), list):
        raise Refused(f"{path} 里的问答不是以 [[faq]] 开头，先改好再来（qunban check）")


def _replace(path: Path, data: bytes) -> None:
    """In one step: who reads the file sees it as it was or as it will be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        target = path.resolve()
        with NamedTemporaryFile(dir=target.parent, prefix=".", suffix=".part", delete=False) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), target.stat().st_mode & 0o777 if target.exists() else 0o644)
        Path(file.name).replace(target)
    except OSError as error:
        raise Refused(f"写不了 {path}：{error.strerror or error}") from error
