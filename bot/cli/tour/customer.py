"""The angry customer: in 微信客服 where staff answer from the desk, else one to one with the app."""

from dataclasses import dataclass
from typing import Protocol

from bot.cli.tour.doors import CUSTOMERS
from bot.cli.tour.stage import Stage
from bot.simulator import Conversation, KfAccount, Posted


class Customer(Protocol):
    """Somebody who talks with the bot alone."""

    @property
    def name(self) -> str:
        """As staff see it."""

    @property
    def where(self) -> str:
        """Where they are, for readers."""

    @property
    def place(self) -> Conversation:
        """Where the bot answers them."""

    async def says(self, text: str) -> Posted:
        """They type."""

    async def shows(self, content: bytes) -> Posted:
        """They send a picture."""


@dataclass(frozen=True, slots=True)
class AtCounter:
    """A customer of an account of 微信客服."""

    stage: Stage
    account: KfAccount
    id: str

    @property
    def name(self) -> str:
        return self.stage.name(self.id)

    @property
    def where(self) -> str:
        return "微信客服"

    @property
    def place(self) -> Conversation:
        return self.account.place(self.id)

    async def says(self, text: str) -> Posted:
        return await self.stage.wecom.kf.say(self.account, self.id, text)

    async def shows(self, content: bytes) -> Posted:
        return await self.stage.wecom.kf.share(self.account, self.id, "image", content)


@dataclass(frozen=True, slots=True)
class InApp:
    """The guest in the app."""

    stage: Stage

    @property
    def name(self) -> str:
        return self.stage.guest.name

    @property
    def where(self) -> str:
        return "自建应用"

    @property
    def place(self) -> Conversation:
        return Conversation(self.stage.app.id, "direct", self.stage.guest.key)

    async def says(self, text: str) -> Posted:
        return await self.stage.wecom.say(self.stage.app, self.stage.guest.userid, text)

    async def shows(self, content: bytes) -> Posted:
        return await self.stage.wecom.show_picture(self.stage.app, self.stage.guest.userid, content)


def customer_of(stage: Stage) -> Customer:
    """Who it is with this configuration."""
    channels = [one for one in stage.bot.config.values["channels"] if one.kind == "kf"]
    relaying = {id for one in channels for id, handover in one.handovers().items() if handover == "relay"}
    account = next((one for one in stage.wecom.kf.accounts.all() if one.open_kfid in relaying), None)
    return AtCounter(stage, account, next(iter(CUSTOMERS))) if account else InApp(stage)
