"""People are asked about rewards that wait; what they press is the ruling, and time is when they do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import regex

from bot.types.actions import Action, Content, Notify, Text, Update
from bot.types.context import Context
from bot.types.events import Clicked, Conversation, Event, Tick
from bot.types.outcome import Outcome, silent
from handlers.fairplay import holds, words
from handlers.fairplay.holds import Hold, Review
from handlers.fairplay.ruling import CONFIRMED, DENIED, Ruling
from handlers.fairplay.settings import FairPlay
from handlers.fairplay.tables import GRANTED

# A bad day must not bury managers in cards: so many an hour, the rest stands in the list.
MOST_AN_HOUR = 20
HOUR = timedelta(hours=1)

_TASK = regex.compile(r"fairplay-(\d{1,18})-\d{1,9}")


@dataclass(frozen=True, slots=True)
class FairReview:
    """Sends cards for reviews and does what is pressed on them."""

    limits: FairPlay
    ruling: Ruling
    name: str = "fair play reviews"
    hears: tuple[str, ...] = ("tick:fairplay", "clicked:fairplay")

    async def prepare(self, event: Event) -> int | None:
        """The number of the review that the event is about."""
        match event:
            case Tick():
                return int(event.data["review"])
            case Clicked():
                found = _TASK.fullmatch(event.task)
                return int(found[1]) if found else None
        return None

    async def decide(self, event: Event, prepared: int | None, context: Context) -> Outcome | None:
        """Silent to the one who earned it, but for the ruling."""
        review = await holds.lock(context, prepared) if prepared else None
        if review is None:
            return silent(reason="没有这次核对", rule="拒绝")
        if isinstance(event, Clicked):
            return await self._press(event, review, context)
        if not isinstance(event, Tick):
            return None
        if not review.is_open:
            return silent(reason=f"{review.label} 已经定了")
        return await (self._end(review, context) if event.name == holds.DUE else self._ask(review, context))

    async def _end(self, review: Review, context: Context) -> Outcome:
        settled = await self.ruling.settle(review, self.limits.then, "", "", context)
        return silent(*settled.told, reason=f"{review.label} 没人定，自动{self.limits.then}", rule=self.limits.then)

    # Asking

    async def _ask(self, review: Review, context: Context) -> Outcome:
        """A card for each who may rule and has none; a word to those who have it."""
        waiting = await holds.of(context.transaction, review)
        if review.told and len(waiting) <= review.told_of:
            # What came while a timer was on its way set it again; who was asked has seen it already.
            return silent(reason=f"{review.label} 没有更多")
        found = await self.ruling.people_of(waiting, context)
        names = {key: person.name for key, person in found.items()}
        if review.told:
            said = Text(body=words.more(review, waiting, names), fixed=False)
            told = [self._to(member, said) for member in review.told]
            await self._note(review, waiting, review.told, context)
            return silent(*told, reason=f"{review.label} 多了，告诉了 {len(told)} 人", rule="又有")
        if (many := await holds.told_since(context.transaction, context.now - HOUR)) >= MOST_AN_HOUR:
            return await self._hold_back(review, waiting, many == MOST_AN_HOUR, context)
        members = self._askable({person.id for person in found.values()})
        review = await self._note(review, waiting, members, context)
        ending = self._ending(review, context)
        cards: list[Action] = [
            self._to(member, words.card(review, waiting, names, member, ending)) for member in members
        ]
        groups = self._to_groups(words.told_group(review, waiting, names, self._unit), context)
        return silent(*cards, *groups, reason=f"{review.label}，问了 {len(members)} 人", rule="新的")

    async def _hold_back(self, review: Review, waiting: Sequence[Hold], is_first: bool, context: Context) -> Outcome:
        await self._note(review, waiting, (), context)
        said = Text(body=words.MANY.format(unit=self._unit))
        told = [self._to(member, said) for member in self._askable(set())] if is_first else []
        return silent(*told, reason=f"{review.label} 只列着：这一小时太多了", rule="攒着")

    async def _note(self, review: Review, waiting: Sequence[Hold], members: Sequence[str], context: Context) -> Review:
        return await holds.change(
            context.transaction, review, told=tuple(members), told_at=context.now, told_of=len(waiting)
        )

    def _askable(self, concerned: set[str]) -> tuple[str, ...]:
        """Who may rule and has a chat with the desk; nobody rules on what is theirs."""
        if not self.ruling.services.desk:
            return ()
        people = [
            person.id
            for role in self.ruling.ledger.rules.managers
            for person in self.ruling.services.directory.with_role(role)
        ]
        return tuple(member for member in dict.fromkeys(people) if member not in concerned)

    def _to(self, member: str, content: Content) -> Notify:
        to = Conversation(self.ruling.services.desk, "direct", member)
        return Notify(to=to, member=member, content=content, priority=1)

    def _to_groups(self, said: str, context: Context) -> Sequence[Notify]:
        roles = self.ruling.ledger.rules.managers
        groups = dict.fromkeys(group for role in roles for group in self.ruling.services.directory.alerted(role))
        content = Text(body=said, fixed=False)
        return [Notify(to=group, content=content, expires_at=context.now + HOUR) for group in groups]

    # The ruling

    async def _press(self, event: Clicked, review: Review, context: Context) -> Outcome:
        member = context.member.id
        if member not in review.told:
            return silent(reason=f"{member} 没有收到过 {review.label}，不能定", rule="拒绝")
        verdict = {words.CONFIRM: CONFIRMED, words.REFUSE: DENIED}.get(event.key)
        if verdict is None:
            return silent(reason=f"没有“{event.key}”这个按钮", rule="拒绝")
        if not review.is_open:
            over = words.done_card(review, (), {}, member, self._over(review), self._unit)
            return silent(Update(card=over), reason="已经定了")
        waiting = await holds.of(context.transaction, review)
        found = await self.ruling.people_of(waiting, context)
        if member in {person.id for person in found.values()}:
            # Somebody's own may have come in after they got the card.
            managers = "、".join(self.ruling.ledger.rules.managers)
            said = words.not_ones_own(review, managers, self._ending(review, context))
            told = self._to(member, Text(body=said, fixed=False))
            return silent(told, reason=f"{review.label} 里有 {member} 自己的，不能定", rule="拒绝")
        settled = await self.ruling.settle(review, verdict, member, "", context)
        names = {key: person.name for key, person in found.items()}
        card = words.done_card(review, settled.settled, names, member, f"已{verdict}", self._unit)
        return silent(Update(card=card), *settled.told, reason=f"{member} {verdict} {review.label}", rule=verdict)

    def _over(self, review: Review) -> str:
        by = self.ruling.services.directory.member(self.ruling.services.desk, review.ruled_by).name or review.ruled_by
        verdict = CONFIRMED if review.state == GRANTED else DENIED
        return f"{by}：已{verdict}" if by else f"到期自动{verdict}"

    def _ending(self, review: Review, context: Context) -> str:
        return words.ending(review, self.limits.then, context.now, self.ruling.ledger.days.timezone)

    @property
    def _unit(self) -> str:
        return self.ruling.ledger.rules.name
