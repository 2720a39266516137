"""The desk: how a conversation goes to a person and comes back. Who may do it is decided elsewhere."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.types.actions import Action, Reply, Text
from bot.types.context import Context
from bot.types.declarations import Settings
from bot.types.events import Conversation
from bot.types.outcome import Outcome, answered, escalated, silent
from bot.types.ports import Member, Services
from handlers.desk import tickets, words
from handlers.desk.dispatch import Done, Errand, Say
from handlers.desk.happenings import Called, Happened, Took, Wrote
from handlers.desk.history import recent
from handlers.desk.office import Office
from handlers.desk.phrases import Last, Phrases
from handlers.desk.settings import DESK, ESCALATION, Writing, handovers_of, team_of
from handlers.desk.suggestion import Suggestion
from handlers.desk.ticket import Ticket
from handlers.dialogue import close_dialogues
from handlers.duty.roster import Duty
from handlers.screen import SCREENING, Screen, screen_of
from nlp.normalise import bare
from nlp.sounds import Sounds

log = logging.getLogger(__name__)

# Where each message of the customer has few answers the name comes with the first words.
CALM = "平常"
INTRODUCED_LATER = frozenset({"aibot", "kf"})


@dataclass(frozen=True, slots=True)
class Desk(Office):
    """Tickets of all teams at one `app` door."""

    phrases: Phrases
    endings: frozenset[str]
    screen: Screen
    writing: Writing

    @classmethod
    def of(cls, settings: Settings, services: Services) -> "Desk":
        """The desk that the settings describe."""
        escalation = settings[ESCALATION]
        sounds = services.shelf.get("keyword.sounds", Sounds.load)
        return cls(
            services=services, duty=Duty.of(settings, services), settings=escalation, team=team_of(settings),
            suggestion=services.shelf.get("desk.suggestion", Suggestion), handovers=handovers_of(settings),
            phrases=services.shelf.get("desk.phrases", Last).of(escalation.phrases, escalation.unless, sounds),
            endings=frozenset(map(bare, escalation.endings)), screen=screen_of(settings[SCREENING], services.shelf),
            writing=settings[DESK],
        )  # fmt: skip

    def unspeakable(self, text: str) -> str:
        """The word for which a text may not go to a customer; empty when it may, or when that cannot be told now.

        What cannot be told is told when the text is committed, where it waits.
        """
        try:
            return self.screen(text) or ""
        except Exception as error:  # noqa: BLE001 - a fault of screening must not cost staff their words
            log.error("could not screen what staff wrote: %s", type(error).__name__)
            return ""

    # Who may do what

    def missing(self, context: Context) -> str:
        """Why nobody can be called from here, in words for the customer; empty when somebody can."""
        if context.group is not None and not context.group.has("escalation"):
            return words.NOT_IN_GROUP
        if self.handover_at(context.conversation) != "relay":
            return ""
        staff = self.duty.staff(self.team) if self.team and self.services.desk else ()
        return "" if any(one.id != context.member.id for one in staff) else words.NOBODY_HERE

    def can_relay(self, ticket: Ticket) -> bool:
        """Whether somebody could serve a ticket at this desk."""
        return bool(self.services.desk and self.staff_for(ticket))

    def is_here(self, conversation: Conversation) -> bool:
        """Whether it is a chat at the desk's door."""
        return conversation.door == self.services.desk and conversation.place == "direct"

    def may_work(self, conversation: Conversation, member: Member) -> bool:
        """Whether somebody works for any team, at the desk's door."""
        return self.is_here(conversation) and bool(self.duty.teams_of(member))

    # Calling a person

    async def open(
        self, said: str, context: Context, known: Sequence[str] = (), *,
        reason: str, team: str = "", skill: str = "", level: int = 0,
    ) -> Outcome:  # fmt: skip
        """Call a person for the event's thread.

        `said` is what the customer called with, `known` what staff should know of it. What an open form has collected
        goes with it. `reason` (Chinese, short) tells staff why; without a `team` it is the one that takes over. Where
        somebody is called already that is said; who was served not long ago gets the same ticket again.
        """
        if why := self.missing(context):
            return answered(_say(why), reason="没有可转的人工客服")
        before = await tickets.lately(context)
        known = [*known, *await close_dialogues(context)]
        if before is not None:
            await self._note(before, said, known, context)
            return await self._again(before, Called(level, reason), team, skill, context)
        past = await recent(context)
        name = team or (self.team.name if self.team else words.PEOPLE)
        ticket = await tickets.open_ticket(
            context, name, reason=reason, skill=skill, level=level, mood=_mood(context),
            native=self.handover_at(context.conversation) != "relay", last_owner=await tickets.had_before(context),
            attempts="；".join(f"{one.text} → {one.tried}" for one in past if one.tried),
            suggestion=self.suggestion.find(past[-1].text if past else said),
        )  # fmt: skip
        for earlier in past:
            await tickets.note(context, ticket, "customer", earlier.text)
        await self._note(ticket, said, known, context)
        if count := await tickets.gather_files(context, ticket):
            await tickets.note(context, ticket, "customer", words.sent_before(count))
        ticket = replace(ticket, level=min(level, self.policy(ticket).top))
        done = await Errand(self, context, ticket, answering(ticket)).begin()
        return escalated(*done.actions, reason=f"转人工 #{ticket.id}{_where(ticket)}", rule="转人工")

    async def _again(self, ticket: Ticket, called: Called, team: str, skill: str, context: Context) -> Outcome:
        """Somebody is called for who has been called for already, or was served until now."""
        if ticket.native and ticket.is_under_way:
            return silent(reason="已经转过，在微信客服里接待", rule="转人工")
        if not ticket.is_under_way:
            native = self.handover_at(context.conversation) != "relay"
            ticket = replace(ticket, team=team or ticket.team, skill=skill or ticket.skill, native=native)
        reopens = not ticket.is_under_way
        done = await Errand(self, context, ticket, answering(ticket)).happen(called)
        reason = f"转人工 #{ticket.id}{_where(ticket)}，又来了" if reopens else "已经转过"
        return escalated(*done.actions, reason=reason, rule="转人工")

    async def _note(self, ticket: Ticket, said: str, known: Sequence[str], context: Context) -> None:
        """Write down what was said, then what is known."""
        await tickets.note(context, ticket, "customer", said)
        for one in known:
            await tickets.note(context, ticket, "known", one)

    # What happens to tickets

    async def happen(
        self, ticket: Ticket, happened: Happened, context: Context, say: Say | None = None, pressed: int = 0
    ) -> Done:
        """Something happens to a ticket; what everybody is told because of it.

        `say`: how the customer is told, where that is not apart from any answer; `pressed`: the number of the card
        that was pressed.
        """
        return await Errand(self, context, ticket, say, pressed).happen(happened)

    async def take(
        self, ticket: Ticket, context: Context, over: bool, pressed: int = 0
    ) -> tuple[Ticket, Sequence[Action], str]:
        """Give a ticket to the event's member: the ticket, what everybody sees, and why not where that cannot be.

        `over`: they may take what others have.
        """
        member = context.member.id
        introduced = ticket.introduced or ticket.conversation.channel not in INTRODUCED_LATER
        asked = replace(ticket, introduced=introduced and not ticket.native)
        done = await self.happen(asked, Took(member, over), context, pressed=pressed)
        if done.ignored:
            return ticket, (), done.ignored
        taken = await tickets.change(context, done.ticket, current_at=context.now)
        sent = [self.to_staff(member, content) for content in await tickets.files_of(context, taken)]
        return taken, (*done.actions, *sent), ""

    # Words both ways

    async def relay_to_owner(self, ticket: Ticket, body: str, context: Context) -> Sequence[Action]:
        """A customer's words, on their way to the owner."""
        await tickets.note(context, ticket, "customer", body)
        done = await self.happen(ticket, Wrote(), context, answering(ticket))
        return [self.to_staff(ticket.owner, Text(body=f"{ticket.label}：{body}", fixed=False)), *done.actions]

    async def answer(self, ticket: Ticket, context: Context) -> Done:
        """What the owner wrote goes to the customer, as far as it can be taken back no longer."""
        return await Errand(self, context, ticket).answer()

    async def left(self, ticket: Ticket, context: Context) -> int | None:
        """How many more messages the customer can get before they speak again; None: any number."""
        budgets = self.services.budgets
        return await budgets.left(context.transaction, ticket.conversation, context.now) if budgets else None


def answering(ticket: Ticket) -> Say | None:
    """How the customer who has just spoken is told something: as the answer; None in WeCom's own client."""
    return None if ticket.native else _reply


def _reply(body: str) -> Sequence[Action]:
    return [_say(body)]


def _say(body: str) -> Reply:
    return Reply(content=Text(body=body))


def _where(ticket: Ticket) -> str:
    return "，在微信客服里接待" if ticket.native else ""


def _mood(context: Context) -> str:
    """How the customer seems to feel, as whoever judges that noted it in the event's trace."""
    noted = next((tried.note for tried in reversed(context.trace.tried) if tried.handler == "mood"), "")
    return "" if noted.startswith(CALM) else noted
