"""What a file is, by its content; what it is called says nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

# So much of both ends is looked at.
BEGINNING = 4096
END = 1 << 16

What = Literal["picture", "sound", "film", "document", "archive", "text", "program", "unknown"]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file. `suffix`: what its name ends with; `others`: what it may end with as well."""

    what: What
    suffix: str
    others: tuple[str, ...] = ()


JPG, PNG = Format("picture", "jpg", ("jpeg",)), Format("picture", "png")
BMP = Format("picture", "bmp")
PROGRAM = Format("program", "bin")
TEXT = Format("text", "txt", ("csv", "tsv", "md", "log", "json", "toml", "yaml", "yml", "ini", "srt"))
# Harmless formats that we cannot tell from other bytes.
UNKNOWN = Format("unknown", "bin", ("dwg", "dxf", "psd", "ai", "sketch", "xmind", "key", "pages", "numbers", "dat"))
ZIP = Format("archive", "zip")
OLE = Format("document", "ole", ("doc", "xls", "ppt", "wps", "et", "dps"))

_BEGINNINGS: tuple[tuple[bytes, Format], ...] = (
    (b"\xff\xd8\xff", JPG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", Format("picture", "gif")),
    (b"GIF89a", Format("picture", "gif")),
    (b"II*\0", Format("picture", "tif", ("tiff",))),
    (b"MM\0*", Format("picture", "tif", ("tiff",))),
    (b"#!AMR", Format("sound", "amr")),
    (b"#!SILK", Format("sound", "silk")),
    (b"\x02#!SILK", Format("sound", "silk")),
    (b"ID3", Format("sound", "mp3")),
    (b"OggS", Format("sound", "ogg", ("opus",))),
    (b"fLaC", Format("sound", "flac")),
    (b"\x1aE\xdf\xa3", Format("film", "mkv", ("webm",))),
    (b"FLV\x01", Format("film", "flv")),
    (b"%PDF-", Format("document", "pdf")),
    (b"{\\rtf", Format("document", "rtf")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"Rar!\x1a\x07", Format("archive", "rar")),
    (b"7z\xbc\xaf'\x1c", Format("archive", "7z")),
    (b"\x1f\x8b", Format("archive", "gz", ("tgz",))),
    (b"\x7fELF", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"\xce\xfa\xed\xfe", PROGRAM),
    (b"\xfe\xed\xfa", PROGRAM),
    (b"L\0\0\0\x01\x14\x02\0", PROGRAM),
    (b"#!/", PROGRAM),
)
# Two letters could begin a text as well: the bytes of a header tell.
_BMP = re.compile(rb"BM.{4}\0{4}", re.S)
_MZ = re.compile(rb"MZ[^\0]{0,62}\0", re.S)
_RIFF: Mapping[bytes, Format] = {
    b"WEBP": Format("picture", "webp"),
    b"WAVE": Format("sound", "wav"),
    b"AVI ": Format("film", "avi"),
}
_BRANDS: Mapping[bytes, Format] = {
    **dict.fromkeys((b"heic", b"heix", b"mif1", b"msf1"), Format("picture", "heic", ("heif",))),
    b"avif": Format("picture", "avif"),
    b"M4A ": Format("sound", "m4a"),
    b"qt  ": Format("film", "mov"),
}
_FILM = Format("film", "mp4", ("m4v", "mov", "3gp"))
# What lies in a package tells an office document from any other archive, and an app for a phone from both.
_PACKED: tuple[tuple[bytes, Format], ...] = (
    (b"AndroidManifest.xml", PROGRAM),
    (b"META-INF/MANIFEST.MF", PROGRAM),
    (b"Payload/", PROGRAM),
    (b"word/document", Format("document", "docx")),
    (b"xl/workbook", Format("document", "xlsx")),
    (b"ppt/presentation", Format("document", "pptx")),
    (b"mimetypeapplication/epub", Format("document", "epub")),
    (b"mimetypeapplication/vnd.oasis", Format("document", "odt", ("ods", "odp"))),
)
# Text that a browser or a shell would run.
_RUNNABLE = (b"<!doctype html", b"<html", b"<svg", b"<script", b"<?php", b"<?xml", b"@echo")


def format_of(beginning: bytes, end: bytes = b"") -> Format:
    """What begins and ends like this; UNKNOWN when nobody knows."""
    for mark, known in _BEGINNINGS:
        if beginning.startswith(mark):
            return known
    if beginning.startswith(b"PK\x03\x04"):
        return next((known for mark, known in _PACKED if mark in beginning or mark in end), ZIP)
    if beginning.startswith(b"RIFF"):
        return _RIFF.get(beginning[8:12], UNKNOWN)
    if _BMP.match(beginning) or _MZ.match(beginning):
        return BMP if beginning.startswith(b"BM") else PROGRAM
    if beginning[4:8] == b"ftyp":
        return _BRANDS.get(beginning[8:12], _FILM)
    if beginning[:1] == b"\xff" and beginning[1:2] >= b"\xe0":
        return Format("sound", "mp3", ("aac",))
    return _text(beginning[:BEGINNING])


def _text(beginning: bytes) -> Format:
    plain = beginning.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if plain.startswith(_RUNNABLE):
        return PROGRAM
    is_text = bool(beginning) and (_reads_as(beginning, "utf-8") or _reads_as(beginning, "gb18030"))
    return TEXT if is_text else UNKNOWN


def _reads_as(beginning: bytes, encoding: str) -> bool:
    """Whether these are words; the last character may be cut."""
    for cut in range(4):
        try:
            read = beginning[: len(beginning) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
        return all(letter.isprintable() or letter in "\t\r\n\f\u3000\u200b\ufeff" for letter in read)
    return False
