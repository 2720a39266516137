"""微信客服 as WeCom's API shows it to the app (WeCom doc 94670). Nothing is sent, and no cursor is moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.channels.kf_pull import BAD_CURSOR, Place
from bot.channels.settings import KfDoor
from bot.cli.doctor import diagnoses
from bot.cli.doctor.access import NO_TOKEN, Access
from bot.cli.doctor.answers import diagnose
from bot.cli.doctor.cursors import Cursors
from bot.cli.doctor.diagnosis import Diagnosis, Result, judged, skipped
from bot.wecom.envelope import listed, word
from bot.wecom.errors import CallError, WeComError

NOT_ALLOWED, API_OFF = 48002, 95017
NO_ACCOUNTS = "没有能用的账号"
MOST_ACCOUNTS = 100


@dataclass(slots=True)
class KfExamination:
    """One app's accounts. `usable` are those that it may handle, known after `examine_accounts`."""

    access: Access
    door: KfDoor
    cursors: Cursors
    usable: list[str] = field(default_factory=list)

    async def examine_accounts(self) -> Result:
        """The app may call 微信客服, and the accounts of the configuration are in its hands."""
        if not self.access.token:
            return skipped(NO_TOKEN)
        try:
            answer = await self.access.post("kf/account/list", {"offset": 0, "limit": MOST_ACCOUNTS})
        except CallError as error:
            return judged([_diagnosis(error)])
        accounts = {word(one, "open_kfid"): one for one in listed(answer, "account_list")}
        wanted = list(self.door.handovers())
        self.usable = [id for id in wanted if id in accounts and _is_granted(accounts[id])]
        return judged(_missing(wanted, accounts), "、".join(word(accounts[id], "name") for id in self.usable))

    async def examine_servicers(self) -> Result:
        """Somebody receives where customers are handed over within WeCom."""
        handed = [id for id in self.usable if self.door.handovers()[id] != "relay"]
        if not handed:
            return skipped("转人工都走工单" if self.usable else NO_ACCOUNTS)
        try:
            empty = [id for id in handed if not await self._receiving(id)]
        except CallError as error:
            return judged([_diagnosis(error)])
        return judged([diagnoses.KF_NO_SERVICER.having("、".join(empty))] if empty else ())

    async def _receiving(self, open_kfid: str) -> int:
        """How many receive now. Here status 0 receives; a department may be in the place of a person."""
        answer = await self.access.get("kf/servicer/list", open_kfid=open_kfid)
        return sum(one.get("status", 0) == 0 for one in listed(answer, "servicer_list") if isinstance(one, dict))

    async def examine_cursors(self) -> Result:
        """Messages can be pulled from where the bot is."""
        if not self.usable:
            return skipped(NO_ACCOUNTS)
        places = {id: Place.read(await self.cursors.of(f"kf:{self.door.name}", id)) for id in self.usable}
        found = [one for id, place in places.items() for one in await self._pull(id, place.cursor)]
        begun = sum(not place.is_first for place in places.values())
        return judged(found, f"{begun} 个账号取过消息" if begun else "还没有取过消息")

    async def _pull(self, open_kfid: str, cursor: str) -> Sequence[Diagnosis]:
        asked = {"open_kfid": open_kfid, "limit": 1, **({"cursor": cursor} if cursor else {})}
        try:
            await self.access.post("kf/sync_msg", asked)
        except CallError as error:
            return (_diagnosis(error),)
        return ()


def _is_granted(account: Mapping[str, Any]) -> bool:
    return account.get("manage_privilege") is not False


def _missing(wanted: Sequence[str], accounts: Mapping[str, Mapping[str, Any]]) -> Sequence[Diagnosis]:
    unknown = [id for id in wanted if id not in accounts]
    ungranted = [id for id in wanted if id in accounts and not _is_granted(accounts[id])]
    there = "、".join(f"{word(one, 'name')} {id}" for id, one in accounts.items() if _is_granted(one)) or "一个也没有"
    return [
        *([diagnoses.KF_ACCOUNT_UNKNOWN.having(f"{'、'.join(unknown)}；有的是 {there}")] if unknown else []),
        *([diagnoses.KF_ACCOUNT_UNGRANTED.having("、".join(ungranted))] if ungranted else []),
    ]


def _diagnosis(error: CallError) -> Diagnosis:
    named = {NOT_ALLOWED: diagnoses.KF_NOT_ALLOWED, API_OFF: diagnoses.KF_API_OFF, BAD_CURSOR: diagnoses.KF_CURSOR_VOID}
    found = named.get(error.code) if isinstance(error, WeComError) else None
    return found.having(str(error)) if found else diagnose(error)
