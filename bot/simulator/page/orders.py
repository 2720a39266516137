"""What the page orders: people act, switches turn, time passes. Each order is one JSON object."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.simulator.clock import ShiftedClock
from bot.simulator.doors import AiBot, App
from bot.simulator.errors import SimulatorError
from bot.simulator.journal import Record
from bot.simulator.page.counter import Counter
from bot.simulator.page.feed import Feed
from bot.simulator.page.person import Person, find
from bot.simulator.page.place import Place
from bot.simulator.page.places import Places
from bot.simulator.page.switches import Switchboard
from bot.simulator.server import WeCom

LONGEST = 4000
FARTHEST = 31 * 86400.0
DAY = 86400.0

Order = Mapping[str, Any]


class OrderError(SimulatorError):
    """An order that cannot be carried out: why, in Chinese."""


class Orders:
    """Does what a page asks; OrderError for what makes no sense, SimulatorError for what WeCom lets nobody do."""

    def __init__(
        self, wecom: WeCom, places: Places, counter: Counter, switches: Switchboard, clock: ShiftedClock | None,
        feed: Feed,
    ) -> None:  # fmt: skip
        self._wecom = wecom
        self._counter = counter
        self._places = places
        self._switches = switches
        self._clock = clock
        self._feed = feed
        self._entered: dict[tuple[str, str], float] = {}

    async def say(self, order: Order) -> None:
        """A person says something in a place."""
        person, place = self._who(order)
        words = _text(order, "text").strip()
        if not words or len(words) > LONGEST:
            raise OrderError(f"一句话要有 1 到 {LONGEST} 个字")
        door = self._wecom.door(place.conversation.door)
        if isinstance(door, App):
            await self._wecom.say(door, person.userid, words)
        elif not isinstance(door, AiBot):
            await self._counter.say(person, place, words)
        elif place.kind == "group":
            await self._wecom.mention(door, place.conversation.native, person.userid, words)
        else:
            await self._wecom.direct(door, person.userid, words)

    async def enter(self, order: Order) -> None:
        """A person opens a 1:1 chat; WeCom tells the bot once a day."""
        person, place = self._who(order)
        key, now = (person.id, place.id), self._wecom.clock.now()
        if place.kind == "group" or now - self._entered.get(key, -DAY) < DAY:
            return
        self._entered[key] = now
        door = self._wecom.door(place.conversation.door)
        if isinstance(door, AiBot):
            await self._wecom.enter_chat(door, person.userid)
        elif isinstance(door, App):
            await self._wecom.enter_agent(door, person.userid)
        else:
            await self._counter.enter(person, place)

    async def end(self, order: Order) -> None:
        """A servicer ends a session in 微信客服."""
        _, place = self._who(order)
        if place.kind != "served":
            raise OrderError("只有接待的同事能结束会话")
        await self._counter.end(place)

    async def press(self, order: Order) -> None:
        """A person presses a button of a card, with what was chosen on it."""
        person, shown = self._person(order), self._record(order)
        if self._counter.is_here(shown):
            await self._counter.press(shown, _text(order, "key"))
        else:
            await self._wecom.click(shown, _text(order, "key"), person.userid, _chosen(order))

    async def rate(self, order: Order) -> None:
        """A person's thumb on an answer: 1 up, 2 down, 3 taken back."""
        kind = order.get("kind")
        if kind not in (1, 2, 3):
            raise OrderError("评价只有赞、踩和收回")
        await self._wecom.thumb(self._record(order), kind, self._person(order).userid)

    async def turn(self, order: Order) -> None:
        """A switch is turned."""
        name = _text(order, "name")
        try:
            self._switches.turn(name, order.get("on") is True)
        except KeyError:
            raise OrderError(f"没有叫“{name}”的开关") from None
        self._feed.touch("switches")

    async def expire(self, order: Order) -> None:
        """All access tokens end now."""
        self._wecom.expire_tokens()

    async def advance(self, order: Order) -> None:
        """Time passes."""
        seconds = order.get("seconds")
        if self._clock is None:
            raise OrderError("这里的时间拨不动")
        if not isinstance(seconds, int | float) or not 0 < seconds <= FARTHEST:
            raise OrderError("时间只能往后拨，一次最多 31 天")
        self._clock.advance(seconds)
        self._feed.touch("clock")

    def _who(self, order: Order) -> tuple[Person, Place]:
        person = self._person(order)
        place = self._places.find(person, _text(order, "place"))
        if place is None:
            raise OrderError(f"{person.name}不在这个会话里")
        return person, place

    def _person(self, order: Order) -> Person:
        found = find(self._wecom.directory, _text(order, "person"))
        if found is None:
            raise OrderError("没有这个人")
        return found

    def _record(self, order: Order) -> Record:
        number = order.get("record")
        found = self.record(number) if type(number) is int else None
        if found is None:
            raise OrderError("没有这条消息")
        return found

    def record(self, number: int) -> Record | None:
        """Something said or seen, by its number."""
        try:
            entry = self._wecom.journal.entry(number)
        except IndexError:
            return None
        return entry if isinstance(entry, Record) else None


def _text(order: Order, field: str) -> str:
    value = order.get(field)
    if not isinstance(value, str):
        raise OrderError(f"缺少 {field}")
    return value


def _chosen(order: Order) -> Mapping[str, Sequence[str]]:
    found = order.get("chosen", {})
    if not isinstance(found, dict) or not all(_are_texts(ids) for ids in found.values()):
        raise OrderError("chosen 要写成 {题目: [选项]}")
    return found


def _are_texts(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) for one in found)
