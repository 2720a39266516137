"""`qunban check`: all problems of a configuration at once."""

import argparse
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.config.config import Config
from bot.config.finding import ConfigError, Finding
from bot.types.declarations import Command

Load = Callable[[Path, Mapping[str, str], bool], Config]

HELP = """检查配置文件，一次列出所有问题
示例：
  qunban check
  qunban check -c shop/config.toml --json

每个问题一行：文件:行: 键 = 值 → 怎样才对。有错误时返回 1；只有警告返回 0。"""


def command(load: Load | None = None) -> Command:
    """The check of a configuration; `load` is the application's unless a test hands in another."""

    async def run(arguments: argparse.Namespace) -> int:
        return _run(arguments, load or _application())

    return Command("check", HELP, _arguments, run)


def _application() -> Load:
    from bot.app import load_config

    return load_config


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="结果写成 JSON，供程序读取")


def _run(arguments: argparse.Namespace, load: Load) -> int:
    errors, warnings = examine(Path(arguments.config), load)
    print(as_json(errors, warnings) if arguments.json else as_text(errors, warnings))
    return 1 if errors else 0


def examine(path: Path, load: Load) -> tuple[Sequence[Finding], Sequence[Finding]]:
    """The errors and warnings of a configuration."""
    try:
        return (), load(path, os.environ, False).warnings
    except ConfigError as error:
        return error.errors, error.warnings


def as_text(errors: Sequence[Finding], warnings: Sequence[Finding]) -> str:
    """One line a finding, then how many there were."""
    counts = [f"{len(found)} 个{what}" for found, what in ((errors, "错误"), (warnings, "警告")) if found]
    summary = f"发现 {'，'.join(counts)}" if errors else "配置可以使用" + (f"，有 {counts[0]}" if counts else "")
    return "\n".join([*map(str, errors), *(f"{warning}（警告）" for warning in warnings), summary])


def as_json(errors: Sequence[Finding], warnings: Sequence[Finding]) -> str:
    """The same for programs: `{ok, errors, warnings}`."""
    result = {"ok": not errors, "errors": list(map(_plain, errors)), "warnings": list(map(_plain, warnings))}
    return json.dumps(result, ensure_ascii=False, indent=2)


def _plain(finding: Finding) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in ("file", "line", "key", "value", "message")}
