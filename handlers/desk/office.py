"""The office: teams, their promises and who is who; how something gets to staff and to customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.types.actions import Content, Notify, Text
from bot.types.context import Context
from bot.types.events import Conversation
from bot.types.ports import Member, Services
from handlers.desk.policy import Always, OpenHours, Policy
from handlers.desk.settings import Escalation
from handlers.desk.suggestion import Suggestion
from handlers.desk.ticket import Ticket
from handlers.directory import Team
from handlers.duty.away import away_at
from handlers.duty.roster import LEAD, MANAGER, Duty

# A notice about the service itself is of no use to somebody who comes back much later.
NOTICE_LIFE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Office:
    """The teams of a configuration at one `app` door. `team` takes over where nobody else is named."""

    services: Services
    duty: Duty
    settings: Escalation
    team: Team | None
    suggestion: Suggestion
    handovers: Mapping[str, str]

    def team_of(self, ticket: Ticket) -> Team | None:
        """The team of a ticket; None when it left the configuration and there is no other."""
        return self.duty.teams.get(ticket.team) or self.team

    def policy(self, ticket: Ticket) -> Policy:
        """What a ticket's team promises."""
        team, settings = self.team_of(ticket), self.settings
        policy = Policy(
            give_up=settings.give_up, idle=settings.idle, window=settings.score_window,
            asks_score=settings.ask_score, low_score=settings.low_score,
            silence=settings.idle + (settings.give_up if ticket.native else timedelta(0)),
        )  # fmt: skip
        if team is None:
            return policy
        top = MANAGER if team.manager else LEAD if team.lead else 0
        return replace(
            policy, first=team.first_response, next=team.next_response, resolution=team.resolution,
            accept=team.accept, top=0 if ticket.native else top, offers=team.assign != "抢单" and not ticket.native,
            opening=OpenHours(team.hours, self.services.calendar) if team.hours else Always(),
        )  # fmt: skip

    def staff_for(self, ticket: Ticket) -> Sequence[Member]:
        """Who may take a ticket: its team with those above it, but nobody their own."""
        team = self.team_of(ticket)
        return [] if team is None else [one for one in self.duty.staff(team) if one.id != ticket.member]

    def handover_at(self, conversation: Conversation) -> str:
        """How a customer gets to a person there: `relay`, through this desk; else `native` or `pool`."""
        account = conversation.native.partition("/")[0]
        return self.handovers.get(f"{conversation.door}|{account}", "relay")

    def is_above(self, ticket: Ticket, member: str) -> bool:
        """Whether somebody stands above a ticket's team, and may act on what others have in hand."""
        team = self.team_of(ticket)
        if team is None:
            return False
        names = {*team.lead, *team.manager}
        return any(self.duty.ids.get(name) == member for name in names)

    async def called(self, ticket: Ticket, context: Context, above: bool = False) -> Sequence[Member]:
        """Who is called for a ticket: everybody up to its level, or only those whom that level added."""
        team = self.team_of(ticket)
        if team is None:
            return []
        away = await away_at(context.transaction, context.now)
        levels = range(ticket.level if above else 0, ticket.level + 1)
        found = {one.id: one for level in levels for one in self.duty.on(team, context.now, away, level)}
        return [one for one in found.values() if one.id != ticket.member]

    async def on_duty(self, team: Team, context: Context) -> Sequence[Member]:
        """Who is on duty in a team now."""
        return self.duty.on(team, context.now, await away_at(context.transaction, context.now))

    def name_of(self, userid: str) -> str:
        """A staff member's name; their id when they left the configuration."""
        return self.services.directory.member(self.services.desk, userid).name or userid

    def to_staff(self, userid: str, content: Content) -> Notify:
        """Something for one member of staff."""
        return Notify(to=Conversation(self.services.desk, "direct", userid), member=userid, content=content, priority=1)

    def to_groups(self, ticket: Ticket, body: str) -> Sequence[Notify]:
        """Words for the groups that hear what the ticket's team is told."""
        team = self.team_of(ticket)
        groups = self.services.directory.alerted(team.name) if team else ()
        return [Notify(to=group, content=Text(body=body, fixed=False), priority=1) for group in groups]

    def to_owner(self, ticket: Ticket, content: Content) -> Sequence[Notify]:
        """Something for the owner of a ticket, where there is a desk to read it at."""
        return [self.to_staff(ticket.owner, content)] if self.services.desk and ticket.owner else []

    def to_everybody(self, content: Content) -> Sequence[Notify]:
        """Something for the whole team that takes over, where there is a desk to read it at."""
        people = self.duty.members(self.team) if self.team and self.services.desk else ()
        return [self.to_staff(member.id, content) for member in people]

    def to_customer(self, ticket: Ticket, body: str, *, fixed: bool = True, notice: datetime | None = None) -> Notify:
        """Words for the customer; a `notice` given at that time expires, a person's words do not."""
        expires = notice + NOTICE_LIFE if notice else None
        text = Text(body=body, fixed=fixed)
        return Notify(to=ticket.conversation, member=ticket.member, content=text, expires_at=expires)
