"""Mood: noted of every message, never answered; when something is urgent, people are told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.types.actions import Notify, Text
from bot.types.context import Context
from bot.types.events import Conversation, Event, Message
from bot.types.outcome import Kind, Outcome
from bot.types.ports import Services
from handlers.desk import tickets
from handlers.mood import tables
from handlers.mood.judges import Judges
from nlp.mood import Judgement

# It is told when it is more likely urgent than not.
URGENT = 0.5
# A bad day must not bury staff in messages: so many threads an hour, the rest stands in the records.
MOST_AN_HOUR = 20
HOUR = timedelta(hours=1)
LONGEST_QUOTE = 120


@dataclass(frozen=True, slots=True)
class Feeling:
    """Judges what customers write. `roles`: who is told when it is urgent."""

    judges: Judges
    services: Services
    roles: Sequence[str]
    cooldown: timedelta
    name: str = "mood"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> Judgement | None:
        """How the writer feels; None where there are no words."""
        if not isinstance(event, Message) or not event.text.strip():
            return None
        heard = await self.judges.model.hear(event.text)
        return self.judges.judge(event.text, heard.known)

    async def decide(self, event: Event, prepared: Judgement | None, context: Context) -> Outcome | None:
        """Nothing: others answer the customer."""
        if prepared is None or context.member.is_staff:
            return None
        urgent = prepared.urgency >= URGENT
        hurry = f"，着急 {prepared.urgency:.0%}" if urgent else ""
        context.trace.add(self.name, note=f"{prepared.mood.value} {prepared.chance:.0%}{hurry}")
        if context.rehearsal:
            return None
        day = context.now.astimezone(self.services.calendar.timezone).date().isoformat()
        await tables.count(prepared, urgent, day, context)
        return None

    async def review(
        self, event: Event, prepared: Mapping[str, Any], decided_by: str, outcome: Outcome, context: Context
    ) -> Outcome | None:
        """The same with a word to staff about what is urgent, unless people were called anyhow."""
        judgement: Judgement | None = prepared.get(self.name)
        if judgement is None or judgement.urgency < URGENT or context.member.is_staff or context.rehearsal:
            return None
        if outcome.kind == Kind.ESCALATED or not isinstance(event, Message):
            return None
        told = await self._told(event, judgement, context)
        return replace(outcome, actions=(*outcome.actions, *told)) if told else None

    async def _told(self, event: Message, judgement: Judgement, context: Context) -> Sequence[Notify]:
        places = dict(self._places())
        if not places or await self._is_known(context):
            return []
        await tables.tell(context)
        context.trace.add(self.name, "着急", note=f"告诉了{'、'.join(self.roles)}")
        content = Text(body=_words(event, judgement, context), fixed=False)
        until = context.now + HOUR
        return [Notify(to=to, member=who, content=content, expires_at=until) for to, who in places.items()]

    def _places(self) -> Iterator[tuple[Conversation, str]]:
        """Where staff are told, and whom there."""
        for role in self.roles:
            for person in self.services.directory.with_role(role) if self.services.desk else ():
                yield Conversation(self.services.desk, "direct", person.id), person.id
            yield from ((group, "") for group in self.services.directory.alerted(role))

    async def _is_known(self, context: Context) -> bool:
        """Whether people know already: they serve the thread, or were told of it, or of many others, not long ago."""
        if await tickets.of_thread(context) is not None:
            return True
        last = await tables.told_at(context)
        if last is not None and context.now - last < self.cooldown:
            return True
        return await tables.told_since(context.now - HOUR, context) >= MOST_AN_HOUR


def _words(event: Message, judgement: Judgement, context: Context) -> str:
    who = context.member.name or context.member.id
    where = f"在「{context.group.name}」" if context.group else ""
    return f"看来着急（{judgement.mood.value}）：{who}{where}说\n{tickets.shortened(event.text, LONGEST_QUOTE)}"
