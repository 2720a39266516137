"""`qunban check`: all problems of a configuration at once."""

import argparse
import json
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.cli.terminal import table
from bot.config.config import Config
from bot.config.finding import ConfigError, Finding
from bot.types.declarations import Command

Load = Callable[[Path, Mapping[str, str], bool], Config]

HELP = """检查配置文件，一次列出所有问题
示例：
  qunban check
  qunban check -c shop/config.toml --json

每个问题一行：文件:行: 键 = 值 → 怎样才对。有错误时返回 1；只有警告返回 0。
没有错误时再列出每个群、每个入口能做什么，用的是哪个语义模型；--doors 还说为什么不能、最接近的办法。"""


def command(load: Load | None = None) -> Command:
    """The check of a configuration; `load` is the application's unless a test hands in another."""

    async def run(arguments: argparse.Namespace) -> int:
        config = _run(arguments, load or _application())
        if config is not None and not (arguments.json or load):
            print(pictures(config))
            await _say_model(arguments)
        return int(config is None)

    return Command("check", HELP, _arguments, run)


async def _say_model(arguments: argparse.Namespace) -> None:
    """Which model is used, once it is ready: words serve without it, so it decides nothing here."""
    from bot.cli.dispatch import find

    if model := find("model"):
        await model.run(arguments)


def _application() -> Load:
    from bot.app import load_config

    return load_config


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="结果写成 JSON，供程序读取")
    parser.add_argument("--doors", action="store_true", help="每个入口不能做什么、为什么、最接近的办法")


def _run(arguments: argparse.Namespace, load: Load) -> Config | None:
    """Tell all problems; the configuration, where it can be used."""
    errors, warnings, config = _read(Path(arguments.config), load)
    if arguments.json:
        print(as_json(errors, warnings))
    else:
        told = [] if config is None else [doors(config, arguments.doors), certainty(config), days_off(config)]
        print(as_text(errors, warnings, "\n".join(line for line in told if line)))
    return config


def examine(path: Path, load: Load) -> tuple[Sequence[Finding], Sequence[Finding]]:
    """The errors and warnings of a configuration."""
    errors, warnings, _ = _read(path, load)
    return errors, warnings


def _read(path: Path, load: Load) -> tuple[Sequence[Finding], Sequence[Finding], Config | None]:
    try:
        config = load(path, os.environ, False)
    except ConfigError as error:
        return error.errors, error.warnings, None
    return (), config.warnings, config


def doors(config: Config, explained: bool) -> str:
    """What works in each group and at each door; `explained`: why the rest does not, and what the doors carry."""
    from bot.app import what_works

    rows, reasons = what_works(config)
    if not rows:
        return ""
    more = ["", *(f"· {reason}" for reason in reasons)] if explained else []
    head = "哪里能用什么（✓ 能用，@ 要 @ 它，✗ 不能，关 群里没开" + ("）：" if explained else "；为什么：--doors）：")
    return "\n".join(["", head, *table(rows), *more, ""])


def certainty(config: Config) -> str:
    """How well the FAQ tells its own questions from others, by its words alone; nothing where there is no FAQ."""
    from bot.app import told_apart

    return told_apart(config)


def days_off(config: Config) -> str:
    """What has to be done soon about the calendar of days off; nothing most of the year."""
    from bot.app import holidays_told

    return holidays_told(config, datetime.now(UTC))


def pictures(config: Config) -> str:
    """What pictures are written with, or what is to be done so that there can be any."""
    from bot.app import typeface_told

    return typeface_told(config)


def as_text(errors: Sequence[Finding], warnings: Sequence[Finding], doors: str = "") -> str:
    """One line a finding, what works where, then how many findings there were."""
    counts = [f"{len(found)} 个{what}" for found, what in ((errors, "错误"), (warnings, "警告")) if found]
    summary = f"发现 {'，'.join(counts)}" if errors else "配置可以使用" + (f"，有 {counts[0]}" if counts else "")
    shown = [*map(str, errors), *(f"{warning}（警告）" for warning in warnings), *([doors] if doors else []), summary]
    return "\n".join(shown)


def as_json(errors: Sequence[Finding], warnings: Sequence[Finding]) -> str:
    """The same for programs: `{ok, errors, warnings}`."""
    result = {"ok": not errors, "errors": list(map(_plain, errors)), "warnings": list(map(_plain, warnings))}
    return json.dumps(result, ensure_ascii=False, indent=2)


def _plain(finding: Finding) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in ("file", "line", "key", "value", "message")}
