"""Commands with a name behind them: 兑换 保温杯, 抽奖 幸运转盘. Names are those of the configuration."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import regex

from nlp.normalise import bare

# Whoever writes more has something else to say.
LONGEST = 40
# A name that is only alike is asked for, and has to be quite alike.
ALIKE = 0.6
_LEADING = regex.compile(r"(?:我要|我想|帮我|麻烦|请|给我|我来|我)?")
_COUNTED = regex.compile(r"^(?:一个|一份|一次|一下|1个|1份|个|份|第)")
_TRAILING = regex.compile(r"(?:谢谢|一下|一次|一个|一份|吧|啊|呀|哦|啦|了)+$")
_PARTING = regex.compile(r"[\s:：「“《]+")


@dataclass(frozen=True, slots=True)
class Named:
    """A command and what it is about. `name` "" for what is not known; `near`: it was only alike to `written`."""

    command: str
    name: str = ""
    near: bool = False
    written: str = ""


class Naming:
    """Reads such commands. `verbs`: each command with the ways to begin it; `names`: what it may be about.

    Behind one of the `sure` verbs and a space even what nobody knows is meant as a name.
    """

    def __init__(self, verbs: Mapping[str, Sequence[str]], names: Iterable[str], sure: Iterable[str] = ()) -> None:
        verbs_of = {bare(verb): command for command, said in verbs.items() for verb in said}
        self._verbs = sorted(verbs_of.items(), key=lambda one: -len(one[0]))
        self._names = {bare(name): name for name in names}
        self._sure = frozenset(map(bare, sure))

    def find(self, text: str) -> Named | None:
        """The command with the name that a text has; None for everything else, and for a command alone."""
        plain = bare(text) if len(text) <= 2 * LONGEST else ""
        if not plain or len(plain) > LONGEST:
            return None
        led = _LEADING.match(plain)
        for said in dict.fromkeys((plain, plain[led.end() :] if led else plain)):
            for verb, command in self._verbs:
                if said.startswith(verb) and len(said) > len(verb):
                    found = self._about(command, said[len(verb) :], verb in self._sure and _parted(text, verb))
                    if found is not None:
                        return found
        return None

    def _about(self, command: str, rest: str, is_parted: bool) -> Named | None:
        for one in dict.fromkeys((rest, _COUNTED.sub("", rest), _TRAILING.sub("", _COUNTED.sub("", rest)))):
            if one in self._names:
                return Named(command, self._names[one])
        near = difflib.get_close_matches(rest, self._names, 1, ALIKE)
        inside = [name for name in self._names if len(rest) >= 2 and rest in name]
        if near or len(inside) == 1:
            return Named(command, self._names[(near or inside)[0]], near=True, written=rest)
        return Named(command, written=rest) if is_parted else None


def _parted(text: str, verb: str) -> bool:
    """Whether a space or a colon stands behind the verb, as where somebody names something."""
    head = _PARTING.split(text.strip(), maxsplit=1)
    return len(head) > 1 and bare(head[0]).endswith(verb)
