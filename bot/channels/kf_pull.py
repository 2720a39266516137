"""Pulling what happened at one 微信客服 account (WeCom doc 94670).

A callback is a hint that there is something to pull, and may be lost: pages are pulled at the start, at every hint and
now and then, until there is no more. A page is stored and its cursor moved in one step, so it does not matter how many
processes pull, nor when one of them dies.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bot.channels.door import Inlet, Unstored
from bot.channels.faults import meaning
from bot.channels.kf_events import Item, is_known, parse
from bot.types.events import Event
from bot.types.ports import Clock
from bot.wecom.client import Client
from bot.wecom.envelope import listed, word
from bot.wecom.errors import CallError, WeComError

log = logging.getLogger(__name__)

PAGE = 1000
BAD_TOKEN, BAD_CURSOR = 95007, 50100
# Seconds between two pulls without a hint; there is a strict limit on those.
NOW_AND_THEN = 120.0
SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
# WeCom may send a page without anything and say that there is more; this many in a row are left for later, and so is
# a page that leads to itself.
EMPTY_PAGES = 50
# What had happened before an account was pulled for the first time is not ours to answer.
OURS = timedelta(minutes=10)
NAMES = 100
NAME_LIFE = timedelta(days=1)
MOST_NAMES = 10_000
KINDS = 100


@dataclass(frozen=True, slots=True)
class Place:
    """How far an account was pulled. `catching_up`: still among what happened before it was ours.

    `stored` is its form in the inbox: a sign and WeCom's cursor; nothing when nobody has ever pulled.
    """

    cursor: str = ""
    catching_up: bool = False
    is_first: bool = False

    @classmethod
    def read(cls, stored: str) -> "Place":
        """The place of a stored form."""
        return cls(stored[1:], stored.startswith("<"), False) if stored else cls("", True, True)

    @property
    def stored(self) -> str:
        if self.is_first:
            return ""
        return f"{'<' if self.catching_up else '>'}{self.cursor}"


@dataclass(frozen=True, slots=True)
class Page:
    """One answer to sync_msg."""

    items: Sequence[Any]
    cursor: str
    has_more: bool


class Names:
    """What customers call themselves, asked for once a day; a name that cannot be had holds nothing up."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._known: dict[str, tuple[str, datetime]] = {}
        self._not_before: datetime | None = None

    async def of(self, customers: Sequence[str]) -> Mapping[str, str]:
        """Their names, by id; those that are not known are left out."""
        now = self._clock.now()
        unknown = [customer for customer in dict.fromkeys(customers) if customer and not self._is_known(customer, now)]
        for at in range(0, len(unknown), NAMES):
            await self._ask(unknown[at : at + NAMES], now)
        found = {customer: self._known[customer][0] for customer in customers if customer in self._known}
        return {customer: name for customer, name in found.items() if name}

    def _is_known(self, customer: str, now: datetime) -> bool:
        known = self._known.get(customer)
        return known is not None and now - known[1] < NAME_LIFE

    async def _ask(self, customers: Sequence[str], now: datetime) -> None:
        if self._not_before is not None and now < self._not_before:
            return
        try:
            answer = await self._client.call("kf/customer/batchget", {"external_userid_list": list(customers)})
        except CallError as error:
            log.info("names of customers not known: %s", error)
            self._not_before = now + timedelta(minutes=1)
            return
        named = {word(one, "external_userid"): word(one, "nickname") for one in listed(answer, "customer_list")}
        self._known |= {customer: (named.get(customer, ""), now) for customer in customers}
        while len(self._known) > MOST_NAMES:
            del self._known[next(iter(self._known))]


@dataclass(slots=True)
class Kinds:
    """The kinds of items that nobody knows: each is told once."""

    _told: set[str] = field(default_factory=set)

    def look(self, item: Item) -> None:
        """Tell of an item of a new kind."""
        kind = f"{item.kind}.{item.detail('event_type')}" if item.kind == "event" else item.kind
        if not is_known(item) and kind not in self._told and len(self._told) < KINDS:
            self._told.add(kind)
            log.warning("%s: a kind of item that nobody knows: %s", item.door, kind or "without a kind")


class Puller:
    """Pulls one account. `told` is given the reason of a failure, or "" when all is well again."""

    def __init__(
        self, *, door: str, corp: str, open_kfid: str, client: Client, clock: Clock, names: Names, kinds: Kinds,
        chance: Random, every: float = NOW_AND_THEN,
    ) -> None:  # fmt: skip
        self.open_kfid = open_kfid
        self._door = door
        self._corp = corp
        self._client = client
        self._clock = clock
        self._names = names
        self._kinds = kinds
        self._chance = chance
        self._every = every
        self._token = ""
        self._hinted = asyncio.Event()

    def hint(self, token: str) -> None:
        """There is something to pull."""
        self._token = token
        self._hinted.set()

    async def follow(self, inlet: Inlet, told: Callable[[str, str], Any]) -> None:
        """Pull until cancelled, whatever the network does."""
        pause = SHORTEST_PAUSE
        while True:
            self._hinted.clear()
            failed, after = await self._try(inlet)
            await told(self.open_kfid, failed)
            if failed:
                wait = max(after, pause) * self._chance.uniform(1, 1.2)
                # What was refused without a token may go with the next hint's.
                await (asyncio.sleep(wait) if self._token else self._rest(wait))
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            pause = SHORTEST_PAUSE
            await self._rest(self._every * self._chance.uniform(0.8, 1.2))

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._hinted.wait()
        except TimeoutError:
            return

    async def _try(self, inlet: Inlet) -> tuple[str, float]:
        """Pull all there is; why that did not work, for managers, and how many seconds to wait at least."""
        try:
            await self.pull(inlet)
        except WeComError as error:
            meant = meaning(error.code)
            log.warning("%s: %s not pulled: %s", self._door, self.open_kfid, error)
            return f"{meant.cure}（{error}）", meant.after.total_seconds() if meant.after else 0.0
        except (CallError, Unstored) as error:
            log.warning("%s: %s not pulled: %s", self._door, self.open_kfid, error)
            return str(error), 0.0
        return "", 0.0

    async def pull(self, inlet: Inlet) -> None:
        """Store all there is. CallError, Unstored."""
        place, empty = Place.read(await inlet.cursor(self.open_kfid)), 0
        while True:
            try:
                page = await self._page(place.cursor)
            except WeComError as error:
                if error.code != BAD_CURSOR or not place.cursor:
                    raise
                place = await self._begin_anew(place, inlet)
                continue
            behind = replace(
                place, cursor=page.cursor or place.cursor, catching_up=place.catching_up and page.has_more,
                is_first=False,
            )  # fmt: skip
            if not await inlet.turn(self.open_kfid, place.stored, behind.stored, await self._events(page, place)):
                # Another process has turned this page: go on where it is.
                place = Place.read(await inlet.cursor(self.open_kfid))
                continue
            stays = behind.cursor == place.cursor
            place, empty = behind, empty + 1 if not page.items else 0
            if not page.has_more or stays or empty >= EMPTY_PAGES:
                return

    async def _begin_anew(self, place: Place, inlet: Inlet) -> Place:
        """The cursor is void: all that WeCom still has comes again; what was decided is known by its id."""
        log.warning("%s: the cursor of %s is void, pulling all there is", self._door, self.open_kfid)
        await inlet.turn(self.open_kfid, place.stored, Place().stored, ())
        return Place.read(await inlet.cursor(self.open_kfid))

    async def _page(self, cursor: str) -> Page:
        token = self._token
        try:
            return await self._ask(cursor, token)
        except WeComError as error:
            if error.code != BAD_TOKEN or not token:
                raise
        if self._token == token:
            self._token = ""
        return await self._ask(cursor, self._token)

    async def _ask(self, cursor: str, token: str) -> Page:
        asked = {"open_kfid": self.open_kfid, "cursor": cursor, "token": token, "limit": PAGE}
        answer = await self._client.call("kf/sync_msg", {name: value for name, value in asked.items() if value})
        has_more = word(answer, "has_more") == "1" or answer.get("has_more") is True
        return Page(listed(answer, "msg_list"), word(answer, "next_cursor"), has_more)

    async def _events(self, page: Page, place: Place) -> Sequence[Event]:
        now = self._clock.now()
        about = (self._door, self._corp, self.open_kfid, now)
        customers = [Item(body, *about, {}).customer for body in page.items]
        names = await self._names.of(customers) if page.items else {}
        items = [Item(body, *about, names) for body in page.items]
        for item in items:
            self._kinds.look(item)
        ours = [item for item in items if not place.catching_up or item.at >= now - OURS]
        if len(ours) < len(items):
            log.warning("%s: %d older items of %s passed over", self._door, len(items) - len(ours), self.open_kfid)
        return [parse(item) for item in ours]
