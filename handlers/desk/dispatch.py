"""Carries out what a ticket's life demands: whoever is to hear of it hears of it, in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.types.actions import Action, Button, Card, Handover, Notify, Text
from bot.types.context import Context
from bot.types.ports import Sends
from handlers.desk import cards, choosing, holders, tickets, unmanned, unsent, words
from handlers.desk.effects import (
    AskScore,
    Call,
    Choose,
    Effect,
    Relay,
    Seat,
    Show,
    ToCustomer,
    ToStaff,
    Warn,
    Withdraw,
    Word,
)
from handlers.desk.happenings import Answered, Happened, Offered, Rang
from handlers.desk.lifecycle import begin, due, transition
from handlers.desk.move import Move
from handlers.desk.office import Office
from handlers.desk.passing import Passing
from handlers.desk.policy import ALL
from handlers.desk.ticket import Alarm, Ticket
from handlers.desk.unsent import Unsent

Say = Callable[[str], Sequence[Action]]
# More alarms than this do not ring at once; what is left rings a moment later.
MOST_AT_ONCE = 20
# Less than this is no reason to name another moment.
SLACK = timedelta(seconds=5)
# The words with which people go and the bot comes back.
FAREWELLS = frozenset({Word.ENDED, Word.LEFT, Word.IDLE, Word.EXPIRED, Word.UNANSWERED, Word.DISMISSED})
SCORES: Mapping[int, str] = {5: "5 很满意", 4: "4 满意", 3: "3 一般", 2: "2 不满意", 1: "1 很不满意"}
# Doors where a score can be pressed at any time; elsewhere it is typed.
SCORED_BY_CARD = frozenset({"app", "kf"})


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a ticket, and the actions; `ignored` says (Chinese) why nothing happened."""

    ticket: Ticket
    actions: tuple[Action, ...] = ()
    ignored: str = ""


@dataclass(slots=True)
class Errand:
    """One happening on its way through the office.

    `first`: what the owner still says. `say` tells the customer something; without it that is told apart from any
    answer. `pressed`: the number of the card that was pressed, which the answer to the click brings up to date.
    """

    office: Office
    context: Context
    ticket: Ticket
    say: Say | None = None
    pressed: int = 0
    told: list[Word] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    asks_score: bool = False
    first: list[Action] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)

    async def begin(self) -> Done:
        """A new ticket takes its place in the queue."""
        return await self._settle(begin(self.ticket, self.office.policy(self.ticket), self.context.now))

    async def happen(self, happened: Happened) -> Done:
        """Something happens to the ticket."""
        team = getattr(happened, "team", "")
        policy = self.office.policy(replace(self.ticket, team=team) if team else self.ticket)
        move = transition(self.ticket, happened, policy, self.context.now)
        if move.ignored:
            return Done(move.ticket, (), move.ignored)
        if self._leaves(move) and await self._say_last():
            move = transition(self.ticket, happened, policy, self.context.now)
        return await self._settle(move)

    async def answer(self) -> Done:
        """What the owner wrote goes to the customer, as far as it can be taken back no longer."""
        waiting = await unsent.of_ticket(self.context, self.ticket.id)
        await self._say_for_owner(unsent.ready(waiting, self.context.now))
        await unsent.wind(self.context, self.ticket, self.ticket.owner, self.office.services.desk)
        return await self._finish()

    async def ring(self) -> Done:
        """Everything that is due rings."""
        for _ in range(MOST_AT_ONCE):
            if due(self.ticket, self.context.now) is None:
                break
            policy = self.office.policy(self.ticket)
            move = transition(self.ticket, Rang(), policy, self.context.now)
            if not (self._leaves(move) and await self._say_last()):
                await self._follow(move)
        return await self._finish()

    async def carry_out(self, move: Move) -> Done:
        """What follows from a move that was made elsewhere."""
        return await self._settle(move)

    async def _settle(self, move: Move) -> Done:
        await self._follow(move)
        return await self._finish()

    async def _finish(self) -> Done:
        await tickets.save(self.context, self.ticket)
        return Done(self.ticket, (*self.first, *self._to_customer(), *self.actions))

    async def _follow(self, move: Move) -> None:
        before, self.ticket = self.ticket, move.ticket
        for effect in move.effects:
            await self._do(effect, before)

    async def _do(self, effect: Effect, before: Ticket) -> None:
        match effect:
            case ToCustomer():
                self.told.append(effect.word)
                self.bodies += [body] if (body := self._spoken(effect.word)) else []
            case AskScore():
                self.asks_score = True
            case ToStaff():
                self.actions += await self._to_staff(effect, before)
            case Choose():
                who = await choosing.chosen(self.office, self.ticket, effect.but, self.context)
                policy = self.office.policy(self.ticket)
                await self._follow(transition(self.ticket, Offered(who), policy, self.context.now))
            case Call():
                await self._call(effect.above)
            case Show():
                await self._show([effect.who])
            case Withdraw():
                await self._withdraw(effect.but)
            case Seat():
                self.actions += await choosing.freed(self.office, self.ticket, effect.who, self.context)
            case Warn():
                self.actions += await unmanned.warnings(self.office, self.ticket, self.context)
            case Relay():
                # Whoever brings the words passes them on.
                pass

    # What the owner wrote and may still take back

    def _leaves(self, move: Move) -> bool:
        """Whether the ticket goes out of its owner's hands."""
        return self.ticket.is_served and move.ticket.owner != self.ticket.owner

    async def _say_last(self) -> bool:
        """All that the owner wrote while it was theirs is said before it goes; whether there was anything."""
        waiting = await unsent.of_ticket(self.context, self.ticket.id)
        said = [one for one in waiting if one.content is not None]
        await self._say_for_owner(said)
        await unsent.drop(self.context, waiting)
        return bool(said)

    async def _say_for_owner(self, said: Sequence[Unsent]) -> None:
        for one in said:
            self.first += await Passing(self.office, self.context).pass_on(self.ticket, one)
            self.ticket = replace(self.ticket, introduced=True)
        await unsent.drop(self.context, said)
        if said:
            policy = self.office.policy(self.ticket)
            await self._follow(transition(self.ticket, Answered(self.ticket.owner), policy, self.context.now))

    # Staff

    async def _call(self, above: bool) -> None:
        if self.ticket.native:
            return
        holding = await holders.who_holds(self.context, self.ticket)
        people = await self.office.called(self.ticket, self.context, above)
        await self._show([one.id for one in people if not (above and one.id in holding)])
        self.actions += self.office.to_groups(self.ticket, words.called(self.ticket))

    async def _show(self, members: Sequence[str]) -> None:
        """A card of their own for each of them."""
        if not self.office.services.desk or self.ticket.native:
            return
        self.ticket, tasks = await holders.hand_out(self.context, self.ticket, members)
        said = await tickets.lines(self.context, self.ticket, cards.MOST_LINES)
        accept = self.office.policy(self.ticket).accept
        owner = self.office.name_of(self.ticket.owner) if self.ticket.owner else ""
        for member, task in zip(members, tasks, strict=True):
            card = cards.calling_card(self.ticket, task, said, accept, owner)
            self.actions.append(self.office.to_staff(member, card))

    async def _withdraw(self, but: str) -> None:
        """Cards that are no longer good say so, without a sound."""
        taken = await holders.withdraw(self.context, self.ticket, but, self.pressed)
        done = words.over(self.ticket, self.office.name_of(self.ticket.owner) if self.ticket.owner else "")
        for member, task in taken:
            self.actions.append(self.office.to_staff(member, cards.done_card(self.ticket, task, done)))

    async def _to_staff(self, effect: ToStaff, before: Ticket) -> Sequence[Action]:
        office = self.office
        said = words.noted(effect, self.ticket, before, self.context.now, office.policy(self.ticket))
        text = Text(body=said, fixed=False)
        if not effect.who:
            # Who is only called now hears of it by their card.
            people = await office.called(before, self.context) if office.services.desk else ()
            told = [office.to_staff(member.id, text) for member in people]
            # A group hears when the time is over, not how it runs out.
            return [*told, *(office.to_groups(self.ticket, said) if effect.share in (0, ALL) else ())]
        is_news = office.services.desk and effect.who != self.context.member.id
        return [office.to_staff(effect.who, text)] if is_news else []

    # The customer

    def _to_customer(self) -> Sequence[Action]:
        """All that the customer is told, as one message; many doors have no second one."""
        bodies = self.bodies
        card: Sequence[Action] = ()
        if self.asks_score and bodies:
            by_card = self.ticket.conversation.channel in SCORED_BY_CARD and not self.ticket.native
            card = [self._score_card()] if by_card and self._sends("buttons") == "now" else []
            bodies += [] if card else [words.ASK_SCORE]
        if not bodies:
            return self._handed_over()
        return [*self._say("\n".join(bodies)), *card]

    def _say(self, body: str) -> Sequence[Action]:
        if self.say is not None:
            return self.say(body)
        if self.ticket.native:
            is_end = any(word in FAREWELLS for word in self.told)
            return [farewell(self.ticket, body)] if is_end else []
        return [self.office.to_customer(self.ticket, body, notice=self.context.now)]

    def _handed_over(self) -> Sequence[Action]:
        """A customer who is called for in WeCom's own client is handed over there; the words go with it."""
        if not (self.ticket.native and Word.PROMISED in self.told):
            return []
        is_pool = self.office.handover_at(self.ticket.conversation) == "pool"
        can_relay = bool(self.office.services.desk and self.office.staff_for(self.ticket))
        handover = Handover(
            to="pool" if is_pool else "staff",
            staff=tuple(member.id for member in self.office.staff_for(self.ticket)),
            words=words.pooled(self.ticket) if is_pool else words.handed_over(self.ticket),
            otherwise=words.nobody_receives(self.ticket) if can_relay else words.NOBODY_RECEIVES,
        )
        return [Notify(to=self.ticket.conversation, member=self.ticket.member, content=handover)]

    def _spoken(self, word: Word) -> str:
        """The words for a word; "" where nothing is to be said."""
        ticket, shown = self.ticket, self._sends("image")
        owner = self.office.name_of(ticket.owner) if ticket.owner else ""
        match word:
            case Word.PROMISED:
                return "" if ticket.native else self._promise()
            case Word.ALREADY:
                return words.already_owned(owner) if ticket.is_served else words.already_queued(ticket)
            case Word.LATE:
                return words.slow_owner(ticket, owner, shown) if ticket.is_served else words.slow(ticket, shown)
            case Word.SERVED:
                return words.introduced(owner) if ticket.introduced else ""
            case Word.PASSED:
                return words.passed(ticket, owner) if owner else f"{words.passed_to_team(ticket)}{self._promise()}"
            case Word.BACK:
                return words.back_in_queue(shown)
            case Word.OFF_HOURS:
                zone = self.office.services.calendar.timezone
                return words.off_hours(ticket, owner, ticket.at(Alarm.OPENING), self.context.now, zone)
            case Word.ENDED:
                return words.ended(self.office.name_of(ticket.ended_by))
            case Word.LEFT:
                return words.ended_by_customer() if ticket.taken_at else words.LEFT_QUEUE
            case Word.IDLE:
                return words.ended_idle()
            case Word.DISMISSED:
                return words.dismissed(ticket)
            case Word.EXPIRED:
                return words.EXPIRED
            case Word.UNANSWERED:
                return words.UNANSWERED
            case Word.SORRY:
                return f"{words.SORRY}{self._promise()}"
            case Word.THANKS:
                return words.THANKS

    def _promise(self) -> str:
        """Who comes, and when: by the response clock that has just been set."""
        ticket, now = self.ticket, self.context.now
        policy, zone = self.office.policy(ticket), self.office.services.calendar.timezone
        if not policy.opening.covers(now):
            return words.queued_off_hours(ticket, policy.opening.reopens(now), now, zone)
        until = ticket.at(Alarm.BREACH) or now + policy.first
        if until - now > policy.first + SLACK:
            return words.queued_until(ticket, until, now, zone)
        return words.queued(ticket, policy.first)

    def _score_card(self) -> Notify:
        buttons = tuple(Button(str(score), text, 2) for score, text in SCORES.items())
        card = Card(task=score_task(self.ticket), title=words.ASK_SCORE_TITLE, buttons=buttons)
        return Notify(
            to=self.ticket.conversation, member=self.ticket.member, content=card,
            expires_at=self.context.now + timedelta(hours=1),
        )  # fmt: skip

    def _sends(self, kind: str) -> Sends:
        return self.office.services.sends(self.ticket.conversation.door, kind)


def score_task(ticket: Ticket) -> str:
    """The task of the card that asks for a score; each end of a ticket has its own."""
    return f"score-{ticket.id}-{ticket.reopened}"


def farewell(ticket: Ticket, said: str) -> Notify:
    """Take the customer back from those who serve in WeCom's client: the next words are the bot's to answer."""
    return Notify(to=ticket.conversation, member=ticket.member, content=Handover(to="end", words=said))
