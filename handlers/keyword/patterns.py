"""Regular expressions that could hang, or that take everything."""

import time
from collections.abc import Iterator, Mapping

import regex

from bot.types.declarations import Problem
from handlers.keyword.matching import LONGEST_TEXT, PATTERN_SECONDS, Ready

# All patterns of a configuration together may be tried for so many seconds of CPU.
PROBE_SECONDS = 1.0
# So many patterns without a word beside them are tried on every message.
MOST_ALONE = 100
# A run that shows exponential time, and one as long as a long message, which shows cubic time.
_RUNS = (30, 500)
_MOST_RUNS = 8

_ATOM = regex.compile(
    r"\\(?P<class>[dDwWsS])|\\(?P<escaped>.)|\[\^?(?P<set>\]?(?:\\.|[^\]\\])*)\]|(?P<dot>\.)"
    r"|(?P<open>\((?:\?(?:[:=!>|]|<[=!]|P?<\w+>))?)|(?P<close>\))|(?P<mark>[*+?^$|]|\{\d*,?\d*\})|(?P<literal>.)",
    regex.DOTALL,
)
_SAMPLES: Mapping[str, str] = {"d": "1", "D": "a", "w": "a", "W": "-", "s": " ", "S": "a"}


class Probe:
    """Tries patterns on texts that are made to be hard for them, for a limited time."""

    def __init__(self, seconds: float = PROBE_SECONDS) -> None:
        self._left = seconds

    def problems(self, one: Ready) -> Iterator[Problem]:
        """What is wrong with a rule's pattern."""
        if one.pattern is None:
            return
        path = ("replies", one.order, "regex")
        if one.pattern.search(""):
            message = "什么都不写也算匹配，每句话都会被它抢去；请去掉能为空的写法（如 * 改成 +）"
            yield Problem(path, message, warning=True)
        elif text := self._hangs(one.pattern):
            shown = text[:8] + "…"
            message = (
                f"遇到“{shown}”这样的长句会卡住，机器人会当作不匹配；不要让 + * 一层套一层，或给重复加上限，如 {{1,20}}"
            )
            yield Problem(path, message, warning=True)

    def _hangs(self, pattern: "regex.Pattern[str]") -> str:
        """A text on which the pattern takes too long; "" when none was found in time."""
        for text in hard_texts(pattern.pattern):
            began = time.thread_time()
            if self._left <= 0:
                return ""
            try:
                pattern.search(text, timeout=2 * PATTERN_SECONDS)
            except TimeoutError:
                return text
            finally:
                self._left -= time.thread_time() - began
        return ""


def alone(rules: list[Ready]) -> Iterator[Problem]:
    """Patterns that are tried on every message, when they are many."""
    tried = [one for one in rules if one.pattern and not one.parts]
    if len(tried) > MOST_ALONE:
        message = f"有 {len(tried)} 条规则只写了 regex，每句话都要逐条去试；给它们加上 any（一定会出现的词）会快得多"
        yield Problem(("replies", tried[MOST_ALONE].order, "regex"), message, warning=True)


def hard_texts(pattern: str) -> Iterator[str]:
    """Texts that come near to matching again and again: what a pattern may repeat, many times, and then nothing."""
    samples, repeated = _read(pattern)
    for at in repeated[:_MOST_RUNS]:
        before, pair, whole = "".join(samples[:at]), "".join(samples[at : at + 2]), "".join(samples)
        for run in _RUNS:
            for unit in dict.fromkeys((samples[at], pair)):
                hard = (before + unit * run)[: LONGEST_TEXT - len(whole) - 1] + "\x00"
                # With all its characters at the end too: without them some patterns give up before they try.
                yield from (hard, hard + whole)


def _read(pattern: str) -> tuple[list[str], list[int]]:
    """One character for each thing that the pattern matches, in order, and which of them may be repeated."""
    samples: list[str] = []
    repeated: set[int] = set()
    opened: list[int] = []
    last = 0
    for found in _ATOM.finditer(pattern):
        if found["open"]:
            opened.append(len(samples))
        elif found["close"]:
            last = opened.pop() if opened else 0
        elif found["mark"]:
            if _is_unbounded(found["mark"]):
                repeated.update(range(last, len(samples)))
        else:
            last = len(samples)
            samples.append(_sample(found))
    return samples, sorted(repeated)


def _is_unbounded(mark: str) -> bool:
    """`*`, `+`, `{2,}` and repetitions that are as good as endless."""
    if mark in "*+":
        return True
    least, comma, most = mark.strip("{}").partition(",")
    return mark.startswith("{") and bool(comma) and (not most or int(most) > 20 or not least)


def _sample(found: "regex.Match[str]") -> str:
    if found["class"]:
        return _SAMPLES[found["class"]]
    if found["set"] is not None:
        return _member(found["set"], negated=found[0].startswith("[^"))
    return found["escaped"] or found["literal"] or "a"


def _member(inside: str, negated: bool) -> str:
    if negated:
        return next(letter for letter in "a1-好 ~" if letter not in inside)
    if inside.startswith("\\") and len(inside) > 1:
        return _SAMPLES.get(inside[1], inside[1])
    return inside[0] if inside else "a"
