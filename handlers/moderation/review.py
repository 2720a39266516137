"""People look at what was found: cases gather it, cards tell of it, and what is pressed on them is the ruling."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import regex

from bot.types.actions import Action, Card, Content, Notify, Text, Update
from bot.types.context import Context
from bot.types.events import Clicked, Conversation, Event, Signal, Tick
from bot.types.outcome import Outcome, silent
from bot.types.ports import Services, Timer
from handlers.directory import ADMIN
from handlers.moderation import card as cards
from handlers.moderation import cases, overlay, records
from handlers.moderation.cases import WHERE, Case, Extent
from handlers.moderation.phrase import proposed
from handlers.moderation.sanctions import Sanctions
from handlers.moderation.tables import RIGHT, WRONG
from nlp.moderation.fingerprint import Fingerprint

GROWN = "moderation.grown"
# An ad in many groups comes within seconds: staff hear of its growth once it has come to rest, and not every minute.
REST = timedelta(seconds=30)
LATER = timedelta(minutes=10)
# A bad day must not bury staff in cards: so many cases an hour, the rest stands in the records.
MOST_AN_HOUR = 20
HOUR = timedelta(hours=1)

Cut = Callable[[str], Sequence[tuple[int, int]]]

_TASK = regex.compile(r"moderation-(\d{1,18})-\d{1,9}")


def whole(text: str) -> Sequence[tuple[int, int]]:
    """No words are known."""
    return ()


@dataclass(frozen=True, slots=True)
class Review:
    """Gathers what was found into cases and asks people to rule. `cut`: where the words of a text lie."""

    services: Services
    cut: Cut = whole
    sanctions: Sanctions = field(default_factory=Sanctions)
    name: str = "moderation cases"
    hears: tuple[str, ...] = ("signal:moderation", "tick:moderation", "clicked:moderation")

    async def prepare(self, event: Event) -> Case | int | None:
        """The case that a find would be, or the number of the case that the event is about."""
        match event:
            case Signal():
                return self._draft(event)
            case Tick():
                return int(event.data["case"])
            case Clicked():
                found = _TASK.fullmatch(event.task)
                return int(found[1]) if found else None
        return None

    async def decide(self, event: Event, prepared: Case | int | None, context: Context) -> Outcome | None:
        """Cards for a new case, a word about one that grew, or the ruling."""
        if isinstance(event, Signal) and isinstance(prepared, Case):
            return await self._gather(event, prepared, context)
        case = await cases.lock(prepared, context) if isinstance(prepared, int) else None
        if case is None:
            return silent(reason="没有这个案件", rule="拒绝")
        if isinstance(event, Tick):
            return await self._tell_growth(case, context)
        return await self._rule(event, case, context) if isinstance(event, Clicked) else None

    def _draft(self, event: Signal) -> Case:
        data = event.data
        text, spans = data["text"], cases.spans_of(data["spans"])
        return Case(
            id=0, rule=data["rule"], category=data["category"], fingerprint=Fingerprint.of(text), text=text,
            spans=spans, phrase=proposed(text, *spans[0], self.cut(text)) if spans else "",
            opened_at=event.received_at, last_at=event.received_at,
        )  # fmt: skip

    async def _gather(self, event: Signal, draft: Case, context: Context) -> Outcome:
        """A find goes to its case; who is to see it and has no card yet gets one."""
        case, is_new = await cases.file(draft, context)
        await cases.join(int(event.data["find"]), case, context)
        others = [member for member in self._called(event) if member not in case.told]
        if not case.told and await cases.told_since(context.now - HOUR, context) >= MOST_AN_HOUR:
            return await self._hold_back(case, others, is_new, context)
        reached = await cases.extent(case, context)
        case = await self._wait_for_growth(case, reached, context)
        told = (*case.told, *others)
        case = await cases.change(case, context, told=told, told_reach=case.told_reach or reached.reach)
        asked = await self._ask(event, case, reached, others, context)
        groups = self._to_groups(event, cards.told_group(case, reached), context) if is_new else []
        rule = "新的" if is_new else "又一次"
        return silent(*asked, *groups, reason=f"{case.label}，告诉了 {len(others)} 人", rule=rule)

    async def _ask(
        self, event: Signal, case: Case, reached: Extent, members: Sequence[str], context: Context
    ) -> Sequence[Action]:
        """A card for each of them; the group's owner is asked to see to it."""
        before, evidence = await cases.handled_before(case, context), await records.evidence(case.id, context)
        owner, group = event.data["owner"], event.data["group"]
        made = {one: cards.asking_card(case, reached, evidence, one, before) for one in members}
        if owner in made:
            made[owner] = cards.owner_card(case, reached, evidence, owner, group)
        return [self._to_member(member, card, context) for member, card in made.items()]

    async def _hold_back(self, case: Case, others: Sequence[str], is_new: bool, context: Context) -> Outcome:
        """Too many cases within an hour: that is said once, the rest stands in the records."""
        is_first = is_new and await cases.untold_since(context.now - HOUR, context) <= 1
        text = Text(body=cards.SILENCED)
        told = [self._to_member(member, text, context) for member in others] if is_first else []
        return silent(*told, reason=f"{case.label} 只记录：这一小时太多了", rule="攒着")

    def _called(self, event: Signal) -> Sequence[str]:
        """The user ids of those who get a card: everybody with the roles, and the owner; not who is concerned.

        Administrators do where that leaves nobody.
        """
        if not self.services.desk:
            return []
        roles = event.data["whom"].split("\n") if event.data["whom"] else []
        directory = self.services.directory
        people = [person.id for role in roles for person in directory.with_role(role)]
        owner = [event.data["owner"]] if event.data["owner"] else []
        called = list(dict.fromkeys((*owner, *people)))
        if called == [event.member]:
            called = [person.id for person in directory.with_role(ADMIN)]
        return [member for member in called if member != event.member]

    def _to_groups(self, event: Signal, words: str, context: Context) -> Sequence[Action]:
        roles = event.data["whom"].split("\n") if event.data["whom"] else []
        groups = dict.fromkeys(group for role in roles for group in self.services.directory.alerted(role))
        content = Text(body=words, fixed=False)
        return [Notify(to=group, content=content, expires_at=context.now + HOUR) for group in groups]

    def _to_member(self, member: str, content: Content, context: Context) -> Notify:
        to = Conversation(self.services.desk, "direct", member)
        return Notify(to=to, member=member, content=content, priority=1)

    # Growth

    async def _wait_for_growth(self, case: Case, reached: Extent, context: Context) -> Case:
        """Tell of it in a while when a case has grown; the first time soon."""
        if case.waits or not case.told or reached.reach <= case.told_reach:
            return case
        due = context.now + (LATER if case.grew else REST)
        data = {"case": str(case.id)}
        timer = Timer(id=f"moderation:{case.id}", name=GROWN, conversation=WHERE, due=due, data=data)
        await context.transaction.set_timer(timer)
        return await cases.change(case, context, waits=True)

    async def _tell_growth(self, case: Case, context: Context) -> Outcome:
        """One line to those who have the card, when places or members were added since they heard of it last.

        The first time the card itself is brought up to date, too; WeCom lets that be done once.
        """
        reached = await cases.extent(case, context)
        case = await cases.change(case, context, waits=False)
        if not case.is_open:
            return silent(reason=f"{case.label} 已经有人处理")
        evidence = await records.evidence(case.id, context)
        fresh = [] if case.grew else [(one, cards.asking_card(case, reached, evidence, one, 0)) for one in case.told]
        case = await cases.change(case, context, told_reach=reached.reach, grew=True)
        words = Text(body=cards.grown(case, reached), fixed=False)
        told = [self._to_member(member, card, context) for member, card in fresh]
        told += [self._to_member(member, words, context) for member in case.told]
        reason = f"{case.label} 到了 {len(reached.places)} 处，告诉了 {len(case.told)} 人"
        return silent(*told, reason=reason, rule="又出现")

    # The ruling

    async def _rule(self, event: Clicked, case: Case, context: Context) -> Outcome:
        member = context.member.id
        if member not in case.told:
            return silent(reason=f"{member} 没有收到过 {case.label}，不能处理", rule="拒绝")
        if event.key == cards.ALLOW and case.state != RIGHT:
            return await self._allow(case, context)
        if not case.is_open:
            return await self._done(case, f"{self._name(case.ruled_by)}：{cards.DONE[case.state]}", context)
        if event.key == cards.MISTAKE:
            lifted = await self.sanctions.lift(case.id, context)
            case = await self._ruled(case, WRONG, context)
            return _also(await self._mistaken(case, context), lifted)
        if event.key == cards.HANDLED:
            case = await self._ruled(case, RIGHT, context)
            return await self._done(case, "已处理", context)
        return silent(reason=f"没有“{event.key}”这个按钮", rule="拒绝")

    async def _ruled(self, case: Case, state: str, context: Context) -> Case:
        """The case with its ruling; what was wrong counts against nobody any more."""
        if state == WRONG:
            await records.clear(case.id, context)
            await cases.forget(case, context)
        return await cases.change(case, context, state=state, ruled_by=context.member.id, ruled_at=context.now)

    async def _mistaken(self, case: Case, context: Context) -> Outcome:
        """The record is cleared; the phrase that would make it fine is proposed, to press or to paste."""
        reached, evidence = await cases.extent(case, context), await records.evidence(case.id, context)
        place = await records.place(case.id, context)
        words = cards.proposal(case, place)
        said = self._to_member(context.member.id, Text(body=words, fixed=False), context)
        if not case.phrase:
            shown = cards.done_card(case, reached, evidence, context.member.id, "误判，记录已清除")
        else:
            shown = cards.proposing_card(case, reached, evidence, context.member.id)
        return silent(Update(card=shown), said, reason=f"{case.label} 判为误判", rule="误判")

    async def _allow(self, case: Case, context: Context) -> Outcome:
        """The phrase is fine from now on, in every group; who did it and when is kept with it."""
        lifted = await self.sanctions.lift(case.id, context) if case.is_open else []
        if case.is_open:
            case = await self._ruled(case, WRONG, context)
        if not case.phrase:
            return _also(await self._mistaken(case, context), lifted)
        if not await overlay.is_allowed(case.id, context):
            await overlay.allow(case.phrase, case.id, context)
        return _also(await self._done(case, "已加入白名单", context, cards.allowed(case)), lifted)

    async def _done(self, case: Case, done: str, context: Context, words: str = "") -> Outcome:
        reached, evidence = await cases.extent(case, context), await records.evidence(case.id, context)
        card: Card = cards.done_card(case, reached, evidence, context.member.id, done)
        said = [self._to_member(context.member.id, Text(body=words, fixed=False), context)] if words else []
        return silent(Update(card=card), *said, reason=f"{case.label} {done}", rule=done)

    def _name(self, userid: str) -> str:
        return self.services.directory.member(self.services.desk, userid).name or userid


def _also(outcome: Outcome, told: Sequence[Notify]) -> Outcome:
    """The outcome, and what others hear because of it."""
    return replace(outcome, actions=(*outcome.actions, *told))
