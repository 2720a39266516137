"""When people are called without having been asked for: seen from what a message said and what the bot made of it."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.types.actions import Action, Notify, Text
from bot.types.context import Context
from bot.types.events import Event, Message, Tick
from bot.types.outcome import Kind, Outcome
from bot.types.ports import Calendar
from handlers.desk.settings import Do, Escalation
from handlers.escalating import tables
from handlers.escalating.calling import (
    APART,
    OFFER,
    UNKNOWN,
    UNKNOWN_OFFERED,
    Calling,
    Cause,
    told_later,
)
from handlers.escalating.happened import Happened
from handlers.escalating.members import Tags
from handlers.escalating.misses import doubted
from handlers.escalating.rules import ANGRY, LEVELS, MISSED, STUCK, URGENT, Ready
from handlers.escalating.topics import CALL, NOTHING, Topics, Touched
from handlers.understand import Model
from handlers.understand.forms import GIVEN_UP, UNANSWERED
from handlers.understand.step import UNSURE
from nlp.mood import Judgement, Mood

# Below these a mood is mild. Of 4,300 questions of customers 50 reach the first and one the second, by words alone.
ANGER, URGENCY = 0.9, 0.8
TWICE_WITHIN = timedelta(minutes=10)
# Who answers customers; what others decide (commands, people who serve) is left alone.
ANSWERING = frozenset({"dialogue", "keyword", "understand", "forms", "fallback"})
SAYS: Mapping[str, str] = {ANGRY: "抱歉让您不愉快了。", URGENT: "看得出您很着急。", STUCK: ""}


@dataclass(frozen=True, slots=True)
class Answered:
    """What the bot made of a message. `sure`: it knew the answer; `halted`: it may not say one."""

    by: str
    outcome: Outcome
    halted: bool

    @property
    def missed(self) -> bool:
        """Whether it did not understand."""
        return self.by == "fallback" and self.outcome.rule in (UNKNOWN, UNKNOWN_OFFERED)

    @property
    def stuck(self) -> bool:
        """Whether a form was given up."""
        return GIVEN_UP in self.outcome.reason

    @property
    def sure(self) -> bool:
        """Whether it knew what to say."""
        return not (self.halted or self.missed or self.stuck or self.outcome.reason == UNSURE)


@dataclass(frozen=True, slots=True)
class Escalating:
    """Calls or offers a person by the managers' rules, then by topics, given-up forms and moods.

    `intents`: the names of all; `costly`: of those that are about money.
    """

    rules: Sequence[Ready]
    topics: Topics
    tags: Tags
    calling: Calling
    settings: Escalation
    model: Model
    calendar: Calendar
    intents: AbstractSet[str]
    costly: AbstractSet[str]
    name: str = "escalating"
    hears: tuple[str, ...] = ("message", "tick:forms")

    async def prepare(self, event: Event) -> Touched | None:
        """The topic that the message touches."""
        if not isinstance(event, Message) or not event.text.strip():
            return None
        heard = await self.model.hear(event.text)
        return self.topics.touched(event.text, heard.known)

    async def decide(self, event: Event, prepared: Touched | None, context: Context) -> Outcome | None:
        """Nothing yet: first the others answer."""
        return None

    async def review(
        self, event: Event, prepared: Mapping[str, Any], decided_by: str, outcome: Outcome, context: Context
    ) -> Outcome | None:
        """A call, or an offer after the answer; None for nearly all messages."""
        if context.member.is_staff or outcome.kind == Kind.ESCALATED:
            return None
        if isinstance(event, Tick):
            return await self._unfinished(outcome, context)
        if not isinstance(event, Message):
            return None
        made = Answered(decided_by, outcome, decided_by == "gate" and outcome.rule == "停机")
        if not (made.halted or decided_by in ANSWERING):
            return None
        if outcome.reason == UNSURE and not context.rehearsal:
            await doubted(context)
        touched: Touched | None = prepared.get(self.name)
        mood: Judgement | None = prepared.get("mood")
        things = {} if made.halted else await self._happened(made, mood, context)
        happened = Happened(
            event.text, frozenset(things) | ({touched.topic.name} if touched else set()),
            outcome.rule if outcome.rule in self.intents else "", self.tags.at(context),
            context.group.name if context.group else "", context.now,
        )  # fmt: skip
        for do, cause, hard in self._causes(happened, touched, things, made, context):
            if do == NOTHING:
                continue
            return await self._act(do, cause, hard, made, event, context)
        return None

    async def _happened(self, made: Answered, mood: Judgement | None, context: Context) -> Mapping[str, bool]:
        """What happened, each with whether it is enough for people to come by themselves."""
        things: dict[str, bool] = {}
        if made.stuck:
            things[STUCK] = True
        if mood is not None and mood.urgency >= URGENCY:
            things[URGENT] = self._is_open(context)
        if mood is not None and mood.mood is Mood.COMPLAINT and mood.chance >= ANGER:
            again = not context.rehearsal and await tables.angry_before(context, TWICE_WITHIN)
            things[ANGRY] = again
        if made.missed:
            things[MISSED] = False
        return things

    def _causes(
        self, happened: Happened, touched: Touched | None, things: Mapping[str, bool], made: Answered, context: Context
    ) -> Iterator[tuple[Do, Cause, bool]]:
        """What speaks for a person, the strongest first; hard: whatever the bot could answer."""
        for ready in self.rules:
            if made.halted and not ready.wants_words:
                continue
            if how := ready.holds(happened, self.calendar):
                yield ready.rule.do, self._by_rule(ready, how, context), True
        if touched is not None and (touched.phrase or not made.sure):
            do = self.settings.topics.get(touched.topic.name, touched.topic.do)
            # What was only learnt may be wrong: it offers people, and does not call them.
            yield (do if touched.phrase or do == NOTHING else "提议"), self._by_topic(touched, context), True
        for thing, do in ((STUCK, self.settings.forms), (URGENT, self.settings.urgent), (ANGRY, self.settings.angry)):
            if things.get(thing):
                cause = Cause(reason=_REASONS[thing], rule=thing, say=SAYS[thing] if do == CALL else "")
                yield do, cause, thing == STUCK

    def _by_rule(self, ready: Ready, how: str, context: Context) -> Cause:
        rule = ready.rule
        context.trace.add(self.name, rule.name, note=f"{how} → {rule.do}")
        return Cause(
            reason=f"{rule.name}（{how}）", rule=rule.name, say=rule.say or "", team=rule.team, skill=rule.skill,
            level=LEVELS.index(rule.level),
        )  # fmt: skip

    def _by_topic(self, touched: Touched, context: Context) -> Cause:
        topic = touched.topic
        context.trace.add(self.name, topic.name, note=touched.how)
        what = f"“{touched.phrase}”" if touched.phrase else "类似的话"
        return Cause(reason=f"{topic.name}：说到{what}", rule=topic.name, say=topic.say, at_once=topic.at_once)

    async def _act(
        self, do: Do, cause: Cause, hard: bool, made: Answered, event: Message, context: Context
    ) -> Outcome | None:
        """What was known to be right is said all the same, and is enough where only a mood speaks for a person."""
        if do == CALL and (hard or not made.sure):
            answers = made.sure and made.by in ("keyword", "understand") and made.outcome.rule not in self.intents
            kept = made.outcome.actions if answers and not cause.at_once else ()
            return await self.calling.call(cause, event.text, context, kept, made.outcome)
        return None if made.halted else await self.calling.offer(made.outcome, cause, context)

    async def _unfinished(self, outcome: Outcome, context: Context) -> Outcome | None:
        """A form that nobody went on with: a person is offered or called where it is about money."""
        if outcome.rule not in self.costly or UNANSWERED not in outcome.reason or self.settings.forms == NOTHING:
            return None
        cause = Cause(reason=f"「{outcome.rule}」没填完", rule=STUCK)
        if self.settings.forms == CALL:
            called = await self.calling.call(cause, f"（{cause.reason}）", context)
            return None if called is None else replace(called, actions=told_later(called.actions, context))
        if not self.calling.can(context) or await tables.last_call(context, APART) is not None:
            return None
        return replace(outcome, actions=tuple(self._with_offer(action) for action in outcome.actions))

    def _with_offer(self, action: Action) -> Action:
        if not isinstance(action, Notify) or not isinstance(action.content, Text):
            return action
        team = self.calling.desk.team
        offer = OFFER.format(team=team.name if team else "同事")
        return replace(action, content=replace(action.content, body=f"{action.content.body}\n{offer}"))

    def _is_open(self, context: Context) -> bool:
        team = self.calling.desk.team
        return team is not None and (team.hours is None or team.hours.covers(context.now, self.calendar))


_REASONS: Mapping[str, str] = {STUCK: "表单填不下去", URGENT: "看来着急", ANGRY: "看来生气"}
