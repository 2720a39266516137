"""Files and links as managers write them: what becomes of them, and what is said about wrong ones."""

from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import ValidationError

from bot.channels.settings import AibotDoor
from bot.types.actions import File, Image, Link
from bot.types.attachments import Attachment, Unkept
from bot.types.files import Files
from handlers.attachments import LARGEST_FILE, LARGEST_IMAGE, LinkEntry, contents, problems
from handlers.directory import DOORS

PNG, JPG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"


class Stated:
    """Settings with one AI bot."""

    hash = "stated"

    def __init__(self, mode: Literal["url", "socket"] = "url") -> None:
        self.values: dict[Any, Any] = {DOORS: (AibotDoor.model_construct(kind="aibot", name="小助手", mode=mode),)}

    def __getitem__(self, section: Any) -> Any:
        return self.values[section]


def put(folder: Path, name: str, beginning: bytes, size: int = 100) -> Files:
    path = folder / name
    with path.open("wb") as made:
        made.write(beginning)
        made.truncate(size)
    return Files(name, folder)


def test_pictures_files_and_a_link_follow_the_words_in_order(tmp_path: Path) -> None:
    attach = [
        put(tmp_path, "价目表.png", PNG),
        put(tmp_path, "说明.pdf", b"%PDF-1"),
        put(tmp_path, "动图.gif", b"GIF89a"),
    ]
    link = LinkEntry(title="报名", url="https://example.com/r", desc="周五截止")
    picture, manual, moving, last = contents(attach, link, Unkept())
    assert isinstance(picture, Image) and picture.file.name == "价目表.png" and picture.file.size == 100
    assert isinstance(manual, File) and isinstance(moving, File)
    assert last == Link(title="报名", url="https://example.com/r", desc="周五截止")


def test_a_pattern_attaches_its_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("2.png", "1.png", "3.txt"):
        put(tmp_path, name, PNG)
    kept = contents([Files("*.png", tmp_path)], None, Unkept())
    assert [one.file.name for one in kept if isinstance(one, Image)] == ["1.png", "2.png"]


def test_a_file_that_has_gone_is_left_out_and_the_rest_is_kept(tmp_path: Path) -> None:
    class Going(Unkept):
        def keep(self, path: Path) -> Attachment:
            if path.name == "a.png":
                raise FileNotFoundError(2, "gone")
            return Attachment.of(path)

    attach = [put(tmp_path, "a.png", PNG), put(tmp_path, "b.png", PNG)]
    assert [one.file.name for one in contents(attach, None, Going()) if isinstance(one, Image)] == ["b.png"]


@pytest.mark.parametrize(
    ("name", "beginning", "size", "word"),
    [
        ("a.png", PNG, 100, ""),
        ("a.JPG", JPG, LARGEST_IMAGE, ""),
        ("a.pdf", b"%PDF-1", LARGEST_FILE, ""),
        ("a.png", b"", 5, "空的"),
        ("a.txt", b"", 0, "空的"),
        ("a.png", b"GIF89a", 100, "另存为"),
        ("a.jpg", JPG, LARGEST_IMAGE + 1, "10.0 MB，图片最多 10 MB"),
        ("a.pdf", b"%PDF-1", LARGEST_FILE + 1, "文件最多 20 MB"),
    ],
)
def test_what_wecom_would_not_take_is_told_with_its_cure(
    tmp_path: Path, name: str, beginning: bytes, size: int, word: str
) -> None:
    found = list(problems([put(tmp_path, name, beginning, size)], ("replies", 0, "attach"), Stated()))
    wrong = [one.message for one in found if not one.warning]
    assert (wrong == []) if not word else (len(wrong) == 1 and name in wrong[0] and word in wrong[0])
    assert all(one.path == ("replies", 0, "attach") for one in found)


def test_each_of_several_files_is_named_by_its_own_place(tmp_path: Path) -> None:
    attach = [put(tmp_path, "a.png", PNG), put(tmp_path, "b.png", b"GIF89a")]
    assert [one.path for one in problems(attach, ("replies", 3, "attach"), Stated())] == [("replies", 3, "attach", 1)]


def test_a_file_beside_an_ai_bot_that_has_none_is_only_a_warning(tmp_path: Path) -> None:
    attach = [put(tmp_path, "a.pdf", b"%PDF-1")]
    found = list(problems(attach, ("replies", 0, "attach"), Stated()))
    assert [one.warning for one in found] == [True] and "a.pdf" in found[0].message
    assert list(problems(attach, ("replies", 0, "attach"), Stated("socket"))) == []


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    for number in range(10):
        put(tmp_path, f"{number}.png", PNG)
    found = list(problems([Files("*.png", tmp_path)], ("replies", 0, "attach"), Stated()))
    assert ["最多发 9 个" in one.message for one in found] == [True]


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "标" * 43, "url": "https://example.com"},
        {"title": "标题", "url": "example.com"},
        {"title": "标题", "url": "https://example.com", "desc": "长" * 171},
        {"title": "", "url": "https://example.com"},
        {"title": "标题", "url": "https://example.com", "picture": "a.png"},
    ],
)
def test_a_link_that_wecom_would_cut_or_not_open_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        LinkEntry.model_validate(wrong)
