"""Short commands as people say them: with small words around them, in other words, misspelt."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import regex

from handlers.keyword.near import Near
from nlp.normalise import bare
from nlp.sounds import Sounds

# Whoever writes more has something else to say.
LONGEST = 16
# Around a command they change nothing; the longer ones first.
_BEFORE = """
    帮我查一下 帮我看一下 查询一下 查看一下 我要查 我想查 我想看 我要看 看一下 查一下 帮我查 帮我看 帮忙 帮我 给我 我来
    我要 我想 请问 麻烦 查询 查看 看看 看下 查查 查下 今天 今日 每日 请 查 看 来 要
""".split()  # noqa: SIM905
_AFTER = "谢谢 一下 看看 哈哈 打卡 啦 了 吧 呀 啊 哦 哈 呢 喽 咯 嘛 吗 哟".split()  # noqa: SIM905
_LEADING = regex.compile(f"(?:{'|'.join(_BEFORE)})+")
_TRAILING = regex.compile(f"(?:{'|'.join(_AFTER)})+")


@dataclass(frozen=True, slots=True)
class Said:
    """A command that was said; `how` tells why it was taken for it, "" when it was said as it is (Chinese)."""

    command: str
    how: str = ""


class Spoken:
    """Knows commands by their wordings. `wordings`: each command with the ways to say it, itself among them or not."""

    def __init__(self, wordings: Mapping[str, Iterable[str]], sounds: Callable[[], Sounds]) -> None:
        self._commands = {bare(way): command for command, ways in wordings.items() for way in (command, *ways)}
        self._load = sounds
        self._near: Near | None = None

    def find(self, text: str) -> Said | None:
        """The command that a text is; None for everything else."""
        plain = bare(text) if len(text) <= 2 * LONGEST else ""
        if not plain or len(plain) > LONGEST:
            return None
        for one in (plain, _without_small_words(plain)):
            if one in self._commands:
                return Said(self._commands[one])
        return self._nearly(plain)

    def _nearly(self, plain: str) -> Said | None:
        if self._near is None:
            self._near = Near(self._commands, (), self._load())
        for one in dict.fromkeys((plain, _without_small_words(plain))):
            found = {self._commands[word]: how for word, how in self._near.look(one).whole.items()}
            if len(found) == 1:
                return Said(*found.popitem())
        return None


def _without_small_words(plain: str) -> str:
    led = _LEADING.match(plain)
    rest = plain[led.end() :] if led else plain
    trailing = [found for found in _TRAILING.finditer(rest) if found.end() == len(rest)]
    return rest[: trailing[0].start()] if trailing else rest
