"""The calls of 微信客服 (doc/94638, 94669, 94670, 94677, 95122, 95148, 95159)."""

import random
from collections.abc import Callable, Mapping
from typing import Any

from bot.simulator import kf_messages
from bot.simulator.clock import Clock
from bot.simulator.codes import OneUseCodes
from bot.simulator.doors import Kf
from bot.simulator.errors import Errcode, Refused
from bot.simulator.journal import Journal, Kind
from bot.simulator.kf_accounts import CHANGES, WINDOW, KfAccount, KfAccounts, Session, State
from bot.simulator.kf_messages import KfContent
from bot.simulator.limits import Limits
from bot.simulator.media import MediaStore
from bot.simulator.people import Directory

WELCOME_LIVES = 20
WHILE_SERVED_LIVES = 48 * 3600

# What a code was given for: one message, of these types, while the session is in this state.
Grant = tuple[KfAccount, str, State | None]
Answering = Callable[[Kf, Mapping[str, Any]], dict[str, Any]]
ONLY_TEXT = frozenset(("text",))
TEXT_OR_MENU = frozenset(("text", "msgmenu"))


class KfCodes:
    """One-use codes: a welcome's and an end's live 20 seconds, those of a hand-over as long as its state."""

    def __init__(self, clock: Clock, chance: random.Random) -> None:
        self._short: OneUseCodes[Grant] = OneUseCodes(clock, chance, WELCOME_LIVES)
        self._long: OneUseCodes[Grant] = OneUseCodes(clock, chance, WHILE_SERVED_LIVES)

    def issue(self, account: KfAccount, customer: str, state: State | None) -> str:
        """A code for a welcome (no state) or for a state that was just reached."""
        codes = self._long if state in (State.POOL, State.PERSON) else self._short
        return codes.issue((account, customer, state))

    def look(self, code: object) -> tuple[Grant, OneUseCodes[Grant]]:
        """What a code is for and where it can be spent; Refused when it is unknown, used or too old."""
        try:
            return self._short.look(code), self._short
        except Refused:
            return self._long.look(code), self._long


class KfCalls:
    """Answers what the app asks and sends.

    `failing` holds the fail_type that awaits a customer's next message; `failed` is told when it struck.
    """

    def __init__(
        self,
        clock: Clock,
        chance: random.Random,
        journal: Journal,
        directory: Directory,
        media: MediaStore,
        accounts: KfAccounts,
        limits: Limits,
    ) -> None:
        self.codes = KfCodes(clock, chance)
        self.failing: dict[tuple[str, str], int] = {}
        self.failed: Callable[[KfAccount, str, str, int], object] = lambda *_: None
        self._clock = clock
        self._chance = chance
        self._journal = journal
        self._directory = directory
        self._media = media
        self._accounts = accounts
        self._most = limits.kf_per_message

    @property
    def answers(self) -> Mapping[str, Answering]:
        """What answers which path below kf/."""
        return {
            "sync_msg": self.sync,
            "send_msg": self.send,
            "send_msg_on_event": self.send_on_event,
            "service_state/get": self.state,
            "service_state/trans": self.change,
            "servicer/list": self.list_servicers,
            "account/list": self.list_accounts,
            "customer/batchget": self.customers,
        }

    # Reading.

    def sync(self, door: Kf, body: Mapping[str, Any]) -> dict[str, Any]:
        """sync_msg."""
        return self._accounts.find(body.get("open_kfid"), door).log.page(body)

    def list_accounts(self, door: Kf, body: Mapping[str, Any]) -> dict[str, Any]:
        """account/list: the whole company's, those of others without the privilege."""
        offset, limit = body.get("offset", 0), body.get("limit", 100)
        if type(offset) is not int or offset < 0 or type(limit) is not int or not 1 <= limit <= 100:
            raise Refused(Errcode.BAD_FIELD, "offset or limit (1 to 100) is wrong")
        listed = [
            {
                "open_kfid": account.open_kfid,
                "name": account.name,
                "avatar": "",
                "manage_privilege": account.door == door,
            }
            for account in self._accounts.all()
        ]
        return {"account_list": listed[offset : offset + limit]}

    def list_servicers(self, door: Kf, query: Mapping[str, Any]) -> dict[str, Any]:
        """servicer/list: here 0 receives and 1 has stopped."""
        account = self._accounts.find(query.get("open_kfid"), door)
        listed = [
            {"userid": one.userid, "status": int(not one.receiving), "stop_type": int(one.suspended)}
            for one in account.servicers.values()
        ]
        return {"servicer_list": listed}

    def customers(self, door: Kf, body: Mapping[str, Any]) -> dict[str, Any]:
        """customer/batchget: those who wrote within 48 hours."""
        asked = body.get("external_userid_list")
        if not isinstance(asked, list) or not 1 <= len(asked) <= 100:
            raise Refused(Errcode.BAD_FIELD, "external_userid_list has not 1 to 100 ids")
        known = {id: self._directory.customer(id) for id in asked if self._wrote_lately(door, id)}
        listed = [
            {"external_userid": id, "nickname": customer.name, "avatar": "", "gender": 0}
            for id, customer in known.items()
            if customer is not None
        ]
        found = {one["external_userid"] for one in listed}
        return {"customer_list": listed, "invalid_external_userid": [id for id in asked if id not in found]}

    def _wrote_lately(self, door: Kf, customer: str) -> bool:
        sessions = [account.sessions.get(customer) for account in self._accounts.of(door)]
        since = self._clock.now() - WINDOW
        return any(one is not None and (one.spoke_at or one.welcomed_at or 0.0) >= since for one in sessions)

    # Sessions.

    def state(self, door: Kf, body: Mapping[str, Any]) -> dict[str, Any]:
        """service_state/get."""
        session = self._session(*self._addressed(door, body))
        servicer = {"servicer_userid": session.servicer} if session.state is State.PERSON else {}
        return {"service_state": int(session.state), **servicer}

    def change(self, door: Kf, body: Mapping[str, Any]) -> dict[str, Any]:
        """service_state/trans: a msg_code comes with the first change to 2, 3 or 4."""
        account, customer = self._addressed(door, body)
        session = self._session(account, customer)
        wanted = body.get("service_state")
        if type(wanted) is not int or wanted not in (1, 2, 3, 4):
            raise Refused(Errcode.BAD_FIELD, "service_state is not 1, 2, 3 or 4")
        new, old = State(wanted), session.state
        if old is State.ENDED:
            raise Refused(Errcode.KF_ENDED, "the session is over")
        if new not in CHANGES[old]:
            raise Refused(Errcode.KF_STATE, f"state {old} cannot be changed to {new}")
        session.servicer = self._receiving(account, body.get("servicer_userid")) if new is State.PERSON else ""
        session.state = new
        return {"msg_code": self.codes.issue(account, customer, new)} if new not in (old, State.BOT) else {}

    def _receiving(self, account: KfAccount, userid: object) -> str:
        servicer = account.servicers.get(str(userid or "").lower())
        if servicer is None or not servicer.receiving:
            raise Refused(Errcode.KF_NO_SERVICER, "servicer_userid is nobody who receives now")
        return servicer.userid

    def _addressed(self, door: Kf, body: Mapping[str, Any], field: str = "external_userid") -> tuple[KfAccount, str]:
        account, customer = self._accounts.find(body.get("open_kfid"), door), body.get(field)
        if not isinstance(customer, str) or customer not in account.sessions:
            raise Refused(Errcode.BAD_EXTERNAL_USERID, f"{field} never came to this account")
        return account, customer

    def _session(self, account: KfAccount, customer: str) -> Session:
        return account.session(customer, self._clock)

    # Sending.

    def send(self, door: Kf, body: Mapping[str, Any]) -> dict[str, Any]:
        """send_msg. Five after each message of the customer; only where no person serves."""
        account, customer = self._addressed(door, body, "touser")
        shown, msgid = kf_messages.content(body, self._media), kf_messages.msgid(body)
        session = self._session(account, customer)
        self._check_state(account, session)
        self._check_budget(session)
        sent = self._once(account, msgid)
        session.sent += 1
        return self._show(account, customer, str(body["msgtype"]), shown, sent)

    def _check_state(self, account: KfAccount, session: Session) -> None:
        if session.state is State.ENDED:
            raise Refused(Errcode.KF_ENDED, "the session is over")
        if session.state in (State.POOL, State.PERSON) or (session.state is State.NEW and account.managed):
            raise Refused(Errcode.KF_STATE, f"session status {int(session.state)} is invalid for this")

    def _check_budget(self, session: Session) -> None:
        if session.spoke_at is None or self._clock.now() > session.spoke_at + WINDOW:
            raise Refused(Errcode.KF_TOO_LATE, "more than 48 hours after the customer's last message")
        if session.sent >= self._most:
            raise Refused(Errcode.KF_TOO_MANY, f"{self._most} messages were sent since the customer's last one")

    def send_on_event(self, door: Kf, body: Mapping[str, Any]) -> dict[str, Any]:
        """send_msg_on_event: one message for a code."""
        (account, customer, state), codes = self.codes.look(body.get("code"))
        if account.door != door:
            raise Refused(Errcode.KF_NOT_GRANTED, "the account is not granted to this app")
        only = ONLY_TEXT if state in (State.POOL, State.PERSON) else TEXT_OR_MENU
        shown, msgid = kf_messages.content(body, self._media, only), kf_messages.msgid(body)
        session = self._session(account, customer)
        if state is not None and session.state is not state:
            raise Refused(Errcode.KF_STATE, "the session is not in the state of the code any more")
        sent = self._once(account, msgid)
        codes.spend(body.get("code"))
        if state is None:
            session.welcomed_at = self._clock.now()
        return self._show(account, customer, str(body["msgtype"]), shown, sent, via="kf_event")

    def _once(self, account: KfAccount, msgid: str) -> str:
        """The message's id; one that was used before is refused."""
        made = msgid or f"{self._chance.getrandbits(96):024x}"
        if made in account.sent:
            raise Refused(Errcode.BAD_FIELD, "msgid was used before")
        account.sent.add(made)
        return made

    def _show(
        self, account: KfAccount, customer: str, msgtype: str, shown: KfContent, msgid: str, via: str = "kf"
    ) -> dict[str, Any]:
        """On the customer's screen, unless it fails on its way: WeCom says 0 all the same."""
        fail_type = self.failing.pop((account.open_kfid, customer), None)
        kind: Kind = "seen" if fail_type is None else "dropped"
        self._journal.record(
            kind,
            account.place(customer),
            customer,
            via=via,
            msgtype=msgtype,
            text=shown.text,
            media=shown.media,
            menu=shown.menu,
            msgid=msgid,
        )
        if fail_type is not None:
            self.failed(account, customer, msgid, fail_type)
        return {"msgid": msgid}
