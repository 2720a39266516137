"""One conversation as somebody finds it in a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.simulator.journal import Conversation


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation with a name. `bot` is who answers there.

    `kind`: group, bot, app; kf (a customer's side of 微信客服), served (the servicers' side of it).
    """

    conversation: Conversation
    kind: str
    title: str
    subtitle: str
    bot: str

    @property
    def id(self) -> str:
        """One string for the conversation."""
        return place_id(self.conversation)

    def shown(self) -> Mapping[str, Any]:
        """The place as the page shows it."""
        named = {"title": self.title, "subtitle": self.subtitle, "bot": self.bot}
        return {"id": self.id, "kind": self.kind, **named}


def place_id(conversation: Conversation) -> str:
    """One string for a conversation; a group is one place, however many doors lead there."""
    door = "" if conversation.kind == "group" else conversation.door
    return f"{door}|{conversation.kind}|{conversation.native}"
