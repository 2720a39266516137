"""`qunban init`: a commented starter configuration."""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.cli.failure import Failure, Usage
from bot.cli.parser import nearest
from bot.cli.terminal import table
from bot.types.declarations import Command

HELP = """写一份带说明的配置，照着改就能用
示例：
  qunban init                      有哪些可以选
  qunban init 训练营
  qunban init 门店员工群 --to shop     写到 shop 文件夹

不会覆盖已有的文件；确实要换成新的，加 --force。"""

NEXT = """接下来：
  {check}      看看对不对
  {demo}       在模拟的企业微信里走一遍
再把 config.toml 里标着 ← 的地方换成自己的。接上企业微信照 docs/connect.zh-CN.md 做，接得对不对：
  {doctor}"""


@dataclass(frozen=True, slots=True)
class Preset:
    """One starter: its folder below `presets`, its name, and whom it is for."""

    folder: str
    name: str
    about: str

    @property
    def files(self) -> Sequence[Path]:
        """Its files, relative to its folder."""
        return sorted(path.relative_to(self._base) for path in self._base.rglob("*.toml"))

    def read(self, file: Path) -> bytes:
        """What one of its files holds."""
        return (self._base / file).read_bytes()

    @property
    def _base(self) -> Path:
        return Path(__file__).with_name("presets") / self.folder


CHOICES = (
    Preset("shop", "电商售后群", "网店的客服、仓库和分销伙伴：发货、退换、退款"),
    Preset("camp", "训练营", "一期学员：课表、作业、打卡、请假"),
    Preset("developers", "开发者社区", "产品的开发者：接口、额度、报错、贡献代码"),
    Preset("store", "门店员工群", "连锁门店的员工：排班、请假、报修、盘点"),
)


def command() -> Command:
    """A list of starters, or one written down."""
    return Command("init", HELP, _arguments, _run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("preset", nargs="?", metavar="名字", help="写哪一份；不写就列出有哪些")
    parser.add_argument("--to", default=".", metavar="文件夹", help="写到哪里，默认当前文件夹")
    parser.add_argument("--force", action="store_true", help="已有的同名文件换成新的")


async def _run(arguments: argparse.Namespace) -> int:
    if arguments.preset is None:
        for line in listed():
            print(line)
        return 0
    preset = named(arguments.preset)
    folder = Path(arguments.to)
    for file in write(preset, folder, arguments.force):
        print(f"写好了 {file}")
    print(NEXT.format_map({name: _suggested(name, folder) for name in ("check", "demo", "doctor")}))
    return 0


def listed() -> Iterator[str]:
    """The starters for a person."""
    yield "可以选："
    yield from table([(f"  qunban init {preset.name}", preset.about) for preset in CHOICES])


def named(name: str) -> Preset:
    """The starter of a name or folder; Usage when there is none."""
    for preset in CHOICES:
        if name in (preset.name, preset.folder):
            return preset
    meant = nearest(name, [preset.name for preset in CHOICES])
    hint = f"，是否想写 {meant}？" if meant else "。"
    raise Usage(f"没有“{name}”这一份{hint}可以选：" + "、".join(preset.name for preset in CHOICES))


def write(preset: Preset, folder: Path, force: bool) -> Sequence[Path]:
    """Write all files of a starter, or none: Failure names what is there already."""
    wanted = [folder / file for file in preset.files]
    there = [] if force else [str(path) for path in wanted if path.exists()]
    if there:
        raise Failure(f"已经有 {'、'.join(there)}，没有动它。\n写到别处：--to 文件夹；确实要换成新的：--force")
    try:
        for path, file in zip(wanted, preset.files, strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(preset.read(file))
    except OSError as error:
        raise Failure(f"写不进 {folder}：{error.strerror or error}") from error
    return wanted


def _suggested(name: str, folder: Path) -> str:
    return f"qunban {name}" + ("" if folder == Path() else f" -c {folder / 'config.toml'}")
