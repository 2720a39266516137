"""media/upload and media/get (doc/90253, doc/90254): which files WeCom takes, and what it gives back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.simulator.errors import Errcode, Refused
from bot.simulator.media import Media, MediaKind, MediaStore

BOUNDARY = re.compile(r'multipart/form-data\s*;.*?boundary="?([^";]+)"?', re.I)
NAME = re.compile(r';\s*name="([^"]*)"')
FILENAME = re.compile(r';\s*filename="([^"]*)"')
ENCODED = re.compile(r";\s*filename\*\s*=")
SMALLEST = 6
LARGEST: Mapping[str, int] = {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "file": 20 << 20}
BEGINNINGS: Mapping[str, tuple[bytes, ...]] = {
    "image": (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"),
    "voice": (b"#!AMR",),
    "video": (b"",),
    "file": (b"",),
}


@dataclass(frozen=True, slots=True)
class Upload:
    """The file of a form."""

    filename: str
    content: bytes


def read_form(content_type: str, raw: bytes) -> Upload:
    """The file in the field `media`; Refused when the form has none."""
    boundary = BOUNDARY.match(content_type)
    if boundary is None:
        raise Refused(Errcode.EMPTY_MEDIA, "not a multipart/form-data request")
    for part in raw.split(b"--" + boundary[1].encode())[1:]:
        head, _, content = part.partition(b"\r\n\r\n")
        header = _header(head)
        name = NAME.search(header)
        if name and name[1] == "media":
            return Upload(_filename(header), content.removesuffix(b"\r\n"))
    raise Refused(Errcode.EMPTY_MEDIA, "no field named media")


def _header(head: bytes) -> str:
    try:
        return head.decode()
    except UnicodeDecodeError as error:
        raise Refused(Errcode.BAD_CHARACTERS, "a header is not UTF-8") from error


def _filename(header: str) -> str:
    found = FILENAME.search(header)
    if ENCODED.search(header) or found is None or not found[1]:
        raise Refused(Errcode.BAD_PARAMETER, "filename is missing, or written as filename*=")
    return found[1]


def keep(store: MediaStore, kind: str | None, upload: Upload) -> dict[str, Any]:
    """Answer media/upload."""
    known: dict[str, MediaKind] = {"image": "image", "voice": "voice", "video": "video", "file": "file"}
    if kind not in known:
        raise Refused(Errcode.BAD_MEDIA_TYPE, "type is not image, voice, video or file")
    if len(upload.content) < SMALLEST:
        raise Refused(Errcode.EMPTY_MEDIA, "the file has at most 5 bytes")
    if len(upload.content) > LARGEST[kind]:
        raise Refused(Errcode.MEDIA_TOO_LARGE, f"the {kind} is larger than {LARGEST[kind]} bytes")
    if not upload.content.startswith(BEGINNINGS[kind]):
        raise Refused(Errcode.BAD_MEDIA_TYPE, f"the content is not that of a {kind}")
    made = store.keep(known[kind], upload.content, upload.filename)
    return {"type": made.kind, "media_id": made.id, "created_at": str(int(made.made))}


def found(store: MediaStore, media_id: str | None) -> Media:
    """What media/get sends, as long as its id lives."""
    if not media_id:
        raise Refused(Errcode.EMPTY_PARAMETER, "media_id is empty")
    return store.find(media_id)
