"""What managers write: `[[replies]]`."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field, model_validator

from bot.types.declarations import Section, Settled
from bot.types.fields import Duration, Hours, Name, OneOrMany, Pattern, limited, wrong
from handlers.attachments import Attach, LinkEntry
from nlp.normalise import core, normalise

# The longest text that any door carries; `check` tells where a door carries less.
MOST_BYTES = 20480

Word = Annotated[str, limited(200)]
Said = Annotated[str, limited(MOST_BYTES)]


class ReplyRule(Settled):
    """One keyword reply: which words it takes, where and when it applies, what it says.

    `fuzzy`: also words that only sound or look like its own. `attach`, `link`: what goes out after `reply`;
    `then`: what is said after that, one message each. `daily_cap`: how often a day in one thread.
    """

    name: Name
    exact: OneOrMany[Word] = ()
    any: OneOrMany[Word] = ()
    all: OneOrMany[Word] = ()
    none: OneOrMany[Word] = ()
    pattern: Annotated[Pattern | None, Field(alias="regex")] = None
    fuzzy: bool = False
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0
    groups: OneOrMany[Name] = ()
    hours: Hours | None = None
    roles: OneOrMany[Name] = ()
    cooldown: Duration = timedelta(0)
    daily_cap: Annotated[int, Field(ge=1, le=1000)] | None = None
    reply: OneOrMany[Said]
    attach: Attach = ()
    link: LinkEntry | None = None
    then: Annotated[OneOrMany[Said], Field(max_length=4)] = ()

    @model_validator(mode="after")
    def _needs_words(self) -> "ReplyRule":
        if not (self.exact or self.any or self.all or self.pattern):
            raise wrong("还没写什么话能触发它；请加上 exact、any、all 或 regex 中的一项")
        return self


def whole(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words as whole texts are compared."""
    return tuple(filter(None, dict.fromkeys(map(core, words))))


def contained(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words as they are looked for inside of texts."""
    return tuple(filter(None, dict.fromkeys(map(normalise, words))))


def _no_rules() -> tuple[ReplyRule, ...]:
    return ()


REPLIES: Section[tuple[ReplyRule, ...]] = Section("replies", tuple[ReplyRule, ...], _no_rules)
