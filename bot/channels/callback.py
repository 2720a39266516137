"""What channels have in common that WeCom calls by HTTP."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime

from bot.channels.door import Received
from bot.channels.gate import Gate, Signed, refused
from bot.wecom.errors import CallbackError


class CallbackDoor(ABC):
    """Answers WeCom's question whether a URL is ours, and reads what passes the gate."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def echo(self, query: Mapping[str, str]) -> str:
        """The bare text that proves the URL is ours; Refused when the question is not WeCom's."""
        try:
            return self._gate.echo(query)
        except CallbackError as error:
            raise refused(error) from None

    def open(self, query: Mapping[str, str], body: bytes, now: datetime) -> Received:
        """What a callback says; Refused when it is forged, stale or malformed."""
        try:
            return self._open(Signed.read(query), body, now)
        except CallbackError as error:
            raise refused(error) from None

    @abstractmethod
    def _open(self, signed: Signed, body: bytes, now: datetime) -> Received:
        """Read it; CallbackError, Refused."""
