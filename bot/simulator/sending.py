"""What an app does with its messages: send (doc/90236), update_template_card (doc/94888), recall (doc/94867)."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.simulator import cards
from bot.simulator.cards import TaskIds
from bot.simulator.clock import Clock
from bot.simulator.codes import OneUseCodes
from bot.simulator.doors import App
from bot.simulator.errors import Errcode, Refused
from bot.simulator.journal import Conversation, Journal, Record, Version
from bot.simulator.limits import Budget
from bot.simulator.media import MediaStore
from bot.simulator.messages import Content, Message, parse
from bot.simulator.people import Directory, Member
from bot.simulator.screen import replaced

REMEMBERED = 4 * 3600
RECALL_WITHIN = 24 * 3600
CODE_LIVES = 72 * 3600


@dataclass(frozen=True, slots=True)
class _Sent:
    at: float
    answer: dict[str, Any]


class Sending:
    """Messages of apps on their way to members' screens."""

    def __init__(
        self,
        clock: Clock,
        chance: random.Random,
        journal: Journal,
        directory: Directory,
        media: MediaStore,
        task_ids: TaskIds,
        budget: Budget,
        callback_urls: Mapping[str, str],
    ) -> None:
        self.codes: OneUseCodes[tuple[App, str]] = OneUseCodes(clock, chance, CODE_LIVES)
        self._clock = clock
        self._chance = chance
        self._journal = journal
        self._directory = directory
        self._media = media
        self._task_ids = task_ids
        self._budget = budget
        self._callback_urls = callback_urls
        self._earlier: dict[str, _Sent] = {}
        self._owners: dict[str, _Owner] = {}

    def send(self, app: App, body: Mapping[str, Any]) -> dict[str, Any]:
        """Answer message/send."""
        message = parse(body, self._media)
        if message.agent_id != app.agent_id:
            raise Refused(Errcode.BAD_AGENTID, "agentid is not the token's")
        members, invalid = self._recipients(message)
        if not members:
            raise Refused(Errcode.NO_RECIPIENT, "all touser, toparty and totag are invalid")
        if earlier := self._duplicate(message):
            self._show(app, members, message, earlier["msgid"], suppressed=True)
            return earlier
        self._check_card(app, message.content)
        return self._deliver(app, members, message, invalid)

    def _deliver(self, app: App, members: list[Member], message: Message, invalid: dict[str, str]) -> dict[str, Any]:
        msgid = f"{self._chance.getrandbits(96):024x}"
        self._owners[msgid] = _Owner(app, self._clock.now())
        self._show(app, members, message, msgid)
        answer = {**invalid, "unlicenseduser": "", "msgid": msgid}
        if message.content.card and cards.is_interactive(message.content.card):
            answer["response_code"] = self.codes.issue((app, msgid))
        self._remember(message, answer)
        return answer

    def _recipients(self, message: Message) -> tuple[list[Member], dict[str, str]]:
        """The members who get it, and what of the address was wrong."""
        if message.to_all:
            return self._directory.visible(), {"invaliduser": "", "invalidparty": "", "invalidtag": ""}
        users = {userid: self._one(userid) for userid in message.users}
        parties = {party: _group(party, self._directory.in_party) for party in message.parties}
        tags = {tag: _group(tag, self._directory.with_tag) for tag in message.tags}
        found = [member for some in (users, parties, tags) for people in some.values() for member in people]
        wrong = {"invaliduser": _empty(users), "invalidparty": _empty(parties), "invalidtag": _empty(tags)}
        return list({member.key: member for member in found}.values()), wrong

    def _one(self, userid: str) -> list[Member]:
        member = self._directory.find(userid)
        return [member] if member and member.visible else []

    def _duplicate(self, message: Message) -> dict[str, Any] | None:
        """The answer to the same message within the interval, whether or not that one asked for the check."""
        earlier = self._earlier.get(message.fingerprint)
        if message.duplicate_interval is None or earlier is None:
            return None
        return earlier.answer if self._clock.now() < earlier.at + message.duplicate_interval else None

    def _remember(self, message: Message, answer: dict[str, Any]) -> None:
        self._earlier.pop(message.fingerprint, None)
        self._earlier[message.fingerprint] = _Sent(self._clock.now(), answer)
        for fingerprint, sent in list(zip(self._earlier, self._earlier.values(), strict=True))[:2]:
            if sent.at < self._clock.now() - REMEMBERED:
                del self._earlier[fingerprint]

    def _check_card(self, app: App, content: Content) -> None:
        if content.card is None:
            return
        if cards.is_interactive(content.card) and app.id not in self._callback_urls:
            raise Refused(Errcode.NO_PERMISSION, "an app without a receiving URL cannot send interactive cards")
        self._task_ids.claim(app.id, content.card)

    def _show(
        self, app: App, members: Iterable[Member], message: Message, msgid: str, suppressed: bool = False
    ) -> None:
        for member in members:
            within = suppressed or self._budget.take((app.id, member.key), self._clock.now())
            self._journal.record(
                "duplicate" if suppressed else "seen" if within else "dropped",
                Conversation(app.id, "direct", member.key),
                member.userid,
                via="message_send",
                msgtype=message.msgtype,
                text=message.content.text,
                cut=message.content.cut,
                card=message.content.card,
                media=message.content.media,
                msgid=msgid,
            )

    def update(self, app: App, body: Mapping[str, Any]) -> dict[str, Any]:
        """Answer update_template_card."""
        if body.get("agentid") != app.agent_id:
            raise Refused(Errcode.BAD_AGENTID, "agentid is missing or not the token's")
        owner, msgid = self.codes.look(body.get("response_code"))
        if owner != app:
            raise Refused(Errcode.BAD_FIELD, "response_code is another app's")
        card, name = _replacement(body)
        records = {record.conversation.native: record for record in self._visible(msgid)}
        chosen, invalid = self._viewers(body, records)
        self.codes.spend(body.get("response_code"))
        for record in chosen:
            self._replace(record, card, name)
        return {"invaliduser": invalid}

    def _visible(self, msgid: str) -> list[Record]:
        return [record for record in self._journal.sent(msgid) if record.kind == "seen"]

    def _viewers(self, body: Mapping[str, Any], records: Mapping[str, Record]) -> tuple[list[Record], list[str]]:
        """Whose card changes, and which of the named userids have none."""
        if body.get("atall") == 1:
            return list(records.values()), []
        userids = _userids(body)
        members = [member.key for member in self._members(body)]
        wanted = dict.fromkeys([*(userid.lower() for userid in userids), *members])
        invalid = [userid for userid in userids if userid.lower() not in records]
        return [records[key] for key in wanted if key in records], invalid

    def _members(self, body: Mapping[str, Any]) -> list[Member]:
        parties = [member for party in body.get("partyids", ()) for member in self._directory.in_party(party)]
        return parties + [member for tag in body.get("tagids", ()) for member in self._directory.with_tag(tag)]

    def _replace(self, record: Record, card: Mapping[str, Any] | None, name: str) -> None:
        shown = replaced(record.card or {}, card, name)
        version = Version(self._clock.now(), cards.title(shown), shown, via="card_update")
        self._journal.show(record.number, version)

    def recall(self, app: App, body: Mapping[str, Any]) -> dict[str, Any]:
        """Answer recall: own messages, within 24 h."""
        msgid = body.get("msgid")
        if not isinstance(msgid, str) or not msgid:
            raise Refused(Errcode.EMPTY_PARAMETER, "msgid is empty")
        owner = self._owners.get(msgid)
        if owner is None or owner.app != app:
            raise Refused(Errcode.BAD_FIELD, "msgid is unknown or another app's")
        if self._clock.now() > owner.at + RECALL_WITHIN:
            raise Refused(Errcode.BAD_FIELD, "msgid is older than 24 hours")
        for record in self._journal.sent(msgid):
            self._journal.change(record.number, recalled=True)
        return {}


@dataclass(frozen=True, slots=True)
class _Owner:
    app: App
    at: float


def _replacement(body: Mapping[str, Any]) -> tuple[Mapping[str, Any] | None, str]:
    """The new card, or the label of the greyed buttons."""
    if "template_card" in body:
        return cards.validate(body["template_card"], app=True, update=True), ""
    button = body.get("button")
    name = button.get("replace_name") if isinstance(button, Mapping) else None
    if not isinstance(name, str) or not name:
        raise Refused(Errcode.BAD_FIELD, "button.replace_name or template_card is required")
    return None, name


def _userids(body: Mapping[str, Any]) -> list[str]:
    userids = body.get("userids", [])
    if not isinstance(userids, list) or not all(isinstance(userid, str) for userid in userids):
        raise Refused(Errcode.BAD_PARAMETER, "userids is not a list of strings")
    if len(userids) > 1000:
        raise Refused(Errcode.BAD_PARAMETER, "more than 1000 userids")
    if not userids and not body.get("partyids") and not body.get("tagids"):
        raise Refused(Errcode.EMPTY_PARAMETER, "userids, partyids, tagids and atall are all empty")
    return userids


def _group(number: str, members: Any) -> list[Member]:
    return list(members(int(number))) if number.isdigit() else []


def _empty(found: Mapping[str, list[Member]]) -> str:
    return "|".join(name.lower() for name, members in found.items() if not members)
