"""Dialogs as managers write them: who says what where, and what everybody then sees.

Each line is one of these; places are a group's name or a door's name, people are named as in the configuration.

    时间: 2026-11-23 21:59            过了: 5m
    小林@新品内测群: 面霜              小林@助手: 在吗
    小林@新品内测群 发来: 图片          小林@助手 打开
    小美 按: 接单                      （小美卡片上的按钮）
    机器人: 含 48 小时                 （回给刚才说话的人；「含 A … B」依次含有，「不含 A」没有，
                                      「甲 ｜ 乙」其中一句，否则要一字不差）
    机器人: （不说话）
    小美 收到: 含 找客服               小林@新品内测群 收到: …        售后组 收到: …（组里每个人）
    小美 的卡片: 含 已结束              （按下以后卡片变成的样子）
    其余: 不看

Whatever is seen and not written makes the dialog fail.
"""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import regex

FORMS = {"图片": "image", "语音": "voice", "视频": "video", "文件": "file", "位置": "location", "链接": "link"}

_LINE = regex.compile(
    r"(?P<when>时间|过了):\s*(?P<moment>.+)"
    r"|(?P<bot>机器人):\s*(?P<answer>.+)"
    r"|(?P<rest>其余):\s*不看"
    r"|(?P<who>[^@:\s]+)(?:@(?P<where>[^:\s]+))?\s*(?P<how>按|发来|打开|收到|的卡片)?(?::\s*(?P<what>.*))?",
    regex.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line. Its `kind` is something that happens (说, 按, 发来, 打开, 时间, 过了) or that is seen."""

    kind: str
    who: str = ""
    where: str = ""
    what: str = ""
    written: str = ""

    @property
    def happens(self) -> bool:
        return self.kind in ("时间", "过了", "说", "按", "发来", "打开")


@dataclass(frozen=True, slots=True)
class Dialog:
    """One dialog: its name and its lines; `unhurried`: what staff write waits a while before it goes out."""

    name: str
    lines: tuple[Line, ...]
    unhurried: bool = False


def read(line: str) -> Line:
    """The meaning of a line; ValueError when it has none."""
    found = _LINE.fullmatch(line.strip())
    if found is None:
        raise ValueError(f"看不懂这一行：{line}")
    if found["when"]:
        return Line(found["when"], what=found["moment"].strip(), written=line)
    if found["bot"]:
        return Line("机器人", what=found["answer"], written=line)
    if found["rest"]:
        return Line("其余", written=line)
    return Line(found["how"] or "说", found["who"], found["where"] or "", found["what"] or "", line)


def load(folder: Path) -> Iterator[Dialog]:
    """The dialogs of all files of a folder."""
    for path in sorted(folder.glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["dialog"]:
            yield Dialog(
                f"{path.stem}：{entry['name']}", tuple(map(read, entry["lines"])), entry.get("unhurried", False)
            )


def turns(lines: Sequence[Line]) -> Iterator[tuple[Line, tuple[Line, ...]]]:
    """Each thing that happens, with what is to be seen because of it."""
    starts = [at for at, line in enumerate(lines) if line.happens]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield lines[start], tuple(lines[start + 1 : end])


def fits(pattern: str, words: str) -> bool:
    """Whether words are what a line expects."""
    return any(_fits_one(one.strip(), words) for one in pattern.split("｜"))


def _fits_one(pattern: str, words: str) -> bool:
    if pattern.startswith("不含 "):
        return pattern.removeprefix("不含 ") not in words
    if not pattern.startswith("含 "):
        return pattern == words
    at = 0
    for piece in pattern.removeprefix("含 ").split("…"):
        at = words.find(piece.strip(), at)
        if at < 0:
            return False
        at += len(piece.strip())
    return True
