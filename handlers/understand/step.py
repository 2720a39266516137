"""The step that understands: everything that may be meant, compared at once."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.types.actions import Reply, Text
from bot.types.context import Context
from bot.types.events import Event, Message
from bot.types.outcome import Outcome, answered
from handlers import gaps
from handlers.choice import picked
from handlers.dialogue import close_dialogue, open_dialogue, waiting
from handlers.understand.forms import FORMS
from handlers.understand.model import Heard, Model
from handlers.understand.sources import Candidate, Joint, Source, joined
from knowledge.correction import Corrected
from knowledge.decision import CHOICES, Verdict, is_better, verdict

FEATURE = "faq"
# A question is short; of a longer text the beginning tells what it is about.
LONGEST_QUESTION = 200
# The reason of an outcome that only offers what is nearest.
UNSURE = "拿不准，请对方从最接近的几条里选"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What each source finds in a text, and why its meaning is not known, where it should be.

    `again`: the same for what the text was probably meant to say, which is `corrected`.
    """

    looked: Sequence[Any] = ()
    why: str = ""
    corrected: Corrected | None = None
    again: "Prepared | None" = None


@dataclass(frozen=True, slots=True)
class Understand:
    """Answers when it is sure, offers what is nearest when it is not, and otherwise leaves the word to others.

    It looks on one `thread`: more would only take turns with each other, and with the event loop. Without one it looks
    where it is asked, which is quicker where nobody else waits. Whatever it finds is told to `found`.
    """

    sources: Sequence[Source]
    wait: timedelta
    model: Model
    thread: Executor | None = None
    found: Callable[[Message, Sequence[Any]], None] | None = None
    name: str = "understand"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> Prepared:
        """What each source finds in the text."""
        if not isinstance(event, Message) or not event.text.strip():
            return Prepared()
        prepared = await self._prepared(event.text[:LONGEST_QUESTION], self._look_closely)
        if prepared.corrected is not None:
            prepared = replace(prepared, again=await self._prepared(prepared.corrected.text, self._look))
        if self.found is not None:
            self.found(event, [*prepared.looked, *(prepared.again.looked if prepared.again else ())])
        return prepared

    async def _prepared(self, text: str, look: Callable[[str, Heard], Prepared]) -> Prepared:
        heard = await self.model.hear(text)
        if self.thread is None:
            return look(text, heard)
        return await asyncio.get_running_loop().run_in_executor(self.thread, look, text, heard)

    def _look_closely(self, text: str, heard: Heard) -> Prepared:
        """The same, and what the text was probably meant to say."""
        found = self._look(text, heard)
        corrected = (source.corrected(text, one) for source, one in zip(self.sources, found.looked, strict=True))
        return replace(found, corrected=next((one for one in corrected if one), None))

    def _look(self, text: str, heard: Heard) -> Prepared:
        return Prepared([source.look(text, heard.known) for source in self.sources], heard.why)

    async def decide(self, event: Event, prepared: Prepared, context: Context) -> Outcome | None:
        """What the surest candidate says, a numbered choice, or None with the trace of what was too far off."""
        if context.group and not context.group.has(FEATURE):
            return None
        if prepared.why:
            context.trace.add(self.name, note=prepared.why)
        joint = self._surest(prepared, context)
        match verdict(joint.score, joint.among) if joint.best else Verdict.UNKNOWN:
            case Verdict.ANSWER if joint.best:
                meant = replace(joint.best, said=_said(event))
                return await self._source(meant.source).take(meant, context, "有把握", joint.score)
            case Verdict.CHOICES if await waiting(context, FORMS) is None:
                return await self._offer(joint, event, context)
        context.trace.add(self.name, note=f"没有够像的问答，把握只有 {joint.score:.0%}")
        return None

    def _surest(self, prepared: Prepared, context: Context) -> Joint:
        """What is meant; what was probably meant to be said only where that leads to more."""
        first = self._found(prepared, context)
        if prepared.again is None or prepared.corrected is None:
            return first
        context.trace.add(self.name, note=f"像是打错了字，再按「{prepared.corrected.text}」找")
        again = self._found(prepared.again, context).doubted(prepared.corrected.certainty)
        return again if is_better((again.score, again.among), (first.score, first.among)) else first

    def _found(self, prepared: Prepared, context: Context) -> Joint:
        found = [source.found(looked, context) for source, looked in zip(self.sources, prepared.looked, strict=False)]
        for candidate in (candidate for one in found for candidate in one.candidates):
            context.trace.add(self.name, candidate.id, candidate.likeness, f"最像「{candidate.nearest}」")
        return joined(found, CHOICES)

    async def resume(self, event: Message, data: Mapping[str, Any], context: Context) -> Outcome | None:
        """The option that was picked, by number or by its words."""
        offered = [self._source(source).candidate(id) for source, id in data["options"] if self._has(source)]
        options = [candidate for candidate in offered if candidate]
        if len(options) < len(data["options"]):
            return None
        at = picked(event.text, [candidate.wordings for candidate in options])
        if at is None:
            return None
        await close_dialogue(context, self.name)
        await gaps.taken(data.get("event", ""), context)
        meant = replace(options[at], said=data.get("said", ""))
        return await self._source(meant.source).take(meant, context, f"选了第 {at + 1} 个")

    async def _offer(self, joint: Joint, event: Event, context: Context) -> Outcome:
        options: Sequence[Candidate] = joint.options
        data = {
            "options": [[candidate.source, candidate.id] for candidate in options],
            "said": _said(event),
            "event": event.id,
        }
        if isinstance(event, Message):
            await gaps.offered(event, context)
        await open_dialogue(context, self.name, data, context.now + self.wait)
        lines = [f"{number}. {candidate.label}" for number, candidate in enumerate(options, 1)]
        body = "\n".join(["您是想问：", *lines, "回复序号即可"])
        return answered(Reply(content=Text(body=body)), reason=UNSURE, rule=options[0].id, score=joint.score)

    def _has(self, name: str) -> bool:
        return any(source.name == name for source in self.sources)

    def _source(self, name: str) -> Source:
        return next(source for source in self.sources if source.name == name)


def _said(event: Event) -> str:
    return event.text if isinstance(event, Message) else ""
