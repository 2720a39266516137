"""What a file is, by its content."""

import io
import zipfile

import pytest

from bot.types.formats import format_of


def packed(*names: str) -> bytes:
    """An archive with files of these names."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, b"x" * 6000)
    return made.getvalue()


SAMPLES = [
    (b"\xff\xd8\xff\xe0\0\x10JFIF", "picture", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "picture", "png"),
    (b"GIF89a\1\0", "picture", "gif"),
    (b"BM\x36\0\0\0\0\0\0\0\x36\0", "picture", "bmp"),
    (b"RIFF\x10\0\0\0WEBPVP8 ", "picture", "webp"),
    (b"\0\0\0\x18ftypheic\0\0\0\0", "picture", "heic"),
    (b"#!AMR\n<\x91", "sound", "amr"),
    (b"ID3\x04", "sound", "mp3"),
    (b"\xff\xfb\x90", "sound", "mp3"),
    (b"RIFF\x10\0\0\0WAVEfmt ", "sound", "wav"),
    (b"\0\0\0\x20ftypisom\0\0\2\0", "film", "mp4"),
    (b"\0\0\0\x14ftypqt  ", "film", "mov"),
    (b"%PDF-1.7\n", "document", "pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "document", "ole"),
    (b"Rar!\x1a\x07\x01\0", "archive", "rar"),
    ("订单号,金额\n1,2\n".encode(), "text", "txt"),
    ("订单号,金额\n".encode("gb18030"), "text", "txt"),
    ("MZ 是个词".encode(), "text", "txt"),
    (b"BMW is a car, nothing else", "text", "txt"),
    (b"MZ\x90\0\3\0\0\0", "program", "bin"),
    (b"\x7fELF\2\1", "program", "bin"),
    (b"#!/bin/sh\n", "program", "bin"),
    (b"  <!DOCTYPE html><p>", "program", "bin"),
    (b"\xef\xbb\xbf<script>", "program", "bin"),
    (b"<svg onload=x>", "program", "bin"),
    (b"L\0\0\0\1\x14\2\0", "program", "bin"),
    (packed("[Content_Types].xml", "word/document.xml"), "document", "docx"),
    (packed("[Content_Types].xml", "a", "b", "xl/workbook.xml"), "document", "xlsx"),
    (packed("classes.dex", "AndroidManifest.xml"), "program", "bin"),
    (packed("照片/1.jpg"), "archive", "zip"),
    (b"\0\1\2\3", "unknown", "bin"),
    (b"", "unknown", "bin"),
]


@pytest.mark.parametrize(("content", "what", "suffix"), SAMPLES, ids=range(len(SAMPLES)))
def test_a_file_is_what_its_content_says(content: bytes, what: str, suffix: str) -> None:
    known = format_of(content[:4096], content[-65536:])
    assert (known.what, known.suffix) == (what, suffix)


def test_a_character_that_is_cut_at_the_end_does_not_make_a_text_unreadable() -> None:
    text = ("好" * 4000).encode()
    assert all(format_of(text[:cut]).what == "text" for cut in range(4090, 4096))
