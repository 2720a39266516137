"""Rules and words that never get their turn, because a stronger rule takes every message that they would take."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.types.declarations import Problem
from handlers.keyword.matching import Ready, filed
from handlers.keyword.scope import is_narrower, is_wider, meets
from handlers.needles import Needles
from nlp.normalise import core, normalise

Path = tuple[str | int, ...]
# Of rules that share a word and a group so many are compared; further ones are like those.
MOST_COMPARED = 50


@dataclass(frozen=True, slots=True)
class Trigger:
    """One way into a rule: a whole text (`is_whole`), or words that are all in the text. `path` is where it stands."""

    path: Path
    words: tuple[str, ...]
    is_whole: bool

    @property
    def shown(self) -> str:
        """How to name the messages that take this way."""
        named = "和".join(f"“{word}”" for word in self.words)
        return f"整句{named}" if self.is_whole else f"含{named}的话"


class Shadows:
    """All rules, to find who takes whose messages. A word costs about its length, however many rules there are."""

    def __init__(self, rules: Sequence[Ready]) -> None:
        self._whole = _by_scope((word, one) for one in rules for word in one.whole)
        self._parts = _by_scope(filed(rules))
        self._needles = Needles.of(word for word, _ in self._parts)

    def problems(self, one: Ready) -> Iterator[Problem]:
        """The rule, or those of its words, that never get their turn; and who shares a word with it."""
        ways = list(triggers(one))
        takers = {way: taker for way in ways if (taker := self._taker(one, way))}
        if ways and len(takers) == len(ways) and not (one.pattern and not one.parts):
            yield Problem(("replies", one.order, "name"), _never(takers), warning=True)
            return
        for way, taker in takers.items():
            message = f"{way.shown}轮不到它，{_who(one, taker)}；去掉其中一处，或给它更大的 priority"
            yield Problem(way.path, message, warning=True)
        for way in ways:
            if way not in takers:
                yield from self._crossing(one, way)

    def _taker(self, one: Ready, way: Trigger) -> Ready | None:
        """A rule that is stronger and takes every message that comes this way."""
        return next(
            (other for other in self._stronger(one, way) if is_wider(other.rule, one.rule) and takes(other, one, way)),
            None,
        )

    def _crossing(self, one: Ready, way: Trigger) -> Iterator[Problem]:
        """A stronger rule with the same word, in force partly at the same time and place: who answers is luck."""
        for other in self._stronger(one, way):
            if is_narrower(other.rule, one.rule) or not meets(other.rule, one.rule) or not takes(other, one, way):
                continue
            message = (
                f"和“{other.rule.name}”抢：{way.shown}两条都认，群和时间也有重合，重合时总是“{other.rule.name}”先答"
            )
            yield Problem(way.path, f"{message}；请把群或时间分开，或去掉其中一处", warning=True)
            return

    def _stronger(self, one: Ready, way: Trigger) -> Iterator[Ready]:
        """The rules that may take messages of this way before the rule does, each once."""
        seen = {one.order}
        scopes = ("", *one.rule.groups)
        lists = [self._whole.get((word, scope), ()) for word in way.words[: way.is_whole] for scope in scopes]
        found = {word for part in way.words for word in self._needles.within(part)}
        lists += [self._parts.get((word, scope), ()) for word in sorted(found) for scope in scopes]
        for rules in lists:
            for other in rules[:MOST_COMPARED]:
                if other.order not in seen and _is_stronger(other, one, way):
                    seen.add(other.order)
                    yield other


def triggers(one: Ready) -> Iterator[Trigger]:
    """The ways into a rule that are words; a pattern alone is none."""
    for at, written in enumerate(one.rule.exact):
        if word := core(written):
            yield Trigger(("replies", one.order, "exact", at), (word,), True)
    for at, written in enumerate(one.rule.any):
        if word := normalise(written):
            others = tuple(other for other in one.all if other != word)
            yield Trigger(("replies", one.order, "any", at), (word, *others), False)
    if one.all and not one.any:
        yield Trigger(("replies", one.order, "all"), one.all, False)


def takes(other: Ready, one: Ready, way: Trigger) -> bool:
    """Whether `other` takes every message that comes this way into `one`, as far as words go."""
    if way.is_whole and way.words[0] in other.whole:
        return not any(word in way.words[0] for word in other.none)
    if other.pattern or not other.parts:
        return False
    present = [any(word in part for part in way.words) for word in other.any]
    if (other.any and not any(present)) or not all(any(word in part for part in way.words) for word in other.all):
        return False
    if way.is_whole:
        return not any(word in way.words[0] for word in other.none)
    return all(any(mine in word for mine in one.none) for word in other.none)


def _is_stronger(other: Ready, one: Ready, way: Trigger) -> bool:
    """Whether `other` is asked before `one` for messages that come this way."""
    if other.rule.priority != one.rule.priority:
        return other.rule.priority > one.rule.priority
    is_whole = way.is_whole and way.words[0] in other.whole
    if is_whole != way.is_whole:
        return is_whole
    return other.order < one.order


def _by_scope(pairs: Iterable[tuple[str, Ready]]) -> Mapping[tuple[str, str], Sequence[Ready]]:
    """Rules by word and group, "" for rules that apply everywhere."""
    result = defaultdict(list)
    for word, one in pairs:
        for group in one.rule.groups or ("",):
            result[word, group].append(one)
    return result


def _who(one: Ready, taker: Ready) -> str:
    kind = "priority 更大" if taker.rule.priority > one.rule.priority else "写在前面"
    return f"“{taker.rule.name}”{kind}，先答了"


def _never(takers: Mapping[Trigger, Ready]) -> str:
    names = "、".join(f"“{name}”" for name in dict.fromkeys(taker.rule.name for taker in takers.values()))
    return f"这条永远轮不到：它认的话都先由{names}答了；请删掉它、往前移，或给它更大的 priority"
