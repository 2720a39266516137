"""What kf/sync_msg reads from: everything that happened at one account, three days long (doc/94670)."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.clock import Clock
from bot.simulator.errors import Errcode, Refused
from bot.simulator.limits import Budget

KEPT = 3 * 24 * 3600
TOKEN_LIVES = 600
MOST = 1000

Item = Mapping[str, Any]


@dataclass(slots=True)
class Paging:
    """How untidy pages are. `most`: items a page at most; `empty_rate`: share of pages that come empty, with more."""

    most: int = MOST
    empty_rate: float = 0.0


@dataclass(slots=True)
class KfLog:
    """The items of one account in order, the tokens of its hints, and the pages that are given out."""

    clock: Clock
    chance: random.Random
    paging: Paging
    tokenless: Budget
    items: list[tuple[float, Item]] = field(default_factory=list)
    _tokens: dict[str, float] = field(default_factory=dict)
    _cursors: dict[str, int] = field(default_factory=dict)

    def append(self, item: Item) -> None:
        """One more thing happened."""
        self.items.append((self.clock.now(), item))

    def token(self) -> str:
        """A token for a hint, good for ten minutes."""
        made = f"ENC{self.chance.getrandbits(160):040x}"
        self._tokens[made] = self.clock.now() + TOKEN_LIVES
        return made

    def page(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to sync_msg."""
        self._check_token(_text(body, "token", 128))
        limit = body.get("limit", 0)
        if type(limit) is not int or not 0 <= limit <= MOST:
            raise Refused(Errcode.BAD_FIELD, "limit is not 0 to 1000")
        if body.get("voice_format", 0) not in (0, 1):
            raise Refused(Errcode.BAD_FIELD, "voice_format is neither 0 nor 1")
        begin = self._position(_text(body, "cursor", 64))
        is_empty = begin < len(self.items) and self.chance.random() < self.paging.empty_rate
        end = begin if is_empty else min(len(self.items), begin + min(limit or MOST, self.paging.most))
        shown = [item for _, item in self.items[begin:end]]
        return {"next_cursor": self._cursor(end), "has_more": int(end < len(self.items)), "msg_list": shown}

    def _check_token(self, token: str) -> None:
        now = self.clock.now()
        if token:
            if self._tokens.get(token, 0.0) < now:
                raise Refused(Errcode.KF_BAD_TOKEN, "token is unknown or older than 10 minutes")
        elif not self.tokenless.take("", now):
            raise Refused(Errcode.TOO_OFTEN, "sync_msg without a token is called too often")

    def _position(self, cursor: str) -> int:
        """Where a page begins: behind the cursor, or with the oldest item that is kept."""
        if cursor and cursor not in self._cursors:
            raise Refused(Errcode.BAD_CURSOR, "cursor is unknown")
        oldest = self.clock.now() - KEPT
        kept = next((at for at, (made, _) in enumerate(self.items) if made >= oldest), len(self.items))
        return max(kept, self._cursors.get(cursor, 0))

    def _cursor(self, position: int) -> str:
        """Cursors say nothing, and the same place has more than one."""
        made = f"{self.chance.getrandbits(128):032x}"
        self._cursors[made] = position
        return made


def _text(body: Mapping[str, Any], field: str, most: int) -> str:
    value = body.get(field, "")
    if not isinstance(value, str) or len(value.encode()) > most:
        raise Refused(Errcode.BAD_FIELD, f"{field} is not a text of at most {most} bytes")
    return value
