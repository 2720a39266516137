"""A team at its desk, in the tour: who is called, takes a ticket, answers, gives it on and ends it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.cli.tour.opening import Opening
from bot.cli.tour.scene import DESK, Scene
from bot.cli.tour.stage import Stage
from bot.cli.tour.telling import PICTURED, shown_as
from bot.simulator import Conversation, Record

# What the buttons and choices of the desk's cards are called on the wire.
TAKE, PASS, GIVE, PERSON = "take", "pass", "give", "person:"
CALL, END = "转人工", "结束"


@dataclass(frozen=True, slots=True)
class Service:
    """What the team does in a scene."""

    scene: Scene

    @property
    def stage(self) -> Stage:
        return self.scene.stage

    @property
    def escalation(self) -> Any:
        """How the configuration gives conversations to people."""
        return self.stage.bot.config.values["escalation"]

    @property
    def opening(self) -> Opening:
        """When the team is there."""
        return Opening.of(self.stage.bot.config, self.stage.team)

    @property
    def keeps_hours(self) -> bool:
        """Whether the team's hours alone say when somebody is there, and at times nobody is."""
        return self.opening.closed(self.stage.now) is not None and not self.stage.bot.config.values["shifts"]

    def colleagues(self, who: str) -> list[str]:
        """Who else can take a ticket of the team: its people and those above it, by userid."""
        values = self.stage.bot.config.values
        team = next(one for one in values["teams"] if one.name == self.stage.team)
        asked = {team.name, *team.lead, *team.manager}
        there = [one.userid for one in values["people"] if asked & {one.name, *one.roles}]
        return [one for one in there if one.lower() != who.lower()]

    async def move(self, moment: datetime, why: str) -> None:
        """Time passes until then, if it is not past."""
        ahead = (moment - self.stage.now).total_seconds()
        self.stage.clock.advance(max(ahead, 0.0))
        how = "时间拨到" if ahead > 0 else "现在是"
        self.scene.teller.aside(f"（{how}{self.stage.spoken(self.stage.now)}，{why}）")

    async def come_in(self) -> None:
        """Time passes until the team is there for a while; nothing happens when it is."""
        if (opens := self.opening.open(self.stage.now)) > self.stage.now:
            await self.move(opens, f"{self.stage.team}在班")

    async def go_home(self) -> None:
        """Time passes until nobody of the team is there for a while."""
        await self.move(self.opening.closed(self.stage.now) or self.stage.now, f"{self.stage.team}不在班")

    async def called(self, after: int, but: Conversation | None = None) -> Record | None:
        """The card that somebody of the team got since a record; nobody's in the place `but`."""
        cards = await self.stage.cards(after, but=but)
        mine = [one for one in cards if one.conversation == self.stage.desk]
        found = next(iter(mine or cards), None)
        await self.scene.tell([found] if found else [])
        return found

    async def take(self, card: Record) -> str:
        """Who got a card takes it: their userid."""
        who = card.conversation.native
        await self.scene.press(card, who, TAKE)
        return who

    async def says(self, who: str, text: str, place: Conversation) -> list[Record]:
        """Staff write at the desk; what a customer sees of it."""
        posted = await self.stage.wecom.say(self.stage.app, who, text)
        await self.scene.teller.says(self.stage.name(who), text, DESK)
        return await self._comes(place, posted.record.number, text)

    async def shows(self, who: str, picture: bytes, place: Conversation) -> list[Record]:
        """Staff send a picture from the desk; what a customer sees of it."""
        posted = await self.stage.wecom.show_picture(self.stage.app, who, picture)
        await self.scene.teller.says(self.stage.name(who), PICTURED, DESK)
        return await self._comes(place, posted.record.number, PICTURED)

    async def hears(self, who: str, after: int, wanted: str) -> list[Record]:
        """What staff got at the desk since a record, when it is there."""
        heard = await self.stage.heard(self.stage.desk_of(who), after, lambda one: wanted in shown_as(one))
        await self.scene.tell(heard)
        return heard

    async def end(self, who: str, place: Conversation, wanted: str = "") -> list[Record]:
        """Staff end the service; what comes of it in a customer's place, with what is wanted once it is there."""
        posted = await self.stage.wecom.say(self.stage.app, who, END)
        await self.scene.teller.says(self.stage.name(who), END, DESK)
        told = await self.stage.heard(self.stage.desk_of(who), posted.record.number)
        is_direct = place.kind == "direct"
        after = posted.record.number
        shown = await self.stage.heard(place, after, lambda one: wanted in shown_as(one)) if is_direct else []
        await self.scene.tell([*told, *shown])
        return shown

    async def _comes(self, place: Conversation, after: int, wanted: str) -> list[Record]:
        shown = await self.stage.soon(place, after, lambda one: wanted in shown_as(one))
        await self.scene.tell(shown)
        return shown
