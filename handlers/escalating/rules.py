"""What managers write: `[[escalate]]`, when a person takes over or is offered."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import model_validator

from bot.types.declarations import Section, Settled
from bot.types.fields import Hours, Name, OneOrMany, limited, wrong
from bot.types.ports import Calendar
from handlers.escalating.happened import Happened
from nlp.normalise import bare, normalise

Word = Annotated[str, limited(200)]
Level = Literal["一线", "组长", "经理"]
LEVELS: Sequence[Level] = ("一线", "组长", "经理")

MISSED, ANGRY, URGENT, STUCK = "没听懂", "不满", "着急", "表单没填成"
# What may have happened beside the topics.
HAPPENINGS = (MISSED, ANGRY, URGENT, STUCK)


class EscalateRule(Settled):
    """When people take over (`do` 转人工) or are offered (提议): all that is written must hold, of a list one thing.

    `when`: what happened, or the topic that is touched; `any`, `none`: words; `intents`: what was wanted; `tags`: of
    `[[members]]`. `team`, `skill` and `level` say who is called, `say` what the customer is told before that.
    """

    name: Name
    when: OneOrMany[Name] = ()
    any: OneOrMany[Word] = ()
    none: OneOrMany[Word] = ()
    intents: OneOrMany[Name] = ()
    tags: OneOrMany[Name] = ()
    groups: OneOrMany[Name] = ()
    hours: Hours | None = None
    team: str = ""
    skill: str = ""
    level: Level = "一线"
    do: Literal["转人工", "提议"] = "转人工"
    say: Annotated[str, limited(600)] | None = None

    @model_validator(mode="after")
    def _has_a_cause(self) -> "EscalateRule":
        if not (self.when or self.any or self.intents or self.tags or self.groups):
            raise wrong("还没写什么时候转；请加上 when、any、intents、tags、groups 中的一项")
        return self


def _no_rules() -> tuple[EscalateRule, ...]:
    return ()


ESCALATE: Section[tuple[EscalateRule, ...]] = Section("escalate", tuple[EscalateRule, ...], _no_rules)


@dataclass(frozen=True, slots=True)
class Ready:
    """A rule with its words as they are compared."""

    rule: EscalateRule
    any: tuple[str, ...]
    none: tuple[str, ...]

    @classmethod
    def of(cls, rule: EscalateRule) -> "Ready":
        """The rule, made ready."""
        return cls(rule, tuple(map(normalise, rule.any)), tuple(map(normalise, rule.none)))

    @property
    def wants_words(self) -> bool:
        """Whether only words can let it in, whatever the bot made of them."""
        return bool(self.any)

    def holds(self, happened: Happened, calendar: Calendar) -> str:
        """Why it applies, in words; empty when it does not."""
        word = self._word(happened.text)
        if (self.any and not word) or any(one in normalise(happened.text) for one in self.none):
            return ""
        if self.rule.groups and happened.group not in self.rule.groups:
            return ""
        causes = [f"含“{word}”"] if word else []
        for wanted, there in self._wanted(happened):
            met = [one for one in wanted if one in there]
            if wanted and not met:
                return ""
            causes += met[:1]
        if self.rule.hours and not self.rule.hours.covers(happened.now, calendar):
            return ""
        return "，".join(causes) or "在这个群"

    def _word(self, text: str) -> str:
        plain = normalise(text)
        joined = bare(plain)
        return next((word for word in self.any if word in plain or word in joined), "")

    def _wanted(self, happened: Happened) -> Iterator[tuple[tuple[str, ...], Collection[str]]]:
        yield self.rule.when, happened.things
        yield self.rule.intents, (happened.intent,) if happened.intent else ()
        yield self.rule.tags, happened.tags
