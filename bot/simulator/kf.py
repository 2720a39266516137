"""微信客服: accounts, what customers do there, and what servicers do in their own client (doc/94638, 94670).

    kf = wecom.add_kf("客服", callback="http://127.0.0.1:8080/cb/kf")
    wecom.add_customer("wmLin", "小林")
    account = wecom.kf.open_account(kf, "wkShop", servicers=["mei01"])
    await wecom.kf.enter(account, "wmLin", scene="poster1")
    asked = await wecom.kf.say(account, "wmLin", "什么时候发货？")

Each act leaves an item for sync_msg and sends a hint, which holds nothing but a token and the account.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.simulator.answers import Situation
from bot.simulator.callbacks import Courier
from bot.simulator.clock import Clock
from bot.simulator.doors import Kf
from bot.simulator.errors import SimulatorError
from bot.simulator.journal import Journal, Record
from bot.simulator.kf_accounts import WINDOW, KfAccount, KfAccounts, Servicer, Session, State
from bot.simulator.kf_calls import KfCalls
from bot.simulator.kf_log import KfLog, Paging
from bot.simulator.limits import Budget, Limits
from bot.simulator.media import MediaKind, MediaStore
from bot.simulator.office import Posted
from bot.simulator.people import Directory
from bot.simulator.screen import Callback
from bot.simulator.tasks import Tasks

CUSTOMER, SYSTEM, SERVICER = 3, 4, 5
TAKEN, PASSED_ON, ENDED, REOPENED = 1, 2, 3, 4


@dataclass(slots=True)
class KfDisorder:
    """How untidy 微信客服 is. `lost_hints`: share of hints that never leave; `page`, `empty_pages`: see Paging."""

    lost_hints: float = 0.0
    page: int = 1000
    empty_pages: float = 0.0


class KfHouse:
    """All accounts, and the people on both sides of them."""

    def __init__(
        self,
        corp_id: str,
        clock: Clock,
        seed: int,
        journal: Journal,
        directory: Directory,
        media: MediaStore,
        courier: Courier,
        tasks: Tasks,
        limits: Limits,
    ) -> None:
        self.accounts = KfAccounts()
        self.calls = KfCalls(clock, random.Random(f"{seed} kf"), journal, directory, media, self.accounts, limits)
        self.calls.failed = self._send_failed
        self._corp_id = corp_id
        self._clock = clock
        self._chance = random.Random(f"{seed} kf people")
        self._journal = journal
        self._directory = directory
        self._media = media
        self._courier = courier
        self._tasks = tasks
        self._limits = limits
        self._disorder = KfDisorder()
        self._paging = Paging()

    @property
    def disorder(self) -> KfDisorder:
        """How untidy it is; assign another one to change it."""
        return self._disorder

    @disorder.setter
    def disorder(self, disorder: KfDisorder) -> None:
        self._disorder = disorder
        self._paging.most, self._paging.empty_rate = disorder.page, disorder.empty_pages

    def open_account(
        self, door: Kf, open_kfid: str, name: str = "", *, servicers: Iterable[str] = (), managed: bool = True
    ) -> KfAccount:
        """An account; `managed`: what is new has to be taken over by API before anything can be sent."""
        budget = Budget(self._limits.kf_pulls_without_token, self._limits.kf_pulls_without_token * 60)
        log = KfLog(self._clock, self._chance, self._paging, budget)
        account = self.accounts.add(KfAccount(open_kfid, name or open_kfid, door, managed, log))
        for userid in servicers:
            person = self._directory.member(userid)
            account.servicers[person.key] = Servicer(person.userid)
        return account

    # What customers do.

    async def enter(
        self, account: KfAccount, customer: str, scene: str = "", scene_param: str = "", **more: Any
    ) -> Posted:
        """A customer opens the chat; a welcome_code comes with it when nobody has spoken within 48 hours."""
        session = self._meet(account, customer)
        last = max(session.spoke_at or 0.0, session.welcomed_at or 0.0)
        is_new = last < self._clock.now() - WINDOW
        code = {"welcome_code": self.calls.codes.issue(account, customer, None)} if is_new else {}
        details = {"external_userid": customer, "scene": scene, "scene_param": scene_param, **code, **more}
        return self._event(account, customer, "enter_session", details)

    async def say(self, account: KfAccount, customer: str, text: str, *, hint: bool = True) -> Posted:
        """A customer writes. Without a hint WeCom tells of it later, with another message's."""
        return self._message(account, customer, "text", {"content": text}, text, hint)

    async def say_all(self, account: KfAccount, said: Sequence[tuple[str, str]]) -> Sequence[Posted]:
        """Many customers write at once: one hint stands for all."""
        posted = [await self.say(account, customer, text, hint=False) for customer, text in said]
        self._hint(account, posted[-1].record)
        return posted

    async def press(self, account: KfAccount, seen: Record, key: str) -> Posted:
        """A customer presses an item of a menu: its words come in with its id."""
        if key not in (seen.menu or {}):
            raise SimulatorError(f"{key} cannot be pressed there")
        words = (seen.menu or {})[key]
        payload = {"content": words, "menu_id": key} if key != "-" else {"content": words}
        return self._message(account, seen.member, "text", payload, words)

    async def share(
        self, account: KfAccount, customer: str, kind: MediaKind, content: bytes = b"...", filename: str = ""
    ) -> Posted:
        """A customer sends a picture, voice, video or file."""
        kept = self._media.keep(kind, content, filename)
        return self._message(account, customer, kind, {"media_id": kept.id}, f"[{kind}]")

    async def send_raw(self, account: KfAccount, customer: str, msgtype: str, payload: Mapping[str, Any]) -> Posted:
        """A customer sends anything, known or not."""
        return self._message(account, customer, msgtype, payload, f"[{msgtype}]")

    async def recall(self, account: KfAccount, posted: Posted) -> Posted:
        """A customer takes a message back."""
        customer = posted.record.member
        self._journal.change(posted.record.number, recalled=True)
        details = {"external_userid": customer, "recall_msgid": posted.msgid}
        return self._event(account, customer, "user_recall_msg", details)

    def _meet(self, account: KfAccount, customer: str) -> Session:
        if self._directory.customer(customer) is None:
            raise SimulatorError(f"no customer {customer}")
        return account.session(customer, self._clock)

    def _message(
        self,
        account: KfAccount,
        customer: str,
        msgtype: str,
        payload: Mapping[str, Any],
        text: str,
        hint: bool = True,
    ) -> Posted:
        session = self._meet(account, customer)
        session.spoke_at, session.sent = self._clock.now(), 0
        if session.state is State.ENDED:
            session.state = State.NEW
        said = {"external_userid": customer, "origin": CUSTOMER, "msgtype": msgtype, msgtype: payload}
        record = self._record(account, customer, customer, "said", msgtype, text)
        self._leave(account, record.msgid, said)
        return self._posted(account, record, hint)

    # What servicers do in WeCom's own client.

    async def take(self, account: KfAccount, customer: str, userid: str) -> Posted:
        """A servicer takes a customer out of the pool."""
        session = self._in_state(account, customer, State.POOL)
        session.state, session.servicer = State.PERSON, account.servicer(userid).userid
        return self._turn(account, customer, TAKEN, new=session.servicer, code=State.PERSON)

    async def pass_on(self, account: KfAccount, customer: str, userid: str) -> Posted:
        """A servicer gives a customer to a colleague."""
        session = self._in_state(account, customer, State.PERSON)
        old, session.servicer = session.servicer, account.servicer(userid).userid
        return self._turn(account, customer, PASSED_ON, old=old, new=session.servicer)

    async def end(self, account: KfAccount, customer: str) -> Posted:
        """A servicer ends the session."""
        session = self._in_state(account, customer, State.PERSON)
        old, session.servicer, session.state = session.servicer, "", State.ENDED
        return self._turn(account, customer, ENDED, old=old, code=State.ENDED)

    async def reopen(self, account: KfAccount, customer: str, userid: str) -> Posted:
        """A servicer takes an ended session up again."""
        session = self._in_state(account, customer, State.ENDED)
        session.state, session.servicer = State.PERSON, account.servicer(userid).userid
        return self._turn(account, customer, REOPENED, old=session.servicer, new=session.servicer)

    async def answer(self, account: KfAccount, customer: str, text: str) -> Posted:
        """The servicer of a customer writes to them."""
        return await self.answer_raw(account, customer, "text", {"content": text}, text)

    async def answer_raw(
        self, account: KfAccount, customer: str, msgtype: str, payload: Mapping[str, Any], text: str = ""
    ) -> Posted:
        """The servicer of a customer sends anything."""
        session = self._in_state(account, customer, State.PERSON)
        who = {"external_userid": customer, "origin": SERVICER, "servicer_userid": session.servicer}
        record = self._record(account, customer, customer, "seen", msgtype, text or f"[{msgtype}]", via="servicer")
        self._leave(account, record.msgid, {**who, "msgtype": msgtype, msgtype: payload})
        return self._posted(account, record)

    async def take_back(self, account: KfAccount, answered: Posted, userid: str) -> Posted:
        """A servicer takes an answer back."""
        customer = answered.record.member
        self._journal.change(answered.record.number, recalled=True)
        details = {"external_userid": customer, "recall_msgid": answered.msgid, "servicer_userid": userid}
        return self._event(account, customer, "servicer_recall_msg", details)

    async def receive(self, account: KfAccount, userid: str, receiving: bool, suspended: bool = False) -> Posted:
        """A servicer begins or stops to receive customers: the event says 1 or 2 where servicer/list says 0 or 1."""
        servicer = account.servicer(userid)
        servicer.receiving, servicer.suspended = receiving, suspended
        details = {"servicer_userid": servicer.userid, "status": 1 if receiving else 2}
        stop = {} if receiving else {"stop_type": int(suspended)}
        return self._event(account, "", "servicer_status_change", {**details, **stop})

    async def refuse_messages(self, account: KfAccount, customer: str, userid: str, refused: bool) -> Posted:
        """A servicer refuses (or takes again) what a customer writes."""
        details = {"servicer_userid": userid, "external_userid": customer, "reject_switch": int(refused)}
        return self._event(account, customer, "reject_customer_msg_switch_change", details)

    def _in_state(self, account: KfAccount, customer: str, state: State) -> Session:
        session = self._meet(account, customer)
        if session.state is not state:
            raise SimulatorError(f"{customer} is in state {int(session.state)}, not {int(state)}")
        return session

    def _turn(
        self, account: KfAccount, customer: str, change: int, old: str = "", new: str = "", code: State | None = None
    ) -> Posted:
        details: dict[str, Any] = {"external_userid": customer, "change_type": change}
        details |= {"old_servicer_userid": old} if old else {}
        details |= {"new_servicer_userid": new} if new else {}
        details |= {"msg_code": self.calls.codes.issue(account, customer, code)} if code is not None else {}
        return self._event(account, customer, "session_status_change", details)

    # What WeCom does.

    def fail_next(self, account: KfAccount, customer: str, fail_type: int) -> None:
        """The next message to a customer is taken by the API and does not arrive."""
        self.calls.failing[account.open_kfid, customer] = fail_type

    def _send_failed(self, account: KfAccount, customer: str, msgid: str, fail_type: int) -> None:
        details = {"external_userid": customer, "fail_msgid": msgid, "fail_type": fail_type}
        self._event(account, customer, "msg_send_fail", details)

    async def event(self, account: KfAccount, customer: str, name: str, details: Mapping[str, Any]) -> Posted:
        """Any event, known or not."""
        return self._event(account, customer, name, {"external_userid": customer, **details})

    async def grant(self, door: Kf, added: str = "", removed: str = "") -> Posted:
        """The administrator changes which accounts the app may handle: a callback of its own, nothing to pull."""
        fields = {"AuthAddOpenKfId": added} if added else {"AuthDelOpenKfId": removed}
        place = KfAccount(
            added or removed, "", door, False, KfLog(self._clock, self._chance, self._paging, Budget(1, 1))
        )
        record = self._journal.record("said", place.place(""), "", msgid=self._msgid(), text="kf_account_auth_change")
        return Posted(record, self._journal, self._call(door, record, "kf_account_auth_change", fields))

    async def hint(self, account: KfAccount) -> Posted:
        """One more hint, for nothing or for what was not hinted at."""
        record = self._journal.record("said", account.place(""), "", msgid=self._msgid(), text="kf_msg_or_event")
        return self._posted(account, record)

    # Items, records, hints.

    def _event(self, account: KfAccount, customer: str, name: str, details: Mapping[str, Any]) -> Posted:
        record = self._record(account, customer, customer, "said", "event", name)
        event = {"event_type": name, "open_kfid": account.open_kfid, **details}
        item = {"msgid": record.msgid, "send_time": int(self._clock.now()), "origin": SYSTEM, "msgtype": "event"}
        account.log.append({**item, "event": event})
        return self._posted(account, record)

    def _leave(self, account: KfAccount, msgid: str, said: Mapping[str, Any]) -> None:
        head = {"msgid": msgid, "open_kfid": account.open_kfid, "send_time": int(self._clock.now())}
        account.log.append({**head, **said})

    def _record(
        self, account: KfAccount, customer: str, member: str, kind: Any, msgtype: str, text: str, via: str = ""
    ) -> Record:
        msgid = self._msgid()
        return self._journal.record(
            kind, account.place(customer), member, msgid=msgid, msgtype=msgtype, text=text, via=via
        )

    def _msgid(self) -> str:
        return f"4{self._chance.getrandbits(160):040x}"

    def _posted(self, account: KfAccount, record: Record, hint: bool = True) -> Posted:
        lost = not hint or self._chance.random() < self._disorder.lost_hints
        task = self._tasks.own(_nothing()) if lost else self._hint(account, record)
        return Posted(record, self._journal, task)

    def _hint(self, account: KfAccount, record: Record) -> Any:
        fields = {"Token": account.log.token(), "OpenKfId": account.open_kfid}
        return self._call(account.door, record, "kf_msg_or_event", fields)

    def _call(self, door: Kf, record: Record, event: str, fields: Mapping[str, str]) -> Any:
        now = int(self._clock.now())
        head = {"ToUserName": self._corp_id, "CreateTime": str(now), "MsgType": "event", "Event": event}
        plain = "".join(f"<{name}>{_element(value)}</{name}>" for name, value in {**head, **fields}.items())
        callback = Callback(
            door,
            record.msgid,
            record.conversation,
            record.member,
            Situation.SILENT,
            f"<xml>{plain}</xml>",
            self._clock.now(),
        )
        return self._courier.send(callback)


async def _nothing() -> None:
    """A hint that never leaves."""


def _element(value: str) -> str:
    return value if value.isdigit() else f"<![CDATA[{value}]]>"
