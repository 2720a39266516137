"""What an AI bot hears on its long connection: URL mode's callbacks, answered by their req_id (WeCom doc 101463)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from bot.channels import aibot_events
from bot.channels.aibot_events import Callback
from bot.types.events import Event, Route
from bot.wecom.socket import Frame

RESPOND = "aibot_respond_msg"
WELCOME = "aibot_respond_welcome_msg"
UPDATE = "aibot_respond_update_msg"
# The command that answers each kind of callback, and for how long.
_ANSWERS: Mapping[str, tuple[str, timedelta]] = {
    "stream": (RESPOND, timedelta(hours=24)),
    "welcome": (WELCOME, timedelta(seconds=5)),
    "update": (UPDATE, timedelta(seconds=5)),
}


class SocketCallback(Callback):
    """A callback that came over the long connection."""

    __slots__ = ("req_id",)

    def __init__(self, frame: Frame, door: str, corp: str, called: str, received_at: datetime) -> None:
        super().__init__(frame.body, door, corp, called, received_at)
        self.req_id = frame.req_id

    def route(self, passive: Literal["stream", "welcome", "update"]) -> Route:
        command, life = _ANSWERS[passive]
        return Route(url=command, code=self.req_id, expires_at=self.received_at + life)


def parse(frame: Frame, door: str, corp: str, called: str, received_at: datetime) -> Event:
    """The event of a frame; CallbackError when nobody sent it."""
    return aibot_events.parse(SocketCallback(frame, door, corp, called, received_at))
