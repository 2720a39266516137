"""Looks at every message: records what is not wanted here, and does what the rules say follows."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.types.actions import Action, Emit, Notify, Reply, Text
from bot.types.context import Context
from bot.types.events import Conversation, Event, Message, Signal
from bot.types.outcome import Outcome, answered, silent
from bot.types.ports import Group, Member, Services
from handlers.desk import tickets
from handlers.directory import ADMIN
from handlers.halt import silences
from handlers.moderation import cases, records
from handlers.moderation.behaviour import is_about_conduct
from handlers.moderation.conduct import Conduct, watch
from handlers.moderation.effects import Effect
from handlers.moderation.overlay import Overlay
from handlers.moderation.sanctions import SANCTIONS, Sanctions
from handlers.moderation.scoring import scored
from handlers.moderation.settings import STAFF, ModerationRule
from handlers.moderation.verdict import Verdict, judge
from handlers.moderation.words import Lists
from handlers.variables import fill, values
from nlp.moderation.contacts.codes import codes
from nlp.moderation.filter import Filter
from nlp.moderation.hit import Hit, Judgement, masked
from nlp.moderation.score import Score

log = logging.getLogger(__name__)

FOUND = "moderation.found"
# A reminder is of no use to somebody who reads it much later.
REMINDER_LIFE = timedelta(hours=1)
ENDING = frozenset((Effect.REMIND, Effect.REFUSE))
# What costs somebody something is shown to people who may find that it was a mistake.
CALLING = frozenset((Effect.ALERT, Effect.ASK_OWNER, *SANCTIONS))


@dataclass(frozen=True, slots=True)
class Look:
    """What was found in a message; `broken`: it could not be looked at."""

    verdicts: Sequence[Verdict] = ()
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Moderation:
    """Records and alerts always; says nothing while a person serves the thread or the bot is halted.

    `owners`: the user ids of groups' owners, by the group's name; `private`: the door that may speak to a member
    unasked, "" for none.
    """

    lists: Lists
    filter: Callable[[], Filter]
    services: Services
    owners: Mapping[str, str]
    private: str = ""
    overlay: Overlay = field(default_factory=Overlay)
    score: Score | None = None
    sanctions: Sanctions = field(default_factory=Sanctions)
    name: str = "moderation"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> Look | None:
        """What the rules that apply here find. A fault of our own holds nobody up: it is logged and counted."""
        if not isinstance(event, Message) or not event.text.strip():
            return None
        return self._look(event)

    def _look(self, event: Message) -> Look | None:
        found = self._find(event.text)
        if found is None:
            return Look(broken=True)
        hits = [*found, *(codes(event.text) if event.media else ())]
        verdicts = tuple(self._verdicts(event, hits)) if hits or self.score else ()
        return Look(verdicts) if verdicts else None

    def masked(self, event: Event, prepared: Look | None) -> Event:
        """The message as it reads to everybody after this: without what a rule has masked."""
        marked = [verdict for verdict in prepared.verdicts if Effect.MASK in verdict.effects] if prepared else []
        if not marked or not isinstance(event, Message):
            return event
        return replace(event, text=masked(event.text, [hit for verdict in marked for hit in verdict.hits]))

    async def decide(self, event: Event, prepared: Look | None, context: Context) -> Outcome | None:
        """None when nothing was found; otherwise a record, and what follows."""
        if not isinstance(event, Message):
            return None
        if prepared is not None and prepared.broken:
            await self._note_fault(event, context)
            return None
        # What somebody allowed elsewhere a moment ago holds for this message, too.
        is_known = prepared is None or not await self.overlay.has_changed(context)
        look = prepared if is_known else self._look(event)
        verdicts = [*(look.verdicts if look else ()), *await self._conduct(event, context)]
        settled = [await self._settled(verdict, event, context) for verdict in verdicts]
        found = [verdict for verdict in settled if verdict is not None]
        return await self._follow(event, found, context) if found else None

    async def _conduct(self, event: Message, context: Context) -> Sequence[Verdict]:
        """The verdicts on how the member writes, which their last messages are needed for."""
        rules = [] if context.rehearsal else list(self._applying(event))
        found = await watch(event, [rule for _, rule in rules], lambda text: self._find(text) or (), context)
        return [judge(rule, hits) for number, rule in rules if (hits := self._concerning(number, rule, found, event))]

    def _concerning(self, number: int, rule: ModerationRule, found: Conduct, event: Message) -> list[Hit]:
        return [
            *found.excesses.get(rule.name, ()),
            *(self._of_rule(number, found.pieces, event) if rule.pieces else ()),
        ]

    def _find(self, text: str) -> Sequence[Hit] | None:
        """What the lists say about a text; None when that cannot be told."""
        try:
            return self.overlay.over(self.filter()).hits(text)
        except Exception as error:  # noqa: BLE001 - whatever breaks in the filter, people go on being answered
            log.error("could not look at a message: %s", type(error).__name__)
            return None

    def _verdicts(self, event: Message, hits: Sequence[Hit]) -> Iterator[Verdict]:
        for number, rule in self._applying(event):
            if mine := self._of_rule(number, hits, event) or self._scored(rule, event.text):
                yield judge(rule, mine)

    def _scored(self, rule: ModerationRule, text: str) -> list[Hit]:
        """What a message sounds like, where a rule asks for it and found no word."""
        return scored(rule.score, rule.categories, text, self.score) if rule.score and self.score else []

    def _of_rule(self, number: int, hits: Sequence[Hit], event: Message) -> list[Hit]:
        group = self.services.directory.group(event.conversation)
        day = event.received_at.astimezone(self.services.calendar.timezone).date()
        return self.lists.of_rule(number, hits, group.name if group else "", day)

    def _applying(self, event: Message) -> Iterator[tuple[int, ModerationRule]]:
        """The rules that hold for a message, with their numbers."""
        group = self.services.directory.group(event.conversation)
        member = self.services.directory.member(event.conversation.door, event.member)
        for number, rule in enumerate(self.lists.rules):
            if self._applies(rule, group, member, event.received_at):
                yield number, rule

    def _applies(self, rule: ModerationRule, group: Group | None, member: Member, now: datetime) -> bool:
        if rule.groups and (group is None or group.name not in rule.groups):
            return False
        if (STAFF in rule.exempt and member.is_staff) or member.roles & set(rule.exempt):
            return False
        return rule.hours is None or rule.hours.covers(now, self.services.calendar)

    async def _note_fault(self, event: Message, context: Context) -> None:
        context.trace.add(self.name, note="内容检查出错，放行")
        if not context.rehearsal:
            await records.note_fault(event, context)

    async def _settled(self, verdict: Verdict, event: Message, context: Context) -> Verdict | None:
        """The verdict as records know better: what staff judged is judged, and who goes on has more to expect."""
        if await cases.was_wrong(_subject(event, verdict, context), verdict.rule.name, context):
            context.trace.add(self.name, verdict.rule.name, note="同事判过误判，放行")
            return None
        context.trace.add(self.name, verdict.rule.name, note=_told(verdict))
        if context.rehearsal or not verdict.counts:
            return verdict
        return await self._climbed(verdict, context)

    async def _climbed(self, verdict: Verdict, context: Context) -> Verdict:
        """The verdict with what follows from the highest rung that the member has reached."""
        reached = None
        for rung in sorted(verdict.rule.ladder, key=lambda one: one.after):
            if await records.violations(verdict.rule, rung.within, context) + 1 >= rung.after:
                reached = rung
        if reached is None:
            return verdict
        context.trace.add(self.name, verdict.rule.name, note=f"满 {reached.after} 次：{_listed(reached.do)}")
        return verdict.with_acts(reached.do)

    async def _follow(self, event: Message, found: Sequence[Verdict], context: Context) -> Outcome:
        """Write it down, tell people, and answer the member."""
        is_quiet = await _is_quiet(context)
        said = () if is_quiet else await self._said(found, context)
        is_reminded = bool(said)
        ends = not is_quiet and any(verdict.effects & ENDING for verdict in found)
        signals: list[Emit] = []
        for verdict in () if context.rehearsal else found:
            number = await records.note(verdict, event, context)
            signals += await self._call(event, verdict, number, context)
            # Nobody loses anything without a word.
            acts = () if is_quiet else verdict.acts
            imposed = await self.sanctions.impose(acts, number, verdict.label, context)
            await records.note_done(number, _listed((*_done(verdict, is_reminded, ends), *imposed.acts)), context)
            said = _with(said, imposed.told)
        first = max(found, key=lambda verdict: list(Judgement).index(verdict.judgement))
        reason = "；".join(f"{verdict.rule.name}：{_told(verdict)}" for verdict in found)
        if not ends:
            return replace(silent(*said, *signals, reason=reason, rule=first.rule.name), more=True)
        outcome = answered if any(isinstance(action, Reply) for action in said) else silent
        return outcome(*said, *signals, reason=reason, rule=first.rule.name)

    async def _said(self, found: Sequence[Verdict], context: Context) -> Sequence[Action]:
        """The reminder, once: where the message was said, or to the member alone."""
        for effect in (Effect.REMIND, Effect.REMIND_PRIVATELY):
            for verdict in found:
                if effect not in verdict.effects:
                    continue
                if not context.rehearsal and not await records.may_remind(verdict.rule, context):
                    return ()
                return self._reminder(verdict.rule, effect, context)
        return ()

    def _reminder(self, rule: ModerationRule, effect: Effect, context: Context) -> Sequence[Action]:
        words = fill(context.chance.choice(rule.remind), values(context, self.services.calendar.timezone))
        if effect is Effect.REMIND or context.conversation.place == "direct":
            return [Reply(content=Text(body=words))]
        if not self.private:
            return []
        to = Conversation(self.private, "direct", context.member.id)
        where = f"「{context.group.name}」" if context.group else "群"
        text = Text(body=f"您刚才在{where}里说的话：\n{words}")
        return [Notify(to=to, member=context.member.id, content=text, expires_at=context.now + REMINDER_LIFE)]

    async def _call(self, event: Message, verdict: Verdict, number: int, context: Context) -> Sequence[Emit]:
        """What tells the conversation of the cases of a find, where people are to look."""
        is_called = bool(verdict.effects & CALLING)
        if not is_called and not await self._is_sampled(verdict.rule, context):
            return []
        owner = self._owner(context) if Effect.ASK_OWNER in verdict.effects else ""
        return [Emit(event=_signal(event, verdict, number, owner, context))]

    async def _is_sampled(self, rule: ModerationRule, context: Context) -> bool:
        """Whether people are shown one more find of a rule that only records today."""
        if rule.acts or not rule.sample:
            return False
        local = context.now.astimezone(self.services.calendar.timezone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return await cases.opened_since(midnight, rule.name, context) < rule.sample

    def _owner(self, context: Context) -> str:
        """Who looks after the group, or the first administrator where nobody is named; "" where there is no group."""
        if context.group is None:
            return ""
        admins = self.services.directory.with_role(ADMIN)
        return self.owners.get(context.group.name, "") or (admins[0].id if admins else "")


def _signal(event: Message, verdict: Verdict, number: int, owner: str, context: Context) -> Signal:
    """What the conversation of the cases has to know of a find."""
    spans = [(hit.start, hit.end) for hit in verdict.hits if hit.end <= records.LONGEST]
    if is_about_conduct(verdict.hits):
        spans = []
    data = {
        "find": str(number),
        "rule": verdict.rule.name,
        "category": verdict.label,
        "text": _subject(event, verdict, context),
        "spans": cases.spans_as_text(spans),
        "whom": "\n".join(verdict.whom or (() if owner else (ADMIN,))),
        "owner": owner,
        "group": context.group.name if context.group else "",
    }
    return Signal(
        id=f"{event.id}:moderation:{number}", conversation=cases.WHERE, member=event.member, at=event.at,
        received_at=context.now, name=FOUND, data=data,
    )  # fmt: skip


def _subject(event: Message, verdict: Verdict, context: Context) -> str:
    """What people look at: the words, or how somebody writes, which is one thing however many messages it takes."""
    if not is_about_conduct(verdict.hits):
        return event.text[: records.LONGEST]
    where = f"「{context.group.name}」" if context.group else "一对一"
    return f"{context.member.name or context.member.id} 在{where}{'、'.join(hit.entry.word for hit in verdict.hits)}"


async def _is_quiet(context: Context) -> bool:
    """Whether the bot has nothing to say to the member now: a person serves them, or it is halted."""
    ticket = await tickets.of_thread(context)
    return (ticket is not None and (ticket.native or ticket.is_served)) or bool(await silences(context))


def _told(verdict: Verdict) -> str:
    """What was found, for traces and lists."""
    hit = verdict.hits[0]
    more = f" 等 {len(verdict.hits)} 处" if len(verdict.hits) > 1 else ""
    return f"{verdict.label}“{hit.entry.word}”{more}，{_listed(verdict.acts) or '只记录'}"


def _with(said: Sequence[Action], cost: str) -> Sequence[Action]:
    """What a member is told, and what it costs them; that alone where nothing else is said."""
    if not cost:
        return said
    last = said[-1] if said else None
    if isinstance(last, (Reply, Notify)) and isinstance(last.content, Text):
        return [
            *said[:-1],
            replace(last, content=replace(last.content, body=f"{last.content.body}\n{cost}", fixed=False)),
        ]
    return [*said, Reply(content=Text(body=f"这样的话不合适，{cost}误会了请发「转人工」。", fixed=False))]


def _done(verdict: Verdict, is_reminded: bool, ends: bool) -> Iterator[Effect]:
    """What of a verdict really happens, beside what it costs the member; staff see what they are told."""
    happens = {Effect.ALERT: False, Effect.REMIND: is_reminded, Effect.REMIND_PRIVATELY: is_reminded}
    happens |= {Effect.REFUSE: ends, **dict.fromkeys(SANCTIONS, False)}
    return (act.effect for act in verdict.acts if happens.get(act.effect, True))


def _listed(acts: Iterable[object]) -> str:
    return "、".join(map(str, acts))
