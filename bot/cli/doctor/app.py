"""A self-built app as WeCom's API sees it. Nothing that is asked here can be seen by anybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.settings import AppDoor
from bot.cli.doctor import diagnoses
from bot.cli.doctor.access import NO_TOKEN, Access
from bot.cli.doctor.answers import diagnose
from bot.cli.doctor.diagnosis import Diagnosis, Result, judged, passed, skipped
from bot.wecom.errors import CallError, WeComError

# Nobody has this account: what is sent to it reaches no one, and WeCom says 81013 once all else is in order.
NOBODY = "qunban-doctor-nobody"
NOBODY_THERE = frozenset((40003, 46004, 60111, 81013, 82001))
UNKNOWN = frozenset((40003, 46004, 60111))
INVISIBLE = frozenset((50002, 60011))
MOST_PEOPLE = 30


@dataclass(frozen=True, slots=True)
class AppExamination:
    """One app. `people` are the userids that the configuration names."""

    access: Access
    door: AppDoor
    people: Sequence[str]

    async def examine_agent(self) -> Result:
        """The IP is trusted, the app is this one, switched on, and somebody may see it (WeCom doc 90227)."""
        if not self.access.token:
            return skipped(NO_TOKEN)
        try:
            agent = await self.access.get("agent/get", agentid=str(self.door.agent_id))
        except CallError as error:
            return judged([diagnose(error)])
        disabled = [diagnoses.APP_DISABLED] if agent.get("close") == 1 else []
        invisible = [] if _is_visible(agent) else [diagnoses.APP_INVISIBLE]
        return judged([*disabled, *invisible], str(agent.get("name", "")))

    async def examine_sending(self) -> Result:
        """It may send: asked by sending to nobody."""
        if not self.access.token:
            return skipped(NO_TOKEN)
        payload = {
            "touser": NOBODY, "agentid": self.door.agent_id, "msgtype": "text", "text": {"content": "qunban doctor"},
        }  # fmt: skip
        try:
            await self.access.post("message/send", payload)
        except WeComError as error:
            return passed() if error.code in NOBODY_THERE else judged([diagnose(error)])
        except CallError as error:
            return judged([diagnose(error)])
        return passed()

    async def examine_people(self) -> Result:
        """Everybody whom the configuration names is there and may be written to."""
        if not self.access.token:
            return skipped(NO_TOKEN)
        asked = self.people[:MOST_PEOPLE]
        if not asked:
            return skipped("[[people]] 里没有人")
        answers = {userid: await self._person(userid) for userid in asked}
        named = {
            diagnoses.MEMBER_UNKNOWN: [userid for userid, code in answers.items() if code in UNKNOWN],
            diagnoses.MEMBER_INVISIBLE: [userid for userid, code in answers.items() if code in INVISIBLE],
        }
        found = [what.having("、".join(userids)) for what, userids in named.items() if userids]
        return judged([*found, *_refused(answers)], f"{len(asked)} 人")

    async def _person(self, userid: str) -> int:
        """The errcode that a member gets; the transport's own faults count as -1."""
        try:
            await self.access.get("user/get", userid=userid)
        except WeComError as error:
            return error.code
        except CallError:
            return -1
        return 0


def _refused(answers: Mapping[str, int]) -> Sequence[Diagnosis]:
    """What kept all of them from being looked at, once."""
    others = sorted({code for code in answers.values() if code and code not in UNKNOWN | INVISIBLE})
    return [diagnose(WeComError(code, "", "user/get")) for code in others[:1]]


def _is_visible(agent: Mapping[str, Any]) -> bool:
    """Whether anybody may use an app; True when WeCom does not say."""
    scopes = [agent.get(name) for name in ("allow_userinfos", "allow_partys", "allow_tags")]
    lists = [inner for scope in scopes if isinstance(scope, Mapping) for inner in scope.values()]
    return not lists or any(lists)
