"""What people do in WeCom: each act becomes a callback to the door they act on."""

import asyncio
import json
import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.simulator import cards
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
from bot.simulator.sending import Sending
from bot.simulator.tasks import Tasks
from bot.simulator.timing import Timing

Fields = Mapping[str, Any]

# The events that take words as an answer (doc/90241); others can only be acknowledged.
ANSWERABLE = {"subscribe", "enter_agent", "LOCATION", "click", "view", "view_miniprogram", "scancode_waitmsg"}
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


class Acts:
    """People's side of the simulator. All acts return when the message is on its way, not when it is answered.

    `msgid` forces a message id (WeCom's are not always unique); `copies` sends that many more at once.
    """

    corp_id: str
    url: str
    journal: Journal
    directory: Directory
    media: MediaStore
    _clock: Clock
    _ids: random.Random
    _timing: Timing
    _limits: Limits
    _courier: Courier
    _screen: Screen
    _tasks: Tasks
    _sending: Sending
    _responses: Responses
    _interactions: defaultdict[tuple[str, str], int]

    # With an app.

    async def say(self, app: App, member: str, text: str, *, msgid: str | None = None, copies: int = 0) -> Posted:
        """A member types to an app."""
        return await self._message(app, member, {"MsgType": "text", "Content": text}, text, msgid, copies)

    async def show_picture(self, app: App, member: str, content: bytes = b"png") -> Posted:
        """A member sends an app a picture."""
        kept = self.media.keep("image", content)
        fields = {"MsgType": "image", "PicUrl": self._media_url(app, kept.id), "MediaId": kept.id}
        return await self._message(app, member, fields, "[image]")

    async def speak(self, app: App, member: str, content: bytes = b"amr") -> Posted:
        """A member sends an app a voice message."""
        fields = {"MsgType": "voice", "MediaId": self.media.keep("voice", content).id, "Format": "amr"}
        return await self._message(app, member, fields, "[voice]")

    async def show_video(self, app: App, member: str, content: bytes = b"mp4") -> Posted:
        """A member sends an app a video."""
        kept, thumb = self.media.keep("video", content), self.media.keep("image")
        fields = {"MsgType": "video", "MediaId": kept.id, "ThumbMediaId": thumb.id}
        return await self._message(app, member, fields, "[video]")

    async def share_location(self, app: App, member: str, latitude: str, longitude: str, label: str) -> Posted:
        """A member sends an app a place."""
        place = {"Location_X": latitude, "Location_Y": longitude, "Scale": 16, "Label": label, "AppType": "wxwork"}
        return await self._message(app, member, {"MsgType": "location", **place}, label)

    async def share_link(self, app: App, member: str, title: str, url: str, description: str = "") -> Posted:
        """A member sends an app a link."""
        fields = {"MsgType": "link", "Title": title, "Description": description, "Url": url, "PicUrl": ""}
        return await self._message(app, member, fields, title)

    async def send_raw(self, app: App, member: str, fields: Fields) -> Posted:
        """A message of any type, known or not."""
        return await self._message(app, member, fields, "")

    async def enter_agent(self, app: App, member: str) -> Posted:
        """A member opens the app's chat."""
        return await self.event(app, member, "enter_agent", {"EventKey": ""})

    async def press_menu(self, app: App, member: str, key: str) -> Posted:
        """A member presses an item of the app's menu."""
        return await self.event(app, member, "click", {"EventKey": key})

    async def event(
        self, app: App, member: str, event: str, fields: Fields | None = None, *, copies: int = 0
    ) -> Posted:
        """Any event of doc/90240, or one that nobody has seen yet."""
        situation = Situation.EVENT if event in ANSWERABLE else Situation.SILENT
        return await self._app_event(app, member, event, fields or {}, situation, copies=copies)

    # With an AI bot.

    async def direct(
        self,
        bot: AiBot,
        member: str,
        text: str,
        *,
        quote: str | None = None,
        msgid: str | None = None,
        copies: int = 0,
    ) -> Posted:
        """A member types to an AI bot, 1:1."""
        payload = {"msgtype": "text", "text": {"content": text}, **_quoted(quote)}
        return await self._talk(bot, None, member, payload, text, msgid, copies)

    async def mention(
        self,
        bot: AiBot,
        group: str,
        member: str,
        text: str,
        *,
        quote: str | None = None,
        msgid: str | None = None,
        copies: int = 0,
    ) -> Posted:
        """A member mentions an AI bot in a group: the bot hears "@its name text"."""
        payload = {"msgtype": "text", "text": {"content": f"@{bot.name} {text}"}, **_quoted(quote)}
        return await self._talk(bot, group, member, payload, text, msgid, copies)

    async def mix(self, bot: AiBot, member: str, parts: Sequence[str | bytes], group: str | None = None) -> Posted:
        """A member sends an AI bot words and pictures in one message; in a group with a mention."""
        mention = [f"@{bot.name} "] if group else []
        items = [self._part(bot, part) for part in (*mention, *parts)]
        text = " ".join(part for part in parts if isinstance(part, str))
        return await self._talk(bot, group, member, {"msgtype": "mixed", "mixed": {"msg_item": items}}, text)

    async def dictate(self, bot: AiBot, member: str, text: str) -> Posted:
        """A member speaks to an AI bot, which gets the words."""
        return await self._talk(bot, None, member, {"msgtype": "voice", "voice": {"content": text}}, text)

    async def share(
        self, bot: AiBot, member: str, kind: MediaKind, content: bytes = b"...", filename: str = ""
    ) -> Posted:
        """A member sends an AI bot a picture, file or video, 1:1."""
        url = self._media_url(bot, self.media.keep(kind, content, filename).id)
        return await self._talk(bot, None, member, {"msgtype": kind, kind: {"url": url}}, f"[{kind}]")

    async def talk_raw(self, bot: AiBot, member: str, payload: Fields, group: str | None = None) -> Posted:
        """A message with any payload, known or not."""
        return await self._talk(bot, group, member, payload, "")

    async def enter_chat(self, bot: AiBot, member: str) -> Posted:
        """A member opens the 1:1 chat for the first time today."""
        return await self._bot_event(bot, None, member, "enter_chat", {}, Situation.ENTER_CHAT)

    async def rate(self, bot: AiBot, member: str, feedback_id: str, kind: int, content: str = "") -> Posted:
        """A member presses thumbs up (1) or down (2), or takes it back (3)."""
        details = {"id": feedback_id, "type": kind, "content": content, "inaccurate_reason_list": []}
        return await self._bot_event(bot, None, member, "feedback_event", details, Situation.SILENT)

    async def bot_event(
        self, bot: AiBot, member: str, event: str, details: Fields | None = None, group: str | None = None
    ) -> Posted:
        """Any event, known or not."""
        return await self._bot_event(bot, group, member, event, details or {}, Situation.SILENT)

    # With a card.

    async def click(
        self,
        card: Record,
        key: str,
        member: str | None = None,
        chosen: Mapping[str, Sequence[str]] | None = None,
        *,
        copies: int = 0,
    ) -> Posted:
        """A member presses a button or menu item of a card in the journal, with the options chosen on it."""
        shown = self.journal.at(card.number)
        person = self.directory.member(member or shown.member)
        face = self._face(shown, person)
        pressed = cards.keys(face).get(key)
        if pressed is None:
            raise SimulatorError(f"{key} cannot be pressed on this card")
        situation = Situation.CLICK if pressed == "button" else Situation.MENU
        selected = _checked(face, chosen or {}) if pressed == "button" else {}
        door = self._door(shown.door)
        press = self._press_app if isinstance(door, App) else self._press_bot
        return await press(door, shown, face, key, person, selected, situation, copies)  # type: ignore[arg-type]

    def _face(self, shown: Record, person: Member) -> Fields:
        """The card as the person sees it."""
        face = shown.card_for(person.key)
        place = shown.conversation
        group = self.directory.group(place.native) if place.kind == "group" else None
        if shown.kind != "seen" or face is None or shown.recalled:
            raise SimulatorError("there is no card to press")
        if person.key not in (group.members if group else {place.native}):
            raise SimulatorError(f"{person.userid} does not see this card")
        return face

    async def _press_app(
        self,
        app: App,
        shown: Record,
        face: Fields,
        key: str,
        person: Member,
        selected: Mapping[str, Sequence[str]],
        situation: Situation,
        copies: int,
    ) -> Posted:
        items = [{"QuestionKey": asked, "OptionIds": {"OptionId": ids}} for asked, ids in selected.items()]
        fields = {
            "EventKey": key,
            "TaskId": face.get("task_id", ""),
            "CardType": face["card_type"],
            "ResponseCode": self._sending.codes.issue((app, shown.msgid)),
            **({"SelectedItems": {"SelectedItem": items}} if items else {}),
        }
        event = "template_card_event" if situation is Situation.CLICK else "template_card_menu_event"
        return await self._app_event(app, person.userid, event, fields, situation, shown, copies)

    async def _press_bot(
        self,
        bot: AiBot,
        shown: Record,
        face: Fields,
        key: str,
        person: Member,
        selected: Mapping[str, Sequence[str]],
        situation: Situation,
        copies: int,
    ) -> Posted:
        items = [{"question_key": asked, "option_ids": {"option_id": list(ids)}} for asked, ids in selected.items()]
        details = {
            "card_type": face["card_type"],
            "event_key": key,
            "task_id": face.get("task_id", ""),
            **({"selected_items": {"selected_item": items}} if items else {}),
        }
        group = shown.conversation.native if shown.conversation.kind == "group" else None
        return await self._bot_event(
            bot, group, person.userid, "template_card_event", details, situation, shown, copies
        )

    # How an act becomes a callback.

    async def _message(
        self, app: App, member: str, fields: Fields, text: str, msgid: str | None = None, copies: int = 0
    ) -> Posted:
        person = self._person(member)
        native = msgid or str(7_300_000_000_000_000_000 + self._ids.getrandbits(56))
        plain = self._xml(app, person, {**fields, "MsgId": native})
        place = Conversation(app.id, "direct", person.key)
        return self._post(app, place, person, Situation.MESSAGE, plain, native, text, copies=copies)

    async def _app_event(
        self,
        app: App,
        member: str,
        event: str,
        fields: Fields,
        situation: Situation,
        card: Record | None = None,
        copies: int = 0,
    ) -> Posted:
        person = self._person(member)
        plain = self._xml(app, person, {"MsgType": "event", "Event": event, **fields})
        place = Conversation(app.id, "direct", person.key)
        native = f"event-{self._ids.getrandbits(64):016x}"
        return self._post(
            app, place, person, situation, plain, native, event, card, str(fields.get("TaskId", "")), copies
        )

    def _xml(self, app: App, person: Member, fields: Fields) -> str:
        head = {"ToUserName": self.corp_id, "FromUserName": person.userid, "CreateTime": int(self._clock.now())}
        return f"<xml>{_elements({**head, **fields, 'AgentID': app.agent_id})}</xml>"

    async def _talk(
        self,
        bot: AiBot,
        group: str | None,
        member: str,
        payload: Fields,
        text: str,
        msgid: str | None = None,
        copies: int = 0,
    ) -> Posted:
        person = self._person(member)
        place = self._place(bot, group, person)
        native = msgid or f"CAIQ{self._ids.getrandbits(96):024x}"
        await self._free_interaction(bot, person)
        response_url = self._response_url(place, person, native)
        plain = self._json(bot, place, person, native, {"response_url": response_url, **payload})
        return self._post(bot, place, person, Situation.MESSAGE, plain, native, text, copies=copies)

    async def _bot_event(
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
        person = self._person(member)
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
            body["response_url"] = self._response_url(place, person, native)
        plain = self._json(bot, place, person, native, body)
        task_id = str(details.get("task_id", ""))
        return self._post(bot, place, person, situation, plain, native, event, card, task_id, copies)

    def _json(self, bot: AiBot, place: Conversation, person: Member, msgid: str, payload: Fields) -> str:
        where = {"chatid": place.native, "chattype": "group"} if place.kind == "group" else {"chattype": "single"}
        body = {"msgid": msgid, "aibotid": bot.bot_id, **where, "from": {"userid": person.userid}, **payload}
        return json.dumps(body, ensure_ascii=False)

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
        record = self.journal.record("said", place, person.userid, msgid=msgid, text=text, msgtype=str(situation))
        delivering = self._courier.send(callback, copies)
        if isinstance(door, AiBot) and situation is Situation.MESSAGE:
            self._tasks.own(self._interact(callback, delivering))
        return Posted(record, self.journal, delivering)

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
        most = self._limits.interactions
        if most is None:
            return
        # Messages sent a moment ago must have been counted before this one looks.
        await asyncio.sleep(0)
        deadline = asyncio.get_running_loop().time() + self._timing.patience
        while self._interactions[(bot.id, person.key)] >= most:
            if asyncio.get_running_loop().time() > deadline:
                raise SimulatorError(
                    f"{person.userid} has {most} open interactions with {bot.id}; see Limits.interactions"
                )
            await asyncio.sleep(0.01)

    def _person(self, member: str) -> Member:
        return self.directory.member(member)

    def _place(self, bot: AiBot, group: str | None, person: Member) -> Conversation:
        if group is None:
            return Conversation(bot.id, "direct", person.key)
        return Conversation(bot.id, "group", self.directory.group_for(group, bot, person).id)

    def _response_url(self, place: Conversation, person: Member, msgid: str) -> str:
        return f"{self.url}/cgi-bin/aibot/response?response_code={self._responses.issue(place, person.userid, msgid)}"

    def _media_url(self, door: Door, media: str) -> str:
        return f"{self.url}/media/{door.id}/{media}"

    def _part(self, bot: AiBot, part: str | bytes) -> Fields:
        if isinstance(part, str):
            return {"msgtype": "text", "text": {"content": part}}
        return {"msgtype": "image", "image": {"url": self._media_url(bot, self.media.keep("image", part).id)}}

    def _door(self, door: str) -> Door:
        raise NotImplementedError


def _quoted(quote: str | None) -> Fields:
    return {} if quote is None else {"quote": {"msgtype": "text", "text": {"content": quote}}}


def _checked(face: Fields, chosen: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    """The chosen options, if the card offers them."""
    offered = cards.options(face)
    for asked, ids in chosen.items():
        if not set(ids) <= offered.get(asked, set()):
            raise SimulatorError(f"the card does not offer {asked}: {list(ids)}")
    return chosen


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
