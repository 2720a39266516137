"""微信客服 on the page: customers write to accounts, servicers answer in WeCom's own client."""

from collections.abc import Iterator, Mapping

from bot.simulator.errors import SimulatorError
from bot.simulator.journal import Record
from bot.simulator.kf_accounts import KfAccount, Session, State
from bot.simulator.page.person import Person
from bot.simulator.page.place import Place
from bot.simulator.people import Customer
from bot.simulator.server import WeCom

STATES: Mapping[State, str] = {
    State.NEW: "还没有人接待",
    State.BOT: "机器人在接待",
    State.POOL: "排队等人接待",
    State.PERSON: "{}在接待",
    State.ENDED: "会话已结束",
}


class Counter:
    """All accounts, as the people on both sides of them find them."""

    def __init__(self, wecom: WeCom) -> None:
        self._wecom = wecom

    def places(self, person: Person) -> Iterator[Place]:
        """For a customer every account; for a servicer everybody who came to an account of theirs."""
        for account in self._wecom.kf.accounts.all():
            if person.is_customer:
                here = account.place(person.id)
                yield Place(here, "kf", account.name, "微信客服 · 外部客户从这里找公司", account.name)
            elif person.id in account.servicers:
                yield from self._served(account)

    def _served(self, account: KfAccount) -> Iterator[Place]:
        for id in account.sessions:
            customer = self._wecom.directory.customer(id)
            if customer is not None:
                subtitle = f"微信客服 · {self._state(account.session(id, self._wecom.clock))}"
                yield Place(account.place(id), "served", f"{customer.name}（{account.name}）", subtitle, account.name)

    def _state(self, session: Session) -> str:
        servicer = self._wecom.directory.find(session.servicer)
        return STATES[session.state].format(servicer.name if servicer else "同事")

    def is_here(self, record: Record) -> bool:
        """Whether something happened in 微信客服."""
        return record.door.startswith("kf:")

    def speaker(self, record: Record) -> str:
        """Who says something at a counter: the account, the servicer, the customer."""
        account, customer = self.find(record.conversation.native)
        if record.kind == "said":
            return customer.name if customer else "客户"
        servicer = self._wecom.directory.find(account.sessions[record.member].servicer) if account else None
        if record.via == "servicer":
            return servicer.name if servicer else "客服"
        return account.name if account else "客服"

    def find(self, native: str) -> tuple[KfAccount | None, Customer | None]:
        """The account and the customer of a conversation."""
        open_kfid, _, customer = native.partition("/")
        account = next((one for one in self._wecom.kf.accounts.all() if one.open_kfid == open_kfid), None)
        return account, self._wecom.directory.customer(customer)

    async def say(self, person: Person, place: Place, words: str) -> None:
        """A customer writes, or a servicer answers; a servicer who answers one that waits takes them first."""
        account, customer = self._both(place)
        if person.is_customer:
            await self._wecom.kf.say(account, customer.external_userid, words)
            return
        session = account.session(customer.external_userid, self._wecom.clock)
        if session.state is State.POOL:
            await self._wecom.kf.take(account, customer.external_userid, person.userid)
        if session.state is not State.PERSON or session.servicer.lower() != person.id:
            raise SimulatorError(f"{customer.name}：{self._state(session)}，轮不到{person.name}说话")
        await self._wecom.kf.answer(account, customer.external_userid, words)

    async def enter(self, person: Person, place: Place) -> None:
        """A customer opens the chat."""
        account, customer = self._both(place)
        if person.is_customer:
            await self._wecom.kf.enter(account, customer.external_userid)

    async def end(self, place: Place) -> None:
        """The servicer ends the session."""
        account, customer = self._both(place)
        await self._wecom.kf.end(account, customer.external_userid)

    async def press(self, record: Record, key: str) -> None:
        """A customer presses an item of a menu."""
        account, _ = self.find(record.conversation.native)
        if account is not None:
            await self._wecom.kf.press(account, record, key)

    def _both(self, place: Place) -> tuple[KfAccount, Customer]:
        account, customer = self.find(place.conversation.native)
        if account is None or customer is None:
            raise SimulatorError(f"no counter {place.id}")
        return account, customer
