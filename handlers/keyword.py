"""Keyword replies: what managers want said when certain words come."""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

import regex
import sqlalchemy as sa
from pydantic import Field, model_validator

from bot.types.actions import Reply, Text
from bot.types.columns import Instant
from bot.types.context import Context
from bot.types.declarations import Capability, Declared, Handler, Personal, Problem, Section, Settings, Settled
from bot.types.events import Event, Message
from bot.types.fields import Duration, Hours, Name, OneOrMany, Pattern, limited, wrong
from bot.types.outcome import Outcome, answered, silent
from bot.types.ports import Calendar, Services
from handlers.directory import duplicates, unknown_groups, unknown_roles
from handlers.needles import Needles
from handlers.variables import fill, unknown_message, unknown_variables, values
from nlp.normalise import bare, normalise

Word = Annotated[str, limited(200)]

# One rule may take this long on one text, all rules of a message together twice as much.
PATTERN_SECONDS = 0.05
LONGEST_TEXT = 4000

cooldowns = sa.Table(
    "cooldowns",
    sa.MetaData(),
    sa.Column("thread", sa.Text, primary_key=True),
    sa.Column("rule", sa.Text, primary_key=True),
    sa.Column("until", Instant, nullable=False),
    sa.Index("cooldowns_until", "until"),
)


class ReplyRule(Settled):
    """One keyword reply: which words it takes, where and when it applies, what it says."""

    name: Name
    exact: OneOrMany[Word] = ()
    any: OneOrMany[Word] = ()
    all: OneOrMany[Word] = ()
    none: OneOrMany[Word] = ()
    pattern: Annotated[Pattern | None, Field(alias="regex")] = None
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0
    groups: OneOrMany[Name] = ()
    hours: Hours | None = None
    roles: OneOrMany[Name] = ()
    cooldown: Duration = timedelta(0)
    reply: OneOrMany[Annotated[str, limited(2048)]]

    @model_validator(mode="after")
    def _needs_words(self) -> "ReplyRule":
        if not (self.exact or self.any or self.all or self.pattern):
            raise wrong("还没写什么话能触发它；请加上 exact、any、all 或 regex 中的一项")
        return self


def _no_rules() -> tuple[ReplyRule, ...]:
    return ()


REPLIES: Section[tuple[ReplyRule, ...]] = Section("replies", tuple[ReplyRule, ...], _no_rules)


@dataclass(frozen=True, slots=True)
class Ready:
    """A rule with its words as they are compared."""

    rule: ReplyRule
    order: int
    exact: frozenset[str]
    any: frozenset[str]
    all: frozenset[str]
    none: frozenset[str]
    pattern: "regex.Pattern[str] | None"

    @classmethod
    def of(cls, rule: ReplyRule, order: int) -> "Ready":
        """The rule, made ready."""
        pattern = regex.compile(rule.pattern.pattern, regex.IGNORECASE) if rule.pattern else None
        exact = frozenset(bare(word) or normalise(word) for word in rule.exact)
        return cls(rule, order, exact, _normal(rule.any), _normal(rule.all), _normal(rule.none), pattern)

    @property
    def has_contains(self) -> bool:
        """Whether it can match without being the whole text."""
        return bool(self.any or self.all or self.pattern)


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that its words let in: `how` it matched, or why it lost after all (`lost`)."""

    ready: Ready
    how: str
    lost: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as rules see it: normalised, without decoration, and the needles that are in it."""

    plain: str
    core: str
    found: frozenset[str]


class Rulebook:
    """All rules, found by their words: a rule whose words are not in the text is never looked at."""

    def __init__(self, rules: Iterable[ReplyRule]) -> None:
        ready = [Ready.of(rule, order) for order, rule in enumerate(rules)]
        self._exact = _by_word((word, one) for one in ready for word in one.exact)
        self._contained = _by_word((word, one) for one in ready for word in one.any | one.all)
        self._patterns = tuple(one for one in ready if one.pattern and not (one.any or one.all))
        self._needles = Needles.of(word for one in ready for word in one.any | one.all | one.none)

    def hits(self, said: str) -> tuple[Hit, ...]:
        """The rules that take a text, the strongest first: by priority, the whole text before a part, then by order."""
        plain = normalise(said[:LONGEST_TEXT])
        text = Heard(plain, bare(plain) or plain, frozenset(self._needles.within(plain)))
        hits = self._exactly(text) + self._partly(text)
        return tuple(sorted(hits, key=lambda hit: (-hit.ready.rule.priority, hit.how != "整句", hit.ready.order)))

    def _exactly(self, text: Heard) -> list[Hit]:
        return [Hit(one, "整句", _forbidden(one, text)) for one in self._exact.get(text.core, ())]

    def _partly(self, text: Heard) -> list[Hit]:
        named = {one.order: one for word in text.found for one in self._contained.get(word, ())}
        tried = {**named, **{one.order: one for one in self._patterns}}
        already = {one.order for one in self._exact.get(text.core, ())}
        clock = Stopwatch(2 * PATTERN_SECONDS)
        hits = (_contains(one, text, clock) for order, one in sorted(tried.items()) if order not in already)
        return [hit for hit in hits if hit is not None]


class Stopwatch:
    """Time that may still be spent on patterns of one text."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds left, never quite none: a timeout of zero would mean for ever."""
        return max(0.001, min(PATTERN_SECONDS, self._ends - time.monotonic()))


def _normal(words: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, map(normalise, words)))


def _by_word(pairs: Iterable[tuple[str, Ready]]) -> Mapping[str, tuple[Ready, ...]]:
    result = defaultdict(list)
    for word, ready in pairs:
        result[word].append(ready)
    return {word: tuple(rules) for word, rules in result.items()}


def _forbidden(one: Ready, text: Heard) -> str:
    blocked = sorted(one.none & text.found)
    return f"含有“{blocked[0]}”" if blocked else ""


def _contains(one: Ready, text: Heard, clock: Stopwatch) -> Hit | None:
    if not one.has_contains or (one.any and not one.any & text.found) or not one.all <= text.found:
        return None
    words = sorted((one.any | one.all) & text.found, key=len, reverse=True)
    if one.pattern is None:
        return Hit(one, f"含“{words[0]}”", _forbidden(one, text))
    try:
        matched = one.pattern.search(text.plain, timeout=clock.left)
    except TimeoutError:
        return Hit(one, "正则", "正则太慢，当作不匹配")
    return Hit(one, "正则", _forbidden(one, text)) if matched else None


@dataclass(frozen=True, slots=True)
class Keyword:
    """Answers with the strongest rule that applies here and now."""

    book: Rulebook
    calendar: Calendar
    name: str = "keyword"
    hears: tuple[str, ...] = ("message",)

    def prepare(self, event: Event) -> tuple[Hit, ...]:
        """The rules whose words are in the message."""
        return self.book.hits(event.text) if isinstance(event, Message) and event.text else ()

    async def decide(self, event: Event, prepared: Sequence[Hit], context: Context) -> Outcome | None:
        """The reply of the first rule that nothing holds back."""
        for hit in prepared:
            rule = hit.ready.rule
            lost = hit.lost or self._out_of_place(rule, context)
            context.trace.add(self.name, rule.name, note=f"{hit.how}；{lost}" if lost else hit.how)
            if not lost:
                return await self._answer(hit, context)
        return None

    async def _answer(self, hit: Hit, context: Context) -> Outcome:
        rule = hit.ready.rule
        if await self._cooling(rule, context):
            return silent(reason="刚答过，还在冷却", rule=rule.name)
        await self._start_cooldown(rule, context)
        return answered(self._reply(rule, context), reason=hit.how, rule=rule.name)

    def _out_of_place(self, rule: ReplyRule, context: Context) -> str:
        if rule.groups and (context.group is None or context.group.name not in rule.groups):
            return "不在这个群"
        if rule.roles and not context.member.roles & set(rule.roles):
            return "对方没有这个角色"
        if rule.hours and not rule.hours.covers(context.now, self.calendar):
            return f"不在 {rule.hours}"
        return ""

    async def _cooling(self, rule: ReplyRule, context: Context) -> bool:
        if not rule.cooldown or context.rehearsal:
            return False
        query = sa.select(cooldowns.c.until).where(_this(rule, context), cooldowns.c.until > context.now)
        return (await context.transaction.execute(query)).first() is not None

    async def _start_cooldown(self, rule: ReplyRule, context: Context) -> None:
        if not rule.cooldown or context.rehearsal:
            return
        row = {"thread": context.thread.key, "rule": rule.name, "until": context.now + rule.cooldown}
        await context.transaction.execute(sa.delete(cooldowns).where(_this(rule, context)))
        await context.transaction.execute(sa.insert(cooldowns).values(row))

    def _reply(self, rule: ReplyRule, context: Context) -> Reply:
        template = context.chance.choice(rule.reply)
        return Reply(content=Text(body=fill(template, values(context, self.calendar.timezone))))


def _this(rule: ReplyRule, context: Context) -> sa.ColumnElement[bool]:
    return sa.and_(cooldowns.c.thread == context.thread.key, cooldowns.c.rule == rule.name)


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The handler for the settings' replies."""
    rules = settings[REPLIES]
    return (Keyword(Rulebook(rules), services.calendar),)


def inspect(settings: Settings) -> Iterable[Problem]:
    """What is wrong with the replies: names used twice, unknown variables, groups and roles."""
    rules = settings[REPLIES]
    yield from duplicates([rule.name for rule in rules], "replies", "name")
    for at, rule in enumerate(rules):
        yield from unknown_groups(settings, rule.groups, ("replies", at, "groups"))
        yield from unknown_roles(settings, rule.roles, ("replies", at, "roles"))
        for text in rule.reply:
            for name in unknown_variables(text):
                yield Problem(("replies", at, "reply"), unknown_message(name))


CAPABILITY = Capability(
    name="keyword",
    sections=(REPLIES,),
    tables=(Declared(cooldowns, Personal.PSEUDONYM, timedelta(days=1), "until"),),
    build=build,
    inspect=inspect,
)
