"""argparse in Chinese: headings, usage and errors, exit status 2 on wrong usage."""

import argparse
import difflib
import re
import sys
from collections.abc import Iterable, Sequence
from typing import NoReturn

from bot.cli.terminal import table

SENTENCES = (
    (r"the following arguments are required: (.+)", "缺少参数：{0}"),
    (r"unrecognized arguments: (.+)", "不认识的参数：{0}"),
    (r"argument ([^:]+): expected one argument", "{0} 后面要跟一个值"),
    (r"argument ([^:]+): expected at least one argument", "{0} 后面至少要跟一个值"),
    (r"argument ([^:]+): expected (\d+) arguments?", "{0} 后面要跟 {1} 个值"),
    (r"argument ([^:]+): invalid choice: (\S+) \(choose from (.+)\)", "{0} 不能是 {1}，可选：{2}"),
    (r"argument ([^:]+): invalid int value: (.+)", "{0} 要写整数，现在是 {1}"),
    (r"argument ([^:]+): invalid float value: (.+)", "{0} 要写数字，现在是 {1}"),
    (r"argument ([^:]+): invalid \S+ value: (.+)", "{0} 的值不对：{1}"),
    (r"argument ([^:]+): not allowed with argument (.+)", "{0} 不能和 {1} 同时使用"),
    (r"argument ([^:]+): ignored explicit argument (.+)", "{0} 后面不跟值，多了 {1}"),
    (r"ambiguous option: (\S+) could match (.+)", "{0} 不够明确，可能是 {1}"),
    (r"one of the arguments (.+) is required", "这几个参数至少要有一个：{0}"),
    (r"argument ([^:]+): (.+)", "{0}：{1}"),
)


class Formatter(argparse.HelpFormatter):
    """Usage with a Chinese prefix."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """One command's parser. A later option of the same spelling replaces an earlier one."""

    def __init__(self, prog: str, description: str, example: str = "") -> None:
        super().__init__(
            prog,
            description=description,
            epilog=example,
            formatter_class=Formatter,
            add_help=False,
            allow_abbrev=False,
            conflict_handler="resolve",
        )
        self.add_argument("-h", "--help", action="help", help="显示这份说明")

    def format_help(self) -> str:
        """What the command does, what it takes, an example; columns that fit Chinese."""
        own = [action for action in self._actions if not action.option_strings]
        options = [action for action in self._actions if action.option_strings]
        parts = [
            self.description or "",
            self.format_usage().strip(),
            _listed("参数：", own),
            _listed("选项：", options),
        ]
        return "\n\n".join(part for part in [*parts, self.epilog or ""] if part) + "\n"

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, in Chinese, and leave with status 2."""
        self.exit(2, f"{self.prog}：{translate(message)}\n{self.format_usage()}详细说明：{self.prog} --help\n")

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        if message:
            print(message, end="", file=sys.stderr)
        raise SystemExit(status)


def _listed(title: str, actions: Sequence[argparse.Action]) -> str:
    rows = [("  " + _spelled(action), action.help or "") for action in actions]
    return "\n".join([title, *table(rows)]) if rows else ""


def _spelled(action: argparse.Action) -> str:
    name = action.metavar if isinstance(action.metavar, str) else action.dest
    if not action.option_strings:
        return name
    return ", ".join(action.option_strings) + ("" if action.nargs == 0 else f" {name}")


def translate(message: str) -> str:
    """argparse's sentence in Chinese; a sentence that is not its own stays as it is."""
    for pattern, sentence in SENTENCES:
        if match := re.fullmatch(pattern, message, re.DOTALL):
            return sentence.format(*match.groups())
    return message


def nearest(word: str, words: Iterable[str]) -> str:
    """The word that was probably meant; empty when none is near."""
    return next(iter(difflib.get_close_matches(word, list(words), n=1, cutoff=0.5)), "")
