"""Keyword replies: what managers want said when certain words come."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.types.actions import Content, Reply, Text
from bot.types.context import Context
from bot.types.events import Event, Message
from bot.types.outcome import Outcome, answered, silent
from bot.types.ports import Calendar
from handlers.dialogue import with_reminder
from handlers.keyword.matching import Heard, Hit, Rulebook
from handlers.keyword.rules import ReplyRule
from handlers.keyword.tables import cool_until, count_on, count_up, is_cooling
from handlers.variables import fill, values

# So many rules that lost are named in the trace; the others are counted.
MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Look:
    """The rules whose words are in a text, and, when none of them can answer, those whose words nearly are."""

    hits: Sequence[Hit] = ()
    near: Sequence[Hit] | None = ()
    heard: Heard | None = None


@dataclass(frozen=True, slots=True)
class Keyword:
    """Answers with the strongest rule that applies here and now; `attached`: files and links, by rule."""

    book: Rulebook
    calendar: Calendar
    attached: Mapping[str, Sequence[Content]]
    name: str = "keyword"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> Look:
        """The rules whose words are in the message; the second look is taken now when it is surely needed."""
        if not isinstance(event, Message) or not event.text:
            return Look()
        heard = self.book.hear(event.text)
        hits = self.book.hits(heard)
        return Look(hits, None if any(not hit.lost for hit in hits) else self.book.near(heard), heard)

    def claims(self, message: Message) -> bool:
        """Whether a rule's words are in it."""
        return any(not hit.lost for hit in self.book.hits(self.book.hear(message.text)))

    async def decide(self, event: Event, prepared: Look, context: Context) -> Outcome | None:
        """The reply of the first rule that nothing holds back."""
        if prepared.heard is None:
            return None
        hit = self._first(prepared.hits, context)
        if hit is None:
            near = self.book.near(prepared.heard) if prepared.near is None else prepared.near
            hit = self._first(near, context)
        return None if hit is None else await self._answer(hit, context)

    def _first(self, hits: Iterable[Hit], context: Context) -> Hit | None:
        untold = 0
        for at, (hit, lost) in enumerate(self._judged(hits, context)):
            if not lost or at < MOST_TOLD:
                note = f"{hit.how}；{lost}" if lost else hit.how
                context.trace.add(self.name, hit.ready.rule.name, note=note)
            if not lost:
                return hit
            untold += at >= MOST_TOLD
        if untold:
            context.trace.add(self.name, note=f"还有 {untold} 条也不合适")
        return None

    def _judged(self, hits: Iterable[Hit], context: Context) -> Iterator[tuple[Hit, str]]:
        return ((hit, hit.lost or self._out_of_place(hit.ready.rule, context)) for hit in hits)

    def _out_of_place(self, rule: ReplyRule, context: Context) -> str:
        if rule.groups and (context.group is None or context.group.name not in rule.groups):
            return "不在这个群"
        if rule.roles and not context.member.roles & set(rule.roles):
            return "对方没有这个角色"
        if rule.hours and not rule.hours.covers(context.now, self.calendar):
            return f"不在 {rule.hours}"
        return ""

    async def _answer(self, hit: Hit, context: Context) -> Outcome:
        rule = hit.ready.rule
        if why := "" if context.rehearsal else await self._held_back(rule, context):
            return silent(reason=why, rule=rule.name)
        outcome = answered(*self._replies(rule, context), reason=hit.how, rule=rule.name)
        return await with_reminder(outcome, context)

    async def _held_back(self, rule: ReplyRule, context: Context) -> str:
        """Why the rule stays silent; when it does not, its speaking is counted."""
        if rule.cooldown and await is_cooling(rule.name, context):
            return "刚答过，还在冷却"
        if rule.daily_cap:
            today = self._today(context)
            count = await count_on(rule.name, today, context)
            if count >= rule.daily_cap:
                return f"今天已经说满 {rule.daily_cap} 次"
            await count_up(rule.name, today, count + 1, context)
        if rule.cooldown:
            await cool_until(rule.name, context.now + rule.cooldown, context)
        return ""

    def _today(self, context: Context) -> date:
        return context.now.astimezone(self.calendar.timezone).date()

    def _replies(self, rule: ReplyRule, context: Context) -> Iterator[Reply]:
        known = values(context, self.calendar.timezone)
        yield Reply(content=Text(body=fill(context.chance.choice(rule.reply), known)))
        yield from (Reply(content=content) for content in self.attached.get(rule.name, ()))
        yield from (Reply(content=Text(body=fill(template, known))) for template in rule.then)
