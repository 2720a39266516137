"""微信客服 accounts, who serves them, and the state of each customer's session (doc/94669)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from bot.simulator.clock import Clock
from bot.simulator.doors import Kf
from bot.simulator.errors import Errcode, Refused, SimulatorError
from bot.simulator.journal import Conversation
from bot.simulator.kf_log import KfLog

WINDOW = 48 * 3600


class State(IntEnum):
    """service_state."""

    NEW = 0
    BOT = 1
    POOL = 2
    PERSON = 3
    ENDED = 4


# What service_state/trans may do; the state that is asked for again is no change for the bot's own and the person's.
CHANGES: Mapping[State, frozenset[State]] = {
    State.NEW: frozenset((State.BOT, State.POOL, State.PERSON, State.ENDED)),
    State.BOT: frozenset((State.BOT, State.POOL, State.PERSON, State.ENDED)),
    State.POOL: frozenset((State.PERSON, State.ENDED)),
    State.PERSON: frozenset((State.PERSON, State.ENDED)),
    State.ENDED: frozenset(),
}


@dataclass(slots=True)
class Servicer:
    """A member who receives an account's customers. `suspended`: stopped for a while only."""

    userid: str
    receiving: bool = True
    suspended: bool = False


@dataclass(slots=True)
class Session:
    """Where one customer stands with one account. `sent`: what went out since the customer's last message."""

    state: State = State.ENDED
    servicer: str = ""
    spoke_at: float | None = None
    welcomed_at: float | None = None
    sent: int = 0


@dataclass(slots=True)
class KfAccount:
    """A 微信客服 account. `managed`: WeCom's own rules receive first, so that state 0 takes no messages by API."""

    open_kfid: str
    name: str
    door: Kf
    managed: bool
    log: KfLog
    servicers: dict[str, Servicer] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)

    def place(self, customer: str) -> Conversation:
        """The conversation of a customer with this account."""
        return Conversation(self.door.id, "direct", f"{self.open_kfid}/{customer}")

    def session(self, customer: str, clock: Clock) -> Session:
        """A customer's session; 48 hours after the last message it is over."""
        found = self.sessions.setdefault(customer, Session())
        if found.spoke_at is not None and clock.now() > found.spoke_at + WINDOW:
            found.state, found.servicer = State.ENDED, ""
        return found

    def servicer(self, userid: str) -> Servicer:
        """Somebody who serves here, or a SimulatorError."""
        if found := self.servicers.get(userid.lower()):
            return found
        raise SimulatorError(f"{userid} does not serve {self.open_kfid}")


class KfAccounts:
    """All accounts of the company."""

    def __init__(self) -> None:
        self._known: dict[str, KfAccount] = {}

    def add(self, account: KfAccount) -> KfAccount:
        if account.open_kfid in self._known:
            raise SimulatorError(f"{account.open_kfid} exists")
        self._known[account.open_kfid] = account
        return account

    def all(self) -> list[KfAccount]:
        """Every account of the company."""
        return list(self._known.values())

    def of(self, door: Kf) -> list[KfAccount]:
        """The accounts that a door may handle."""
        return [account for account in self._known.values() if account.door == door]

    def find(self, open_kfid: object, door: Kf) -> KfAccount:
        """The account that a call names, or Refused."""
        if not isinstance(open_kfid, str) or not open_kfid:
            raise Refused(Errcode.KF_BAD_ID, "open_kfid is missing")
        found = self._known.get(open_kfid)
        if found is None:
            raise Refused(Errcode.KF_NO_ACCOUNT, "no such open_kfid")
        if found.door != door:
            raise Refused(Errcode.KF_NOT_GRANTED, "the account is not granted to this app")
        return found
