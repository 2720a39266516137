"""Which rules take a text, the strongest first."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import regex

from handlers.keyword.near import Near
from handlers.keyword.rules import ReplyRule, contained, whole
from handlers.needles import Needles
from nlp.normalise import bare, normalise
from nlp.sounds import Sounds

# One rule may take this long on one text, all rules of a message together twice as much.
PATTERN_SECONDS = 0.05
LONGEST_TEXT = 4000
WHOLE = "整句"


@dataclass(frozen=True, slots=True)
class Ready:
    """A rule with its words as they are compared."""

    rule: ReplyRule
    order: int
    whole: tuple[str, ...]
    any: tuple[str, ...]
    all: tuple[str, ...]
    none: tuple[str, ...]
    pattern: "regex.Pattern[str] | None"

    @classmethod
    def of(cls, rule: ReplyRule, order: int) -> "Ready":
        """The rule, made ready."""
        pattern = regex.compile(rule.pattern.pattern, regex.IGNORECASE) if rule.pattern else None
        parts = contained(rule.any), contained(rule.all), contained(rule.none)
        return cls(rule, order, whole(rule.exact), *parts, pattern)

    @property
    def parts(self) -> tuple[str, ...]:
        """The words that let it in when they are part of a text."""
        return (*self.any, *self.all)


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that its words let in: `how` it matched, or why it lost after all (`lost`)."""

    ready: Ready
    how: str
    lost: str = ""

    @property
    def rank(self) -> tuple[int, bool, int]:
        """What goes first: priority, then the whole text before a part, then the order in the file."""
        return -self.ready.rule.priority, not self.how.startswith(WHOLE), self.ready.order


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as rules see it: normalised, without decoration, and the needles in it.

    `near` tells for needles that are not really in it why they count as if they were.
    """

    plain: str
    core: str
    found: frozenset[str]
    near: Mapping[str, str] = field(default_factory=dict)


class Rulebook:
    """All rules, found by their words: a rule whose words are not in the text is never looked at.

    `sounds` is called when a rule asks for a second look.
    """

    def __init__(self, rules: Iterable[ReplyRule], sounds: Callable[[], Sounds] = Sounds.load) -> None:
        ready = [Ready.of(rule, order) for order, rule in enumerate(rules)]
        self._whole = _by_word((word, one) for one in ready for word in one.whole)
        self._parts = _by_word(filed(ready))
        self._patterns = tuple(one for one in ready if one.pattern and not one.parts)
        self._needles = Needles.of(word for one in ready for word in (*one.parts, *one.none))
        self._near = _near(ready, sounds)

    def hear(self, said: str) -> Heard:
        """A message, made ready for `hits` and `near`."""
        plain = normalise(said[:LONGEST_TEXT])
        return Heard(plain, bare(plain) or plain, frozenset(self._needles.within(plain)))

    def hits(self, text: Heard) -> tuple[Hit, ...]:
        """The rules that take a text, the strongest first: by priority, the whole text before a part, then by order."""
        wholly = [Hit(one, WHOLE, _forbidden(one, text)) for one in self._whole.get(text.core, ())]
        already = {hit.ready.order for hit in wholly}
        return _in_order([*wholly, *(hit for hit in self._partly(text) if hit.ready.order not in already)])

    def near(self, heard: Heard) -> tuple[Hit, ...]:
        """The rules with a second look that nearly take a text, the strongest first."""
        if self._near is None:
            return ()
        look = self._near.look(heard.plain)
        near = {word: how for word, how in look.parts.items() if word not in heard.found}
        text = replace(heard, found=heard.found | near.keys(), near=near)
        wholly = [
            Hit(one, f"{WHOLE}，{how}", _forbidden(one, text))
            for word, how in look.whole.items()
            for one in self._whole.get(word, ())
            if one.rule.fuzzy and word != text.core
        ]
        already = {hit.ready.order for hit in wholly}
        partly = (hit for hit in self._partly(text) if hit.ready.order not in already)
        return _in_order([*wholly, *(hit for hit in partly if _is_near(hit.ready, text))])

    def _partly(self, text: Heard) -> list[Hit]:
        named = {one.order: one for word in text.found for one in self._parts.get(word, ())}
        tried = {**named, **{one.order: one for one in self._patterns}}
        clock = Stopwatch(2 * PATTERN_SECONDS)
        hits = (_contains(one, text, clock) for _, one in sorted(tried.items()))
        return [hit for hit in hits if hit is not None]


class Stopwatch:
    """Time that may still be spent on patterns of one text."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds left, never quite none: a timeout of zero would mean for ever."""
        return max(0.001, min(PATTERN_SECONDS, self._ends - time.monotonic()))


def _near(ready: Iterable[Ready], sounds: Callable[[], Sounds]) -> Near | None:
    fuzzy = [one for one in ready if one.rule.fuzzy]
    if not fuzzy:
        return None
    texts = {word for one in fuzzy for word in one.whole}
    parts = {word for one in fuzzy for word in (*one.parts, *one.none)}
    return Near(texts, parts, sounds())


def filed(ready: Iterable[Ready]) -> Iterator[tuple[str, Ready]]:
    """The words at which rules are looked for: for a rule that needs several words only the rarest of them."""
    ready = list(ready)
    uses = Counter(word for one in ready for word in one.parts)
    for one in ready:
        if one.all:
            yield min(one.all, key=lambda word: (uses[word], word)), one
        else:
            yield from ((word, one) for word in one.any)


def _by_word(pairs: Iterable[tuple[str, Ready]]) -> Mapping[str, tuple[Ready, ...]]:
    result = defaultdict(list)
    for word, ready in pairs:
        result[word].append(ready)
    return {word: tuple(rules) for word, rules in result.items()}


def _in_order(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    return tuple(sorted(hits, key=lambda hit: hit.rank))


def _forbidden(one: Ready, text: Heard) -> str:
    blocked = sorted(word for word in one.none if word in text.found)
    return f"含有“{blocked[0]}”" if blocked else ""


def _contains(one: Ready, text: Heard, clock: Stopwatch) -> Hit | None:
    words = [word for word in one.parts if word in text.found]
    if one.any and not any(word in text.found for word in one.any):
        return None
    if not all(word in text.found for word in one.all):
        return None
    if one.pattern is None:
        return Hit(one, _how(words, text), _forbidden(one, text))
    try:
        matched = one.pattern.search(text.plain, timeout=clock.left)
    except TimeoutError:
        return Hit(one, "正则", "正则太慢，当作不匹配")
    return Hit(one, "正则", _forbidden(one, text)) if matched else None


def _is_near(one: Ready, text: Heard) -> bool:
    return one.rule.fuzzy and any(word in text.near for word in one.parts)


def _how(words: Iterable[str], text: Heard) -> str:
    """The longest word that let a rule in, and why, when it is not really there."""
    word = max(words, key=lambda word: (word in text.near, len(word), word))
    return text.near.get(word, f"含“{word}”")
