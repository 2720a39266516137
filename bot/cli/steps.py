"""The way to an answer as a table: what was tried, in which order, and why the rest lost."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.cli.labels import label
from bot.cli.terminal import DIM, GREEN, Paint, shorten, table, width, wrap
from bot.types.context import Tried

CANDIDATES = 4
HEAD = ("步", "功能", "规则", "把握", "结果")


@dataclass(frozen=True, slots=True)
class Won:
    """Who answered: the handler, its rule, how sure it was, why; `step` is its score among the steps."""

    handler: str
    rule: str = ""
    score: float | None = None
    reason: str = ""
    step: float | None = None

    @classmethod
    def of(cls, tried: Iterable[Tried], handler: str, rule: str, score: float | None, reason: str) -> "Won":
        """The winner, with the score that its step has: a decision weighs more than the nearness of one entry."""
        mine = (one.score for one in tried if (one.handler, one.rule) == (handler, rule))
        return cls(handler, rule, score, reason, next(mine, None))

    def is_of(self, tried: Tried) -> bool:
        """Whether a step is the one that answered."""
        return bool(self.rule) and (tried.handler, tried.rule) == (self.handler, self.rule)


def nearest(tried: Iterable[Tried]) -> Iterator[Tried]:
    """The steps worth reading: of many candidates with a score only the best few of each handler."""
    scored: Counter[str] = Counter()
    for one in tried:
        scored[one.handler] += one.score is not None
        if one.score is None or scored[one.handler] <= CANDIDATES:
            yield one


@dataclass(frozen=True, slots=True)
class Row:
    """One step as it is shown: the score in two digits or empty, what became of it, whether it is the winner."""

    label: str
    rule: str
    score: str
    result: str
    won: bool


def rows(tried: Iterable[Tried], won: Won) -> Sequence[Row]:
    """The steps worth reading; who answered stands last where it left no step of its own."""
    found = [Row(label(one.handler), one.rule, _score(one.score), _result(one, won), won.is_of(one))
             for one in nearest(tried)]  # fmt: skip
    if won.handler and not any(row.won for row in found):
        found.append(Row(label(won.handler), won.rule, _score(won.score), f"✓ {won.reason}", True))
    return found


def lines(tried: Sequence[Tried], won: Won, paint: Paint, size: int) -> Iterator[str]:
    """The table, at most `size` columns wide."""
    shown = rows(tried, won)
    numbered = [
        (str(number), row.label, shorten(row.rule, 24), row.score, row.result) for number, row in enumerate(shown, 1)
    ]
    head, *body = table([HEAD, *numbered], right=(True, False, False, True))
    yield paint(cut(head, size), DIM)
    for line, row in zip(body, shown, strict=True):
        yield paint(cut(line, size), GREEN if row.won else DIM)


def cut(line: str, size: int) -> str:
    """A line of a table cut to `size` columns."""
    return line if width(line) <= size else next(wrap(line, size - 1)) + "…"


def runner_up(tried: Sequence[Tried], won: Won) -> Tried | None:
    """What nearly answered: the first rule whose words fitted and that was turned down, or else the best score."""
    lost = [one for one in tried if one.rule and not won.is_of(one)]
    turned_down = next((one for one in lost if one.score is None), None)
    return turned_down or max(lost, key=lambda one: one.score or 0.0, default=None)


def why_lost(tried: Tried, won: Won) -> str:
    """Why a step did not answer: what held it back, or by how much its score was lower."""
    if held_back := tried.note.partition("；")[2]:
        return held_back
    if tried.score is None:
        return tried.note or "排在后面"
    if tried.handler != won.handler or won.step is None:
        return "把握不够"
    behind = won.step - tried.score
    return f"把握低 {behind:.2f}" if behind >= 0.005 else "把握差不多，排在后面"


def _result(tried: Tried, won: Won) -> str:
    if won.is_of(tried):
        return "✓ " + "，".join(dict.fromkeys(part for part in (won.reason, tried.note) if part))
    return why_lost(tried, won) + (f"，{tried.note}" if tried.score is not None and tried.note else "")


def _score(score: float | None) -> str:
    return "" if score is None else f"{score:.2f}"
