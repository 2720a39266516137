"""The campaigns of a configuration, ready to be played: their days, who may take part, where they are told things."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.types.context import Context
from bot.types.declarations import Settings
from bot.types.ports import Services
from handlers.broadcast.targets import Target, door_to_members, targets
from handlers.checkin.course import Course
from handlers.checkin.settings import CAMPAIGNS, Campaign
from handlers.directory import PEOPLE


@dataclass(frozen=True, slots=True)
class Run:
    """One campaign. `named`: who takes part, by id, None: whoever joins; `teams`: who is in which, by id.

    `door`: through which members are told things unasked, "" for none; `groups`: those that can be told.
    """

    campaign: Campaign
    course: Course
    named: Mapping[str, str] | None
    teams: Mapping[str, str]
    door: str
    groups: Sequence[Target]

    @property
    def name(self) -> str:
        """Its name."""
        return self.campaign.name

    def is_on(self, moment: datetime) -> bool:
        """Whether it has begun and is not over."""
        return self.course.has_begun(moment) and not self.course.is_over(moment)

    def is_here(self, context: Context) -> bool:
        """Whether it takes place where somebody speaks; 1:1 it always does."""
        if context.group is None:
            return context.conversation.place == "direct"
        return not self.campaign.groups or context.group.name in self.campaign.groups

    def includes(self, member: str) -> bool:
        """Whether somebody may take part."""
        return self.named is None or member in self.named

    def team_of(self, member: str, chosen: str) -> str:
        """The team that somebody is in, by the configuration or because they chose it; "" for one that is no more."""
        team = self.teams.get(member, chosen)
        return team if team in self.campaign.teams else ""

    def reaches(self, door: str) -> bool:
        """Whether who spoke last at a door can be told something unasked: customers of 微信客服 cannot."""
        return bool(self.door) and not door.startswith("kf:")

    def may_manage(self, context: Context) -> bool:
        """Whether somebody may stop it and see its lists."""
        return bool(context.member.roles & set(self.campaign.managers))


def runs_of(settings: Settings, services: Services) -> Sequence[Run]:
    """All campaigns of a configuration."""
    return [_run(one, one.course(settings, services.calendar), settings) for one in settings[CAMPAIGNS]]


def named_in(settings: Settings, campaign: Campaign) -> Mapping[str, str] | None:
    """Who takes part in a campaign by the configuration: names by id; None where everybody may."""
    if campaign.is_open:
        return None
    people, roles = settings[PEOPLE], set(campaign.roles)
    return {one.userid: one.name for one in people if one.name in campaign.members or roles & set(one.roles)}


def _run(campaign: Campaign, course: Course, settings: Settings) -> Run:
    ids = {person.name: person.userid for person in settings[PEOPLE]}
    teams = {ids[who]: team for team, members in campaign.teams.items() for who in members if who in ids}
    final = campaign.final_list(course)
    groups = targets(settings, final)[0] if final else ()
    return Run(campaign, course, named_in(settings, campaign), teams, door_to_members(settings), groups)
