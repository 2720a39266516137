"""The files of the page, as they lie beside this one; no build step."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from aiohttp import web

TYPES: Mapping[str, str] = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class File:
    """One file and its type."""

    content: bytes
    type: str

    def response(self) -> web.Response:
        """The file over HTTP."""
        return web.Response(body=self.content, content_type=self.type, charset="utf-8")


def load() -> Mapping[str, File]:
    """All files by name."""
    folder = files(__package__) / "static"
    found = ((file.name, file.name.rpartition(".")[2]) for file in folder.iterdir())
    return {name: File((folder / name).read_bytes(), TYPES[kind]) for name, kind in found if kind in TYPES}
