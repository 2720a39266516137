"""The post office: makes a callback of what a person does, and hands it to the courier."""

import asyncio
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.simulator.answers import Situation
from bot.simulator.callbacks import Courier
from bot.simulator.clock import Clock
from bot.simulator.doors import AiBot, App, Door
from bot.simulator.errors import SimulatorError
from bot.simulator.journal import Attempt, Conversation, Journal, Record
from bot.simulator.limits import Limits
from bot.simulator.media import MediaKind, MediaStore
from bot.simulator.people import Directory, Member
from bot.simulator.responses import Responses
from bot.simulator.screen import Callback, Screen
from bot.simulator.socket import Switchboard
from bot.simulator.socket_uploads import Vault
from bot.simulator.tasks import Tasks
from bot.simulator.timing import Timing

Fields = Mapping[str, Any]

ILLEGAL_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Posted:
    """Something a person did, on its way to the bot."""

    record: Record
    _journal: Journal
    _task: asyncio.Task[None]

    @property
    def msgid(self) -> str:
        return self.record.msgid

    @property
    def conversation(self) -> Conversation:
        return self.record.conversation

    async def delivered(self) -> list[Attempt]:
        """Wait until WeCom has delivered it or given up; the deliveries. Copies may still be under way."""
        await asyncio.wait({self._task})
        return self._journal.attempts(self.msgid)


class PostOffice:
    """Knows the two languages of callbacks, XML and JSON, and how busy each person is with each bot."""

    def __init__(
        self,
        corp_id: str,
        url: Callable[[], str],
        clock: Clock,
        ids: random.Random,
        journal: Journal,
        directory: Directory,
        media: MediaStore,
        courier: Courier,
        switchboard: Switchboard,
        vault: Vault,
        screen: Screen,
        responses: Responses,
        tasks: Tasks,
        timing: Timing,
        limits: Limits,
    ) -> None:
        self._corp_id = corp_id
        self._url = url
        self._clock = clock
        self._ids = ids
        self._journal = journal
        self._directory = directory
        self._media = media
        self._courier = courier
        self._switchboard = switchboard
        self._vault = vault
        self._screen = screen
        self._responses = responses
        self._tasks = tasks
        self._patience = timing.patience
        self._most_interactions = limits.interactions
        self._interactions: defaultdict[tuple[str, str], int] = defaultdict(int)

    def app_message(
        self, app: App, member: str, fields: Fields, text: str, msgid: str | None = None, copies: int = 0
    ) -> Posted:
        """A member's message to an app (doc/90239)."""
        person = self._user(app, member)
        native = msgid or str(7_300_000_000_000_000_000 + self._ids.getrandbits(56))
        plain = self._xml(app, person, {**fields, "MsgId": native})
        place = Conversation(app.id, "direct", person.key)
        return self._post(app, place, person, Situation.MESSAGE, plain, native, text, copies=copies)

    def app_event(
        self,
        app: App,
        member: str,
        event: str,
        fields: Fields,
        situation: Situation,
        card: Record | None = None,
        copies: int = 0,
    ) -> Posted:
        """An event of an app (doc/90240)."""
        person = self._directory.member(member)
        plain = self._xml(app, person, {"MsgType": "event", "Event": event, **fields})
        place = Conversation(app.id, "direct", person.key)
        native = f"event-{self._ids.getrandbits(64):016x}"
        return self._post(
            app, place, person, situation, plain, native, event, card, str(fields.get("TaskId", "")), copies
        )

    def _xml(self, app: App, person: Member, fields: Fields) -> str:
        head = {"ToUserName": self._corp_id, "FromUserName": person.userid, "CreateTime": int(self._clock.now())}
        return f"<xml>{_elements({**head, **fields, 'AgentID': app.agent_id})}</xml>"

    async def bot_message(
        self,
        bot: AiBot,
        group: str | None,
        member: str,
        payload: Fields,
        text: str,
        msgid: str | None = None,
        copies: int = 0,
    ) -> Posted:
        """A member's message to an AI bot (doc/100719)."""
        person = self._user(bot, member)
        place = self._place(bot, group, person)
        native = msgid or f"CAIQ{self._ids.getrandbits(96):024x}"
        await self._free_interaction(bot, person)
        plain = self._json(bot, place, person, native, {**self._way_back(bot, place, person, native), **payload})
        return self._post(bot, place, person, Situation.MESSAGE, plain, native, text, copies=copies)

    def bot_event(
        self,
        bot: AiBot,
        group: str | None,
        member: str,
        event: str,
        details: Fields,
        situation: Situation,
        card: Record | None = None,
        copies: int = 0,
    ) -> Posted:
        """An event of an AI bot (doc/101027)."""
        person = self._directory.member(member)
        place = self._place(bot, group, person)
        native = f"CAIQ{self._ids.getrandbits(96):024x}"
        body: dict[str, Any] = {
            "msgtype": "event",
            "event": {"eventtype": event},
            "create_time": int(self._clock.now()),
        }
        if details:
            body["event"][event] = details
        if card is not None:
            body |= self._way_back(bot, place, person, native)
        plain = self._json(bot, place, person, native, body)
        task_id = str(details.get("task_id", ""))
        return self._post(bot, place, person, situation, plain, native, event, card, task_id, copies)

    def _json(self, bot: AiBot, place: Conversation, person: Member, msgid: str, payload: Fields) -> str:
        where = {"chatid": place.native, "chattype": "group"} if place.kind == "group" else {"chattype": "single"}
        body = {"msgid": msgid, "aibotid": bot.bot_id, **where, "from": {"userid": person.userid}, **payload}
        return json.dumps(self._vault.with_keys(body) if bot.secret else body, ensure_ascii=False)

    def _post(
        self,
        door: Door,
        place: Conversation,
        person: Member,
        situation: Situation,
        plain: str,
        msgid: str,
        text: str,
        card: Record | None = None,
        task_id: str = "",
        copies: int = 0,
    ) -> Posted:
        callback = Callback(
            door,
            msgid,
            place,
            person.userid,
            situation,
            plain,
            self._clock.now(),
            task_id,
            card=card.number if card else None,
        )
        record = self._journal.record("said", place, person.userid, msgid=msgid, text=text, msgtype=str(situation))
        carrier = self._switchboard if isinstance(door, AiBot) and door.secret else self._courier
        delivering = carrier.send(callback, copies)
        if isinstance(door, AiBot) and situation is Situation.MESSAGE:
            self._tasks.own(self._interact(callback, delivering))
        return Posted(record, self._journal, delivering)

    async def _interact(self, callback: Callback, delivering: asyncio.Task[None]) -> None:
        """A message is in interaction until it is delivered and its stream, if any, is over (doc/100719)."""
        key = (callback.door.id, callback.member.lower())
        self._interactions[key] += 1
        try:
            await asyncio.wait({delivering})
            if bubble := self._screen.bubble(callback):
                await bubble.closed.wait()
        finally:
            self._interactions[key] -= 1

    async def _free_interaction(self, bot: AiBot, person: Member) -> None:
        """A fourth message to one bot has to wait for one of the three before it."""
        most = self._most_interactions
        if most is None:
            return
        # Messages sent a moment ago must have been counted before this one looks.
        await asyncio.sleep(0)
        deadline = asyncio.get_running_loop().time() + self._patience
        while self._interactions[(bot.id, person.key)] >= most:
            if asyncio.get_running_loop().time() > deadline:
                raise SimulatorError(
                    f"{person.userid} has {most} open interactions with {bot.id}; see Limits.interactions"
                )
            await asyncio.sleep(0.01)

    def _user(self, door: Door, member: str) -> Member:
        """A member who can see the door; others have nothing to type into."""
        person = self._directory.member(member)
        if not person.visible:
            raise SimulatorError(f"{member} is outside the visible range of {door.id}")
        return person

    def _place(self, bot: AiBot, group: str | None, person: Member) -> Conversation:
        if group is None:
            return Conversation(bot.id, "direct", person.key)
        return Conversation(bot.id, "group", self._directory.group_for(group, bot, person).id)

    def _way_back(self, bot: AiBot, place: Conversation, person: Member, msgid: str) -> Fields:
        """The one later answer that URL mode offers."""
        if bot.secret:
            return {}
        code = self._responses.issue(place, person.userid, msgid)
        return {"response_url": f"{self._url()}/cgi-bin/aibot/response?response_code={code}"}

    def keep(self, door: Door, kind: MediaKind, content: bytes, filename: str = "") -> tuple[str, str]:
        """Keep a file that a person sends: its media id, and its URL for this door."""
        kept = self._media.keep(kind, content, filename)
        if isinstance(door, AiBot) and door.secret:
            return kept.id, f"{self._url()}{self._vault.path(kept.id)}"
        return kept.id, f"{self._url()}/media/{door.id}/{kept.id}"


def _elements(fields: Fields) -> str:
    """XML elements as WeCom writes them: texts in CDATA, numbers bare, lists repeated."""
    parts: list[str] = []
    for name, value in fields.items():
        for one in value if isinstance(value, list | tuple) else (value,):
            parts.append(f"<{name}>{_content(one)}</{name}>")
    return "".join(parts)


def _content(value: Any) -> str:
    if isinstance(value, Mapping):
        return _elements(value)
    if isinstance(value, int):
        return str(value)
    clean = ILLEGAL_XML.sub("", str(value)).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{clean}]]>"
