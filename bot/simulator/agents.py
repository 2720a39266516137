"""What an app's page in the console says, as agent/get tells it (doc/90227)."""

from typing import Any

from bot.simulator.doors import App
from bot.simulator.errors import Errcode, Refused
from bot.simulator.people import Directory


class Agents:
    """The apps' pages; `disabled` holds the agent ids of those that are switched off."""

    def __init__(self, directory: Directory) -> None:
        self.disabled: set[int] = set()
        self._directory = directory

    def get(self, app: App, agentid: str | None) -> dict[str, Any]:
        """The page of the app that asks; another one's is not its business."""
        if agentid is None or not agentid.isdigit():
            raise Refused(Errcode.BAD_AGENTID, "invalid agentid")
        if int(agentid) != app.agent_id:
            raise Refused(Errcode.OTHER_AGENT, "not allow operate another agent with this accesstoken")
        seen = [{"userid": member.userid} for member in self._directory.visible()]
        return {
            "agentid": app.agent_id,
            "name": app.name,
            "allow_userinfos": {"user": seen},
            "allow_partys": {"partyid": []},
            "allow_tags": {"tagid": []},
            "close": int(app.agent_id in self.disabled),
        }
