"""Whose hands a customer of 微信客服 is in (WeCom doc 94669): the bot's, the pool's, a servicer's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.identity import digest
from bot.wecom.client import Client
from bot.wecom.envelope import listed, word
from bot.wecom.errors import WeComError

NEW, BOT, POOL, PERSON, ENDED = "0", "1", "2", "3", "4"
OVER, NO_SERVICER, NOT_NOW = 95013, 95014, 95018


@dataclass(frozen=True, slots=True)
class Session:
    """The state of a session and, in the hands of a person, whose."""

    state: str
    servicer: str = ""


class Sessions:
    """Asks for the state of sessions and changes it. All raise CallError."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def of(self, open_kfid: str, customer: str) -> Session:
        """The session as it is now."""
        asked = {"open_kfid": open_kfid, "external_userid": customer}
        answer = await self._client.call("kf/service_state/get", asked)
        return Session(word(answer, "service_state"), word(answer, "servicer_userid"))

    async def change(self, open_kfid: str, customer: str, state: str, servicer: str = "") -> str:
        """Change the state; the code for one message that comes with some changes, or ""."""
        wanted: dict[str, Any] = {"open_kfid": open_kfid, "external_userid": customer, "service_state": int(state)}
        person = {"servicer_userid": servicer} if servicer else {}
        return word(await self._client.call("kf/service_state/trans", {**wanted, **person}), "msg_code")

    async def receiving(self, open_kfid: str) -> Sequence[str]:
        """The userids of those who receive customers now."""
        answer = await self._client.ask("kf/servicer/list", {"open_kfid": open_kfid})
        servicers = [one for one in listed(answer, "servicer_list") if word(one, "status") == "0"]
        return [userid for one in servicers if (userid := word(one, "userid"))]

    async def give(self, open_kfid: str, customer: str, staff: Sequence[str]) -> tuple[str, str] | None:
        """Give the customer to somebody who receives, of `staff` (in lower case) where one of them does.

        Who has them now, and the code for one message; None when nobody receives. The same customer goes to the same
        person while the same people receive, different ones are spread over all.
        """
        receiving = await self.receiving(open_kfid)
        mine = [userid for userid in receiving if userid.lower() in staff] or list(receiving)
        first = int(digest(customer)[:8], 16) % len(mine) if mine else 0
        for userid in (*mine[first:], *mine[:first]):
            try:
                return userid, await self.change(open_kfid, customer, PERSON, userid)
            except WeComError as error:
                if error.code != NO_SERVICER:
                    raise
        return None
