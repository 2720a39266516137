"""What people do in WeCom: each act becomes a callback to the door they act on.

All acts return when the message is on its way, not when it is answered. `msgid` forces a message id
(WeCom's are not always unique); `copies` sends that many more at the same moment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.simulator import cards
from bot.simulator.answers import Situation
from bot.simulator.doors import AiBot, App, Door
from bot.simulator.errors import SimulatorError
from bot.simulator.journal import Journal, Record
from bot.simulator.media import MediaKind
from bot.simulator.office import Fields, Posted, PostOffice
from bot.simulator.people import Directory, Member
from bot.simulator.sending import Sending

# The events that take words as an answer (doc/90241); others can only be acknowledged.
ANSWERABLE = frozenset(
    ("subscribe", "enter_agent", "LOCATION", "click", "view", "view_miniprogram", "scancode_waitmsg")
)


class AppActs:
    """What members do with an app."""

    _office: PostOffice

    async def say(self, app: App, member: str, text: str, *, msgid: str | None = None, copies: int = 0) -> Posted:
        """A member types to an app."""
        return self._office.app_message(app, member, {"MsgType": "text", "Content": text}, text, msgid, copies)

    async def show_picture(self, app: App, member: str, content: bytes = b"png") -> Posted:
        """A member sends an app a picture."""
        media_id, url = self._office.keep(app, "image", content)
        fields = {"MsgType": "image", "PicUrl": url, "MediaId": media_id}
        return self._office.app_message(app, member, fields, "[image]")

    async def speak(self, app: App, member: str, content: bytes = b"amr") -> Posted:
        """A member sends an app a voice message."""
        fields = {"MsgType": "voice", "MediaId": self._office.keep(app, "voice", content)[0], "Format": "amr"}
        return self._office.app_message(app, member, fields, "[voice]")

    async def show_video(self, app: App, member: str, content: bytes = b"mp4") -> Posted:
        """A member sends an app a video."""
        media_id, thumb = self._office.keep(app, "video", content)[0], self._office.keep(app, "image", b"")[0]
        fields = {"MsgType": "video", "MediaId": media_id, "ThumbMediaId": thumb}
        return self._office.app_message(app, member, fields, "[video]")

    async def share_location(self, app: App, member: str, latitude: str, longitude: str, label: str) -> Posted:
        """A member sends an app a place."""
        place = {"Location_X": latitude, "Location_Y": longitude, "Scale": 16, "Label": label, "AppType": "wxwork"}
        return self._office.app_message(app, member, {"MsgType": "location", **place}, label)

    async def share_link(self, app: App, member: str, title: str, url: str, description: str = "") -> Posted:
        """A member sends an app a link."""
        fields = {"MsgType": "link", "Title": title, "Description": description, "Url": url, "PicUrl": ""}
        return self._office.app_message(app, member, fields, title)

    async def send_raw(self, app: App, member: str, fields: Fields) -> Posted:
        """A message of any type, known or not."""
        return self._office.app_message(app, member, fields, "")

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
        return self._office.app_event(app, member, event, fields or {}, situation, copies=copies)


class BotActs:
    """What members do with an AI bot."""

    _office: PostOffice
    _doors: dict[str, Door]

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
        return await self._office.bot_message(bot, None, member, payload, text, msgid, copies)

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
        return await self._office.bot_message(bot, group, member, payload, text, msgid, copies)

    async def mix(self, bot: AiBot, member: str, parts: Sequence[str | bytes], group: str | None = None) -> Posted:
        """A member sends an AI bot words and pictures in one message; in a group with a mention."""
        mention = [f"@{bot.name} "] if group else []
        items = [self._part(bot, part) for part in (*mention, *parts)]
        text = " ".join(part for part in parts if isinstance(part, str))
        return await self._office.bot_message(
            bot, group, member, {"msgtype": "mixed", "mixed": {"msg_item": items}}, text
        )

    async def dictate(self, bot: AiBot, member: str, text: str) -> Posted:
        """A member speaks to an AI bot, which gets the words."""
        return await self._office.bot_message(bot, None, member, {"msgtype": "voice", "voice": {"content": text}}, text)

    async def share(
        self, bot: AiBot, member: str, kind: MediaKind, content: bytes = b"...", filename: str = ""
    ) -> Posted:
        """A member sends an AI bot a picture, file or video, 1:1."""
        url = self._office.keep(bot, kind, content, filename)[1]
        return await self._office.bot_message(bot, None, member, {"msgtype": kind, kind: {"url": url}}, f"[{kind}]")

    async def talk_raw(self, bot: AiBot, member: str, payload: Fields, group: str | None = None) -> Posted:
        """A message with any payload, known or not."""
        return await self._office.bot_message(bot, group, member, payload, "")

    async def enter_chat(self, bot: AiBot, member: str) -> Posted:
        """A member opens the 1:1 chat for the first time today."""
        return self._office.bot_event(bot, None, member, "enter_chat", {}, Situation.ENTER_CHAT)

    async def rate(self, bot: AiBot, member: str, feedback_id: str, kind: int, content: str = "") -> Posted:
        """A member presses thumbs up (1) or down (2), or takes it back (3)."""
        details = {"id": feedback_id, "type": kind, "content": content, "inaccurate_reason_list": []}
        return self._office.bot_event(bot, None, member, "feedback_event", details, Situation.SILENT)

    async def thumb(
        self,
        answer: Record,
        kind: int,
        member: str | None = None,
        *,
        content: str = "",
        reasons: Sequence[int] = (),
        copies: int = 0,
    ) -> Posted:
        """A member presses thumbs up (1) or down (2, with reasons 1 to 4) on an answer, or takes it back (3)."""
        if answer.kind != "seen" or not answer.feedback:
            raise SimulatorError("this answer asked for no feedback")
        if kind not in (1, 2, 3) or not set(reasons) <= {1, 2, 3, 4} or (reasons and kind != 2):
            raise SimulatorError("kind is 1, 2 or 3; reasons are 1 to 4, with 2 only")
        place, bot = answer.conversation, self._doors[answer.door]
        assert isinstance(bot, AiBot)
        group = place.native if place.kind == "group" else None
        details = {"id": answer.feedback, "type": kind, "content": content, "inaccurate_reason_list": list(reasons)}
        who = member or answer.member
        return self._office.bot_event(bot, group, who, "feedback_event", details, Situation.SILENT, None, copies)

    async def bot_event(
        self, bot: AiBot, member: str, event: str, details: Fields | None = None, group: str | None = None
    ) -> Posted:
        """Any event, known or not."""
        return self._office.bot_event(bot, group, member, event, details or {}, Situation.SILENT)

    def _part(self, bot: AiBot, part: str | bytes) -> Fields:
        if isinstance(part, str):
            return {"msgtype": "text", "text": {"content": part}}
        return {"msgtype": "image", "image": {"url": self._office.keep(bot, "image", part)[1]}}


class Clicks:
    """What members do with a card."""

    journal: Journal
    directory: Directory
    _office: PostOffice
    _sending: Sending
    _doors: dict[str, Door]

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
        door = self._doors[shown.door]
        press = _Press(shown, face, key, person, selected, situation, copies)
        if isinstance(door, App):
            return self._press_app(door, press)
        assert isinstance(door, AiBot)
        return self._press_bot(door, press)

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

    def _press_app(self, app: App, press: "_Press") -> Posted:
        items = [{"QuestionKey": asked, "OptionIds": {"OptionId": ids}} for asked, ids in press.selected.items()]
        fields = {
            "EventKey": press.key,
            "TaskId": press.task_id,
            "CardType": press.face["card_type"],
            "ResponseCode": self._sending.codes.issue((app, press.card.msgid)),
            **({"SelectedItems": {"SelectedItem": items}} if items else {}),
        }
        event = "template_card_event" if press.situation is Situation.CLICK else "template_card_menu_event"
        return self._office.app_event(
            app, press.person.userid, event, fields, press.situation, press.card, press.copies
        )

    def _press_bot(self, bot: AiBot, press: "_Press") -> Posted:
        items = [
            {"question_key": asked, "option_ids": {"option_id": list(ids)}} for asked, ids in press.selected.items()
        ]
        details = {
            "card_type": press.face["card_type"],
            "event_key": press.key,
            "task_id": press.task_id,
            **({"selected_items": {"selected_item": items}} if items else {}),
        }
        place = press.card.conversation
        group = place.native if place.kind == "group" else None
        return self._office.bot_event(
            bot, group, press.person.userid, "template_card_event", details, press.situation, press.card, press.copies
        )


@dataclass(frozen=True, slots=True)
class _Press:
    """One press on a card, as its presser saw it."""

    card: Record
    face: Fields
    key: str
    person: Member
    selected: Mapping[str, Sequence[str]]
    situation: Situation
    copies: int

    @property
    def task_id(self) -> str:
        return str(self.face.get("task_id", ""))


def _quoted(quote: str | None) -> Fields:
    return {} if quote is None else {"quote": {"msgtype": "text", "text": {"content": quote}}}


def _checked(face: Fields, chosen: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    """The chosen options, if the card offers them."""
    offered = cards.options(face)
    several = cards.mapping(face, "checkbox", {}).get("mode") == 1
    for asked, ids in chosen.items():
        if not set(ids) <= offered.get(asked, set()):
            raise SimulatorError(f"the card does not offer {asked}: {list(ids)}")
        if len(ids) > 1 and not several:
            raise SimulatorError(f"only one can be chosen of {asked}")
    return chosen
