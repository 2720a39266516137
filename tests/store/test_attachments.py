"""Attachments in the data folder."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from bot.store.attachments import KEEP_SECONDS, Folder
from bot.types.attachments import Attachment, Unkept

MINUTES = timedelta(minutes=10)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "a.png"
    path.write_bytes(b"content")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "data" / "attachments")


def test_a_content_is_kept_once_and_read_by_its_hash(folder: Folder, source: Path) -> None:
    kept = folder.keep(source)
    assert (kept.name, kept.size, folder.read(kept)) == ("a.png", 7, b"content")
    assert folder.keep(source) == kept == Attachment.of(source)
    assert [path.name for path in folder.path.iterdir()] == [kept.digest]


def test_a_file_that_is_not_there_is_an_error(folder: Folder, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        folder.keep(tmp_path / "b.png")
    with pytest.raises(FileNotFoundError):
        folder.read(Attachment("b.png", "0" * 64, 1))
    with pytest.raises(FileNotFoundError):
        Unkept().read(Attachment("b.png", "0" * 64, 1))


def test_what_nobody_named_for_long_is_swept(folder: Folder, source: Path) -> None:
    old = folder.keep(source)
    source.write_bytes(b"newer")
    new = folder.keep(source)
    (folder.path / f".{new.digest}-0").write_bytes(b"half")
    then = time.time() - KEEP_SECONDS - 1
    for name in (old.digest, f".{new.digest}-0"):
        os.utime(folder.path / name, (then, then))
    folder.sweep()
    assert [path.name for path in folder.path.iterdir()] == [new.digest]


def test_naming_a_content_again_renews_it(folder: Folder, source: Path) -> None:
    kept = folder.keep(source)
    then = time.time() - KEEP_SECONDS - 1
    os.utime(folder.path / kept.digest, (then, then))
    folder.keep(source)
    folder.sweep()
    assert folder.read(kept) == b"content"


def test_a_folder_that_is_not_there_yet_has_nothing_to_sweep(folder: Folder) -> None:
    folder.sweep()


def test_what_was_made_for_one_message_is_gone_a_day_after_it_can_be_sent(folder: Folder) -> None:
    made = folder.keep_for("签到日历.png", b"picture", MINUTES)
    assert (made.name, made.size, folder.read(made)) == ("签到日历.png", 7, b"picture")
    _pass(folder, made, hours=24)
    folder.sweep()
    assert folder.read(made) == b"picture"
    _pass(folder, made, hours=1)
    folder.keep_for("别的.png", b"another", MINUTES)
    assert folder.read(made) == b"picture", "it was swept a moment ago"
    os.utime(folder.path / "made" / ".swept", (0, 0))
    folder.keep_for("第三张.png", b"third", MINUTES)
    with pytest.raises(FileNotFoundError):
        folder.read(made)


def test_what_waits_for_a_week_is_kept_for_a_week(folder: Folder) -> None:
    made = folder.keep_for("证书.png", b"picture", timedelta(days=7))
    _pass(folder, made, hours=7 * 24)
    folder.sweep()
    assert folder.read(made) == b"picture"
    _pass(folder, made, hours=25)
    folder.sweep()
    with pytest.raises(FileNotFoundError):
        folder.read(made)


def test_a_message_that_waits_shorter_does_not_end_the_time_of_another(folder: Folder) -> None:
    made = folder.keep_for("证书.png", b"picture", timedelta(days=7))
    folder.keep_for("证书.png", b"picture", MINUTES)
    _pass(folder, made, hours=7 * 24)
    folder.sweep()
    assert folder.read(made) == b"picture"


def test_what_the_configuration_names_stays_when_it_is_also_made_for_a_message(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "同一张.png").write_bytes(b"picture")
    kept = folder.keep(tmp_path / "同一张.png")
    _pass(folder, folder.keep_for("签到日历.png", b"picture", MINUTES), hours=48)
    folder.sweep()
    assert folder.read(kept) == b"picture"


def test_a_bot_that_runs_for_long_keeps_what_its_configuration_names(folder: Folder, source: Path) -> None:
    kept = folder.keep(source)
    then = time.time() - KEEP_SECONDS - 1
    os.utime(folder.path / kept.digest, (then, then))
    folder.keep_for("签到日历.png", b"picture", MINUTES)
    assert folder.read(kept) == b"content"


def test_the_folder_of_what_was_made_is_not_taken_for_an_old_file(folder: Folder) -> None:
    made = folder.keep_for("签到日历.png", b"picture", MINUTES)
    then = time.time() - KEEP_SECONDS - 1
    os.utime(folder.path / "made", (then, then))
    folder.sweep()
    assert folder.read(made) == b"picture"


def test_what_was_made_again_stays_for_as_long_again(folder: Folder) -> None:
    made = folder.keep_for("签到日历.png", b"picture", MINUTES)
    _pass(folder, made, hours=23)
    folder.keep_for("签到日历.png", b"picture", MINUTES)
    _pass(folder, made, hours=23)
    folder.sweep()
    assert folder.read(made) == b"picture"


def _pass(folder: Folder, made: Attachment, hours: int) -> None:
    """So much time has passed for this file."""
    file = folder.path / "made" / made.digest
    then = file.stat().st_mtime - hours * 3600
    os.utime(file, (then, then))
