"""The chat page for what is on stage."""

from collections.abc import Iterator

from bot.cli.tour.questions import keywords, wordings
from bot.cli.tour.reasons import StoredReasons
from bot.cli.tour.stage import STRANGER, Stage
from bot.simulator.page import Cast, Page

SUGGESTED = 3
WORDS = ("您好，请问有什么可以帮您？", "已经给您登记补发，明天发出", "结束")


def page_for(stage: Stage, port: int | None) -> Page:
    """The page, ready to be opened; without a port at its usual one."""
    reasons = StoredReasons(stage.bot.database)
    at = {} if port is None else {"port": port}
    return Page(stage.wecom, cast_of(stage), reasons, stage.clock, **at)


def cast_of(stage: Stage) -> Cast:
    """Everybody of the configuration, under the names of their roles."""
    values = stage.bot.config.values
    people = {person.userid: person for person in values["people"]}
    teams = {team.name for team in values["teams"]}
    staff = [userid for userid, person in people.items() if teams & set(person.roles)]
    return Cast(
        guest=stage.guest.userid,
        desk=stage.app,
        staff=[stage.staff.userid, *(userid for userid in staff if userid != stage.staff.userid)],
        roles={STRANGER.userid: "没有登记的人"} | {key: "、".join(one.roles) or "成员" for key, one in people.items()},
        suggestions=list(_suggestions(stage)),
        words=WORDS,
        zone=str(stage.zone),
    )


def _suggestions(stage: Stage) -> Iterator[str]:
    """Words worth trying: of the replies, of the FAQ, for help and for a person."""
    config, group = stage.bot.config, stage.group.name
    yield from (said for said, _ in list(keywords(config, group))[6 : 6 + SUGGESTED])
    asked = list(wordings(config, group))
    yield from (said for said, _ in asked[:: max(1, len(asked) // SUGGESTED)][:SUGGESTED])
    yield from ("帮助", "转人工")
