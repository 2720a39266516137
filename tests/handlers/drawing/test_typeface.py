"""What pictures are written with: the chosen typeface, the one brought along, one of the machine, or a cure."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import ImageFont

from bot.app import load_config
from bot.cli.check import examine
from handlers.drawing import NoTypeface, Typeface
from handlers.drawing.typeface import SAMPLE, brought, first, folders, on_machine, shows, typeface

BROUGHT = next(brought())


def test_without_a_choice_the_one_brought_along_is_used() -> None:
    found = typeface()
    assert (found.path, found.origin, str(found)) == (BROUGHT, "自带", "Noto Sans SC（自带）")


def test_the_chosen_one_is_used(tmp_path: Path) -> None:
    mine = tmp_path / "我的.otf"
    shutil.copy(BROUGHT, mine)
    assert typeface(mine).path == mine


def test_one_of_the_machine_is_used_where_none_was_brought_along(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("wqy-microhei.ttc", "NotoSansCJK-Regular.ttc", "Unknown.otf", "readme.txt"):
        shutil.copy(BROUGHT, tmp_path / "deep" / name)
    assert [path.name for path in on_machine([tmp_path])] == ["NotoSansCJK-Regular.ttc", "wqy-microhei.ttc"]
    found = first((), on_machine([tmp_path]))
    assert (found.path.name, found.origin) == ("NotoSansCJK-Regular.ttc", "本机")


def test_one_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "NotoSansCJK-Regular.ttc").write_bytes(b"no font at all")
    shutil.copy(BROUGHT, tmp_path / "wqy-zenhei.ttc")
    assert first([tmp_path / "gone.otf"], on_machine([tmp_path])).path.name == "wqy-zenhei.ttc"


def test_without_any_the_cure_is_named() -> None:
    with pytest.raises(NoTypeface, match=r"找不到带汉字的字体.*apt install fonts-noto-cjk.*\[drawing\] font"):
        first((), ())


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "picture.ttf"
    path.write_bytes(b"GIF89a")
    with pytest.raises(NoTypeface, match="打不开，或者不是字体文件"):
        typeface(path)


def test_a_font_without_chinese_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.ttf"
    default = ImageFont.load_default(12)
    assert isinstance(default, ImageFont.FreeTypeFont)
    assert not isinstance(default.path, str)
    path.write_bytes(default.font_bytes)
    with pytest.raises(NoTypeface, match="没有汉字（缺“群”）"):
        Typeface.of(path, "本机")


def test_what_a_font_has_no_picture_of_is_known() -> None:
    font = typeface().at(20)
    assert [letter for letter in f"{SAMPLE}a é\u3000" if not shows(font, letter)] == []
    assert [letter for letter in "😀\U0010ffff" if shows(font, letter)] == []


SHARED = ["/usr/local/share/fonts", "/usr/share/fonts"]


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {"HOME": "/h"}, ["/h/.local/share/fonts", "/h/.fonts", *SHARED]),
        ("linux", {"XDG_DATA_HOME": "/x", "HOME": "/h", "XDG_DATA_DIRS": "/a:"}, ["/x/fonts", "/h/.fonts", "/a/fonts"]),
        ("darwin", {"HOME": "/h"}, ["/h/Library/Fonts", "/Library/Fonts", "/System/Library/Fonts"]),
        ("win32", {"WINDIR": "/W", "LOCALAPPDATA": "/L"}, ["/W/Fonts", "/L/Microsoft/Windows/Fonts"]),
    ],
)
def test_fonts_are_looked_for_where_each_system_keeps_them(
    platform: str, environ: dict[str, str], expected: Sequence[str]
) -> None:
    assert [path.as_posix() for path in folders(platform, environ)][: len(expected)] == expected


def test_check_warns_where_nothing_can_be_drawn_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without the package of data and without a font of its own."""
    monkeypatch.setattr("handlers.drawing.typeface.PACKAGE", "nothing_of_that_name")
    monkeypatch.setattr("handlers.drawing.typeface.KNOWN", ())
    path = tmp_path / "config.toml"
    path.write_text('[wecom]\ncorp_id = "ww6d75797500000001"\n', encoding="utf-8")
    errors, warnings = examine(path, load_config)
    assert not errors
    (told,) = [one for one in warnings if one.key == "drawing.font"]
    assert "找不到带汉字的字体，画不了图" in told.message
    assert "apt install fonts-noto-cjk" in told.message
