"""What managers write about things that people want done: `[[intents]]`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

import regex
from pydantic import Field, model_validator

from bot.types.declarations import Section, Settled
from bot.types.fields import Duration, Hours, Name, OneOrMany, limited, wrong

Example = Annotated[str, limited(300)]
Said = Annotated[str, limited(2048)]

# What may follow when everything is known: a person takes over, or people are told.
_THEN = regex.compile(r"\s*(?P<what>转人工|通知)\s*(?:[:：]\s*(?P<whom>\S.*?))?\s*")


class IntentEntry(Settled):
    """One thing that people want: how they say it, what has to be known, what is said and done then.

    `ask`: slots in the order in which they are asked for, each with its question. `wait`: how long a form stays open
    without an answer.
    """

    name: Name
    examples: Annotated[OneOrMany[Example], Field(min_length=1)]
    ask: Annotated[Mapping[Name, Said], Field(max_length=12)] = {}
    reply: OneOrMany[Said] = ()
    then: str = ""
    groups: OneOrMany[Name] = ()
    hours: Hours | None = None
    cooldown: Duration = timedelta(0)
    wait: Duration = timedelta(minutes=10)

    @model_validator(mode="after")
    def _does_something(self) -> "IntentEntry":
        if not (self.reply or self.then):
            raise wrong('还没写听懂以后做什么；请加上 reply = "…"，或 then = "转人工"')
        if self.then and not _THEN.fullmatch(self.then):
            raise wrong(f'没有“{self.then[:40]}”这个动作；then 可以写 "转人工"、"转人工:售后组" 或 "通知:管理员"')
        return self

    @property
    def action(self) -> tuple[str, str]:
        """What `then` does and with whom: ("转人工", "售后组"); ("", "") for nothing."""
        found = _THEN.fullmatch(self.then)
        return (found["what"], found["whom"] or "") if found else ("", "")


def _no_intents() -> tuple[IntentEntry, ...]:
    return ()


INTENTS: Section[tuple[IntentEntry, ...]] = Section("intents", tuple[IntentEntry, ...], _no_intents)
