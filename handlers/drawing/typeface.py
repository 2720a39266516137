"""The typeface of pictures: one that has Chinese, chosen, brought along, or found on the machine."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

# Noto Sans SC, as a package of data with the SIL Open Font License.
PACKAGE, BROUGHT = "pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf"
# Typefaces with Chinese on Linux, Windows and macOS, the ones that read best on a phone first.
KNOWN = (
    *("NotoSansSC-Regular", "NotoSansCJKsc-Regular", "NotoSansCJK-Regular", "SourceHanSansSC-Regular"),
    *("SourceHanSansCN-Regular", "NotoSansSC-VF", "NotoSansSC[wght]", "PingFang", "Hiragino Sans GB", "msyh"),
    *("HarmonyOS_Sans_SC_Regular", "wqy-microhei", "wqy-zenhei", "Deng", "STHeiti Light", "DroidSansFallbackFull"),
    *("DroidSansFallback", "simhei", "LXGWWenKai-Regular", "uming", "simsun", "Songti", "Arial Unicode"),
)
SUFFIXES = (".otf", ".ttf", ".ttc", ".otc")
# What a typeface has to have: simplified characters, marks and figures.
SAMPLE = "群伴这里说了什么，1：分钟￥"
# A collection has so many faces at most.
MOST_FACES = 40
_SIMPLIFIED = regex.compile(r"\b(?:SC|CN|GB|Hans)\b")
_NO_GLYPH = "\U0010ffff"

CURE = (
    "装一个带汉字的字体（Debian、Ubuntu：apt install fonts-noto-cjk；CentOS：yum install wqy-microhei-fonts），"
    '或在 config.toml 里写 [drawing] font = "字体文件"'
)


class NoTypeface(Exception):
    """There is nothing to write Chinese with; the message (Chinese) names the cure."""


@dataclass(frozen=True, slots=True)
class Typeface:
    """One face of a font file: its `name` as designers gave it, and where it is from (`origin`, Chinese)."""

    path: Path
    index: int
    name: str
    origin: str

    def __str__(self) -> str:
        return f"{self.name}（{self.origin}）"

    def at(self, size: float) -> "FreeTypeFont":
        """The face in a size, in pixels."""
        return _load(self.path, self.index, size)

    @classmethod
    def of(cls, path: Path, origin: str) -> "Typeface":
        """The face of a file that suits simplified Chinese best; NoTypeface when the file has none."""
        faces = [(at, *_load(path, at).getname()) for at in _faces(path)]
        if not faces:
            raise NoTypeface(f"{path} 打不开，或者不是字体文件；{CURE}")
        at, family, _ = next((face for face in faces if _SIMPLIFIED.search(face[1] or "")), faces[0])
        if missing := _missing(_load(path, at, 20), SAMPLE):
            raise NoTypeface(f"{path} 里没有汉字（缺“{missing[0]}”）；{CURE}")
        return cls(path, at, family or path.stem, origin)


def typeface(chosen: Path | None = None) -> Typeface:
    """The typeface to write with: the chosen one, else the one brought along, else one of the machine.

    NoTypeface when the chosen one is of no use, or there is none at all.
    """
    if chosen is not None:
        return Typeface.of(chosen, "[drawing] font")
    return first(brought(), on_machine(folders(sys.platform, os.environ)))


def first(brought: Iterable[Path], machine: Iterable[Path]) -> Typeface:
    """The first that is of use."""
    for origin, paths in (("自带", brought), ("本机", machine)):
        for path in paths:
            try:
                return Typeface.of(path, origin)
            except NoTypeface:
                continue
    raise NoTypeface(f"找不到带汉字的字体，画不了图；{CURE}")


def brought() -> Iterator[Path]:
    """The typeface that comes with the dependencies."""
    spec = find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations if spec else None) or ():
        yield Path(folder, BROUGHT)


def folders(platform: str, environ: Mapping[str, str]) -> Sequence[Path]:
    """Where a machine keeps its fonts."""
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or ".")
    if platform == "win32":
        local = Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
        return Path(environ.get("WINDIR") or "C:/Windows", "Fonts"), local / "Microsoft" / "Windows" / "Fonts"
    if platform == "darwin":
        shared = Path("/System/Library")
        return home / "Library/Fonts", Path("/Library/Fonts"), shared / "Fonts", shared / "AssetsV2"
    own = Path(environ.get("XDG_DATA_HOME") or home / ".local/share")
    data = [Path(one) for one in (environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":") if one]
    return own / "fonts", home / ".fonts", *(one / "fonts" for one in data)


def on_machine(places: Iterable[Path]) -> Iterator[Path]:
    """The files with Chinese in some folders, the best first."""
    rank = {name.casefold(): at for at, name in enumerate(KNOWN)}
    files = [file for place in places for file in place.rglob("*") if file.suffix.lower() in SUFFIXES]
    known = [file for file in files if file.stem.casefold() in rank]
    yield from sorted(known, key=lambda file: (rank[file.stem.casefold()], str(file)))


def _load(path: Path, index: int, size: float = 10) -> "FreeTypeFont":
    from PIL.ImageFont import FreeTypeFont, Layout

    # Not by `truetype`: that would take a file of the same name elsewhere when this one is of no use.
    return FreeTypeFont(path, size, index, layout_engine=Layout.BASIC)


def _faces(path: Path) -> Iterator[int]:
    """The numbers of the faces in a file; none when it cannot be read."""
    for at in range(MOST_FACES):
        try:
            _load(path, at)
        except OSError:
            return
        yield at


def _missing(font: "FreeTypeFont", text: str) -> str:
    """The characters of a text that a font has no glyph for."""
    return "".join(letter for letter in text if not shows(font, letter))


def shows(font: "FreeTypeFont", letter: str) -> bool:
    """Whether a font has a glyph for a character: without one it draws the same box for all."""
    return letter.isspace() or bytes(font.getmask(letter)) != bytes(font.getmask(_NO_GLYPH))
