"""Files that people sent, in the data folder."""

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest

from bot.store.attachments import Folder
from bot.store.received import UNFINISHED_SECONDS, Both, Kept, NoRoom, Received, TooLarge
from bot.types.attachments import Attachment

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def folder(tmp_path: Path) -> Received:
    return Received(tmp_path / "data" / "received", floor=0)


async def coming(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def take(folder: Received, content: bytes, most: int = 10 << 20, size: int = 1000) -> Kept:
    return await folder.take(coming(content[at : at + size] for at in range(0, len(content), size)), most)


def files(folder: Received) -> dict[str, bytes]:
    """Everything in the folder, by its path in there."""
    return {str(path.relative_to(folder.path)): path.read_bytes() for path in folder.path.rglob("*") if path.is_file()}


def age(folder: Received, kept: Kept, seconds: float) -> None:
    (path,) = folder.path.rglob(f"{kept.digest}.*")
    os.utime(path, (time.time() - seconds,) * 2)


async def test_a_content_is_kept_once_under_its_hash_with_the_suffix_of_its_content(folder: Received) -> None:
    content = PNG + b"x" * 3_000_000
    kept = await take(folder, content)
    digest = hashlib.sha256(content).hexdigest()
    assert (kept.digest, kept.size, kept.format.suffix) == (digest, len(content), "png")
    assert await take(folder, content) == kept
    assert files(folder) == {f"{digest[:2]}/{digest}.png": content}
    assert folder.read(Attachment("../../名字.exe", digest, 1)) == content


async def test_too_much_is_cut_off_at_the_limit_and_leaves_nothing(folder: Received) -> None:
    came = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal came
        while True:
            came += 65536
            yield b"x" * 65536

    with pytest.raises(TooLarge):
        await folder.take(endless(), 5_000_000)
    assert 5_000_000 < came <= 5_000_000 + 65536
    assert files(folder) == {}
    assert (await take(folder, b"x" * 1000, most=1000)).size == 1000


async def test_what_breaks_off_or_is_cancelled_leaves_nothing(folder: Received) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield b"x" * 2_000_000
        raise ConnectionError

    async def hanging() -> AsyncIterator[bytes]:
        yield b"x" * 2_000_000
        await asyncio.sleep(60)

    with pytest.raises(ConnectionError):
        await folder.take(breaking(), 5_000_000)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(folder.take(hanging(), 5_000_000), 0.1)
    assert files(folder) == {}


async def test_the_databases_keep_their_room_on_the_disk(tmp_path: Path) -> None:
    full = Received(tmp_path / "received", floor=1 << 60)
    with pytest.raises(NoRoom):
        await take(full, PNG)
    assert files(full) == {}


async def test_what_came_longest_ago_makes_room(folder: Received) -> None:
    kept = [await take(folder, bytes([n]) * 1000) for n in range(4)]
    for number, one in enumerate(kept):
        age(folder, one, 100 - number)
    await take(folder, bytes([0]) * 1000)  # came again: the newest now
    assert folder.make_room(2000) == 2
    left = {name.split("/")[1].split(".")[0] for name in files(folder)}
    assert left == {kept[0].digest, kept[3].digest}
    with pytest.raises(FileNotFoundError):
        folder.read(Attachment("a", kept[1].digest, 1000))


async def test_old_contents_and_unfinished_ones_go(folder: Received) -> None:
    old, new = await take(folder, b"old" * 10), await take(folder, b"new" * 10)
    age(folder, old, 1000)
    assert folder.older(500) == [old.digest]
    assert folder.forget(folder.older(500)) == 1
    for name, seconds in ((".dead", UNFINISHED_SECONDS + 1), (".live", 1)):
        (folder.path / name).write_bytes(b"half")
        os.utime(folder.path / name, (time.time() - seconds,) * 2)
    folder.clear_unfinished()
    assert set(files(folder)) == {f"{new.digest[:2]}/{new.digest}.txt", ".live"}


def test_a_digest_that_is_none_finds_nothing(folder: Received) -> None:
    assert folder.forget(["../../../etc/passwd", "*", ""]) == 0
    with pytest.raises(FileNotFoundError):
        folder.read(Attachment("a", "*", 1))


async def test_what_replies_carry_and_what_people_sent_are_found_alike(folder: Received, tmp_path: Path) -> None:
    own = tmp_path / "a.png"
    own.write_bytes(PNG)
    both = Both(Folder(tmp_path / "attachments"), folder)
    sent = await take(folder, b"sent" * 10)
    assert both.read(both.keep(own)) == PNG
    assert both.read(Attachment("b", sent.digest, sent.size)) == b"sent" * 10
