"""Names for files that strangers sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.types.filenames import LONGEST, safe_name
from bot.types.formats import JPG, PROGRAM, TEXT, UNKNOWN, Format

PDF = Format("document", "pdf")

NAMES = [
    ("报价单.pdf", "file", PDF, "报价单.pdf"),
    ("报价单.PDF", "file", PDF, "报价单.pdf"),
    ("照片.jpeg", "image", JPG, "照片.jpeg"),
    ("照片.jpg", "image", PROGRAM, "照片.jpg.bin"),
    ("发票.exe", "file", PDF, "发票.exe.pdf"),
    ("名单.csv", "file", TEXT, "名单.csv"),
    ("跑我.bat", "file", TEXT, "跑我.bat.txt"),
    ("图纸.dwg", "file", UNKNOWN, "图纸.dwg"),
    ("图纸.scr", "file", UNKNOWN, "图纸.scr.bin"),
    ("", "image", JPG, "图片.jpg"),
    ("", "voice", Format("sound", "amr"), "语音.amr"),
    ("", "hologram", PDF, "文件.pdf"),
    ("../../etc/passwd", "file", TEXT, "passwd.txt"),
    ("..\\..\\windows\\a.pdf", "file", PDF, "a.pdf"),
    ("....", "file", PDF, "文件.pdf"),
    (".htaccess", "file", TEXT, "htaccess.txt"),
    ("a\u202efdp.exe", "file", PROGRAM, "afdp.exe.bin"),
    ('a"\r\nX: y\0.pdf', "file", PDF, "a＂X： y.pdf"),
    ("con<>|?.pdf ", "file", PDF, "con＜＞｜？.pdf"),
]


@pytest.mark.parametrize(("said", "form", "known", "name"), NAMES, ids=range(len(NAMES)))
def test_a_name_keeps_what_is_harmless_and_ends_as_the_content_is(
    said: str, form: str, known: Format, name: str
) -> None:
    assert safe_name(said, form, known) == name


@given(st.text())
def test_no_name_breaks_out_of_a_folder_a_header_or_a_line(said: str) -> None:
    name = safe_name(said, "file", PDF)
    assert name.isprintable() and not set(name) & set('/\\:*?"<>|')
    assert not name.startswith(".") and name.endswith(".pdf") and len(name.encode()) <= LONGEST
