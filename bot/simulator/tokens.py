"""gettoken (doc/91039) and the check of access_token on every call."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.simulator.clock import Clock
from bot.simulator.doors import App, Kf
from bot.simulator.errors import Errcode, Refused
from bot.simulator.limits import Budget

LIVES = 7200

Caller = App | Kf


@dataclass(frozen=True, slots=True)
class _Token:
    app: Caller
    expires: float


class Tokens:
    """One living token per (corp, secret); it may be made to expire early."""

    def __init__(self, corp_id: str, clock: Clock, chance: random.Random, per_minute: int) -> None:
        self._corp_id = corp_id
        self._clock = clock
        self._chance = chance
        self._asked = Budget(per_minute, per_minute * 60)
        self._apps: dict[str, Caller] = {}
        self._issued: dict[str, _Token] = {}
        self._current: dict[str, str] = {}

    def add(self, app: Caller) -> None:
        self._apps[app.secret] = app

    def get(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Answer gettoken."""
        app = self._authenticate(query)
        if not self._asked.take(app.secret, self._clock.now()):
            raise Refused(Errcode.TOO_OFTEN, "gettoken is called too often")
        token = self._living(app) or self._issue(app)
        return {"access_token": token, "expires_in": int(self._issued[token].expires - self._clock.now())}

    def _authenticate(self, query: Mapping[str, str]) -> Caller:
        if query.get("corpid") != self._corp_id:
            raise Refused(Errcode.BAD_CORPID, "invalid corpid")
        if not query.get("corpsecret"):
            raise Refused(Errcode.SECRET_MISSING, "corpsecret missing")
        app = self._apps.get(query["corpsecret"])
        if app is None:
            raise Refused(Errcode.BAD_SECRET, "invalid credential")
        return app

    def _living(self, app: Caller) -> str | None:
        token = self._current.get(app.secret, "")
        return token if token in self._issued and self._issued[token].expires > self._clock.now() else None

    def _issue(self, app: Caller) -> str:
        token = f"{self._chance.getrandbits(512):0128x}"
        self._issued[token] = _Token(app, self._clock.now() + LIVES)
        self._current[app.secret] = token
        return token

    def check(self, token: str | None) -> Caller:
        """The app that a token stands for, or Refused."""
        if not token:
            raise Refused(Errcode.TOKEN_MISSING, "access_token missing")
        found = self._issued.get(token)
        if found is None:
            raise Refused(Errcode.BAD_TOKEN, "invalid access_token")
        if found.expires <= self._clock.now():
            raise Refused(Errcode.TOKEN_EXPIRED, "access_token expired")
        return found.app

    def expire(self) -> None:
        """All tokens end now, as WeCom may decide: calls with them get 42001."""
        now = self._clock.now()
        self._issued = {token: _Token(found.app, now) for token, found in self._issued.items()}

    def forget(self) -> None:
        """All tokens become unknown: calls with them get 40014."""
        self._issued.clear()
