"""The desk: how a conversation goes to a person of the team and comes back. Who may do it is decided elsewhere."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.types.actions import Action, Button, Card, Content, Handover, Notify, Reply, Text, Update, words_of
from bot.types.context import Context
from bot.types.declarations import Settings
from bot.types.events import Conversation
from bot.types.outcome import Outcome, answered, escalated, silent
from bot.types.ports import Member, Sends, Services
from handlers.desk import tickets, words
from handlers.desk.history import recent
from handlers.desk.phrases import Phrases
from handlers.desk.settings import ESCALATION, Escalation, handovers_of, team_of
from handlers.desk.tables import OWNED
from handlers.desk.tickets import Line, Ticket, shortened
from handlers.dialogue import close_dialogues
from handlers.directory import Team
from handlers.screen import SCREENING, Screen, screen_of
from nlp.normalise import bare
from nlp.sounds import Sounds

log = logging.getLogger(__name__)

TAKE, CLOSE = "take", "close"
SIDES: Mapping[str, str] = {"customer": "客户", "staff": "客服", "note": "", "known": "已填"}

# A notice about the service itself is of no use to somebody who comes back much later.
NOTICE_LIFE = timedelta(minutes=30)
OFF_HOURS_FALLBACK = timedelta(hours=12)
# How soon somebody is expected where no team says so.
FIRST_RESPONSE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Desk:
    """Tickets of one team at one `app` door."""

    services: Services
    team: Team | None
    settings: Escalation
    phrases: Phrases
    endings: frozenset[str]
    screen: Screen
    handovers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings, services: Services) -> "Desk":
        """The desk that the settings describe."""
        escalation = settings[ESCALATION]
        sounds = services.shelf.get("keyword.sounds", Sounds.load)
        phrases = Phrases.of(escalation.phrases, escalation.unless, sounds)
        endings = frozenset(map(bare, escalation.endings))
        screen = screen_of(settings[SCREENING], services.shelf, services.calendar.timezone)
        return cls(services, team_of(settings), escalation, phrases, endings, screen, handovers_of(settings))

    def unspeakable(self, text: str) -> str:
        """The word for which a text may not go to a customer; empty when it may, or when that cannot be told now.

        What cannot be told is told when the text is committed, where it waits.
        """
        try:
            return self.screen(text) or ""
        except Exception as error:  # noqa: BLE001 - a fault of screening must not cost staff their words
            log.error("could not screen what staff wrote: %s", type(error).__name__)
            return ""

    def missing(self, context: Context) -> str:
        """Why nobody can be called from here, in words for the customer; empty when somebody can."""
        if context.group is not None and not context.group.has("escalation"):
            return words.NOT_IN_GROUP
        if self.handover_at(context.conversation) != "relay":
            return ""
        return "" if self.team and self.services.desk and self._staff(context.member.id) else words.NOBODY_HERE

    def handover_at(self, conversation: Conversation) -> str:
        """How a customer gets to a person there: `relay`, through this desk; else `native` or `pool`."""
        account = conversation.native.partition("/")[0]
        return self.handovers.get(f"{conversation.door}|{account}", "relay")

    def can_relay(self, ticket: Ticket) -> bool:
        """Whether somebody could serve a ticket at this desk."""
        return bool(self.team and self.services.desk and self._staff(ticket.member))

    def staff_for(self, ticket: Ticket) -> Sequence[Member]:
        """Who may take a ticket."""
        return self._staff(ticket.member)

    def may_work(self, conversation: Conversation, member: Member) -> bool:
        """Whether somebody is a team member at the desk's door."""
        is_desk = conversation.door == self.services.desk and conversation.place == "direct"
        return is_desk and self.team is not None and self.team.name in member.roles

    async def open(
        self, said: str, context: Context, known: Sequence[str] = (), *,
        reason: str, team: str = "", skill: str = "", level: int = 0,
    ) -> Outcome:  # fmt: skip
        """Call a person for the event's thread.

        `said` is what the customer called with, `known` what staff should know of it. What an open form has collected
        goes with it. `reason` (Chinese, short) tells staff why; without a `team` it is the one that takes over.
        """
        if why := self.missing(context):
            return answered(_say(why), reason="没有可转的人工客服")
        waiting = await tickets.of_thread(context)
        if waiting is not None:
            await self._note(waiting, said, [*known, *await close_dialogues(context)], context)
            if waiting.native:
                return silent(reason="已经转过，在微信客服里接待", rule="转人工")
            return escalated(_say(self._already(waiting)), reason="已经转过", rule="转人工")
        known = [*known, *await close_dialogues(context)]
        past = await recent(context)
        team = team or (self.team.name if self.team else words.PEOPLE)
        ticket = await tickets.open_ticket(context, team, reason=reason, skill=skill, level=level)
        for earlier in past:
            await tickets.note(context, ticket, "customer", earlier.text)
        await self._note(ticket, said, known, context)
        if self.handover_at(context.conversation) != "relay":
            return await self._hand_over(ticket, context)
        ticket, promise = await self._start_clock(ticket, context)
        if count := await tickets.gather_files(context, ticket):
            await tickets.note(context, ticket, "customer", words.sent_before(count))
        tried = "；".join(f"{one.text} → {one.tried}" for one in past if one.tried)
        cards = await self.call_team(ticket, context, tried)
        return escalated(_say(promise), *cards, reason=f"转人工 #{ticket.id}", rule="转人工")

    async def _note(self, ticket: Ticket, said: str, known: Sequence[str], context: Context) -> None:
        """Write down what was said, then what is known."""
        await tickets.note(context, ticket, "customer", said)
        for one in known:
            await tickets.note(context, ticket, "known", one)

    async def _hand_over(self, ticket: Ticket, context: Context) -> Outcome:
        """Give the customer to those who answer in WeCom's own client; who has them then comes back as an event."""
        is_pool = self.handover_at(ticket.conversation) == "pool"
        ticket = await tickets.change(context, ticket, native=True)
        await tickets.wind(context, ticket, context.now + (self.team.first_response if self.team else FIRST_RESPONSE))
        handover = Handover(
            to="pool" if is_pool else "staff",
            staff=tuple(member.id for member in self._staff(ticket.member)),
            words=words.pooled(ticket) if is_pool else words.handed_over(ticket),
            otherwise=words.nobody_receives(ticket) if self.can_relay(ticket) else words.NOBODY_RECEIVES,
        )
        given = Notify(to=ticket.conversation, member=ticket.member, content=handover)
        return escalated(given, reason=f"转人工 #{ticket.id}，在微信客服里接待", rule="转人工")

    def _already(self, ticket: Ticket) -> str:
        owner = self.name_of(ticket.owner) if ticket.owner else ""
        return words.already_owned(owner) if owner else words.already_queued(ticket)

    async def _start_clock(self, ticket: Ticket, context: Context) -> tuple[Ticket, str]:
        """When the team must have answered, and what to tell the customer."""
        assert self.team is not None
        calendar, first = self.services.calendar, self.team.first_response
        if self.team.hours is None or self.team.hours.covers(context.now, calendar):
            return await tickets.wind(context, ticket, context.now + first), words.queued(ticket, first)
        opens = self.team.hours.next_open(context.now, calendar)
        due = (opens or context.now + OFF_HOURS_FALLBACK) + first
        said = words.queued_off_hours(ticket, opens, context.now, calendar.timezone)
        return await tickets.wind(context, ticket, due), said

    async def call_team(self, ticket: Ticket, context: Context, tried: str = "") -> Sequence[Notify]:
        """A card for every member of the team, each with a task of its own."""
        said = await tickets.lines(context, ticket, 4)
        staff = self._staff(ticket.member)
        await tickets.change(context, ticket, cards=ticket.cards + len(staff))
        cards = (self._calling_card(ticket, f"desk-{ticket.id}-{ticket.cards + n}", said, tried) for n in count(staff))
        called = [self.to_staff(member.id, card) for member, card in zip(staff, cards, strict=True)]
        return [*called, *self._to_groups(words.called(ticket))]

    async def take(self, ticket: Ticket, task: str, context: Context) -> Sequence[Action]:
        """Give a queued ticket to the event's member; what the clicker and the customer see."""
        # Where each message of the customer has few answers the name comes with the first words.
        introduced = ticket.conversation.channel not in ("aibot", "kf")
        ticket = await tickets.change(
            context, ticket, state=OWNED, owner=context.member.id, current_at=context.now, introduced=introduced
        )
        ticket = await tickets.wind(context, ticket, context.now + self.settings.idle)
        name = self.name_of(ticket.owner)
        hello = [self.to_customer(ticket, words.introduced(name), notice=context.now)] if introduced else []
        sent = [self.to_staff(ticket.owner, content) for content in await tickets.files_of(context, ticket)]
        return [Update(card=await self.owned_card(ticket, task, context)), *hello, *sent]

    async def owned_card(self, ticket: Ticket, task: str, context: Context) -> Card:
        """The card as its owner sees it."""
        said = await tickets.lines(context, ticket, 4)
        return Card(
            task=task,
            title=f"{ticket.label} · 您在服务",
            desc="直接发文字就是回复对方；发「结束」结束服务",
            quote=_quote(said),
            fields=self._fields(ticket),
            buttons=(Button(CLOSE, "结束服务", 3),),
        )

    def done_card(self, ticket: Ticket, task: str, done: str) -> Card:
        """The card when nothing is left to press; `done` says why."""
        buttons = (Button(TAKE, "接单"),)
        return Card(task=task, title=ticket.label, fields=self._fields(ticket), buttons=buttons, done=done)

    async def relay_to_owner(self, ticket: Ticket, body: str, context: Context) -> Notify:
        """A customer's words, on their way to the owner."""
        await tickets.note(context, ticket, "customer", body)
        # Who waits already goes on waiting: asking again does not give the owner more time.
        if not ticket.waiting:
            ticket = await tickets.change(context, ticket, waiting=True)
            await tickets.wind(context, ticket, context.now + self.settings.idle)
        return self.to_staff(ticket.owner, Text(body=f"{ticket.label}：{body}", fixed=False))

    async def relay_to_customer(self, ticket: Ticket, body: str, context: Context) -> Notify:
        """The owner's words, on their way to the customer."""
        await tickets.note(context, ticket, "staff", body)
        name = self.name_of(ticket.owner)
        wording = words.relayed if ticket.introduced else words.first_words
        text = wording(ticket, name, body)
        ticket = await tickets.change(context, ticket, waiting=False, introduced=True)
        await tickets.wind(context, ticket, context.now + self.settings.idle)
        return self.to_customer(ticket, text, fixed=False)

    async def pass_to_customer(
        self, ticket: Ticket, content: Content, when: Sends, context: Context
    ) -> Sequence[Notify]:
        """The owner's picture or file, on its way to the customer, with whose it is where that is not clear.

        One that the door sends later waits at the desk; the customer is told how to see it.
        """
        await tickets.note(context, ticket, "staff", words_of(content))
        name, is_clear = self.name_of(ticket.owner), ticket.introduced and ticket.conversation.place == "direct"
        ticket = await tickets.change(context, ticket, waiting=False, introduced=True)
        await tickets.wind(context, ticket, context.now + self.settings.idle)
        if when == "later":
            return [self.to_customer(ticket, words.shows_later(ticket, name), notice=context.now)]
        told = [] if is_clear else [self.to_customer(ticket, words.shows(ticket, name))]
        return [*told, Notify(to=ticket.conversation, member=ticket.member, content=content)]

    async def left(self, ticket: Ticket, context: Context) -> int | None:
        """How many more messages the customer can get before they speak again; None: any number."""
        budgets = self.services.budgets
        return await budgets.left(context.transaction, ticket.conversation, context.now) if budgets else None

    def to_staff(self, userid: str, content: Content) -> Notify:
        """Something for one member of the team."""
        return Notify(to=Conversation(self.services.desk, "direct", userid), member=userid, content=content, priority=1)

    def to_team(self, ticket: Ticket, body: str) -> Sequence[Notify]:
        """Words for the whole team."""
        told = [self.to_staff(member.id, Text(body=body, fixed=False)) for member in self._staff(ticket.member)]
        return [*told, *self._to_groups(body)]

    def _to_groups(self, body: str) -> Sequence[Notify]:
        """Words for the groups that hear what the team is told."""
        groups = self.services.directory.alerted(self.team.name) if self.team else ()
        return [Notify(to=group, content=Text(body=body, fixed=False), priority=1) for group in groups]

    def to_owner(self, ticket: Ticket, content: Content) -> Sequence[Notify]:
        """Something for the owner of a ticket, where there is a desk to read it at."""
        return [self.to_staff(ticket.owner, content)] if self.services.desk and ticket.owner else []

    def to_everybody(self, content: Content) -> Sequence[Notify]:
        """Something for the whole team, where there is a desk to read it at."""
        return [self.to_staff(member.id, content) for member in self._staff("")] if self.services.desk else []

    def to_customer(self, ticket: Ticket, body: str, *, fixed: bool = True, notice: datetime | None = None) -> Notify:
        """Words for the customer; a `notice` given at that time expires, a person's words do not."""
        expires = notice + NOTICE_LIFE if notice else None
        text = Text(body=body, fixed=fixed)
        return Notify(to=ticket.conversation, member=ticket.member, content=text, expires_at=expires)

    def name_of(self, userid: str) -> str:
        """A staff member's name; their id when they left the configuration."""
        return self.services.directory.member(self.services.desk, userid).name or userid

    def _staff(self, customer: str) -> Sequence[Member]:
        """Who may take a customer's ticket: the team without that person."""
        name = self.team.name if self.team else ""
        return [member for member in self.services.directory.with_role(name) if member.id != customer]

    def _calling_card(self, ticket: Ticket, task: str, said: Sequence[Line], tried: str) -> Card:
        return Card(
            task=task,
            title=f"{ticket.label} 找客服",
            desc="点「接单」后由您一人服务",
            quote="\n".join(filter(None, [_quote(said), tried and f"机器人试过：{shortened(tried)}"])),
            fields=self._fields(ticket),
            buttons=(Button(TAKE, "接单"), Button(CLOSE, "关闭", 3)),
        )

    def _fields(self, ticket: Ticket) -> tuple[tuple[str, str], ...]:
        where = ticket.group or ("群聊" if ticket.conversation.place == "group" else "一对一")
        why = (("原因", ticket.reason),) if ticket.reason else ()
        return (("来自", where), ("客户", ticket.shown), *why)


def count(things: Sequence[object]) -> Iterable[int]:
    """1, 2, … for every one of some things."""
    return range(1, len(things) + 1)


def _quote(said: Sequence[Line]) -> str:
    return "\n".join(f"{SIDES[line.side]}：{shortened(line.body)}" for line in said)


def _say(body: str) -> Reply:
    return Reply(content=Text(body=body))
