"""Pictures, files and a link beside the words of a reply, as managers write them.

A section that has `attach = "images/价目表.png"` or `link = {title = "…", url = "https://…"}` declares

    attach: Attach = ()
    link: LinkEntry | None = None

asks `problems` in its inspection and `contents` when it is built.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bot.types.actions import Content, File, Image
from bot.types.attachments import Attachment, Attachments
from bot.types.declarations import Problem, Settings
from bot.types.enclosures import MOST, Attach, LinkEntry
from bot.types.files import Files
from handlers.directory import DOORS

log = logging.getLogger(__name__)

__all__ = ["Attach", "LinkEntry", "contents", "is_image", "problems", "wrong_with"]

# WeCom's own limits for media (doc 90253) and link cards (doc 90236).
SMALLEST = 6
LARGEST_IMAGE = 10 * 1024 * 1024
LARGEST_FILE = 20 * 1024 * 1024
IMAGES = (".jpg", ".jpeg", ".png")
BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


def contents(attach: Sequence[Files], link: LinkEntry | None, attachments: Attachments) -> tuple[Content, ...]:
    """What is sent after the words: the files, kept as they are now, then the link.

    A file that has gone since it was inspected is left out and logged. Takes a while: for building, not for deciding.
    """
    files = [file for path in _paths(attach) for file in _file(path, attachments)]
    return (*files, *([link.content] if link else []))


def _file(path: Path, attachments: Attachments) -> Iterator[Image | File]:
    try:
        kept = attachments.keep(path)
    except OSError as error:
        log.error("附件 %s 读不了，先不发它：%s", path, error.strerror)
        return
    yield Image(file=kept) if is_image(path, kept) else File(file=kept)


def is_image(path: Path, file: Attachment) -> bool:
    """Whether it can be shown as a picture; everything else is sent as a file."""
    return file.size <= LARGEST_IMAGE and path.suffix.lower() in IMAGES


def problems(attach: Sequence[Files], path: tuple[str | int, ...], settings: Settings) -> Iterator[Problem]:
    """What is wrong with the files of the key at `path`: too small, too large, not what they are called."""
    for number, files in enumerate(attach):
        at = (*path, number) if len(attach) > 1 else path
        for file in files.paths():
            yield from (Problem(at, f"{file.name}：{why}") for why in wrong_with(file))
    if len(_paths(attach)) > MOST:
        yield Problem(path, f"一次最多发 {MOST} 个附件，现在有 {len(_paths(attach))} 个")
    if why := _not_everywhere(attach, settings):
        yield Problem(path, why, warning=True)


def _paths(attach: Sequence[Files]) -> list[Path]:
    return [path for files in attach for path in files.paths()]


def wrong_with(file: Path) -> Iterable[str]:
    """Why WeCom would not take a file, with the cure."""
    try:
        size = file.stat().st_size
        with file.open("rb") as opened:
            beginning = opened.read(8)
    except OSError:
        return ("读不了，请检查文件的权限",)
    if size < SMALLEST:
        return ("是空的，企业微信不收小于 6 字节的文件",)
    if file.suffix.lower() in IMAGES:
        return _wrong_with_image(size, beginning)
    return (f"有 {_megabytes(size)} MB，文件最多 20 MB；可以放到网盘，改用 link",) if size > LARGEST_FILE else ()


def _wrong_with_image(size: int, beginning: bytes) -> Iterable[str]:
    if not beginning.startswith(BEGINNINGS):
        yield "内容不是 JPG 或 PNG 图片；请另存为 JPG 或 PNG，不要只改后缀"
    if size > LARGEST_IMAGE:
        yield f"有 {_megabytes(size)} MB，图片最多 10 MB；请压缩"


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f}"


def _not_everywhere(attach: Sequence[Files], settings: Settings) -> str:
    files = [path.name for path in _paths(attach) if path.suffix.lower() not in IMAGES]
    if not files or all("file" in door.capabilities.carries for door in settings[DOORS] if door.kind == "aibot"):
        return ""
    said = f"只会说一句“［文件］{files[0]}”"
    return f'URL 方式的智能机器人发不了文件，{said}；想让群里也能打开，请改用 link 或长连接（mode = "socket"）'
